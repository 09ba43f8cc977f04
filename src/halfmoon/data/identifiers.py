"""Columns that there is nothing to learn from: row numbers, identifiers, and the same in all rows."""

from __future__ import annotations

import re
from typing import NamedTuple

import polars as pl

from halfmoon.data import values
from halfmoon.data.notes import Note, examples, name_of
from halfmoon.data.remedies import remedy
from halfmoon.data.translations import say

PANDAS_INDEX = re.compile(r"^(|Unnamed: ?\d+(\.\d+)*|__index_level_\d+__|index|level_\d+)$")
"""What pandas calls a frame's index where it writes it as a column, and what other programs make of an empty name."""

IDENTIFIER = re.compile(
    r"(^|[\s_.-])(id|ids|uid|uuid|guid|key|identifier|row|rownum|rowid|index|nr|no|num)\.?$|number$|nummer$|(编|序|学|单|证)号$",
    re.IGNORECASE,
)
_CAMEL = re.compile(r"[a-z](ID|Id|Key)$")

EMPTY, CONSTANT, IDENTIFYING, NEARLY_IDENTIFYING, NUMBERING = "empty", "constant", "identifier", "nearly an identifier", "row number"
"""Why there is nothing to learn from a column."""

FEWEST_ROWS = 20
"""With fewer rows, different values in each of them say nothing."""

NEARLY_ALL = 0.95
"""Of the rows; where so many texts are different, hardly one of them comes again in other rows."""


class Reason(NamedTuple):
    """Why there is nothing to learn from a column.

    Attributes
    ----------
    kind : str
        ``EMPTY``, ``CONSTANT``, ``IDENTIFYING``, ``NEARLY_IDENTIFYING`` or ``NUMBERING``.
    text : str
        In words.
    """

    kind: str
    text: str


def without_values() -> Reason:
    """Return the reason of a column whose values are all missing."""
    return Reason(EMPTY, say("all its values are missing"))


def reason_to_leave_out(series: pl.Series, written: pl.Series) -> Reason | None:
    """Return why there is nothing to learn from a column that was read; None where there may be. ``written`` are its cells in the file."""
    there = pl.Series(~values.missing(series))
    known = series.filter(there)
    if known.is_empty():
        return without_values()
    if (len(known) == len(series) or not values.is_text(series)) and _is_constant(known):
        shown = examples(written.cast(pl.String), there.arg_true().head(1))
        some = "it is the same in all rows that have it: {shown}; {category} tells them from the others"
        every = len(known) == len(series)
        return Reason(CONSTANT, say("it is the same in all rows: {shown}" if every else some, shown=shown, category=remedy("category")))
    if values.is_text(series):
        return _reason_of_texts(series, known)
    return _reason_of_integers(series, known)


def _is_constant(series: pl.Series) -> bool:
    return series[0] == series[-1] and (series.min() == series.max() if series.dtype != pl.Boolean else series.n_unique() == 1)


def _reason_of_texts(series: pl.Series, known: pl.Series) -> Reason | None:
    if len(series) < FEWEST_ROWS or known.head(1000).n_unique() < NEARLY_ALL * min(len(known), 1000) / 2:
        return None
    distinct = known.n_unique()
    if distinct == len(series):
        return Reason(IDENTIFYING, say("it looks like an identifier: each row has another text"))
    if distinct >= NEARLY_ALL * len(series):
        text = "it looks like an identifier or free text: it has {distinct:,} different texts in {rows:,} rows"
        return Reason(NEARLY_IDENTIFYING, say(text, distinct=distinct, rows=len(series)))
    return None


def _reason_of_integers(series: pl.Series, known: pl.Series) -> Reason | None:
    """Return why a column of whole numbers is left out; they may be floats, as pandas makes them where one is missing."""
    named = bool(PANDAS_INDEX.match(series.name))
    is_identifier = named or IDENTIFIER.search(series.name) or _CAMEL.search(series.name)
    if not series.dtype.is_integer() and not (is_identifier and series.dtype.is_float() and (known % 1 == 0).all()):
        return None
    count, first, last = len(known), int(known.min()), int(known.max())  # type: ignore[arg-type]
    dense = last - first == count - 1
    if dense and (named or (first in {0, 1} and count == len(series))):
        in_order = known.is_sorted()
        if (named or count >= FEWEST_ROWS or in_order) and known.n_unique() == count:
            return Reason(NUMBERING, say("it numbers the rows, as an index that pandas writes" if named else "it numbers the rows"))
    if is_identifier and (named or count >= FEWEST_ROWS) and last - first >= count - 1 and known.n_unique() == count:
        return Reason(IDENTIFYING, say("it looks like an identifier: each row has another number"))
    return None


def left_out_note(column: str, reason: Reason) -> Note:
    """Return the note that a column is left out, and how it may be kept."""
    plain = "The column {name} is left out, because {reason}."
    kept = "The column {name} is left out, because {reason}; {category} or {number} keeps it."
    named = {"name": name_of(column), "reason": reason.text, "category": remedy("category"), "number": remedy("number")}
    text = say(kept if reason.kind in {IDENTIFYING, NEARLY_IDENTIFYING} else plain, **named)
    return Note(reason.kind, column, text)


def kept_note(column: str, reason: Reason) -> Note:
    """Return the note that a column is kept, since there is no other to learn from."""
    text = say("The column {name} is all there is to learn from, though {reason}.", name=name_of(column), reason=reason.text)
    return Note("kept", column, text)
