"""The update of the exercise: every number takes a step against its own slope.

Borrowed: ``record`` of :mod:`halfmoon.base` is as in the layers. All other rules stand in ``rules.py`` beside this file, and differ in
two lines: the names of their slots, and the formula.
"""

from __future__ import annotations

from typing import Any

from halfmoon.base.record import record
from halfmoon.optimizers.contract import FirstOrder


@record
class SGD(FirstOrder):
    """Plain gradient descent, θ ← θ - rate g; on mini-batches, stochastic gradient descent.

    From Robbins & Monro, Annals of Mathematical Statistics 22, 1951.

    Parameters
    ----------
    rate, schedule, weight_decay, decay_schedule, clip_norm
        Learning rate, what multiplies it as training goes on, share of the weights (times the rate) lost an update, longest gradient.
    """

    def rule(self, theta: Any, g: Any, rate: Any) -> tuple[Any, ...]:
        # θ ← θ - rate g
        return (theta - rate * g,)

    rate: float = 0.01
