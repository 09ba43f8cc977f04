"""What is said about a table: sentences that name a column, its cells and their rows, none of them long.

Rows are counted from 1, without the header.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import polars as pl

from halfmoon.data.translations import say

LONGEST_CELL = 30
"""Characters of a cell that a sentence shows."""

LONGEST_NAME = 40

SHOWN_CELLS = 3
SHOWN_COLUMNS = 8
"""Columns of which the same is said in a sentence each; further ones are only named."""


class Note(NamedTuple):
    """A sentence about a column.

    Attributes
    ----------
    kind : str
        What is said; the notes of one kind are abridged together.
    column : str
    text : str
        The sentence.
    """

    kind: str
    column: str
    text: str


def clipped(text: str, longest: int) -> str:
    """Return a text, its middle left out where it is long."""
    half = longest // 2
    return text if len(text) <= longest else f"{text[:half]}...{text[-half:]}"


def quoted(value: object, longest: int = LONGEST_CELL) -> str:
    """Return a value in quotes, its middle left out where it is long."""
    return clipped(repr(value), longest + 2)


def name_of(column: str) -> str:
    """Return a column's name in quotes."""
    return quoted(column, LONGEST_NAME)


def names_of(columns: Sequence[object]) -> str:
    """Return the names of columns, or labels of classes, and how many more there are."""
    more = [say("{more} more", more=len(columns) - SHOWN_COLUMNS)] if len(columns) > SHOWN_COLUMNS else []
    return say(", ").join([*(quoted(each) for each in columns[:SHOWN_COLUMNS]), *more])


def examples(series: pl.Series, rows: pl.Series) -> str:
    """Return the first different ones of some cells with their rows, as ``' ' in row 8, '?' in row 9``."""
    cells = series.gather(rows)
    first = pl.DataFrame({"cell": cells, "row": rows}).unique("cell", keep="first", maintain_order=True).head(SHOWN_CELLS)
    return say(", ").join(say("{cell} in row {row}", cell=quoted(cell), row=row + 1) for cell, row in first.iter_rows())


KINDS = {"numbers": "numbers", "dates": "dates", "times": "times", "truth values": "truth values"}
"""What cells are to be, in words that are said."""


def missing_note(series: pl.Series, rows: pl.Series, wanted: str) -> Note:
    """Return the note that cells count as missing; ``wanted`` is what they are not, of ``KINDS``."""
    plain = "{count:,} of {rows:,} cells of {name} count as missing: {shown}."
    other = "{count:,} of {rows:,} cells of {name} are no {kind} and count as missing: {shown}."
    values = {"count": len(rows), "rows": len(series), "name": name_of(series.name), "shown": examples(series, rows)}
    text = say(other, kind=say(KINDS[wanted]), **values) if wanted else say(plain, **values)
    return Note(f"missing {wanted}", series.name, text)


def abridged(notes: Iterable[Note]) -> tuple[str, ...]:
    """Return the sentences of notes, where the same is said of many columns only the first ones and a list of the others."""
    by_kind: dict[str, list[Note]] = {}
    for note in notes:
        by_kind.setdefault(note.kind, []).append(note)
    found = []
    for several in by_kind.values():
        found += [note.text for note in several[:SHOWN_COLUMNS]]
        if len(several) > SHOWN_COLUMNS:
            found.append(say("The same holds for {names}.", names=names_of([note.column for note in several[SHOWN_COLUMNS:]])))
    return tuple(found)
