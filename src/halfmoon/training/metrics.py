"""Metrics: what to read off a model beside its loss, and to stop on."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import numpy as np

from halfmoon.base import checks
from halfmoon.base.checks import Array
from halfmoon.base.described import Registry
from halfmoon.base.errors import InputError
from halfmoon.base.record import Record, checked, record
from halfmoon.network.model import Model


@record
class Metric(Record):
    """A number that says how good a model is.

    Parameters
    ----------
    name : str
        Its column in the history.
    function : callable
        Takes (model, X, y, weights) and returns a float; weights may be None.
    higher_is_better : bool
        Whether early stopping waits for a rise of it; else for a fall.

    Examples
    --------
    >>> def worst(model, X, y, weights):
    ...     return float(abs(model.predict_proba(X)[:, 1] - y.ravel()).max())
    ...
    >>> history = hm.train(model, X, y, epochs=2, metrics=[hm.Metric("worst", worst, higher_is_better=False)])
    >>> history["worst"].shape
    (2,)
    """

    name: str = checked(checks.kind(str, "text"))
    function: Callable[[Model, Array, Array, Array | None], float] = checked(
        checks.kind(Callable, "a function of (model, X, y, weights)")  # type: ignore[arg-type]
    )
    higher_is_better: bool = checked(checks.flag, default=True)


def accuracy(model: Model, X: Array, y: Array, weights: Array | None = None) -> float:
    """Return the share of rows whose class is right; several columns must all be right, and probabilities count by their largest."""
    found = model.predict_class(X)
    wanted = y.argmax(axis=1) if found.ndim == 1 and y.ndim > 1 and y.shape[1] > 1 else y.reshape(found.shape)
    right = found == wanted
    return float(np.average(right if right.ndim == 1 else right.all(axis=1), weights=weights))


def mean_absolute_error(model: Model, X: Array, y: Array, weights: Array | None = None) -> float:
    """Return the mean distance of the prediction from the target, over rows and columns."""
    return float(np.average(np.abs(_means(model, X) - y).mean(axis=1), weights=weights))


def r2(model: Model, X: Array, y: Array, weights: Array | None = None) -> float:
    """Return the share of the target's variance that the prediction explains, averaged over columns; 0 for the mean's own."""
    # 1 - Σ w (y - ŷ)² / Σ w (y - ȳ)²
    residual = np.average((_means(model, X) - y) ** 2, axis=0, weights=weights)
    total = np.average((y - np.average(y, axis=0, weights=weights)) ** 2, axis=0, weights=weights)
    return float(np.mean(1 - residual / np.where(total > 0, total, np.inf)))


def _means(model: Model, X: Array) -> Array:
    return model.network.loss.link.mean(model.scores(X)).astype(np.float64)


METRICS = Registry[Metric]("Every metric by name.", {
    "accuracy": Metric("accuracy", accuracy),
    "mean_absolute_error": Metric("mean_absolute_error", mean_absolute_error, higher_is_better=False),
    "r2": Metric("r2", r2),
})  # fmt: skip


RESERVED = {"epoch", "loss", "val_loss", "rate", "seconds"}
"""Columns that every history may have."""


def metrics(given: str | Metric | Iterable[str | Metric]) -> list[Metric]:
    """Return metrics by name, or as they are."""
    each = checks.listed("metrics", given, (str, Metric), f"names ({', '.join(METRICS)}) or Metric records")
    found = [metric if isinstance(metric, Metric) else METRICS[checks.one_of("metrics", metric, METRICS)] for metric in each]
    taken = [metric.name for metric in found if metric.name in RESERVED or sum(metric.name == other.name for other in found) > 1]
    if taken:
        raise InputError(f"metrics must have names of their own, got {taken[0]!r}, which is another column or stands twice")
    return found
