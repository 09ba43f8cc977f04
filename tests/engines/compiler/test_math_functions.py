"""The compiled functions are right to a few units in the last place, keep their dtype, and become vector instructions."""

import re
from functools import cache
from pathlib import Path
from types import SimpleNamespace

import mpmath
import numba
import numpy as np
import pytest
import scipy.special
from llvmlite import binding

from halfmoon.engines.compiler import math_functions
from halfmoon.engines.compiler.jit import OPTIONS
from halfmoon.expressions.vocabulary import WORDS

PAGE = Path(__file__).parents[3] / "docs" / "accuracy.md"
DTYPES = [np.float32, np.float64]
NAN, INFINITY = float("nan"), float("inf")

DOMAINS = {
    "all": lambda x, *_: ~np.isnan(x),
    "x ≥ 0": lambda x: x >= 0,
    "x > 0": lambda x: x > 0,
    "x > -1": lambda x: x > -1,
    "abs(x) ≤ 1e14": lambda x: abs(x) <= 1e14,
    "x > 0, or whole y": lambda x, y: (x > 0) | (y == np.floor(y)),
}
# function: by how many units in the last place it may be wrong in float32, in float64, and where
BOUNDS = {
    "absolute": (0, 0, "all"),
    "arctan": (2, 2, "all"),
    "cos": (1, 2, "abs(x) ≤ 1e14"),
    "erf": (2, 2, "all"),
    "exp": (2, 2, "all"),
    "expm1": (2, 2, "all"),
    "floor": (0, 0, "all"),
    "log": (1, 1, "x > 0"),
    "log1p": (1, 1, "x > -1"),
    "maximum": (0, 0, "all"),
    "minimum": (0, 0, "all"),
    "power": (1, 1, "x > 0, or whole y"),
    "sign": (0, 0, "all"),
    "sin": (1, 2, "abs(x) ≤ 1e14"),
    "sqrt": (0.5, 0.5, "x ≥ 0"),
    "tanh": (2, 2.5, "all"),
    "where": (0, 0, "all"),
}
# function: an operand, and what must come out
SPECIAL = {
    "absolute": [(-INFINITY, INFINITY), (NAN, NAN), (-0.0, 0)],
    "arctan": [(0, 0), (-0.0, 0), (INFINITY, np.pi / 2), (-INFINITY, -np.pi / 2), (NAN, NAN)],
    "cos": [(0, 1), (INFINITY, NAN), (NAN, NAN), (1e15, NAN)],
    "erf": [(0, 0), (-0.0, 0), (INFINITY, 1), (-INFINITY, -1), (NAN, NAN)],
    "exp": [(0, 1), (-0.0, 1), (INFINITY, INFINITY), (-INFINITY, 0), (NAN, NAN), (-750, 0), (710, INFINITY), (1e30, INFINITY)],
    "expm1": [(0, 0), (-0.0, 0), (INFINITY, INFINITY), (-INFINITY, -1), (NAN, NAN), (710, INFINITY), (-1e30, -1)],
    "floor": [(INFINITY, INFINITY), (-INFINITY, -INFINITY), (NAN, NAN), (-0.5, -1), (1e30, 1e30)],
    "log": [(0, -INFINITY), (-0.0, -INFINITY), (1, 0), (-1, NAN), (INFINITY, INFINITY), (-INFINITY, NAN), (NAN, NAN)],
    "log1p": [(0, 0), (-1, -INFINITY), (-2, NAN), (INFINITY, INFINITY), (-INFINITY, NAN), (NAN, NAN)],
    "maximum": [((1, NAN), NAN), ((NAN, 1), NAN), ((INFINITY, 1), INFINITY), ((-INFINITY, 1), 1)],
    "minimum": [((1, NAN), NAN), ((NAN, 1), NAN), ((INFINITY, 1), 1), ((-INFINITY, 1), -INFINITY)],
    "power": [((-2, 3), -8), ((-2, 2), 4), ((-2, 0.5), NAN), ((0, 0), 1), ((0, -1), INFINITY), ((NAN, 1), NAN)],
    "sign": [(0, 0), (-0.0, 0), (INFINITY, 1), (-INFINITY, -1), (NAN, NAN)],
    "sin": [(0, 0), (-0.0, 0), (INFINITY, NAN), (NAN, NAN), (-1e15, NAN)],
    "sqrt": [(0, 0), (-0.0, 0), (INFINITY, INFINITY), (-1, NAN), (NAN, NAN)],
    "tanh": [(0, 0), (-0.0, 0), (INFINITY, 1), (-INFINITY, -1), (NAN, NAN)],
    "where": [((1, NAN), 1), ((-1, NAN), NAN), ((NAN, 3), 3)],
}
EXACT = {"absolute": abs, "arctan": mpmath.atan, "maximum": max, "minimum": min, "power": mpmath.power, "sqrt": mpmath.sqrt}
NUMPY = WORDS | {"erf": scipy.special.erf, "power": np.power, "where": lambda x, y: np.where(x > 0, x, y)}
BINARY = ("maximum", "minimum", "power", "where")


@cache
def compiled(name):
    """Return the loop over a function that a kernel would have, and the function in it."""
    function = getattr(math_functions, name)
    inlined = numba.njit(forceinline=True, **OPTIONS)
    if name == "where":
        one = inlined(lambda x, y: function(x > 0, x, y))
    elif name in BINARY:
        one = inlined(lambda x, y: function(x, y))  # noqa: PLW0108 - Numba compiles functions
    else:
        one = inlined(lambda x: function(x))  # noqa: PLW0108

    if name in BINARY:

        @numba.njit(**OPTIONS)
        def loop(x, y, out):
            for q in range(x.size):
                out[q] = one(x[q], y[q])
    else:

        @numba.njit(**OPTIONS)
        def loop(x, out):
            for q in range(x.size):
                out[q] = one(x[q])

    return SimpleNamespace(loop=loop, one=one)


def run(name, *operands):
    out = np.empty_like(operands[0])
    compiled(name).loop(*operands, out)
    return out


def one_of_each(dtype, seed, n):
    """Return numbers of all exponents and both signs, many of common sizes, and those where a function changes its form."""
    rng = np.random.RandomState(seed)
    bits = {np.float32: np.uint32, np.float64: np.uint64}[dtype]
    any_bits = rng.randint(0, np.iinfo(bits).max, n, dtype=bits).view(dtype)
    common = rng.uniform(-1, 1, n) * 10.0 ** rng.uniform(-4, 3, n)
    near = np.array([0, 1, 2, 2**0.5, 0.5**0.5, 2**0.5 - 1, 2**0.5 + 1, 0.26, 4, 6, 20, 40])
    near = np.concatenate([near, np.log([np.finfo(dtype).max, np.finfo(dtype).tiny]), np.arange(12) * np.pi / 4]).astype(dtype)
    near = np.concatenate([near, np.nextafter(near, dtype(1e9)), np.nextafter(near, dtype(-1e9))])
    with np.errstate(invalid="ignore"):
        return np.concatenate([any_bits, common.astype(dtype), rng.uniform(-4, 4, n).astype(dtype), near, -near])


def operands(name, dtype):
    n = 7000 if dtype is np.float32 else 800
    x = one_of_each(dtype, 0, n)
    given = (x,)
    if name in BINARY:
        rng = np.random.RandomState(1)
        y = rng.permutation(x)
        if name == "power":  # every other exponent is whole
            y = rng.uniform(-31, 31, x.size)
            y = np.where(np.arange(x.size) % 2, np.round(y), y).astype(dtype)
        given = (x, y)
    with np.errstate(invalid="ignore"):
        kept = DOMAINS[BOUNDS[name][2]](*given) & np.all([np.isfinite(each) for each in given], axis=0)
    return tuple(each[kept] for each in given)


def expected(name, *given):
    """Return the right results as numbers of the dtype, and what is missing from those."""
    dtype = given[0].dtype.type
    with np.errstate(all="ignore"):
        if dtype is np.float32 or name in ("absolute", "floor", "maximum", "minimum", "sign", "where"):
            exact = NUMPY[name](*(each.astype(np.float64) for each in given))
            return exact.astype(dtype), exact - exact.astype(dtype)
        function = EXACT.get(name) or getattr(mpmath, name)
        with mpmath.workdps(40):
            exact = [function(*(mpmath.mpf(float(number)) for number in numbers)) for numbers in zip(*given, strict=True)]
            rounded = np.array([float(number) for number in exact])
            return rounded, np.array([float(a - b) if np.isfinite(b) else 0.0 for a, b in zip(exact, rounded, strict=True)])


@cache
def worst(name, dtype):
    """Return the largest error in units in the last place; below the smallest normal number, in its units."""
    given = operands(name, dtype)
    got, (rounded, rest) = run(name, *given), expected(name, *given)
    tiny = np.finfo(dtype).tiny
    normal = abs(rounded) >= tiny
    assert (abs(got[~normal]) <= tiny).all()
    assert np.array_equal(np.isinf(got), np.isinf(rounded))
    assert np.array_equal(got[np.isinf(rounded)], rounded[np.isinf(rounded)])
    kept = normal & np.isfinite(rounded)
    error = (got[kept].astype(np.float64) - rounded[kept]) - rest[kept]
    return float(np.max(abs(error / np.spacing(abs(rounded[kept])))))


def test_every_function_has_its_rows():
    assert set(BOUNDS) == set(SPECIAL) == set(math_functions.__all__) == {*WORDS, "power"}


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("name", BOUNDS)
def test_a_function_is_right(name, dtype):
    assert worst(name, dtype) <= BOUNDS[name][DTYPES.index(dtype)]


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("name", SPECIAL)
def test_a_function_is_right_at_the_ends(name, dtype):
    given = [np.array(each, dtype=dtype) for each in zip(*(np.atleast_1d(operand) for operand, _ in SPECIAL[name]), strict=True)]
    wanted = np.array([result for _, result in SPECIAL[name]], dtype=dtype)
    np.testing.assert_array_equal(run(name, *given), wanted)


def test_exp_overflows_where_float32_does():
    got = run("exp", np.float32([88.7, 88.8, -104]))
    assert np.isfinite(got[0])
    assert got[1] == INFINITY
    assert got[2] == 0


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("name", BOUNDS)
def test_a_function_keeps_the_dtype(name, dtype):
    run(name, *operands(name, dtype))
    types = {signature.args[0]: signature.return_type for signature in compiled(name).one.nopython_signatures}
    assert types[numba.from_dtype(np.dtype(dtype))] == numba.from_dtype(np.dtype(dtype))


@pytest.mark.skipif(not binding.get_host_cpu_features().get("avx2"), reason="the processor has no AVX2")
@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("name", [name for name in BOUNDS if name != "power"])
def test_a_loop_over_a_function_becomes_vectors(name, dtype):
    run(name, *operands(name, dtype))
    loop = compiled(name).loop
    text = next(loop.inspect_asm(kinds) for kinds in loop.signatures if kinds[0].dtype == numba.from_dtype(np.dtype(dtype)))
    assert re.search("[yz]mm", text)
    if name == "exp":
        assert re.search(rf"vfn?m(add|sub)\d+p{'s' if dtype is np.float32 else 'd'}\s.*[yz]mm", text)


def test_numbers_are_sent_to_the_vocabulary():
    with pytest.raises(NotImplementedError, match="vocabulary"):
        math_functions.exp(1.0)


def test_the_page_says_these_bounds():
    rows = re.findall(r"^\| `(\w+)` \| (.*) \|$", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    page = {name: cells.split(" | ") for name, cells in rows}
    said = {name: (float(bound32), float(bound64), where) for name, (_, bound32, _, bound64, where) in page.items()}
    assert said == BOUNDS
    for measured32, bound32, measured64, bound64, _ in page.values():
        assert float(measured32) <= float(bound32)
        assert float(measured64) <= float(bound64)
