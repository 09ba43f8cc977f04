"""The losses, on raw scores: each row's loss, and its slope by each score.

To add one that treats each score alone, add an entry here and one to the tables of ``tests/test_losses.py``.
Losses are per row; the mean over rows, weights and penalties are taken in :mod:`halfmoon.model`.
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from dataclasses import field
from typing import Any, ClassVar

import numpy as np

from halfmoon import checks
from halfmoon.checks import Array, Between
from halfmoon.definition import Definition
from halfmoon.errors import InputError
from halfmoon.layers.softmax import softmax
from halfmoon.links import IDENTITY, LOG, LOGISTIC, SOFTMAX, PointwiseLink, SoftmaxLink
from halfmoon.record import Record, record
from halfmoon.vocabulary import absolute, exp, log1p, maximum, sign, where


@record
class Loss(Record, ABC):
    """The contract: scores (n, k) and targets in, one loss a row and its gradient by the scores out."""

    @property
    @abstractmethod
    def link(self) -> PointwiseLink | SoftmaxLink:
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


@record
class PointwiseLoss(Definition, Loss):
    """A loss that compares each score s with its target y alone; a row's loss is the sum over its columns.

    The value and the slope are functions of s and y, and of constants after those. See
    :class:`halfmoon.definition.Definition` for the parameters that are not listed.

    Parameters
    ----------
    link : PointwiseLink
        From scores to what ``predict`` returns.
    allowed : Between, optional
        What a target may be.
    """

    arguments: ClassVar[tuple[str, ...]] = ("s", "y")

    checked: ClassVar = Definition.checked | {"link": checks.kind(PointwiseLink, "a pointwise link of halfmoon.links")}

    link: PointwiseLink = IDENTITY
    allowed: Between | None = field(default=None, compare=False)

    def check_width(self, n_outputs: int) -> None:
        for name, number in self.constants:
            if isinstance(number, tuple) and len(number) not in {1, n_outputs}:
                raise InputError(f"{name} must have one number for each of the {n_outputs} outputs, got {len(number)}")

    def targets(self, y: Any, n_outputs: int, dtype: np.dtype[Any]) -> Array:
        """Return y as (n, n_outputs) of ``dtype``; one column is repeated when a constant has a number for each output."""
        array = checks.numeric("y", y)
        array = checks.matrix("y", array[:, None] if array.ndim == 1 else array, dtype)
        repeated = any(isinstance(number, tuple) for number in self.numbers())
        if array.shape[1] == 1 and repeated:
            array = np.repeat(array, n_outputs, axis=1)
        if array.shape[1] != n_outputs:
            raise InputError(f"y must have {n_outputs} columns, as the network has outputs, got {array.shape[1]}")
        if self.allowed is not None and not self.allowed.holds(array):
            raise InputError(f"y must lie in {self.allowed} for the loss {self.name}, got values from {array.min():g} to {array.max():g}")
        return array

    def each(self, scores: Array, y: Array) -> Array:
        return self.value(scores, y, *self.numbers()).sum(axis=1)

    def gradient(self, scores: Array, y: Array) -> Array:
        return self.slope(scores, y, *self.numbers())


@record
class SoftmaxCrossEntropy(Loss):
    """Minus the log-probability of the true class, where the probabilities are the softmax of the scores.

    Targets are class numbers 0 to k - 1, as (n,), or probabilities, as (n, k) with rows that sum to 1.

    Parameters
    ----------
    label_smoothing : float
        Share ε of the target that is spread evenly over all classes (Szegedy et al., CVPR 2016).
    clip : float
        The loss of a row is read as that of a probability of at least ``clip`` and at most 1 - ``clip``, as scikit-learn
        reads it; the gradient is that of the loss as it is.
    """

    name: ClassVar[str] = "softmax_cross_entropy"
    link: ClassVar[SoftmaxLink] = SOFTMAX

    checked: ClassVar = {"label_smoothing": checks.share, "clip": checks.share}

    label_smoothing: float = 0.0
    clip: float = field(default=0.0, kw_only=True)

    def check_width(self, n_outputs: int) -> None:
        if n_outputs < 2:  # noqa: PLR2004 - two classes
            raise InputError(f"SoftmaxCrossEntropy must have a network of at least 2 outputs, got {n_outputs}; use Logistic for one")

    def targets(self, y: Any, n_outputs: int, dtype: np.dtype[Any]) -> Array:
        """Return class numbers as integers (n,), or probabilities as (n, k) of ``dtype``."""
        array = checks.numeric("y", y)
        if array.ndim == 2 and array.shape[1] == n_outputs:  # noqa: PLR2004 - rows, columns
            shares = checks.matrix("y", array, dtype)
            if shares.min() < 0 or np.abs(shares.sum(axis=1) - 1).max() > 1e-4:  # noqa: PLR2004 - rounding
                raise InputError("y must hold probabilities whose rows sum to 1, or class numbers as one column")
            return shares
        flat = array[:, 0] if array.ndim == 2 and array.shape[1] == 1 else array  # noqa: PLR2004 - rows, columns
        if flat.ndim != 1 or not len(flat):
            raise InputError(f"y must be class numbers (n,) or probabilities (n, {n_outputs}), got shape {array.shape}")
        wrong = (flat < 0) | (flat >= n_outputs) | (flat != np.floor(flat))
        if wrong.any():
            raise InputError(f"y must hold class numbers from 0 to {n_outputs - 1}, got {flat[wrong][0]}")
        return flat.astype(np.intp)

    def each(self, scores: Array, y: Array) -> Array:
        # log Σ exp s - Σ_j q_j s_j     with q = (1 - ε) target + ε / k
        centred = scores - scores.max(axis=1, keepdims=True)
        total = np.log(np.exp(centred).sum(axis=1))
        wanted = np.take_along_axis(centred, y[:, None], axis=1)[:, 0] if y.ndim == 1 else (y * centred).sum(axis=1)
        if self.label_smoothing:
            wanted = (1 - self.label_smoothing) * wanted + self.label_smoothing * centred.mean(axis=1)
        return np.clip(total - wanted, *loss_bounds(self.clip)) if self.clip else total - wanted

    def gradient(self, scores: Array, y: Array) -> Array:
        # ds = softmax(s) - q
        share = scores.dtype.type(1 - self.label_smoothing)
        ds = softmax(scores) - scores.dtype.type(self.label_smoothing / scores.shape[1])
        if y.ndim == 1:
            ds[np.arange(len(y)), y] -= share
            return ds
        return ds - share * y


def loss_bounds(clip: float) -> tuple[float, float]:
    """Return the log loss of a probability of 1 - ``clip``, and of one of ``clip``."""
    return -math.log1p(-clip), -math.log(clip) if clip else math.inf


def _smooth(y: Any, label_smoothing: Any) -> Any:
    return y * (1 - label_smoothing) + 0.5 * label_smoothing


SquaredError = PointwiseLoss("squared_error", lambda s, y: (s - y) ** 2, lambda s, y: 2 * (s - y))
AbsoluteError = PointwiseLoss("absolute_error", lambda s, y: absolute(s - y), lambda s, y: sign(s - y))
# Huber, 1964: quadratic within delta, linear beyond
Huber = PointwiseLoss(
    "huber",
    lambda s, y, delta: where(absolute(s - y) <= delta, 0.5 * (s - y) ** 2, delta * (absolute(s - y) - 0.5 * delta)),
    lambda s, y, delta: where(absolute(s - y) <= delta, s - y, delta * sign(s - y)),
    {"delta": 1.0},
    {"delta": checks.positive},
)
# Koenker & Bassett, 1978 ("pinball"); several levels, several outputs
Quantile = PointwiseLoss(
    "quantile",
    lambda s, y, level: where(y > s, level * (y - s), (1 - level) * (s - y)),
    lambda s, y, level: where(y > s, -level, where(y < s, 1 - level, 0)),
    {"level": 0.5},
    {"level": checks.inner_share},
)
# minus the log-likelihood of a count with mean exp(s), without the term of y alone
Poisson = PointwiseLoss("poisson", lambda s, y: exp(s) - y * s, lambda s, y: exp(s) - y, link=LOG, allowed=checks.not_negative)
# log(1 + exp s) - y s, in the order that stays exact at any score
Logistic = PointwiseLoss(
    "logistic",
    lambda s, y, label_smoothing: maximum(s, 0) - s * _smooth(y, label_smoothing) + log1p(exp(-absolute(s))),
    lambda s, y, label_smoothing: 1 / (1 + exp(-s)) - _smooth(y, label_smoothing),
    {"label_smoothing": 0.0},
    {"label_smoothing": checks.share},
    link=LOGISTIC,
    allowed=Between(0, 1),
)

LOSSES: dict[str, Loss] = {
    each.name: each for each in (SquaredError, AbsoluteError, Huber, Quantile, Poisson, Logistic, SoftmaxCrossEntropy())
}
"""Every loss by name."""
