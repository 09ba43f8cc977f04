"""``layers/normalise.py``, compiled. Batch normalisation is cut where its sums over the whole batch must be there.

Its memory ``SAVED`` in the buffer holds five rows: mean, variance, one over the deviation, and the gradients of scale and shift.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from halfmoon.engines.compiler.arrays import add
from halfmoon.engines.compiler.intrinsics import cast_like, fill_with_zeros, offset, pointer
from halfmoon.engines.compiler.jit import compiled
from halfmoon.engines.fused.layout import Arg, Instr, Tile
from halfmoon.engines.fused.operations.operands import column_sums, operands, start_gradient


@compiled
def moments(x: Any, columns: int, epsilon: Any) -> Any:
    """Return the mean of a row and one over its deviation: μ = mean x, r = 1 / √(mean (x - μ)² + ε)."""
    mean, variance, n = cast_like(x, 0), cast_like(x, 0), cast_like(x, columns)
    for k in range(columns):
        mean += x[k]
    mean /= n
    for k in range(columns):
        variance += (x[k] - mean) * (x[k] - mean)
    return mean, cast_like(x, 1) / np.sqrt(variance / n + epsilon)


@compiled
def layer_norm(instr: Any, buffer: Any, args: Any, tile: Any) -> float:
    """``LayerNorm.forward``: Y = (X - μ) r scale + shift, row by row."""
    arrays, columns = operands(instr, buffer, args, tile), instr[Instr.N_OUT]
    scale, shift = offset(arrays.theta, instr[Instr.W]), offset(arrays.theta, instr[Instr.B])
    for i in range(tile[Tile.ROWS]):
        x, y = offset(buffer, instr[Instr.X] + i * columns), offset(buffer, instr[Instr.Y] + i * columns)
        mean, reciprocal = moments(x, columns, arrays.constants[0])
        for k in range(columns):
            y[k] = (x[k] - mean) * reciprocal * scale[k] + shift[k]
    return 0.0


@compiled
def layer_norm_back(instr: Any, buffer: Any, args: Any, tile: Any) -> float:
    """``LayerNorm.backward``: dscale = Σ dY x̂, dshift = Σ dY, g = dY scale, dx = r (g - mean g - x̂ mean(g x̂))."""
    arrays, columns, n = operands(instr, buffer, args, tile), instr[Instr.N_OUT], cast_like(buffer, instr[Instr.N_OUT])
    scale, dscale = offset(arrays.theta, instr[Instr.W]), offset(arrays.gradient, instr[Instr.W])
    dshift = offset(arrays.gradient, instr[Instr.B])
    start_gradient(dscale, tile, columns)
    start_gradient(dshift, tile, columns)
    for i in range(tile[Tile.ROWS]):
        x, d = offset(buffer, instr[Instr.X] + i * columns), offset(buffer, instr[Instr.DY] + i * columns)
        mean, reciprocal = moments(x, columns, arrays.constants[0])
        g_sum, dot = cast_like(x, 0), cast_like(x, 0)
        for k in range(columns):
            standardised = (x[k] - mean) * reciprocal
            dshift[k] += d[k]
            dscale[k] += d[k] * standardised
            g_sum += d[k] * scale[k]
            dot += d[k] * scale[k] * standardised
        for k in range(columns):
            d[k] = reciprocal * (d[k] * scale[k] - g_sum / n - (x[k] - mean) * reciprocal * (dot / n))
    return 0.0


@compiled
def batch_sums(instr: Any, buffer: Any, args: Any, tile: Any) -> float:
    """Σ x of each column of a shard; then all threads meet."""
    sums = operands(instr, buffer, args, tile).sums
    column_sums(offset(buffer, instr[Instr.X]), offset(buffer, args[Arg.ZEROS]), sums, tile[Tile.ROWS], instr[Instr.N_OUT], args)
    return 0.0


@compiled
def batch_moment(instr: Any, moment: Any, args: Any, first: int, batch_rows: int) -> None:
    """Add the shards' sums from index ``first`` on in the order of the shards, and divide by the rows of the batch."""
    n, sums = instr[Instr.N_OUT], pointer(args[Arg.SUMS], moment[0])
    fill_with_zeros(moment, n)
    for shard in range(args[Arg.N_SHARDS]):
        add(offset(sums, shard * args[Arg.SUMS_SIZE] + instr[Instr.SUMS] + first), moment, n)
    for k in range(n):
        moment[k] /= cast_like(moment, batch_rows)


@compiled
def batch_squares(instr: Any, buffer: Any, args: Any, tile: Any) -> float:
    """μ = mean x, and Σ (x - μ)² of each column of a shard; then all threads meet."""
    arrays, n = operands(instr, buffer, args, tile), instr[Instr.N_OUT]
    x, mean = offset(buffer, instr[Instr.X]), offset(buffer, instr[Instr.SAVED])
    batch_moment(instr, mean, args, 0, tile[Tile.BATCH_ROWS])
    squares = offset(arrays.sums, n)
    fill_with_zeros(squares, n)
    for r in range(tile[Tile.ROWS]):
        for k in range(n):
            deviation = x[r * n + k] - mean[k]
            squares[k] += deviation * deviation
    return 0.0


@compiled
def normalise(x: Any, y: Any, mean: Any, reciprocal: Any, scale: Any, shift: Any, rows: int, columns: int) -> None:
    """Y = (X - μ) r scale + shift, by columns."""
    for r in range(rows):
        for k in range(columns):
            y[r * columns + k] = (x[r * columns + k] - mean[k]) * reciprocal[k] * scale[k] + shift[k]


@compiled
def batch_norm(instr: Any, buffer: Any, args: Any, tile: Any) -> float:
    """``BatchNorm.forward`` in training: v = mean (x - μ)², r = 1 / √(v + ε), Y = x̂ scale + shift."""
    arrays, n, mean = operands(instr, buffer, args, tile), instr[Instr.N_OUT], offset(buffer, instr[Instr.SAVED])
    variance, reciprocal = offset(mean, n), offset(mean, 2 * n)
    batch_moment(instr, variance, args, n, tile[Tile.BATCH_ROWS])
    for k in range(n):
        reciprocal[k] = cast_like(buffer, 1) / np.sqrt(variance[k] + arrays.constants[0])
    x, y = offset(buffer, instr[Instr.X]), offset(buffer, instr[Instr.Y])
    normalise(x, y, mean, reciprocal, offset(arrays.theta, instr[Instr.W]), offset(arrays.theta, instr[Instr.B]), tile[Tile.ROWS], n)
    return 0.0


@compiled
def running_norm(instr: Any, buffer: Any, args: Any, tile: Any) -> float:
    """``BatchNorm.forward`` in inference, by the running statistics."""
    arrays, n, reciprocal = operands(instr, buffer, args, tile), instr[Instr.N_OUT], offset(buffer, instr[Instr.SAVED])
    for k in range(n):
        reciprocal[k] = cast_like(buffer, 1) / np.sqrt(arrays.state[instr[Instr.Z] + k] + arrays.constants[0])
    mean, scale = offset(arrays.state, instr[Instr.STATE]), offset(arrays.theta, instr[Instr.W])
    shift = offset(arrays.theta, instr[Instr.B])
    normalise(offset(buffer, instr[Instr.X]), offset(buffer, instr[Instr.Y]), mean, reciprocal, scale, shift, tile[Tile.ROWS], n)
    return 0.0


@compiled
def batch_norm_gradients(instr: Any, buffer: Any, args: Any, tile: Any) -> float:
    """``BatchNorm.backward``: dscale = Σ dY x̂ and dshift = Σ dY of a shard; then all threads meet."""
    arrays, n = operands(instr, buffer, args, tile), instr[Instr.N_OUT]
    x, d, mean = offset(buffer, instr[Instr.X]), offset(buffer, instr[Instr.DY]), offset(buffer, instr[Instr.SAVED])
    dscale, dshift, reciprocal = offset(arrays.gradient, instr[Instr.W]), offset(arrays.gradient, instr[Instr.B]), offset(mean, 2 * n)
    start_gradient(dscale, tile, n)
    start_gradient(dshift, tile, n)
    for r in range(tile[Tile.ROWS]):
        for k in range(n):
            dshift[k] += d[r * n + k]
            dscale[k] += d[r * n + k] * ((x[r * n + k] - mean[k]) * reciprocal[k])
    return 0.0


@compiled
def batch_norm_back(instr: Any, buffer: Any, args: Any, tile: Any) -> float:
    """``BatchNorm.backward``: dx = r scale (dY - dshift / n - x̂ dscale / n), with the sums over the whole batch."""
    arrays, n, mean = operands(instr, buffer, args, tile), instr[Instr.N_OUT], offset(buffer, instr[Instr.SAVED])
    x, d, scale = offset(buffer, instr[Instr.X]), offset(buffer, instr[Instr.DY]), offset(arrays.theta, instr[Instr.W])
    reciprocal, dscale, dshift = offset(mean, 2 * n), offset(mean, 3 * n), offset(mean, 4 * n)
    gradients, batch_rows = pointer(args[Arg.GRADIENTS], buffer[0]), cast_like(buffer, tile[Tile.BATCH_ROWS])
    fill_with_zeros(dscale, 2 * n)
    for shard in range(args[Arg.N_SHARDS]):
        add(offset(gradients, shard * args[Arg.THETA_SIZE] + instr[Instr.W]), dscale, n)
        add(offset(gradients, shard * args[Arg.THETA_SIZE] + instr[Instr.B]), dshift, n)
    for r in range(tile[Tile.ROWS]):
        for k in range(n):
            q, standardised = r * n + k, (x[r * n + k] - mean[k]) * reciprocal[k]
            d[q] = reciprocal[k] * scale[k] * (d[q] - dshift[k] / batch_rows - standardised * (dscale[k] / batch_rows))
    return 0.0


@compiled
def batch_norm_observe(instr: Any, buffer: Any, args: Any, tile: Any) -> float:
    """``BatchNorm.observe``: running = (1 - momentum) running + momentum batch, the variance with n - 1."""
    arrays, n, saved = operands(instr, buffer, args, tile), instr[Instr.N_OUT], offset(buffer, instr[Instr.SAVED])
    batch_rows, momentum = tile[Tile.BATCH_ROWS], arrays.constants[1]
    unbiased = cast_like(buffer, batch_rows) / cast_like(buffer, max(batch_rows - 1, 1))
    mean, variance, rest = offset(arrays.state, instr[Instr.STATE]), offset(arrays.state, instr[Instr.Z]), cast_like(buffer, 1) - momentum
    for k in range(n):
        mean[k] = rest * mean[k] + momentum * saved[k]
        if batch_rows > 1:
            variance[k] = rest * variance[k] + momentum * unbiased * saved[n + k]
    return 0.0
