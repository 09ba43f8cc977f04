"""Patience: for how many epochs in a row a value has not got better."""

from __future__ import annotations

import math
from typing import NamedTuple


class Patience(NamedTuple):
    """How long a value, of which less is better, has not come below the ``best`` by more than ``tolerance``."""

    best: float = math.inf
    tolerance: float = 0.0
    waited: int = 0
    """Epochs in a row that have passed so."""
    limit: float = math.inf
    """How many of them may pass."""

    def after(self, value: float, *, ties_count: bool = False) -> Patience:
        """Return where this stands after an epoch with this value.

        With ``ties_count`` a value that is lower by exactly the tolerance is better too, and so is NaN; and the best is the
        least value of all, better or not, as in scikit-learn.
        """
        better = not value > self.best - self.tolerance if ties_count else value < self.best - self.tolerance
        best = min(self.best, value) if ties_count or better else self.best
        return Patience(best, self.tolerance, 0 if better else self.waited + 1, self.limit)

    @property
    def exhausted(self) -> bool:
        """Whether more than ``limit`` epochs have passed without a better value."""
        return self.waited > self.limit


ENDLESS = Patience()
"""Never exhausted."""
