"""Reading the table that a command names, and saying what was guessed to read it."""

from __future__ import annotations

import sys
from collections.abc import Collection
from pathlib import Path

import polars as pl

from halfmoon.data import FileFormat, read_table


def read(path: Path, file_format: FileFormat, *, known: Collection[str] = (), text: Collection[str] = ()) -> pl.DataFrame:
    """Return a file's table; what was guessed, left out or changed to read it is said on standard error.

    Parameters
    ----------
    path : Path
    file_format : FileFormat
    known : collection of str, optional
        Names that its columns are expected to have.
    text : collection of str, optional
        Columns that stay text.
    """
    table = read_table(path, file_format, known=known, text=text)
    for note in table.notes:
        sys.stderr.write(f"{note}\n")
    return table.frame
