"""The functions of :mod:`halfmoon.expressions.vocabulary`, and ``power``, compiled: scalars in, a scalar of the same dtype out.

Each is written as a factory, which is called once with each dtype F and returns what is compiled for it; U is the unsigned integer
of F's size. The largest errors, in units in the last place, stand in ``docs/accuracy.md``. A result of exp below the smallest normal
number of F is zero, and the sign of a zero may be lost.
"""

from __future__ import annotations

from fractions import Fraction
from functools import cache
from typing import Any

import numpy as np

from halfmoon.engines.compiler.math_coefficients import ARCTANGENT, ERROR_ABOVE_1, ERROR_BELOW_1, EXPONENTIAL, LOGARITHM, SINE
from halfmoon.engines.compiler.math_primitives import bitcast, fma, for_each_dtype, inlined, polynomial, split, where

__all__ = ["absolute", "arctan", "cos", "erf", "exp", "expm1", "floor", "log", "log1p", "maximum", "minimum", "power", "sign", "sin",
           "sqrt", "tanh", "where"]  # fmt: skip

LN_2 = Fraction("0.693147180559945309417232121458176568075500134360255254120680009")
PI = Fraction("3.14159265358979323846264338327950288419716939937510582097494459")
UNSIGNED: dict[Any, Any] = {np.float32: np.uint32, np.float64: np.uint64}
INFINITY, NAN = float("inf"), float("nan")


def limits(F: Any) -> tuple[Any, Any]:
    """Return the bounds within which exp is a normal number: log tiny, and the last number that is not above log max."""
    info = np.finfo(F)
    exact = info.maxexp * LN_2 - Fraction(1, 2 ** (info.nmant + 1))  # log max = log(2^maxexp (1 - 2^-(nmant + 1)))
    top = F(float(exact))
    return np.log(info.tiny), top if Fraction(float(top)) <= exact else np.nextafter(top, F(0))


@cache
def exponential(F: Any) -> tuple[Any, Any]:
    """Return the steps of ``exp x = 2ⁿ exp r``: the first makes (t, r) of x, the second 2ⁿ y of (t, y), unless that is NaN."""
    U, bits = UNSIGNED[F], UNSIGNED[F](np.finfo(F).nmant)
    M, per_ln_2, (high, low) = F(1.5 * 2.0**bits), F(1 / LN_2), split(LN_2, 2, F)

    @inlined
    def reduce(x: Any) -> Any:
        # n = round(x / ln 2), r = x - n ln 2; the last bits of t = n + M are those of n, as a number of that size has no fraction
        t = fma(x, per_ln_2, M)
        n = t - M
        return t, fma(-n, low, fma(-n, high, x))

    @inlined
    def scale(t: Any, y: Any) -> Any:
        return bitcast(U(bitcast(y) + (bitcast(t) << bits)))  # adds n to the exponent

    return reduce, scale


@for_each_dtype
def exp(F: Any) -> Any:
    """Return e to the power of x."""
    (reduce, scale), P = exponential(F), polynomial(*EXPONENTIAL[F])
    zero, one, infinity, (bottom, top) = F(0), F(1), F(INFINITY), limits(F)

    def function(x: Any) -> Any:
        # exp x = 2ⁿ (1 + r + r² P(r))
        t, r = reduce(x)
        y = scale(t, one + fma(r * r, P(r), r))
        return where(x <= top, where(x >= bottom, y, zero), x + infinity)  # NaN + infinity is NaN

    return function


@cache
def half_expm1(F: Any) -> Any:
    """Return (exp x - 1) / 2, of an x between -40 and where exp overflows."""
    (reduce, scale), P = exponential(F), polynomial(*EXPONENTIAL[F])
    half = F(0.5)

    @inlined
    def function(x: Any) -> Any:
        # (exp x - 1) / 2 = k (r + r² P(r)) + (k - 1/2), k = 2ⁿ / 2
        t, r = reduce(x)
        k = scale(t, half)
        return fma(k * (r * r), P(r), fma(k, r, k - half))

    return function


@for_each_dtype
def expm1(F: Any) -> Any:
    """Return exp x - 1."""
    inner = half_expm1(F)
    two, infinity, bottom, (_, top) = F(2), F(INFINITY), F(-40), limits(F)

    def function(x: Any) -> Any:
        y = two * inner(where(x < bottom, bottom, x))
        return where(x > top, infinity, y)

    return function


@for_each_dtype
def tanh(F: Any) -> Any:
    """Return the hyperbolic tangent."""
    inner = half_expm1(F)
    zero, edge, one, two, end = F(0), F(0.26), F(1), F(2), F(20)

    def function(x: Any) -> Any:
        # tanh |x| = q = h / (h + 1) = h - h q, h = expm1(2 |x|) / 2; the last form is the better one for small q
        a = np.absolute(x)
        h = inner(two * where(a > end, end, a))
        q = h / (h + one)
        y = where(a < edge, fma(-h, q, h), q)
        return where(x < zero, -y, y)

    return function


@cache
def logarithm(F: Any) -> Any:
    """Return log u + c, of a normal u > 0 whose exponent counts from ``bias``."""
    U, bits = UNSIGNED[F], UNSIGNED[F](np.finfo(F).nmant)
    one, two, half, (high, low), P = F(1), F(2), F(0.5), split(LN_2, 2, F), polynomial(*LOGARITHM[F])
    root, whole, fraction = np.sqrt(half).view(U), F(2.0**bits).view(U), U(2**bits - 1)
    up = U(one.view(U) - root)

    @inlined
    def function(u: Any, c: Any, bias: Any) -> Any:
        # u = 2ᵉ (1 + f), √½ <= 1 + f < √2; the bits of an exponent, put below those of 2^bits, are a number e + bias
        shifted = U(bitcast(u) + up)
        e = bitcast(U((shifted >> bits) | whole)) - bias
        f = bitcast(U((shifted & fraction) + root)) - one
        # log(1 + f) = 2 artanh s = f - (h - s (h + s² P(s²))), s = f / (2 + f), h = f² / 2
        s = f / (two + f)
        z, h = s * s, half * f * f
        return fma(e, high, f - (h - fma(s, fma(z, P(z), h), fma(e, low, c))))

    return function


def bias_of(F: Any) -> Any:
    """Return what ``logarithm`` takes from an exponent: 2^bits and F's bias."""
    return F(2.0 ** np.finfo(F).nmant + np.finfo(F).maxexp - 1)


@for_each_dtype
def log(F: Any) -> Any:
    """Return the natural logarithm."""
    inner, bits = logarithm(F), np.finfo(F).nmant
    zero, infinity, nan, tiny = F(0), F(INFINITY), F(NAN), np.finfo(F).tiny
    lift, bias, lifted = F(2.0**bits), bias_of(F), bias_of(F) + F(bits)

    def function(x: Any) -> Any:
        small = x < tiny
        y = inner(where(small, x * lift, x), zero, where(small, lifted, bias))
        return where(x > zero, where(x < infinity, y, x), where(x == zero, -infinity, nan))

    return function


@for_each_dtype
def log1p(F: Any) -> Any:
    """Return log(1 + x)."""
    inner, bias = logarithm(F), bias_of(F)
    one, infinity, nan = F(1), F(INFINITY), F(NAN)

    def function(x: Any) -> Any:
        # log(1 + x) = log u + rest / u: u is the rounded sum, and rest what it lacks
        u = one + x
        x_of_u = u - one
        rest = (one - (u - x_of_u)) + (x - x_of_u)
        y = inner(u, rest / u, bias)
        return where(x > -one, where(x < infinity, y, x), where(x == -one, -infinity, nan))

    return function


def sine(F: Any, shift: float) -> Any:
    """Return sin (shift = 0) or cos (shift = 1/2) for one dtype: in float64, so that r is right beside zeros, with a P for F."""
    M, per_pi, (high, middle, low), sign_bit = 1.5 * 2.0**52, float(1 / PI), split(PI, 3, np.float64), np.uint64(63)
    (first, *others), end = SINE[F], 1e14
    Q = polynomial(*others)

    def function(x: Any) -> Any:
        # n = round(x / π + shift), r = x - (n - shift) π; the last bit of t = n + M is that of n
        d = np.float64(x)
        t = fma(d, per_pi, shift) + M
        k = (t - M) - shift
        r = fma(-k, low, fma(-k, middle, fma(-k, high, d)))
        # (-1)ⁿ sin r = sin ±r, sin r = r + r³ P(r²), P(z) = first + z Q(z)
        r = bitcast(bitcast(r) ^ (bitcast(t) << sign_bit))
        z = r * r
        return F(where(np.absolute(d) <= end, fma(r * z, fma(z, Q(z), first), r), NAN))

    return function


@for_each_dtype
def sin(F: Any) -> Any:
    """Return the sine of an angle of at most 1e14, and NaN of a larger one."""
    return sine(F, 0.0)


@for_each_dtype
def cos(F: Any) -> Any:
    """Return the cosine of an angle of at most 1e14, and NaN of a larger one."""
    return sine(F, 0.5)


@for_each_dtype
def arctan(F: Any) -> Any:
    """Return the angle between -π/2 and π/2 that has the tangent x."""
    P, zero, one, first, second = polynomial(*ARCTANGENT[F]), F(0), F(1), F(2**0.5 - 1), F(2**0.5 + 1)
    (quarter, quarter_rest), (half, half_rest) = split(PI / 4, 2, F), split(PI / 2, 2, F)

    def function(x: Any) -> Any:
        # arctan a = π/2 + arctan(-1 / a) = π/4 + arctan((a - 1) / (a + 1)), arctan t = t + t³ P(t²)
        a = np.absolute(x)
        t = where(a > second, -one, where(a > first, a - one, a)) / where(a > second, a, where(a > first, a + one, one))
        high = where(a > second, half, where(a > first, quarter, zero))
        low = where(a > second, half_rest, where(a > first, quarter_rest, zero))
        y = high + (t + fma(t * t * t, P(t * t), low))
        return where(x < zero, -y, y)

    return function


@for_each_dtype
def erf(F: Any) -> Any:
    """Return the error function."""
    (reduce, scale), P = exponential(F), polynomial(*EXPONENTIAL[F])
    below, above = polynomial(*ERROR_BELOW_1[F]), polynomial(*ERROR_ABOVE_1[F])
    zero, one, end = F(0), F(1), {np.float32: F(4), np.float64: F(6)}[F]

    def function(x: Any) -> Any:
        # erf a = a + a below(a²), and from 1 on erf a = 1 - exp(above(a - 1))
        a = np.absolute(x)
        t, r = reduce(above(where(a > end, end, a) - one))
        rest = scale(t, one + fma(r * r, P(r), r))
        y = where(a >= one, one - rest, fma(a, below(a * a), a))
        return where(x < zero, -y, y)

    return function


@for_each_dtype
def sign(F: Any) -> Any:
    """Return 1, -1, or x itself where it is zero or NaN."""
    zero, one = F(0), F(1)
    return lambda x: where(x > zero, one, where(x < zero, -one, x))


@for_each_dtype
def maximum(_F: Any) -> Any:
    """Return the larger number, or NaN beside one."""
    return lambda a, b: where((a > b) | (a != a), a, b)  # noqa: PLR0124 - only NaN differs from itself


@for_each_dtype
def minimum(_F: Any) -> Any:
    """Return the smaller number, or NaN beside one."""
    return lambda a, b: where((a < b) | (a != a), a, b)  # noqa: PLR0124 - only NaN differs from itself


@for_each_dtype
def power(F: Any) -> Any:
    """Return x to the power of y, through the C library and so without vectors; a negative x needs a whole y."""
    return lambda x, y: F(x) ** F(y)


# Numba compiles functions, but no ufunc
absolute, floor, sqrt = inlined(lambda x: np.absolute(x)), inlined(lambda x: np.floor(x)), inlined(lambda x: np.sqrt(x))  # noqa: PLW0108
