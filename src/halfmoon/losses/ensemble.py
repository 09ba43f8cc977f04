"""The loss of an ensemble whose members stand side by side: each is trained on its own loss, and their means are averaged."""

from __future__ import annotations

from typing import Any

import numpy as np

from halfmoon.base import checks
from halfmoon.base.checks import Array
from halfmoon.base.errors import InputError
from halfmoon.base.record import checked, record
from halfmoon.layers.ensemble import MOST
from halfmoon.losses.contract import Loss
from halfmoon.losses.links import EnsembleLink


@record
class EnsembleLoss(Loss):
    """The mean of the losses of several members, whose scores stand side by side: each member learns as if it were alone.

    What the network predicts is the mean of the members' means or probabilities.

    Parameters
    ----------
    of : Loss
        Each member's loss, such as ``SoftmaxCrossEntropy()``.
    members : int
        How many there are; the scores are those of member 0, then those of member 1 and so on.

    References
    ----------
    Gorishniy, Kotelnikov & Babenko, "TabM", ICLR 2025.

    Examples
    --------
    >>> layers = [hm.Repeat(4), hm.BatchEnsemble(8, members=4), hm.ReLU(), hm.GroupedDense(1, groups=4)]
    >>> ensemble = hm.Network(layers, loss=hm.EnsembleLoss(hm.Logistic(), members=4)).init(n_inputs=2, seed=0)
    >>> ensemble.scores(X).shape, ensemble.predict_proba(X).shape
    ((200, 4), (200, 2))
    """

    of: Loss = checked(checks.kind(Loss, "a loss such as SoftmaxCrossEntropy()"))
    members: int = checked(checks.from_to(1, MOST), default=32)

    def __post_init__(self) -> None:
        super().__post_init__()
        if isinstance(self.of, EnsembleLoss):
            raise checks.fail("of", self.of, "the loss of one member, and no ensemble's")

    @property
    def link(self) -> EnsembleLink:
        return EnsembleLink(self.of.link, self.members)  # type: ignore[arg-type] # of is no ensemble's

    def check_width(self, n_outputs: int) -> None:
        if n_outputs % self.members:
            raise InputError(f"members must divide the {n_outputs} outputs of the network, got {self.members}")
        self.of.check_width(n_outputs // self.members)

    def targets(self, y: Any, n_outputs: int, dtype: np.dtype[Any]) -> Array:
        """Return y as each member's loss takes it."""
        return self.of.targets(y, n_outputs // self.members, dtype)

    def _each_member(self, scores: Array, y: Array) -> tuple[Array, Array]:
        """Return a row of scores, and of targets, for each row and member."""
        return scores.reshape(len(scores) * self.members, -1), np.repeat(y, self.members, axis=0)

    def each(self, scores: Array, y: Array) -> Array:
        # l = Σ lₘ / members
        return self.of.each(*self._each_member(scores, y)).reshape(len(scores), self.members).mean(axis=1)

    def gradient(self, scores: Array, y: Array) -> Array:
        # ∂l/∂Sₘ = ∂lₘ/∂Sₘ / members
        return self.of.gradient(*self._each_member(scores, y)).reshape(scores.shape) / scores.dtype.type(self.members)
