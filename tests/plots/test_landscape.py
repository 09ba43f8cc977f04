import numpy as np
import pytest
from matplotlib.colors import LogNorm

import halfmoon as hm
from halfmoon.base.errors import InputError
from halfmoon.plots import LandscapeDisplay

X = np.random.RandomState(0).normal(size=(30, 2))
Y = X @ [1.0, 2.0]


LAYERS = [hm.Dense(4), hm.Tanh, hm.Dense(1)]


def recorded(epochs=20, layers=LAYERS, **options):
    recorder = hm.Recorder()
    model = hm.Network(layers).init(2, 0, "float64")
    hm.train(model, X, Y, epochs=epochs, callbacks=[recorder], **{"optimizer": hm.SGD(0.05)} | options)
    return recorder.recording


RECORDING = recorded()


@pytest.mark.parametrize("directions", ["pca", "random"])
def test_the_loss_is_that_of_the_model_there(directions):
    display = LandscapeDisplay.from_recording(RECORDING, X, Y, directions=directions, resolution=5)
    model = RECORDING.at(20)
    end = model.theta.copy()
    for row, column in [(0, 0), (3, 1), (4, 4)]:
        model.theta[...] = end + display.x1[column] * display.directions[0] + display.x2[row] * display.directions[1]
        assert display.loss[row, column] == pytest.approx(model.loss(X, Y), rel=1e-12)
    np.testing.assert_allclose(display.path[-1], 0, atol=1e-12)
    assert display.x1[0] < display.path[:, 0].min() < display.path[:, 0].max() < display.x1[-1]


def test_a_path_in_a_plane_is_shown_as_it_is():
    """A network of two parameters: its principal components are all there is."""
    recording = recorded(layers=[hm.Dense(1, bias=False)])
    display = LandscapeDisplay.from_recording(recording, X, Y, resolution=3)
    np.testing.assert_allclose(display.path @ display.directions, recording.theta - recording.theta[-1], atol=1e-12)
    np.testing.assert_allclose(display.directions @ display.directions.T, np.eye(2), atol=1e-12)
    assert display.shares.sum() == pytest.approx(1)


def test_random_directions_are_filter_normalised():
    display = LandscapeDisplay.from_recording(RECORDING, X, Y, directions="random", resolution=3, seed=2)
    model = RECORDING.at(20)
    for direction in display.directions:
        drawn = hm.Parameters(model.program.parameters, direction)
        for name in ("0.W", "2.W"):
            np.testing.assert_allclose(np.linalg.norm(drawn[name], axis=0), np.linalg.norm(model.params[name], axis=0))
        assert not drawn["0.b"].any()
    same = LandscapeDisplay.from_recording(RECORDING, X, Y, directions="random", resolution=3, seed=2)
    other = LandscapeDisplay.from_recording(RECORDING, X, Y, directions="random", resolution=3, seed=3)
    np.testing.assert_array_equal(display.loss, same.loss)
    assert (display.loss != other.loss).any()


def test_draws_the_path_from_start_to_end_on_levels_of_the_loss():
    display = LandscapeDisplay.from_recording(RECORDING, X, Y, resolution=5).plot(title="a run")
    (path,) = display.ax_.lines
    np.testing.assert_array_equal(path.get_xydata(), display.path)
    levels, start, end = display.ax_.collections
    assert isinstance(levels.norm, LogNorm)
    np.testing.assert_array_equal(start.get_offsets(), display.path[:1])
    np.testing.assert_array_equal(end.get_offsets(), display.path[-1:])
    assert [text.get_text() for text in display.ax_.get_legend().get_texts()] == ["start", "end"]
    assert display.ax_.get_xlabel() == f"component 1 ({display.shares[0]:.0%})"


def test_losses_that_are_flat_negative_or_not_finite():
    arrays = {"x1": np.arange(3.0), "x2": np.arange(3.0), "path": np.ones((2, 2)), "epochs": np.arange(2), "directions": np.zeros((2, 4))}
    for loss in (np.ones((3, 3)), np.arange(9.0).reshape(3, 3) - 4, np.where(np.eye(3), np.inf, 2 + np.arange(3))):
        LandscapeDisplay(loss=loss, **arrays).plot().figure_.canvas.draw()
    with pytest.raises(InputError, match="loss must be finite somewhere"):
        LandscapeDisplay(loss=np.full((3, 3), np.nan), **arrays).plot()


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"recording": recorded(epochs=1)}, "recording must have at least three epochs"),
        ({"recording": recorded(optimizer=hm.SGD(1e-300))}, "recording must have a path"),
        ({"directions": "up"}, "directions must be one of pca, random"),
        ({"X": X[:, :1]}, "X must have 2 columns"),
        ({"recording": None}, "recording must be a Recording"),
    ],
)
def test_refuses(change, sentence):
    with pytest.raises(InputError, match=sentence):
        LandscapeDisplay.from_recording(**{"recording": RECORDING, "X": X, "y": Y} | change)
