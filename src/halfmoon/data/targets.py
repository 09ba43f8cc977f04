"""The column to be predicted: classes or a quantity, and how it is found out which."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np
import polars as pl

from halfmoon.base import checks
from halfmoon.base.checks import Array
from halfmoon.base.errors import InputError
from halfmoon.base.language import english
from halfmoon.base.record import Record, checked, record
from halfmoon.data import values
from halfmoon.data.formats.contract import UNREAD, Format, kind_of
from halfmoon.data.formats.date import DateFormat
from halfmoon.data.formats.number import NumberFormat
from halfmoon.data.formats.text import TextFormat
from halfmoon.data.formats.truth import TruthFormat
from halfmoon.data.levels import nearest, number_levels
from halfmoon.data.notes import name_of, names_of, quoted
from halfmoon.data.remedies import remedy
from halfmoon.data.translations import say

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
    format : Format, optional
        How the cells are read; by default as suits the labels.
    """

    name: str = checked(checks.kind(str, "text"))
    labels: tuple[Label, ...]
    format: Any = checked(checks.optional(checks.kind(Format, "a Format")), default=None)
    task: ClassVar[str] = "classification"

    def __post_init__(self) -> None:
        super().__post_init__()
        if len(checks.instance("labels", self.labels, tuple, "a tuple of labels")) <= 1:
            raise InputError(
                f"the target {name_of(self.name)} must have at least two classes, it has only {english(names_of, self.labels)}"
            )
        kinds = {type(checks.instance("labels", label, (str, int, float, bool), "texts, numbers or truth values")) for label in self.labels}
        if len(kinds) > 1 or len(set(self.labels)) < len(self.labels):
            raise checks.fail("labels", self.labels, "different labels of one type")
        for label in self.labels if kinds <= {int, float} else ():
            (SIGNED if isinstance(label, int) else checks.number)("labels", label)
        if self.format is None:
            object.__setattr__(self, "format", format_of(pl.Series(list(self.labels))))

    @classmethod
    def fitted(cls, series: pl.Series, format_: Format | None = None) -> Classes:
        """Return the classes that a training column shows."""
        found = values.complete(series).to_list() if not series.dtype.is_decimal() else series.cast(pl.Float64).to_list()
        labels = sorted(set(found))
        if len(labels) > MOST_CLASSES or (values.is_text(series) and len(labels) == len(found) > 1):
            raise InputError(
                f"the target {name_of(series.name)} must have classes with several rows each, at most {MOST_CLASSES} of them, "
                f"got {len(labels)} in {len(found)} rows; it looks like an identifier"
            )
        return cls(series.name, tuple(labels), format_)

    def encode(self, frame: pl.DataFrame) -> Array:
        """Return the number of each row's class, int64 of shape (n,).

        Raises
        ------
        InputError
            When the column or a value is missing, or a value is no label.
        """
        return _all_known(self.encode_known(values.column(frame, self.name)), self.name)

    def encode_known(self, series: pl.Series) -> Array:
        """Return the number of each row's class, -1 where the target is missing.

        Raises
        ------
        InputError
            When a value is no label.
        """
        texts = isinstance(self.labels[0], str)
        if texts and (values.is_number(series) or values.is_text(series)) and not isinstance(self.format, TruthFormat):
            series = number_levels(series, [str(label) for label in self.labels])
        cells = self.format.read(series)
        found = cells.values
        if texts and isinstance(self.format, TruthFormat):
            found = found.replace_strict([True, False], [self.format.true, self.format.false], default=None, return_dtype=pl.String)
        numbers = {label: number for number, label in enumerate(self.labels)}
        listed = found.cast(pl.Float64).to_list() if found.dtype.is_decimal() else found.to_list()
        encoded = np.array([-1 if label is None or label != label else numbers.get(label, -2) for label in listed], dtype=np.int64)  # noqa: PLR0124 - NaN
        encoded[cells.rows(UNREAD).to_numpy()] = -2
        if (encoded < -1).any():
            row = int((encoded < -1).argmax())
            near = nearest(str(series[row]), [str(label) for label in self.labels])
            hint = "" if near is None else f" (did you mean {quoted(near)}?)"
            got = f"got {quoted(series[row])} in row {row + 1}{hint}"
            raise InputError(f"the column {name_of(self.name)} must hold {english(names_of, self.labels)}, {got}")
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
    format : NumberFormat or TruthFormat
        How the cells are read.
    """

    task: ClassVar[str] = "regression"

    name: str = checked(checks.kind(str, "text"))
    mean: float = checked(checks.number)
    scale: float = checked(checks.positive)
    format: NumberFormat | TruthFormat = checked(
        checks.kind((NumberFormat, TruthFormat), "a NumberFormat or a TruthFormat"), default=NumberFormat()
    )

    @classmethod
    def fitted(cls, series: pl.Series, format_: Any = None, *, standardise: bool) -> Quantity:
        """Return the quantity that a training column shows."""
        if values.is_text(series):
            first = f"it holds text such as {quoted(series[0])}"
            raise InputError(f"the target {name_of(series.name)} must hold numbers for regression, {first}")
        found = values.numbers(series)
        if found.min() == found.max():
            raise InputError(f"the target {name_of(series.name)} must have at least two different values, it has only {found[0]:g}")
        return cls(series.name, *(values.mean_and_scale(found) if standardise else (0.0, 1.0)), format_ or format_of(series))

    def encode(self, frame: pl.DataFrame) -> Array:
        """Return the standardised numbers, float64 of shape (n,).

        Raises
        ------
        InputError
            When the column or a value is missing, or a value is no number.
        """
        return _all_known(self.encode_known(values.column(frame, self.name)), self.name)

    def encode_known(self, series: pl.Series) -> Array:
        """Return the standardised numbers, NaN where the target is missing.

        Raises
        ------
        InputError
            When a value is no number.
        """
        cells = self.format.read(series)
        unread = cells.rows(UNREAD)
        if len(unread):
            raise self.format.unreadable(series, int(unread[0]))
        return (values.numbers(cells.values) - self.mean) / self.scale

    def decode(self, standardised: Any) -> pl.Series:
        """Return numbers in the units of the table."""
        return pl.Series(self.name, np.asarray(standardised, dtype=np.float64) * self.scale + self.mean)


def task_of(target: Any, task: str | None, format_: Format | None = None) -> tuple[str, str]:
    """Return the task that was asked for, by default the one that :func:`find_task` finds, and why in a sentence."""
    if task is None:
        return find_task(target, format_)
    checks.one_of("task", task, TASKS)
    return task, say("Classification, as asked." if task == "classification" else "Regression, as asked.")


def find_task(target: Any, format_: Format | None = None) -> tuple[str, str]:
    """Return the task that targets ask for, and why in a sentence.

    Text and truth values are classes, numbers with fractions a quantity. Whole numbers are classes where there are two,
    or at most ``MOST_INTEGER_CLASSES`` that make fewer than a tenth of the rows.
    The target is a Polars series or an array; its format, where it was read, tells truth values from text.
    """
    series = target if isinstance(target, pl.Series) else pl.Series("y", np.ravel(target).tolist(), strict=False)
    name, rows = name_of(series.name), len(series)
    if series.dtype == pl.Boolean or isinstance(format_, TruthFormat):
        return "classification", say("Classification, because {name} holds truth values.", name=name)
    if values.is_text(series):
        return "classification", say("Classification, because {name} holds text.", name=name)
    found = values.numbers(series.filter(~pl.Series(values.missing(series))))
    if (found % 1 != 0).any():
        return "regression", say("Regression, because {name} holds numbers with fractions.", name=name)
    distinct = len(np.unique(found))
    counts = {"name": name, "distinct": distinct, "rows": rows, **{task: remedy(task) for task in TASKS}}
    if distinct in {1, 2}:
        text = "Classification, because {name} holds only {distinct} different whole numbers in {rows} rows."
        return "classification", say(text, **counts)
    if distinct <= MOST_INTEGER_CLASSES and distinct * 10 < rows:
        text = "Classification, because {name} holds only {distinct} different whole numbers in {rows} rows; {regression} says otherwise."
        return "classification", say(text, **counts)
    plain = "Regression, because {name} holds {distinct} different whole numbers in {rows} rows."
    few = "Regression, because {name} holds {distinct} different whole numbers in {rows} rows; {classification} says otherwise."
    return "regression", say(few if distinct <= MOST_INTEGER_CLASSES else plain, **counts)


def target_column(frame: pl.DataFrame, name: str) -> pl.Series:
    """Return the column to be predicted if it holds numbers, truth values or text, and misses none."""
    series = values.complete(values.column(frame, name))
    if not (values.is_text(series) or values.is_number(series)):
        what = f"it holds {kind_of(series)}" if series.dtype.is_temporal() else f"its type is {series.dtype}"
        raise InputError(f"the target {name_of(name)} must hold numbers, truth values or text, {what}")
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
        raise InputError(f"the target {name_of(target)} must have values, all {len(gaps)} rows miss it")
    if not gaps.any():
        return frame, None
    text = "{missing} of {rows} rows miss the target {name} and are left out."
    return frame.filter(pl.Series(~gaps)), say(text, missing=gaps.sum(), rows=len(gaps), name=name_of(target))


def format_of(series: pl.Series) -> Any:
    """Return the format of a column that has been read, or was typed in its file."""
    if values.is_number(values.scalar(series)) or series.dtype == pl.Duration:
        return TruthFormat() if series.dtype == pl.Boolean else NumberFormat(truth=is_binary(series), duration=series.dtype == pl.Duration)
    return DateFormat(clock=series.dtype == pl.Time) if series.dtype.is_temporal() else TextFormat()


def is_binary(series: pl.Series) -> bool:
    """Return whether a column of numbers holds 0 and 1, and nothing else."""
    return series.dtype.is_integer() and series.min() == 0 and series.max() == 1


def missing_targets(encoded: Array) -> Array:
    """Return where encoded targets are missing: class numbers -1, numbers NaN."""
    missing: Array = np.isnan(encoded) if encoded.dtype.kind == "f" else encoded < 0
    return missing


def _all_known(encoded: Array, name: str) -> Array:
    """Return targets if none is missing."""
    gaps = missing_targets(encoded)
    if gaps.any():
        raise InputError(f"the column {name_of(name)} must have no missing values, got one in row {int(gaps.argmax()) + 1}")
    return encoded
