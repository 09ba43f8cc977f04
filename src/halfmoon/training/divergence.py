"""Training that leaves the finite numbers."""

from __future__ import annotations

import math

from halfmoon.base.checks import Array
from halfmoon.engines.state import TrainingState
from halfmoon.training.ending import Ending, Reason
from halfmoon.training.history import History


class DivergenceError(ArithmeticError):
    """Training left the finite numbers; the model holds the last finite weights.

    Attributes
    ----------
    history : History
        What was recorded up to the epoch in which it happened; its ``ending`` holds the figures.

    Examples
    --------
    >>> try:
    ...     hm.train(model, 1e30 * X, y, optimizer=hm.SGD(1e30), epochs=5)
    ... except hm.DivergenceError as error:
    ...     print(error.history.ending.reason)
    diverged
    """

    def __init__(self, history: History) -> None:
        super().__init__(history.stopped)
        self.history = history

    def __reduce__(self) -> tuple[type[DivergenceError], tuple[History]]:
        return DivergenceError, (self.history,)


def divergence(state: TrainingState, loss: float, X: Array, epoch: int | None = None) -> Ending:
    """Return how a training ended that met a loss that is NaN or infinite, in an epoch or, for None, in a single update."""
    what = "NaN" if math.isnan(loss) else "infinite"
    if state.updates == 0:
        return Ending(Reason.DIVERGED, {"loss": what, "largest_input": float(abs(X).max())})
    gradient, parameter = state.largest_gradient()
    figures = {"loss": what, "epoch": epoch, "update": state.updates, "rate": state.rate, "gradient": gradient, "parameter": parameter}
    return Ending(Reason.DIVERGED, figures)
