"""Reading the table that a command names, and saying what was guessed to read it."""

from __future__ import annotations

import os
import sys
from collections.abc import Collection
from pathlib import Path

from halfmoon.base import checks
from halfmoon.cli.board import spinner
from halfmoon.cli.translations import say
from halfmoon.data import BUILTIN, FileFormat, TableFile, load, read_table
from halfmoon.storage.kinds import kind_of
from halfmoon.tabular import TableEnsemble, TableModel


def read(path: Path, file_format: FileFormat, *, known: Collection[str] = (), text: Collection[str] = ()) -> TableFile:
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
    with spinner(say("reading {file}", file=path)):
        table = read_table(path, file_format, known=known, text=text)
    for note in table.notes:
        sys.stderr.write(f"{note}\n")
    return table


def model(path: Path) -> TableModel:
    """Return the model of a table in a file: one network, or an ensemble.

    Raises
    ------
    InputError
        When there is none.
    """
    return (TableEnsemble if kind_of(path)[0] == "table ensemble" else TableModel).load(path)


def find(argument: str, source: str, file_format: FileFormat, *, known: Collection[str] = (), text: Collection[str] = ()) -> TableFile:
    """Return the rows of a built-in set, by its name, or of a file as :func:`read` does.

    Parameters
    ----------
    argument : str
        What the command calls it.
    source : str
    file_format, known, text
        As :func:`read` takes them.

    Raises
    ------
    InputError
        When it is neither, which names the built-in sets where it has no ending; or a built-in set was to be read in some format.
    """
    if source in BUILTIN:
        file_format.only(f"the built-in set {source}")
        return TableFile(load(source).frame, ())
    path = Path(source)
    if not path.suffix and not os.access(path, os.F_OK):  # no exists(), which raises for a name that is too long
        checks.one_of(argument, source, [*BUILTIN, "a file such as table.csv"])
    return read(path, file_format, known=known, text=text)
