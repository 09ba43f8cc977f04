import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.figure import Figure

from halfmoon.errors import InputError
from halfmoon.history import History
from halfmoon.plots import LossDisplay, save_figure

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


def test_own_figures_are_not_pyplots_and_show_in_notebooks():
    display = LossDisplay([1, 2], [2, 1]).plot()
    assert display._repr_png_().startswith(b"\x89PNG")
    assert plt.get_fignums() == []


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
