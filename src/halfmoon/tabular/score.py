"""How good a model is on a table, and beside it how good one is that has learnt nothing."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import polars as pl
from sklearn.metrics import accuracy_score, log_loss, mean_absolute_error, r2_score, recall_score

from halfmoon.base.checks import Array
from halfmoon.base.errors import InputError
from halfmoon.data import values
from halfmoon.data.notes import name_of, quoted
from halfmoon.data.targets import Classes, Quantity
from halfmoon.tabular.table_model import TableModel

UNEVEN = 1.5
"""So many times the rows of the rarest class has the most frequent one where each class's recall is said."""

SHOWN_CLASSES = 8
"""Of many classes those with the lowest recall are shown."""


class Score(NamedTuple):
    """A number that says how good a model is on a table, and the sentences that say it.

    Attributes
    ----------
    value : float
        Accuracy for classes, R² for a quantity.
    text : str
        It, beside what a model reaches that answers the same to every row.
    details : tuple of str
        Further figures.
    """

    value: float
    text: str
    details: tuple[str, ...] = ()


def score(model: TableModel, frame: pl.DataFrame) -> Score:
    """Return how good a model is on the rows of a table that have a target.

    Of classes: accuracy, balanced accuracy (the mean of the classes' recalls) and log-loss; of a quantity: R² and the mean absolute
    error (MAE) in the table's own units; R² of a single row is 0.

    Raises
    ------
    InputError
        When no row has a target, or one has a value that is none of the training's.
    """
    target = model.preparation.target
    encoded = target.encode_known(values.column(values.table(frame), target.name))
    known = ~np.isnan(encoded) if encoded.dtype.kind == "f" else encoded >= 0
    if not known.any():
        raise InputError(f"the target {name_of(target.name)} must have values, all {len(known)} rows miss it")
    rows = frame.filter(pl.Series(known))
    X, y = model.features(rows), encoded[known]
    return _of_classes(model, target, X, y) if isinstance(target, Classes) else _of_quantity(model, target, X, y)


def _of_quantity(model: TableModel, target: Quantity, X: Array, y: Array) -> Score:
    predicted = model.estimator.predict(X)
    value = float(r2_score(y, predicted)) if len(y) > 1 else 0.0
    errors = [mean_absolute_error(y, each) * target.scale for each in (predicted, np.full(len(y), y.mean()))]
    mean = f"always answering the mean has R² 0, MAE {errors[1]:.4g}"
    return Score(value, f"R² {value:.3f}, MAE {errors[0]:.4g} in {name_of(target.name)} ({len(y):,} rows; {mean})")


def _of_classes(model: TableModel, target: Classes, X: Array, y: Array) -> Score:
    predicted = model.estimator.predict(X)
    present, counts = np.unique(y, return_counts=True)
    value, most = float(accuracy_score(y, predicted)), counts.argmax()
    always = f"always answering {quoted(target.labels[present[most]])}, the most frequent, {counts[most] / len(y):.1%}"
    text = f"accuracy {value:.1%} ({round(value * len(y)):,} of {len(y):,} rows right; {always})"
    recalls = recall_score(y, predicted, labels=present, average=None, zero_division=0)
    figures = [f"balanced accuracy {recalls.mean():.1%} (always the same: {1 / len(present):.1%})"]
    if model.estimator.model_.network.loss.link.classifies:
        shares = counts / len(y)
        loss = log_loss(y, _shares(model, X), labels=np.arange(len(target.labels)))
        figures.append(f"log-loss {loss:.4g} (always the classes' shares: {-(shares * np.log(shares)).sum():.4g})")
    details = [", ".join(figures)]
    if counts.max() > UNEVEN * counts.min():
        details.append(f"recall {_recalls(target, present, counts, recalls)}")
    return Score(value, text, tuple(details))


def _shares(model: TableModel, X: Array) -> Array:
    """Return the probabilities of classes, whose sum is 1 in float64 too."""
    found = model.estimator.predict_proba(X).astype(np.float64)
    return found / found.sum(axis=1, keepdims=True)


def _recalls(target: Classes, present: Array, counts: Array, recalls: Array) -> str:
    """Return the recall of each class, or of many classes the lowest ones."""
    order = np.argsort(recalls, kind="stable")[:SHOWN_CLASSES] if len(present) > SHOWN_CLASSES else range(len(present))
    shown = [f"{quoted(target.labels[present[each]])} {recalls[each]:.1%} of {counts[each]:,}" for each in order]
    return ", ".join(shown) + (f", and higher for {len(present) - len(shown)} more classes" if len(present) > len(shown) else "")
