"""``layers/ensemble.py``, compiled.

A row's members lie one behind the other, so a matrix with a row for each row and member is the same memory as one with the members
side by side.
"""

from __future__ import annotations

from typing import Any

from halfmoon.engines.compiler.arrays import add, transpose
from halfmoon.engines.compiler.intrinsics import call, copy, fill_with_zeros, offset
from halfmoon.engines.compiler.jit import compiled
from halfmoon.engines.fused.layout import Arg, Instr, Tile
from halfmoon.engines.fused.operations.operands import column_sums, operands, start_gradient


@compiled
def repeat(instr: Any, buffer: Any, args: Any, tile: Any) -> float:
    """``Repeat.forward``: Y = [X, X, ...]."""
    n, times = instr[Instr.N_IN], instr[Instr.GROUPS]
    for r in range(tile[Tile.ROWS]):
        for m in range(times):
            copy(offset(buffer, instr[Instr.X] + r * n), offset(buffer, instr[Instr.Y] + (r * times + m) * n), n)
    return 0.0


@compiled
def repeat_back(instr: Any, buffer: Any, args: Any, tile: Any) -> float:
    """``Repeat.backward``: dX = dY₀ + dY₁ + ..."""
    n, times = instr[Instr.N_IN], instr[Instr.GROUPS]
    for r in range(tile[Tile.ROWS]):
        dx = offset(buffer, instr[Instr.DX] + r * n)
        fill_with_zeros(dx, n)
        for m in range(times):
            add(offset(buffer, instr[Instr.DY] + (r * times + m) * n), dx, n)
    return 0.0


@compiled
def multiply_columns(x: Any, factors: Any, out: Any, rows: int, columns: int) -> None:
    """Set ``out = x factors``, column by column; ``out`` may be ``x``."""
    for r in range(rows):
        for k in range(columns):
            out[r * columns + k] = x[r * columns + k] * factors[k]


@compiled
def add_column_dots(x: Any, y: Any, out: Any, rows: int, columns: int) -> None:
    """Add Σ x y of each column."""
    for r in range(rows):
        for k in range(columns):
            out[k] += x[r * columns + k] * y[r * columns + k]


@compiled
def batch_ensemble(instr: Any, buffer: Any, args: Any, tile: Any) -> float:
    """``BatchEnsemble.forward``: Z = (X r) W, member by member, Yₘ = Zₘ s_m + b_m."""
    theta, rows, n_in, n_out = operands(instr, buffer, args, tile).theta, tile[Tile.ROWS], instr[Instr.N_IN], instr[Instr.N_OUT]
    members = instr[Instr.GROUPS]
    depth, units, w = n_in // members, n_out // members, offset(theta, instr[Instr.W])
    if instr[Instr.W_TRANSPOSED] >= 0 and tile[Tile.STARTS_SHARD]:
        transpose(w, offset(buffer, instr[Instr.W_TRANSPOSED]), depth, units)  # Wᵀ, for dX = dY Wᵀ
    x, y = offset(buffer, instr[Instr.X]), offset(buffer, instr[Instr.Y])
    if instr[Instr.R] >= 0:
        scaled = offset(buffer, instr[Instr.SAVED])
        multiply_columns(x, offset(theta, instr[Instr.R]), scaled, rows, n_in)
        x = scaled
    z = offset(buffer, instr[Instr.Z]) if instr[Instr.Z] >= 0 else y
    zeros = offset(buffer, args[Arg.ZEROS])
    call(args[Arg.PRODUCT], (x, w, zeros, z, depth, 1, units, 0, units, rows * members, units, depth))
    if instr[Instr.S] >= 0:
        multiply_columns(z, offset(theta, instr[Instr.S]), y, rows, n_out)
    biases, columns = offset(theta, instr[Instr.B]), instr[Instr.PARAMETER]
    for r in range(rows * n_out // columns):
        add(biases, offset(y, r * columns), columns)
    return 0.0


@compiled
def batch_ensemble_back(instr: Any, buffer: Any, args: Any, tile: Any) -> float:
    """``BatchEnsemble.backward``: db = Σ dY, ds = Σ dY Z, dZ = dY s, dW = Σ (Xₘ r_m)ᵀ dZₘ, dr = Σ X (dZ Wᵀ), dXₘ = r_m (dZₘ Wᵀ)."""
    arrays, rows, n_in, n_out = operands(instr, buffer, args, tile), tile[Tile.ROWS], instr[Instr.N_IN], instr[Instr.N_OUT]
    members, theta, gradient, product = instr[Instr.GROUPS], arrays.theta, arrays.gradient, args[Arg.PRODUCT]
    depth, units, columns, first = n_in // members, n_out // members, instr[Instr.PARAMETER], tile[Tile.STARTS_SHARD] == 1
    d, zeros, db = offset(buffer, instr[Instr.DY]), offset(buffer, args[Arg.ZEROS]), offset(gradient, instr[Instr.B])
    column_sums(d, zeros if first else db, db, rows * n_out // columns, columns, args)
    if instr[Instr.S] >= 0:
        ds = offset(gradient, instr[Instr.S])
        start_gradient(ds, tile, n_out)
        add_column_dots(d, offset(buffer, instr[Instr.Z]), ds, rows, n_out)
        multiply_columns(d, offset(theta, instr[Instr.S]), d, rows, n_out)
    x, dw = offset(buffer, instr[Instr.X]), offset(gradient, instr[Instr.W])
    scaled = offset(buffer, instr[Instr.SAVED]) if instr[Instr.R] >= 0 else x
    start, start_row = (zeros, 0) if first else (dw, units)
    call(product, (scaled, d, start, dw, 1, depth, units, start_row, units, depth, units, rows * members))
    if instr[Instr.DX] >= 0:
        w_transposed, dx = offset(buffer, instr[Instr.W_TRANSPOSED]), offset(buffer, instr[Instr.DX])
        call(product, (d, w_transposed, zeros, dx, units, 1, depth, 0, depth, rows * members, depth, units))
        if instr[Instr.R] >= 0:
            dr = offset(gradient, instr[Instr.R])
            start_gradient(dr, tile, n_in)
            add_column_dots(dx, x, dr, rows, n_in)
            multiply_columns(dx, offset(theta, instr[Instr.R]), dx, rows, n_in)
    return 0.0


@compiled
def grouped_dense(instr: Any, buffer: Any, args: Any, tile: Any) -> float:
    """``GroupedDense.forward``: Yₘ = Xₘ Wₘ + b_m."""
    theta, rows, n_in, n_out = operands(instr, buffer, args, tile).theta, tile[Tile.ROWS], instr[Instr.N_IN], instr[Instr.N_OUT]
    groups, x, y = instr[Instr.GROUPS], offset(buffer, instr[Instr.X]), offset(buffer, instr[Instr.Y])
    depth, units = n_in // groups, n_out // groups
    for m in range(groups):
        w, b = offset(theta, instr[Instr.W] + m * depth * units), offset(theta, instr[Instr.B] + m * units)
        if instr[Instr.W_TRANSPOSED] >= 0 and tile[Tile.STARTS_SHARD]:
            transpose(w, offset(buffer, instr[Instr.W_TRANSPOSED] + m * depth * units), depth, units)
        call(args[Arg.PRODUCT], (offset(x, m * depth), w, b, offset(y, m * units), n_in, 1, units, 0, n_out, rows, units, depth))
    return 0.0


@compiled
def grouped_dense_back(instr: Any, buffer: Any, args: Any, tile: Any) -> float:
    """``GroupedDense.backward``: dXₘ = dYₘ Wₘᵀ, dWₘ = Xₘᵀ dYₘ, db = Σ dY."""
    gradient, rows, n_in, n_out = operands(instr, buffer, args, tile).gradient, tile[Tile.ROWS], instr[Instr.N_IN], instr[Instr.N_OUT]
    groups, zeros = instr[Instr.GROUPS], offset(buffer, args[Arg.ZEROS])
    x, d = offset(buffer, instr[Instr.X]), offset(buffer, instr[Instr.DY])
    depth, units, product, first = n_in // groups, n_out // groups, args[Arg.PRODUCT], tile[Tile.STARTS_SHARD] == 1
    db = offset(gradient, instr[Instr.B])
    column_sums(d, zeros if first else db, db, rows, n_out, args)
    for m in range(groups):
        d_m, dw = offset(d, m * units), offset(gradient, instr[Instr.W] + m * depth * units)
        start, start_row = (zeros, 0) if first else (dw, units)
        call(product, (offset(x, m * depth), d_m, start, dw, 1, n_in, n_out, start_row, units, depth, units, rows))
        if instr[Instr.DX] >= 0:
            w_transposed, dx = offset(buffer, instr[Instr.W_TRANSPOSED] + m * depth * units), offset(buffer, instr[Instr.DX] + m * depth)
            call(product, (d_m, w_transposed, zeros, dx, n_out, 1, depth, 0, n_in, rows, depth, units))
    return 0.0
