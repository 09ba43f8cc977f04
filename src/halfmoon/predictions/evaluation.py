"""A classifier's predictions for rows whose classes are known, in the form that scikit-learn's displays take."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from halfmoon.base import checks
from halfmoon.base.checks import Array
from halfmoon.predictions.adapters import ClassifierOutput, classifier, table_like


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
    """Return what a Model, a fitted classifier or a function predicts for rows whose classes are known.

    Parameters
    ----------
    estimator : Model, fitted classifier or callable
    X : array-like or data frame, shape (n, d)
    y : array-like, shape (n,)
        Classes as the estimator knows them.
    class_names : sequence of str, optional
        Instead of the estimator's own.

    Raises
    ------
    InputError
        When y holds no classes of the estimator's, or a name is missing.
    """
    rows = checks.matrix("X", X, np.dtype(np.float64))
    adapter = classifier(estimator)
    numbers, output = adapter.numbers("y", y, len(rows)), adapter.predict(table_like(X)(rows))
    columns = [each.shape[1] for each in (output.scores, output.probabilities) if each is not None]
    labels = 0 if adapter.labels is None else len(adapter.labels)
    count = max(*columns, labels, int(max(numbers.max(), output.classes.max())) + 1)
    names = adapter.class_names() if class_names is None else [str(name) for name in class_names]
    if names is not None and len(names) < count:
        raise checks.fail("class_names", class_names, f"a name for each of the classes 0 to {count - 1}")
    return Evaluation(numbers, output, names, list(range(count)))
