"""The names of a table's columns: from its header, or made."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import polars as pl

from halfmoon.base.errors import InputError
from halfmoon.data.files.header import HeaderGuess
from halfmoon.data.notes import SHOWN_COLUMNS
from halfmoon.data.translations import say


def header_notes(guess: HeaderGuess) -> list[str]:
    """Return what is to be said where a first record is not clearly a header."""
    if not guess.found:
        text = (
            "no header is found, since its first line looks like values, so columns are called column_1 and so on; --header says otherwise"
        )
        return [say(text)]
    doubt = "its first line is taken for the names of the columns, though some look like values; --no-header says otherwise"
    return [say(doubt)] * guess.doubtful


def title_note(titles: int, rows: Sequence[Sequence[str]]) -> str:
    """Return what is said of the lines of a title above a table."""
    text = "left out: lines of a title above the table ({count:,}), the first of them {text}"
    return say(text, count=titles, text=repr("".join(rows[0])[:40]))


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


def name_columns(frame: pl.DataFrame, names: Sequence[str], known: Collection[str] = ()) -> tuple[pl.DataFrame, list[str]]:
    """Return a frame, whose columns are called by their places, with its names.

    A column without a name is given one, but for the first, which keeps an empty name as an index that pandas leaves. Where it is
    empty too it is left out, unless that name is known.
    """
    notes = []
    unknown = [place for place, name in enumerate(names) if not name and (f"column_{place + 1}" if place else "") not in known]
    empty = [place for place in unknown if frame[str(place)].null_count() == frame.height]
    if empty:
        places = say(", ").join(str(place + 1) for place in empty[:SHOWN_COLUMNS]) + (", ..." if len(empty) > SHOWN_COLUMNS else "")
        notes.append(say("left out: columns without name or value, at place {places}", places=places))
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
