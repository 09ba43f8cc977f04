"""The losses of ``losses/``, compiled: what is added to the loss, and the gradient by the scores."""

from __future__ import annotations

from collections import namedtuple
from typing import Any

import numpy as np

from halfmoon.engines.compiler.intrinsics import call, cast_like, copy, offset
from halfmoon.engines.compiler.jit import compiled
from halfmoon.engines.compiler.math_functions import exp, log
from halfmoon.engines.fused.layout import Arg, Instr, Tile
from halfmoon.engines.fused.operations.operands import operands
from halfmoon.engines.fused.operations.softmax import largest

Rows = namedtuple("Rows", "count columns targets weights scratch")  # noqa: PYI024 - compiled code takes no other
"""What a loss sees: how many rows, columns of their scores, their targets, their shares of the batch, room for two numbers of each."""


@compiled
def rows_of(instr: Any, buffer: Any, args: Any, tile: Any) -> Any:
    """Return the tile's rows; of an ensemble, a row for each row and member, with the row's target and its share over the members."""
    targets, weights, members = offset(buffer, args[Arg.TARGETS]), offset(buffer, args[Arg.ROW_WEIGHTS]), instr[Instr.GROUPS]
    if members < 0:
        return Rows(tile[Tile.ROWS], instr[Instr.N_OUT], targets, weights, offset(buffer, args[Arg.SCRATCH]))
    count, n_targets, repeated = tile[Tile.ROWS] * members, args[Arg.N_TARGETS], offset(buffer, instr[Instr.SAVED])
    shares = offset(repeated, count * n_targets)
    for r in range(tile[Tile.ROWS]):
        for q in range(r * members, (r + 1) * members):
            copy(offset(targets, r * n_targets), offset(repeated, q * n_targets), n_targets)
            shares[q] = weights[r] / cast_like(weights, members)
    return Rows(count, instr[Instr.N_OUT] // members, repeated, shares, offset(shares, count))


@compiled
def pointwise_loss(instr: Any, buffer: Any, args: Any, tile: Any) -> float:
    """``PointwiseLoss``: Σ w l, and dS = w ∂l/∂S."""
    s, d, constants = offset(buffer, instr[Instr.X]), offset(buffer, instr[Instr.DY]), operands(instr, buffer, args, tile).constants
    rows = rows_of(instr, buffer, args, tile)
    return call(instr[Instr.KERNEL], (s, rows.targets, rows.weights, d, constants, rows.count, rows.columns))


@compiled
def cross_entropy(instr: Any, buffer: Any, args: Any, tile: Any) -> float:
    """``SoftmaxCrossEntropy``: log Σ exp s - Σ_j q_j s_j, within its bounds, and ds = softmax(s) - q with q = (1 - ε) target + ε / k.

    Exponentials and logarithms have loops of their own, which are vectorised.
    """
    s, d, seen = offset(buffer, instr[Instr.X]), offset(buffer, instr[Instr.DY]), rows_of(instr, buffer, args, tile)
    rows, columns, y, w, class_targets = seen.count, seen.columns, seen.targets, seen.weights, instr[Instr.PARAMETER] == 1
    constants = operands(instr, buffer, args, tile).constants
    smoothing, lower, upper = constants[0], constants[1], constants[2]
    target_scores = seen.scratch  # Σ_j q_j (s_j - max s) of each row
    total, zero = offset(target_scores, rows), cast_like(s, 0)
    unsmoothed, uniform = cast_like(s, 1) - smoothing, smoothing / cast_like(s, columns)
    for r in range(rows):
        first, target_score, score_sum = r * columns, zero, zero
        top = largest(offset(s, first), columns)
        for k in range(columns):
            d[first + k] = s[first + k] - top
            score_sum += d[first + k]
            if not class_targets:
                target_score += y[first + k] * d[first + k]
        if class_targets:
            target_score = d[first + np.int64(y[r])]
        target_scores[r] = unsmoothed * target_score + (uniform * score_sum if smoothing > zero else zero)
    for q in range(rows * columns):
        d[q] = exp(d[q])
    for r in range(rows):
        total[r] = zero
        for k in range(columns):
            total[r] += d[r * columns + k]
    loss = 0.0
    for r in range(rows):
        row_loss = log(total[r]) - target_scores[r]
        row_loss = lower if row_loss < lower else upper if row_loss > upper else row_loss  # noqa: FURB136 - NaN stays
        loss += np.float64(w[r] * row_loss) if w[r] > zero else 0.0
    for r in range(rows):
        first, weight = r * columns, w[r]
        scaled = weight / total[r]
        for k in range(columns):
            target = uniform if class_targets else uniform + unsmoothed * y[first + k]
            d[first + k] = d[first + k] * scaled - weight * target if weight > zero else zero
        if class_targets and weight > zero:
            d[first + np.int64(y[r])] -= weight * unsmoothed
    return loss
