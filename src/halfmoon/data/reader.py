"""Reading a table from a file: CSV, TSV or Parquet.

Polars reads fast and forgives much: it fills a row that was cut off, and renames a column that comes twice. So the csv
module walks over the lines first and refuses what would otherwise become wrong numbers in silence.
"""

from __future__ import annotations

import csv
import gzip
import os
import zlib
from collections import Counter
from collections.abc import Callable, Collection, Generator, Iterator
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from halfmoon.base import checks
from halfmoon.base.errors import InputError

Reader = Callable[[Path, Collection[str]], pl.DataFrame]

MISSING = ("", "NA", "N/A", "NaN", "nan", "null", "NULL", "?")

OTHER_SEPARATORS = (";", "\t", "|", ",")

# A panic of Polars is no Exception, only a BaseException.
_UNREADABLE = (pl.exceptions.PolarsError, pl.exceptions.PanicException, OSError, EOFError, zlib.error)


def read_table(path: str | os.PathLike[str], *, text: Collection[str] = ()) -> pl.DataFrame:
    """Read a table from a file.

    The types of the columns are inferred from the whole file. Blank lines are skipped; the texts of ``MISSING`` are
    missing values; dates and times are recognised.

    Parameters
    ----------
    path : str or path
        A file that ends in .csv, .csv.gz, .tsv, .tsv.gz, .parquet or .pq.
    text : collection of str, optional
        Columns of a text file that are left as text even where all their values look like numbers, dates or truth values.

    Returns
    -------
    polars.DataFrame
        With at least one row.

    Raises
    ------
    InputError
        When the file is not there, not of such a kind, damaged, or without rows.
    """
    file = Path(checks.instance("path", path, (str, os.PathLike), "the path of a file"))
    read = _reader(file)
    try:
        str(file).encode()
    except UnicodeEncodeError:  # what is no UTF-8 in it, Polars cannot open
        raise InputError(f"path must be a name in UTF-8, got {str(file)!r}") from None
    try:
        if file.is_dir():
            raise IsADirectoryError  # noqa: TRY301 - answered as the system's own
        frame = read(file, text)
    except FileNotFoundError:
        raise InputError(f"{file} must be a file, there is none of that name") from None
    except IsADirectoryError:
        raise InputError(f"{file} must be a file, it is a directory") from None
    except _UNREADABLE as error:
        raise InputError(f"{file} must be a table that can be read, got an error: {_reason(error)}") from error
    if 0 in frame.shape:
        raise InputError(f"{file} must have at least one row below the header, it has none")
    return frame


def _reason(error: BaseException) -> str:
    """Return the first line of an error's message."""
    return (str(error).splitlines() or [type(error).__name__])[0]


def _reader(file: Path) -> Reader:
    """Return the function that reads files with this ending."""
    for suffix, read in READERS.items():
        if file.name.lower().endswith(suffix):
            return read
    raise InputError(f"{file} must end in {', '.join(READERS)}, got {file.suffix or 'no ending'!r}")


def _read_parquet(file: Path, _: Collection[str]) -> pl.DataFrame:
    if file.stat().st_size == 0:
        raise InputError(f"{file} must hold a table, the file is empty")
    return pl.read_parquet(file, glob=False)


# ---- text -------------------------------------------------------------------------------------------------------------


def _read_text(file: Path, text: Collection[str], *, separator: str) -> pl.DataFrame:
    shape = _survey(file, separator)
    options: dict[str, Any] = {"infer_schema_length": None, "null_values": list(MISSING), "try_parse_dates": True, "glob": False}
    try:
        frame = pl.read_csv(file, separator=separator, schema_overrides=dict.fromkeys(text, pl.String), **options)
    except pl.exceptions.PolarsError as error:
        # The survey found the rest in order; the csv module only takes quotes inside a field more lightly.
        raise InputError(f"{file} must have quotes only around whole fields and doubled inside, got an error: {_reason(error)}") from error
    if shape.blank and frame.height == shape.rows + len(shape.blank):
        # Polars takes a blank line for a row without values.
        frame = frame[np.delete(np.arange(frame.height), shape.blank)]
    if frame.height != shape.rows:
        raise InputError(f"{file} must have quotes only around whole fields, {shape.rows} rows were counted and {frame.height} read")
    return frame


@dataclass(frozen=True)
class _Shape:
    """How many rows a text file has, and which of its records below the header are blank."""

    rows: int
    blank: list[int]


def _survey(file: Path, separator: str) -> _Shape:
    """Walk over the records and check that each has as many fields as the header."""
    with closing(_lines(file)) as lines:  # closed here, since the error of a damaged file would keep it open
        return _measure(file, separator, _records(file, separator, lines))


def _measure(file: Path, separator: str, records: Iterator[tuple[int, list[str]]]) -> _Shape:
    header = next((fields for _, fields in records if fields), None)
    if header is None:
        raise InputError(f"{file} must have a header and rows, the file is empty")
    twice = [name for name, count in Counter(header).items() if count > 1]
    if twice:
        raise InputError(f"{file} must name every column differently, {twice[0]!r} comes {header.count(twice[0])} times in the header")
    other = next((mark for mark in OTHER_SEPARATORS if len(header) == 1 and mark in header[0]), None)
    if other is not None:
        raise InputError(f"{file} must separate its columns by {separator!r}, its header looks separated by {other!r}")
    rows = 0
    blank: list[int] = []
    for line, fields in records:
        if len(fields) == len(header):
            rows += 1
        elif fields:
            raise InputError(f"line {line} of {file} must have {len(header)} fields as the header has, got {len(fields)}")
        else:
            blank.append(rows + len(blank))
    return _Shape(rows, blank)


def _records(file: Path, separator: str, lines: Iterator[str]) -> Iterator[tuple[int, list[str]]]:
    """Yield the fields of each record, with the line it begins in."""
    reader = csv.reader(lines, delimiter=separator, strict=True)
    while True:
        line = reader.line_num + 1
        try:
            fields = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise InputError(f"line {line} of {file} must have closed quotes around whole fields and end properly, got: {error}") from None
        yield line, fields


def _lines(file: Path) -> Generator[str, None, None]:
    """Yield the lines of a text file; bytes that are no UTF-8 text are refused with their line."""
    with gzip.open(file) if file.suffix.lower() == ".gz" else file.open("rb") as lines:
        for number, raw in enumerate(lines, start=1):
            try:
                text = raw.decode("utf-8-sig" if number == 1 else "utf-8")
            except UnicodeDecodeError as error:
                raise InputError(f"{file} must be text in UTF-8, line {number} has the byte 0x{error.object[error.start]:02x}") from None
            if "\0" in text:
                raise InputError(f"{file} must be text in UTF-8, line {number} has the byte 0x00")
            yield text


READERS: dict[str, Reader] = {
    ".csv": partial(_read_text, separator=","),
    ".csv.gz": partial(_read_text, separator=","),
    ".tsv": partial(_read_text, separator="\t"),
    ".tsv.gz": partial(_read_text, separator="\t"),
    ".parquet": _read_parquet,
    ".pq": _read_parquet,
}
