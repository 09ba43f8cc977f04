"""The column to be predicted: classes or a quantity, and how it is found out which."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np
import polars as pl

from halfmoon.base import checks
from halfmoon.base.checks import Array
from halfmoon.base.errors import InputError
from halfmoon.base.record import Record, checked, record
from halfmoon.data import values

TASKS = ("classification", "regression")
MOST_CLASSES = 1000
MOST_INTEGER_CLASSES = 20

SIGNED = checks.from_to(-(2**63), 2**63 - 1)
"""Whole numbers that a column can hold."""

Label = str | int | float | bool


@record
class Classes(Record):
    """A target of classes, numbered in the order of their labels.

    Parameters
    ----------
    name : str
        The column's.
    labels : tuple of str, int, float or bool
        Sorted, at least two.
    """

    name: str = checked(checks.kind(str, "text"))
    labels: tuple[Label, ...]
    task: ClassVar[str] = "classification"

    def __post_init__(self) -> None:
        super().__post_init__()
        if len(checks.instance("labels", self.labels, tuple, "a tuple of labels")) <= 1:
            raise InputError(f"the target {self.name!r} must have at least two classes, it has only {values.some(self.labels)}")
        kinds = {type(checks.instance("labels", label, (str, int, float, bool), "texts, numbers or truth values")) for label in self.labels}
        if len(kinds) > 1 or len(set(self.labels)) < len(self.labels):
            raise checks.fail("labels", self.labels, "different labels of one type")
        for label in self.labels if kinds <= {int, float} else ():
            (SIGNED if isinstance(label, int) else checks.number)("labels", label)

    @classmethod
    def fitted(cls, series: pl.Series) -> Classes:
        """Return the classes that a training column shows."""
        found = _labels(series, text=values.is_text(series))
        labels = sorted(set(found))
        if len(labels) > MOST_CLASSES or (values.is_text(series) and len(labels) == len(found) > 1):
            raise InputError(
                f"the target {series.name!r} must have classes with several rows each, at most {MOST_CLASSES} of them, "
                f"got {len(labels)} in {len(found)} rows; it looks like an identifier"
            )
        return cls(series.name, tuple(labels))

    def encode(self, frame: pl.DataFrame) -> Array:
        """Return the number of each row's class, int64 of shape (n,).

        Raises
        ------
        InputError
            When the column or a value is missing, or a value is no label.
        """
        series = values.column(frame, self.name)
        numbers = {label: number for number, label in enumerate(self.labels)}
        found = _labels(series, text=isinstance(self.labels[0], str))
        encoded = np.array([numbers.get(label, -1) for label in found], dtype=np.int64)
        if (encoded < 0).any():
            row = int((encoded < 0).argmax())
            raise InputError(f"the column {self.name!r} must hold {values.some(self.labels)}, got {found[row]!r} in row {row + 1}")
        return encoded

    def decode(self, indices: Any) -> pl.Series:
        """Return the labels of class numbers."""
        return pl.Series(self.name, list(self.labels)).gather(np.asarray(indices, dtype=np.int64))


@record
class Quantity(Record):
    """A target y that is a number; it becomes (y - mean) / scale.

    Parameters
    ----------
    name : str
        The column's.
    mean, scale : float
        Of the training part.
    """

    task: ClassVar[str] = "regression"

    name: str = checked(checks.kind(str, "text"))
    mean: float = checked(checks.number)
    scale: float = checked(checks.positive)

    @classmethod
    def fitted(cls, series: pl.Series, *, standardise: bool) -> Quantity:
        """Return the quantity that a training column shows."""
        if values.is_text(series):
            raise InputError(f"the target {series.name!r} must hold numbers for regression, it holds text such as {series[0]!r}")
        found = values.numbers(series)
        if found.min() == found.max():
            raise InputError(f"the target {series.name!r} must have at least two different values, it has only {found[0]:g}")
        return cls(series.name, *(values.mean_and_scale(found) if standardise else (0.0, 1.0)))

    def encode(self, frame: pl.DataFrame) -> Array:
        """Return the standardised numbers, float64 of shape (n,).

        Raises
        ------
        InputError
            When the column or a value is missing, or a value is no number.
        """
        return (values.numbers(values.complete(values.column(frame, self.name))) - self.mean) / self.scale

    def decode(self, standardised: Any) -> pl.Series:
        """Return numbers in the units of the table."""
        return pl.Series(self.name, np.asarray(standardised, dtype=np.float64) * self.scale + self.mean)


def task_of(target: Any, task: str | None) -> tuple[str, str]:
    """Return the task that was asked for, by default the one that :func:`find_task` finds, and why in a sentence."""
    return find_task(target) if task is None else (checks.one_of("task", task, TASKS), f"{task.capitalize()}, as asked.")


def find_task(target: Any) -> tuple[str, str]:
    """Return the task that targets ask for, and why in a sentence.

    Text and truth values are classes, numbers with fractions a quantity. Whole numbers are classes where there are two,
    or at most ``MOST_INTEGER_CLASSES`` that make fewer than a tenth of the rows.
    The target is a Polars series or an array.
    """
    series = target if isinstance(target, pl.Series) else pl.Series("y", np.ravel(target).tolist(), strict=False)
    name, rows = repr(series.name), len(series)
    if values.is_text(series):
        return "classification", f"Classification, because {name} holds text."
    if series.dtype == pl.Boolean:
        return "classification", f"Classification, because {name} holds truth values."
    found = values.numbers(series.filter(~pl.Series(values.missing(series))))
    if (found % 1 != 0).any():
        return "regression", f"Regression, because {name} holds numbers with fractions."
    distinct = len(np.unique(found))
    if distinct in {1, 2} or (distinct <= MOST_INTEGER_CLASSES and distinct * 10 < rows):
        return "classification", f"Classification, because {name} holds only {distinct} different whole numbers in {rows} rows."
    return "regression", f"Regression, because {name} holds {distinct} different whole numbers in {rows} rows."


def target_column(frame: pl.DataFrame, name: str) -> pl.Series:
    """Return the column to be predicted if it holds numbers, truth values or text, and misses none."""
    series = values.complete(values.column(frame, name))
    if not (values.is_text(series) or values.is_number(series)):
        raise InputError(f"the target {name!r} must hold numbers, truth values or text, its type is {series.dtype}")
    return series


def drop_missing_target(frame: pl.DataFrame, target: str) -> tuple[pl.DataFrame, str | None]:
    """Leave out the rows without a target; to be called before splitting.

    Parameters
    ----------
    frame : polars.DataFrame
    target : str
        The column to be predicted.

    Returns
    -------
    frame : polars.DataFrame
    note : str or None
        A sentence, if rows were left out.

    Raises
    ------
    InputError
        When there is no such column, or nothing in it.
    """
    gaps = values.missing(values.column(values.table(frame), target))
    if gaps.all():
        raise InputError(f"the target {target!r} must have values, all {len(gaps)} rows miss it")
    if not gaps.any():
        return frame, None
    return frame.filter(pl.Series(~gaps)), f"{gaps.sum()} of {len(gaps)} rows miss the target {target!r} and are left out."


def _labels(series: pl.Series, *, text: bool) -> list[Any]:
    """Return a column as labels; equal numbers of different types are equal labels."""
    plain = values.scalar(values.complete(series))
    if text:
        return values.texts(plain)
    return (plain.cast(pl.Float64) if plain.dtype.is_decimal() else plain).to_list()
