"""One way to ask for predictions, be the estimator a Model, one of scikit-learn's kind, or a function."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from halfmoon.base import checks
from halfmoon.base.checks import Array
from halfmoon.base.errors import InputError
from halfmoon.network.model import Model


@dataclass(frozen=True)
class ClassifierOutput:
    """What a classifier predicts for rows.

    Attributes
    ----------
    classes : ndarray of int, shape (n,)
        Class numbers 0, 1, ...
    scores : ndarray, shape (n, k), or None
        One for each class, the largest for the class it decides on; None where the classifier has no such thing.
    probabilities : ndarray, shape (n, k), or None
        Of each class.
    """

    classes: Array
    scores: Array | None = None
    probabilities: Array | None = None


@dataclass(frozen=True)
class Classifier:
    """A classifier of any kind.

    Attributes
    ----------
    predict : callable
        Takes rows as a table, and returns their ClassifierOutput.
    labels : ndarray, or None
        The label of class 0, 1, and so on, in order; None where labels are class numbers.
    """

    predict: Callable[[Any], ClassifierOutput]
    labels: Array | None = None

    def numbers(self, name: str, labels: Any, rows: int) -> Array:
        """Return the class number of each of ``rows`` labels, which an error calls by ``name``."""
        if self.labels is None:
            return class_numbers(name, labels, rows)
        found = np.asarray(labels)
        if found.shape != (rows,):
            raise InputError(f"{name} must have one class for each of {rows} points, got shape {found.shape}")
        strange = found[~np.isin(found, self.labels)]
        if strange.size:
            raise checks.fail(name, strange[0], f"one of the estimator's classes {', '.join(map(str, self.labels))}")
        return np.searchsorted(self.labels, found)

    def class_names(self) -> list[str] | None:
        """Return the names of the classes; None where they are numbers alone."""
        return None if self.labels is None or self.labels.dtype.kind in "iub" else [str(label) for label in self.labels]


def classifier(estimator: Any) -> Classifier:
    """Return the adapter of a Model, an estimator with ``predict``, or a function from rows to class numbers."""
    if isinstance(estimator, Model):
        return Classifier(lambda rows: _model_output(estimator, rows))
    if hasattr(estimator, "predict"):
        labels = getattr(estimator, "classes_", None)
        adapter = Classifier(lambda rows: _estimator_output(estimator, adapter, rows), None if labels is None else np.asarray(labels))
        return adapter
    if not callable(estimator):
        raise checks.fail("estimator", estimator, "a Model, a fitted estimator, or a function from points to class numbers")
    return Classifier(lambda rows: ClassifierOutput(class_numbers("the estimator's answer", estimator(rows), len(rows))))


def _model_output(model: Model, rows: Any) -> ClassifierOutput:
    link = model.network.loss.link
    raw = model.scores(rows)
    mean, classes = np.asarray(link.mean(raw), np.float64), link.decide(raw)
    if classes.ndim != 1:
        outputs = f"{mean.shape[1]} outputs and the loss {model.network.loss!r}"
        raise InputError(f"estimator must decide on one class a row, got a model with {outputs}")
    scores = np.hstack([1 - mean, mean]) if mean.shape[1] == 1 else mean
    return ClassifierOutput(classes, scores, scores if link.classifies else None)


def _estimator_output(estimator: Any, adapter: Classifier, rows: Any) -> ClassifierOutput:
    classes = adapter.numbers("the estimator's answer", estimator.predict(rows), len(rows))
    if hasattr(estimator, "predict_proba"):
        scores = probabilities = np.asarray(estimator.predict_proba(rows), np.float64)
    elif hasattr(estimator, "decision_function"):
        scores, probabilities = np.asarray(estimator.decision_function(rows), np.float64), None
        scores = np.stack([-scores, scores], axis=1) if scores.ndim == 1 else scores
    else:
        return ClassifierOutput(classes)
    # Some decide by another rule than by these numbers: then these draw no boundary.
    agrees = np.array_equal(scores.argmax(axis=1), classes)
    return ClassifierOutput(classes, scores if agrees else None, probabilities)


def class_numbers(name: str, value: Any, rows: int) -> Array:
    """Return one whole number from 0 for each row."""
    array = checks.numeric(name, value)
    if array.shape != (rows,):
        raise InputError(f"{name} must have one class number for each of {rows} points, got shape {array.shape}")
    numbers = array.astype(np.intp)
    if (numbers != array).any() or numbers.min() < 0:
        raise InputError(f"{name} must hold class numbers 0, 1, ..., got {array[(numbers != array) | (numbers < 0)][0]}")
    return numbers


def regressor(estimator: Any) -> Callable[[Any], Array]:
    """Return a function from rows to one number each, of a Model, an estimator with ``predict``, or a function."""
    if not isinstance(estimator, Model) and not hasattr(estimator, "predict") and not callable(estimator):
        raise checks.fail("estimator", estimator, "a Model, a fitted estimator, or a function from points to numbers")
    predict = getattr(estimator, "predict", estimator)

    def numbers(rows: Any) -> Array:
        found = checks.numeric("the estimator's answer", predict(rows)).astype(np.float64)
        if found.shape not in {(len(rows),), (len(rows), 1)}:
            raise InputError(f"the estimator's answer must be one number for each of {len(rows)} points, got shape {found.shape}")
        return found.reshape(-1)

    return numbers


def column_names(X: Any) -> list[str] | None:
    """Return the column names of a data frame; None of anything else."""
    return [str(name) for name in X.columns] if hasattr(X, "columns") else None


def table_like(X: Any) -> Callable[[Array], Any]:
    """Return a function that makes an array a table of X's kind: an estimator fitted on a data frame expects one."""
    if not hasattr(X, "columns"):
        return lambda rows: rows
    names = list(X.columns)
    naming = "schema" if type(X).__module__.startswith("polars") else "columns"
    return lambda rows: type(X)(rows, **{naming: names})


def network_rows(fitted: Any, X: Any, y: Any) -> tuple[Any, Any]:
    """Return X and y as a network takes them: y of an estimator's own kind becomes what its loss is about."""
    return (X, y) if isinstance(fitted, Model) else (np.asarray(X), fitted.encode_targets(y))
