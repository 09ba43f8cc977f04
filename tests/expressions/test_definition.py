"""Named definitions: a value, its slope, and constants."""

import copy
import json
import math
import pickle
from dataclasses import FrozenInstanceError

import numpy as np
import pytest

from halfmoon.base.checks import Between, positive
from halfmoon.base.errors import InputError
from halfmoon.base.record import decode, encode
from halfmoon.expressions.definition import Definition
from halfmoon.expressions.derivative import derivative
from halfmoon.expressions.expression import Expression
from halfmoon.expressions.tracing import trace
from halfmoon.expressions.vocabulary import exp, maximum, sin, sqrt, tanh, where
from halfmoon.layers.activations import ACTIVATIONS, ELU, Activation, LeakyReLU, ReLU, Tanh
from halfmoon.network.network import Network

Z = np.array([-2.0, -0.5, 0.25, 3.0])
LIMITED = Definition("power", lambda z, p, q: z * p + q, constants={"p": 2, "q": 0.5}, limits={"p": Between(1, 3)})


@pytest.mark.smoke
def test_a_definition_is_its_expressions():
    cube = Definition("cube", lambda z: z**3, lambda z: 3 * z * z)
    assert cube.value(Z).tolist() == (Z**3).tolist()
    assert cube.slope(Z).tolist() == (3 * Z * Z).tolist()
    assert isinstance(cube.value, Expression)
    assert str(cube) == "cube: value z ** 3, slope 3 * z * z"
    assert repr(cube) == "cube"
    assert cube.constants == ()
    assert cube.numbers() == ()


def test_without_a_slope_the_derivative_is_shown():
    wave = Definition("wave", lambda z: sin(z) * 2)
    assert wave.slope == derivative(wave.value, "z")
    assert str(wave) == f"wave: value sin(z) * 2, slope {derivative(wave.value, 'z')}"
    assert "cos(z)" in str(wave)
    np.testing.assert_allclose(wave.slope(Z), 2 * np.cos(Z), rtol=1e-15)


def test_an_activations_derivative_is_written_with_its_value():
    mine = Activation("mine", tanh)
    assert str(mine) == "mine: value tanh(z), slope 1 - a * a"
    assert str(mine.slope) == str(Tanh.slope)
    given = Activation("given", tanh, lambda z, a: 1 - a * a)
    assert given == Tanh
    assert hash(given) == hash(Tanh)


def test_equality_goes_by_expressions_and_constants_not_names():
    assert Definition("one", lambda z: exp(z) + 1) == Definition("two", lambda x: 1 * np.exp(x) + 1)
    assert Definition("one", exp) != Definition("one", lambda z: exp(-z))
    assert LeakyReLU(alpha=0.2) != LeakyReLU
    assert LeakyReLU(alpha=0.01) == LeakyReLU
    assert Definition("one", lambda z: z, lambda z: 1) != Definition("one", lambda z: z, lambda z: 2)
    assert len({Definition(name, lambda z: z * z) for name in "abc"}) == 1


def test_a_definition_makes_its_variants():
    variant = LeakyReLU(alpha=0.2)
    assert variant.constants == (("alpha", 0.2),)
    assert variant.numbers() == (0.2,)
    assert variant.name == "leaky_relu"
    assert type(variant) is Activation
    assert repr(variant) == "leaky_relu(alpha=0.2)"
    assert str(variant).endswith(", alpha = 0.2")
    assert variant.value is LeakyReLU.value
    assert ReLU() is ReLU
    assert LIMITED(q=1).constants == (("p", 2.0), ("q", 1.0))
    assert LIMITED(q=1)(p=3).numbers() == (3.0, 1.0)
    assert LIMITED.value(Z, *LIMITED.numbers()).tolist() == (Z * 2 + 0.5).tolist()


def test_a_tuple_holds_one_number_a_column():
    columns = LeakyReLU(alpha=(0.1, 0.2))
    assert columns.numbers() == ((0.1, 0.2),)
    assert LeakyReLU(alpha=[0.1, 0.2]) == columns
    z = np.array([[-1.0, -1.0], [1.0, 2.0]])
    assert columns.value(z, *columns.numbers()).tolist() == [[-0.1, -0.2], [1, 2]]


@pytest.mark.parametrize("each", [*ACTIVATIONS.values(), LIMITED, LeakyReLU(alpha=(0.1, 0.2))], ids=repr)
def test_copies_are_equal(each):
    for other in (copy.deepcopy(each), pickle.loads(pickle.dumps(each)), decode(json.loads(json.dumps(encode(each))))):
        assert other == each
        assert hash(other) == hash(each)
        assert str(other) == str(each)
        assert other.limits == each.limits
        assert type(other) is type(each)
    with pytest.raises(FrozenInstanceError):
        each.name = "other"


def test_limits_hold_for_variants_and_copies():
    for each in (LIMITED, decode(encode(LIMITED)), LIMITED(q=3)):
        with pytest.raises(InputError, match=r"^p must be a number in \[1, 3\], got 4$"):
            each(p=4)
        with pytest.raises(InputError, match=r"^p must be a number in \[1, 3\], got 0.5$"):
            each(p=(2, 0.5))


def _branch(z):
    return z if z > 0 else 0 * z


WRONG = {
    "name": (lambda: Definition(3, lambda z: z), "name must be text, got 3"),
    "no function": (lambda: Definition("mine", 3), "the value of 'mine' must be a function of (z), got 3"),
    "branch": (lambda: Definition("mine", _branch), "a definition must not branch"),
    "arguments": (lambda: Definition("mine", lambda z, b: z), "the value of 'mine' must be a function of (z)"),
    "slope's arguments": (lambda: Activation("mine", exp, lambda z: -z), "the slope of 'mine' must be a function of (z, a)"),
    "slope": (lambda: Definition("mine", exp, lambda z: None), "got NoneType"),
    "no z": (lambda: Definition("mine", lambda z: 3), "the value of 'mine' must depend on z, got 3"),
    "only the constant": (lambda: Definition("mine", lambda z, q: q, constants={"q": 1}), "must depend on z, got q"),
    "constant is text": (lambda: Definition("mine", lambda z, q: z * q, constants={"q": "1"}), "q must be a finite number, got '1'"),
    "constant is NaN": (lambda: LeakyReLU(alpha=math.nan), "alpha must be a finite number, got nan"),
    "constant is a truth": (lambda: ELU(alpha=True), "alpha must be a finite number, got True"),
    "no numbers": (lambda: LeakyReLU(alpha=()), "alpha must be a number or at least one number, got ()"),
    "unknown constant": (lambda: LeakyReLU(beta=1), "leaky_relu has no constant 'beta'; it has alpha"),
    "no constants": (lambda: ReLU(alpha=1), "relu has no constant 'alpha'; it has none"),
    "limited": (
        lambda: Definition("mine", lambda z, q: z * q, constants={"q": 0}, limits={"q": positive}),
        "q must be a number in (0, inf)",
    ),
    "constant named as an argument": (lambda: Definition("mine", lambda z, q: z * q, constants={"z": 1}), "z"),
    "constant named as the value": (lambda: Activation("mine", lambda z, a: z * a, constants={"a": 1.0}), "a"),
    "constants are no mapping": (lambda: Definition("mine", lambda z: z, constants=5), "constants"),
    "expression of other inputs": (lambda: Definition("mine", trace(exp, ["x"])), "must be an expression of (z), got one of (x)"),
}


@pytest.mark.parametrize("what", WRONG)
def test_wrong_definitions_are_explained(what):
    make, words = WRONG[what]
    with pytest.raises(InputError) as caught:
        make()
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_definition_with_a_kink():
    clipped = Definition("clipped", lambda z, top: where(z < top, z, top), constants={"top": 1.0})
    assert clipped.slope(Z, 1.0).tolist() == [1, 1, 1, 0]


# ---- what an expression may be, in a file too --------------------------------------------------------------------------------

INPUT = ("input", "z")
LESS = ("less", 0, 0)

# steps that are no expression, and what is told
NO_EXPRESSIONS = {
    "nothing": ((), "1 to 500 steps, got 0"),
    "too many": ((INPUT, *(("tanh", index) for index in range(500))), "1 to 500 steps, got 501"),
    "a truth value that is added": ((INPUT, LESS, ("add", 0, 1)), "step 2"),
    "a truth value that is negated": ((INPUT, LESS, ("negative", 1)), "step 2"),
    "a truth value in a function": ((INPUT, LESS, ("exp", 1)), "step 2"),
    "a choice of truth values that is added": ((INPUT, LESS, ("where", 1, 1, 1), ("add", 0, 2)), "step 3"),
    "numbers that are combined": ((INPUT, ("logical_and", 0, 0)), "step 1"),
    "a constant that is true": ((("constant", True),), "step 0"),
    "a constant that is infinite": ((("constant", math.inf),), "step 0"),
    "a constant that is NaN": ((("constant", math.nan),), "step 0"),
    "a whole constant beyond floats": ((("constant", 10**400),), "step 0"),
    "a constant of text": ((("constant", "1"),), "step 0"),
    "an index that is a truth value": ((INPUT, ("exp", False)), "step 1"),
    "an index that is a fraction": ((INPUT, ("exp", 0.0)), "step 1"),
    "a step that is not needed": ((INPUT, ("exp", 0), ("tanh", 0)), "does not need step 1"),
    "a step of nothing": ((INPUT, ()), "step 1"),
    "a step that is a number": ((INPUT, 1), "step 1"),
    "steps of text": ("ab", "steps must be"),
}


@pytest.mark.parametrize("what", NO_EXPRESSIONS)
def test_what_no_engine_can_run_is_no_expression(what):
    steps, words = NO_EXPRESSIONS[what]
    with pytest.raises(InputError, match=words) as caught:
        Expression(("z",), steps)
    assert len(str(caught.value)) < 300


@pytest.mark.parametrize("inputs", [("z", "z"), ("z", 1), tuple(map(str, range(200)))])
def test_inputs_are_different_names(inputs):
    with pytest.raises(InputError, match=r"^inputs"):
        Expression(inputs, (("constant", 1.0),))


# definitions that calculate with truth values, or combine numbers, and their values of -2, 0 and 2
TRUTHS = {
    "a step": (lambda z: z > 0, [0, 0, 1]),
    "a sum": (lambda z: (z > 0) + z, [-2, 0, 3]),
    "a function": (lambda z: exp(z > 0), [1, 1, math.e]),
    "a root": (lambda z: sqrt(z > 0) + z, [-2, 0, 3]),
    "a largest": (lambda z: maximum(z, z > -3), [1, 1, 2]),
    "a choice of truth values": (lambda z: -where(z > 0, z > 1, z < -1), [-1, 0, -1]),
    "numbers that are combined": (lambda z: where(z & (z > -3), z, 7), [-2, 7, 2]),
    "a number that is negated": (lambda z: where(~z, 7, z), [-2, 7, 2]),
}


@pytest.mark.parametrize("what", TRUTHS)
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_truth_values_are_numbers_in_both_engines(what, dtype):
    function, expected = TRUTHS[what]
    activation = Activation(what, function, lambda z, a: 1)
    assert decode(json.loads(json.dumps(encode(activation)))) == activation
    model = Network([activation]).init(3, 0, dtype)
    X = np.array([[-2.0, 0.0, 2.0]] * 20)
    for scores in (model.scores(X), model._scores(X.astype(dtype), None)):
        assert scores.dtype == dtype
        assert scores[0].tolist() == pytest.approx(expected)
