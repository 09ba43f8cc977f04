"""A table whose columns have their types, split into rows to train on and rows to test on: where every fit of a table begins."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import polars as pl

from halfmoon.base.errors import InputError
from halfmoon.data.column_options import ColumnOptions
from halfmoon.data.formats.contract import Format
from halfmoon.data.frames import frame_of
from halfmoon.data.inference import TypedTable, infer
from halfmoon.data.leaks import leak_notes
from halfmoon.data.notes import abridged, name_of, quoted
from halfmoon.data.remedies import remedy
from halfmoon.data.split import split
from halfmoon.data.targets import Classes, Quantity, drop_missing_target, target_column, task_of
from halfmoon.tabular.translations import say

UNEVEN = 4
"""So many times the rows of the rarest class has the most frequent one where a remedy is named."""


@dataclass(frozen=True)
class SplitTable:
    """A table as it is known before anything is fitted.

    Attributes
    ----------
    typed : TypedTable
        All its rows with a target.
    target : str
        The column to be predicted.
    training, test : polars.DataFrame
        The rows to train on, with their types, and those to test on.
    task : {"classification", "regression"}
    why : str
        Why it is that one.
    dropped : str or None
        A sentence about rows without a target.
    """

    typed: TypedTable
    target: str
    training: pl.DataFrame
    test: pl.DataFrame
    task: str
    why: str
    dropped: str | None

    @property
    def format(self) -> Format:
        """How the target's cells are read."""
        return self.typed.formats[self.target]

    @property
    def column(self) -> pl.Series:
        """The target's column, of all rows."""
        return target_column(self.typed.frame, self.target)

    def leaks(self, names: list[str]) -> tuple[str, ...]:
        """Return what is said of columns that tell the target almost perfectly."""
        return abridged(leak_notes(self.typed.frame, names, self.target, classes=self.task == Classes.task))

    def uneven(self, class_weight: Any) -> str | None:
        """Return a sentence where classes have very different numbers of rows, and no weights are given to them."""
        if self.task != Classes.task or class_weight is not None:
            return None
        counts = self.column.value_counts(sort=True)
        label, rarest, most = counts[-1, 0], counts[-1, 1], counts[0, 1]
        if most < UNEVEN * rarest:
            return None
        text = "The rarest class of {name}, {label}, has {rarest:,} of {rows:,} rows; {balanced} makes each class count the same."
        values = {"name": name_of(self.target), "label": quoted(label), "rarest": rarest, "rows": self.typed.frame.height}
        return say(text, balanced=remedy("balanced"), **values)


def split_table(
    frame: Any, target: str, *, share: float, seed: int, test: Any = None, task: str | None = None,
    columns: ColumnOptions | None = None,
) -> SplitTable:  # fmt: skip
    """Find out what the columns of a table are and what the task is, and split it.

    Parameters
    ----------
    frame : DataFrame, Arrow table or dict of columns
        Of any library. Columns of texts as a file has them, or of types.
    target : str
        The column to be predicted.
    share : float
        Of the rows, to test on.
    seed : int
        Of the split.
    test : DataFrame, Arrow table or dict of columns, optional
        Fresh rows to test on, instead.
    task : {"classification", "regression"}, optional
        By default found out from the target.
    columns : ColumnOptions, optional
        What is said of the columns.

    Raises
    ------
    InputError
        When the table or the target cannot be used.
    """
    columns = columns or ColumnOptions()
    if task == Quantity.task and target not in columns.number:
        columns = replace(columns, number=(*columns.number, target))  # what is no number in it is missing
    test = None if test is None else frame_of(test, "the table to test on")
    typed = infer(frame, target, columns)
    known, dropped = drop_missing_target(typed.frame, target)
    typed = typed._replace(frame=known)
    column = target_column(known, target)
    found, why = task_of(column, task, typed.formats[target])
    training = known
    if test is None:
        classes = Classes.fitted(column, typed.formats[target]) if found == Classes.task else None
        training, test = _split(known, classes, share, seed)
    return SplitTable(typed, target, training, test, found, why, dropped)


def _split(frame: pl.DataFrame, classes: Classes | None, share: float, seed: int) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return the rows to train on and to test on; of each class there is one to train on."""
    stratify = None if classes is None else classes.name
    training, test = split(frame, share, seed=seed, stratify=stratify)
    if classes is None:
        return training, test
    known = pl.Series(np.isin(classes.encode(test), classes.encode(training)))
    if not known.any():
        raise InputError(
            f"the table must have enough rows of each class of {classes.name!r} to hold some out, it has {frame.height} in all"
        )
    return pl.concat([training, test.filter(~known)]), test.filter(known)
