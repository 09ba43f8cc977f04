"""Rows that show how large the numbers of a network become, and what is true of them where that is known."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from halfmoon.base import checks
from halfmoon.base.checks import Array
from halfmoon.base.errors import InputError
from halfmoon.data import values
from halfmoon.data.targets import Classes, missing_targets
from halfmoon.exports.predictor import Matrix, Numbers, Predictor
from halfmoon.tabular import TableEnsemble, TableModel
from halfmoon.tabular.estimators.base import TabularEstimator


@dataclass(frozen=True)
class Calibration:
    """Inputs of the network, and the answers.

    Attributes
    ----------
    X : ndarray, shape (n, width)
        In the predictor's dtype.
    y : ndarray, shape (n,) or (n, k), or None
        As ``predict`` returns it.
    """

    X: Array
    y: Array | None = None


def calibration_of(model: Any, predictor: Predictor, given: Any) -> Calibration:
    """Return rows that a person gave.

    Parameters
    ----------
    model : Model, MLPClassifier, MLPRegressor or TableModel
    predictor : Predictor
        Of the model.
    given : data frame, array of shape (n, width), or a pair (X, y)
        Of a table's model rows of its table, with or without the target; else X, or X and y.

    Raises
    ------
    InputError
        When the rows are not such as the model takes.
    """
    if isinstance(model, TabularEstimator | TableEnsemble):
        raise InputError(f"int8 must be left out of a {type(model).__name__}, whose mean and calibration cannot be done with whole numbers")
    if isinstance(model, TableModel):
        return _of_table(model, given)
    X, y = given if isinstance(given, tuple) and len(given) == 2 else (given, None)  # noqa: PLR2004 - a pair
    inputs = predictor.inputs
    if isinstance(X, pl.DataFrame) and isinstance(inputs, Matrix):
        X = _columns(X, inputs)
    found = checks.matrix("calibration", X, predictor.dtype, columns=inputs.width)
    if not len(found):
        raise InputError("calibration must have rows, got none")
    if y is None:
        return Calibration(found)
    answers, asked = np.asarray(y), predictor.prediction
    several = () if not isinstance(asked, Numbers) or asked.flat else (predictor.widths[asked.value],)
    if len(answers) != len(found) or (isinstance(asked, Numbers) and answers.size != len(found) * int(np.prod(several))):
        raise InputError(f"calibration must have an answer for each of the {len(found):,} rows of X, got y of shape {answers.shape}")
    return Calibration(found, answers)


def _columns(frame: pl.DataFrame, inputs: Matrix) -> Array:
    """Return the columns of a frame that the model was fitted on, by their names where these are known."""
    known = [name for name in inputs.names if name in frame.columns]
    frame = frame.select(known) if known and len(known) == inputs.width else frame
    texts = [name for name, kind in frame.schema.items() if not (kind.is_numeric() or kind == pl.Boolean)]
    if texts or frame.width != inputs.width:
        wrong = f"its column {texts[0]!r:.80} has none" if texts else f"it has {frame.width}"
        raise InputError(f"calibration must have {inputs.width} columns of numbers, {wrong}")
    return frame.to_numpy()


def _of_table(model: TableModel, given: Any) -> Calibration:
    """Return the rows of a table; those that have a target where any has one."""
    frame, target = values.table(given), model.preparation.target
    y = None
    if target.name in frame.columns:
        encoded = target.encode_known(values.column(frame, target.name))
        known = ~missing_targets(encoded)
        if known.any():
            frame, encoded = frame.filter(pl.Series(known)), encoded[known]
            y = np.array(target.labels)[encoded] if isinstance(target, Classes) else encoded * target.scale + target.mean
    return Calibration(model.features(model.read(frame).frame), y)
