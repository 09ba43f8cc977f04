"""Matrix products: ``C = start + A B`` from register tiles, at the speed of a BLAS and with nothing to set up."""

from __future__ import annotations

from typing import Any

from halfmoon.engines.compiler.intrinsics import lanes_of, offset, register_tile
from halfmoon.engines.compiler.jit import compiled
from halfmoon.engines.compiler.machine import REGISTERS

MAX_HEIGHT = 14
"""Most rows of A whose pointers fit in the general registers."""
TILE_HEIGHTS = {vectors: [min(MAX_HEIGHT, (REGISTERS - 4) // vectors), 4 if vectors == 1 else 2, 1] for vectors in (1, 2, 3)}
"""How many rows a register tile of so many vectors has: as many as leave registers for a row of B and an entry of A; then fewer, for
the rows that are left."""


def _panel(vectors: int, *, cut: bool, part: int = 1) -> Any:
    """Return a function that computes all rows of ``vectors`` neighbouring vectors of C, tile after tile downwards."""
    names: dict[str, Any] = {f"tile{height}": register_tile(height, vectors, cut=cut, part=part) for height in TILE_HEIGHTS[vectors]}
    names["offset"] = offset
    body = ["def panel(a, a_row, a_step, b, b_step, start, start_row, c, c_row, rows, depth, columns):", "    row = 0"]
    for height in TILE_HEIGHTS[vectors]:
        body += [
            f"    while row + {height} <= rows:",
            f"        tile{height}(offset(a, row * a_row), a_row, a_step, b, b_step, offset(start, row * start_row), start_row,",
            "                   offset(c, row * c_row), c_row, 0, depth, columns)",
            f"        row += {height}",
        ]
    exec("\n".join(body), names)  # noqa: S102 - the loops above, one for each height of tile
    return compiled(names["panel"])


panel3, panel2 = (_panel(vectors, cut=False) for vectors in (3, 2))
panel2_cut, panel1_cut = (_panel(vectors, cut=True) for vectors in (2, 1))
panel2_half, panel1_half = (_panel(vectors, cut=True, part=2) for vectors in (2, 1))


@compiled
def product(a: Any, b: Any, start: Any, c: Any, a_row: int, a_step: int, b_step: int, start_row: int, c_row: int,
            rows: int, columns: int, depth: int) -> float:  # fmt: skip
    """Compute ``C[i, j] = start[i, j] + Σ_k A[i, k] B[k, j]``.

    ``A[i, k] = a[i a_row + k a_step]``, ``B[k, j] = b[k b_step + j]``, ``start[i, j] = start[i start_row + j]`` and
    ``C[i, j] = c[i c_row + j]``.
    """
    j, lanes = 0, lanes_of(a)
    while j < columns:
        left = columns - j
        b_j, start_j, c_j = offset(b, j), offset(start, j), offset(c, j)
        if left >= 3 * lanes and not 3 * lanes < left <= 4 * lanes:
            panel3(a, a_row, a_step, b_j, b_step, start_j, start_row, c_j, c_row, rows, depth, left)
            j += 3 * lanes
        elif left >= 2 * lanes:
            panel2(a, a_row, a_step, b_j, b_step, start_j, start_row, c_j, c_row, rows, depth, left)
            j += 2 * lanes
        elif 2 * left > 3 * lanes:
            panel2_cut(a, a_row, a_step, b_j, b_step, start_j, start_row, c_j, c_row, rows, depth, left)
            j += 2 * lanes
        elif left > lanes:
            panel2_half(a, a_row, a_step, b_j, b_step, start_j, start_row, c_j, c_row, rows, depth, left)
            j += 2 * lanes
        elif 2 * left > lanes:
            panel1_cut(a, a_row, a_step, b_j, b_step, start_j, start_row, c_j, c_row, rows, depth, left)
            j += lanes
        else:
            panel1_half(a, a_row, a_step, b_j, b_step, start_j, start_row, c_j, c_row, rows, depth, left)
            j += lanes
    return 0.0
