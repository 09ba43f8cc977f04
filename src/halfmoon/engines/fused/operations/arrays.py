"""What operations share: where the arrays are, and sums and turns of them."""

from __future__ import annotations

from collections import namedtuple
from typing import Any

from halfmoon.engines.fused.intrinsics import fill_with_zeros, moved, pointer
from halfmoon.engines.fused.jit import compiled
from halfmoon.engines.fused.program import At, Now, Number

Arena = namedtuple("Arena", "theta state g transposed stats c")  # noqa: PYI024 - compiled code takes no other
"""Pointers to the parameters, the running statistics, this shard's gradient, Wᵀ, this shard's sums, this instruction's constants."""


@compiled
def arena(row: Any, h: Any, numbers: Any, now: Any) -> Any:
    """Return the arrays that all threads share."""
    kind, shard = h[0], now[Now.SHARD]
    g = moved(pointer(numbers[Number.GRADIENTS], kind), shard * numbers[Number.SIZE])
    stats = moved(pointer(numbers[Number.STATS], kind), shard * numbers[Number.N_STATS] + row[At.STATS])
    c = moved(pointer(numbers[Number.CONSTANTS], kind), row[At.CONSTANTS])
    theta, state = pointer(numbers[Number.THETA], kind), pointer(numbers[Number.STATE], kind)
    return Arena(theta, state, g, pointer(numbers[Number.TRANSPOSED], kind), stats, c)


@compiled
def begin(gradient: Any, now: Any, n: int) -> None:
    """Set ``n`` entries of a gradient to zero before the first rows of a shard add to them."""
    if now[Now.FRESH]:
        fill_with_zeros(gradient, n)


@compiled
def add(source: Any, out: Any, n: int) -> None:
    """Add ``n`` entries to others."""
    for q in range(n):
        out[q] += source[q]


@compiled
def column_sums(d: Any, out: Any, rows: int, columns: int) -> None:
    """Add Σ over rows of ``d``: a bias's gradient in ``layers/dense.py``."""
    r = 0
    while r + 4 <= rows:
        for k in range(columns):
            q = r * columns + k
            out[k] += (d[q] + d[q + columns]) + (d[q + 2 * columns] + d[q + 3 * columns])
        r += 4
    while r < rows:
        for k in range(columns):
            out[k] += d[r * columns + k]
        r += 1


@compiled
def transpose(source: Any, out: Any, rows: int, columns: int, out_row: int) -> None:
    """Set ``out[k, r] = source[r, k]``."""
    for k in range(columns):
        for r in range(rows):
            out[k * out_row + r] = source[r * columns + k]


@compiled
def add_transposed(source: Any, out: Any, rows: int, columns: int) -> None:
    """Add ``source[r, k]`` to ``out[k, r]``."""
    for k in range(columns):
        for r in range(rows):
            out[k * rows + r] += source[r * columns + k]
