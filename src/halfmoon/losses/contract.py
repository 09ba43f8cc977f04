"""What every loss does: raw scores and targets in, one loss a row and its gradient by the scores out.

Losses are per row; the mean over rows, weights and penalties are taken in :mod:`halfmoon.network.model`.

Borrowed: a link maps scores to means or probabilities, such as the logistic function (:mod:`halfmoon.losses.links`); ``checks``
and ``record`` of :mod:`halfmoon.base` are as in the layers.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any

import numpy as np

from halfmoon.base.checks import Array
from halfmoon.base.record import Record, record
from halfmoon.losses.links import AnyLink


@record
class Loss(Record, ABC):
    """The contract: scores (n, k) and targets in, one loss a row and its gradient by the scores out."""

    @property
    @abstractmethod
    def link(self) -> AnyLink:
        """From scores to what ``predict`` returns."""

    @abstractmethod
    def check_width(self, n_outputs: int) -> None:
        """Raise InputError when a network of ``n_outputs`` scores does not fit."""

    @abstractmethod
    def targets(self, y: Any, n_outputs: int, dtype: np.dtype[Any]) -> Array:
        """Return ``y`` checked, in the form that the other methods take."""

    @abstractmethod
    def each(self, scores: Array, y: Array) -> Array:
        """Return the loss of each row, (n,)."""

    @abstractmethod
    def gradient(self, scores: Array, y: Array) -> Array:
        """Return the gradient of each row's loss by its scores, (n, k)."""
