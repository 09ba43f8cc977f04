"""Where the arrays of an operation are, and what several operations do with them."""

from __future__ import annotations

from collections import namedtuple
from typing import Any

from halfmoon.engines.compiler.intrinsics import fill_with_zeros, invoke, moved, pointer
from halfmoon.engines.compiler.jit import compiled
from halfmoon.engines.fused.layout import At, Now, Number

Arena = namedtuple("Arena", "theta state g stats c")  # noqa: PYI024 - compiled code takes no other
"""Pointers to the parameters, the running statistics, this shard's gradient and sums, this instruction's constants."""


@compiled
def arena(row: Any, h: Any, numbers: Any, now: Any) -> Any:
    """Return the arrays that all threads share."""
    kind, shard = h[0], now[Now.SHARD]
    g = moved(pointer(numbers[Number.GRADIENTS], kind), shard * numbers[Number.SIZE])
    stats = moved(pointer(numbers[Number.STATS], kind), shard * numbers[Number.N_STATS] + row[At.STATS])
    c = moved(pointer(numbers[Number.CONSTANTS], kind), row[At.CONSTANTS])
    theta, state = pointer(numbers[Number.THETA], kind), pointer(numbers[Number.STATE], kind)
    return Arena(theta, state, g, stats, c)


@compiled
def begin(gradient: Any, now: Any, n: int) -> None:
    """Set ``n`` entries of a gradient to zero before the first rows of a shard add to them."""
    if now[Now.FRESH]:
        fill_with_zeros(gradient, n)


@compiled
def column_sums(d: Any, start: Any, out: Any, rows: int, columns: int, numbers: Any) -> None:
    """Set ``out = start + 1ᵀ D``, the sum of each column, as in ``layers/dense.py``; the first of all constants is the 1."""
    one = pointer(numbers[Number.CONSTANTS], d[0])
    invoke(numbers[Number.PRODUCT], (one, d, start, out, 0, 0, columns, 0, columns, 1, columns, rows))
