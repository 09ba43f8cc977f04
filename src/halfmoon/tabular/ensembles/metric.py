"""What counts: the number by which members are weighted, lower for better."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin, RegressorMixin
from sklearn.metrics import get_scorer, get_scorer_names, roc_auc_score

from halfmoon.base import checks
from halfmoon.base.checks import Array
from halfmoon.base.errors import InputError

Cost = Callable[[Array, Array, Array | None], float]
"""Takes targets (n,), predictions (n, k) and weights, and returns a number that is lower for better ones."""

BESIDE = 0.02
"""How much the log-loss counts beside the share of errors, which alone hardly tells one of many alike from another."""


def log_loss(y: Array, p: Array, weights: Array | None = None) -> float:
    """Return the mean of minus the log-probability of the true class."""
    return float(np.average(-np.log(p[np.arange(len(y)), y]), weights=weights))


def error_rate(y: Array, p: Array, weights: Array | None = None) -> float:
    """Return the share of rows whose class is wrong, and a little of the log-loss."""
    return float(np.average(p.argmax(axis=1) != y, weights=weights)) + BESIDE * log_loss(y, p, weights)


def ranking_loss(y: Array, p: Array, weights: Array | None = None) -> float:
    """Return 1 - the area under the ROC curve, the mean over the classes that are there, each against all others."""
    numbers = range(p.shape[1]) if p.shape[1] > 2 else [1]  # noqa: PLR2004 - two classes
    there = [number for number in numbers if 0 < (y == number).sum() < len(y)]
    areas = [roc_auc_score(y == number, p[:, number], sample_weight=weights) for number in there]
    return 1 - float(np.mean(areas)) if areas else 0.5


def root_mean_squared_error(y: Array, found: Array, weights: Array | None = None) -> float:
    """Return the root of the mean squared error."""
    return float(np.sqrt(np.average((found[:, 0] - y) ** 2, weights=weights)))


def mean_absolute_error(y: Array, found: Array, weights: Array | None = None) -> float:
    """Return the mean absolute error."""
    return float(np.average(np.abs(found[:, 0] - y), weights=weights))


def quantile_loss(levels: tuple[float, ...]) -> Cost:
    """Return the cost of quantiles: the mean pinball loss."""

    def cost(y: Array, found: Array, weights: Array | None = None) -> float:
        over = y[:, None] - found
        return float(np.average(np.maximum(np.array(levels) * over, (np.array(levels) - 1) * over).mean(axis=1), weights=weights))

    return cost


CLASSIFICATION: dict[str, Cost] = {"log_loss": log_loss, "accuracy": error_rate, "auc": ranking_loss}
REGRESSION: dict[str, Cost] = {"rmse": root_mean_squared_error, "mae": mean_absolute_error}
"""Those that need no scorer."""


class _Given(BaseEstimator):
    """What a scorer is told that an estimator predicts: rows are their own numbers."""

    def __init__(self, predictions: Array | None = None, classes: Array | None = None) -> None:
        self.predictions, self.classes = predictions, classes

    def __sklearn_is_fitted__(self) -> bool:
        return True


class _GivenClasses(ClassifierMixin, _Given):
    @property
    def classes_(self) -> Array:
        return self.classes  # type: ignore[return-value]

    def predict_proba(self, rows: Array) -> Array:
        return self.predictions[rows[:, 0]]  # type: ignore[index]

    def predict(self, rows: Array) -> Array:
        return self.classes_[self.predict_proba(rows).argmax(axis=1)]


class _GivenNumbers(RegressorMixin, _Given):
    def predict(self, rows: Array) -> Array:
        return self.predictions[rows[:, 0], 0]  # type: ignore[index]


def scored(scoring: Any, classes: Array | None, decode: Callable[[Array], Array]) -> Cost:
    """Return the cost that a scorer of scikit-learn's makes: minus its score.

    Parameters
    ----------
    scoring : str or callable
        As scikit-learn's ``scoring``.
    classes : ndarray, optional
        Labels, of a classification.
    decode : callable
        From targets as networks see them to the caller's.
    """

    def cost(y: Array, predictions: Array, weights: Array | None = None) -> float:
        known = decode(predictions) if classes is None else predictions
        given = _GivenNumbers(known) if classes is None else _GivenClasses(known, classes)
        options = {} if weights is None or not _takes_weights(scorer) else {"sample_weight": weights}
        try:
            return -float(scorer(given, np.arange(len(y))[:, None], decode(y), **options))
        except (ValueError, TypeError, AttributeError) as error:
            raise InputError(f"metric must be one for these targets, {scoring!r} cannot be used: {' '.join(str(error).split())}") from error

    scorer = get_scorer(scoring) if isinstance(scoring, str) else scoring
    return cost


def _takes_weights(scorer: Any) -> bool:
    return hasattr(scorer, "_score_func")  # one of scikit-learn's own; a function of the caller's takes what it takes


def check_metric(metric: Any, known: dict[str, Cost]) -> None:
    """Raise InputError where a metric is none."""
    if not (metric is None or callable(metric)):
        checks.one_of("metric", metric, dict.fromkeys([*known, *get_scorer_names()]))
