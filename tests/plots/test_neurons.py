import numpy as np
import pytest

import halfmoon as hm
from halfmoon.base.errors import InputError
from halfmoon.plots import NeuronDisplay

X = np.random.RandomState(0).normal(size=(40, 2))
MODEL = hm.Network([hm.Dense(5), hm.ReLU, hm.Residual(hm.Dense(5), hm.Tanh), hm.Dense(1)]).init(2, 1, "float64")


@pytest.mark.parametrize("layer", [0, 1, "2.1", 3])
def test_the_maps_are_the_units_outputs(layer):
    display = NeuronDisplay.from_estimator(MODEL, X, layer, resolution=6)
    places = np.stack(np.meshgrid(display.x1, display.x2), axis=-1).reshape(-1, 2)
    np.testing.assert_array_equal(display.maps.reshape(len(display.maps), -1).T, MODEL.forward(places)[f"{layer}.y"])


def test_one_image_a_unit_on_one_scale_around_0():
    display = NeuronDisplay.from_estimator(MODEL, X, 1, resolution=6).plot()
    images = display.ax_.images
    assert len(images) == 5
    for image, values in zip(images, display.maps, strict=True):
        np.testing.assert_array_equal(image.get_array(), values)
        assert image.origin == "lower"
    largest = np.abs(display.maps).max()
    assert {image.get_clim() for image in images} == {(-largest, largest)}
    corners = {tuple(image.get_extent()) for image in images}
    assert len(corners) == 5
    assert [text.get_text() for text in display.ax_.texts] == list("01234")
    assert display.ax_.get_title() == "layer 1"


def test_units_beyond_the_most_are_counted():
    display = NeuronDisplay.from_estimator(MODEL, X, 0, most=2).plot(lang="en")
    assert (len(display.maps), display.units) == (2, 5)
    assert display.ax_.get_xlabel() == "x₁   (3 more)"
    assert display.ax_.get_ylabel() == "x₂"
    for axis, ends in ((display.ax_.xaxis, display.x1), (display.ax_.yaxis, display.x2)):
        assert [label.get_text() for label in axis.get_ticklabels()] == [f"{end:.3g}".replace("-", "−") for end in (ends[0], ends[-1])]


def test_estimators_and_a_layer_of_zeros():
    model = hm.Network([hm.Dense(2, weights="zeros")]).init(2)
    assert NeuronDisplay.from_estimator(model, X, 0).plot().ax_.images[0].get_clim() == (-1, 1)
    with pytest.warns(UserWarning, match="Maximum iterations"):
        fitted = hm.MLPClassifier((3,), max_iter=1, random_state=0).fit(X, X[:, 0] > 0)
    assert NeuronDisplay.from_estimator(fitted, X, 1).units == 3


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"layer": 7}, "layer must be one of 0, 1, 2.0, 2.1, 3"),
        ({"X": X[:, :1]}, "X must have 2 columns"),
        ({"estimator": np.sum}, "estimator must be a Model or a fitted estimator of Halfmoon"),
    ],
)
def test_refuses(change, sentence):
    with pytest.raises(InputError, match=sentence):
        NeuronDisplay.from_estimator(**{"estimator": MODEL, "X": X, "layer": 0} | change)
