"""Whether the first record of a table has the names of its columns, or is one of its rows."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Sequence
from itertools import pairwise
from typing import NamedTuple

from halfmoon.data.formats.missing import TEXT_MARKS

EMPTY, FIGURE, WORD = "empty", "figure", "word"

LETTERS_OF_FIGURES = re.compile(r"(?<=\d)[eE](?=[+-]?\d)|(?<=\d)T(?=\d)|(?<=\d)Z$|[€$£¥]")
"""Letters and signs in numbers, dates and times."""

WHOLE = re.compile(r"[0-9]{1,9}")

NEARLY_ALL = 0.9

FEWEST_YEARS, FEWEST_STEPS = 3, 5
"""So many whole numbers in a row with a step of 1 are names, or so many with any other step."""


class HeaderGuess(NamedTuple):
    """Whether there is a header, and whether some columns speak against what the others say."""

    found: bool
    doubtful: bool = False


def kind_of(cell: str) -> str:
    """Return whether a cell is empty (or marked as missing), a figure (a number or date as people write it), or a word."""
    text = cell.strip()
    if text.lower() in TEXT_MARKS or text.lower() == "none":
        return EMPTY
    rest = LETTERS_OF_FIGURES.sub("", text)
    return FIGURE if any(map(str.isdigit, rest)) and not any(map(str.isalpha, rest)) and "_" not in rest else WORD


def guess_header(first: Sequence[str], below: Sequence[Sequence[str]], known: Collection[str] = ()) -> HeaderGuess:
    """Return whether the first record names the columns.

    It does where a word stands above figures, or an empty cell above a full column. It does not where figures stand above
    figures, or where its words come again below. Figures are names where they count on by one from column to column, as years
    or what pandas numbers columns by.

    Parameters
    ----------
    first : sequence of str
        The cells of the first record.
    below : sequence of sequences of str
        Records under it, each as long.
    known : collection of str, optional
        Names that the columns are expected to have.
    """
    names = [cell.strip() for cell in first]
    rows = [row for row in below if list(row) != list(first)]  # a header that comes twice says nothing
    if known:
        here = {name for place, name in enumerate(names) if name in known and all(row[place].strip() != name for row in rows)}
        if 2 * len(here) >= len(set(known)):
            return HeaderGuess(found=True)
        if all(re.fullmatch(r"column_\d+", name) for name in known):
            return HeaderGuess(found=False)
    votes = [_vote(cell, [row[place] for row in rows]) for place, cell in enumerate(first)]
    for_header, against = votes.count(1), votes.count(-1)
    if not for_header and against:
        figures = sum(kind_of(cell) == FIGURE for cell in first)
        full = sum(kind_of(cell) != EMPTY for cell in first)
        # One word that is a name and a value too is no reason, half of them are.
        return HeaderGuess(found=_count_on(first, rows) if figures else 2 * against < full)
    return HeaderGuess(found=True, doubtful=against > for_header and not _count_on(first, rows))


def _vote(cell: str, column: list[str]) -> int:
    """Return 1 where a cell looks like the name of its column, -1 where it looks like a value of it, 0 where neither."""
    values = [value for value in column if kind_of(value) != EMPTY]
    if not values:
        return 0
    figures = sum(kind_of(value) == FIGURE for value in values) / len(values)
    kind = kind_of(cell)
    if kind == EMPTY:
        return int(not cell.strip() and len(values) == len(column))
    if kind == FIGURE:
        return -1 if figures >= NEARLY_ALL else 0
    return 1 if figures >= NEARLY_ALL else -int(cell in values)


def _count_on(first: Sequence[str], rows: Sequence[Sequence[str]]) -> bool:
    """Return whether the figures of the first record count on from column to column, and those of most other records do not."""
    return _is_count(first) and 2 * sum(_is_count(row) for row in rows) <= len(rows)


def _is_count(row: Sequence[str]) -> bool:
    figures = [cell.strip() for cell in row if kind_of(cell) == FIGURE]
    if len(figures) < 2 or not all(map(WHOLE.fullmatch, figures)):  # noqa: PLR2004 - two numbers make a step
        return False
    numbers = [int(figure) for figure in figures]
    steps = {after - before for before, after in pairwise(numbers)}
    if len(steps) > 1 or min(steps) <= 0:
        return False
    return len(numbers) >= (FEWEST_YEARS if steps == {1} and numbers[0] else 2 if steps == {1} else FEWEST_STEPS)


def titles_above(rows: Sequence[Sequence[str]]) -> int:
    """Return how many first records are a title above the table: one cell or none, above a record that is nearly full."""
    width = Counter(map(len, rows)).most_common(1)[0][0]
    filled = [sum(cell.strip() != "" for cell in row) for row in rows]
    for place, row in enumerate(rows):
        if filled[place] > 1 or not (len(row) == 1 < width or width > 2):  # noqa: PLR2004
            return place if filled[place] >= max(min(width, 2), width - 1) else 0
    return 0
