"""The columns of a table as numbers: a number stays one column, a category becomes one for each of its levels, a date its parts."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import numpy as np
import polars as pl

from halfmoon.base import checks
from halfmoon.base.checks import Array
from halfmoon.base.record import Record, checked, record
from halfmoon.data import values
from halfmoon.data.formats.contract import BOUND, MARK, UNREAD, Format
from halfmoon.data.formats.date import DateFormat
from halfmoon.data.formats.number import NumberFormat
from halfmoon.data.formats.text import TextFormat
from halfmoon.data.formats.truth import TruthFormat
from halfmoon.data.levels import nearest, number_levels
from halfmoon.data.notes import SHOWN_CELLS, Note, examples, missing_note, name_of, quoted
from halfmoon.data.translations import say


class ReadColumn(NamedTuple):
    """A column as a model takes it, and what is to be said of its cells."""

    values: pl.Series
    notes: tuple[Note, ...] = ()


@record
class Column(Record, ABC):
    """How a column of a table becomes numbers.

    Parameters
    ----------
    name : str
        The column's.
    """

    name: str = checked(checks.kind(str, "text"))

    @property
    @abstractmethod
    def format(self) -> Format:
        """How its cells are read."""

    @property
    @abstractmethod
    def feature_names(self) -> tuple[str, ...]:
        """One name for each column of numbers."""

    @abstractmethod
    def features(self, series: pl.Series) -> Array:
        """Return the numbers of a column that was read, float64 of shape (n, width), none of them NaN."""

    def read(self, series: pl.Series) -> ReadColumn:
        """Read the cells of another table, as those of the training's were read.

        Raises
        ------
        InputError
            When a cell is of another kind.
        """
        cells = self.format.read(series)
        unread = cells.rows(UNREAD)
        if len(unread):
            raise self.format.unreadable(series, int(unread[0]))
        return ReadColumn(cells.values, cell_notes(series, cells.rows(MARK), cells.rows(BOUND)))


def cell_notes(series: pl.Series, marks: pl.Series, bounds: pl.Series, wanted: str = "") -> tuple[Note, ...]:
    """Return what is said of cells that count as missing, and of those that are taken for the bound they name."""
    notes = [missing_note(series, marks, wanted)] if len(marks) else []
    if len(bounds):
        text = "{count:,} of {rows:,} cells of {name} name a bound, which is taken for the number itself: {shown}."
        shown = {"count": len(bounds), "rows": len(series), "name": name_of(series.name), "shown": examples(series, bounds)}
        notes.append(Note("bounds", series.name, say(text, **shown)))
    return tuple(notes)


@record
class Number(Column):
    """A number x becomes (x - mean) / scale; truth values are 0 and 1, durations days.

    Parameters
    ----------
    name : str
    fill : float
        Stands in for a missing value; the median of the training part.
    mean, scale : float
        Of the training part after filling.
    format : NumberFormat or TruthFormat
    """

    fill: float = checked(checks.number)
    mean: float = checked(checks.number)
    scale: float = checked(checks.positive)
    format: NumberFormat | TruthFormat = checked(
        checks.kind((NumberFormat, TruthFormat), "a NumberFormat or a TruthFormat"), default=NumberFormat()
    )

    @classmethod
    def fitted(cls, series: pl.Series, format_: Any, *, standardise: bool) -> Number:
        """Return the number that a training column shows; it has at least one value."""
        found = values.numbers(series)
        fill = float(np.nanmedian(found))
        filled = np.where(np.isnan(found), fill, found)
        return cls(series.name, fill, *(values.mean_and_scale(filled) if standardise else (0.0, 1.0)), format_)

    def read(self, series: pl.Series) -> ReadColumn:
        if isinstance(self.format, NumberFormat):
            return super().read(series)
        cells = self.format.read(series)  # a word that is none of the two is as a level that training never saw
        marks, unread = cells.rows(MARK), cells.rows(UNREAD)
        notes = [*cell_notes(series, marks, cells.rows(BOUND))]
        return ReadColumn(cells.values, (*notes, missing_note(series, unread, "truth values")) if len(unread) else tuple(notes))

    @property
    def feature_names(self) -> tuple[str, ...]:
        return (self.name,)

    def features(self, series: pl.Series) -> Array:
        found = values.numbers(series)
        filled = np.where(np.isnan(found), self.fill, found)
        return ((filled - self.mean) / self.scale)[:, None]


@record
class Category(Column):
    """A category becomes a row of zeros with a one at its level.

    Parameters
    ----------
    name : str
    levels : tuple of str or None
        Those of the training part, sorted; None, the last, is for missing values.
    cut : bool
        Whether training had further levels, rare ones; they, and any that is unknown, are zeros only.
    format : TextFormat
    """

    levels: tuple[str | None, ...]
    cut: bool = checked(checks.flag, default=False)
    format: TextFormat = checked(checks.kind(TextFormat, "a TextFormat"), default=TextFormat())

    def __post_init__(self) -> None:
        super().__post_init__()
        for level in checks.instance("levels", self.levels, tuple, "a tuple of texts"):
            checks.instance("levels", level, (str, type(None)), "texts or None")

    @classmethod
    def fitted(cls, series: pl.Series, format_: Any, *, most_levels: int) -> Category:
        """Return the category that a training column shows, with its ``most_levels`` most frequent levels, and missing where some are."""
        texts = values.texts(series)
        counts = Counter(each for each in texts if each is not None)
        missing = (None,) if len(texts) > counts.total() else ()
        frequent = sorted(sorted(counts), key=counts.__getitem__, reverse=True)[:most_levels]  # in their order where equally frequent
        return cls(series.name, (*sorted(frequent), *missing), len(counts) > most_levels, format_)

    def read(self, series: pl.Series) -> ReadColumn:
        levels = [level for level in self.levels if level is not None]
        texts = number_levels(series, levels) if values.is_number(series) or values.is_text(series) else series
        cells = self.format.read(texts)
        unknown = (cells.values.is_not_null() & ~cells.values.is_in(levels)).arg_true()
        notes = (*cell_notes(series, cells.rows(MARK), cells.rows(BOUND)), *self._number_notes(series, texts))
        if not len(unknown):
            return ReadColumn(cells.values, notes)
        found = cells.values if self.cut else pl.select(pl.when(cells.values.is_in(levels)).then(cells.values)).to_series()
        return ReadColumn(found.alias(series.name), (*notes, self._unknown_note(texts, unknown, levels)))

    def _number_notes(self, series: pl.Series, texts: pl.Series) -> Iterator[Note]:
        """Say that texts are taken for the level that is the same number in other digits."""
        rows = (texts != series.cast(pl.String)).fill_null(value=False).arg_true() if values.is_text(series) else pl.Series([])
        if len(rows):
            counted = f"{len(rows):,} of {len(series):,} cells of {name_of(self.name)}"
            shown = f"{examples(series, rows)} ({quoted(texts[int(rows[0])])})"
            yield Note("other digits", self.name, f"{counted} are taken for the level that is the same number in other digits: {shown}.")

    def _unknown_note(self, series: pl.Series, rows: pl.Series, levels: list[str]) -> Note:
        """Return the note that levels are unknown; the nearest known ones are named."""
        shown = series.gather(rows).cast(pl.String).unique(maintain_order=True).head(SHOWN_CELLS).to_list()
        near = {each: nearest(each, levels) for each in shown}
        differ = [say("{cell} is not {level}", cell=quoted(each), level=quoted(level)) for each, level in near.items() if level is not None]
        hint = say(" ({hints})", hints=say(", ").join(differ)) if differ else ""
        another = (
            "{count:,} of {rows:,} cells of {name} are none of the {levels} levels that the model keeps, and count as another: "
            "{shown}{hint}."
        )
        missing = "{count:,} of {rows:,} cells of {name} are no level that training saw, and count as missing: {shown}{hint}."
        counts = {"count": len(rows), "rows": len(series), "levels": len(levels)}
        text = say(another if self.cut else missing, name=name_of(self.name), shown=examples(series, rows), hint=hint, **counts)
        return Note("unknown levels", self.name, text)

    @property
    def feature_names(self) -> tuple[str, ...]:
        return tuple(f"{self.name} is missing" if level is None else f"{self.name}={level}" for level in self.levels)

    def features(self, series: pl.Series) -> Array:
        numbers = {level: number for number, level in enumerate(self.levels)}
        found = np.array([numbers.get(text, -1) for text in values.texts(series)])
        return (found[:, None] == np.arange(len(self.levels))).astype(np.float64)


_TURN = 2 * np.pi
PARTS: dict[str, tuple[Callable[[pl.Series], pl.Series], float]] = {
    "season": (lambda series: series.dt.ordinal_day() - 1, 365.25),
    "weekday": (lambda series: series.dt.weekday() - 1, 7),
    "hour": (lambda series: values.days(series) % 1, 1),
}
"""What comes again: how far within its turn a date is, and how long the turn is."""

CLOCK_PARTS = ("hour",)
"""Of a time of day."""


@record
class Date(Column):
    """A date becomes its days since 1970, as a number does, and the sine and cosine of each part of it that comes again.

    Those are the season (the day of the year), the weekday and the hour, where they vary; a missing date has zeros there.

    Parameters
    ----------
    name : str
    fill, mean, scale : float
        As a :class:`Number` has them, of the days.
    parts : tuple of str
        Of ``PARTS``.
    format : DateFormat
    """

    fill: float = checked(checks.number)
    mean: float = checked(checks.number)
    scale: float = checked(checks.positive)
    parts: tuple[str, ...] = ()
    format: DateFormat = checked(checks.kind(DateFormat, "a DateFormat"), default=DateFormat())

    def __post_init__(self) -> None:
        super().__post_init__()
        for part in checks.instance("parts", self.parts, tuple, "a tuple of names"):
            checks.one_of("parts", part, PARTS)

    @classmethod
    def fitted(cls, series: pl.Series, format_: Any, *, standardise: bool) -> Date:
        """Return the date that a training column shows; it has at least one value."""
        number = Number.fitted(series, NumberFormat(), standardise=standardise)
        known = series.drop_nulls()
        parts = tuple(part for part in (CLOCK_PARTS if series.dtype == pl.Time else PARTS) if PARTS[part][0](known).n_unique() > 1)
        return cls(series.name, number.fill, number.mean, number.scale, parts, format_)

    @property
    def feature_names(self) -> tuple[str, ...]:
        return (self.name, *(f"{self.name} {part} {wave}" for part in self.parts for wave in ("sin", "cos")))

    def features(self, series: pl.Series) -> Array:
        days = values.numbers(series)
        found = [(np.where(np.isnan(days), self.fill, days) - self.mean) / self.scale]
        for part in self.parts:
            place, turn = PARTS[part]
            angle = _TURN * place(series).cast(pl.Float64).to_numpy() / turn
            found += [np.where(np.isnan(angle), 0.0, wave(angle)) for wave in (np.sin, np.cos)]
        return np.column_stack(found)
