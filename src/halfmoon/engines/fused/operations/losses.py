"""``losses.py``, compiled: what is added to the loss, and the gradient by the scores."""

from __future__ import annotations

from typing import Any

import numpy as np

from halfmoon.engines.compiler.intrinsics import invoke, moved, number
from halfmoon.engines.compiler.jit import compiled
from halfmoon.engines.compiler.math_functions import exp, log
from halfmoon.engines.fused.layout import At, Now, Number
from halfmoon.engines.fused.operations.arena import arena
from halfmoon.engines.fused.operations.softmax import largest


@compiled
def pointwise_loss(row: Any, h: Any, numbers: Any, now: Any) -> float:
    """``PointwiseLoss``: Σ w l, and dS = w ∂l/∂S."""
    targets, shares = moved(h, numbers[Number.TARGETS]), moved(h, numbers[Number.SHARES])
    s, d = moved(h, row[At.X]), moved(h, row[At.D])
    return invoke(row[At.KERNEL], (s, targets, shares, d, arena(row, h, numbers, now).c, now[Now.ROWS], row[At.N_OUT]))


@compiled
def cross_entropy(row: Any, h: Any, numbers: Any, now: Any) -> float:
    """``SoftmaxCrossEntropy``: log Σ exp s - Σ_j q_j s_j, within its bounds, and ds = softmax(s) - q with q = (1 - ε) target + ε / k.

    Exponentials and logarithms have loops of their own, which become vectors.
    """
    s, y, w, d = moved(h, row[At.X]), moved(h, numbers[Number.TARGETS]), moved(h, numbers[Number.SHARES]), moved(h, row[At.D])
    rows, columns, classes, c = now[Now.ROWS], row[At.N_OUT], row[At.BELOW] == 1, arena(row, h, numbers, now).c
    smoothing, least, most = c[0], c[1], c[2]
    wanted = moved(h, numbers[Number.FREE])
    total, zero, kept, spread = moved(wanted, rows), number(s, 0), number(s, 1) - smoothing, smoothing / number(s, columns)
    for r in range(rows):
        at, along, mean = r * columns, zero, zero
        top = largest(moved(s, at), columns)
        for k in range(columns):
            d[at + k] = s[at + k] - top
            mean += d[at + k]
            if not classes:
                along += y[at + k] * d[at + k]
        if classes:
            along = d[at + np.int64(y[r])]
        wanted[r] = kept * along + (spread * mean if smoothing > zero else zero)
    for q in range(rows * columns):
        d[q] = exp(d[q])
    for r in range(rows):
        total[r] = zero
        for k in range(columns):
            total[r] += d[r * columns + k]
    loss = 0.0
    for r in range(rows):
        own = log(total[r]) - wanted[r]
        own = least if own < least else most if own > most else own  # noqa: FURB136 - NaN stays
        loss += np.float64(w[r] * own) if w[r] > zero else 0.0
    for r in range(rows):
        at, share = r * columns, w[r]
        scaled = share / total[r]
        for k in range(columns):
            target = spread if classes else spread + kept * y[at + k]
            d[at + k] = d[at + k] * scaled - share * target if share > zero else zero
        if classes and share > zero:
            d[at + np.int64(y[r])] -= share * kept
    return loss
