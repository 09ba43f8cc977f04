"""How good a model is on a table, and beside it how good one is that has learnt nothing."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

import numpy as np
import polars as pl
from sklearn.metrics import accuracy_score, log_loss, mean_absolute_error, r2_score, recall_score

from halfmoon.base.checks import Array
from halfmoon.base.errors import InputError
from halfmoon.data import values
from halfmoon.data.frames import frame_of
from halfmoon.data.notes import name_of, quoted
from halfmoon.data.targets import Classes, Quantity, missing_targets
from halfmoon.tabular.table_ensemble import TableEnsemble
from halfmoon.tabular.table_model import Predicted, TableModel
from halfmoon.tabular.translations import say

UNEVEN = 1.5
"""So many times the rows of the rarest class has the most frequent one where each class's recall is said."""

SHOWN_CLASSES = 8
"""Of many classes those with the lowest recall are shown."""


LARGEST_READABLE = 1e12
"""Below it a number is written without an exponent."""


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
    figures : dict of str to float
        All by name: rows; accuracy, balanced_accuracy and log_loss, or r2 and mean_absolute_error.

    Examples
    --------
    >>> from halfmoon.data import load
    >>> from halfmoon.tabular import Recipe, fit, prepare, score
    >>> prepared = prepare(load("iris").frame, "species", Recipe())
    >>> found = score(fit(prepared), prepared.test)
    >>> sorted(found.figures)
    ['accuracy', 'balanced_accuracy', 'log_loss', 'rows']
    """

    value: float
    text: str
    details: tuple[str, ...] = ()
    figures: Mapping[str, float] = MappingProxyType({})


def score(model: TableModel, frame: Any) -> Score:
    """Return how good a model is on the rows of a table that have a target.

    Of classes: accuracy, balanced accuracy (the mean of the classes' recalls) and log-loss; of a quantity: R² and the mean absolute
    error (MAE) in the table's own units; R² of a single row is 0.

    Raises
    ------
    InputError
        When no row has a target, or one has a value that is none of the training's.

    Examples
    --------
    >>> from halfmoon.data import load
    >>> from halfmoon.tabular import Recipe, fit, prepare, score
    >>> prepared = prepare(load("iris").frame, "species", Recipe())
    >>> score(fit(prepared), prepared.test).value > 0.8
    True
    """
    target, frame = model.preparation.target, values.table(frame_of(frame, "the table"))
    encoded, known = known_targets(target, values.column(frame, target.name))
    if not known.any():
        raise InputError(f"the target {name_of(target.name)} must have values, all {len(known)} rows miss it")
    rows = frame.filter(pl.Series(known))
    found, y = model.predicted(rows), encoded[known]
    return score_of(target, y, found if model.has_probabilities else Predicted(found.answers, None))


def known_targets(target: Classes | Quantity, column: pl.Series) -> tuple[Array, Array]:
    """Return the targets of rows as numbers, and which of them there are."""
    encoded = target.encode_known(column)
    return encoded, ~missing_targets(encoded)


def held_out_score(model: TableEnsemble, training: pl.DataFrame) -> Score | None:
    """Return how good the members of an ensemble are on rows that they were not trained on; None where there are none.

    Parameters
    ----------
    model : TableEnsemble
        In memory since it was trained, or of a file.
    training : polars.DataFrame
        The rows that it was trained on, in their order.
    """
    target, numbers = model.preparation.target, model.estimator.oof_predictions_.reshape(training.height, -1)
    known = np.isfinite(numbers).all(axis=1)
    if not known.any():
        return None
    found = Predicted(numbers[known].argmax(axis=1), numbers[known]) if isinstance(target, Classes) else Predicted(numbers[known, 0], None)
    return score_of(target, target.encode(training)[known], found)


def score_of(target: Classes | Quantity, y: Array, found: Predicted) -> Score:
    """Return how good predictions are, as :func:`score` does.

    Parameters
    ----------
    target : Classes or Quantity
    y : ndarray, shape (n,)
        Class numbers, or standardised numbers.
    found : Predicted
        Of the same rows; without ``shares`` there is no log-loss.
    """
    return _of_classes(target, y, found) if isinstance(target, Classes) else _of_quantity(target, y, found.answers)


def baseline(target: Classes | Quantity, y: Array) -> dict[str, float]:
    """Return the figures of answering the same to every row: the most frequent class, the classes' shares, the mean.

    Parameters
    ----------
    target : Classes or Quantity
    y : ndarray, shape (n,)
        Class numbers, or standardised numbers.
    """
    if not isinstance(target, Classes):
        return {"r2": 0.0, "mean_absolute_error": float(np.abs(y - y.mean()).mean() * target.scale)}
    counts = np.unique(y, return_counts=True)[1]
    shares = counts / len(y)
    return {"accuracy": float(shares.max()), "balanced_accuracy": 1 / len(counts), "log_loss": abs(float((shares * np.log(shares)).sum()))}


def _of_quantity(target: Quantity, y: Array, predicted: Array) -> Score:
    value = float(r2_score(y, predicted)) if len(y) > 1 else 0.0
    errors = [mean_absolute_error(y, predicted) * target.scale, baseline(target, y)["mean_absolute_error"]]
    text = "R² {r2:.3f}, MAE {error} in {name} ({rows:,} rows; always answering the mean has R² 0, MAE {base})"
    error, base = map(_readable, errors)
    said = say(text, r2=value, error=error, name=name_of(target.name), rows=len(y), base=base)
    return Score(value, said, figures={"rows": len(y), "r2": value, "mean_absolute_error": float(errors[0])})


def _readable(number: float) -> str:
    """Return a number with four digits that count, or all in front of the point while those can be read."""
    return f"{number:,.0f}" if 1000 <= number < LARGEST_READABLE else f"{number:.4g}"  # noqa: PLR2004 - four digits


def _of_classes(target: Classes, y: Array, found: Predicted) -> Score:
    predicted = found.answers
    present, counts = np.unique(y, return_counts=True)
    value, base = float(accuracy_score(y, predicted)), baseline(target, y)
    text = "accuracy {accuracy:.1%} ({right:,} of {rows:,} rows right; always answering {label}, the most frequent, {base:.1%})"
    frequent = quoted(target.labels[present[counts.argmax()]])
    text = say(text, accuracy=value, right=round(value * len(y)), rows=len(y), label=frequent, base=base["accuracy"])
    recalls = recall_score(y, predicted, labels=present, average=None, zero_division=0)
    numbers = {"rows": len(y), "accuracy": value, "balanced_accuracy": float(recalls.mean())}
    balanced = "balanced accuracy {balanced:.1%} (always the same: {base:.1%})"
    figures = [say(balanced, balanced=recalls.mean(), base=base["balanced_accuracy"])]
    if found.shares is not None:
        total = found.shares.sum(axis=1, keepdims=True)  # whose sum is 1 in float64 too
        loss = log_loss(y, found.shares / total, labels=np.arange(len(target.labels)))
        numbers["log_loss"] = float(loss)
        figures.append(say("log-loss {loss:.4g} (always the classes' shares: {base:.4g})", loss=loss, base=base["log_loss"]))
    details = [say(", ").join(figures)]
    if counts.max() > UNEVEN * counts.min():
        details.append(say("recall {recalls}", recalls=_recalls(target, present, counts, recalls)))
    return Score(value, text, tuple(details), numbers)


def _recalls(target: Classes, present: Array, counts: Array, recalls: Array) -> str:
    """Return the recall of each class, or of many classes the lowest ones."""
    order = np.argsort(recalls, kind="stable")[:SHOWN_CLASSES] if len(present) > SHOWN_CLASSES else range(len(present))
    text = "{label} {recall:.1%} of {rows:,}"
    shown = [say(text, label=quoted(target.labels[present[each]]), recall=recalls[each], rows=counts[each]) for each in order]
    more = len(present) - len(shown)
    return say(", ").join(shown) + (say(", and higher for {more} more classes", more=more) if more else "")
