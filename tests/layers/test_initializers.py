"""The initialisers: what they draw, exactly and on average. One row each: a missing row fails."""

import copy
import json
import math
import pickle
from dataclasses import FrozenInstanceError

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from halfmoon.base.errors import InputError
from halfmoon.base.randomness import generator
from halfmoon.base.record import decode, encode
from halfmoon.layers.initializers import INITIALIZERS, Constant, Initializer, Normal, Ones, Orthogonal, Scaled, Zeros, initializer

SHAPE = (300, 200)


def _uniform(bound):
    return lambda shape, random: random.uniform(-bound, bound, shape)


def _normal(deviation):
    return lambda shape, random: random.normal(0, deviation, shape)


def _qr(shape, random):
    q, r = np.linalg.qr(random.standard_normal(shape))
    return q * np.where(np.diag(r) < 0, -1, 1)


# For each name: variance, bound (None: no bound) and the same draw in NumPy's own words, at 300 inputs and 200 outputs.
ROWS = {
    "zeros": (0.0, 0.0, lambda shape, random: np.zeros(shape)),
    "ones": (0.0, 1.0, lambda shape, random: np.ones(shape)),
    "normal": (1.0, None, _normal(1)),
    "uniform": (0.05**2 / 3, 0.05, _uniform(0.05)),
    "glorot_uniform": (1 / 250, math.sqrt(6 / 500), _uniform(math.sqrt(6 / 500))),
    "glorot_normal": (1 / 250, None, _normal(math.sqrt(2 / 500))),
    "he_uniform": (2 / 300, math.sqrt(6 / 300), _uniform(math.sqrt(6 / 300))),
    "he_normal": (2 / 300, None, _normal(math.sqrt(2 / 300))),
    "lecun_uniform": (1 / 300, math.sqrt(3 / 300), _uniform(math.sqrt(3 / 300))),
    "lecun_normal": (1 / 300, None, _normal(math.sqrt(1 / 300))),
    "orthogonal": (1 / 300, None, _qr),
    "random_signs": (1.0, 1.0, lambda shape, random: np.where(random.uniform(0, 1, shape) < 0.5, -1.0, 1.0)),
}
RANDOM = st.integers(0, 2**32 - 1)


def test_every_initializer_has_its_row():
    assert set(ROWS) == set(INITIALIZERS)


@pytest.mark.smoke
@pytest.mark.parametrize("name", INITIALIZERS)
def test_mean_variance_and_bound(name):
    variance, bound, _ = ROWS[name]
    drawn = INITIALIZERS[name].draw(SHAPE, np.random.RandomState(1))
    count = drawn.size
    assert drawn.shape == SHAPE
    assert drawn.dtype == np.float64
    assert abs(drawn.mean() - (name == "ones")) <= 5 * math.sqrt(variance / count)
    assert drawn.var() == pytest.approx(variance, rel=5 * math.sqrt(2 / count))
    if bound is not None:
        assert np.abs(drawn).max() <= bound
        assert np.abs(drawn).max() > 0.999 * bound or not bound


@pytest.mark.parametrize("name", INITIALIZERS)
@pytest.mark.parametrize("make", [np.random.RandomState, np.random.default_rng])
def test_the_draw_exactly(name, make):
    got, random = INITIALIZERS[name].draw(SHAPE, ours := make(7)), make(7)
    np.testing.assert_allclose(got, ROWS[name][2](SHAPE, random), rtol=1e-14)
    assert ours.uniform() == random.uniform()  # nothing more was drawn


@pytest.mark.parametrize("name", INITIALIZERS)
def test_names_in_the_order_of_draws(name):
    random = np.random.RandomState(5)
    first, second = INITIALIZERS[name].draw((4, 3), random), INITIALIZERS[name].draw((4, 3), random)
    assert np.array_equal(first, second) == (name in {"zeros", "ones"})


def test_glorot_by_scikit_learns_bound():
    """MLPClassifier starts tanh layers with uniform(-√(6 / (in + out)), √(6 / (in + out)))."""
    drawn = INITIALIZERS["glorot_uniform"].draw((3, 5), np.random.RandomState(0))
    bound = np.sqrt(6.0 / 8)
    np.testing.assert_allclose(drawn, np.random.RandomState(0).uniform(-bound, bound, (3, 5)), rtol=1e-15)


@pytest.mark.parametrize(("fan", "count"), [("in", 300), ("out", 200), ("mean", 250)])
@pytest.mark.parametrize("distribution", ["uniform", "normal"])
def test_scaled(fan, count, distribution):
    drawn = Scaled(3, fan, distribution).draw(SHAPE, np.random.RandomState(2))
    assert drawn.var() == pytest.approx(3 / count, rel=0.03)


@given(st.integers(1, 8), st.integers(1, 8), RANDOM)
def test_orthogonal(rows, columns, seed):
    drawn = Orthogonal(2.0).draw((rows, columns), np.random.RandomState(seed)) / 2
    square = drawn @ drawn.T if rows <= columns else drawn.T @ drawn
    np.testing.assert_allclose(square, np.eye(min(rows, columns)), atol=1e-13)


def test_orthogonal_is_uniform_over_directions():
    drawn = np.array([Orthogonal().draw((2, 2), np.random.RandomState(seed)) for seed in range(400)])
    angles = np.arctan2(drawn[:, 1, 0], drawn[:, 0, 0])
    assert np.abs(np.exp(1j * angles).mean()) < 4 / 20
    assert 0.35 < (np.linalg.det(drawn) > 0).mean() < 0.65


@pytest.mark.parametrize("name", INITIALIZERS)
def test_every_initializer_draws_for_a_vector_or_says_why_not(name):
    """A bias is a vector."""
    try:
        drawn = INITIALIZERS[name].draw((5,), np.random.RandomState(0))
    except InputError:
        assert name == "orthogonal"
    else:
        assert drawn.shape == (5,)


SAMPLES = [*INITIALIZERS.values(), Normal(0.5), Scaled(2, "out", "normal"), Orthogonal(3), Constant([[1, 2]]), Constant(np.float32([0.5]))]


@pytest.mark.parametrize("each", SAMPLES, ids=repr)
def test_an_initializer_is_a_record(each):
    for other in (copy.deepcopy(each), pickle.loads(pickle.dumps(each)), decode(json.loads(json.dumps(encode(each))))):
        assert other == each
        assert hash(other) == hash(each)
        assert type(other) is type(each)
    assert sum(each == other for other in SAMPLES) == 1
    assert isinstance(each, Initializer)
    with pytest.raises(FrozenInstanceError):
        each.gain = 3


@given(arrays(st.sampled_from([np.float32, np.float64, np.int64, np.bool_]), st.tuples(st.integers(0, 3), st.integers(0, 3))), st.data())
def test_a_constant_is_equal_by_shape_dtype_and_bytes(array, data):
    if array.dtype.kind == "f":
        array = np.nan_to_num(array, nan=0, posinf=1, neginf=-1)
    constant = Constant(array)
    assert constant == Constant(array.copy())
    assert hash(constant) == hash(Constant(np.asfortranarray(array)))
    assert constant != Constant(array.ravel())
    assert constant != Constant(array.astype(np.longdouble))
    assert constant != array.tolist()
    drawn = constant.draw(array.shape, np.random.RandomState(0))
    assert drawn.dtype == np.float64
    assert np.array_equal(drawn, array)
    assert decode(json.loads(json.dumps(encode(constant)))) == constant
    if array.size:
        place = data.draw(st.integers(0, array.size - 1))
        changed = array.copy()
        changed.flat[place] = not changed.flat[place]
        assert constant != Constant(changed)


def test_a_constant_keeps_its_own_array():
    array = np.ones((2, 2))
    constant = Constant(array)
    array[0, 0] = 5
    assert constant.array.tolist() == [[1, 1], [1, 1]]
    with pytest.raises(ValueError, match="read-only"):
        constant.array[0, 0] = 3
    drawn = constant.draw((2, 2), np.random.RandomState(0))
    drawn[0, 0] = 7
    assert constant.array[0, 0] == 1


@pytest.mark.parametrize("copied", [copy.deepcopy, lambda each: pickle.loads(pickle.dumps(each)), lambda each: decode(encode(each))])
def test_a_copied_constant_is_read_only_too(copied):
    assert not copied(Constant([1.0])).array.flags.writeable


def test_a_constant_of_another_byte_order_is_the_same():
    swapped = Constant(np.array([1.0, 2.0], ">f8"))
    assert decode(json.loads(json.dumps(encode(swapped)))) == swapped


@pytest.mark.smoke
def test_generators():
    assert generator(3).uniform() == np.random.RandomState(3).uniform()
    assert generator(np.int64(3)).uniform() == np.random.RandomState(3).uniform()
    for random in (np.random.RandomState(0), np.random.default_rng(0)):
        assert generator(random) is random
    assert generator(2**32 - 1) is not None


@pytest.mark.parametrize("seed", [-1, 2**32, 2**64, 1.0, "0", None, True, math.nan])
def test_wrong_seeds(seed):
    with pytest.raises(InputError, match=r"^seed must be .*, got "):
        generator(seed)


def test_names():
    assert initializer("weights", "he_normal") == Scaled(2, "in", "normal")
    mine = Normal(0.1)
    assert initializer("weights", mine) is mine
    with pytest.raises(InputError, match=r"^weights must be one of zeros, .*\(did you mean 'he_normal'\?\), got 'he_norml'$"):
        initializer("weights", "he_norml")
    for wrong in (None, 3, Zeros, np.zeros(3)):
        with pytest.raises(InputError, match=r"^weights must be one of zeros"):
            initializer("weights", wrong)


WRONG = [
    (lambda: Normal(0), "deviation must be a number in (0, inf), got 0"),
    (lambda: Normal("1"), "deviation must be a finite number, got '1'"),
    (lambda: Scaled(-1), "gain must be a number in (0, inf), got -1"),
    (lambda: Scaled(1, "both"), "fan must be one of in, out, mean"),
    (lambda: Scaled(1, "in", "gauss"), "distribution must be one of uniform, normal"),
    (lambda: Orthogonal(math.nan), "gain must be a finite number, got nan"),
    (lambda: Constant([1.0, math.nan]), "array must be finite, got nan at index (1,)"),
    (lambda: Constant("text"), "array must hold real numbers"),
    (lambda: Constant([[1], [1, 2]]), "array must be a rectangular array of numbers"),
    (lambda: Constant([1.0]).draw((2,), np.random.RandomState(0)), "Constant must have the parameter's shape (2,), got (1,)"),
]


@pytest.mark.parametrize(("make", "words"), WRONG)
def test_wrong_arguments_are_explained(make, words):
    with pytest.raises(InputError) as caught:
        make()
    assert words in str(caught.value)


def test_zeros_and_ones_draw_nothing():
    random = np.random.RandomState(0)
    Zeros().draw((2, 2), random)
    Ones().draw((2, 2), random)
    assert random.uniform() == np.random.RandomState(0).uniform()
