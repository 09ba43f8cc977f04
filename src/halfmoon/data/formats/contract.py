"""The contract of a format: from cells as a file has them to values of one type, and which cells are none."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import ClassVar, NamedTuple

import polars as pl

from halfmoon.base import checks
from halfmoon.base.errors import InputError
from halfmoon.base.record import Record, checked, record
from halfmoon.data import values
from halfmoon.data.forks import check_not_forked
from halfmoon.data.notes import name_of, quoted

READ, MARK, UNREAD, BOUND = range(4)
"""What became of a cell: read (or empty), a mark for missing, not to be read, or the bound of an open range such as ``<1.0``."""

MOST_OTHERS, LONGEST_OTHER = 100, 100
"""So many cells that training could not read a model remembers as marks for missing, and so many of their first characters."""


class Cells(NamedTuple):
    """The cells of a column, read.

    Attributes
    ----------
    values : polars.Series
        Of one type, null where a value is missing.
    states : polars.Series or None
        READ, MARK, UNREAD or BOUND for each cell; None where all are READ.
    """

    values: pl.Series
    states: pl.Series | None = None

    def rows(self, *states: int) -> pl.Series:
        """Return the indices of the cells in some states."""
        return pl.Series([], dtype=pl.UInt32) if self.states is None else self.states.is_in(states).arg_true()


def cells_of(texts: pl.Series, found: pl.Series, marks: pl.Series, bounds: pl.Series | None = None) -> Cells:
    """Return cells as they were found, null where that failed: a mark for missing is none, an empty cell has nothing to be read."""
    open_ = pl.Series([None], dtype=pl.Boolean) if bounds is None else bounds
    state = pl.when(texts.is_null() | (texts == "")).then(READ).when(marks).then(MARK).when(found.is_null()).then(UNREAD)
    made = pl.select(values=pl.when(~marks).then(found), states=state.when(open_).then(BOUND).otherwise(READ).cast(pl.UInt8))
    return Cells(made["values"].alias(texts.name), made["states"])


def texts_of(_: str, value: object) -> tuple[str, ...]:
    """Return a tuple of texts."""
    for each in checks.instance("others", value, tuple, "a tuple of texts"):
        checks.instance("others", each, str, "texts")
    return value  # type: ignore[return-value]


@record
class Format(Record, ABC):
    """How the cells of a column are read; the same cell is read the same way, whatever else is in its file.

    Parameters
    ----------
    others : tuple of str
        Further marks for a missing value: what training could not read, its first ``LONGEST_OTHER`` characters.
    lenient : bool
        Whether training had more of those than are kept, so that whatever cannot be read is missing.
    """

    what: ClassVar[str]
    """What the values are, in the plural."""

    others: tuple[str, ...] = checked(texts_of, default=())
    lenient: bool = checked(checks.flag, default=False)

    @property
    def written(self) -> str:
        """What the values are and how they are written, in words."""
        return self.what

    @abstractmethod
    def parse(self, texts: pl.Series) -> Cells:
        """Read texts."""

    @abstractmethod
    def typed(self, series: pl.Series) -> Cells:
        """Take the values of a column that is not one of texts.

        Raises
        ------
        InputError
            When they are of another kind.
        """

    def read(self, series: pl.Series) -> Cells:
        """Read a column of texts, or take one that has values of this kind already.

        Raises
        ------
        InputError
            When it holds values of another kind.
        """
        if values.scalar(series).dtype == pl.Null or values.is_text(series):
            check_not_forked()
            texts = series.cast(pl.String)
            distinct = texts.drop_nulls().unique()
            if 2 * len(distinct) > len(texts):
                return _quiet(self._parse(texts))
            found, states = self._parse(distinct)
            return _quiet(Cells(_mapped(texts, distinct, found), None if states is None else _mapped(texts, distinct, states)))
        return self.typed(series)

    def is_other(self, texts: pl.Series) -> pl.Series:
        """Return where texts are what training could not read."""
        return texts.str.head(LONGEST_OTHER).is_in(list(self.others))

    def _parse(self, texts: pl.Series) -> Cells:
        found = self.parse(texts)
        if not self.lenient or found.states is None:
            return found
        return Cells(found.values, found.states.replace(UNREAD, MARK))

    def refusal(self, series: pl.Series) -> InputError:
        """Return the error of a column whose values are of another kind."""
        return InputError(f"the column {name_of(series.name)} must hold {self.what} as in training, it holds {kind_of(series)}")

    def unreadable(self, series: pl.Series, row: int) -> InputError:
        """Return the error of a cell that is of another kind."""
        return InputError(
            f"the column {name_of(series.name)} must hold {self.written} as in training, got {quoted(series[row])} in row {row + 1}"
        )


def kind_of(series: pl.Series) -> str:
    """Return what a column of a table holds, by its type."""
    if series.dtype.is_temporal():
        return "durations" if series.dtype == pl.Duration else "times" if series.dtype == pl.Time else "dates"
    return "truth values" if series.dtype == pl.Boolean else "numbers" if series.dtype.is_numeric() else "texts"


def _mapped(texts: pl.Series, distinct: pl.Series, found: pl.Series) -> pl.Series:
    return texts.replace_strict(distinct, found, default=None, return_dtype=found.dtype)


def _quiet(cells: Cells) -> Cells:
    """Return cells without their states where all are read."""
    return cells if cells.states is not None and (cells.states != READ).any() else Cells(cells.values)
