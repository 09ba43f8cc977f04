"""Loops over arrays that several operations have: sums, small products, transposes. Matrices are pointers, row by row."""

from __future__ import annotations

from typing import Any

from halfmoon.engines.compiler.intrinsics import dot_tile, offset, transpose_square
from halfmoon.engines.compiler.jit import compiled
from halfmoon.engines.compiler.machine import REGISTERS, SIDE


@compiled
def add(source: Any, out: Any, n: int) -> None:
    """Add ``n`` entries to others."""
    for q in range(n):
        out[q] += source[q]


DOT_OUTPUTS = REGISTERS // 8
"""Most columns of a tile of dot products: as many as leave registers for the rows of X and one of W."""


def _dot_tiles() -> Any:
    """Return a function that computes a tile of as many columns as are left, at most ``DOT_OUTPUTS``; it returns how many."""
    names: dict[str, Any] = {f"tile{outputs}": dot_tile(outputs) for outputs in range(1, DOT_OUTPUTS + 1)}
    body = ["def dot_tiles(x, others, w, bias, y, places, columns, left):"]
    for outputs in range(DOT_OUTPUTS, 0, -1):
        body += [
            f"    if left >= {outputs}:",
            f"        tile{outputs}(x, others, w, bias, y, places, columns)",
            f"        return {outputs}",
        ]
    exec("\n".join([*body, "    return left"]), names)  # noqa: S102 - a choice of the tiles above
    return compiled(names["dot_tiles"])


dot_tiles = _dot_tiles()


@compiled
def row_products(x: Any, w: Any, bias: Any, out: Any, rows: int, columns: int, outputs: int) -> None:
    """Set ``out[r, j] = bias[j] + Σ_k x[r, k] w[j, k]``, four rows at a time, for outputs so few that they leave vectors mostly empty."""
    for r in range(0, rows, 4):
        last = rows - 1 - r
        b, c, d = min(1, last), min(2, last), min(3, last)
        others, places = (b * columns, c * columns, d * columns), (b * outputs, c * outputs, d * outputs)
        j = 0
        while j < outputs:
            j += dot_tiles(offset(x, r * columns), others, offset(w, j * columns), offset(bias, j), offset(out, r * outputs + j),
                           places, columns, outputs - j)  # fmt: skip


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
