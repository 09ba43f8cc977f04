"""What every loss does: raw scores and targets in, one loss a row and its gradient by the scores out.

What the last layer gives is a raw score, any number. What people ask for may be something else: the probability of a class. The function
from the one to the other is the *link*: nothing at all for ``SquaredError``, p = 1 / (1 + exp(-s)) for ``Logistic``, softmax for several
classes. A loss is a function of the scores, and contains its link; so a network for classes ends in a Dense layer, without a
sigmoid, and the slopes stay simple: p - y.

Losses are per row; the mean over rows, weights and penalties are taken in :mod:`halfmoon.network.model`.

Borrowed: the links (:mod:`halfmoon.losses.links`); ``checks``
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
