"""A model that takes raw tables: the preparation and the fitted estimator, saved as one file."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple, Self

import numpy as np
import polars as pl

from halfmoon.base import checks
from halfmoon.base.checks import Array
from halfmoon.base.errors import InputError
from halfmoon.base.record import encode
from halfmoon.base.tensorfile import damage_told
from halfmoon.data.preparation import Preparation
from halfmoon.data.targets import Classes
from halfmoon.estimators import saving
from halfmoon.estimators.targets import ClassTargets
from halfmoon.network.model import Model
from halfmoon.tabular.recipe import ESTIMATORS
from halfmoon.training.checkpoint import Saved, read


@dataclass(frozen=True)
class TableModel:
    """A fitted estimator with what turns a raw table into its numbers, and its numbers into the table's terms.

    Attributes
    ----------
    preparation : Preparation
    estimator : MLPClassifier or MLPRegressor
        Fitted on class numbers, or on the standardised quantity.
    """

    preparation: Preparation
    estimator: Any

    def features(self, frame: pl.DataFrame) -> Array:
        """Return the features of a table in the network's dtype, (n, width)."""
        return self.preparation.features(frame, self.estimator.model_.dtype)

    def predict(self, frame: pl.DataFrame) -> pl.DataFrame:
        """Return a table with the prediction for each row.

        Parameters
        ----------
        frame : polars.DataFrame
            With the columns that the model was trained on; others are ignored.

        Returns
        -------
        polars.DataFrame
            The target's column and, where the loss is about probabilities, one column ``P(target=label)`` a class.
        """
        target, X = self.preparation.target, self.features(frame)
        result = target.decode(self.estimator.predict(X)).to_frame()
        if not (isinstance(target, Classes) and self.estimator.model_.network.loss.link.classifies):
            return result
        shares = self.estimator.predict_proba(X).astype(np.float64)
        columns: dict[str, Any] = {f"P({target.name}={label})": shares[:, number] for number, label in enumerate(target.labels)}
        return result.with_columns(**columns)

    def save(self, path: str | Path) -> None:
        """Write everything to one file, whole or not at all; the estimator's own ``load`` reads it too."""
        saving.save(self.estimator, path, {"preparation": self.preparation})

    @classmethod
    def load(cls, path: str | Path) -> Self:
        """Return what :meth:`save` wrote.

        Raises
        ------
        InputError
            When there is no such file, it is damaged, or it holds a model without a table's preparation.
        """
        saved = read(path)
        with damage_told(path, "model"):
            preparation = saved.get("preparation", checks.kind(Preparation, "how a table becomes numbers"))
            if preparation is not None:
                _check_widths(preparation, saved.model)
                return cls(preparation, _estimator(saved, preparation))
        raise InputError(f"the model file {str(path)!r} must have been trained on a table, it takes arrays only; use halfmoon.load")


class Score(NamedTuple):
    """A number that says how good a model is on a table, and the sentence that says it.

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


def _estimator(saved: Saved, preparation: Preparation) -> Any:
    """Return the fitted estimator in a file."""
    kind = ESTIMATORS[preparation.target.task]
    if "estimator" not in saved.extras:  # a file of an older version; what a fit would have learned follows from the rest
        outputs = saved.model.program.n_outputs
        epochs = 0 if saved.history is None else saved.history.epochs
        fitted: dict[str, Any] = {"n_features_in_": saved.model.n_inputs, "n_outputs_": outputs, "n_iter_": epochs, "t_": 0}
        if isinstance(preparation.target, Classes):
            fitted["n_outputs_"] = 1 if len(preparation.target.labels) == 2 else outputs  # noqa: PLR2004 - as the estimators count
            fitted["labels"] = saving.labels_to_data(ClassTargets.learn(range(len(preparation.target.labels))).binarizer)
        saved.extras["fitted"] = encode(fitted)
        return saving.rebuilt(kind(), saved)
    described = saved.get("estimator", saving.ESTIMATOR)
    if described["class"] != kind.__name__:
        raise InputError(f"its target must be of an {kind.__name__}, it holds an {described['class']}")
    return saving.rebuilt(kind(**described["parameters"]), saved)


def _check_widths(preparation: Preparation, model: Model) -> None:
    """Raise InputError when a preparation and a model do not belong together."""
    width, target, outputs = len(preparation.feature_names), preparation.target, model.program.n_outputs
    if width != model.n_inputs:
        raise InputError(f"the columns must make the network's {model.n_inputs} inputs, they make {width}")
    classes = len(target.labels) if isinstance(target, Classes) else 1
    if outputs not in ({1, 2} if classes == 2 else {classes}):  # noqa: PLR2004 - two classes may share one score
        raise InputError(f"the target must be of the network's {outputs} outputs, it has {classes}")
