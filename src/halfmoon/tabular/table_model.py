"""A model that takes raw tables: the preparation and the fitted estimator, saved as one file."""

from __future__ import annotations

import os
import warnings
from dataclasses import dataclass
from typing import Any, NamedTuple, Self

import numpy as np
import polars as pl

from halfmoon.base import checks
from halfmoon.base.checks import Array
from halfmoon.base.errors import InputError
from halfmoon.base.tensorfile import damage_told
from halfmoon.data.frames import frame_of
from halfmoon.data.preparation import Preparation, ReadTable
from halfmoon.data.targets import Classes
from halfmoon.estimators import saving
from halfmoon.network.model import Model
from halfmoon.tabular.facts import TableFacts
from halfmoon.tabular.recipe import ESTIMATORS
from halfmoon.training.checkpoint import Saved, read


class TableWarning(UserWarning):
    """Cells of a table that are not what a model was trained on, and count as missing.

    Examples
    --------
    >>> from halfmoon.tabular import TableWarning
    >>> issubclass(TableWarning, UserWarning)
    True
    """


class Predicted(NamedTuple):
    """What a model says of rows.

    Attributes
    ----------
    answers : ndarray, shape (n,)
        Class numbers, or standardised numbers.
    shares : ndarray, shape (n, classes), or None
        Probabilities of classes; None of a quantity, or of scores that are none.
    """

    answers: Array
    shares: Array | None


@dataclass(frozen=True)
class TableModel:
    """A fitted estimator with what turns a raw table into its numbers, and its numbers into the table's terms.

    Attributes
    ----------
    preparation : Preparation
        How a raw table becomes its numbers.
    estimator : MLPClassifier or MLPRegressor
        Fitted on class numbers, or on the standardised quantity.
    facts : TableFacts or None
        What it was trained on, and how good it was; None of a file that does not say.

    Examples
    --------
    >>> from halfmoon.data import load
    >>> from halfmoon.tabular import Recipe, fit, prepare
    >>> prepared = prepare(load("iris").frame, "species", Recipe())
    >>> model = fit(prepared)
    >>> model.predict(prepared.test.head(3)).columns
    ['species', 'P(species=setosa)', 'P(species=versicolor)', 'P(species=virginica)']
    """

    preparation: Preparation
    estimator: Any
    facts: TableFacts | None = None

    def features(self, frame: pl.DataFrame) -> Array:
        """Return the features of a table in the network's dtype, (n, width)."""
        return self.preparation.features(frame, self.estimator.model_.dtype)

    def read(self, frame: Any) -> ReadTable:
        """Return a table with its cells read as those of the training were, and what is to be said of them.

        Raises
        ------
        InputError
            When the table is empty, misses a column, or one holds another kind of values than in training.
        """
        return self.preparation.read(frame_of(frame, "the table"))

    def predict(self, frame: Any) -> pl.DataFrame:
        """Return a table with the prediction for each row.

        A :class:`TableWarning` says of cells that count as missing, such as a category that training never saw.

        Parameters
        ----------
        frame : DataFrame, Arrow table or dict of columns
            Of any library, with the columns that the model was trained on, of texts as a file has them or of types; others are ignored.

        Returns
        -------
        polars.DataFrame
            The target's column and, where it has classes, one column ``P(target=label)`` a class.

        Raises
        ------
        InputError
            As :meth:`read`.
        """
        read = self.read(frame)
        for note in read.notes:
            warnings.warn(note, TableWarning, stacklevel=2)
        return self.predict_read(read.frame)

    def predict_read(self, frame: pl.DataFrame) -> pl.DataFrame:
        """Return what :meth:`predict` does, of a table that :meth:`read` has returned."""
        target, found = self.preparation.target, self.predicted(frame)
        result = target.decode(found.answers).to_frame()
        if not isinstance(target, Classes) or found.shares is None:
            return result
        columns: dict[str, Any] = {f"P({target.name}={label})": found.shares[:, number] for number, label in enumerate(target.labels)}
        return result.with_columns(**columns)

    def predicted(self, frame: pl.DataFrame) -> Predicted:
        """Return what the estimator says of the rows of a table, in its own numbers."""
        X = self.features(frame)
        answers = self.estimator.predict(X)
        if not isinstance(self.preparation.target, Classes):
            return Predicted(answers, None)
        return Predicted(answers, self.estimator.predict_proba(X).astype(np.float64))

    @property
    def has_probabilities(self) -> bool:
        """Whether what is said of classes are probabilities, and no mere scores."""
        return bool(self.estimator.model_.network.loss.link.classifies)

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write everything to one file, whole or not at all; the estimator's own ``load`` reads it too."""
        known = {} if self.facts is None else {"facts": self.facts}
        saving.save(self.estimator, path, {"preparation": self.preparation} | known)

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> Self:
        """Return what :meth:`save` wrote.

        Raises
        ------
        InputError
            When there is no such file, it is damaged, or it holds a model without a table's preparation, or one of an earlier
            version.
        """
        saved = read(path)
        described = saved.extras.get("preparation")
        if isinstance(described, dict) and not ("left_out" in described and "estimator" in saved.extras):
            raise InputError(f"the model file {os.fspath(path)!r} must be of this version, it read tables in another way; train it anew")
        with damage_told(path, "model"):
            preparation = saved.get("preparation", checks.kind(Preparation, "how a table becomes numbers"))
            if preparation is not None:
                _check_widths(preparation, saved.model)
                facts = saved.get("facts", checks.kind(TableFacts, "what it was trained on"))
                return cls(preparation, _estimator(saved, preparation), facts)
        raise InputError(f"the model file {os.fspath(path)!r} must have been trained on a table, it takes arrays only; use halfmoon.load")


def _estimator(saved: Saved, preparation: Preparation) -> Any:
    """Return the fitted estimator in a file."""
    kind, described = ESTIMATORS[preparation.target.task], saved.get("estimator", saving.ESTIMATOR)
    if described["class"] != kind.__name__:
        raise InputError(f"its target must be of an {kind.__name__}, it holds an {described['class']}")
    estimator = saving.rebuilt(kind(**described["parameters"]), saved)
    if isinstance(preparation.target, Classes) and list(estimator.classes_) != list(range(len(preparation.target.labels))):
        raise InputError(f"its estimator must know the {len(preparation.target.labels)} classes of the target by their numbers")
    return estimator


def _check_widths(preparation: Preparation, model: Model) -> None:
    """Raise InputError when a preparation and a model do not belong together."""
    width, target, outputs = len(preparation.feature_names), preparation.target, model.program.n_outputs
    if width != model.n_inputs:
        raise InputError(f"the columns must make the network's {model.n_inputs} inputs, they make {width}")
    classes = len(target.labels) if isinstance(target, Classes) else 1
    if outputs not in ({1, 2} if classes == 2 else {classes}):  # noqa: PLR2004 - two classes may share one score
        raise InputError(f"the target must be of the network's {outputs} outputs, it has {classes}")
