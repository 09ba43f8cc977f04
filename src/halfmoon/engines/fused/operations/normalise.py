"""``layers/normalise.py``, compiled. Batch normalisation is cut where its sums over the whole batch must be there.

Its ``SAVED`` place in the buffer holds five rows: mean, variance, one over the deviation, and the gradients of scale and shift.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from halfmoon.engines.compiler.arrays import add
from halfmoon.engines.compiler.intrinsics import fill_with_zeros, moved, number, pointer
from halfmoon.engines.compiler.jit import compiled
from halfmoon.engines.fused.layout import At, Now, Number
from halfmoon.engines.fused.operations.arena import arena, begin, column_sums


@compiled
def moments(x: Any, columns: int, epsilon: Any) -> Any:
    """Return the mean of a row and one over its deviation: μ = mean x, r = 1 / √(mean (x - μ)² + ε)."""
    mean, variance, n = number(x, 0), number(x, 0), number(x, columns)
    for k in range(columns):
        mean += x[k]
    mean /= n
    for k in range(columns):
        variance += (x[k] - mean) * (x[k] - mean)
    return mean, number(x, 1) / np.sqrt(variance / n + epsilon)


@compiled
def layer_norm(row: Any, h: Any, numbers: Any, now: Any) -> float:
    """``LayerNorm.forward``: Y = (X - μ) r scale + shift, row by row."""
    a, columns = arena(row, h, numbers, now), row[At.N_OUT]
    scale, shift = moved(a.theta, row[At.W]), moved(a.theta, row[At.B])
    for i in range(now[Now.ROWS]):
        x, y = moved(h, row[At.X] + i * columns), moved(h, row[At.Y] + i * columns)
        mean, reciprocal = moments(x, columns, a.c[0])
        for k in range(columns):
            y[k] = (x[k] - mean) * reciprocal * scale[k] + shift[k]
    return 0.0


@compiled
def layer_norm_back(row: Any, h: Any, numbers: Any, now: Any) -> float:
    """``LayerNorm.backward``: dscale = Σ dY x̂, dshift = Σ dY, g = dY scale, dx = r (g - mean g - x̂ mean(g x̂))."""
    a, columns = arena(row, h, numbers, now), row[At.N_OUT]
    scale, dscale, dshift, n = moved(a.theta, row[At.W]), moved(a.g, row[At.W]), moved(a.g, row[At.B]), number(h, columns)
    begin(dscale, now, columns)
    begin(dshift, now, columns)
    for i in range(now[Now.ROWS]):
        x, d = moved(h, row[At.X] + i * columns), moved(h, row[At.D] + i * columns)
        mean, reciprocal = moments(x, columns, a.c[0])
        g, along = number(x, 0), number(x, 0)
        for k in range(columns):
            standardised = (x[k] - mean) * reciprocal
            dshift[k] += d[k]
            dscale[k] += d[k] * standardised
            g += d[k] * scale[k]
            along += d[k] * scale[k] * standardised
        for k in range(columns):
            d[k] = reciprocal * (d[k] * scale[k] - g / n - (x[k] - mean) * reciprocal * (along / n))
    return 0.0


@compiled
def batch_sums(row: Any, h: Any, numbers: Any, now: Any) -> float:
    """Σ x of each column of a shard; then all threads meet."""
    a = arena(row, h, numbers, now)
    column_sums(moved(h, row[At.X]), moved(h, numbers[Number.ZEROS]), a.stats, now[Now.ROWS], row[At.N_OUT], numbers)
    return 0.0


@compiled
def batch_moment(row: Any, moment: Any, numbers: Any, place: int, batch: int) -> None:
    """Add the shards' sums in their order, and divide by the rows of the batch."""
    n, stats = row[At.N_OUT], pointer(numbers[Number.STATS], moment[0])
    fill_with_zeros(moment, n)
    for shard in range(numbers[Number.SHARDS]):
        add(moved(stats, shard * numbers[Number.N_STATS] + row[At.STATS] + place), moment, n)
    for k in range(n):
        moment[k] /= number(moment, batch)


@compiled
def batch_squares(row: Any, h: Any, numbers: Any, now: Any) -> float:
    """μ = mean x, and Σ (x - μ)² of each column of a shard; then all threads meet."""
    a, n, x, mean = arena(row, h, numbers, now), row[At.N_OUT], moved(h, row[At.X]), moved(h, row[At.SAVED])
    batch_moment(row, mean, numbers, 0, now[Now.BATCH])
    squares = moved(a.stats, n)
    fill_with_zeros(squares, n)
    for r in range(now[Now.ROWS]):
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
def batch_norm(row: Any, h: Any, numbers: Any, now: Any) -> float:
    """``BatchNorm.forward`` in training: v = mean (x - μ)², r = 1 / √(v + ε), Y = x̂ scale + shift."""
    a, n, own = arena(row, h, numbers, now), row[At.N_OUT], moved(h, row[At.SAVED])
    variance, reciprocal = moved(own, n), moved(own, 2 * n)
    batch_moment(row, variance, numbers, n, now[Now.BATCH])
    for k in range(n):
        reciprocal[k] = number(h, 1) / np.sqrt(variance[k] + a.c[0])
    normalise(
        moved(h, row[At.X]), moved(h, row[At.Y]), own, reciprocal, moved(a.theta, row[At.W]), moved(a.theta, row[At.B]), now[Now.ROWS], n
    )
    return 0.0


@compiled
def running_norm(row: Any, h: Any, numbers: Any, now: Any) -> float:
    """``BatchNorm.forward`` in inference, by the running statistics."""
    a, n, reciprocal = arena(row, h, numbers, now), row[At.N_OUT], moved(h, row[At.SAVED])
    for k in range(n):
        reciprocal[k] = number(h, 1) / np.sqrt(a.state[row[At.Z] + k] + a.c[0])
    mean, scale, shift = moved(a.state, row[At.STATE]), moved(a.theta, row[At.W]), moved(a.theta, row[At.B])
    normalise(moved(h, row[At.X]), moved(h, row[At.Y]), mean, reciprocal, scale, shift, now[Now.ROWS], n)
    return 0.0


@compiled
def batch_norm_gradients(row: Any, h: Any, numbers: Any, now: Any) -> float:
    """``BatchNorm.backward``: dscale = Σ dY x̂ and dshift = Σ dY of a shard; then all threads meet."""
    a, n, x, d, own = arena(row, h, numbers, now), row[At.N_OUT], moved(h, row[At.X]), moved(h, row[At.D]), moved(h, row[At.SAVED])
    dscale, dshift, reciprocal = moved(a.g, row[At.W]), moved(a.g, row[At.B]), moved(own, 2 * n)
    begin(dscale, now, n)
    begin(dshift, now, n)
    for r in range(now[Now.ROWS]):
        for k in range(n):
            dshift[k] += d[r * n + k]
            dscale[k] += d[r * n + k] * ((x[r * n + k] - own[k]) * reciprocal[k])
    return 0.0


@compiled
def batch_norm_back(row: Any, h: Any, numbers: Any, now: Any) -> float:
    """``BatchNorm.backward``: dx = r scale (dY - dshift / n - x̂ dscale / n), with the sums over the whole batch."""
    a, n, x, d, own = arena(row, h, numbers, now), row[At.N_OUT], moved(h, row[At.X]), moved(h, row[At.D]), moved(h, row[At.SAVED])
    scale, reciprocal, dscale, dshift = moved(a.theta, row[At.W]), moved(own, 2 * n), moved(own, 3 * n), moved(own, 4 * n)
    gradients, batch = pointer(numbers[Number.GRADIENTS], h[0]), number(h, now[Now.BATCH])
    fill_with_zeros(dscale, 2 * n)
    for shard in range(numbers[Number.SHARDS]):
        add(moved(gradients, shard * numbers[Number.SIZE] + row[At.W]), dscale, n)
        add(moved(gradients, shard * numbers[Number.SIZE] + row[At.B]), dshift, n)
    for r in range(now[Now.ROWS]):
        for k in range(n):
            q, standardised = r * n + k, (x[r * n + k] - own[k]) * reciprocal[k]
            d[q] = reciprocal[k] * scale[k] * (d[q] - dshift[k] / batch - standardised * (dscale[k] / batch))
    return 0.0


@compiled
def batch_norm_observe(row: Any, h: Any, numbers: Any, now: Any) -> float:
    """``BatchNorm.observe``: running = (1 - momentum) running + momentum batch, the variance with n - 1."""
    a, n, own, batch = arena(row, h, numbers, now), row[At.N_OUT], moved(h, row[At.SAVED]), now[Now.BATCH]
    share, unbiased = a.c[1], number(h, batch) / number(h, max(batch - 1, 1))
    mean, variance, kept = moved(a.state, row[At.STATE]), moved(a.state, row[At.Z]), number(h, 1) - a.c[1]
    for k in range(n):
        mean[k] = kept * mean[k] + share * own[k]
        if batch > 1:
            variance[k] = kept * variance[k] + share * unbiased * own[n + k]
    return 0.0
