"""Definitions called with symbols: values, derivatives, texts, identity, and what cannot be traced."""

import copy
import json
import math
import pickle
from dataclasses import FrozenInstanceError

import mpmath
import numpy as np
import pytest
import scipy.special
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from halfmoon.base.errors import InputError
from halfmoon.base.record import decode, encode
from halfmoon.expressions.derivative import CHOICES, FLAT, PARTIALS, derivative
from halfmoon.expressions.tracing import Tape, emit, trace
from halfmoon.expressions.vocabulary import (
    MEANING,
    WORDS,
    absolute,
    cos,
    erf,
    exp,
    floor,
    log,
    maximum,
    minimum,
    sign,
    sin,
    sqrt,
    tanh,
    where,
)

Z = np.array([-2.5, -1.0, -0.3, 0.0, 0.4, 1.0, 3.25])
B = np.array([1.5, -0.2, 0.7, 2.0, -3.0, 0.1, 0.9])

# ---- random expressions: trees of words, ("word", subtree, ...), with the leaves "z", "b" and numbers ----

UNARY = ["absolute", "arctan", "cos", "erf", "exp", "expm1", "floor", "log", "log1p", "negative", "sign", "sin", "sqrt", "tanh"]
BINARY = ["add", "subtract", "multiply", "divide", "maximum", "minimum"]
COMPARE = ["less", "less_equal", "greater", "greater_equal"]
NUMBERS = st.floats(-8, 8, width=16, allow_subnormal=False).filter(lambda x: x != 0) | st.sampled_from([1.0, -1.0, 2.0, 0.1, 1e-3, 1e6])


def trees(unary, binary, powers=(3.0, -1.0, 1.5)):
    """Return a strategy for trees, in which no operation stands on numbers alone."""

    def extend(inner):
        condition = st.tuples(st.sampled_from(COMPARE), inner, inner | NUMBERS)
        conditions = (
            condition
            | st.tuples(st.just("logical_not"), condition)
            | st.tuples(st.sampled_from(["logical_and", "logical_or"]), condition, condition)
        )
        return (
            st.tuples(st.sampled_from(unary), inner)
            | st.tuples(st.sampled_from(binary), inner, inner)
            | st.tuples(st.sampled_from(binary), inner, NUMBERS)
            | st.tuples(st.sampled_from(binary), NUMBERS, inner)
            | st.tuples(st.just("power"), inner, st.sampled_from(powers))
            | st.tuples(st.just("power"), st.sampled_from([0.5, 2.0, 3.0]), inner)
            | st.tuples(st.just("where"), conditions, inner, inner)
        )

    return st.recursive(st.sampled_from(["z", "b"]), extend, max_leaves=6)


def build(tree, words, leaves, number):
    """Return a tree's value with the given words, leaves and form of a number."""
    if isinstance(tree, float):
        return number(tree)
    if isinstance(tree, str):
        return leaves[tree]
    name, *branches = tree
    return words[name](*(build(branch, words, leaves, number) for branch in branches))


def traced(tree):
    return trace(lambda z, b: build(tree, MEANING, {"z": z, "b": b}, float), ["z", "b"])


@settings(max_examples=150)
@given(trees(UNARY, BINARY), st.sampled_from(["float32", "float64", "scalar"]))
def test_a_random_expression_is_the_function_itself(tree, form):
    dtype = np.float32 if form == "float32" else np.float64
    for z, b in [(Z, B)] if form != "scalar" else zip(Z.tolist(), B.tolist(), strict=True):
        arrays = {"z": np.asarray(z, dtype), "b": np.asarray(b, dtype)}
        with np.errstate(all="ignore"):
            expected = build(tree, MEANING, arrays, dtype)
        got = traced(tree)(*arrays.values()) if form != "scalar" else traced(tree)(z, b)
        assert np.array_equal(got, expected, equal_nan=True)
        assert got.dtype == expected.dtype == dtype
        assert np.shape(got) == np.shape(z)


@settings(max_examples=150)
@given(trees(UNARY, BINARY))
def test_the_text_is_python_for_the_same_numbers(tree):
    expression = traced(tree)
    text = str(expression)
    assume("..." not in text)
    with np.errstate(all="ignore"):
        got = eval(text, {"__builtins__": {}, **WORDS}, {"z": Z, "b": B})  # noqa: S307
    assert np.array_equal(got, expression(Z, B), equal_nan=True), text


@settings(max_examples=60)
@given(trees(UNARY, BINARY))
def test_an_expression_goes_by_its_steps(tree):
    first, second = traced(tree), traced(tree)
    for other in (second, copy.deepcopy(first), pickle.loads(pickle.dumps(first)), decode(json.loads(json.dumps(encode(first))))):
        assert other == first
        assert hash(other) == hash(first)
        assert str(other) == str(first)
    assert trace(first, ["z", "b"]) is first
    assert len(set(first.steps)) == len(first.steps)


class FarOutError(ValueError):
    """Raised where central differences would say nothing: near a kink, a pole or an overflow."""


def _far(value, condition):
    if condition:
        raise FarOutError
    return value


def _apart(function):
    return lambda a, b: _far(function(a, b), abs(a - b) < 1e-4)


def _kinky(function):
    return lambda a: _far(function(a), abs(a) < 1e-4)


def _above(function):
    return lambda a: _far(a, a < 1e-2) and function(a)


def _small(function):
    return lambda a: _far(a, abs(a) > 30) * 0 + function(a)


EXACT = {
    "absolute": _kinky(abs),
    "arctan": mpmath.atan,
    "cos": mpmath.cos,
    "erf": _small(mpmath.erf),
    "exp": _small(mpmath.exp),
    "expm1": _small(mpmath.expm1),
    "floor": lambda a: _far(mpmath.floor(a), abs(a - mpmath.nint(a)) < 1e-4),
    "log": _above(mpmath.log),
    "log1p": lambda a: _above(mpmath.log)(1 + a),
    "negative": lambda a: -a,
    "sign": _kinky(mpmath.sign),
    "sin": mpmath.sin,
    "sqrt": _above(mpmath.sqrt),
    "tanh": _small(mpmath.tanh),
    "add": lambda a, b: a + b,
    "subtract": lambda a, b: a - b,
    "multiply": lambda a, b: a * b,
    "divide": lambda a, b: a / _far(b, abs(b) < 1e-2),
    "power": lambda a, b: _far(a, a < 1e-2 or abs(b) > 30) ** b,
    "maximum": _apart(max),
    "minimum": _apart(min),
    "less": _apart(lambda a, b: a < b),
    "less_equal": _apart(lambda a, b: a <= b),
    "greater": _apart(lambda a, b: a > b),
    "greater_equal": _apart(lambda a, b: a >= b),
    "logical_and": lambda a, b: a and b,
    "logical_or": lambda a, b: a or b,
    "logical_not": lambda a: not a,
    "where": lambda c, a, b: a if c else b,
}


def _lenient(name):
    """Return the exact word without its guard, for the derivative's own steps."""
    plain = {"maximum": max, "minimum": min, "sign": mpmath.sign, "sqrt": mpmath.sqrt, "log": mpmath.log, "exp": mpmath.exp,
             "divide": lambda a, b: a / b, "power": lambda a, b: a**b, "less": lambda a, b: a < b, "less_equal": lambda a, b: a <= b,
             "greater": lambda a, b: a > b, "greater_equal": lambda a, b: a >= b, "absolute": abs, "erf": mpmath.erf,
             "expm1": mpmath.expm1, "tanh": mpmath.tanh, "floor": mpmath.floor, "log1p": lambda a: mpmath.log(1 + a)}  # fmt: skip
    return plain.get(name, EXACT[name])


def exactly(expression, **leaves):
    """Evaluate an expression's steps with mpmath's numbers."""
    results = []
    for operation, *operands in expression.steps:
        if operation == "input":
            results.append(leaves[operands[0]])
        elif operation == "constant":
            results.append(mpmath.mpf(operands[0]))
        else:
            results.append(_lenient(operation)(*(results[o] for o in operands)))
    return results[-1]


@settings(max_examples=120)
@given(trees(UNARY, BINARY), st.sampled_from([-1.234, 0.3713, 2.718]), st.sampled_from([-0.77, 0.31, 1.9]), st.sampled_from("zb"))
def test_the_derivative_of_a_random_expression(tree, z, b, by):
    """Against central differences at 40 digits; the derivative's own steps are taken at 40 digits too."""
    leaves = {"z": mpmath.mpf(z), "b": mpmath.mpf(b)}
    expression = traced(tree)
    slope = derivative(expression, by)
    with mpmath.workdps(40):

        def along(t):
            return build(tree, EXACT, leaves | {by: t}, mpmath.mpf)

        try:
            h = mpmath.mpf(10) ** -12
            expected = (along(leaves[by] + h) - along(leaves[by] - h)) / (2 * h)
            value = along(leaves[by])
        except (FarOutError, OverflowError):
            assume(False)
        got = exactly(slope, **leaves)
        assert abs(got - expected) <= mpmath.mpf(10) ** -8 * (1 + abs(expected)), (str(expression), str(slope))
        if by == "z":
            short = derivative(expression, "z", value_as="a")
            assert short.inputs == ("z", "a", "b")
            assert abs(exactly(short, **leaves, a=value) - got) <= mpmath.mpf(10) ** -15 * (1 + abs(got))


# ---- every operation's derivative: operands away from kinks ----

POINTS = {name: [(0.7,), (-1.3,)] for name in ("absolute", "arctan", "cos", "erf", "exp", "expm1", "negative", "sin", "tanh")}
POINTS |= {name: [(0.7,), (2.9,)] for name in ("log", "log1p", "sqrt")}
POINTS |= {name: [(0.7,), (-1.3,)] for name in ("floor", "sign")}
POINTS |= {name: [(0.7, -1.3), (-0.4, 2.2)] for name in ("add", "subtract", "multiply", "divide", "maximum", "minimum")}
POINTS |= {"power": [(0.7, -1.3), (2.4, 2.2)]}
POINTS |= {name: [(0.7, -1.3), (-0.4, 2.2)] for name in COMPARE}
POINTS |= {"logical_and": [(0.7, 0.2)], "logical_or": [(0.7, 0.2)], "logical_not": [(0.7,)]}
POINTS |= {"where": [(1.0, 0.7, 0.2), (0.0, 0.7, 0.2)]}


def test_every_operation_has_a_derivative_and_a_row():
    assert set(PARTIALS) | FLAT | set(CHOICES) == set(MEANING) == set(POINTS) == set(EXACT)
    assert len(PARTIALS) + len(FLAT) + len(CHOICES) == len(MEANING)


@pytest.mark.parametrize("name", MEANING)
def test_the_derivative_of_an_operation(name):
    for point in POINTS[name]:
        names = ["p", "q", "r"][: len(point)]
        expression = trace(lambda *symbols: emit(symbols[0].tape, name, *symbols), names)
        for place, by in enumerate(names):
            if name == "where" and place == 0:
                continue
            steps = np.zeros(len(point))
            steps[place] = 1e-5
            up, down = (float(np.asarray(MEANING[name](*(np.asarray(point) + s)), float)) for s in (steps, -steps))
            got = np.asarray(derivative(expression, by)(*point))
            assert got == pytest.approx((up - down) / 2e-5, rel=1e-8, abs=1e-9)


def test_derivatives_at_kinks():
    assert derivative(trace(lambda z: maximum(z, 0), ["z"]), "z")(np.array([-1.0, 0.0, 1.0])).tolist() == [0, 0, 1]
    assert derivative(trace(lambda z: minimum(z, 0), ["z"]), "z")(np.array([-1.0, 0.0, 1.0])).tolist() == [1, 0, 0]
    assert derivative(trace(absolute, ["z"]), "z")(np.array([-1.0, 0.0, 1.0])).tolist() == [-1, 0, 1]
    assert np.asarray(derivative(trace(floor, ["z"]), "z")(Z)).item() == 0
    assert np.asarray(derivative(trace(lambda z, b: z + 0 * b, ["z", "b"]), "b")(Z, B)).item() == 0


def test_the_side_not_taken_does_not_spoil_the_slope():
    slope = derivative(trace(lambda z: where(z > 0, sqrt(z), 0), ["z"]), "z")
    assert slope(np.array([-1.0, 0.0, 4.0])).tolist() == [0, 0, 0.25]
    slope = derivative(trace(lambda z: where(z > 0, log(z), z), ["z"]), "z")
    assert slope(np.array([-1.0, 0.0, 4.0])).tolist() == [1, 1, 0.25]


@pytest.mark.smoke
def test_derivatives_read_as_by_hand():
    def slope(function, **options):
        return str(derivative(trace(function, ["z"]), "z", **options))

    assert slope(tanh, value_as="a") == "1 - a * a"
    assert slope(exp, value_as="a") == "a"
    assert slope(sin) == "cos(z)"
    assert slope(lambda z: 3 * z) == "3"
    assert slope(lambda z: z * z) == "z + z"
    assert slope(lambda z: z**3) == "3 * (z * z)"


# ---- values ----


@pytest.mark.smoke
def test_a_definition_called_with_arrays():
    sigmoid = trace(lambda z: 1 / (1 + exp(-z)), ["z"])
    np.testing.assert_allclose(sigmoid(Z), 1 / (1 + np.exp(-Z)), rtol=1e-15)
    assert str(sigmoid) == "1 / (1 + exp(-z))"
    assert sigmoid(0.0) == 0.5
    assert sigmoid(0) == 0.5
    assert sigmoid(np.array([[0, 0]])).tolist() == [[0.5, 0.5]]
    assert sigmoid(np.array([-1e30])).tolist() == [0]  # overflow is silent


NUMPY_WAYS = {
    "exp(z)": np.exp,
    "absolute(z)": np.abs,
    "where(z > 0, z, 0)": lambda z: np.where(z > 0, z, 0),
    "minimum(maximum(z, -1), 1)": lambda z: np.clip(z, -1, 1),
    "maximum(z, 0)": lambda z: np.maximum(z, 0),
    "maximum(0, z)": lambda z: np.maximum(0, z),
    "2 * z": lambda z: np.float64(2) * z,
    "3 * z": lambda z: np.int32(3) * z,
    "0.5 - z": lambda z: np.float32(0.5) - z,
    "4 / z": lambda z: np.array(4.0) / z,
    "2 ** z": lambda z: np.float64(2) ** z,
    "2 < z": lambda z: np.less(np.float64(2), z),
    "z * z": np.square,
    "-z": np.negative,
    "sqrt(z)": lambda z: z**0.5,
    "log(1 + z)": lambda z: np.log(np.add(1, z)),
    "erf(z)": scipy.special.erf,
    "~(z < 1)": lambda z: np.logical_not(z < 1),
}


@pytest.mark.parametrize("text", NUMPY_WAYS)
def test_numpys_own_functions_are_traced(text):
    expression = trace(NUMPY_WAYS[text], ["z"])
    assert str(expression) == text
    z = np.array([0.1, 0.9, 2.5])
    np.testing.assert_allclose(expression(z), NUMPY_WAYS[text](z), rtol=1e-15)


IDENTITIES = {
    "z": [
        lambda z: z + 0,
        lambda z: 0 + z,
        lambda z: z - 0,
        lambda z: z * 1,
        lambda z: 1 * z,
        lambda z: z / 1,
        lambda z: z**1,
        lambda z: 1 * (0 + z) / 1,
    ],
    "-z": [lambda z: z * -1, lambda z: -1 * z],
    "z * z": [lambda z: z**2, lambda z: z**2.0, lambda z: z * z],
    "sqrt(z)": [lambda z: z**0.5, sqrt],
    "z * 6": [lambda z: z * 6, lambda z: z * (2 * 3)],
}


@pytest.mark.parametrize("text", IDENTITIES)
def test_identities_leave_the_number_as_it_is(text):
    for function in IDENTITIES[text]:
        assert str(trace(function, ["z"])) == text


def test_constants_take_the_dtype_of_the_arrays():
    expression = trace(lambda z: np.float64(1 / 3) * z + np.float64(0.1), ["z"])
    z = np.float32([0.5, 1.5])
    assert expression(z).dtype == np.float32
    assert np.array_equal(expression(z), np.float32(1 / 3) * z + np.float32(0.1))
    assert expression(z.astype(np.float64)).dtype == np.float64
    assert expression(np.array([1, 2])).dtype == np.float64
    assert trace(lambda z, alpha: z * alpha, ["z", "alpha"])(z, 0.1).dtype == np.float32
    assert trace(lambda z, alpha: z * alpha, ["z", "alpha"])(z, np.float64([0.1, 0.2])).dtype == np.float32


@pytest.mark.parametrize(
    "function",
    [
        lambda z: (z > 0) * 1.0 + (z > 1) * 1.0,
        lambda z: ((z > 0) + 0.0) + ((z > 1) + 0.0),
        lambda z: 1 * (z > 0) + 2 * (z > 1) - 1 * (z > 2),
        lambda z: z * (z > 0),
    ],
)
def test_truths_times_one_are_numbers(function):
    assert np.array_equal(trace(function, ["z"])(Z), function(Z))


def test_a_difference_of_truths_is_traced_as_numbers_or_refused():
    """NumPy itself refuses to subtract truths; what is accepted must evaluate."""
    try:
        expression = trace(lambda z: (z > 0) - (z < 0), ["z"])
    except InputError:
        return
    assert np.array_equal(expression(Z), np.sign(Z))


@pytest.mark.parametrize("count", [1, 3])
def test_a_call_takes_one_array_for_each_input(count):
    with pytest.raises((ValueError, TypeError)):
        trace(lambda z, b: z * b, ["z", "b"])(*[Z] * count)


def test_what_a_value_uses():
    expression = trace(lambda z, b: z * 2, ["z", "b"])
    assert expression.uses("z")
    assert not expression.uses("b")
    assert expression.inputs == ("z", "b")
    assert len(trace(lambda z: sin(z) + sin(z) * cos(z), ["z"]).steps) == 5  # sin(z) only once, and the input
    with pytest.raises(FrozenInstanceError):
        expression.steps = ()


# ---- text ----

TEXTS = {
    "where((z < 1) & (z > 0), z, 0)": lambda z: where((z < 1) & (z > 0), z, 0),
    "where((z < 1) | (z > 2), z, 0)": lambda z: where((z < 1) | (z > 2), z, 0),
    "where(~(z < 1), z, 0)": lambda z: where(~(z < 1), z, 0),
    "where((z < 1) < 0.5, z, 0)": lambda z: where((z < 1) < 0.5, z, 0),
    "where((z < 0) | (z > 1) & (z < 2), z, 0)": lambda z: where((z < 0) | (z > 1) & (z < 2), z, 0),
    "where(((z < 0) | (z > 1)) & (z < 2), z, 0)": lambda z: where(((z < 0) | (z > 1)) & (z < 2), z, 0),
    "(1 - z) - (2 - z)": lambda z: (1 - z) - (2 - z),
    "z / (z / 2)": lambda z: z / (z / 2),
    "z / 2 / 3": lambda z: z / 2 / 3,
    "(-z) ** 3": lambda z: (-z) ** 3,
    "-z ** 3": lambda z: -(z**3),
    "(z ** 3) ** 3": lambda z: (z**3) ** 3,
    "z ** 3 ** z": lambda z: z ** (3**z),
    "z ** (-3)": lambda z: z**-3,
    "z - -0.5": lambda z: z - -0.5,
    "-(z + 1)": lambda z: -(z + 1),
    "1e-08 + z": lambda z: 1e-8 + z,
    "1e+16 + z": lambda z: 1e16 + z,
}


@pytest.mark.parametrize("text", TEXTS)
def test_the_text_of_an_expression(text):
    """Brackets may be more than here, but what is read back must be the same expression."""
    expression = trace(TEXTS[text], ["z"])
    names = {"__builtins__": {}, **WORDS}
    again = trace(lambda z: eval(str(expression), names, {"z": z}), ["z"])  # noqa: S307
    assert again == expression == trace(lambda z: eval(text, names, {"z": z}), ["z"]), str(expression)  # noqa: S307


def test_a_negative_zero_is_a_zero():
    """Equal expressions must be the same function, and -0.0 == 0.0."""
    plus, minus = trace(lambda z: z * 0.0, ["z"]), trace(lambda z: z * -0.0, ["z"])
    assert plus == minus
    assert not np.signbit(minus(2.0))
    assert str(minus) == "z * 0"


def test_a_very_long_text_is_cut_short():
    def tower(z):
        for _ in range(60):
            z = sin(z) * z
        return z

    expression = trace(tower, ["z"])
    assert len(str(expression)) < 2100
    assert "..." in str(expression)
    assert np.isfinite(expression(Z)).all()


# ---- what cannot be traced ----


def _branch(z):
    return z if z > 0 else 0 * z


def _keep():
    kept = []

    def function(z):
        kept.append(z)
        return z * kept[0]

    trace(function, ["z"])
    return function


MISUSES = {
    "if": (_branch, "must not branch on a value; write where(condition, a, b)"),
    "chained comparison": (lambda z: 0 < z < 1, "must not branch"),
    "and": (lambda z: z > 0 and z < 1, "must not branch"),
    "builtin max": (lambda z: max(z, 0), "must not branch"),
    "math.exp": (math.exp, "functions of halfmoon.expressions.vocabulary or NumPy, not of math"),
    "float": (float, "functions of halfmoon.expressions.vocabulary or NumPy, not of math"),
    "int": (int, "in halfmoon's vocabulary"),
    "==": (lambda z: z == 0, "must not ask whether floats are equal; compare with < or >"),
    "!=": (lambda z: z != 0, "must not ask whether floats are equal"),
    "np.equal": (lambda z: np.equal(z, 0), "np.equal must not stand in a definition; its words are absolute"),
    "unknown ufunc": (np.sinh, "np.sinh must not stand in a definition; its words are absolute"),
    "reduction": (np.add.reduce, "np.add must not stand"),
    "np.sum": (np.sum, "np.sum must not stand in a definition"),
    "method": (lambda z: z.sum(), "sum"),
    "out=": (lambda z: np.exp(z, out=np.zeros(3)), "np.exp must not stand"),
    "//": (lambda z: z // 2, "//"),
    "%": (lambda z: z % 2, "%"),
    "[]": (lambda z: z[0], "subscriptable"),
    "iteration": (sum, "iterable"),
    "too many arguments": (lambda z, b: z * b, "must be a function of (z)"),
    "no arguments": (lambda: 1.0, "must be a function of (z)"),
    "None": (lambda z: None, "got NoneType"),
    "text": (lambda z: z + "a", "got str"),
    "complex": (lambda z: z * 1j, "got complex"),
    "NumPy's complex": (lambda z: z * np.complex128(1j), "complex"),
    "array": (lambda z: z * np.ones(3), "got ndarray"),
    "array on the left": (lambda z: np.ones(3) * z, "got ndarray"),
    "list": (lambda z: z * [1], "got list"),
    "tuple": (lambda z: (z, z), "got tuple"),
    "huge number": (lambda z: z + 10**400, "number"),
    "kept symbol": (_keep(), "must not keep symbols from one call to the next"),
    "hash": (lambda z: {z: 1}[z], "unhashable"),
    "no function": (3.0, "must be a function of (z), got 3.0"),
    "other inputs": (trace(sin, ["b"]), "must be an expression of (z), got one of (b)"),
    "two arguments of where": (lambda z: np.where(z > 0), "np.where must not stand"),
    "clip without a side": (lambda z: np.clip(z, 0, None), "got NoneType"),
}


@pytest.mark.parametrize("what", MISUSES)
def test_a_misuse_gives_one_helpful_sentence(what):
    function, words = MISUSES[what]
    with pytest.raises(InputError) as caught:
        trace(function, ["z"], "value of 'mine'")
    message = str(caught.value)
    assert words in message
    assert "\n" not in message
    assert len(message) < 250
    assert not message.endswith(".")


def test_an_error_of_the_users_own_passes_through():
    def fails(z):
        raise KeyError("mine")

    with pytest.raises(KeyError, match="mine"):
        trace(fails, ["z"])


# ---- data from a file ----

GOOD = encode(trace(lambda z: 1 / (1 + exp(-z)), ["z"]))
DAMAGES = {
    "unknown operation": [["input", "z"], ["system", 0]],
    "forward index": [["input", "z"], ["exp", 2], ["exp", 1]],
    "own index": [["input", "z"], ["exp", 1]],
    "negative index": [["input", "z"], ["exp", -1]],
    "index that is a float": [["input", "z"], ["exp", 0.0]],
    "index that is text": [["input", "z"], ["exp", "0"]],
    "unknown input": [["input", "y"]],
    "constant that is text": [["constant", "3"]],
    "constant that is null": [["constant", None]],
    "too many operands": [["input", "z"], ["exp", 0, 0]],
    "too few operands": [["input", "z"], ["add", 0]],
    "no operands": [["input", "z"], ["exp"]],
    "input without a name": [["input"]],
    "constant without a value": [["constant"]],
    "input with two names": [["input", "z", "z"]],
    "empty step": [["input", "z"], []],
    "step that is a number": [["input", "z"], 3],
    "step that is an operation's name": [["input", "z"], "exp"],
    "operation that is a list": [["input", "z"], [["exp"], 0]],
    "operation that is a number": [["input", "z"], [1, 0]],
    "no steps": [],
    "steps that are null": None,
    "steps that are a number": 3,
}


@pytest.mark.parametrize("what", DAMAGES)
def test_damaged_steps_are_refused(what):
    with pytest.raises(InputError) as caught:
        decode(GOOD | {"steps": DAMAGES[what]})
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "data", [GOOD | {"extra": 1}, {"kind": "Expression"}, {"kind": "Expression", "inputs": ["z"]}, GOOD | {"inputs": 3}]
)
def test_damaged_fields_are_refused(data):
    with pytest.raises(InputError):
        decode(data)


def test_inputs_belong_to_an_expression():
    assert trace(lambda z, b: z, ["z", "b"]) != trace(lambda z: z, ["z"])
    assert trace(sign, ["z"]) != trace(erf, ["z"])


def test_a_tape_writes_equal_steps_once():
    tape = Tape()
    z = tape.write("input", "z")
    assert exp(z).index == exp(z).index
    assert (z * 0.0).index == (z * -0.0).index
    assert len(tape.steps) == 4


def test_a_power_of_zero_is_one_everywhere():
    expression = trace(lambda z: z + z**0, ["z"])
    assert str(expression) == "z + 1"
    assert str(derivative(expression, "z")) == "1"


def test_a_symbol_has_no_hidden_attributes():
    z = Tape().write("input", "z")
    assert not hasattr(z, "__array_interface__")
    with pytest.raises(InputError, match=r"must not use \.sum"):
        z.sum()
