import numpy as np
import pytest
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from sklearn.linear_model import LogisticRegression
from sklearn.neural_network import MLPClassifier

import halfmoon as hm
from halfmoon.base.errors import InputError
from halfmoon.plots import LossDisplay, save_figure
from halfmoon.plots.palette import THEMES
from halfmoon.training.history import History

LOSS, VALIDATION = [0.9, 0.5, 0.3, 0.25], [0.95, 0.6, 0.5, 0.7]


def history(**more):
    return History({"epoch": [1, 2, 3, 4], "loss": LOSS, **more}, best_epoch=3 if more else None)


def legend_texts(display):
    return [text.get_text() for text in display.ax_.get_legend().get_texts()]


def test_draws_the_training_curve():
    display = LossDisplay.from_history(history())
    assert display.plot() is display
    (line,) = display.ax_.lines
    np.testing.assert_array_equal(line.get_xydata(), np.c_[[1, 2, 3, 4], LOSS])
    assert (display.ax_.get_xlabel(), display.ax_.get_ylabel(), display.ax_.get_title()) == ("epoch", "loss", "")
    assert display.ax_.get_legend() is None
    assert all(line.get_visible() for line in display.ax_.get_xgridlines() + display.ax_.get_ygridlines())


def test_draws_validation_and_best_epoch():
    display = LossDisplay.from_history(history(val_loss=VALIDATION)).plot(title="moons", ylabel="squared error")
    training, validation, best = display.ax_.lines
    np.testing.assert_array_equal(validation.get_ydata(), VALIDATION)
    assert training.get_color() != validation.get_color()
    np.testing.assert_array_equal(best.get_xydata(), [[3, 0.5]])
    assert legend_texts(display) == ["training", "validation", "best: epoch 3"]
    assert (display.ax_.get_title(), display.ax_.get_ylabel()) == ("moons", "squared error")


def test_best_epoch_without_validation_lies_on_the_training_curve():
    display = LossDisplay([1, 2, 3, 4], LOSS, best_epoch=2).plot()
    np.testing.assert_array_equal(display.ax_.lines[1].get_xydata(), [[2, 0.5]])


def test_draws_on_given_axes_and_subfigures():
    whole = Figure()
    ax = whole.subfigures(1, 2)[0].add_subplot()
    display = LossDisplay([1, 2], [2, 1]).plot(ax)
    assert display.ax_ is ax
    assert display.figure_ is whole
    assert display._repr_png_() is None


def test_log_scale_leaves_out_what_is_not_positive(tmp_path):
    display = LossDisplay([1, 2, 3], [0.5, 0.1, 0.0]).plot(log=True)
    assert display.ax_.get_yscale() == "log"
    save_figure(display.figure_, tmp_path / "log.png")
    with pytest.raises(InputError, match="log must be False"):
        LossDisplay([1], [-1.0]).plot(log=True)


def test_ticks_are_whole_epochs_even_for_one(tmp_path):
    display = LossDisplay([1], [0.5], [0.6], 1).plot()
    save_figure(display.figure_, tmp_path / "one.png")
    assert [tick.label1.get_text() for tick in display.ax_.xaxis.get_major_ticks() if 0.9 < tick.get_loc() < 1.1] == ["1"]
    assert display.ax_.lines[0].get_marker() == "o"


def test_infinite_losses_leave_gaps(tmp_path):
    display = LossDisplay([1, 2, 3, 4], [1, np.nan, 0.5, np.inf], [1, 2, 3, np.inf], 4).plot()
    save_figure(display.figure_, tmp_path / "gaps.png")
    assert np.isfinite(display.ax_.get_ylim()).all()


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (([], []), "at least one epoch"),
        (([1, 2], [1]), "loss must have one value"),
        (([1, 2], [2, 1], [1]), "validation must have one value"),
        (([1, 2], ["a", "b"]), "loss must hold real numbers"),
        (([1, 2], [2, 1], None, 3), "best_epoch must be one of the epochs, got 3"),
    ],
)
def test_refuses(arguments, sentence):
    with pytest.raises(InputError, match=sentence):
        LossDisplay(*arguments)


def test_refuses_an_empty_history_and_other_things():
    with pytest.raises(InputError, match="at least one epoch"):
        LossDisplay.from_history(History())
    with pytest.raises(InputError, match="must be a History"):
        LossDisplay.from_history({"loss": [1]})
    with pytest.raises(InputError, match="ax must be"):
        LossDisplay([1], [1]).plot(ax=3)


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
def test_draws_what_an_estimator_keeps():
    X, y = np.random.RandomState(0).normal(size=(40, 2)), np.arange(40) % 2
    ours = hm.MLPClassifier((3,), max_iter=5, random_state=0).fit(X, y)
    np.testing.assert_array_equal(LossDisplay.from_estimator(ours).loss, ours.history_["loss"])
    several = LossDisplay.from_estimator(hm.MLPClassifier((3,), max_iter=5, n_ensemble=3, random_state=0).fit(X, y))
    assert several.loss.shape == (3, 5)
    theirs = MLPClassifier((3,), max_iter=5, random_state=0).fit(X, y)
    np.testing.assert_array_equal(LossDisplay.from_estimator(theirs).loss, theirs.loss_curve_)
    for wrong in (3, LogisticRegression(), hm.MLPClassifier()):
        with pytest.raises(InputError, match="estimator must be a fitted estimator with a history_ or a loss_curve_"):
            LossDisplay.from_estimator(wrong)


# ---- several trainings, smoothing, themes and languages -----------------------------------------------------------------


def trainings(validated=True):
    curves = np.array([[9, 5, 3, 2.5], [8, 6, 1, 2], [7, 4, 2, np.nan], [1, 2, 4, np.inf]])
    return [
        History({"epoch": range(1, 5), "loss": curve} | ({"val_loss": curve + place} if validated else {}))
        for place, curve in enumerate(curves)
    ]


def test_draws_the_median_and_a_band_over_trainings():
    display = LossDisplay.from_history(trainings(validated=False)).plot(band=0.5)
    (line,) = display.ax_.lines
    np.testing.assert_allclose(line.get_ydata(), [7.5, 4.5, 2.5, 2.25])
    (band,) = display.ax_.collections
    vertices = band.get_paths()[0].vertices
    np.testing.assert_allclose([vertices[vertices[:, 0] == 1, 1].min(), vertices[vertices[:, 0] == 1, 1].max()], [5.5, 8.25])
    assert legend_texts(display) == ["training", "middle 50% of 4 trainings"]


def test_what_is_thin_or_pale_stands_in_the_legend():
    display = LossDisplay.from_history(trainings()).plot(smooth=0.5, band=0.9)
    assert legend_texts(display) == ["training", "validation", "middle 90% of 4 trainings", "not smoothed", "best: epoch 4"]
    assert legend_texts(LossDisplay([1, 2, 3], [3, 1, 2]).plot(smooth=0.5)) == ["training", "not smoothed"]
    assert LossDisplay([1, 2, 3], [3, 1, 2]).plot().ax_.get_legend() is None


def test_marks_the_epoch_of_the_lowest_median_validation_loss():
    display = LossDisplay.from_history(trainings()).plot()
    assert display.best_epoch == 4
    assert legend_texts(display) == ["training", "validation", "middle 50% of 4 trainings", "best: epoch 4"]
    assert len(display.ax_.collections) == 2
    one = LossDisplay.from_history(History({"epoch": [1, 2, 3, 4], "loss": LOSS, "val_loss": VALIDATION}))
    assert one.best_epoch == 3
    assert LossDisplay.from_history(history()).best_epoch is None


def test_a_training_that_ended_counts_with_its_last_loss():
    short = History({"epoch": [1, 2], "loss": [4.0, 1.0]})
    long = History({"epoch": [1, 2, 3], "loss": [4.0, 3.0, 2.0]})
    display = LossDisplay.from_history([short, long])
    np.testing.assert_array_equal(display.loss, [[4, 1, 1], [4, 3, 2]])
    np.testing.assert_array_equal(display.epochs, [1, 2, 3])


def test_smoothing_is_off_unless_asked_for_and_leaves_the_true_curve_behind():
    (plain,) = LossDisplay([1, 2, 3], [4, 2, 1]).plot().ax_.lines
    np.testing.assert_array_equal(plain.get_ydata(), [4, 2, 1])
    behind, smooth = LossDisplay([1, 2, 3], [4, 2, 1]).plot(smooth=0.5).ax_.lines
    np.testing.assert_array_equal(behind.get_ydata(), [4, 2, 1])
    np.testing.assert_allclose(smooth.get_ydata(), [4, (4 * 0.5 + 2) / 1.5, (4 * 0.25 + 2 * 0.5 + 1) / 1.75])
    gap = LossDisplay([1, 2, 3], [4, np.nan, 1]).plot(smooth=0.5).ax_.lines[1].get_ydata()
    np.testing.assert_allclose(gap, [4, np.nan, 2])


def test_dark_paper():
    display = LossDisplay.from_history(history(val_loss=VALIDATION)).plot(theme="dark", title="moons")
    theme = THEMES["dark"]
    assert to_hex(display.figure_.get_facecolor()) == to_hex(display.ax_.get_facecolor()) == theme.paper
    assert display.ax_.title.get_color() == display.ax_.xaxis.label.get_color() == theme.ink
    assert [line.get_color() for line in display.ax_.lines[:2]] == [theme.colour(0), theme.colour(1)]
    ax = Figure(facecolor="black").add_subplot(facecolor="black")
    assert LossDisplay([1, 2], [2, 1]).plot(ax).ax_.lines[0].get_color() == theme.colour(0)  # what suits the ground


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"smooth": 1}, "smooth must be"),
        ({"band": 2}, "band must be"),
        ({"theme": "drak"}, "did you mean 'dark'"),
        ({"lang": "fr"}, "one of en, zh"),
    ],
)
def test_refuses_options(options, sentence):
    with pytest.raises(InputError, match=sentence):
        LossDisplay([1], [1]).plot(**options)


def test_refuses_no_histories():
    with pytest.raises(InputError, match="at least one epoch"):
        LossDisplay.from_history([])
