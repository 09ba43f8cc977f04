"""``layers/dense.py`` and ``layers/activations.py``, compiled: matrix products, and the kernels of definitions."""

from __future__ import annotations

from typing import Any

import numpy as np

from halfmoon.engines.compiler.arrays import add_transposed, row_products, transpose
from halfmoon.engines.compiler.intrinsics import fetch, invoke, lanes_of, moved, pointer
from halfmoon.engines.compiler.jit import compiled
from halfmoon.engines.fused.layout import CHUNK, LEAST_ROWS, NEAR, At, Now, Number
from halfmoon.engines.fused.operations.arena import arena, begin, column_sums


@compiled
def dense(row: Any, h: Any, numbers: Any, now: Any) -> float:
    """``Dense.forward`` and the activation after it, some rows at a time: Y = X W + 1 bᵀ, A = value(Y)."""
    a, rows, n_in, n_out, kernel = arena(row, h, numbers, now), now[Now.ROWS], row[At.N_IN], row[At.N_OUT], row[At.KERNEL]
    bias = moved(a.theta, row[At.B]) if row[At.B] >= 0 else moved(h, numbers[Number.ZEROS])
    w, turned = moved(a.theta, row[At.W]), moved(h, row[At.TURNED])
    if row[At.TURNED] >= 0 and now[Now.FRESH]:
        transpose(w, turned, n_in, n_out)  # Wᵀ, for few outputs and for dX = dY Wᵀ
    lists = pointer(now[Now.LISTS], np.int64(0))
    if row[At.LISTED] >= 0 and n_in * n_out <= NEAR:
        fetch(w, n_in * n_out)  # which another thread may have written, and is not read in order
    if row[At.X_TURNED] >= 0:
        transpose(moved(h, row[At.X]), moved(h, row[At.X_TURNED]), rows, n_in)  # Xᵀ, for dW = Xᵀ dY
    few = n_out == 1 or (2 * n_out <= lanes_of(h) and row[At.TURNED] >= 0)
    step = max(LEAST_ROWS, CHUNK // n_out // LEAST_ROWS * LEAST_ROWS) if kernel != 0 else max(1, rows)
    for first in range(0, rows, step):
        count = min(step, rows - first)
        y, x = moved(h, row[At.Y] + first * n_out), moved(h, row[At.X] + first * n_in)
        # not in place: a loop that may meet what it wrote does not become vectors
        z = y if kernel == 0 else moved(h, row[At.Z] + first * n_out if row[At.Z] >= 0 else numbers[Number.FREE])
        if row[At.LISTED] >= 0:
            invoke(numbers[Number.SPARSE_PRODUCT], (x, w, bias, z, lists, n_in, n_out, 0, n_out, count, n_out, n_in))
        elif few:
            row_products(x, w if n_out == 1 else turned, bias, z, count, n_in, n_out)
        else:
            invoke(numbers[Number.PRODUCT], (x, w, bias, z, n_in, 1, n_out, 0, n_out, count, n_out, n_in))
        if kernel != 0:
            invoke(kernel, (z, y, a.c, count, n_out))
    return 0.0


@compiled
def dense_back(row: Any, h: Any, numbers: Any, now: Any) -> float:
    """``Dense.backward`` after its activation's: dY = dA slope, dW = Xᵀ dY, db = Σ dY, dX = dY Wᵀ."""
    a, rows, n_in, n_out, multiply = arena(row, h, numbers, now), now[Now.ROWS], row[At.N_IN], row[At.N_OUT], numbers[Number.PRODUCT]
    x, d, zeros = moved(h, row[At.X]), moved(h, row[At.D]), moved(h, numbers[Number.ZEROS])
    if row[At.KERNEL] != 0:
        y = moved(h, row[At.Y])
        z = moved(h, row[At.Z]) if row[At.Z] >= 0 else y
        invoke(row[At.KERNEL], (z, y, d, a.c, rows, n_out))
    dw, fresh = moved(a.g, row[At.W]), now[Now.FRESH] == 1
    start, start_row = (zeros, 0) if fresh else (dw, n_out)
    if row[At.LISTED] >= 0:
        x_turned, lists = moved(h, row[At.X_TURNED]), pointer(now[Now.LISTS], np.int64(0))
        invoke(numbers[Number.SPARSE_PRODUCT], (x_turned, d, start, dw, lists, rows, n_out, start_row, n_out, n_in, n_out, rows))
    elif n_out < n_in and 2 * n_out <= lanes_of(h) and n_in * n_out <= CHUNK:
        turned = moved(h, numbers[Number.FREE])  # few columns would leave a vector half empty: dWᵀ = dYᵀ X
        invoke(multiply, (d, x, zeros, turned, 1, n_out, n_in, 0, n_in, n_out, n_in, rows))
        begin(dw, now, n_in * n_out)
        add_transposed(turned, dw, n_out, n_in)
    else:
        invoke(multiply, (x, d, start, dw, 1, n_in, n_out, start_row, n_out, n_in, n_out, rows))
    if row[At.B] >= 0:
        db = moved(a.g, row[At.B])
        column_sums(d, zeros if fresh else db, db, rows, n_out, numbers)
    if row[At.DX] >= 0:
        w_turned, dx = moved(h, row[At.TURNED]), moved(h, row[At.DX])
        invoke(multiply, (d, w_turned, zeros, dx, n_out, 1, n_in, 0, n_in, rows, n_in, n_out))
    return 0.0


@compiled
def activation(row: Any, h: Any, numbers: Any, now: Any) -> float:
    """``Activation.forward``: A = value(Z)."""
    return invoke(row[At.KERNEL], (moved(h, row[At.X]), moved(h, row[At.Y]), arena(row, h, numbers, now).c, now[Now.ROWS], row[At.N_OUT]))


@compiled
def activation_back(row: Any, h: Any, numbers: Any, now: Any) -> float:
    """``Activation.backward``: dZ = dA slope(Z, A)."""
    x, y, d = moved(h, row[At.X]), moved(h, row[At.Y]), moved(h, row[At.D])
    return invoke(row[At.KERNEL], (x, y, d, arena(row, h, numbers, now).c, now[Now.ROWS], row[At.N_OUT]))
