"""Workbooks of Excel and LibreOffice: one sheet of one."""

from __future__ import annotations

import logging
from collections.abc import Collection
from pathlib import Path
from typing import Any, NamedTuple

import polars as pl

from halfmoon.base.errors import InputError
from halfmoon.base.extras import install_command
from halfmoon.data.files import polars_calls
from halfmoon.data.files.file_format import FileFormat
from halfmoon.data.files.header import guess_header, titles_above
from halfmoon.data.files.names import column_names, header_notes, name_columns, title_note
from halfmoon.data.formats.number import EXACT
from halfmoon.data.translations import say

OLD_EXCEL = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
"""How files of Excel before 2007 begin."""

LOOKED_AT = 100
"""Rows from which it is found out whether there is a header."""


class Sheet(NamedTuple):
    """The table on a sheet, and what was guessed or left out to read it."""

    frame: pl.DataFrame
    notes: tuple[str, ...]


def read_workbook(file: Path, content: bytes, file_format: FileFormat, known: Collection[str] = ()) -> Sheet:
    """Return the table on a sheet: the one that is said, by name or number, or the only one that holds cells.

    Raises
    ------
    InputError
        When fastexcel is not installed, the file is damaged, or there are several sheets.
    """
    try:
        import fastexcel  # noqa: PLC0415 - an extra
    except ImportError:
        raise InputError(f"{file} is a workbook, which needs fastexcel: {install_command('excel')}; or save the sheet as CSV") from None
    logging.getLogger("fastexcel").setLevel(logging.ERROR)  # it says on standard error which columns are empty
    try:
        book = fastexcel.read_excel(content)
        name, notes = _chosen(file, book, file_format.sheet)
        texts = polars_calls.call(_cells, book, name, dtypes="string")
        if texts.height == 0:
            raise InputError(f"{file} must hold a table, its sheet {name!r} is empty")
        above, header, said = _header(texts, file_format.header, known)
        typed = polars_calls.call(_cells, book, name, skip_rows=above)
    except fastexcel.FastExcelError as error:
        raise InputError(f"{file} must be a workbook that can be read, got an error: {polars_calls.reason(error)}") from error
    names, chosen = column_names(file, header, texts.width)
    frame = _without_losses(texts[above:], typed)
    named, dropped = name_columns(frame, names, known)
    kept = named.filter(~pl.all_horizontal(pl.all().is_null()))
    lost = named.height - kept.height
    gone = [say("left out: rows without any value ({count:,})", count=lost)] if lost else []
    return Sheet(kept, (*notes, *said, *chosen, *dropped, *gone))


def _chosen(file: Path, book: Any, sheet: str | None) -> tuple[str, list[str]]:
    names = book.sheet_names
    if sheet is not None:
        if sheet in names:
            return sheet, []
        if sheet.isdecimal() and 0 < int(sheet) <= len(names):
            return names[int(sheet) - 1], []
        raise InputError(f"sheet must be one of {', '.join(names)[:120]}, or its number from 1 to {len(names)}, got {sheet[:40]!r}")
    full = names if len(names) == 1 else [name for name in names if book.load_sheet(name, header_row=None, n_rows=1).height]
    if len(full) == 1:
        return full[0], [say("the sheet {name} is the only one that holds cells", name=repr(full[0]))] if len(names) > 1 else []
    if not full:
        raise InputError(f"{file} must hold a table, all its sheets are empty")
    raise InputError(f"{file} has {len(full)} sheets, and --sheet must say which: {', '.join(full)[:120]}")


def _cells(book: Any, name: str, **options: Any) -> pl.DataFrame:
    """Return all cells of a sheet; the columns are called by their places."""
    # Types are found out from all rows: by default from 1,000, and what fits no more is left out in silence.
    frame: pl.DataFrame = book.load_sheet(name, header_row=None, schema_sample_rows=None, **options).to_polars()
    return frame.rename({old: str(place) for place, old in enumerate(frame.columns)})


def _header(texts: pl.DataFrame, said: bool | None, known: Collection[str]) -> tuple[int, tuple[str, ...] | None, list[str]]:  # noqa: FBT001 - said or not
    """Return how many rows stand above those of the table, the names in the last of them, None for no header, and what is to be said."""
    rows = [tuple("" if cell is None else cell for cell in row) for row in texts.head(LOOKED_AT).rows()]
    titles = 0 if said is False else titles_above(rows)
    notes = [title_note(titles, rows)] if titles else []
    first, *below = rows[titles:]
    if said is None:
        guess = guess_header(first, below, known)
        said, notes = guess.found, [*notes, *header_notes(guess)]
    return titles + said, first if said else None, notes


def _without_losses(texts: pl.DataFrame, typed: pl.DataFrame) -> pl.DataFrame:
    """Return columns by their types, but as text where a cell has another type, and whole numbers as such: Excel has floats only."""
    columns = []
    for place in texts.columns:
        found = typed[place] if place in typed.columns and typed.height == texts.height else texts[place]
        if found.null_count() > texts[place].null_count():
            found = texts[place]
        elif found.dtype == pl.Float64 and (found == found.round()).all() and (found.abs() < EXACT).all():
            found = found.cast(pl.Int64)
        columns.append(found.alias(place))
    return pl.DataFrame(columns)
