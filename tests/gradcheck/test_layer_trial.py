"""A layer tried alone: its numbers are its own, and its gradients are judged."""

from __future__ import annotations

import numpy as np
import pytest

import halfmoon as hm
from halfmoon.base.errors import InputError
from halfmoon.base.language import speaking
from twins import TWINS, WIDTH

RANDOM = np.random.RandomState(5)
X, DY = RANDOM.standard_normal((6, 3)), RANDOM.standard_normal((6, 4))
WIDE = RANDOM.standard_normal((6, WIDTH))


@pytest.mark.smoke
def test_a_dense_layer():
    trial = hm.try_layer(hm.Dense(4, biases="normal"), X, dy=DY)
    assert list(trial.forward) == ["x", "W", "b", "y"]
    assert list(trial.backward) == ["dy", "dx", "dW", "db"]
    W, b = trial.forward["W"], trial.forward["b"]
    np.testing.assert_allclose(trial.forward["y"], X @ W + b)
    np.testing.assert_array_equal(trial.backward["dy"], DY)
    for name, expected in {"dx": DY @ W.T, "dW": X.T @ DY, "db": DY.sum(axis=0)}.items():
        np.testing.assert_allclose(trial.backward[name], expected, rtol=1e-12, err_msg=name)
    assert trial.ok
    assert [each.name for each in trial.report.arrays] == ["0.W", "0.b", "X"]
    lines = str(trial).splitlines()
    assert lines[0] == "Dense(4, biases='normal')"
    assert lines[1].split() == ["array", "shape", "least", "largest", "against", "central", "differences"]
    assert str(trial).count("ok, off by") == 3


def test_the_same_seed_is_the_same_trial_and_draws_another_dy_than_x():
    one, same, other = (hm.try_layer(hm.Tanh(), np.random.RandomState(0).normal(size=(4, 2)), seed=seed) for seed in (0, 0, 1))
    np.testing.assert_array_equal(one.backward["dy"], same.backward["dy"])
    assert (one.backward["dy"] != other.backward["dy"]).all()
    assert (one.backward["dy"] != one.forward["x"]).all()


@pytest.mark.parametrize("name", TWINS)
@pytest.mark.parametrize("pass_", [hm.Pass(), hm.Pass(training=True, seed=3)], ids=["inference", "training"])
def test_every_layer_of_the_library_is_right(name, pass_):
    for layer in TWINS[name].examples:
        trial = hm.try_layer(layer, WIDE, pass_=pass_)
        assert trial.ok, f"\n{trial}"


def test_a_branch():
    trial = hm.try_layer(hm.Residual(hm.Dense(3), hm.Tanh), X)
    assert list(trial.forward) == ["x", "0.W", "0.b", "y"]
    assert list(trial.backward) == ["dy", "dx", "0.dW", "0.db"]
    assert trial.ok


def test_a_wrong_slope_is_named():
    trial = hm.try_layer(hm.Activation("cube", lambda z: z**3, lambda z, a: 2 * z * z), [[0.5], [1.0]], dy=[[0.0], [1.0]])
    assert not trial.ok
    assert "WRONG at [1, 0]: it gives 2, central differences measure 3" in str(trial)
    with speaking("zh"):
        assert "[1, 0] 处有误：它给出 2，中心差分测得 3" in str(trial)


@pytest.mark.parametrize(
    ("arguments", "options", "sentence"),
    [
        (("Dense", X), {}, "layer must be a layer such as Dense(4), got 'Dense'"),
        ((hm.Dense, X), {}, "layer must be a layer such as Dense(4)"),
        ((hm.Dense(4), X[0]), {}, "X must have two dimensions (rows, columns), got shape (3,)"),
        ((hm.Dense(4), X), {"dy": DY[:2]}, "dy must have one row for each of the 6 rows of X, got 2"),
        ((hm.Dense(4), X), {"dy": X}, "dy must have 4 columns"),
        ((hm.Dense(4), X), {"pass_": True}, "pass_ must be a Pass"),
        ((hm.Dense(4), X), {"tolerance": 0}, "tolerance must be"),
    ],
)
def test_what_is_refused(arguments, options, sentence):
    with pytest.raises(InputError) as told:
        hm.try_layer(*arguments, **options)
    assert str(told.value).startswith(sentence)
