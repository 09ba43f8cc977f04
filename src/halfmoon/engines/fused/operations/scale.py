"""``layers/scale.py`` and ``layers/parametric.py``, compiled: what has one learned number a column."""

from __future__ import annotations

from typing import Any

from halfmoon.engines.compiler.intrinsics import call, cast_like, copy, offset
from halfmoon.engines.compiler.jit import compiled
from halfmoon.engines.fused.layout import CHUNK, Arg, Instr, Tile
from halfmoon.engines.fused.operations.operands import operands, start_gradient


@compiled
def scale(instr: Any, buffer: Any, args: Any, tile: Any) -> float:
    """``Scale.forward``: Y = X scale."""
    factors, n = offset(operands(instr, buffer, args, tile).theta, instr[Instr.W]), instr[Instr.N_OUT]
    for r in range(tile[Tile.ROWS]):
        x, y = offset(buffer, instr[Instr.X] + r * n), offset(buffer, instr[Instr.Y] + r * n)
        for k in range(n):
            y[k] = x[k] * factors[k]
    return 0.0


@compiled
def scale_back(instr: Any, buffer: Any, args: Any, tile: Any) -> float:
    """``Scale.backward``: dscale = Σ dY X, dX = dY scale."""
    arrays, n = operands(instr, buffer, args, tile), instr[Instr.N_OUT]
    factors, dfactors = offset(arrays.theta, instr[Instr.W]), offset(arrays.gradient, instr[Instr.W])
    start_gradient(dfactors, tile, n)
    for r in range(tile[Tile.ROWS]):
        x, d = offset(buffer, instr[Instr.X] + r * n), offset(buffer, instr[Instr.DY] + r * n)
        for k in range(n):
            dfactors[k] += d[k] * x[k]
            d[k] *= factors[k]
    return 0.0


@compiled
def parametric(instr: Any, buffer: Any, args: Any, tile: Any) -> float:
    """``ParametricActivation.forward``, some rows at a time: V = σ(X), which is saved for the way back, Y = X + a (V - X)."""
    arrays, n, rows = operands(instr, buffer, args, tile), instr[Instr.N_OUT], tile[Tile.ROWS]
    shares, step = offset(arrays.theta, instr[Instr.W]), max(1, CHUNK // n)
    saved = instr[Instr.SAVED] if instr[Instr.SAVED] >= 0 else instr[Instr.Y]
    for first in range(0, rows, step):
        count = min(step, rows - first)
        z, a = offset(buffer, instr[Instr.X] + first * n), offset(buffer, saved + first * n)
        call(instr[Instr.KERNEL], (z, a, arrays.constants, count, n))
        for r in range(first, first + count):
            x, v, y = offset(buffer, instr[Instr.X] + r * n), offset(buffer, saved + r * n), offset(buffer, instr[Instr.Y] + r * n)
            for k in range(n):
                y[k] = x[k] + shares[k] * (v[k] - x[k])
    return 0.0


@compiled
def parametric_back(instr: Any, buffer: Any, args: Any, tile: Any) -> float:
    """``ParametricActivation.backward``: da = Σ dY (V - X), dX = (1 - a) dY + a (dY σ'(X))."""
    arrays, n, rows = operands(instr, buffer, args, tile), instr[Instr.N_OUT], tile[Tile.ROWS]
    shares, dshares, step = offset(arrays.theta, instr[Instr.W]), offset(arrays.gradient, instr[Instr.W]), max(1, CHUNK // n)
    kept, one = offset(buffer, args[Arg.SCRATCH]), cast_like(buffer, 1)
    start_gradient(dshares, tile, n)
    for first in range(0, rows, step):
        count, d = min(step, rows - first), offset(buffer, instr[Instr.DY] + first * n)
        x, v = offset(buffer, instr[Instr.X] + first * n), offset(buffer, instr[Instr.SAVED] + first * n)
        copy(d, kept, count * n)
        call(instr[Instr.KERNEL], (x, v, d, arrays.constants, count, n))
        for r in range(count):
            x_r, v_r, d_r, kept_r = offset(x, r * n), offset(v, r * n), offset(d, r * n), offset(kept, r * n)
            for k in range(n):
                dshares[k] += kept_r[k] * (v_r[k] - x_r[k])
                d_r[k] = (one - shares[k]) * kept_r[k] + shares[k] * d_r[k]
    return 0.0
