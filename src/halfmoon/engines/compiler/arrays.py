"""Loops over arrays that several operations have: sums, small products, transposes. Matrices are pointers, row by row."""

from __future__ import annotations

from typing import Any

from halfmoon.engines.compiler.intrinsics import offset, transpose_square
from halfmoon.engines.compiler.jit import compiled
from halfmoon.engines.compiler.machine import SIDE


@compiled
def add(source: Any, out: Any, n: int) -> None:
    """Add ``n`` entries to others."""
    for q in range(n):
        out[q] += source[q]


@compiled
def row_products(x: Any, w: Any, bias: Any, out: Any, rows: int, columns: int, outputs: int) -> None:
    """Set ``out[r, j] = bias[j] + Σ_k x[r, k] w[j, k]``, four rows at a time, for outputs so few that they leave vectors mostly empty."""
    for r in range(0, rows, 4):
        last = rows - 1 - r
        x0, x1 = offset(x, r * columns), offset(x, (r + min(1, last)) * columns)
        x2, x3 = offset(x, (r + min(2, last)) * columns), offset(x, (r + min(3, last)) * columns)
        for j in range(outputs):
            a, b, c, d, w_j = bias[j], bias[j], bias[j], bias[j], offset(w, j * columns)
            for k in range(columns):
                a += x0[k] * w_j[k]
                b += x1[k] * w_j[k]
                c += x2[k] * w_j[k]
                d += x3[k] * w_j[k]
            out_j = offset(out, r * outputs + j)
            out_j[min(3, last) * outputs] = d
            out_j[min(2, last) * outputs] = c
            out_j[min(1, last) * outputs] = b
            out_j[0] = a


@compiled
def transpose(source: Any, out: Any, rows: int, columns: int) -> None:
    """Set ``out[k, r] = source[r, k]``, by squares, and the rest entry by entry."""
    whole_rows, whole_columns = rows // SIDE * SIDE, columns // SIDE * SIDE
    for r in range(0, whole_rows, SIDE):
        for k in range(0, whole_columns, SIDE):
            transpose_square(offset(source, r * columns + k), columns, offset(out, k * rows + r), rows)
    for k in range(columns):
        for r in range(whole_rows if k < whole_columns else 0, rows):
            out[k * rows + r] = source[r * columns + k]


@compiled
def add_transposed(source: Any, out: Any, rows: int, columns: int) -> None:
    """Add ``source[r, k]`` to ``out[k, r]``."""
    for k in range(columns):
        for r in range(rows):
            out[k * rows + r] += source[r * columns + k]
