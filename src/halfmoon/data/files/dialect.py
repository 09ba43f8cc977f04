"""What separates the columns of a text, and whether quotes stand around its fields."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

from halfmoon.data.files.header import EMPTY, FIGURE, kind_of

SEPARATORS = ",;\t|"
"""Those that are found out, the likelier first; runs of blanks are found too, where nothing else is."""

MOST_RECORDS = 200

BLANKS_INSIDE = re.compile(r"\S  +\S")


BY_ENDING = {".csv": ",", ".tsv": "\t", ".tab": "\t"}
"""What the end of a file's name says."""


class Dialect(NamedTuple):
    """How the fields of a text are written; ``quoted`` says whether a quote at a field's beginning is one."""

    separator: str
    quoted: bool


def is_quoted(text: bytes) -> bool:
    """Return whether some field begins with a quote; otherwise quotes are characters such as any other (inches)."""
    if b'"' not in text:
        return False
    return text.startswith(b'"') or any(mark + b'"' in text for mark in (b"\n", b",", b";", b"\t", b"|", b" "))


def split_fields(record: str, separator: str, *, quoted: bool) -> list[str]:
    """Return the fields of a record, without the quotes around them."""
    if separator == " ":
        return [bare or quote for quote, bare in re.findall(r'"([^"]*)"|([^\s"]+)', record)]
    if not quoted or '"' not in record:
        return record.split(separator)
    return [bare if quote is None else quote.replace('""', '"') for quote, bare in _fields(separator, record)]


def _fields(separator: str, record: str) -> list[tuple[str | None, str]]:
    return [(match[1], match[2]) for match in _field(separator).finditer(record)]


@cache
def _field(separator: str) -> re.Pattern[str]:
    mark = re.escape(separator)
    return re.compile(rf'(?:^|{mark})(?:"([^"]*(?:""[^"]*)*)"|([^{mark}]*))')


@cache
def well_quoted(separator: str) -> re.Pattern[str]:
    """Return what a record matches whose quotes stand around whole fields only, and are doubled inside."""
    mark = re.escape(separator)
    field = rf'(?:"[^"]*(?:""[^"]*)*"|[^"{mark}][^"{mark}]*|)'
    return re.compile(rf"{field}(?:{mark}{field})*")


def find_separator(records: Sequence[str], *, quoted: bool, usual: str) -> str:
    """Return what separates the fields of records.

    The separator whose records have equally many fields that look like cells (figures, or words without another separator),
    after the measure of consistency of van den Burg, Nazabal and Sutton (2019), "Wrangling messy CSV files by detecting row and
    type patterns".

    Parameters
    ----------
    records : sequence of str
        The first ones of a text, none of them blank.
    quoted : bool
        Whether fields may stand in quotes.
    usual : str
        What is taken where nothing speaks for another.
    """
    records = records[:MOST_RECORDS]
    scores = {mark: _consistency(records, mark, quoted=quoted) for mark in SEPARATORS}
    best = max(SEPARATORS, key=lambda mark: (scores[mark], mark == usual, -SEPARATORS.index(mark)))
    if _are_columns_of_blanks(records, best if scores[best] else None):
        return " "
    return best if scores[best] else usual


def _consistency(records: Sequence[str], separator: str, *, quoted: bool) -> float:
    """Return the measure, 0 where the separator makes one column of most records."""
    rows = [split_fields(record, separator, quoted=quoted) for record in records]
    widths = Counter(map(len, rows))
    if len(rows[0]) == 1 and widths.most_common(1)[0][0] == 1:
        return 0.0
    pattern = sum(many * (width - 1) / width for width, many in widths.items()) / len(widths) / len(rows)
    cells = [cell for row in rows for cell in row]
    others = re.compile(f"[{re.escape(SEPARATORS.replace(separator, ''))}]")
    clean = sum(1 for cell in cells if kind_of(cell) in {EMPTY, FIGURE} or not others.search(cell))
    return pattern * max(clean / len(cells), 1e-3)


def _are_columns_of_blanks(records: Sequence[str], rival: str | None) -> bool:
    """Return whether runs of blanks make equally many fields of each record, most of them figures.

    Where another separator makes columns too, runs of several blanks must stand inside its cells.
    """
    rows = [split_fields(record, " ", quoted=True) for record in records]
    widths = set(map(len, rows))
    if len(widths) > 1 or widths == {1}:
        return False
    cells = [cell for row in rows[1:] or rows for cell in row]
    if 2 * sum(kind_of(cell) == FIGURE for cell in cells) < len(cells):
        return False
    return rival is None or all(rival == "\t" and BLANKS_INSIDE.search(record) for record in records)
