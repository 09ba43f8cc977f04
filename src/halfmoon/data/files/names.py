"""The names of a table's columns: from its header, or made."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from halfmoon.base.errors import InputError
from halfmoon.data.files.header import HeaderGuess
from halfmoon.data.translations import say


def header_notes(guess: HeaderGuess, width: int) -> list[str]:
    """Return what is to be said where a first record is not clearly a header."""
    if not guess.found:
        one = "no header is found, since its first line looks like values, so the columns are called column_1; --header says otherwise"
        several = (
            "no header is found, since its first line looks like values, so the columns are called column_1 to column_{width}; "
            "--header says otherwise"
        )
        return [say(one if width == 1 else several, width=width)]
    doubt = "its first line is taken for the names of the columns, though some look like values; --no-header says otherwise"
    return [say(doubt)] * guess.doubtful


def title_note(titles: int, rows: Sequence[Sequence[str]]) -> str:
    """Return what is said of the lines of a title above a table."""
    one = "left out: {count:,} line of a title above the table, which begins with {text}"
    several = "left out: {count:,} lines of a title above the table, which begins with {text}"
    return say(one if titles == 1 else several, count=titles, text=repr("".join(rows[0])[:40]))


def column_names(file: object, header: Sequence[str] | None, width: int) -> tuple[list[str], list[str]]:
    """Return a name for each column, empty where the header has none, and what is to be said of them.

    Raises
    ------
    InputError
        When two columns have one name. They are not renamed: a target that stands there twice would predict itself.
    """
    if header is None:
        return [f"column_{place + 1}" for place in range(width)], []
    names = [name.strip() for name in header]
    places: dict[str, int] = {}
    for place, name in enumerate(names):
        if name and name in places:
            raise InputError(
                f"{file} must name every column differently, {name[:40]!r} names columns {places[name] + 1} and {place + 1} of its header"
            )
        places[name] = place
    blanks = [name for name in header if name != name.strip()]
    return names, [say("blanks around names of columns are left out, as in {name}", name=repr(blanks[0][:40]))] if blanks else []


def name_columns(frame: pl.DataFrame, names: Sequence[str]) -> tuple[pl.DataFrame, list[str]]:
    """Return a frame, whose columns are called by their places, with its names.

    A column without a name is left out where it is empty, and given one else; but the first keeps an empty name, which is an
    index as pandas leaves it.
    """
    notes = []
    empty = [place for place, name in enumerate(names) if not name and frame[str(place)].null_count() == frame.height]
    if empty:
        one, several = "left out: column {first}, without name or value", "left out: columns {first} to {last}, without name or value"
        notes.append(say(one if len(empty) == 1 else several, first=empty[0] + 1, last=empty[-1] + 1))
    found = {str(place): name for place, name in enumerate(names) if place not in empty}
    unnamed = [key for key, name in found.items() if not name and key != "0"]
    for key in unnamed:
        found[key] = f"column_{int(key) + 1}"
        while found[key] in names:
            found[key] += "_"
    if unnamed:
        made = say(", ").join(found[key] for key in unnamed[:5])
        notes.append(say("named here, since the header has no name for them: {names}", names=made))
    return frame.select([pl.col(key).alias(name) for key, name in found.items()]), notes
