"""What a table's model was trained on, and how good it was: kept with it for its description, and not used in any prediction."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import polars as pl

from halfmoon.base import checks, schema
from halfmoon.base.record import Record, checked, record
from halfmoon.data import values
from halfmoon.data.columns import Category, Column, Number
from halfmoon.data.formats.truth import TruthFormat
from halfmoon.data.preparation import Preparation
from halfmoon.data.targets import Classes, Quantity

SHOWN_LEVELS = 50
"""Of a category so many levels are counted: the most frequent."""

LABEL = checks.kind((str, bool, int, float), "text, a number or a truth value")
BOUND = checks.optional(checks.kind((str, int, float), "text or a number"))


def _count(name: str, value: Any) -> tuple[Any, int]:
    """Check a label and how many rows have it."""
    if not (isinstance(value, tuple | list) and len(value) == 2):  # noqa: PLR2004 - a pair
        raise checks.fail(name, value, "a label and a whole number")
    return LABEL(name, value[0]), checks.counter(name, value[1])


@record
class ColumnFacts(Record):
    """What a column held in the rows to train on.

    Parameters
    ----------
    name : str
    holds : {"number", "truth value", "category", "date", "class"}
    missing : int
        Cells without a value.
    low, high : float or str, optional
        The smallest and the largest value, of a date as text.
    counts : tuple of (label, int)
        Of a category or a class: how many rows there are of each, the most frequent first.
    """

    name: str = checked(checks.text)
    holds: str = checked(checks.choice(["number", "truth value", "category", "date", "class"]))
    missing: int = checked(checks.counter, default=0)
    low: Any = checked(BOUND, default=None)
    high: Any = checked(BOUND, default=None)
    counts: tuple[tuple[Any, int], ...] = checked(schema.each(_count), default=())

    def __post_init__(self) -> None:
        super().__post_init__()
        if (self.low is None) != (self.high is None):
            raise checks.fail("high", self.high, f"given where low is, {self.low!r:.40}")


SCORES = schema.mapping(schema.mapping(checks.real))


@record
class TableFacts(Record):
    """What a table's model was trained on, and how good it was.

    Parameters
    ----------
    rows : dict of str to int
        How many there were for "training", for "validation" where some of those were set aside, and for "test".
    columns : tuple of ColumnFacts
        Those learned from, as the rows to train on have them.
    target : ColumnFacts
    scores : dict of str to dict
        Figures by name, such as "accuracy", of the parts "training" and "test".
    """

    rows: dict[str, int] = checked(schema.mapping(checks.counter))
    columns: tuple[ColumnFacts, ...] = checked(schema.each(checks.kind(ColumnFacts, "facts of columns")))
    target: ColumnFacts = checked(checks.kind(ColumnFacts, "facts of a column"))
    scores: dict[str, dict[str, float]] = checked(SCORES, default_factory=dict)

    __hash__ = None  # type: ignore[assignment]

    def scored(self, scores: Mapping[str, Mapping[str, float]]) -> TableFacts:
        """Return the facts with the figures of scores by part, in place of those of these parts before."""
        return replace(self, scores=self.scores | {part: dict(figures) for part, figures in scores.items()})


def facts(preparation: Preparation, training: pl.DataFrame, validation_rows: int, test_rows: int) -> TableFacts:
    """Return what a model is trained on.

    Parameters
    ----------
    preparation : Preparation
    training : polars.DataFrame
        The rows to train on, with the types that they were read as.
    validation_rows : int
        How many of them are set aside.
    test_rows : int
    """
    rows = {"training": training.height - validation_rows, "validation": validation_rows, "test": test_rows}
    columns = tuple(_facts_of(column, training[column.name]) for column in preparation.columns)
    return TableFacts({name: count for name, count in rows.items() if count}, columns, _facts_of_target(preparation.target, training))


def _facts_of(column: Column, series: pl.Series) -> ColumnFacts:
    """Return the facts of a column to learn from."""
    missing = int(values.missing(series).sum())
    if isinstance(column, Category):
        return ColumnFacts(column.name, "category", missing, counts=_counts(values.texts(series)))
    if not isinstance(column, Number):
        known = series.drop_nulls()
        low, high = (None if each is None else str(each) for each in (known.min(), known.max()))
        return ColumnFacts(column.name, "date", missing, low, high)
    return ColumnFacts(column.name, "truth value" if isinstance(column.format, TruthFormat) else "number", missing, *_range(series))


def _facts_of_target(target: Classes | Quantity, training: pl.DataFrame) -> ColumnFacts:
    """Return the facts of the column to be predicted."""
    if isinstance(target, Classes):
        numbers = target.encode(training).tolist()
        return ColumnFacts(target.name, "class", counts=_counts([target.labels[number] for number in numbers]))
    found = target.decode(target.encode(training))
    return ColumnFacts(target.name, "number", 0, *_range(found))


def _range(series: pl.Series) -> tuple[Any, Any]:
    """Return the smallest and the largest number of a column."""
    numbers = values.numbers(series)
    known = numbers[~np.isnan(numbers)]
    return (float(known.min()), float(known.max())) if known.size else (None, None)


def _counts(labels: Any) -> tuple[tuple[Any, int], ...]:
    """Return how often each label is there, the most frequent first, without what is missing."""
    counted = pl.Series("label", [each for each in labels if each is not None]).value_counts(sort=True, name="rows")
    found = sorted(counted.iter_rows(), key=lambda entry: (-entry[1], str(entry[0])))
    return tuple((label, int(rows)) for label, rows in found[:SHOWN_LEVELS])
