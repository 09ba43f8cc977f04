"""Every display at two sizes, on both papers, in both languages: nothing is clipped, and no text lies over another."""

import itertools
import re

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.text import Text

import halfmoon as hm
from halfmoon import plots
from halfmoon.plots.translations import CHINESE, LANGUAGES, translate

RANDOM = np.random.RandomState(0)
X = RANDOM.normal(size=(120, 2))
X5 = RANDOM.normal(size=(120, 5))
Y = (X[:, 0] * X[:, 1] > 0).astype(int)
Y3 = np.digitize(X[:, 0], [-0.5, 0.5])
Y12 = np.arange(120) % 12


MOONS = [hm.Dense(40), hm.ReLU, hm.Dense(6), hm.Tanh, hm.Dense(1)], hm.Logistic, X, Y
RATES = np.geomspace(1e-6, 10, 60)


def trained(layers, loss, X, y, epochs=40, seed=1):
    model = hm.Network(layers, loss).init(X.shape[1], seed)
    recorder = hm.Recorder(X, y)
    history = hm.train(
        model, X, y, epochs=epochs, batch_size=30, callbacks=[recorder], validation=(X[:30], y[:30]), optimizer=hm.Adam(0.02)
    )
    return model, history, recorder.recording


MODEL, HISTORY, RECORDING = trained(*MOONS)
REGRESSOR, *_ = trained([hm.Dense(8), hm.Tanh, hm.Dense(1)], hm.SquaredError, X, 1000 * X[:, 0])
THREE, *_ = trained([hm.Dense(8), hm.ReLU, hm.Dense(3)], hm.SoftmaxCrossEntropy(), X5, Y3)
TWELVE, *_ = trained([hm.Dense(12)], hm.SoftmaxCrossEntropy(), X5, Y12, epochs=2)
DEEP, _, DEEP_RECORDING = trained([part for _ in range(12) for part in (hm.Dense(9), hm.ReLU)] + [hm.Dense(1)], hm.Logistic, X, Y, epochs=3)

BRANCHED, *_ = trained([hm.Dense(6), hm.Residual(hm.Dense(6), hm.Tanh), hm.LayerNorm(), hm.Dense(1)], hm.Logistic, X, Y, epochs=2)

DISPLAYS = {
    "loss": (plots.LossDisplay.from_history(HISTORY), {}),
    "loss, log": (plots.LossDisplay.from_history([HISTORY, HISTORY]), {"log": True, "smooth": 0.5}),
    "boundary": (plots.BoundaryDisplay.from_estimator(MODEL, X, Y), {}),
    "boundary, probability": (plots.BoundaryDisplay.from_estimator(MODEL, X, Y), {"fill": "probability"}),
    "boundary, three": (plots.BoundaryDisplay.from_estimator(THREE, X5, Y3), {"fill": "probability"}),
    "boundary, twelve": (plots.BoundaryDisplay.from_estimator(TWELVE, X5, Y12, features=(0, 1)), {}),
    "surface": (plots.SurfaceDisplay.from_estimator(REGRESSOR, X, 1000 * X[:, 0]), {}),
    "neurons": (plots.NeuronDisplay.from_estimator(MODEL, X, 1, most=36), {}),
    "loss, seeds": (plots.LossDisplay.from_history([trained(*MOONS, epochs=30, seed=seed)[1] for seed in range(5)]), {}),
    "network": (plots.NetworkDisplay.from_estimator(MODEL), {}),
    "network, deep": (plots.NetworkDisplay.from_estimator(DEEP), {}),
    "network, residual": (plots.NetworkDisplay.from_estimator(BRANCHED), {}),
    "flow": (plots.FlowDisplay.from_recording(RECORDING), {}),
    "flow, dead": (plots.FlowDisplay.from_recording(RECORDING, "dead"), {}),
    "flow, deep": (plots.FlowDisplay.from_recording(DEEP_RECORDING, "parameters"), {}),
    "histograms": (plots.HistogramDisplay.from_recording(RECORDING, 20), {}),
    "histograms, deep": (plots.HistogramDisplay.from_recording(DEEP_RECORDING, 3, of="gradient"), {}),
    "histograms, own": (plots.HistogramDisplay.from_recording(RECORDING, of="gradient"), {"scale": "own"}),
    "histograms, deep, own": (plots.HistogramDisplay.from_recording(DEEP_RECORDING, of="gradient"), {"scale": "own"}),
    "histograms, layer": (plots.HistogramDisplay.from_recording(RECORDING, layer=1), {}),
    "landscape": (plots.LandscapeDisplay.from_recording(RECORDING, X, Y, resolution=9), {}),
    "landscape, random": (plots.LandscapeDisplay.from_recording(RECORDING, X, Y, resolution=9, directions="random"), {}),
    "confusion": (plots.ConfusionDisplay.from_estimator(MODEL, X, Y), {}),
    "confusion, twelve": (plots.ConfusionDisplay.from_estimator(TWELVE, X5, Y12), {}),
    "confusion, hundred": (plots.ConfusionDisplay(np.eye(100, dtype=int) * 200 + 1), {}),
    "roc": (plots.RocDisplay.from_estimator(MODEL, X, Y), {}),
    "roc, twelve": (plots.RocDisplay.from_estimator(TWELVE, X5, Y12), {}),
    "roc, three": (plots.RocDisplay.from_estimator(THREE, X5, Y3), {}),
    "calibration": (plots.CalibrationDisplay.from_estimator(MODEL, X, Y), {}),
    "calibration, three": (plots.CalibrationDisplay.from_estimator(THREE, X5, Y3), {}),
    "calibration, twelve": (plots.CalibrationDisplay.from_estimator(TWELVE, X5, Y12), {}),
    "learning rate": (plots.LearningRateDisplay(RATES, 1 / RATES, 1.1 / RATES, RATES[30]), {}),
}


def drawn(name, size, *, draw=True, **options):
    display, own = DISPLAYS[name]
    figure = Figure(figsize=size, layout="constrained", dpi=100)
    FigureCanvasAgg(figure)
    assert display.plot(figure.add_subplot(), **own, **options) is display
    if draw:
        figure.canvas.draw()
    return figure


def boxes(figure):
    """Yield the name and the box of every tick label, label, title and legend that is drawn."""
    legends = [ax.get_legend() for ax in figure.axes if ax.get_legend()]
    inside = {text for legend in legends for text in legend.findobj(Text)}
    for text in figure.findobj(Text):
        if text.get_text() and text.get_visible() and text not in inside and _ticks(figure, text):
            yield text.get_text(), text.get_window_extent()
    for legend in legends:
        yield "legend", legend.get_window_extent()


def _ticks(figure, text):
    """Whether a text is no tick label, or one whose tick lies within its axis: the others are not drawn."""
    for ax in figure.axes:
        for axis in (ax.xaxis, ax.yaxis):
            low, high = sorted(axis.get_view_interval())
            for tick in axis.get_major_ticks() + axis.get_minor_ticks():
                if text in {tick.label1, tick.label2}:
                    slack = 1e-9 * (high - low)
                    return tick.get_visible() and low - slack <= tick.get_loc() <= high + slack
    return True


def faults(figure):
    found, all_boxes = [], list(boxes(figure))
    whole = figure.bbox.padded(1)
    for name, box in all_boxes:
        if box.x0 < whole.x0 or box.y0 < whole.y0 or box.x1 > whole.x1 or box.y1 > whole.y1:
            found.append(f"{name!r} is clipped")
    for (one, box), (other, another) in itertools.combinations(all_boxes, 2):
        if min(box.x1, another.x1) - max(box.x0, another.x0) > 1 and min(box.y1, another.y1) - max(box.y0, another.y0) > 1:
            found.append(f"{one!r} lies over {other!r}")
    return found


def test_every_display_has_a_row():
    assert {type(display).__name__ for display, _ in DISPLAYS.values()} == {name for name in plots.__all__ if name.endswith("Display")}


@pytest.mark.parametrize("size", [(3, 3), (12, 8)], ids=["small", "large"])
@pytest.mark.parametrize("name", DISPLAYS)
def test_nothing_is_clipped_and_no_text_lies_over_another(name, size):
    assert faults(drawn(name, size, title="A title that is a good deal longer than the figure is wide")) == []


def test_the_check_sees_what_is_wrong():
    figure = Figure(figsize=(3, 3), dpi=100)
    FigureCanvasAgg(figure)
    ax = figure.add_subplot()
    ax.set_xticks([0, 0.01], ["one", "other"])
    ax.set_title("far too long a title for a figure of this size")
    ax.set_xlim(0, 1)
    figure.canvas.draw()
    found = faults(figure)
    assert "'one' lies over 'other'" in found
    assert any("is clipped" in each for each in found)


@pytest.mark.parametrize("name", DISPLAYS)
def test_dark_paper_has_light_ink(name):
    figure = drawn(name, (4, 3), draw=False, theme="dark")
    ax = DISPLAYS[name][0].ax_
    assert sum(ax.get_facecolor()[:3]) < 0.5
    assert sum(figure.get_facecolor()[:3]) < 0.5
    inks = {text.get_color() for text in (ax.xaxis.label, ax.yaxis.label, ax.title)}
    assert inks == {"#e8e8e8"}


@pytest.mark.parametrize("size", [(3, 3), (12, 8)], ids=["small", "large"])
@pytest.mark.parametrize("name", DISPLAYS)
@pytest.mark.filterwarnings("ignore:no installed font")  # boxes stand for the characters on a machine without one
def test_every_display_speaks_chinese(name, size):
    figures = {lang: drawn(name, size, draw=lang != "en", lang=lang) for lang in LANGUAGES}  # a character without a glyph would be an error
    said = {lang: {text.get_text() for text in figure.findobj(Text)} for lang, figure in figures.items()}
    assert any(re.search("[\u4e00-\u9fff□]", text) for text in said["zh"])
    english = {
        text
        for text in said["en"]
        if any(re.fullmatch(re.sub(r"\\{.*?\\}", ".*", re.escape(key)), text) for key in DISPLAYS[name][0].texts)
    }
    assert english
    assert not english & said["zh"]
    assert faults(figures["zh"]) == []


@pytest.mark.filterwarnings("ignore:no installed font")
def test_a_display_may_have_texts_of_its_own():
    class Own(plots.LossDisplay):
        texts = CHINESE | {"one of {0}": "{0} 之一"}

        def plot(self, **options):
            super().plot(**options).ax_.set_title(self._translate("one of {0}", 9))
            return self

    assert [Own.from_history(HISTORY).plot(lang=lang).ax_.get_title() for lang in LANGUAGES] == ["one of 9", "9 之一"]


def test_every_word_is_there_in_every_language():
    for english, chinese in CHINESE.items():
        assert translate("en", english, *"xy") == english.format(*"xy")
        assert translate("zh", english, *"xy") == chinese.format(*"xy")
        assert sorted(re.findall(r"{.}", chinese)) == sorted(re.findall(r"{.}", english))
