"""Sums and turns of arrays: matrices are pointers, row by row."""

from __future__ import annotations

from typing import Any

from halfmoon.compiled.jit import compiled


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
