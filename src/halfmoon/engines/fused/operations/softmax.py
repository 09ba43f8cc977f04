"""``layers/softmax.py``, compiled."""

from __future__ import annotations

from typing import Any

from halfmoon.engines.compiler.intrinsics import moved, number
from halfmoon.engines.compiler.jit import compiled
from halfmoon.engines.compiler.math_functions import exp
from halfmoon.engines.fused.layout import At, Now


@compiled
def largest(x: Any, columns: int) -> Any:
    """Return the largest entry but NaN, which exp and the sums after it carry on; NaN where it is the first."""
    top = x[0]
    for k in range(columns):
        top = max(top, x[k])
    return top


@compiled
def softmax(row: Any, h: Any, numbers: Any, now: Any) -> float:
    """``Softmax.forward``: y_j = exp(x_j - max x) / Σ exp(x_k - max x)."""
    columns = row[At.N_OUT]
    for r in range(now[Now.ROWS]):
        x, y, total = moved(h, row[At.X] + r * columns), moved(h, row[At.Y] + r * columns), number(h, 0)
        top = largest(x, columns)
        for k in range(columns):
            y[k] = exp(x[k] - top)
        for k in range(columns):
            total += y[k]
        for k in range(columns):
            y[k] = y[k] / total
    return 0.0


@compiled
def softmax_back(row: Any, h: Any, numbers: Any, now: Any) -> float:
    """``Softmax.backward``: dx_i = y_i (dy_i - Σ_j dy_j y_j)."""
    columns = row[At.N_OUT]
    for r in range(now[Now.ROWS]):
        y, d, total = moved(h, row[At.Y] + r * columns), moved(h, row[At.D] + r * columns), number(h, 0)
        for k in range(columns):
            total += d[k] * y[k]
        for k in range(columns):
            d[k] = y[k] * (d[k] - total)
    return 0.0
