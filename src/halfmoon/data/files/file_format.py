"""How a file is to be read, as far as it is said; the rest is found out."""

from __future__ import annotations

from dataclasses import dataclass, fields

from halfmoon.base import checks
from halfmoon.base.errors import InputError

SEPARATOR_NAMES = {"tab": "\t", "\\t": "\t", "comma": ",", "semicolon": ";", "bar": "|", "pipe": "|", "space": " ", "blank": " "}
"""Words for separators that are hard to type in a shell."""

NO_SEPARATORS = '"\r\n\0.+-_\\'
"""Characters that stand in cells or around them; letters and digits are none either."""


@dataclass(frozen=True)
class FileFormat:
    r"""How a table's file is to be read. What is None is found out.

    Parameters
    ----------
    separator : str, optional
        One character between the columns of a text file, or its name: tab, comma, semicolon, bar, space. A space stands for
        any number of blanks.
    encoding : str, optional
        Of a text file, by its name in Python, as cp1252 or gbk.
    header : bool, optional
        Whether the first line has the names of the columns; without them they are called column_1, column_2, ...
    sheet : str, optional
        Of a workbook, its name or its number from 1 on.

    Raises
    ------
    InputError
        When one of them cannot be such.

    Examples
    --------
    >>> from pathlib import Path
    >>> from halfmoon.data import FileFormat, read_table
    >>> _ = Path("table.csv").write_text("a;b\n1;2\n")
    >>> read_table("table.csv", FileFormat(separator=";")).frame.columns
    ['a', 'b']
    """

    separator: str | None = None
    encoding: str | None = None
    header: bool | None = None
    sheet: str | None = None

    def __post_init__(self) -> None:
        for each, check in (("separator", _separator), ("encoding", _encoding), ("header", checks.flag), ("sheet", _sheet)):
            given = getattr(self, each)
            if given is not None:
                object.__setattr__(self, each, check(each, given))

    def only(self, kind: str, *used: str) -> None:
        """Raise InputError where something is said that a file of this kind has not; ``used`` are those that it has."""
        for each in fields(self):
            if each.name not in used and getattr(self, each.name) is not None:
                raise InputError(f"{each.name} must be left out for {kind}, got {getattr(self, each.name)!r}")


def _separator(name: str, value: object) -> str:
    found = SEPARATOR_NAMES.get(value.lower(), value) if isinstance(value, str) else ""
    if len(found) != 1 or not found.isascii() or found.isalnum() or found in NO_SEPARATORS:
        raise checks.fail(name, value, "one character such as ',', ';', '|' or 'tab'")
    return found


def _encoding(name: str, value: object) -> str:
    text: str = checks.instance(name, value, str, "the name of an encoding")
    try:
        "".encode(text)
    except (LookupError, ValueError):  # unknown, or none of text
        raise checks.fail(name, value, "an encoding that Python knows, such as utf-8, cp1252, latin-1, utf-16 or gbk") from None
    return text


def _sheet(name: str, value: object) -> str:
    return str(checks.instance(name, value, (str, int), "the name of a sheet, or its number"))
