"""How good a model is on a table, in words."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from halfmoon.data.targets import Classes
from halfmoon.tabular.tablemodel import TableModel


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
    """Return the accuracy, or R² with the mean error in the table's own units."""
    target = model.preparation.target
    found, wanted = model.numbers(frame), target.encode(frame)
    if isinstance(target, Classes):
        right = int((found == wanted).sum())
        return Score(right / len(wanted), f"accuracy {right / len(wanted):.1%} ({right:,} of {len(wanted):,} rows right)")
    spread = float(np.square(wanted - wanted.mean()).sum())
    explained = 1 - float(np.square(wanted - found).sum()) / spread if spread else 0.0
    error = float(np.abs(wanted - found).mean()) * target.scale
    return Score(explained, f"R² {explained:.3f}, mean error {error:.4g} in {target.name!r} ({len(wanted):,} rows)")
