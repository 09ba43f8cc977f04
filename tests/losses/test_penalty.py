"""The penalty on large weights."""

import copy
import json
import math
import pickle

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from halfmoon.base.errors import InputError
from halfmoon.base.record import decode, encode
from halfmoon.losses.penalty import NO_PENALTY, Penalty

WEIGHTS = arrays(np.float64, st.integers(0, 8), elements=st.floats(-100, 100).filter(lambda w: w == 0 or abs(w) > 1e-3))
STRENGTH = st.floats(0, 10)


@pytest.mark.smoke
def test_by_hand():
    penalty = Penalty(0.5, 3.0)
    weights = np.array([1.0, -2.0, 0.0])
    assert penalty.value(weights) == 0.5 * 3 + 1.5 * 5
    assert penalty.gradient(weights).tolist() == [3.5, -6.5, 0.0]


def test_of_a_batch():
    assert Penalty(0.5, 3.0).for_batch(10.0) == Penalty(0.5, 3.0)
    assert Penalty(0.5, 3.0, per_batch=True).for_batch(10.0) == Penalty(0.05, 0.3)


@given(WEIGHTS, STRENGTH, STRENGTH)
def test_the_value(weights, l1, l2):
    expected = math.fsum(l1 * abs(w) + 0.5 * l2 * w * w for w in weights)
    assert Penalty(l1, l2).value(weights) == pytest.approx(expected, rel=1e-12)


@given(WEIGHTS, STRENGTH, STRENGTH)
def test_the_gradient_is_the_derivative(weights, l1, l2):
    penalty = Penalty(l1, l2)
    gradient = penalty.gradient(weights)
    assert gradient.shape == weights.shape
    for i, w in enumerate(weights):
        h = 1e-4  # both terms are exact under central differences away from 0; at 0 the absolute value counts as flat
        up, down = weights.copy(), weights.copy()
        up[i], down[i] = w + h, w - h
        scale = penalty.value(up) + 1
        assert gradient[i] == pytest.approx((penalty.value(up) - penalty.value(down)) / (2 * h), rel=1e-9, abs=1e-11 * scale)


def test_no_penalty():
    assert Penalty() == NO_PENALTY
    weights = np.array([1.0, -2.0])
    assert NO_PENALTY.value(weights) == 0
    assert NO_PENALTY.gradient(weights).tolist() == [0, 0]
    assert Penalty(1, 1).value(np.array([])) == 0


def test_float32_is_summed_in_float64():
    weights = np.full(10**6, 0.1, np.float32)
    assert Penalty(1.0).value(weights) == pytest.approx(float(np.float32(0.1)) * 10**6, rel=1e-12)
    assert Penalty(0.0, 2.0).value(weights) == pytest.approx(0.01 * 10**6, rel=1e-6)
    assert Penalty(0.1, 0.2).gradient(weights).dtype == np.float32


def test_it_is_a_record():
    each = Penalty(0.1, 0.2)
    for other in (copy.deepcopy(each), pickle.loads(pickle.dumps(each)), decode(json.loads(json.dumps(encode(each))))):
        assert other == each
        assert hash(other) == hash(each)


@pytest.mark.parametrize("name", ["l1", "l2"])
@pytest.mark.parametrize("value", [-0.1, math.nan, math.inf, "1", None, True])
def test_wrong_strengths_are_named(name, value):
    with pytest.raises(InputError) as caught:
        Penalty(**{name: value})
    assert str(caught.value).startswith(f"{name} must be a ")
    assert str(caught.value).endswith(f", got {value!r}")
