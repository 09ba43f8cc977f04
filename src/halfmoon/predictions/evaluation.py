"""A classifier's answers for rows whose classes are known, in the form that scikit-learn's displays take."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from halfmoon.base import checks
from halfmoon.base.checks import Array
from halfmoon.predictions.adapters import Answer, classifier
from halfmoon.predictions.plane import framed


@dataclass(frozen=True)
class Judged:
    """True classes, answers, and names.

    Attributes
    ----------
    y : ndarray of int, shape (n,)
    answer : Answer
    names : list of str, or None
        Of class 0, 1, and so on.
    classes : list of int
        All that there are.
    """

    y: Array
    answer: Answer
    names: list[str] | None
    classes: list[int]

    @property
    def told(self) -> list[int]:
        """The classes to draw a curve of: of two, the second says it all."""
        return self.classes[1:] if len(self.classes) == 2 else self.classes  # noqa: PLR2004


def judge(estimator: Any, X: Any, y: Any, class_names: Sequence[str] | None) -> Judged:
    """Ask a Model, a fitted classifier or a function for the classes of rows."""
    rows = checks.matrix("X", X, np.dtype(np.float64))
    ask = classifier(estimator)
    numbers, answer = ask.number("y", y, len(rows)), ask.ask(framed(X)(rows))
    columns = [each.shape[1] for each in (answer.scores, answer.probabilities) if each is not None]
    known = [*columns, 0 if ask.labels is None else len(ask.labels), int(max(numbers.max(), answer.classes.max())) + 1]
    names = ask.names() if class_names is None else [str(name) for name in class_names]
    if names is not None and len(names) < max(known):
        raise checks.fail("class_names", class_names, f"a name for each of the classes 0 to {max(known) - 1}")
    return Judged(numbers, answer, names, list(range(max(known))))
