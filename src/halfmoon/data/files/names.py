"""The names of a table's columns: from its header, or made."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from halfmoon.base.errors import InputError
from halfmoon.data.files.header import HeaderGuess


def header_notes(guess: HeaderGuess, width: int) -> list[str]:
    """Return what is to be said where a first record is not clearly a header."""
    if not guess.found:
        names = "column_1" if width == 1 else f"column_1 to column_{width}"
        return [f"no header is found, since its first line looks like values, so the columns are called {names}; --header says otherwise"]
    return [
        "its first line is taken for the names of the columns, though some look like values; --no-header says otherwise"
    ] * guess.doubtful


def counted(number: int, what: str) -> str:
    """Return how many there are, in words that fit one and several."""
    return f"{number:,} {what}{'' if number == 1 else 's'}"


def title_note(titles: int, rows: Sequence[Sequence[str]]) -> str:
    """Return what is said of the lines of a title above a table."""
    return f"left out: {counted(titles, 'line')} of a title above the table, which begins with {''.join(rows[0])[:40]!r}"


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
    return names, [f"blanks around names of columns are left out, as in {blanks[0][:40]!r}"] if blanks else []


def name_columns(frame: pl.DataFrame, names: Sequence[str]) -> tuple[pl.DataFrame, list[str]]:
    """Return a frame, whose columns are called by their places, with its names.

    A column without a name is left out where it is empty, and given one else; but the first keeps an empty name, which is an
    index as pandas leaves it.
    """
    notes = []
    empty = [place for place, name in enumerate(names) if not name and frame[str(place)].null_count() == frame.height]
    if empty:
        where = f"columns {empty[0] + 1} to {empty[-1] + 1}" if len(empty) > 1 else f"column {empty[0] + 1}"
        notes.append(f"left out: {where}, without name or value")
    found = {str(place): name for place, name in enumerate(names) if place not in empty}
    unnamed = [key for key, name in found.items() if not name and key != "0"]
    for key in unnamed:
        found[key] = f"column_{int(key) + 1}"
        while found[key] in names:
            found[key] += "_"
    if unnamed:
        notes.append(f"named here, since the header has no name for them: {', '.join(found[key] for key in unnamed[:5])}")
    return frame.select([pl.col(key).alias(name) for key, name in found.items()]), notes
