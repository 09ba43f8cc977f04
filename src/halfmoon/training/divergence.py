"""What a teacher would say when a training has left the finite numbers."""

from __future__ import annotations

import math

from halfmoon.base.checks import Array
from halfmoon.engines.state import TrainingState
from halfmoon.training.history import History


class DivergenceError(ArithmeticError):
    """Training left the finite numbers; the model holds the last finite weights.

    Attributes
    ----------
    history : History
        What was recorded up to the epoch in which it happened.
    """

    def __init__(self, message: str, history: History) -> None:
        super().__init__(message)
        self.history = history


def advice(state: TrainingState, loss: float, X: Array, epoch: int | None = None) -> str:
    """Return one sentence: when it happened, the likely cause, and the figure behind it."""
    what = "NaN" if math.isnan(loss) else "infinite"
    if state.updates == 0:
        largest = float(abs(X).max())
        figure = f"largest entry of X {largest:.2g}"
        return f"loss is {what} before the first update; X or the first weights are too large ({figure}): standardise X"
    gradient, name = state.largest_gradient()
    place, _, letter = name.rpartition(".")
    cause = "" if state.rate is None else f"the rate {state.rate:g} is likely too high, try {state.rate / 10:g}; "
    when = f"update {state.updates}" if epoch is None else f"epoch {epoch}, update {state.updates}"
    return f"loss became {what} at {when}; {cause}largest gradient {gradient:.2g} in layer {place} {letter}"
