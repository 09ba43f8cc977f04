"""One way to ask for predictions, be the estimator a Model, one of scikit-learn's kind, or a function."""

from __future__ import annotations

from collections.abc import Callable, Sequence
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


class Classifier:
    """A Model, an estimator with ``predict``, or a function from rows to class numbers.

    Attributes
    ----------
    labels : ndarray, or None
        The label of class 0, 1, and so on, in order; None where labels are class numbers.
    """

    def __init__(self, estimator: Any) -> None:
        self._estimator, self._predict = estimator, _prediction(estimator, "class numbers")
        labels = getattr(estimator, "classes_", None)
        self.labels: Array | None = None if labels is None else np.asarray(labels)

    def predict(self, rows: Any) -> ClassifierOutput:
        """Return what it predicts for rows as a table."""
        estimator = self._estimator
        if isinstance(estimator, Model):
            return _model_output(estimator, rows)
        classes = self.numbers("the estimator's answer", self._predict(rows), len(rows))
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

    def numbers(self, name: str, labels: Any, rows: int) -> Array:
        """Return the class number of each of ``rows`` labels, which an error calls by ``name``."""
        found = checks.numeric(name, labels) if self.labels is None else np.asarray(labels)
        if found.shape != (rows,):
            raise InputError(
                f"{name} must have one class{' number' * (self.labels is None)} for each of {rows} points, got shape {found.shape}"
            )
        if self.labels is None:
            numbers = found.astype(np.intp)
            strange = found[(numbers != found) | (numbers < 0)]
            if strange.size:
                raise InputError(f"{name} must hold class numbers 0, 1, ..., got {strange[0]}")
            return numbers
        strange = found[~np.isin(found, self.labels)]
        if strange.size:
            raise checks.fail(name, strange[0], f"one of the estimator's classes {', '.join(map(str, self.labels))}")
        return np.searchsorted(self.labels, found)

    def class_names(self) -> list[str] | None:
        """Return the names of the classes; None where they are numbers alone."""
        return None if self.labels is None or self.labels.dtype.kind in "iub" else [str(label) for label in self.labels]


def _model_output(model: Model, rows: Any) -> ClassifierOutput:
    link = model.network.loss.link
    raw = model.scores(rows)
    mean, classes = np.asarray(link.mean(raw), np.float64), link.decide(raw)
    if classes.ndim != 1:
        outputs = f"{mean.shape[1]} outputs and the loss {model.network.loss!r}"
        raise InputError(f"estimator must decide on one class a row, got a model with {outputs}")
    scores = np.hstack([1 - mean, mean]) if mean.shape[1] == 1 else mean
    return ClassifierOutput(classes, scores, scores if link.classifies else None)


@dataclass(frozen=True)
class Evaluation:
    """True classes beside predicted ones.

    Attributes
    ----------
    y : ndarray of int, shape (n,)
        The true class numbers.
    output : ClassifierOutput
        What the classifier says of the same rows.
    class_names : list of str, or None
        Of class 0, 1, and so on.
    classes : list of int
        All that there are, those included that neither y nor the predictions have.
    """

    y: Array
    output: ClassifierOutput
    class_names: list[str] | None
    classes: list[int]

    @property
    def curve_classes(self) -> list[int]:
        """The classes to draw a curve of: of two, the curve of the second says what that of the first would."""
        return self.classes[1:] if len(self.classes) == 2 else self.classes  # noqa: PLR2004


def evaluate(estimator: Any, X: Any, y: Any, class_names: Sequence[str] | None) -> Evaluation:
    """Return what a Model, a fitted classifier or a function predicts for rows whose classes, as it knows them, are known.

    ``class_names`` count instead of the estimator's own. InputError where y has another class, or a name is missing.
    """
    rows = checks.matrix("X", X, np.dtype(np.float64))
    adapter = Classifier(estimator)
    numbers, output = adapter.numbers("y", y, len(rows)), adapter.predict(table_like(X)(rows))
    columns = [each.shape[1] for each in (output.scores, output.probabilities) if each is not None]
    labels = 0 if adapter.labels is None else len(adapter.labels)
    count = max(*columns, labels, int(max(numbers.max(), output.classes.max())) + 1)
    names = adapter.class_names() if class_names is None else [str(name) for name in class_names]
    if names is not None and len(names) < count:
        raise checks.fail("class_names", class_names, f"a name for each of the classes 0 to {count - 1}")
    return Evaluation(numbers, output, names, list(range(count)))


def _prediction(estimator: Any, answers: str) -> Callable[[Any], Any]:
    """Return what is called for predictions, or raise InputError where nothing gives such answers."""
    if isinstance(estimator, type) or not (hasattr(estimator, "predict") or callable(estimator)):
        raise checks.fail("estimator", estimator, f"a Model, a fitted estimator, or a function from points to {answers}")
    if hasattr(estimator, "fit") and not _is_fitted(estimator):
        raise checks.fail("estimator", estimator, "fitted: call its fit first")
    return getattr(estimator, "predict", estimator)


def _is_fitted(estimator: Any) -> bool:
    """Return whether an estimator says so, or has attributes that a fit leaves, by scikit-learn's rule."""
    if hasattr(estimator, "__sklearn_is_fitted__"):
        return bool(estimator.__sklearn_is_fitted__())
    attributes = getattr(estimator, "__dict__", None)
    return attributes is None or any(name.endswith("_") and not name.startswith("__") for name in list(attributes))


def regressor(estimator: Any) -> Callable[[Any], Array]:
    """Return a function from rows to one number each, of a Model, an estimator with ``predict``, or a function."""
    predict = _prediction(estimator, "numbers")

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
