"""What is to be predicted, as networks see it: the loss, its outputs, and from raw scores to predictions."""

from __future__ import annotations

from abc import ABC, abstractmethod

import numpy as np

from halfmoon.base import checks, schema
from halfmoon.base.checks import Array
from halfmoon.base.record import Record, checked, record
from halfmoon.losses.contract import Loss
from halfmoon.losses.pointwise import AbsoluteError, Quantile, SquaredError
from halfmoon.losses.softmax import SoftmaxCrossEntropy

SMALLEST = 1e-7
"""No class has a smaller probability."""


@record
class Task(Record, ABC):
    """The contract of what is predicted."""

    @property
    @abstractmethod
    def outputs(self) -> int:
        """Columns of scores, and of predictions."""

    @abstractmethod
    def loss(self, smoothing: float) -> Loss:
        """Return the loss of a network; ``smoothing`` is that of labels."""

    @abstractmethod
    def predictions(self, means: Array) -> Array:
        """Return predictions (n, outputs), float64, from the means or probabilities that a network gives."""

    @abstractmethod
    def ideal(self, targets: Array) -> Array:
        """Return the predictions that are right, (n, outputs)."""

    @abstractmethod
    def columns(self, targets: Array) -> Array:
        """Return targets as numbers with mean 0 and deviation 1, (n, k), for mean targets of levels."""

    @abstractmethod
    def prior(self, targets: Array, weights: Array | None) -> Array:
        """Return what is predicted by one who knows no inputs, (outputs,)."""


MOST_CLASSES = 2**20
"""No file can ask for more."""

MOST_COLUMNS = 12
"""Of more classes the mean targets would be too many inputs; then the most frequent ones have them."""


@record
class ClassTask(Task):
    """Classes, whose probabilities are predicted.

    Parameters
    ----------
    classes : int
    """

    classes: int = checked(checks.from_to(1, MOST_CLASSES))

    @property
    def outputs(self) -> int:
        return self.classes

    def loss(self, smoothing: float) -> Loss:
        return SoftmaxCrossEntropy(label_smoothing=smoothing)

    def predictions(self, means: Array) -> Array:
        p = np.clip(means.astype(np.float64), SMALLEST, 1)
        return p / p.sum(axis=1, keepdims=True)

    def ideal(self, targets: Array) -> Array:
        return self.predictions(targets[:, None] == np.arange(self.classes))

    def columns(self, targets: Array) -> Array:
        counts = np.bincount(targets, minlength=self.classes)
        chosen = [1] if self.classes == 2 else np.sort(np.argsort(-counts, kind="stable")[:MOST_COLUMNS])  # noqa: PLR2004 - two classes
        return _standardised((targets[:, None] == np.asarray(chosen)).astype(np.float64))

    def prior(self, targets: Array, weights: Array | None) -> Array:
        counts = np.bincount(targets, weights, self.classes)
        return self.predictions((counts / counts.sum())[None])[0]


@record
class NumberTask(Task):
    """A number: its mean, its median, or quantiles; the targets are standardised.

    Parameters
    ----------
    quantiles : tuple of float
        Levels, rising; none for the mean.
    median : bool
        Whether the median is predicted instead of the mean: absolute errors count.
    low, high : float
        No prediction lies beyond the training targets.
    """

    quantiles: tuple[float, ...] = checked(schema.each(checks.inner_share), default=())
    median: bool = checked(checks.flag, default=False)
    low: float = checked(checks.number, default=0.0)
    high: float = checked(checks.number, default=0.0)

    @property
    def outputs(self) -> int:
        return max(len(self.quantiles), 1)

    def loss(self, smoothing: float) -> Loss:
        if self.quantiles:
            return Quantile(level=self.quantiles)
        return AbsoluteError() if self.median else SquaredError()

    def predictions(self, means: Array) -> Array:
        found = np.clip(means.astype(np.float64).reshape(len(means), -1), self.low, self.high)
        return np.sort(found, axis=1)

    def ideal(self, targets: Array) -> Array:
        return np.repeat(targets[:, None], self.outputs, axis=1)

    def columns(self, targets: Array) -> Array:
        return _standardised(targets[:, None].astype(np.float64))

    def prior(self, targets: Array, weights: Array | None) -> Array:
        if self.quantiles or self.median:
            return np.quantile(targets, self.quantiles or [0.5])
        return np.array([np.average(targets, weights=weights)])


def _standardised(columns: Array) -> Array:
    centred = columns - columns.mean(axis=0)
    deviation = centred.std(axis=0)
    return centred / np.where(deviation > 0, deviation, 1)
