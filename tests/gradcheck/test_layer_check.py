"""Whose slope is wrong: the layer, or the loss, that wrote it, and no other."""

from __future__ import annotations

import numpy as np
import pytest

from halfmoon.expressions.vocabulary import maximum, where
from halfmoon.gradcheck.layer_check import wrong_slopes
from halfmoon.layers.activations import ACTIVATIONS, Activation, LeakyReLU, Tanh
from halfmoon.layers.contract import INFERENCE, TRAINING, Layer, Param
from halfmoon.layers.dense import Dense
from halfmoon.layers.dropout import Dropout
from halfmoon.layers.initializers import Normal
from halfmoon.layers.normalise import BatchNorm
from halfmoon.layers.residual import Residual
from halfmoon.losses import LOSSES
from halfmoon.losses.pointwise import PointwiseLoss, SquaredError
from halfmoon.network.network import Network
from inspect_networks import NETWORKS, Mirror, rows

X = np.random.RandomState(0).standard_normal((40, 3))
Y = X[:, 0]


def wrong(*layers, loss=SquaredError, inputs=X, pass_=TRAINING, dtype="float32"):
    model = Network(layers, loss).init(inputs.shape[1], seed=0, dtype=dtype)
    batch = model.batch(inputs, Y)
    return wrong_slopes(model, model.trace(*batch, pass_=pass_), batch[1])


class Slip(Dense):
    """One entry of one gradient is off."""

    def backward(self, p, x, y, dy, pass_):
        dx, gradients = super().backward(p, x, y, dy, pass_)
        gradients["W"][1, 2] += 0.1
        return dx, gradients


class Forgets(Layer):
    """A scale whose input's gradient lacks the scale."""

    def parameters(self, n_in):
        return {"scale": Param((n_in,), Normal())}

    def forward(self, p, x, pass_):
        return x * p["scale"]

    def backward(self, p, x, y, dy, pass_):
        return dy, {"scale": (x * dy).sum(axis=0)}


@pytest.mark.parametrize("pass_", [INFERENCE, TRAINING], ids=["inference", "training"])
@pytest.mark.parametrize("name", NETWORKS)
def test_nothing_is_said_of_what_is_right(name, pass_):
    model = NETWORKS[name].init(4, seed=1)
    batch = model.batch(*rows(name))
    assert wrong_slopes(model, model.trace(*batch, pass_=pass_), batch[1]) == []


@pytest.mark.parametrize("name", ACTIVATIONS)
@pytest.mark.parametrize("inputs", [X, 0 * X, 1e4 * X, np.sign(X)], ids=["normal", "zero", "large", "signs"])
def test_an_activation_of_ones_own_may_have_kinks(name, inputs):
    ours = ACTIVATIONS[name]
    own = Activation("own", ours.value, ours.slope, ours.constants)
    with np.errstate(all="ignore"):
        assert wrong(own, Dense(1), inputs=inputs) == []


@pytest.mark.parametrize("name", [name for name, loss in LOSSES.items() if isinstance(loss, PointwiseLoss)])
def test_a_loss_of_ones_own_may_have_kinks(name):
    ours = LOSSES[name]
    constants = dict(ours.constants)
    own = PointwiseLoss("own", ours.value, ours.slope, constants)
    assert wrong(Dense(1), loss=own) == []


@pytest.mark.parametrize(
    ("name", "value", "slope"),
    [
        ("cube", lambda z: z * z * z, lambda z, a: 2 * z * z),
        ("leaky", lambda z: where(z > 0, z, 0.1 * z), lambda z, a: where(z > 0, 1, 0.2)),
        ("above", lambda z: maximum(z, 1), lambda z, a: where(z > 1.5, 1, 0)),
        ("sign", lambda z: z * z, lambda z, a: -2 * z),
        ("nan", lambda z: z * z, lambda z, a: z * (a - a) / (a - a)),
    ],
)
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_a_slope_that_is_wrong_somewhere_is_found_there(name, value, slope, dtype):
    bad = Activation(name, value, slope)
    right = Activation("right", value)
    (found,) = wrong(Dense(6), right, Dense(6, weights="he_normal"), bad, Dense(4), Tanh, Dense(1), dtype=dtype)
    assert (found.path, found.name) == ("3", name)
    z = np.array(float(found.entry.removeprefix("z = ")))
    with np.errstate(all="ignore"):
        assert found.written == pytest.approx(float(bad.slope(z, bad.value(z))), rel=0.01, nan_ok=True)
        assert found.numeric == pytest.approx(float(right.slope(z, right.value(z))), rel=0.01, abs=1e-6)
    assert str(found).startswith(f"the slope of layer 3 ({name}) is wrong: at {found.entry} it gives ")
    assert len(str(found)) < 300


def test_two_that_are_wrong_are_both_named_from_the_last_to_the_first():
    bad = Activation("bad", lambda z: z * z, lambda z, a: z)
    found = wrong(Dense(4), bad, Dense(4), Residual(Dense(4), bad), Dense(1))
    assert [each.path for each in found] == ["3.1", "1"]


def test_a_layer_of_ones_own():
    (slip,) = wrong(Slip(4), Dense(1))
    assert (slip.path, slip.entry) == ("0", "0.dW[1,2]")
    assert slip.written - slip.numeric == pytest.approx(0.1, rel=1e-3)
    assert str(slip).startswith("the backward pass of layer 0 (Slip) is wrong: for 0.dW[1,2] it gives ")
    (forgets,) = wrong(Dense(3), BatchNorm(), Forgets(), Dropout(0.3), Mirror(), Dense(1))
    assert forgets.path == "2"
    assert forgets.entry.startswith("2.dx[")


def test_a_loss_of_ones_own():
    (found,) = wrong(Dense(1), loss=PointwiseLoss("half", lambda s, y: (s - y) ** 2, lambda s, y: s - y))
    assert found.path is None
    assert found.numeric == pytest.approx(2 * found.written, rel=1e-4)
    assert str(found).startswith("the slope of the loss (half) is wrong: by scores[")


def test_variants_of_the_librarys_own_are_known():
    assert wrong(Dense(4), LeakyReLU(alpha=0.3), Dense(1)) == []


def test_what_is_no_number_is_not_judged():
    model = Network([Dense(2), Activation("own", lambda z: z * z, lambda z, a: z)], SquaredError).init(3)
    model.theta[...] = np.nan
    batch = model.batch(X, np.column_stack([Y, Y]))
    assert wrong_slopes(model, model.trace(*batch), batch[1]) == []
