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
from collections.abc import Collection, Generator
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from halfmoon.base import checks
from halfmoon.base.errors import InputError

SEPARATORS = {".csv": ",", ".csv.gz": ",", ".tsv": "\t", ".tsv.gz": "\t", ".parquet": None, ".pq": None}
"""What separates the columns in a file with such an ending; nothing does in Parquet."""

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
    ending = next((each for each in SEPARATORS if file.name.lower().endswith(each)), None)
    if ending is None:
        raise InputError(f"{file} must end in {', '.join(SEPARATORS)}, got {file.suffix or 'no ending'!r}")
    try:
        str(file).encode()
    except UnicodeEncodeError:  # what is no UTF-8 in it, Polars cannot open
        raise InputError(f"path must be a name in UTF-8, got {str(file)!r}") from None
    try:
        if file.is_dir():
            raise InputError(f"{file} must be a file, it is a directory")
        if file.stat().st_size == 0:
            raise InputError(f"{file} must hold a table, the file is empty")
        separator = SEPARATORS[ending]
        frame = pl.read_parquet(file, glob=False) if separator is None else _read_text(file, text, separator)
    except FileNotFoundError:
        raise InputError(f"{file} must be a file, there is none of that name") from None
    except _UNREADABLE as error:
        raise InputError(f"{file} must be a table that can be read, got an error: {_reason(error)}") from error
    if 0 in frame.shape:
        raise InputError(f"{file} must have at least one row below the header, it has none")
    return frame


def _reason(error: BaseException) -> str:
    """Return the first line of an error's message."""
    return (str(error).splitlines() or [type(error).__name__])[0]


# ---- text -------------------------------------------------------------------------------------------------------------


def _read_text(file: Path, text: Collection[str], separator: str) -> pl.DataFrame:
    rows, blank = _survey(file, separator)
    options: dict[str, Any] = {"infer_schema": False, "glob": False}
    try:
        frame = pl.read_csv(file, separator=separator, **options)
    except pl.exceptions.PolarsError as error:
        # The survey found the rest in order; the csv module only takes quotes inside a field more lightly.
        raise InputError(f"{file} must have quotes only around whole fields and doubled inside, got an error: {_reason(error)}") from error
    if blank and frame.height == rows + len(blank):
        # Polars takes a blank line for a row without values.
        frame = frame[np.delete(np.arange(frame.height), blank)]
    if frame.height != rows:
        raise InputError(f"{file} must have quotes only around whole fields, {rows} rows were counted and {frame.height} read")
    return frame.with_columns(*[_numerals(each) for each in frame.iter_columns() if each.name not in text])


def _numerals(series: pl.Series) -> pl.Series:
    """Return a column of nothing but plain numerals as numbers."""
    known = series.drop_nulls()
    if known.is_empty() or not known.str.contains(r"^-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?$").all():
        return series
    whole = series.cast(pl.Int64, strict=False)
    return whole if whole.null_count() == series.null_count() else series.cast(pl.Float64)


def _survey(file: Path, separator: str) -> tuple[int, list[int]]:
    """Check that each record has as many fields as the header; return how many have, and which records are blank lines."""
    header: list[str] = []
    blank: list[int] = []
    rows, line = 0, 1
    with closing(_lines(file)) as lines:  # closed here, since the error of a damaged file would keep it open
        reader = csv.reader(lines, delimiter=separator, strict=True)
        try:
            for fields in reader:
                if not header:
                    header = _checked_header(file, fields, separator)
                elif len(fields) == len(header):
                    rows += 1
                elif fields:
                    raise InputError(f"line {line} of {file} must have {len(header)} fields as the header has, got {len(fields)}")
                else:
                    blank.append(rows + len(blank))
                line = reader.line_num + 1
        except csv.Error as error:
            raise InputError(f"line {line} of {file} must have closed quotes around whole fields and end properly, got: {error}") from None
    if not header:
        raise InputError(f"{file} must have a header and rows, the file is empty")
    return rows, blank


def _checked_header(file: Path, header: list[str], separator: str) -> list[str]:
    """Return the fields of the header, none of a blank line; refuse a name that comes twice, and another separator."""
    twice = [name for name, count in Counter(header).items() if count > 1]
    if twice:
        raise InputError(f"{file} must name every column differently, {twice[0]!r} comes {header.count(twice[0])} times in the header")
    other = next((mark for mark in OTHER_SEPARATORS if len(header) == 1 and mark in header[0]), None)
    if other is not None:
        raise InputError(f"{file} must separate its columns by {separator!r}, its header looks separated by {other!r}")
    return header


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
