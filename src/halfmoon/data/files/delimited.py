"""Text with separators: what it looks like is found out from its beginning, Polars reads it, and what Polars forgives is refused."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import polars as pl

from halfmoon.base.checks import Array
from halfmoon.base.errors import InputError
from halfmoon.data.files import polars_calls
from halfmoon.data.files.dialect import is_quoted, well_quoted
from halfmoon.data.files.file_format import FileFormat
from halfmoon.data.files.header import FIGURE, kind_of
from halfmoon.data.files.layout import Layout, find_layout, line_number
from halfmoon.data.files.names import column_names, name_columns
from halfmoon.data.files.records import Records, count, find_records, has_leading_zeros
from halfmoon.data.formats.number import CODE, EXACT, LONG
from halfmoon.data.translations import say

WINDOWS, WINDOW = 8, 1 << 14
"""Further places, and bytes at each, at which the types of columns are looked at."""

INTEGER = re.compile(r"[+-]?(?:0|[1-9][0-9]*)")
NUMBER = re.compile(r"[+-]?(?:(?:0|[1-9][0-9]*)(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")

OPEN = re.compile(r"[+-]?[1-9][0-9]{0,2}\.[0-9]{3}")
"""A number whose point may separate thousands; whether it does, the table's other columns may show, or a person may say."""

ESCAPED = re.compile(rb'\\"(?![,;\t|\r\n]|\Z)')
"""A quote that a backslash takes for a character, not for the end of its field."""


class Delimited(NamedTuple):
    """The table in a text, and what was guessed, left out or changed to read it."""

    frame: pl.DataFrame
    notes: tuple[str, ...]


def read_delimited(
    file: Path, text: bytes, file_format: FileFormat, *, known: Collection[str] = (), plain: Collection[str] = ()
) -> Delimited:
    """Return the table in a text.

    Parameters
    ----------
    file : Path
        As errors name it; its ending says which separator is expected.
    text : bytes
        In UTF-8.
    file_format : FileFormat
    known : collection of str, optional
        Names that the columns are expected to have, which tells a header from a row.
    plain : collection of str, optional
        Columns that stay text even where all their cells are numbers.

    Raises
    ------
    InputError
        When a row has too many or too few fields, quotes are wrong, or two columns have one name.
    """
    text, notes = _with_plain_ends(file, text)
    if file_format.separator == " ":
        text = _without_runs_of_blanks(text)
        file_format = FileFormat("\t", file_format.encoding, file_format.header)
    layout = find_layout(file, text, file_format, known)
    if layout.dialect.separator == " ":
        text = _without_runs_of_blanks(text)
        layout = find_layout(file, text, FileFormat("\t", header=file_format.header), known)
        notes.append(say("runs of blanks separate its columns; --separator says another"))
    if layout.start >= len(text):
        raise InputError(f"{file} must have at least one row below the header, it has none")
    names, chosen = column_names(file, layout.header, layout.width)
    raw, kept, left_out = _read_rows(file, text, layout, [place for place, name in enumerate(names) if name in plain])
    if layout.spaced:
        cells = pl.col(pl.String).str.strip_chars(" ")
        raw = raw.with_columns(pl.when(cells != "").then(cells).name.keep())
        chosen = [say("blanks behind separators are left out")]
    frame, dropped = name_columns(raw.filter(kept) if kept is not None else raw, names, known)
    return Delimited(frame, (*notes, *layout.notes, *chosen, *left_out, *dropped))


def _with_plain_ends(file: Path, text: bytes) -> tuple[bytes, list[str]]:
    """Return a text whose lines end as Polars knows it, whose quotes are doubled, and that has no zero byte."""
    notes = []
    if b"\0" in text:
        raise InputError(f"{file} must be text, line {line_number(text, text.index(0))} has the byte 0x00")
    text = text.removesuffix(b"\x1a")  # the end of a file, as DOS marks it
    if b"\r" in text:
        text = _with_newlines(file, text)
    if b"\\" in text and is_quoted(text) and ESCAPED.search(text):
        text = text.replace(b'\\"', b'""')
        notes.append(say("a backslash before a quote is left out, and the quote taken as a character"))
    return text, notes


def _with_newlines(file: Path, text: bytes) -> bytes:
    """Return a text whose lines end in a newline, as they do not on an old Macintosh or where each end was written twice."""
    if b"\n" not in text:
        return text.replace(b"\r", b"\n")
    if text.count(b"\r") == text.count(b"\r\n"):
        return text
    text = text.replace(b"\r\r\n", b"\r\n")
    alone = re.search(rb"\r(?!\n)", text if not is_quoted(text) else re.sub(rb'"[^"]*"', b'""', text))
    if alone:
        raise InputError(f"{file} must end all its lines alike, some end in a carriage return and others in a newline")
    return text


def _without_runs_of_blanks(text: bytes) -> bytes:
    """Return a text with one tab in place of each run of blanks outside quotes."""
    parts = re.compile(rb'"[^"]*"|[^\s"]+')
    return b"\n".join(b"\t".join(parts.findall(line)) for line in text.split(b"\n"))


# ---- reading ------------------------------------------------------------------------------------------------------------


def _read_rows(file: Path, text: bytes, layout: Layout, plain: Sequence[int]) -> tuple[pl.DataFrame, Array | None, list[str]]:
    """Return all rows as Polars reads them, which are kept (None for all), and what is said of the others."""
    types = {place: kind for place, kind in enumerate(_types(text, layout)) if kind is not None and place not in plain}
    try:
        frame = _parse(text, layout, types)
    except pl.exceptions.PolarsError:
        try:
            frame = _parse(text, layout, {})
        except pl.exceptions.PolarsError as error:
            raise _explained(file, text, layout) or InputError(
                f"{file} must be a table that can be read, got an error: {polars_calls.reason(error)}"
            ) from error
        kept, notes = _check_rows(file, text, layout, frame)
        if kept is not None:
            frame, kept = frame.filter(kept), None
        return _with_numbers(frame, types), kept, notes
    frame = _with_codes(text, layout, frame, types)
    return frame, *_check_rows(file, text, layout, frame)


def _types(text: bytes, layout: Layout) -> list[type[pl.DataType] | None]:
    """Return the type of each column whose cells are plain numerals wherever they are looked at, None for text."""
    rows = [row for row in layout.rows if len(row) == layout.width]
    if not layout.dialect.quoted:
        step = max((len(text) - layout.start) // (WINDOWS + 1), WINDOW)
        for at in range(layout.start + step, len(text) - WINDOW, step):
            lines = text[at : at + WINDOW].split(b"\n")[1:-1]
            found = (line.rstrip(b"\r").decode(errors="replace").split(layout.dialect.separator) for line in lines)
            rows += [row for row in found if len(row) == layout.width]
    return [_type([cell for cell in column if cell]) for column in zip(*rows, strict=True)] or [None] * layout.width


def _type(cells: list[str]) -> type[pl.DataType] | None:
    if not cells or not all(map(NUMBER.fullmatch, cells)):
        return None
    points = [cell for cell in cells if "." in cell]
    if points and all(map(OPEN.fullmatch, points)):
        return None
    return pl.Int64 if all(map(INTEGER.fullmatch, cells)) else pl.Float64


def _parse(text: bytes, layout: Layout, types: dict[int, type[pl.DataType]], columns: list[int] | None = None) -> pl.DataFrame:
    """Return rows as Polars reads them, all text but for some columns; the columns are called by their places."""
    return polars_calls.call(
        pl.read_csv,
        text,
        has_header=False,
        schema={str(place): types.get(place, pl.String) for place in range(layout.width)},
        columns=columns,
        separator=layout.dialect.separator,
        quote_char='"' if layout.dialect.quoted else None,
        skip_lines=text.count(b"\n", 0, layout.start),
    ).with_columns(pl.when(pl.col(pl.String) != "").then(pl.col(pl.String)).name.keep() if layout.dialect.quoted else [])


def _with_numbers(frame: pl.DataFrame, types: dict[int, type[pl.DataType]]) -> pl.DataFrame:
    """Return a frame of text with the columns as numbers that hold nothing else."""
    found = [_as_numbers(frame[str(place)], kind) for place, kind in types.items()]
    return frame.with_columns([series for series in found if series is not None])


def _as_numbers(cells: pl.Series, kind: type[pl.DataType]) -> pl.Series | None:
    """Return text as numbers, None where a cell is none, or loses something by it: leading zeros, or digits."""
    numbers = cells.cast(kind, strict=False)
    if numbers.null_count() > cells.null_count() or cells.str.contains(CODE).any():
        return None
    if kind == pl.Float64 and (not numbers.is_finite().all() or cells.str.contains(LONG).any()):
        return None
    return numbers


def _with_codes(text: bytes, layout: Layout, frame: pl.DataFrame, types: dict[int, type[pl.DataType]]) -> pl.DataFrame:
    """Return a frame with those columns as text that lose something as numbers."""
    floats = [place for place, kind in types.items() if kind == pl.Float64]
    exact = frame.select((pl.col(str(place)).abs() < EXACT).all() for place in floats)  # where not all are finite, they are not
    doubtful = [place for place in floats if not exact[str(place)][0]]
    if types and has_leading_zeros(text, layout.dialect.separator):
        doubtful = list(types)
    if not doubtful:
        return frame
    cells = _parse(text, layout, {}, doubtful)
    return frame.with_columns([cells[str(place)] for place in doubtful if _as_numbers(cells[str(place)], types[place]) is None])


# ---- checking -----------------------------------------------------------------------------------------------------------


def _check_rows(file: Path, text: bytes, layout: Layout, frame: pl.DataFrame) -> tuple[Array | None, list[str]]:
    """Refuse rows that are too short, and return which rows are kept: no blank lines, no second header, no empty ones at the end."""
    kept, notes = np.ones(frame.height, bool), []
    again = _repeated_headers(layout, frame)
    # A blank line, and a row that is too short, has no value in the last column.
    gaps = frame[:, -1].null_count()
    clean = not gaps or (layout.width > 1 and _separators_fit(text, layout, frame))
    records = (
        find_records(text, layout.dialect.separator, quoted=layout.dialect.quoted, start=layout.start) if again.any() or not clean else None
    )
    if records is not None:
        if len(records.starts) != frame.height:
            raise _explained(file, text, layout) or InputError(f"{file} must have quotes only around whole fields, and doubled inside them")
        blank = _blank(text, records)
        short = np.flatnonzero((records.separators != layout.width - 1) & ~blank)
        if len(short):
            raise _wrong_width(file, text, layout, records, int(short[0]))
        kept &= ~blank & ~again
        inner = int(np.count_nonzero(blank[: int(np.flatnonzero(~blank)[-1])])) if not blank.all() else 0
        notes += [say("left out: blank lines between the rows ({count:,})", count=inner)] if inner else []
        if again.any():
            place = int(records.starts[np.flatnonzero(again)[0]])
            more = "left out: the header once more ({count:,}), first in line {line}"
            notes.append(say(more, count=int(again.sum()), line=line_number(text, place)))
    if gaps and layout.width > 1:
        empty = frame.select(pl.all_horizontal(pl.all().is_null())).to_series().to_numpy()
        full = np.flatnonzero(kept & ~empty)
        after = int(full[-1]) + 1 if len(full) else 0
        trailing = int(np.count_nonzero(kept[after:]))
        kept[after:] = False
        notes += [say("left out: rows without any value at the end ({count:,})", count=trailing)] if trailing else []
    return (None if kept.all() else kept), notes


def _separators_fit(text: bytes, layout: Layout, frame: pl.DataFrame) -> bool:
    """Return whether there are as many separators as in full rows; where no row is too long, which Polars refuses, none is too short."""
    mark = layout.dialect.separator
    wanted = (layout.width - 1) * frame.height
    if layout.dialect.quoted:  # cells may hold some
        wanted += sum(int(column.str.count_matches(mark, literal=True).sum()) for column in frame if column.dtype == pl.String)
    return count(text, mark, layout.start) == wanted


def _blank(text: bytes, records: Records) -> Array:
    """Return which records are blank lines."""
    blank = records.ends == records.starts
    for place in np.flatnonzero((records.separators == 0) & ~blank):
        blank[place] = not text[records.starts[place] : records.ends[place]].strip()
    return blank


def _repeated_headers(layout: Layout, frame: pl.DataFrame) -> Array:
    """Return which rows are the header once more."""
    nowhere = np.zeros(frame.height, bool)
    if layout.header is None or len(layout.header) != layout.width or all(kind_of(name) == FIGURE for name in layout.header):
        return nowhere
    if any(frame[str(place)].dtype != pl.String for place in range(layout.width)):
        return nowhere
    same = nowhere | True
    for place, name in enumerate(layout.header):
        column = frame[str(place)]
        same &= (column.is_null() if name == "" else (column == name).fill_null(value=False)).to_numpy()
        if not same.any():
            break
    return same


def _wrong_width(file: Path, text: bytes, layout: Layout, records: Records, place: int) -> InputError:
    model = "the header" if layout.header is not None else "most lines"
    line, found = line_number(text, int(records.starts[place])), int(records.separators[place]) + 1
    return InputError(f"line {line} of {file} must have {layout.width} fields as {model} has, got {found}")


def _explained(file: Path, text: bytes, layout: Layout) -> InputError | None:
    """Return what is wrong with the first record that is, None where all look right."""
    dialect = layout.dialect
    records = find_records(text, dialect.separator, quoted=dialect.quoted, start=layout.start)
    wrong = np.flatnonzero((records.separators != layout.width - 1) & ~_blank(text, records))
    first = int(wrong[0]) if len(wrong) else len(records.starts)
    if dialect.quoted:
        pattern = well_quoted(dialect.separator)
        for place in range(min(first + 1, len(records.starts))):
            record = text[records.starts[place] : records.ends[place]]
            if b'"' in record and not pattern.fullmatch(record.decode()):
                line = line_number(text, int(records.starts[place]))
                return InputError(f"line {line} of {file} must have closed quotes, around whole fields only and doubled inside them")
    return _wrong_width(file, text, layout, records, first) if len(wrong) else None
