"""The words that definitions are written in."""

import operator
import subprocess
import sys

import mpmath
import numpy as np
import pytest
import scipy.special

from halfmoon.expressions import vocabulary
from halfmoon.expressions.tracing import Symbol, Tape, trace
from halfmoon.expressions.vocabulary import LOGICAL, MEANING, OPERATORS, WORDS, erf

# What each word means, elsewhere.
NUMPY = {
    "absolute": np.absolute,
    "arctan": np.arctan,
    "cos": np.cos,
    "erf": scipy.special.erf,
    "exp": np.exp,
    "expm1": np.expm1,
    "floor": np.floor,
    "log": np.log,
    "log1p": np.log1p,
    "maximum": np.maximum,
    "minimum": np.minimum,
    "sign": np.sign,
    "sin": np.sin,
    "sqrt": np.sqrt,
    "tanh": np.tanh,
    "where": np.where,
}
OPERATIONS = {
    "add": (operator.add, np.add),
    "subtract": (operator.sub, np.subtract),
    "multiply": (operator.mul, np.multiply),
    "divide": (operator.truediv, np.true_divide),
    "power": (operator.pow, np.power),
    "negative": (operator.neg, np.negative),
    "less": (operator.lt, np.less),
    "less_equal": (operator.le, np.less_equal),
    "greater": (operator.gt, np.greater),
    "greater_equal": (operator.ge, np.greater_equal),
    "logical_and": (operator.and_, np.logical_and),
    "logical_or": (operator.or_, np.logical_or),
    "logical_not": (operator.invert, np.logical_not),
}
OPERANDS = {1: (np.linspace(0.1, 2, 7),), 2: (np.linspace(0.1, 2, 7), np.linspace(1.5, 0.2, 7))}
TRUTHS = {1: (np.array([True, False]),), 2: (np.array([True, True, False, False]), np.array([True, False, True, False]))}


def operands(name, function):
    if name == "where":
        return (np.linspace(0.1, 2, 7) > 1, *OPERANDS[2])
    count = 1 if name == "erf" else function.nin
    return TRUTHS[count] if name.startswith("logical") else OPERANDS[count]


def test_every_word_has_its_row():
    assert set(NUMPY) == set(WORDS)
    assert set(OPERATIONS) == set(OPERATORS)
    assert {**WORDS, **OPERATORS} == MEANING
    assert len(MEANING) == len(WORDS) + len(OPERATORS)


@pytest.mark.smoke
@pytest.mark.parametrize("name", WORDS)
def test_a_word_is_a_function_of_arrays_and_of_symbols(name):
    word = getattr(vocabulary, name)
    assert word is WORDS[name]
    given = operands(name, NUMPY[name])
    assert np.array_equal(word(*given), NUMPY[name](*given))
    names = ["x", "y", "w"][: len(given)]
    expression = trace(word, names)
    assert expression.steps[-1] == (name, *range(len(given)))
    assert str(expression) == f"{name}({', '.join(names)})"


@pytest.mark.parametrize("name", OPERATORS)
@pytest.mark.parametrize("way", [0, 1])
def test_an_operator_reaches_the_symbol_through_python_and_numpy(name, way):
    function = OPERATIONS[name][way]
    given = operands(name, OPERATIONS[name][1])
    expression = trace(function, ["x", "y"][: len(given)])
    last = expression.steps[-1]
    assert last[0] == name if name in LOGICAL else last == (name, *range(len(given)))  # what is combined becomes a truth value first
    assert np.array_equal(expression(*given), function(*given))
    assert np.array_equal(MEANING[name](*given), function(*given))


@pytest.mark.parametrize("name", ["add", "subtract", "multiply", "divide", "power", "less", "less_equal", "greater", "greater_equal"])
@pytest.mark.parametrize("kind", [int, float, np.float32, np.float64, np.int64, np.array])
def test_a_number_may_stand_on_either_side(name, kind):
    function, x = OPERATIONS[name][0], np.linspace(0.5, 5, 7)
    assert np.array_equal(trace(lambda z: function(z, kind(3)), ["z"])(x), function(x, 3.0))
    assert np.array_equal(trace(lambda z: function(kind(3), z), ["z"])(x), function(3.0, x))


def test_erf_is_right():
    x = np.linspace(-6, 6, 41)
    np.testing.assert_allclose(erf(x), [float(mpmath.erf(float(each))) for each in x], rtol=1e-14)
    assert erf(np.float32([0.5])).dtype == np.float32
    tape = Tape()
    assert isinstance(erf(tape.write("input", "z")), Symbol)


def test_the_words_do_not_load_scipy():
    code = "import halfmoon.expressions.vocabulary, sys; sys.exit('scipy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
