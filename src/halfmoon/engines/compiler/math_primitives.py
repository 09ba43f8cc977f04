"""What the mathematical functions are made of: scalar operations without branch, call or table, so that a loop of them is vectorised."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numba
import numpy as np
from llvmlite import ir
from numba import extending, types

from halfmoon.engines.compiler.intrinsics import emitted, intrinsic

OPTIONS: dict[str, Any] = {"fastmath": {"contract"}, "error_model": "numpy", "forceinline": True}
"""The operations stay in their order, whatever the caller allows: to reassociate would fold ``(x + M) - M`` to ``x``."""

inlined: Callable[[Any], Any] = numba.njit(**OPTIONS)
"""Compiles a function to be inlined into those that call it."""

overload: Callable[..., Any] = extending.overload


def for_each_dtype(factory: Callable[[Any], Callable[..., Any]]) -> Callable[..., Any]:
    """Return a function for compiled code, from a factory that is called with each dtype and returns what to compile for it."""
    implementations = {types.float32: factory(np.float32), types.float64: factory(np.float64)}

    def stub(*_operands: Any) -> Any:
        raise NotImplementedError(f"{factory.__name__} is for compiled code; halfmoon.expressions.vocabulary has the functions of arrays")

    stub.__name__, stub.__doc__ = factory.__name__, factory.__doc__
    overload(stub, jit_options=OPTIONS, strict=False)(lambda *operands: implementations.get(operands[-1]))
    return stub


@intrinsic
def where(context: Any, condition: Any, a: Any, b: Any) -> Any:
    """Return ``a`` where the condition is true and ``b`` elsewhere; both are computed."""
    kind = context.unify_types(a, b)

    def generate(context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        chosen = context.cast(builder, arguments[0], condition, types.boolean)
        return builder.select(chosen, *(context.cast(builder, *each, kind) for each in zip(arguments[1:], (a, b), strict=True)))

    return kind(condition, a, b), generate


@intrinsic
def fma(_context: Any, a: Any, _b: Any, _c: Any) -> Any:
    """Return ``a b + c``, rounded once."""
    return emitted(a(a, a, a), lambda builder, a, b, c: builder.fma(a, b, c))


@intrinsic
def bitcast(_context: Any, x: Any) -> Any:
    """Return the unsigned integer that has the bits of a float, or the float that has those of an unsigned integer."""
    kind = {types.float32: types.uint32, types.uint32: types.float32, types.float64: types.uint64, types.uint64: types.float64}[x]
    return kind(x), lambda context, builder, _signature, arguments: builder.bitcast(arguments[0], context.get_value_type(kind))


def polynomial(*coefficients: float) -> Any:
    """Return the compiled ``c0 + c1 x + c2 x² + ...`` by Estrin's scheme: pairs in x, pairs of those in x², in x⁴ ...

    Neighbouring pairs do not wait for each other, where each step of Horner's scheme waits for the one before it.
    """

    def emit(builder: Any, x: Any) -> Any:
        terms = [ir.Constant(x.type, float(each)) for each in coefficients]
        while len(terms) > 1:
            pairs = [builder.fma(high, x, low) for low, high in zip(terms[::2], terms[1::2], strict=False)]
            terms = pairs + terms[2 * len(pairs) :]
            x = builder.fmul(x, x)
        return terms[0]

    return intrinsic(lambda _context, x: emitted(x(x), emit))


def split(number: Fraction, count: int, F: Any) -> list[Any]:
    """Return ``count`` numbers of dtype F whose sum is ``number`` to more digits than one has: each rounds what those before it leave."""
    parts: list[Any] = []
    for _ in range(count):
        parts.append(F(float(number - sum(Fraction(float(part)) for part in parts))))
    return parts
