"""How good a model is on a table, in words."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from halfmoon.data.targets import Classes
from halfmoon.tabular.table_model import TableModel


@dataclass(frozen=True)
class Score:
    """A number, and the sentence that says it.

    Attributes
    ----------
    value : float
        Accuracy for classes, R² for a quantity.
    text : str
    """

    value: float
    text: str


def score(model: TableModel, frame: pl.DataFrame) -> Score:
    """Return the estimator's score, and R² with the mean error in the table's own units; R² of a single row is 0."""
    target, X, y = model.preparation.target, model.features(frame), model.preparation.targets(frame)
    n = len(y)
    value = float(model.estimator.score(X, y)) if n > 1 or isinstance(target, Classes) else 0.0
    if isinstance(target, Classes):
        return Score(value, f"accuracy {value:.1%} ({round(value * n):,} of {n:,} rows right)")
    error = float(np.abs(y - model.estimator.predict(X)).mean()) * target.scale
    return Score(value, f"R² {value:.3f}, mean error {error:.4g} in {target.name!r} ({n:,} rows)")
