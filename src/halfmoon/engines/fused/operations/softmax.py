"""``layers/softmax.py``, compiled."""

from __future__ import annotations

from typing import Any

from halfmoon.engines.compiler.intrinsics import cast_like, offset
from halfmoon.engines.compiler.jit import compiled
from halfmoon.engines.compiler.math_functions import exp
from halfmoon.engines.fused.layout import Instr, Tile


@compiled
def largest(x: Any, columns: int) -> Any:
    """Return the largest entry, without regard to NaN unless it comes first; exp and the sums after it carry a NaN on."""
    top = x[0]
    for k in range(columns):
        top = max(top, x[k])
    return top


@compiled
def softmax(instr: Any, buffer: Any, args: Any, tile: Any) -> float:
    """``Softmax.forward``: y_j = exp(x_j - max x) / Σ exp(x_k - max x)."""
    columns = instr[Instr.N_OUT]
    for r in range(tile[Tile.ROWS]):
        x, y, total = offset(buffer, instr[Instr.X] + r * columns), offset(buffer, instr[Instr.Y] + r * columns), cast_like(buffer, 0)
        top = largest(x, columns)
        for k in range(columns):
            y[k] = exp(x[k] - top)
        for k in range(columns):
            total += y[k]
        for k in range(columns):
            y[k] = y[k] / total
    return 0.0


@compiled
def softmax_back(instr: Any, buffer: Any, args: Any, tile: Any) -> float:
    """``Softmax.backward``: dx_i = y_i (dy_i - Σ_j dy_j y_j)."""
    columns = instr[Instr.N_OUT]
    for r in range(tile[Tile.ROWS]):
        y, d, total = offset(buffer, instr[Instr.Y] + r * columns), offset(buffer, instr[Instr.DY] + r * columns), cast_like(buffer, 0)
        for k in range(columns):
            total += d[k] * y[k]
        for k in range(columns):
            d[k] = y[k] * (d[k] - total)
    return 0.0
