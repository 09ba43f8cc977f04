"""The penalty on large weights, a part of the loss."""

from __future__ import annotations

import numpy as np

from halfmoon.base import checks
from halfmoon.base.checks import Array
from halfmoon.base.record import Record, checked, record


@record
class Penalty(Record):
    """``l1 Σ|w| + l2 / 2 Σ w²`` over the decayed parameters (weights, not biases), added to the mean loss.

    Parameters
    ----------
    l1, l2 : float
        Strengths, not negative.
    per_batch : bool
        Whether the strengths are divided by the weight of the batch, Σ w or its rows, as scikit-learn divides its ``alpha``.
        The smaller the batch, the stronger the penalty then is beside the mean loss.

    Examples
    --------
    >>> hm.Penalty(l1=0.1, l2=1.0).value(np.array([1.0, -2.0]))  # 0.1 · 3 + 1 / 2 · 5
    2.8
    >>> history = hm.train(model, X, y, penalty=hm.Penalty(l2=0.01), epochs=2)
    """

    l1: float = checked(checks.not_negative, default=0.0)
    l2: float = checked(checks.not_negative, default=0.0)
    per_batch: bool = checked(checks.flag, default=False, kw_only=True)

    def for_batch(self, weight: float) -> Penalty:
        """Return the penalty that is added to the mean loss of a batch, Σ w of which is ``weight``."""
        return Penalty(self.l1 / weight, self.l2 / weight) if self.per_batch else self

    def value(self, weights: Array) -> float:
        """Return the penalty of ``weights``, (m,)."""
        # l1 Σ|w| + l2/2 Σ w²
        return self.l1 * float(np.abs(weights).sum(dtype=np.float64)) + 0.5 * self.l2 * float(np.square(weights).sum(dtype=np.float64))

    def gradient(self, weights: Array) -> Array:
        """Return its gradient, (m,); where a weight is 0, its absolute value counts as flat."""
        # l1 sign(w) + l2 w
        return self.l1 * np.sign(weights) + self.l2 * weights


NO_PENALTY = Penalty()
