"""``layers/embeddings.py``, compiled: column by column, each of which has loops over the rows of a tile.

The memory ``SAVED`` of the periodic embedding in the buffer begins with arrays of one column, a row of them for each output, and ends
with the cosines, one row for each column and frequency where they are kept for the way back.
"""

from __future__ import annotations

import math
from typing import Any

from halfmoon.engines.compiler.intrinsics import cast_like, copy, fill_with_zeros, offset
from halfmoon.engines.compiler.jit import compiled
from halfmoon.engines.compiler.math_functions import cos, sin
from halfmoon.engines.fused.layout import Instr, Tile
from halfmoon.engines.fused.operations.operands import operands, start_gradient

TWO_PI = 2 * math.pi


@compiled
def take_column(source: Any, columns: int, out: Any, rows: int) -> None:
    """Copy a column of a matrix, whose first entry ``source`` points to."""
    for r in range(rows):
        out[r] = source[r * columns]


@compiled
def put_column(source: Any, out: Any, columns: int, rows: int) -> None:
    """Copy into a column of a matrix, whose first entry ``out`` points to."""
    for r in range(rows):
        out[r * columns] = source[r]


@compiled
def cosine_of(x: Any, frequency: Any, phase: Any, out: Any, rows: int) -> None:
    """Set ``out = cos(frequency x + phase)``."""
    for r in range(rows):
        out[r] = cos(frequency * x[r] + phase)


@compiled
def add_multiple(factor: Any, x: Any, out: Any, rows: int) -> None:
    """Add ``factor x``."""
    for r in range(rows):
        out[r] += factor * x[r]


@compiled
def dot(x: Any, y: Any, rows: int) -> Any:
    """Return Σ x y."""
    total = cast_like(x, 0)
    for r in range(rows):
        total += x[r] * y[r]
    return total


@compiled
def total_of(x: Any, rows: int) -> Any:
    """Return Σ x."""
    total = cast_like(x, 0)
    for r in range(rows):
        total += x[r]
    return total


@compiled
def periodic(instr: Any, buffer: Any, args: Any, tile: Any) -> float:
    """``PeriodicEmbedding.forward``: Θᵢ = 2π xᵢ fᵢ + φᵢ, Eᵢ = cos(Θᵢ) Wᵢ + bᵢ, Y = [E₀, E₁, ..., X]."""
    theta, rows, n_in, n_out = operands(instr, buffer, args, tile).theta, tile[Tile.ROWS], instr[Instr.N_IN], instr[Instr.N_OUT]
    n, h, two_pi = instr[Instr.GROUPS], instr[Instr.PARAMETER], cast_like(buffer, TWO_PI)
    outputs = (n_out - n_in) // n
    f, phase, w = offset(theta, instr[Instr.R]), offset(theta, instr[Instr.S]), offset(theta, instr[Instr.W])
    b = offset(theta, instr[Instr.B])
    x, y, column = offset(buffer, instr[Instr.X]), offset(buffer, instr[Instr.Y]), offset(buffer, instr[Instr.SAVED])
    embedded = offset(column, 3 * rows)
    cosines = offset(embedded, outputs * rows)
    for i in range(n):
        take_column(offset(x, i), n_in, column, rows)
        for k in range(outputs):
            for r in range(rows):
                embedded[k * rows + r] = b[i * outputs + k]
        for q in range(i * h, (i + 1) * h):
            cosine = offset(cosines, q * rows if instr[Instr.KEEPS] == 1 else 0)
            cosine_of(column, two_pi * f[q], phase[q], cosine, rows)
            for k in range(outputs):
                add_multiple(w[q * outputs + k], cosine, offset(embedded, k * rows), rows)
        for k in range(outputs):
            put_column(offset(embedded, k * rows), offset(y, i * outputs + k), n_out, rows)
    for r in range(rows):
        copy(offset(x, r * n_in), offset(y, r * n_out + n * outputs), n_in)
    return 0.0


@compiled
def periodic_back(instr: Any, buffer: Any, args: Any, tile: Any) -> float:
    """``PeriodicEmbedding.backward``: dWᵢ = cos(Θᵢ)ᵀ dEᵢ, dΘᵢ = -sin(Θᵢ) (dEᵢ Wᵢᵀ), dφᵢ = Σ dΘᵢ, dfᵢ = 2π Σ xᵢ dΘᵢ, dxᵢ += 2π Σ fᵢ dΘᵢ."""
    arrays, rows, n_in, n_out = operands(instr, buffer, args, tile), tile[Tile.ROWS], instr[Instr.N_IN], instr[Instr.N_OUT]
    n, h, two_pi, theta, gradient = instr[Instr.GROUPS], instr[Instr.PARAMETER], cast_like(buffer, TWO_PI), arrays.theta, arrays.gradient
    outputs = (n_out - n_in) // n
    f, phase, w = offset(theta, instr[Instr.R]), offset(theta, instr[Instr.S]), offset(theta, instr[Instr.W])
    df, dphase, dw = offset(gradient, instr[Instr.R]), offset(gradient, instr[Instr.S]), offset(gradient, instr[Instr.W])
    db = offset(gradient, instr[Instr.B])
    x, d, column = offset(buffer, instr[Instr.X]), offset(buffer, instr[Instr.DY]), offset(buffer, instr[Instr.SAVED])
    dangle, dcolumn, dembedded = offset(column, rows), offset(column, 2 * rows), offset(column, 3 * rows)
    cosines, dx = offset(dembedded, outputs * rows), offset(buffer, instr[Instr.DX])
    start_gradient(df, tile, n * h)
    start_gradient(dphase, tile, n * h)
    start_gradient(dw, tile, n * h * outputs)
    start_gradient(db, tile, n * outputs)
    if instr[Instr.DX] >= 0:
        for r in range(rows):
            copy(offset(d, r * n_out + n * outputs), offset(dx, r * n_in), n_in)
    for i in range(n):
        take_column(offset(x, i), n_in, column, rows)
        fill_with_zeros(dcolumn, rows)
        for k in range(outputs):
            take_column(offset(d, i * outputs + k), n_out, offset(dembedded, k * rows), rows)
            db[i * outputs + k] += total_of(offset(dembedded, k * rows), rows)
        for q in range(i * h, (i + 1) * h):
            fill_with_zeros(dangle, rows)
            for k in range(outputs):
                dw[q * outputs + k] += dot(offset(cosines, q * rows), offset(dembedded, k * rows), rows)
                add_multiple(w[q * outputs + k], offset(dembedded, k * rows), dangle, rows)
            frequency, shift = two_pi * f[q], phase[q]
            for r in range(rows):
                dangle[r] = -sin(frequency * column[r] + shift) * dangle[r]
            dphase[q] += total_of(dangle, rows)
            df[q] += two_pi * dot(column, dangle, rows)
            if instr[Instr.DX] >= 0:
                add_multiple(frequency, dangle, dcolumn, rows)
        if instr[Instr.DX] >= 0:
            for r in range(rows):
                dx[r * n_in + i] += dcolumn[r]
    return 0.0


@compiled
def bin_of(x: Any, left: Any, first: int, end: int) -> int:
    """Return in which of the bins from ``first`` to ``end - 1`` a number is; what is outside counts to the outermost."""
    found = first
    for t in range(first + 1, end):
        found += 1 if x > left[t] else 0
    return found


@compiled
def clipped(share: Any, zero: Any, one: Any) -> Any:
    """Return a number, from 0 to 1."""
    return one if share > one else zero if share < zero else share  # noqa: FURB136 - NaN stays


@compiled
def piecewise_linear(instr: Any, buffer: Any, args: Any, tile: Any) -> float:
    """``PiecewiseLinearEmbedding.forward``: Eᵢ = bᵢ + xᵢ Vᵢ + e(xᵢ) Wᵢ, Y = [E₀, E₁, ..., rest].

    Below the bin of x, e is 1, and above it 0: so e W is the sum of all W below, which is made once a tile, and a share of the bin's own.
    """
    arrays, n_in, n_out, n = operands(instr, buffer, args, tile), instr[Instr.N_IN], instr[Instr.N_OUT], instr[Instr.GROUPS]
    v, b, w = offset(arrays.theta, instr[Instr.R]), offset(arrays.theta, instr[Instr.B]), offset(arrays.theta, instr[Instr.W])
    outputs, bins, below = (n_out - n_in + n) // n, instr[Instr.PARAMETER], offset(buffer, instr[Instr.SAVED])
    left, over, ends = arrays.constants, offset(arrays.constants, bins), offset(arrays.constants, 2 * bins)
    zero, one, first = cast_like(buffer, 0), cast_like(buffer, 1), 0
    for i in range(n):
        end = int(ends[i])
        for t in range(first, end):
            for k in range(outputs):
                below[t * outputs + k] = below[(t - 1) * outputs + k] + w[(t - 1) * outputs + k] if t > first else zero
        first = end
    for r in range(tile[Tile.ROWS]):
        x, y, first = offset(buffer, instr[Instr.X] + r * n_in), offset(buffer, instr[Instr.Y] + r * n_out), 0
        for i in range(n):
            out, v_i, b_i, end = offset(y, i * outputs), offset(v, i * outputs), offset(b, i * outputs), int(ends[i])
            for k in range(outputs):
                out[k] = b_i[k] + x[i] * v_i[k]
            if first < end:
                t = bin_of(x[i], left, first, end)
                share, w_t, below_t = clipped((x[i] - left[t]) * over[t], zero, one), offset(w, t * outputs), offset(below, t * outputs)
                for k in range(outputs):
                    out[k] += below_t[k] + share * w_t[k]
            first = end
        copy(offset(x, n), offset(y, n * outputs), n_in - n)
    return 0.0


@compiled
def piecewise_linear_back(instr: Any, buffer: Any, args: Any, tile: Any) -> float:
    """``PiecewiseLinearEmbedding.backward``: dbᵢ = Σ dEᵢ, dVᵢ = Σ xᵢ dEᵢ, dWᵢ = e(xᵢ)ᵀ dEᵢ, dxᵢ = dEᵢ (Vᵢ + e'(xᵢ) Wᵢ)ᵀ.

    The dE of each bin are summed up, and when all rows are done that sum is added to the dW of every bin below.
    """
    arrays, n_in, n_out, n = operands(instr, buffer, args, tile), instr[Instr.N_IN], instr[Instr.N_OUT], instr[Instr.GROUPS]
    v, w = offset(arrays.theta, instr[Instr.R]), offset(arrays.theta, instr[Instr.W])
    dv, db, dw = offset(arrays.gradient, instr[Instr.R]), offset(arrays.gradient, instr[Instr.B]), offset(arrays.gradient, instr[Instr.W])
    outputs, bins, sums = (n_out - n_in + n) // n, instr[Instr.PARAMETER], offset(buffer, instr[Instr.SAVED])
    left, over, ends = arrays.constants, offset(arrays.constants, bins), offset(arrays.constants, 2 * bins)
    zero, one = cast_like(buffer, 0), cast_like(buffer, 1)
    start_gradient(dv, tile, n * outputs)
    start_gradient(db, tile, n * outputs)
    start_gradient(dw, tile, bins * outputs)
    fill_with_zeros(sums, bins * outputs)
    for r in range(tile[Tile.ROWS]):
        x, d, first = offset(buffer, instr[Instr.X] + r * n_in), offset(buffer, instr[Instr.DY] + r * n_out), 0
        dx = offset(buffer, instr[Instr.DX] + r * n_in)
        for i in range(n):
            d_i, v_i, end = offset(d, i * outputs), offset(v, i * outputs), int(ends[i])
            dv_i, db_i, dx_i = offset(dv, i * outputs), offset(db, i * outputs), zero
            for k in range(outputs):
                db_i[k] += d_i[k]
                dv_i[k] += x[i] * d_i[k]
            if instr[Instr.DX] >= 0:
                dx_i = dot(d_i, v_i, outputs)
            if first < end:
                t = bin_of(x[i], left, first, end)
                share = (x[i] - left[t]) * over[t]
                dw_t, sum_t, part = offset(dw, t * outputs), offset(sums, t * outputs), clipped(share, zero, one)
                for k in range(outputs):
                    dw_t[k] += part * d_i[k]
                    sum_t[k] += d_i[k]
                if instr[Instr.DX] >= 0 and zero < share < one:
                    dx_i += over[t] * dot(d_i, offset(w, t * outputs), outputs)
            first = end
            if instr[Instr.DX] >= 0:
                dx[i] = dx_i
        if instr[Instr.DX] >= 0:
            copy(offset(d, n * outputs), offset(dx, n), n_in - n)
    first = 0
    for i in range(n):
        end = int(ends[i])
        for t in range(end - 2, first - 1, -1):
            for k in range(outputs):
                sums[t * outputs + k] += sums[(t + 1) * outputs + k]
                dw[t * outputs + k] += sums[(t + 1) * outputs + k]
        first = end
    return 0.0
