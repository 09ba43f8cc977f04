"""What a picture asks of an estimator, be it a Model, one of scikit-learn's kind, or a function."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from halfmoon.base import checks
from halfmoon.base.checks import Array
from halfmoon.base.errors import InputError
from halfmoon.network.model import Model

Names = list[str] | None


@dataclass(frozen=True)
class Answer:
    """What a classifier says of some rows.

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
    """One way of asking: ``ask`` takes rows as a table, ``number`` turns labels into class numbers."""

    ask: Callable[[Any], Answer]
    labels: Array | None = None

    def number(self, name: str, labels: Any, rows: int) -> Array:
        """Return the class number of each label."""
        if self.labels is None:
            return class_numbers(name, labels, rows)
        found = np.asarray(labels)
        if found.shape != (rows,):
            raise InputError(f"{name} must have one class for each of {rows} points, got shape {found.shape}")
        strange = found[~np.isin(found, self.labels)]
        if strange.size:
            raise checks.fail(name, strange[0], f"one of the estimator's classes {', '.join(map(str, self.labels))}")
        return np.searchsorted(self.labels, found)

    def names(self) -> Names:
        """Return the names of the classes; None where they are numbers alone."""
        return None if self.labels is None or self.labels.dtype.kind in "iub" else [str(label) for label in self.labels]


def classifier(estimator: Any) -> Classifier:
    """Return how to ask a Model, an estimator with ``predict``, or a function from rows to class numbers."""
    if isinstance(estimator, Model):
        return Classifier(lambda rows: _model_answer(estimator, rows))
    if hasattr(estimator, "predict"):
        labels = getattr(estimator, "classes_", None)
        labels = None if labels is None else np.asarray(labels)
        known = Classifier(lambda rows: _answer(estimator, known, rows), labels)
        return known
    if not callable(estimator):
        raise checks.fail("estimator", estimator, "a Model, a fitted estimator, or a function from points to class numbers")
    return Classifier(lambda rows: Answer(class_numbers("the estimator's answer", estimator(rows), len(rows))))


def _model_answer(model: Model, rows: Any) -> Answer:
    link = model.network.loss.link
    raw = model.scores(rows)
    mean, classes = np.asarray(link.mean(raw), np.float64), link.decide(raw)
    if classes.ndim != 1:
        outputs = f"{mean.shape[1]} outputs and the loss {model.network.loss!r}"
        raise InputError(f"estimator must decide on one class a row, got a model with {outputs}")
    scores = np.hstack([1 - mean, mean]) if mean.shape[1] == 1 else mean
    return Answer(classes, scores, scores if link.classifies else None)


def _answer(estimator: Any, known: Classifier, rows: Any) -> Answer:
    classes = known.number("the estimator's answer", estimator.predict(rows), len(rows))
    if hasattr(estimator, "predict_proba"):
        scores = probabilities = np.asarray(estimator.predict_proba(rows), np.float64)
    elif hasattr(estimator, "decision_function"):
        scores, probabilities = np.asarray(estimator.decision_function(rows), np.float64), None
        scores = np.stack([-scores, scores], axis=1) if scores.ndim == 1 else scores
    else:
        return Answer(classes)
    # Some decide by another rule than by these numbers: then these draw no boundary.
    agrees = np.array_equal(scores.argmax(axis=1), classes)
    return Answer(classes, scores if agrees else None, probabilities)


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
    """Return how to ask for one number a row."""
    if not isinstance(estimator, Model) and not hasattr(estimator, "predict") and not callable(estimator):
        raise checks.fail("estimator", estimator, "a Model, a fitted estimator, or a function from points to numbers")
    predict = getattr(estimator, "predict", estimator)

    def ask(rows: Any) -> Array:
        found = checks.numeric("the estimator's answer", predict(rows)).astype(np.float64)
        if found.shape not in {(len(rows),), (len(rows), 1)}:
            raise InputError(f"the estimator's answer must be one number for each of {len(rows)} points, got shape {found.shape}")
        return found.reshape(-1)

    return ask


def network_rows(fitted: Any, X: Any, y: Any) -> tuple[Any, Any]:
    """Return X and y as a network takes them: y of an estimator's own kind becomes what its loss is about."""
    return (X, y) if isinstance(fitted, Model) else (np.asarray(X), fitted.encode_targets(y))
