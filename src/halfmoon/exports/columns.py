"""The columns of a table as plain data: what a cell may be, and how it becomes the numbers that the network reads.

A number of a table is a float64 until its column is standardised; then it is rounded to the network's dtype.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

from halfmoon.base.checks import Array
from halfmoon.data.columns import PARTS, Category, Column, Date, Number
from halfmoon.data.formats.missing import MARKS, TEXT_MARKS
from halfmoon.data.formats.number import NumberFormat
from halfmoon.data.formats.truth import TRUTH
from halfmoon.data.levels import numbers_of
from halfmoon.data.preparation import Preparation


@dataclass(frozen=True)
class NumberColumn:
    """A number x becomes (x - mean) / scale; a missing one is taken for ``fill``.

    Attributes
    ----------
    name : str
    fill, mean, scale : float
    kind : {"number", "truth", "duration"}
        Truth values are 1 and 0, and another number is a missing one; durations are days.
    numerals : bool
        Whether numerals as programs write them (``-1.5e3``) mean what they say: no percentages, units or decimal commas.
    words : bool
        Whether a text may be a word for a truth value, one of the table's ``words``.
    others : tuple of str
        Texts for a missing value beside the table's ``marks``, as they stand: what training could not read, its first 100 characters.
    lenient : bool
        Whether any other text is a missing value, too, and no error.
    bound : float or None
        Where there is one, the number z that was made becomes z / √(1 + (z / bound)²).
    gaps : bool
        Whether a further column, the last, is 1 where the number is missing, else 0.
    """

    name: str
    fill: float
    mean: float
    scale: float
    kind: str = "number"
    numerals: bool = True
    words: bool = False
    others: tuple[str, ...] = ()
    lenient: bool = False
    bound: float | None = None
    gaps: bool = False

    @property
    def width(self) -> int:
        """Columns of numbers."""
        return 1 + self.gaps


@dataclass(frozen=True)
class CategoryColumn:
    """A text becomes zeros with a one at its level; it is missing where it is no level but one of the table's ``text_marks``.

    A text that is no level, but the numeral of a number that one level alone is written for, is that level.

    Attributes
    ----------
    name : str
    levels : tuple of str
        Each of them a column of zeros and ones.
    has_missing : bool
        Whether a further column, the last, is 1 where the text is missing; else that makes zeros only.
    cut : bool
        Whether an unknown text makes zeros only; else it counts as missing.
    numbers : tuple of (float, str)
        The level that each number stands for.
    ones : tuple of int or None
        Where the one of each level stands instead, then that of a missing text if it has any, last that of an unknown text; -1 for zeros
        only.
    values : ndarray, shape (places, columns), or None
        Numbers, in the predictor's dtype, that stand before those zeros and ones; a row for each place as in ``ones``.
    """

    name: str
    levels: tuple[str, ...]
    has_missing: bool = False
    cut: bool = False
    numbers: tuple[tuple[float, str], ...] = ()
    ones: tuple[int, ...] | None = None
    values: Array | None = None

    @property
    def zeros(self) -> int:
        """Columns of zeros and ones."""
        return len(self.levels) + self.has_missing if self.ones is None else max(self.ones) + 1

    @property
    def width(self) -> int:
        """Columns of numbers."""
        return self.zeros + (0 if self.values is None else self.values.shape[1])


@dataclass(frozen=True)
class DateColumn:
    """A date becomes its days since 1970 as a number does, and sine and cosine of 2π times how far it is within each turn.

    Where it is missing, those are 0.

    Attributes
    ----------
    name : str
    fill, mean, scale : float
        Of the days; of a time of day its fraction of one.
    parts : tuple of (str, float)
        What comes again, and the length of its turn: ``season`` (days since January 1st), ``weekday`` (days since Monday), ``hour``
        (the fraction of the day). Each makes a sine and a cosine.
    clock : bool
        Whether the values are times of day.
    others, lenient, bound, gaps
        As a :class:`NumberColumn` has them.
    """

    name: str
    fill: float
    mean: float
    scale: float
    parts: tuple[tuple[str, float], ...] = ()
    clock: bool = False
    others: tuple[str, ...] = ()
    lenient: bool = False
    bound: float | None = None
    gaps: bool = False

    @property
    def width(self) -> int:
        """Columns of numbers."""
        return 1 + 2 * len(self.parts) + self.gaps


TableColumn: TypeAlias = NumberColumn | CategoryColumn | DateColumn


def _number(column: Number) -> NumberColumn:
    given, numbers = column.format, (column.name, column.fill, column.mean, column.scale)
    if isinstance(given, NumberFormat):
        kind = "duration" if given.duration else "number"
        return NumberColumn(*numbers, kind, given.plain and not given.duration, given.truth, given.others, given.lenient)
    return NumberColumn(*numbers, "truth", numerals=False, words=True, others=given.others, lenient=True)


def _category(column: Category) -> CategoryColumn:
    levels = tuple(level for level in column.levels if level is not None)
    return CategoryColumn(column.name, levels, None in column.levels, column.cut, tuple(numbers_of(levels).items()))


def _date(column: Date) -> DateColumn:
    parts = tuple((part, float(PARTS[part][1])) for part in column.parts)
    given = column.format
    return DateColumn(column.name, column.fill, column.mean, column.scale, parts, given.clock, given.others, given.lenient)


KINDS: dict[type, Callable[[Any], TableColumn]] = {Number: _number, Category: _category, Date: _date}
"""From each kind of column of a preparation."""


@dataclass(frozen=True)
class Table:
    """Columns by name; the features of each stand side by side, in this order, rounded to the predictor's dtype.

    Attributes
    ----------
    columns : tuple of NumberColumn, CategoryColumn or DateColumn
    target : str
        The name of the column that is predicted.
    marks : tuple of str
        Texts for a missing number, date or truth value, in small letters and without blanks around.
    text_marks : tuple of str
        Texts for a missing text, likewise.
    words : tuple of (str, float)
        Words for truth values, likewise, and 1 or 0.
    """

    columns: tuple[TableColumn, ...]
    target: str
    marks: tuple[str, ...] = tuple(sorted(MARKS))
    text_marks: tuple[str, ...] = tuple(sorted(TEXT_MARKS))
    words: tuple[tuple[str, float], ...] = tuple((word, float(true)) for word, true in TRUTH.items())

    @property
    def width(self) -> int:
        """How many features."""
        return sum(column.width for column in self.columns)


def column_of(column: Column) -> Any:
    """Return how a column becomes numbers, as plain data."""
    return KINDS[type(column)](column)


def table_of(preparation: Preparation) -> Table:
    """Return how a table becomes numbers, as plain data."""
    return Table(tuple(map(column_of, preparation.columns)), preparation.target.name)
