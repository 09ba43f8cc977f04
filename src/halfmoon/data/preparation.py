"""What turns a table into numbers: fitted on the training part, saved with the model as plain data."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import polars as pl

from halfmoon.base import checks
from halfmoon.base.checks import Array
from halfmoon.base.errors import InputError
from halfmoon.base.record import Record, record
from halfmoon.data import values
from halfmoon.data.columns import Category, Column, Number
from halfmoon.data.targets import Classes, Quantity, target_column, task_of


@record
class Preparation(Record):
    """How a table becomes X and y; it is a record, so it is saved and compared as any other.

    Parameters
    ----------
    columns : tuple of Number or Category
        In the order of their features.
    target : Classes or Quantity
    """

    columns: tuple[Column, ...]
    target: Classes | Quantity

    def __post_init__(self) -> None:
        for column in checks.instance("columns", self.columns, tuple, "a tuple of columns"):
            checks.instance("columns", column, Column, "columns such as Number or Category")
        if not self.columns:
            raise InputError("columns must name at least one column to learn from, got none")
        checks.instance("target", self.target, (Classes, Quantity), "Classes or a Quantity")

    @property
    def feature_names(self) -> tuple[str, ...]:
        """One name for each feature, as ``age`` or ``city=Paris``."""
        return tuple(name for column in self.columns for name in column.feature_names)

    @property
    def texts(self) -> tuple[str, ...]:
        """Columns that held text: in another file, whose values may all look like numbers, they are to be read as text."""
        labels = [self.target.name] if isinstance(self.target, Classes) and isinstance(self.target.labels[0], str) else []
        return (*(column.name for column in self.columns if isinstance(column, Category)), *labels)

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
        values.table(frame)
        kind = checks.dtype("dtype", dtype)
        return np.ascontiguousarray(np.hstack([_fitting(each, values.column(frame, each.name), kind) for each in self.columns]))

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


def _fitting(column: Column, series: pl.Series, kind: np.dtype[Any]) -> Array:
    """Return the features of one column in a dtype that they fit in."""
    found = column.features(series)
    large = (np.abs(found) > np.finfo(kind).max).any(axis=1)
    if large.any():
        row = int(large.argmax())
        raise InputError(f"the column {column.name!r} must hold numbers that fit in {kind}, got {series[row]!r} in row {row + 1}")
    return found.astype(kind)


class Fitted(NamedTuple):
    """What :func:`fit` found: the preparation, and sentences about columns that were left out or cut down."""

    preparation: Preparation
    notes: tuple[str, ...] = ()


def fit(frame: pl.DataFrame, target: str, *, task: str | None = None, standardise: bool = True, most_levels: int = 50) -> Fitted:
    """Find out from the training part how a table becomes numbers.

    Parameters
    ----------
    frame : polars.DataFrame
        The training part, without rows that miss the target.
    target : str
        The column to be predicted; all others are learnt from.
    task : str, optional
        "classification" or "regression"; by default the target shows which (see :func:`halfmoon.data.find_task`).
    standardise : bool
        Whether numbers are brought to mean 0 and standard deviation 1.
    most_levels : int
        A category keeps at most so many levels, the most frequent.

    Returns
    -------
    Fitted

    Raises
    ------
    InputError
        When a column cannot become numbers, or there is nothing to learn from or to predict.
    """
    checks.flag("standardise", standardise)
    checks.whole("most_levels", most_levels)
    series = target_column(values.table(frame), target)
    found = task_of(series, task)[0]
    learned = Classes.fitted(series) if found == Classes.task else Quantity.fitted(series, standardise=standardise)
    columns: list[Column] = []
    notes = []
    for each in frame.drop(target).iter_columns():
        if values.missing(values.scalar(each)).all():
            notes.append(f"The column {each.name!r} is left out, because all its values are missing.")
        elif not values.is_text(each):
            columns.append(Number.fitted(each, standardise=standardise))
        else:
            columns.append(Category.fitted(each, most_levels=most_levels))
            if each.n_unique() > most_levels:
                notes.append(f"The column {each.name!r} keeps the {most_levels} most frequent of its {each.n_unique()} levels.")
    if not columns:
        raise InputError(f"the table must have a column with values besides the target {target!r}, it has {', '.join(frame.columns)}")
    return Fitted(Preparation(tuple(columns), learned), tuple(notes))
