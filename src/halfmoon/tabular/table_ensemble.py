"""An ensemble that takes raw tables: the fitted estimator, and what turns its numbers into the table's terms, saved as one file."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
import polars as pl

from halfmoon.base import checks, schema
from halfmoon.base.checks import Array
from halfmoon.base.errors import InputError
from halfmoon.base.record import encode
from halfmoon.base.tensorfile import damage_told
from halfmoon.data.preparation import Preparation
from halfmoon.data.targets import Classes, Quantity
from halfmoon.tabular.ensembles.task import ClassTask
from halfmoon.tabular.estimators import TabularClassifier, TabularRegressor, saving
from halfmoon.tabular.facts import TableFacts
from halfmoon.tabular.table_model import Predicted, TableModel

ESTIMATORS: dict[str, Any] = {"classification": TabularClassifier, "regression": TabularRegressor}
"""What is trained, by task."""

TABLE = schema.entries(
    {
        "target": schema.decoded(checks.kind((Classes, Quantity), "Classes or a Quantity")),
        "left_out": schema.each(checks.kind(str, "text")),
    },
    {"facts": schema.decoded(checks.kind(TableFacts, "what it was trained on"))},
)
"""What the file of an ensemble for a raw table says beside the estimator."""


@dataclass(frozen=True)
class TableEnsemble(TableModel):
    """A fitted ensemble with what its columns and its target are in a raw table.

    Attributes
    ----------
    preparation : Preparation
        How the cells of the columns and the target are read. Inputs are made by the estimator's ``encoder_``.
    estimator : TabularClassifier or TabularRegressor
        Fitted on class numbers, or on the quantity.
    facts : TableFacts or None
        What it was trained on, and how good it was; None of a file that does not say.

    Examples
    --------
    >>> from halfmoon.data import load
    >>> from halfmoon.tabular import EnsembleRecipe, fit_ensemble, prepare_ensemble
    >>> prepared = prepare_ensemble(load("iris").frame, "species", EnsembleRecipe("low", {"max_epochs": 8}))
    >>> model = fit_ensemble(prepared)
    >>> model.predict(prepared.test.head(3)).columns
    ['species', 'P(species=setosa)', 'P(species=versicolor)', 'P(species=virginica)']
    """

    @classmethod
    def of(cls, estimator: Any, target: Classes | Quantity, left_out: tuple[str, ...], facts: TableFacts | None = None) -> Self:
        """Return the ensemble of a fitted estimator and what its target was."""
        columns = tuple(each.column for each in estimator.encoder_.encodings)
        return cls(Preparation(columns, target, left_out), estimator, facts)

    def features(self, frame: pl.DataFrame) -> Array:
        """Return the inputs of a table's rows, float32 of shape (n, width)."""
        found: Array = self.estimator.encoder_.inputs(self.read(frame).frame)
        return found

    def predicted(self, frame: pl.DataFrame) -> Predicted:
        return self.of_numbers(self.estimator.ensemble_.predict(self.features(frame)))

    def of_numbers(self, numbers: Array) -> Predicted:
        """Return what the estimator's numbers say: probabilities of classes, or standardised numbers."""
        if isinstance(self.preparation.target, Classes):
            return Predicted(numbers.argmax(axis=1), numbers)
        return Predicted(self.estimator.in_units(numbers)[:, 0], None)

    @property
    def has_probabilities(self) -> bool:
        return True

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write everything to one file, whole or not at all; the estimator's own ``load`` reads it too."""
        known = {} if self.facts is None else {"facts": encode(self.facts)}
        target, left_out = encode(self.preparation.target), list(self.preparation.left_out)
        saving.save(self.estimator, path, {"target": target, "left_out": left_out} | known)

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> Self:
        """Return what :meth:`save` wrote.

        Raises
        ------
        InputError
            When there is no such file, it is damaged, or it holds something else.
        """
        described = saving.read_extras(path)
        if described is None:
            raise InputError(f"the file {os.fspath(path)!r} must hold the ensemble of a table, it takes frames only; use halfmoon.load")
        with damage_told(path, "table ensemble"):
            found = TABLE("extras", described)
            target = found["target"]
        estimator = ESTIMATORS[target.task].load(path)
        with damage_told(path, "table ensemble"):
            _check_target(target, estimator)
            return cls.of(estimator, target, tuple(found["left_out"]), found.get("facts"))


def _check_target(target: Classes | Quantity, estimator: Any) -> None:
    """Raise InputError where an estimator does not predict a target."""
    task = estimator.ensemble_.task
    if isinstance(target, Classes):
        if not isinstance(task, ClassTask) or not np.array_equal(estimator.classes_, np.arange(len(target.labels))):
            raise InputError(f"its estimator must know the {len(target.labels)} classes of the target by their numbers")
    elif task.outputs != 1:
        raise InputError(f"its estimator must predict one number, it predicts {task.outputs}")
