"""What turns a table into numbers: fitted on the training part, saved with the model as plain data."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
import polars as pl

from halfmoon.base import checks
from halfmoon.base.checks import Array
from halfmoon.base.errors import InputError
from halfmoon.base.language import english
from halfmoon.base.record import Record, record
from halfmoon.data import values
from halfmoon.data.columns import Category, Column, Date, Number
from halfmoon.data.formats.contract import Format
from halfmoon.data.formats.date import DateFormat
from halfmoon.data.formats.number import NumberFormat
from halfmoon.data.formats.text import TextFormat
from halfmoon.data.identifiers import left_out_note, without_values
from halfmoon.data.notes import abridged, name_of, names_of, quoted
from halfmoon.data.remedies import remedy
from halfmoon.data.targets import Classes, Quantity, format_of, target_column, task_of
from halfmoon.data.translations import say


@record
class Preparation(Record):
    """How a table becomes X and y; it is a record, so it is saved and compared as any other.

    Parameters
    ----------
    columns : tuple of Number, Category or Date
        In the order of their features.
    target : Classes or Quantity
        How the column to be predicted becomes numbers: by its classes, or standardised.
    left_out : tuple of str
        Columns that training had and that there was nothing to learn from.

    Examples
    --------
    >>> from halfmoon import data
    >>> frame = data.load("iris").frame
    >>> preparation = data.fit(frame, "species").preparation
    >>> preparation.features(frame).shape, preparation.targets(frame).shape
    ((150, 4), (150,))
    """

    columns: tuple[Column, ...]
    target: Classes | Quantity
    left_out: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for column in checks.instance("columns", self.columns, tuple, "a tuple of columns"):
            checks.instance("columns", column, Column, "columns such as Number or Category")
        if not self.columns:
            raise InputError("columns must name at least one column to learn from, got none")
        checks.instance("target", self.target, (Classes, Quantity), "Classes or a Quantity")
        for name in checks.instance("left_out", self.left_out, tuple, "a tuple of names"):
            checks.instance("left_out", name, str, "names of columns")

    @property
    def feature_names(self) -> tuple[str, ...]:
        """One name for each feature, as ``age`` or ``city=Paris``."""
        return tuple(name for column in self.columns for name in column.feature_names)

    @property
    def names(self) -> tuple[str, ...]:
        """Columns that a table may be expected to have: those to learn from, and the target."""
        return (*(each.name for each in self.columns), self.target.name)

    @property
    def texts(self) -> tuple[str, ...]:
        """Columns whose cells must not be taken for plain numbers when a text file is read: their format says what they are."""
        every = [*self.columns, self.target]
        return tuple(each.name for each in every if not (isinstance(each.format, NumberFormat) and each.format.plain))

    def read(self, frame: pl.DataFrame) -> ReadTable:
        """Read the cells of another table as those of the training's were read.

        Parameters
        ----------
        frame : polars.DataFrame
            With every column of the preparation, of texts as a file has them or of types; a table that was read stays as it is.

        Returns
        -------
        ReadTable
            The table with its types, and what is to be said of cells and columns.

        Raises
        ------
        InputError
            When the table is empty, misses a column, or one holds another kind of values than in training.
        """
        values.check_names([each.name for each in self.columns], values.table(frame).columns, taken=(*self.names, *self.left_out))
        found = {each.name: each.read(values.column(frame, each.name)) for each in self.columns}
        known = {*found, self.target.name, *self.left_out}
        extra = [name for name in frame.columns if name not in known]
        notes = [note for each in found.values() for note in each.notes]
        unused = [say("Columns that training did not have are not used: {names}.", names=names_of(extra))] if extra else []
        unused += [_without_values(name, frame.height) for name, each in found.items() if not each.notes and _is_empty(each.values)]
        return ReadTable(frame.with_columns(*[each.values.alias(name) for name, each in found.items()]), abridged(notes), tuple(unused))

    def features(self, frame: pl.DataFrame, dtype: Any = np.float64) -> Array:
        """Return the features of a table.

        Parameters
        ----------
        frame : polars.DataFrame
            With every column of the preparation; others are ignored.
        dtype : {"float64", "float32"}
            Of the features.

        Returns
        -------
        ndarray, shape (n, width)
            Of ``dtype`` and finite.

        Raises
        ------
        InputError
            When the table is empty, misses a column, or has something else than numbers that fit in a column of numbers.
        """
        kind, read = checks.dtype("dtype", dtype), self.read(frame).frame
        return np.ascontiguousarray(np.hstack([_fitting(each, read[each.name], kind) for each in self.columns]))

    def targets(self, frame: pl.DataFrame) -> Array:
        """Return the targets of a table.

        Parameters
        ----------
        frame : polars.DataFrame
            With the target's column.

        Returns
        -------
        ndarray, shape (n,)
            int64 class numbers, or float64 standardised numbers.

        Raises
        ------
        InputError
            When the table is empty, or the column or a value is missing or of another kind.
        """
        return self.target.encode(values.table(frame))


class ReadTable(NamedTuple):
    """Another table, read as the training's was.

    Attributes
    ----------
    frame : polars.DataFrame
    notes : tuple of str
        Sentences about cells that count as missing, or are not taken as they stand.
    unused : tuple of str
        Sentences about columns that training did not have, and about those without any value.
    """

    frame: pl.DataFrame
    notes: tuple[str, ...] = ()
    unused: tuple[str, ...] = ()


def _is_empty(read: pl.Series) -> bool:
    """Return whether a column of several rows has no value; one row may well lack something."""
    return len(read) > 1 and bool(values.missing(read).all())


def _without_values(name: str, rows: int) -> str:
    """Return what is said of such a column."""
    return say("The column {name} has no value in any of the {rows:,} rows; it counts as missing.", name=name_of(name), rows=rows)


def _fitting(column: Column, series: pl.Series, kind: np.dtype[Any]) -> Array:
    """Return the features of one column in a dtype that they fit in."""
    found = column.features(series)
    large = (np.abs(found) > np.finfo(kind).max).any(axis=1)
    if large.any():
        row = int(large.argmax())
        raise InputError(
            f"the column {name_of(column.name)} must hold numbers that fit in {kind}, got {quoted(series[row])} in row {row + 1}"
        )
    return found.astype(kind)


class Fitted(NamedTuple):
    """What :func:`fit` found: the preparation, and sentences about columns that were left out or cut down."""

    preparation: Preparation
    notes: tuple[str, ...] = ()


def fit(
    frame: pl.DataFrame, target: str, *, formats: Mapping[str, Format] | None = None, left_out: tuple[str, ...] = (),
    task: str | None = None, standardise: bool = True, most_levels: int = 50,
) -> Fitted:  # fmt: skip
    """Find out from the training part how a table becomes numbers.

    Parameters
    ----------
    frame : polars.DataFrame
        The training part, without rows that miss the target.
    target : str
        The column to be predicted.
    formats : mapping of str to Format, optional
        How the cells of each column were read, and so which to learn from; by default all of ``frame``, as their types are.
    left_out : tuple of str
        Columns that there is nothing to learn from.
    task : str, optional
        "classification" or "regression"; by default the target shows which (see :func:`halfmoon.data.find_task`).
    standardise : bool
        Whether numbers are brought to mean 0 and standard deviation 1.
    most_levels : int
        A category keeps at most so many levels, the most frequent, and one for missing values.

    Returns
    -------
    Fitted
        Its ``preparation``, and ``notes``, sentences about columns that were left out or cut down.

    Raises
    ------
    InputError
        When a column cannot become numbers, or there is nothing to learn from or to predict.

    Examples
    --------
    >>> from halfmoon import data
    >>> frame = data.load("iris").frame
    >>> [column.name for column in data.fit(frame, "species").preparation.columns]
    ['sepal length (cm)', 'sepal width (cm)', 'petal length (cm)', 'petal width (cm)']
    """
    checks.flag("standardise", standardise)
    checks.whole("most_levels", most_levels)
    series = target_column(values.table(frame), target)
    known = {name: format_of(frame[name]) for name in frame.columns} if formats is None else formats
    found = task_of(series, task, known[target])[0]
    learned = (
        Classes.fitted(series, known[target]) if found == Classes.task else Quantity.fitted(series, known[target], standardise=standardise)
    )
    columns: list[Column] = []
    notes, empty = [], []
    for name, format_ in known.items():
        each = frame[name]
        if name == target:
            continue
        if values.missing(values.scalar(each)).all():
            notes.append(left_out_note(name, without_values()).text)
            empty.append(name)
        elif isinstance(format_, TextFormat):
            columns.append(Category.fitted(each, format_, most_levels=most_levels))
            levels = each.drop_nulls().n_unique()
            if levels > most_levels:
                text = "The column {name} keeps the {kept} most frequent of its {levels:,} levels; {drop} leaves it out."
                notes.append(say(text, name=name_of(name), kept=most_levels, levels=levels, drop=remedy("drop")))
        elif isinstance(format_, DateFormat):
            columns.append(Date.fitted(each, format_, standardise=standardise))
        else:
            columns.append(Number.fitted(each, format_, standardise=standardise))
    if not columns:
        has = english(names_of, frame.columns)
        raise InputError(f"the table must have a column with values besides the target {name_of(target)}, it has {has}")
    return Fitted(Preparation(tuple(columns), learned, (*left_out, *empty)), tuple(notes))
