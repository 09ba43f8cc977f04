"""The encoder of a table: fitted on the training rows, saved with the model as plain data."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np
import polars as pl

from halfmoon.base import checks, schema
from halfmoon.base.checks import Array
from halfmoon.base.record import Record, checked, record
from halfmoon.data import values
from halfmoon.data.columns import Category, Column, Date, Number
from halfmoon.data.formats.contract import Format
from halfmoon.data.formats.date import DateFormat
from halfmoon.data.formats.text import TextFormat
from halfmoon.data.inference import TypedTable, infer
from halfmoon.data.notes import abridged, name_of
from halfmoon.tabular.encoding.columns import MOST_LEVELS, CategoryEncoding, Encoding, Member, encoding_of
from halfmoon.tabular.translations import say

TARGET = "the target"
"""What the target is called beside the columns, with more blanks where one of them has that name."""


@record
class Encoder(Record):
    """How a table becomes the inputs of a network, float32 (n, width): the numbers first, then all others.

    Parameters
    ----------
    encodings : tuple of Encoding
        Of the columns that are learned from, in the order of the training table.
    names : tuple of str
        All columns of the training table.
    """

    encodings: tuple[Encoding, ...] = checked(schema.each(checks.kind(Encoding, "encodings of columns")))
    names: tuple[str, ...] = checked(schema.each(checks.text))

    @property
    def numbers(self) -> int:
        """How many inputs, the first ones, are numbers."""
        return sum(each.widths[0] for each in self.encodings)

    @property
    def width(self) -> int:
        """How many inputs there are."""
        return sum(sum(each.widths) for each in self.encodings)

    def read(self, frame: pl.DataFrame) -> tuple[pl.DataFrame, tuple[str, ...]]:
        """Return the columns that are learned from with their cells read as in training, and what is to be said of them.

        Raises
        ------
        InputError
            When a column is missing, or holds another kind of values than in training.
        """
        values.check_names([each.column.name for each in self.encodings], frame.columns, taken=self.names)
        found = [each.column.read(frame[each.column.name]) for each in self.encodings]
        columns = [each.values.alias(encoding.column.name) for each, encoding in zip(found, self.encodings, strict=True)]
        return pl.DataFrame(columns), abridged([note for each in found for note in each.notes])

    def inputs(self, read: pl.DataFrame) -> Array:
        """Return the inputs of rows that :meth:`read` has returned."""
        X = np.empty((read.height, self.width), np.float32)
        for each, numbers, others in self.places():  # column by column, so that a large table is not held several times
            X[:, numbers], X[:, others] = each.inputs(read[each.column.name])
        return X

    @property
    def knows_targets(self) -> bool:
        """Whether inputs are made of training targets, so that each member of an ensemble needs its own."""
        return any(isinstance(each, CategoryEncoding) and each.means is not None for each in self.encodings)

    def member_inputs(self, X: Array, read: pl.DataFrame, member: Member) -> Array:
        """Return the inputs of the training rows, X, by what a member of an ensemble knows of their targets."""
        found = X.copy()
        for each, numbers, _ in self.places():
            if isinstance(each, CategoryEncoding) and each.means is not None:
                found[:, numbers] = each.member_numbers(read[each.column.name], member)
        return found

    def places(self) -> Iterator[tuple[Encoding, slice, slice]]:
        """Yield each encoding, and which inputs are its numbers and its others."""
        number, other = 0, self.numbers
        for each in self.encodings:
            numbers, others = each.widths
            yield each, slice(number, number + numbers), slice(other, other + others)
            number, other = number + numbers, other + others


class Fitted(NamedTuple):
    """What :func:`fit` found: the encoder, the training rows as read, and sentences about columns."""

    encoder: Encoder
    read: pl.DataFrame
    notes: tuple[str, ...]


def fit(frame: pl.DataFrame, targets: Array, formats: Mapping[str, Format] | None = None) -> Fitted:
    """Find out what the columns of a table are, and how each becomes inputs.

    Parameters
    ----------
    frame : polars.DataFrame
    targets : ndarray, shape (n, k)
        Numbers with mean 0 and deviation 1: a quantity, or one column a class.
    formats : mapping of str to Format, optional
        How the cells of each column were read, where they have been.

    Raises
    ------
    InputError
        When a column cannot be read, or may be read in several ways.
    """
    typed = _inferred(frame, targets) if formats is None else TypedTable(frame, dict(formats), (), ())
    encodings, notes = [], list(typed.notes)
    for name, format_ in typed.formats.items():
        series = typed.frame[name]
        if values.missing(series).all():
            continue
        column = _column(series, format_)
        if isinstance(column, Category) and column.cut:
            text = "The column {name} has more than {most:,} levels; all but the most frequent are taken for one."
            notes.append(say(text, name=name_of(name), most=MOST_LEVELS))
        encodings.append(encoding_of(_with_unknown(column), series, targets))
    return Fitted(Encoder(tuple(encodings), tuple(frame.columns)), typed.frame, tuple(notes))


def _inferred(frame: pl.DataFrame, targets: Array) -> TypedTable:
    """Return what the columns of a table are found to be."""
    target = TARGET
    while target in frame.columns:
        target += " "
    found = infer(frame.with_columns(pl.Series(target, np.ascontiguousarray(targets[:, 0]))), target)
    formats = {name: format_ for name, format_ in found.formats.items() if name != target}
    return found._replace(formats=formats)


def _column(series: pl.Series, format_: Format) -> Column:
    """Return how the cells of a column are read."""
    made: Any
    if isinstance(format_, TextFormat):
        return Category.fitted(series, format_, most_levels=MOST_LEVELS)
    made = Date if isinstance(format_, DateFormat) else Number
    return made.fitted(series, format_, standardise=False)


def _with_unknown(column: Column) -> Column:
    """Return a category as one with levels that training does not tell apart: unknown ones have an input of their own."""
    return replace(column, cut=True) if isinstance(column, Category) else column
