"""A loss whose slope by each score is a number that was chosen, for looking at a layer alone."""

from __future__ import annotations

from typing import Any

import numpy as np

from halfmoon.base.checks import Array
from halfmoon.base.record import record
from halfmoon.losses.contract import Loss
from halfmoon.losses.links import IDENTITY, PointwiseLink


@record
class LinearLoss(Loss):
    """Σ score · target: what a layer's output is multiplied by is the target."""

    @property
    def link(self) -> PointwiseLink:
        return IDENTITY

    def check_width(self, n_outputs: int) -> None:
        pass

    def targets(self, y: Any, n_outputs: int, dtype: np.dtype[Any]) -> Array:
        return np.asarray(y, dtype)

    def each(self, scores: Array, y: Array) -> Array:
        return (scores * y).sum(axis=1)

    def gradient(self, scores: Array, y: Array) -> Array:
        return y
