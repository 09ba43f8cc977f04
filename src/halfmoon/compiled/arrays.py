"""Sums and turns of arrays: matrices are pointers, row by row."""

from __future__ import annotations

from typing import Any

from halfmoon.compiled.intrinsics import moved
from halfmoon.compiled.jit import compiled


@compiled
def add(source: Any, out: Any, n: int) -> None:
    """Add ``n`` entries to others."""
    for q in range(n):
        out[q] += source[q]


@compiled
def row_products(x: Any, w: Any, bias: Any, out: Any, rows: int, columns: int) -> None:
    """Set ``out[r] = bias + Σ_k x[r, k] w[k]``: what a matrix of one column would leave most of a vector empty for."""
    r = 0
    while r + 4 <= rows:
        a, b, c, d = bias, bias, bias, bias
        x0, x1, x2, x3 = (moved(x, r * columns), moved(x, (r + 1) * columns), moved(x, (r + 2) * columns), moved(x, (r + 3) * columns))
        for k in range(columns):
            a += x0[k] * w[k]
            b += x1[k] * w[k]
            c += x2[k] * w[k]
            d += x3[k] * w[k]
        out[r], out[r + 1], out[r + 2], out[r + 3] = a, b, c, d
        r += 4
    while r < rows:
        a = bias
        for k in range(columns):
            a += x[r * columns + k] * w[k]
        out[r] = a
        r += 1


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
