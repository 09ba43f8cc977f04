"""The fitted ensemble: parts, each a bag of networks with a share and a temperature."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from halfmoon.base.checks import Array
from halfmoon.network.model import Model
from halfmoon.tabular.ensembles.calibration import sharpened
from halfmoon.tabular.ensembles.task import Task

CHUNK = 65_536
"""Rows that are predicted at a time, so that what each member says of a large table is not held whole."""


@dataclass(frozen=True, eq=False)
class Part:
    """The members of one candidate, whose predictions are averaged, and the temperature of that.

    Attributes
    ----------
    models : tuple of Model
    share : float
        In the ensemble.
    temperature : float
        1 where no classes are predicted.
    """

    models: tuple[Model, ...]
    share: float
    temperature: float = 1.0

    def predict(self, X: Array, task: Task) -> Array:
        """Return the predictions of the members' mean, (n, outputs)."""
        every = [task.predictions(model.network.loss.link.mean(model.scores_of(X))) for model in self.models]
        return sharpened(sum(every[1:], start=every[0]) / len(every), self.temperature)


@dataclass(frozen=True, eq=False)
class Ensemble:
    """Parts whose predictions are averaged.

    Attributes
    ----------
    task : Task
    parts : tuple of Part
        None where there was nothing to learn.
    temperature : float
        Of the mean probabilities of classes; 1 where no classes are predicted.
    prior : ndarray, shape (outputs,)
        What is predicted without parts.
    """

    task: Task
    parts: tuple[Part, ...]
    temperature: float
    prior: Array

    @property
    def models(self) -> tuple[Model, ...]:
        """The networks of all parts."""
        return tuple(model for part in self.parts for model in part.models)

    def predict(self, X: Array) -> Array:
        """Return predictions (n, outputs), float64."""
        if not self.parts:
            return np.repeat(self.prior[None], len(X), axis=0)
        return np.concatenate([self._predict(X[start : start + CHUNK]) for start in range(0, max(len(X), 1), CHUNK)])

    def _predict(self, X: Array) -> Array:
        return sharpened(
            weighted_mean([part.predict(X, self.task) for part in self.parts], [part.share for part in self.parts]), self.temperature
        )


def weighted_mean(predictions: Iterable[Array], shares: Sequence[float] | Array) -> Array:
    """Return the mean of predictions by shares of sum 1, added in their order."""
    weighted = (share * each for share, each in zip(shares, predictions, strict=True))
    found = next(weighted)
    for each in weighted:
        found += each
    return found
