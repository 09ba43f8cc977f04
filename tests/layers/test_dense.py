"""Dense: when it has a bias, how it starts, and its own rate."""

from __future__ import annotations

import numpy as np
import pytest

from halfmoon.base.errors import InputError
from halfmoon.layers.activations import Tanh
from halfmoon.layers.contract import INFERENCE
from halfmoon.layers.dense import Dense
from halfmoon.layers.initializers import INITIALIZERS, Constant, Normal
from halfmoon.layers.normalise import BatchNorm, LayerNorm
from halfmoon.layers.residual import Residual
from halfmoon.network.network import Network


@pytest.mark.smoke
def test_by_hand():
    layer = Dense(2)
    p = {"W": np.array([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]), "b": np.array([0.5, -0.5])}
    x, dy = np.array([[1.0, 0.0, -1.0], [2.0, 1.0, 0.0]]), np.array([[1.0, 0.0], [0.0, 2.0]])
    y = layer.forward(p, x, INFERENCE)
    dx, gradients = layer.backward(p, x, y, dy, INFERENCE)
    assert y.tolist() == [[-3.5, -4.5], [5.5, 7.5]]
    assert dx.tolist() == [[1, 3, 5], [4, 8, 12]]
    assert gradients["W"].tolist() == [[1, 4], [0, 2], [-1, 0]]
    assert gradients["b"].tolist() == [1, 2]


@pytest.mark.parametrize(
    ("parts", "names"),
    [
        ([Dense(4)], ["0.W", "0.b"]),
        ([Dense(4), Tanh], ["0.W", "0.b"]),
        ([Dense(4), LayerNorm()], ["0.W", "0.b", "1.scale", "1.shift"]),
        ([Dense(4), BatchNorm()], ["0.W", "1.scale", "1.shift"]),
        ([Dense(4, bias=True), BatchNorm()], ["0.W", "0.b", "1.scale", "1.shift"]),
        ([Dense(4, bias=False), Tanh], ["0.W"]),
        ([Dense(4), Tanh, BatchNorm()], ["0.W", "0.b", "2.scale", "2.shift"]),
        ([Residual(Dense(3), BatchNorm())], ["0.0.W", "0.1.scale", "0.1.shift"]),
        ([Residual(Dense(3)), BatchNorm()], ["0.0.W", "0.0.b", "1.scale", "1.shift"]),
    ],
)
def test_the_bias_is_dropped_only_directly_before_batch_norm(parts, names):
    assert list(Network(parts).init(3).params) == names


def test_rate_factor_reaches_both_arrays_and_weights_alone_are_decayed():
    found = Dense(4, rate_factor=0.25).parameters(3)
    assert {name: (param.decayed, param.rate_factor) for name, param in found.items()} == {"W": (True, 0.25), "b": (False, 0.25)}
    assert [param.rate_factor for param in Dense(4).parameters(3).values()] == [1.0, 1.0]
    assert Dense(4, rate_factor=0).parameters(3)["W"].rate_factor == 0


def test_further_factors_are_each_arrays_own():
    found = Dense(4, rate_factor=0.5, decay_factor=3.0, bias_rate_factor=0.1).parameters(3)
    assert {name: (param.decayed, param.rate_factor, param.decay_factor) for name, param in found.items()} == {
        "W": (True, 0.5, 3.0),
        "b": (False, 0.05, 1.0),
    }
    assert not Dense(4, decay_factor=0).parameters(3)["W"].decayed


def test_rate_factor_survives_the_step_before_batch_norm():
    (_, param), *_ = Network([Dense(4, rate_factor=3.0), BatchNorm()]).program(2).parameters.entries
    assert param.rate_factor == 3.0


def test_constant_weights_are_copied():
    array = np.arange(6.0).reshape(3, 2)
    layer = Dense(2, weights=Constant(array), biases=Constant(np.array([7, 8])))
    array[...] = 99
    model = Network([layer]).init(3, dtype="float64")
    assert model.params[0]["W"].tolist() == [[0, 1], [2, 3], [4, 5]]
    assert model.params[0]["b"].tolist() == [7, 8]
    model.params[0]["W"][...] = -1
    assert Network([layer]).init(3).params[0]["W"].tolist() == [[0, 1], [2, 3], [4, 5]]
    assert layer == Dense(2, weights=Constant(np.arange(6.0).reshape(3, 2)), biases=Constant(np.array([7, 8])))
    assert layer != Dense(2, weights=Constant(np.arange(6.0).reshape(3, 2) + 1), biases=Constant(np.array([7, 8])))


def test_constant_weights_of_the_wrong_shape_are_refused():
    with pytest.raises(InputError, match=r"shape \(4, 2\), got \(3, 2\)"):
        Network([Dense(2, weights=Constant(np.ones((3, 2))))]).init(4)


@pytest.mark.parametrize("name", INITIALIZERS)
def test_every_initialiser_starts_weights(name):
    weights = Network([Dense(40, weights=name)]).init(30, dtype="float64").params[0]["W"]
    fan_in, fan_out = 30, 40
    deviation = {
        "zeros": 0,
        "ones": 0,
        "normal": 1,
        "uniform": 0.05 / 3**0.5,
        "glorot_uniform": (2 / (fan_in + fan_out)) ** 0.5,
        "glorot_normal": (2 / (fan_in + fan_out)) ** 0.5,
        "he_uniform": (2 / fan_in) ** 0.5,
        "he_normal": (2 / fan_in) ** 0.5,
        "lecun_uniform": (1 / fan_in) ** 0.5,
        "lecun_normal": (1 / fan_in) ** 0.5,
        "orthogonal": (1 / 40) ** 0.5,
        "random_signs": 1,
    }[name]
    assert weights.std() == pytest.approx(deviation, rel=0.08)
    if name == "orthogonal":
        np.testing.assert_allclose(weights @ weights.T, np.eye(30), atol=1e-12)


@pytest.mark.parametrize("name", INITIALIZERS)
def test_every_initialiser_starts_biases_or_says_why_not(name):
    try:
        model = Network([Dense(3, biases=name)]).init(2)
    except InputError:
        return
    assert np.isfinite(model.params[0]["b"]).all()


def test_the_generator_is_drawn_from_in_order():
    model = Network([Dense(3, weights="normal", biases=Normal(0.5)), Dense(2, weights="normal")]).init(4, seed=9, dtype="float64")
    random = np.random.RandomState(9)
    assert model.params[0]["W"].tolist() == random.standard_normal((4, 3)).tolist()
    assert model.params[0]["b"].tolist() == (0.5 * random.standard_normal(3)).tolist()
    assert model.params[1]["W"].tolist() == random.standard_normal((3, 2)).tolist()


@pytest.mark.parametrize(
    ("options", "name"),
    [
        ({"units": 0}, "units"),
        ({"units": 2.0}, "units"),
        ({"units": True}, "units"),
        ({"units": "3"}, "units"),
        ({"units": 2, "weights": "glorot"}, "weights"),
        ({"units": 2, "weights": np.ones((2, 2))}, "weights"),
        ({"units": 2, "biases": None}, "biases"),
        ({"units": 2, "bias": 1}, "bias"),
        ({"units": 2, "rate_factor": -1}, "rate_factor"),
        ({"units": 2, "rate_factor": float("inf")}, "rate_factor"),
    ],
)
def test_wrong_choices_are_named(options, name):
    with pytest.raises(InputError) as caught:
        Dense(**options)
    assert str(caught.value).startswith(f"{name} must be")
    assert "\n" not in str(caught.value)


def test_a_mistyped_initialiser_is_answered_with_the_nearest():
    with pytest.raises(InputError, match="did you mean 'he_normal'"):
        Dense(2, weights="he_norml")
