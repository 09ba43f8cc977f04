"""TabularClassifier."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from sklearn.base import ClassifierMixin
from sklearn.utils.class_weight import compute_sample_weight
from sklearn.utils.multiclass import check_classification_targets

from halfmoon.base import checks
from halfmoon.base.checks import Array
from halfmoon.base.errors import InputError
from halfmoon.base.language import english
from halfmoon.data.frames import is_missing, mixes_texts
from halfmoon.data.notes import names_of
from halfmoon.tabular.ensembles.metric import CLASSIFICATION, Cost, check_metric, log_loss, scored
from halfmoon.tabular.ensembles.task import ClassTask, Task
from halfmoon.tabular.estimators.base import ScoreOfColumn, TabularEstimator
from halfmoon.tabular.estimators.documentation import documented

ENDLESS = (math.inf, -math.inf)


def _missing_labels(y: Array) -> Array:
    """Return which labels are None, NaN or infinite."""
    if y.dtype.kind == "O":
        return np.array([is_missing(each) or each in ENDLESS for each in y], dtype=bool)
    return ~np.isfinite(y) if y.dtype.kind == "f" else np.zeros(len(y), dtype=bool)


@documented(
    'by default "log_loss", "accuracy" or "auc"',
    """
    class_weight : dict, "balanced" or None, default=None
        How much the rows of each class count, on top of ``sample_weight``.
    """,
    """
    classes_ : ndarray, shape (n_classes,)
        The labels, sorted.
    """,
)
@dataclass(eq=False, repr=False, kw_only=True)
class TabularClassifier(ScoreOfColumn, ClassifierMixin, TabularEstimator):
    """An ensemble of multilayer perceptrons that classifies the rows of a table as it is.

    Numbers are scaled robustly, categories and dates become inputs, missing cells count as such; members are trained on folds, weighted
    by what they say of held-out rows, and their mean probabilities are calibrated there.

    Parameters
    ----------
    {parameters}

    Attributes
    ----------
    {attributes}

    Examples
    --------
    >>> import halfmoon as hm
    >>> frame = {"length": [1.0, 5.0, None, 6.0] * 10, "colour": ["red", "blue", "red", None] * 10}
    >>> labels = ["no", "yes", "no", "yes"] * 10
    >>> classifier = hm.TabularClassifier(effort="low", max_epochs=8).fit(frame, labels)
    >>> classifier.predict_proba(frame).shape
    (40, 2)
    """

    class_weight: Mapping[Any, float] | str | None = None

    def _learn_target(self, y: Array) -> tuple[Task, Array]:
        check_metric(self.metric, CLASSIFICATION)
        if y.dtype.kind not in "biufUO":
            raise InputError(f"y must hold numbers, texts or truth values, got an array of dtype {y.dtype}")
        missing = _missing_labels(y)
        if missing.any():
            row = int(missing.argmax())
            raise InputError(f"y must have no missing labels (Input y contains NaN or inf), got {y[row]} in row {row + 1}")
        kinds = {type(each) for each in y} if y.dtype.kind == "O" else set()
        if mixes_texts(kinds):
            raise InputError(f"y must hold labels of one kind, got {', '.join(sorted(kind.__name__ for kind in kinds))}")
        check_classification_targets(y)
        self.classes_, numbers = np.unique(y, return_inverse=True)
        return ClassTask(len(self.classes_)), numbers.astype(np.int64)

    def _encoded(self, y: Array) -> Array:
        unknown = ~np.isin(y, self.classes_)
        if unknown.any():
            raise InputError(f"y must hold the classes of the training, got {y[unknown][0]!r:.80} in row {int(unknown.argmax()) + 1}")
        return np.searchsorted(self.classes_, y)

    def _cost(self, task: Task) -> Cost:
        if self.metric is None:
            return log_loss
        if isinstance(self.metric, str) and self.metric in CLASSIFICATION:
            return CLASSIFICATION[self.metric]
        return scored(self.metric, self.classes_, lambda numbers: self.classes_[numbers])

    def _row_weights(self, y: Array, weights: Array | None) -> Array | None:
        if self.class_weight is None:
            return weights
        given, classes = self.class_weight, self.classes_.tolist()
        if not (given == "balanced" or (isinstance(given, Mapping) and set(given) <= set(classes))):
            raise checks.fail("class_weight", given, f"'balanced', or a dict of weights by classes, of {english(names_of, classes)}")
        found = compute_sample_weight(given, y)
        return found if weights is None else found * weights

    def _decoded(self, predictions: Array) -> Array:
        return predictions

    def predict_proba(self, X: Any) -> Array:
        """Return the probability of each class.

        Parameters
        ----------
        X : DataFrame, Arrow table, dict of columns, or array-like, shape (n_samples, n_features)
            With the columns of the training; others are ignored, and their order does not matter.

        Returns
        -------
        ndarray, shape (n_samples, n_classes)
            In the order of ``classes_``, float64.
        """
        return self._predictions(X)

    def predict(self, X: Any) -> Array:
        """Return the class of each row, the one with the largest probability.

        Parameters
        ----------
        X : as for :meth:`predict_proba`
            The rows to be predicted.

        Returns
        -------
        ndarray, shape (n_samples,)
        """
        numbers = self._predictions(X).argmax(axis=1)
        return self.classes_[numbers]
