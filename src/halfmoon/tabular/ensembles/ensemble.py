"""The fitted ensemble: members and their shares, and one temperature."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from halfmoon.base.checks import Array
from halfmoon.network.model import Model
from halfmoon.tabular.ensembles.calibration import sharpened
from halfmoon.tabular.ensembles.task import ClassTask, Task

CHUNK = 65_536
"""Rows that are predicted at a time, so that what each member says of a large table is not held whole."""


@dataclass(frozen=True, eq=False)
class Ensemble:
    """Networks whose predictions are averaged.

    Attributes
    ----------
    task : Task
    models : tuple of Model
        None where there was nothing to learn.
    shares : ndarray, shape (models,)
        Of sum 1.
    temperature : float
        Of the mean probabilities of classes.
    prior : ndarray, shape (outputs,)
        What is predicted without models.
    """

    task: Task
    models: tuple[Model, ...]
    shares: Array
    temperature: float
    prior: Array

    def predict(self, X: Array) -> Array:
        """Return predictions (n, outputs), float64."""
        if not self.models:
            return np.repeat(self.prior[None], len(X), axis=0)
        return np.concatenate([self._predict(X[start : start + CHUNK]) for start in range(0, max(len(X), 1), CHUNK)])

    def _predict(self, X: Array) -> Array:
        found = sum(
            share * self.task.predictions(model.network.loss.link.mean(model.scores_of(X)))
            for share, model in zip(self.shares, self.models, strict=True)
        )
        return sharpened(found, self.temperature) if isinstance(self.task, ClassTask) else found  # type: ignore[return-value,arg-type]
