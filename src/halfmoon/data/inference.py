"""What the columns of a table are: from cells as a file has them to numbers, dates, truth values and categories.

It is found out from all rows, before any are held out, so that rows are counted as in the file; each column's format is then a
record, by which the same cell is read the same way in any other file.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, NamedTuple

import polars as pl

from halfmoon.base.errors import InputError
from halfmoon.data import identifiers, values
from halfmoon.data.column_options import ColumnOptions
from halfmoon.data.forks import check_not_forked
from halfmoon.data.formats.contract import Format
from halfmoon.data.formats.text import TextFormat
from halfmoon.data.formats.truth import TruthFormat
from halfmoon.data.frames import frame_of
from halfmoon.data.notes import Note, abridged, examples, name_of
from halfmoon.data.remedies import remedy
from halfmoon.data.targets import format_of
from halfmoon.data.translations import say
from halfmoon.data.written_column import WHY_TEXT, TypedColumn, WrittenColumn

COMPACT = (1900_01_01, 2100_12_31)
"""Whole numbers from and to which a column may hold dates without any mark."""

SECONDS = (2**29, 2**32)
"""Of a moment from 1987 to 2106, since 1970."""

MOMENTS = {0: "dates", 1: "seconds since 1970", 1000: "milliseconds since 1970"}
"""What whole numbers may be, by how many of them make a second."""

TIME_NAME = re.compile(r"time|date|stamp|epoch|^ts$|时间|日期", re.IGNORECASE)
CODE_NAME = re.compile(
    r"(zip|post|postal|plz)?code$|(^|[\s_.-])(zip|plz|type|category|class|group|cluster)$|(编码|代码|邮编|类别|类型)$", re.IGNORECASE
)
"""What columns of moments, and of numbers that are no quantities, are called."""


class TypedTable(NamedTuple):
    """A table whose columns have their types.

    Attributes
    ----------
    frame : polars.DataFrame
    formats : dict of str to Format
        Of the columns to learn from and of the target.
    left_out : tuple of str
        Columns that there is nothing to learn from, or that were not asked for.
    notes : tuple of str
        Sentences about columns and cells.
    """

    frame: pl.DataFrame
    formats: dict[str, Format]
    left_out: tuple[str, ...]
    notes: tuple[str, ...]


def infer(frame: Any, target: str, options: ColumnOptions | None = None) -> TypedTable:
    """Find out what the columns of a table are, and read them.

    Parameters
    ----------
    frame : DataFrame, Arrow table or dict of columns
        Of any library. Columns of text with cells as a file has them, or columns that have a type already.
    target : str
        The column to be predicted.
    options : ColumnOptions, optional
        What is already known of the columns.

    Returns
    -------
    TypedTable
        Its ``frame``, whose columns have types, the ``formats`` of their cells, ``left_out`` and ``notes``.

    Raises
    ------
    InputError
        When a column cannot be read, or may be read in several ways.

    Examples
    --------
    >>> import polars as pl
    >>> from halfmoon.data import infer
    >>> table = infer(pl.DataFrame({"day": ["2024-01-31", "2024-02-01"], "price": ["1,5", "2,5"]}), "price")
    >>> table.frame["price"].to_list()
    [1.5, 2.5]
    """
    check_not_forked()
    frame = values.table(frame_of(frame, "the table"))
    values.check_names([target], frame.columns)
    asked = (options or ColumnOptions()).resolved(frame.columns, target)
    names = [name for name in frame.columns if _is_wanted(name, target, asked)]
    typed_so = [name for name in names if values.is_category(frame[name]) and name not in asked.number]
    reading = replace(asked, category=(*asked.category, *typed_so))
    written = {name: WrittenColumn(frame[name], reading) for name in names if values.is_text(values.scalar(frame[name]))}
    points = "." if any(frame[name].dtype.is_float() for name in names) else None
    decimal = asked.decimal or _common([each.decimal for each in written.values()]) or points
    found: dict[str, TypedColumn] = {}
    for name in names:
        column = written.get(name)
        typed = _as_typed(frame[name], asked, target) if column is None else column.typed(decimal)
        found[name] = _with_words(typed, frame[name]) if name == target else typed
    left_out, notes = _left_out(frame, found, target, asked)
    kept = [name for name in names if name not in left_out]
    read = frame.with_columns(*[found[name].values.alias(name) for name in kept])
    said = [note for name in names for note in found[name].notes if name in kept or note.kind in WHY_TEXT]
    said += notes
    rest = tuple(name for name in frame.columns if name not in kept)
    return TypedTable(read, {name: found[name].format for name in kept}, rest, abridged(said))


def _is_wanted(name: str, target: str, asked: ColumnOptions) -> bool:
    return name == target or (name not in asked.drop and (not asked.columns or name in asked.columns))


def _common(marks: list[str | None]) -> str | None:
    """Return the decimal mark that most columns show."""
    commas, points = marks.count(","), marks.count(".")
    return None if commas == points else "," if commas > points else "."


def _left_out(frame: pl.DataFrame, found: dict[str, TypedColumn], target: str, asked: ColumnOptions) -> tuple[set[str], list[Note]]:
    """Return the columns that there is nothing to learn from, and what is said of them."""
    kept = {*asked.columns, *asked.category, *asked.number}
    reasons: dict[str, identifiers.Reason] = {}
    for name, each in found.items():
        reason = None if name == target else identifiers.reason_to_leave_out(each.values, frame[name])
        if reason is not None and (name not in kept or reason.kind == identifiers.EMPTY):
            reasons[name] = reason
    notes: list[Note] = []
    if len(reasons) == len(found) - 1:  # what numbers the rows is better than nothing
        useful = [name for name, reason in reasons.items() if reason.kind != identifiers.EMPTY]
        notes = [identifiers.kept_note(name, reasons.pop(name)) for name in useful]
    return set(reasons), [*notes, *(identifiers.left_out_note(name, reason) for name, reason in reasons.items())]


def _as_typed(series: pl.Series, asked: ColumnOptions, target: str) -> TypedColumn:
    """Return a column that has a type already."""
    name = series.name
    if name in asked.category:
        return TypedColumn(series.cast(pl.String), TextFormat())
    if name in asked.number and not values.is_number(series) and series.dtype != pl.Null:
        raise InputError(f"the column {name_of(name)} must hold numbers to be one of them, its type is {series.dtype}")
    format_ = format_of(series)
    read = format_.read(series).values
    if values.may_be_too_large(read):
        values.numbers(read)  # which tells its row
    open_ = read.dtype.is_integer() and name != target and name not in asked.number and read.min() != read.max()
    return TypedColumn(read, format_, tuple(_other_meanings(read)) if open_ else ())


def _other_meanings(series: pl.Series) -> Iterator[Note]:
    """Say of whole numbers that vary what else they may be."""
    name, shown = name_of(series.name), examples(series, series.is_not_null().arg_true().head(1))
    what = _moments(series)
    if what is not None:
        text = "The column {name} is read as numbers, though they look like {what}, {shown}; written as 2020-01-31 they are read as dates."
        yield Note("looks like moments", series.name, say(text, name=name, what=say(MOMENTS[what]), shown=shown))
    elif CODE_NAME.search(series.name):
        text = "The column {name} is read as numbers, {shown}; {category} takes them for codes, each a level of its own."
        yield Note("looks like codes", series.name, say(text, name=name, shown=shown, category=remedy("category")))


def _moments(series: pl.Series) -> int | None:
    """Return which of ``MOMENTS`` whole numbers may be: dates without any mark, as 20200131, or seconds by the column's name."""
    low, high = int(series.min()), int(series.max())  # type: ignore[arg-type]
    if COMPACT[0] <= low <= high <= COMPACT[1]:
        known = series.drop_nulls().unique()
        return None if known.cast(pl.String).str.to_date("%Y%m%d", strict=False).null_count() else 0
    if not TIME_NAME.search(series.name):
        return None
    return next((unit for unit in MOMENTS if SECONDS[0] * unit <= low <= high <= SECONDS[1] * unit), None)


def _with_words(typed: TypedColumn, series: pl.Series) -> TypedColumn:
    """Return a target whose truth values are the words that its file uses, since they are what is predicted."""
    format_ = typed.format
    if not isinstance(format_, TruthFormat) or not values.is_text(series):
        return typed
    words = typed.values.replace_strict([True, False], [format_.true, format_.false], default=None, return_dtype=pl.String)
    return replace(typed, values=words)
