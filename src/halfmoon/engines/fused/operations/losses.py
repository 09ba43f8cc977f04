"""The losses of ``losses/``, compiled: what is added to the loss, and the gradient by the scores."""

from __future__ import annotations

from typing import Any

import numpy as np

from halfmoon.engines.compiler.intrinsics import call, cast_like, offset
from halfmoon.engines.compiler.jit import compiled
from halfmoon.engines.compiler.math_functions import exp, log
from halfmoon.engines.fused.layout import Arg, Instr, Tile
from halfmoon.engines.fused.operations.operands import operands
from halfmoon.engines.fused.operations.softmax import largest


@compiled
def pointwise_loss(instr: Any, buffer: Any, args: Any, tile: Any) -> float:
    """``PointwiseLoss``: Σ w l, and dS = w ∂l/∂S."""
    targets, row_weights = offset(buffer, args[Arg.TARGETS]), offset(buffer, args[Arg.ROW_WEIGHTS])
    s, d, constants = offset(buffer, instr[Instr.X]), offset(buffer, instr[Instr.DY]), operands(instr, buffer, args, tile).constants
    return call(instr[Instr.KERNEL], (s, targets, row_weights, d, constants, tile[Tile.ROWS], instr[Instr.N_OUT]))


@compiled
def cross_entropy(instr: Any, buffer: Any, args: Any, tile: Any) -> float:
    """``SoftmaxCrossEntropy``: log Σ exp s - Σ_j q_j s_j, within its bounds, and ds = softmax(s) - q with q = (1 - ε) target + ε / k.

    Exponentials and logarithms have loops of their own, which are vectorised.
    """
    s, y = offset(buffer, instr[Instr.X]), offset(buffer, args[Arg.TARGETS])
    w, d = offset(buffer, args[Arg.ROW_WEIGHTS]), offset(buffer, instr[Instr.DY])
    rows, columns, class_targets = tile[Tile.ROWS], instr[Instr.N_OUT], instr[Instr.PARAMETER] == 1
    constants = operands(instr, buffer, args, tile).constants
    smoothing, lower, upper = constants[0], constants[1], constants[2]
    target_scores = offset(buffer, args[Arg.SCRATCH])  # Σ_j q_j (s_j - max s) of each row
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
