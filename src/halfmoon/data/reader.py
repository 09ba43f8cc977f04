"""Reading a table from a file, whatever program wrote it."""

from __future__ import annotations

import io
import json
import os
import stat
from collections.abc import Callable, Collection
from pathlib import Path
from typing import NamedTuple

import polars as pl

from halfmoon.base import checks
from halfmoon.base.errors import InputError
from halfmoon.data.files import compression, polars_calls
from halfmoon.data.files.delimited import read_delimited
from halfmoon.data.files.encoding import as_utf8
from halfmoon.data.files.file_format import FileFormat
from halfmoon.data.files.total import without_total
from halfmoon.data.files.workbook import OLD_EXCEL, read_workbook
from halfmoon.data.forks import check_not_forked

PARQUET = b"PAR1"

NO_TABLES = {
    b"\x89PNG": "a PNG picture",
    b"\xff\xd8\xff": "a JPEG picture",
    b"GIF8": "a GIF picture",
    b"%PDF": "a PDF document",
    b"{\\rtf": "a document in RTF",
    b"SQLite format 3\0": "an SQLite data base",
    b"\x89HDF\r\n\x1a\n": "an HDF5 file",
    b"\x93NUMPY": "an array of NumPy's",
    b"ARROW1": "an Arrow file",
    b"Obj\x01": "an Avro file",
    b"7z\xbc\xaf\x27\x1c": "a 7z archive",
    b"Rar!": "a RAR archive",
    b"version https://git-lfs": "a pointer of Git LFS",
    b"<!doctype": "a web page",
    b"<html": "a web page",
    b"<?xml": "an XML document",
}
"""How files begin that hold no table which is read here, in small letters where they are text."""

# A panic of Polars is no Exception, only a BaseException.
_UNREADABLE = (pl.exceptions.PolarsError, pl.exceptions.PanicException, OSError)


class TableFile(NamedTuple):
    r"""The table in a file.

    Attributes
    ----------
    frame : polars.DataFrame
        With at least one row. Of a text file all columns are text, each cell as it stands in the file and None where that is
        empty; but a column of plain numbers may be Int64 or Float64.
    notes : tuple of str
        What was guessed, left out or changed to read it, a sentence each, which begins with the file's name.

    Examples
    --------
    >>> from pathlib import Path
    >>> from halfmoon.data import read_table
    >>> _ = Path("table.csv").write_text("a,b\n1,2\n")
    >>> table = read_table("table.csv")
    >>> table.frame.shape, table.notes
    ((1, 2), ())
    """

    frame: pl.DataFrame
    notes: tuple[str, ...]


def read_table(
    path: str | os.PathLike[str], file_format: FileFormat | None = None, *, known: Collection[str] = (), text: Collection[str] = ()
) -> TableFile:
    r"""Read a table from a file: text with separators, JSON lines, Parquet, or a workbook; any of them packed.

    What kind of file it is, is told by its content and not by its name. Nothing is changed in silence.

    Parameters
    ----------
    path : str or path
        The file.
    file_format : FileFormat, optional
        What is known of it: separator, encoding, whether it has a header, the sheet. The rest is found out.
    known : collection of str, optional
        Names that its columns are expected to have; they tell a header from a row.
    text : collection of str, optional
        Columns of a text file that stay text even where all their cells are numbers.

    Returns
    -------
    TableFile
        The frame, and sentences about what was guessed, left out or changed.

    Raises
    ------
    InputError
        When the file is not there, of no such kind, damaged, or without rows.

    Examples
    --------
    >>> from pathlib import Path
    >>> from halfmoon.data import read_table
    >>> _ = Path("table.csv").write_text("a,b\n1,2\n3,4\n")
    >>> read_table("table.csv").frame.shape
    (2, 2)
    """
    check_not_forked()
    file = Path(checks.instance("path", path, (str, os.PathLike), "the path of a file"))
    asked = FileFormat() if file_format is None else checks.instance("file_format", file_format, FileFormat, "a FileFormat")
    try:
        content = compression.unpacked(file, _content(file))
        found = _reader(file, content)(file, content, asked, known, text)
    except FileNotFoundError:
        raise InputError(f"{file} must be a file, there is none of that name") from None
    except _UNREADABLE as error:
        raise InputError(f"{file} must be a table that can be read, got an error: {polars_calls.reason(error)}") from error
    if 0 in found.frame.shape:
        raise InputError(f"{file} must have at least one row below the header, it has none")
    frame, dropped = without_total(found.frame)
    return TableFile(frame, tuple(f"{file.name}: {note}" for note in (*found.notes, *dropped)))


def _content(file: Path) -> bytes:
    """Return a file's bytes."""
    try:
        kind = file.stat().st_mode
    except ValueError as error:  # a zero byte
        raise InputError(f"path must be the path of a file, got {str(file)!r}: {error}") from None
    if stat.S_ISDIR(kind):
        raise InputError(f"{file} must be a file, it is a directory")
    if not stat.S_ISREG(kind):  # it may never end
        raise InputError(f"{file} must be a file, it is a pipe or a device")
    content = file.read_bytes()
    if not content:
        raise InputError(f"{file} must hold a table, the file is empty")
    return content


Reader = Callable[[Path, bytes, FileFormat, Collection[str], Collection[str]], TableFile]


def _reader(file: Path, content: bytes) -> Reader:
    """Return what reads a file that begins so."""
    if content.startswith(PARQUET):
        return _read_parquet
    if content.startswith((compression.ZIP, OLD_EXCEL)):
        return _read_workbook
    for magic, kind in NO_TABLES.items():
        if content[:64].lstrip().lower().startswith(magic.lower()):
            raise InputError(f"{file} must hold a table, it begins as {kind} does")
    if file.suffix.lower() in {".parquet", ".pq"}:
        raise InputError(f"{file} must be a Parquet file that can be read, it does not begin as one")
    return _read_text


def _read_parquet(file: Path, content: bytes, asked: FileFormat, *_: object) -> TableFile:
    asked.only(f"the Parquet file {file}")
    return TableFile(polars_calls.call(pl.read_parquet, io.BytesIO(content)), ())


def _read_workbook(file: Path, content: bytes, asked: FileFormat, known: Collection[str], _: object) -> TableFile:
    asked.only(f"the workbook {file}", "header", "sheet")
    return TableFile(*read_workbook(file, content, asked, known))


def _read_text(file: Path, content: bytes, asked: FileFormat, known: Collection[str], text: Collection[str]) -> TableFile:
    asked.only(f"the text file {file}", "separator", "encoding", "header")
    decoded = as_utf8(file, content, asked.encoding)
    if not decoded.content or decoded.content.isspace():
        raise InputError(f"{file} must hold a table, it has blank lines only")
    if _is_json(decoded.content):
        asked.only(f"{file}, which holds lines of JSON", "encoding")
        return TableFile(_json(file, decoded.content), decoded.notes)
    found = read_delimited(file, decoded.content, asked, known=known, plain=text)
    return TableFile(found.frame, (*decoded.notes, *found.notes))


def _is_json(text: bytes) -> bool:
    """Return whether the first line is an object or a list of JSON's, or its beginning."""
    start = text.lstrip()[:1]
    if start not in {b"{", b"["}:
        return False
    line = text.lstrip()[: 1 << 20].split(b"\n", 1)[0].strip()
    try:
        return isinstance(json.loads(line), (dict, list))
    except ValueError:
        return line in {b"{", b"["} or line.startswith((b"[{", b'{"'))


def _json(file: Path, text: bytes) -> pl.DataFrame:
    """Return the objects in lines of JSON, or in one list."""
    try:
        if text.lstrip().startswith(b"["):
            return polars_calls.call(pl.read_json, io.BytesIO(text), infer_schema_length=None)
        return polars_calls.call(pl.read_ndjson, io.BytesIO(text), infer_schema_length=None)
    except _UNREADABLE as error:
        raise InputError(f"{file} must have an object of JSON in each line, got an error: {polars_calls.reason(error)}") from error
