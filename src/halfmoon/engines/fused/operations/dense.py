"""``layers/dense.py`` and ``layers/activations.py``, compiled: matrix products, and the kernels of definitions."""

from __future__ import annotations

from typing import Any

import numpy as np

from halfmoon.engines.compiler.arrays import add_transposed, row_products, transpose
from halfmoon.engines.compiler.intrinsics import call, lanes_of, offset, pointer, prefetch
from halfmoon.engines.compiler.jit import compiled
from halfmoon.engines.fused.layout import CHUNK, MIN_CHUNK_ROWS, PREFETCH_LIMIT, Arg, Instr, Tile
from halfmoon.engines.fused.operations.operands import column_sums, operands, start_gradient


@compiled
def dense(instr: Any, buffer: Any, args: Any, tile: Any) -> float:
    """``Dense.forward`` and the activation after it, some rows at a time: Y = X W + 1 bᵀ, A = value(Y)."""
    arrays, rows = operands(instr, buffer, args, tile), tile[Tile.ROWS]
    n_in, n_out, kernel = instr[Instr.N_IN], instr[Instr.N_OUT], instr[Instr.KERNEL]
    bias = offset(arrays.theta, instr[Instr.B]) if instr[Instr.B] >= 0 else offset(buffer, args[Arg.ZEROS])
    w, w_transposed = offset(arrays.theta, instr[Instr.W]), offset(buffer, instr[Instr.W_TRANSPOSED])
    if instr[Instr.W_TRANSPOSED] >= 0 and tile[Tile.STARTS_SHARD]:
        transpose(w, w_transposed, n_in, n_out)  # Wᵀ, for few outputs and for dX = dY Wᵀ
    lists = pointer(tile[Tile.NONZERO_LISTS], np.int64(0))
    if instr[Instr.SKIPS_ZEROS] >= 0 and n_in * n_out <= PREFETCH_LIMIT:
        prefetch(w, n_in * n_out)  # another thread may have written it, and it is not read in order
    if instr[Instr.X_TRANSPOSED] >= 0:
        transpose(offset(buffer, instr[Instr.X]), offset(buffer, instr[Instr.X_TRANSPOSED]), rows, n_in)  # Xᵀ, for dW = Xᵀ dY
    few_outputs = n_out == 1 or (2 * n_out <= lanes_of(buffer) and instr[Instr.W_TRANSPOSED] >= 0)
    step = max(MIN_CHUNK_ROWS, CHUNK // n_out // MIN_CHUNK_ROWS * MIN_CHUNK_ROWS) if kernel != 0 else max(1, rows)
    for first in range(0, rows, step):
        count = min(step, rows - first)
        y, x = offset(buffer, instr[Instr.Y] + first * n_out), offset(buffer, instr[Instr.X] + first * n_in)
        # not in place: a loop whose output may alias its input is not vectorised
        z = y if kernel == 0 else offset(buffer, instr[Instr.Z] + first * n_out if instr[Instr.Z] >= 0 else args[Arg.SCRATCH])
        if instr[Instr.SKIPS_ZEROS] >= 0:
            call(args[Arg.SPARSE_PRODUCT], (x, w, bias, z, lists, n_in, n_out, 0, n_out, count, n_out, n_in))
        elif few_outputs:
            row_products(x, w if n_out == 1 else w_transposed, bias, z, count, n_in, n_out)
        else:
            call(args[Arg.PRODUCT], (x, w, bias, z, n_in, 1, n_out, 0, n_out, count, n_out, n_in))
        if kernel != 0:
            call(kernel, (z, y, arrays.constants, count, n_out))
    return 0.0


@compiled
def dense_back(instr: Any, buffer: Any, args: Any, tile: Any) -> float:
    """``Dense.backward`` after its activation's: dY = dA slope, dW = Xᵀ dY, db = Σ dY, dX = dY Wᵀ."""
    arrays, rows = operands(instr, buffer, args, tile), tile[Tile.ROWS]
    n_in, n_out, product = instr[Instr.N_IN], instr[Instr.N_OUT], args[Arg.PRODUCT]
    x, d, zeros = offset(buffer, instr[Instr.X]), offset(buffer, instr[Instr.DY]), offset(buffer, args[Arg.ZEROS])
    if instr[Instr.KERNEL] != 0:
        y = offset(buffer, instr[Instr.Y])
        z = offset(buffer, instr[Instr.Z]) if instr[Instr.Z] >= 0 else y
        call(instr[Instr.KERNEL], (z, y, d, arrays.constants, rows, n_out))
    dw, overwrites = offset(arrays.gradient, instr[Instr.W]), tile[Tile.STARTS_SHARD] == 1
    start, start_row = (zeros, 0) if overwrites else (dw, n_out)
    if instr[Instr.SKIPS_ZEROS] >= 0:
        x_transposed, lists = offset(buffer, instr[Instr.X_TRANSPOSED]), pointer(tile[Tile.NONZERO_LISTS], np.int64(0))
        call(args[Arg.SPARSE_PRODUCT], (x_transposed, d, start, dw, lists, rows, n_out, start_row, n_out, n_in, n_out, rows))
    elif n_out < n_in and 2 * n_out <= lanes_of(buffer) and n_in * n_out <= CHUNK:
        dw_transposed = offset(buffer, args[Arg.SCRATCH])  # few columns would leave a vector half empty: dWᵀ = dYᵀ X
        call(product, (d, x, zeros, dw_transposed, 1, n_out, n_in, 0, n_in, n_out, n_in, rows))
        start_gradient(dw, tile, n_in * n_out)
        add_transposed(dw_transposed, dw, n_out, n_in)
    else:
        call(product, (x, d, start, dw, 1, n_in, n_out, start_row, n_out, n_in, n_out, rows))
    if instr[Instr.B] >= 0:
        db = offset(arrays.gradient, instr[Instr.B])
        column_sums(d, zeros if overwrites else db, db, rows, n_out, args)
    if instr[Instr.DX] >= 0:
        w_transposed, dx = offset(buffer, instr[Instr.W_TRANSPOSED]), offset(buffer, instr[Instr.DX])
        call(product, (d, w_transposed, zeros, dx, n_out, 1, n_in, 0, n_in, rows, n_in, n_out))
    return 0.0


@compiled
def activation(instr: Any, buffer: Any, args: Any, tile: Any) -> float:
    """``Activation.forward``: A = value(Z)."""
    x, y = offset(buffer, instr[Instr.X]), offset(buffer, instr[Instr.Y])
    return call(instr[Instr.KERNEL], (x, y, operands(instr, buffer, args, tile).constants, tile[Tile.ROWS], instr[Instr.N_OUT]))


@compiled
def activation_back(instr: Any, buffer: Any, args: Any, tile: Any) -> float:
    """``Activation.backward``: dZ = dA slope(Z, A)."""
    x, y, d = offset(buffer, instr[Instr.X]), offset(buffer, instr[Instr.Y]), offset(buffer, instr[Instr.DY])
    return call(instr[Instr.KERNEL], (x, y, d, operands(instr, buffer, args, tile).constants, tile[Tile.ROWS], instr[Instr.N_OUT]))
