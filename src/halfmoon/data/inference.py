"""What the columns of a table are: from cells as a file has them to numbers, dates, truth values and categories.

It is found out from all rows, before any are held out, so that rows are counted as in the file; each column's format is then a
record, by which the same cell is read the same way in any other file.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, NamedTuple

import polars as pl

from halfmoon.base.errors import InputError
from halfmoon.data import identifiers, values
from halfmoon.data.column_options import ColumnOptions
from halfmoon.data.columns import cell_notes
from halfmoon.data.formats.contract import BOUND, MARK, MOST_OTHERS, READ, UNREAD, Cells, Format
from halfmoon.data.formats.date import DateFormat, moments, parts_of
from halfmoon.data.formats.date_inference import WrittenDates
from halfmoon.data.formats.missing import MARKS, is_mark, stripped
from halfmoon.data.formats.number import PLAIN, NumberFormat
from halfmoon.data.formats.number_inference import WrittenNumbers
from halfmoon.data.formats.text import TextFormat
from halfmoon.data.formats.truth import PAIRS, TruthFormat, is_pair, truth_of
from halfmoon.data.notes import Note, abridged, examples, name_of, quoted
from halfmoon.data.targets import format_of

ALMOST_ALL = 0.95
"""Of the cells that are not missing: a column where so many are numbers, or dates, is one of them."""

MANY = 0.5
"""Of the cells: where so many look like numbers or dates, but not almost all, the column stays text and it is said why."""

SAMPLE = 1000
"""Different cells that are looked at before all are."""

FEW = 0.3
"""Where fewer of the sample look like numbers or dates, the column is one of texts."""


class TypedTable(NamedTuple):
    """A table whose columns have their types.

    Attributes
    ----------
    frame : polars.DataFrame
    formats : dict of str to Format
        Of the columns to learn from and of the target.
    left_out : tuple of str
        Columns that there is nothing to learn from, or that were not asked for.
    notes : tuple of str
        Sentences about columns and cells.
    """

    frame: pl.DataFrame
    formats: dict[str, Format]
    left_out: tuple[str, ...]
    notes: tuple[str, ...]


def infer(frame: pl.DataFrame, target: str, options: ColumnOptions | None = None) -> TypedTable:
    """Find out what the columns of a table are, and read them.

    Parameters
    ----------
    frame : polars.DataFrame
        Columns of text with cells as a file has them, or columns that have a type already.
    target : str
        The column to be predicted.
    options : ColumnOptions, optional

    Raises
    ------
    InputError
        When a column cannot be read, or may be read in several ways.
    """
    values.check_name(target, values.table(frame).columns)
    asked = (options or ColumnOptions()).resolved(frame.columns, target)
    names = [name for name in frame.columns if _is_wanted(name, target, asked)]
    written = {name: _Written(frame[name], asked) for name in names if values.is_text(values.scalar(frame[name]))}
    decimal = asked.decimal or _common([each.decimal for each in written.values()])
    found: dict[str, _Typed] = {}
    for name in names:
        column = written.get(name)
        typed = _as_typed(frame[name], asked) if column is None else column.typed(decimal)
        found[name] = _with_words(typed, frame[name]) if name == target else typed
    left_out, notes = _left_out(found, target, asked)
    kept = [name for name in names if name not in left_out]
    read = frame.with_columns(*[found[name].values.alias(name) for name in kept])
    said = [*(note for name in kept for note in found[name].notes), *notes]
    rest = tuple(name for name in frame.columns if name not in kept)
    return TypedTable(read, {name: found[name].format for name in kept}, rest, abridged(said))


def _is_wanted(name: str, target: str, asked: ColumnOptions) -> bool:
    return name == target or (name not in asked.drop and (not asked.columns or name in asked.columns))


def _common(marks: list[str | None]) -> str | None:
    """Return the decimal mark that most columns show."""
    commas, points = marks.count(","), marks.count(".")
    return None if commas == points else "," if commas > points else "."


def _left_out(found: dict[str, _Typed], target: str, asked: ColumnOptions) -> tuple[set[str], list[Note]]:
    """Return the columns that there is nothing to learn from, and what is said of them."""
    kept_anyway = {target, *asked.columns, *asked.category, *asked.number}
    reasons: dict[str, str] = {}
    for name, each in found.items():
        if name in kept_anyway and name not in asked.columns and name not in asked.category and name not in asked.number:
            continue
        reason = identifiers.reason_to_leave_out(each.values)
        if reason is not None and (name not in kept_anyway or each.values.is_null().all()):
            reasons[name] = reason
    rest = [name for name in found if name not in reasons and name != target]
    notes = []
    if not rest:  # what numbers the rows is better than nothing
        for name in [name for name, reason in reasons.items() if not identifiers.is_empty(reason)]:
            notes.append(identifiers.kept_note(name, reasons.pop(name)))
    return set(reasons), [*notes, *(identifiers.left_out_note(name, reason) for name, reason in reasons.items())]


# ---- one column -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Typed:
    """A column with its type: its values, how they were read, and what is said of it."""

    values: pl.Series
    format: Any
    notes: tuple[Note, ...] = ()


def _as_typed(series: pl.Series, asked: ColumnOptions) -> _Typed:
    """Return a column that has a type already."""
    name = series.name
    if name in asked.category:
        return _Typed(series.cast(pl.String), TextFormat())
    if name in asked.number and not values.is_number(series) and series.dtype != pl.Null:
        raise InputError(f"the column {name_of(name)} must hold numbers to be one of them, its type is {series.dtype}")
    format_ = format_of(series)
    read = format_.read(series).values
    values.numbers(read) if not values.is_text(read) else None  # so that a number out of range is told by its row
    return _Typed(read, format_)


def _with_words(typed: _Typed, series: pl.Series) -> _Typed:
    """Return a target whose truth values are the words that its file uses, since they are what is predicted."""
    format_ = typed.format
    if not isinstance(format_, TruthFormat) or not values.is_text(series):
        return typed
    words = typed.values.replace_strict([True, False], [format_.true, format_.false], default=None, return_dtype=pl.String)
    return replace(typed, values=words)


class _Written:
    """A column of texts as a file has it."""

    def __init__(self, series: pl.Series, asked: ColumnOptions) -> None:
        self.series = series.cast(pl.String)
        self.name, self.asked = series.name, asked
        counted = self.series.drop_nulls().value_counts(sort=False, name="rows")
        counted = counted.filter(~is_mark(counted[self.name], MARKS))
        self.cells, self.counts = counted[self.name], counted["rows"]
        self.rows = int(self.counts.sum())

    @cached_property
    def numbers(self) -> WrittenNumbers:
        return WrittenNumbers(self.cells, self.counts)

    @cached_property
    def dates(self) -> WrittenDates:
        return WrittenDates(self.cells, self.counts)

    @cached_property
    def is_text(self) -> bool:
        """Whether a sample of the cells, from all over the column, has hardly any number or date."""
        if self.name in self.asked.number or not self.rows:
            return False
        order = self.counts.arg_sort(descending=True)
        some = pl.concat([order.head(SAMPLE), order.gather_every(max(len(order) // SAMPLE, 1))]).unique()
        cells, counts = self.cells.gather(some), self.counts.gather(some)
        dates = WrittenDates(cells, counts)
        return max(WrittenNumbers(cells, counts).share, dates.share, dates.clock_share) < FEW

    @property
    def decimal(self) -> str | None:
        """The decimal mark that the column itself shows."""
        certain = self.name not in self.asked.category and self.rows and not self.is_text and self.numbers.share >= MANY
        return self.numbers.decimal() if certain else None

    def typed(self, decimal: str | None) -> _Typed:
        """Return the column with its type."""
        if self.name in self.asked.category or not (self.rows or self.name in self.asked.number):
            return self._as_text([])
        if self.name in self.asked.number:
            return self._as_number(decimal)
        words = set(stripped(self.cells).str.to_lowercase().to_list()) if len(self.cells) <= SAMPLE else set()
        if is_pair(words):
            return self._as_truth(words)
        if self.is_text:
            return self._as_text([])
        if self.numbers.share >= ALMOST_ALL and not self.numbers.is_codes:
            found = self._as_number(decimal)
            if self._share(found) >= ALMOST_ALL:
                return found
            return self._as_text([self._mixed_note(found)])
        if self.numbers.share >= ALMOST_ALL:
            return self._as_text([self._codes_note()])
        dates = self._as_date()
        return self._as_text([*self._near_notes()]) if dates is None else dates

    def _share(self, typed: _Typed) -> float:
        return (len(typed.values) - typed.values.null_count()) / self.rows

    # ---- texts --------------------------------------------------------------------------------------------------------

    def _as_text(self, notes: list[Note]) -> _Typed:
        cells = TextFormat().read(self.series)
        marks = cells.rows(MARK)
        if not self.rows and self.name not in self.asked.category and cells.values.drop_nulls().n_unique() <= 1:
            return _Typed(pl.Series(self.name, [None] * len(self.series), dtype=pl.String), TextFormat())
        return _Typed(cells.values, TextFormat(), (*cell_notes(self.series, marks, marks.clear()), *notes))

    def _others(self, looks_like: pl.Series) -> str:
        """Return the first cells that are not as most are, with their rows."""
        return examples(self.series, _where(self.series, self.cells.filter(~looks_like)).arg_true())

    def _near_notes(self) -> Iterator[Note]:
        looks = {"numbers": self.numbers.share, "dates": self.dates.share}
        what = max(looks, key=lambda each: looks[each])
        if looks[what] < MANY:
            return
        count = round(looks[what] * self.rows)
        like = self.numbers.parts["body"].is_not_null() if what == "numbers" else self.dates.looks
        remedy = "; --number takes it for numbers" if what == "numbers" else ""
        counted = f"{count:,} of {len(self.series):,} cells look like {what}"
        text = f"The column {name_of(self.name)} stays text, though {counted}; others do not: {self._others(like)}{remedy}."
        yield Note(f"looks like {what}", self.name, text)

    def _codes_note(self) -> Note:
        codes = self.cells.filter(stripped(self.cells).str.contains("^[+-]?0[0-9]"))
        shown = examples(self.series, _where(self.series, codes).arg_true())
        text = f"The column {name_of(self.name)} is taken for codes, not for numbers, because of leading zeros: {shown}."
        return Note("codes", self.name, text)

    def _mixed_note(self, found: _Typed) -> Note:
        cells = found.format.read(self.series)
        shown = examples(self.series, cells.rows(UNREAD))
        text = f"The column {name_of(self.name)} stays text, because its numbers are written in several ways or units; unlike most are {shown}."
        return Note("written in several ways", self.name, text)

    # ---- truth values -------------------------------------------------------------------------------------------------

    def _as_truth(self, words: set[str]) -> _Typed:
        truth = truth_of(self.cells)
        most = {side: self.cells.filter(truth == side).gather(self.counts.filter(truth == side).arg_sort(descending=True))[0] for side in (True, False)}
        format_ = TruthFormat(true=most[True], false=most[False])
        cells = format_.read(self.series)
        spellings = ()
        if len(self.cells) > 2:  # noqa: PLR2004 - one for true and one for false
            shown = " and ".join(", ".join(quoted(each) for each in self.cells.filter(truth == side).sort().head(4)) for side in (True, False))
            text = f"The column {name_of(self.name)} writes its truth values in several ways, {shown}; those of a side are the same."
            spellings = (Note("several spellings", self.name, text),)
        return _Typed(cells.values, format_, (*spellings, *cell_notes(self.series, cells.rows(MARK), cells.rows(BOUND))))

    # ---- numbers ------------------------------------------------------------------------------------------------------

    def _as_number(self, elsewhere: str | None) -> _Typed:
        format_, assumed = self.numbers.format(self.asked.decimal, elsewhere)
        cells = format_.read(self.series)
        if cells.values.is_null().all():
            raise InputError(f"the column {name_of(self.name)} must hold numbers to be one of them, got {self._first()}")
        self._check_range(cells)
        format_ = replace(format_, others=self._remembered(cells), truth=format_.plain and _is_zero_or_one(cells.values))
        notes = [*self._missing(cells, "are no numbers"), *cell_notes(self.series, pl.Series([], dtype=pl.UInt32), cells.rows(BOUND))]
        return _Typed(cells.values, format_, (*self._read_notes(format_, cells, assumed=assumed), *notes))

    def _first(self) -> str:
        return examples(self.series, self.series.is_not_null().arg_true()) or "no value"

    def _check_range(self, cells: Cells) -> None:
        too_large = (cells.values.abs() >= values.LARGEST).arg_true()
        if len(too_large):
            row = int(too_large[0])
            what = f"finite numbers below {values.LARGEST:g}, got {quoted(self.series[row])} in row {row + 1}"
            raise InputError(f"the column {name_of(self.name)} must hold {what}")

    def _remembered(self, cells: Cells) -> tuple[str, ...]:
        unread = self.series.gather(cells.rows(UNREAD)).unique().sort()
        return tuple(unread.head(MOST_OTHERS).to_list())

    def _missing(self, cells: Cells, what: str) -> tuple[Note, ...]:
        return cell_notes(self.series, cells.rows(MARK, UNREAD), pl.Series([], dtype=pl.UInt32), what)

    def _read_notes(self, format_: NumberFormat, cells: Cells, *, assumed: bool) -> Iterator[Note]:
        """Say how numbers were read that not every program writes so."""
        written = _where(self.series, self.cells.filter(~stripped(self.cells).str.contains(PLAIN)))
        mark = ("," if format_.decimal == "." else ".") if format_.grouped else format_.decimal
        telling = written & self.series.str.contains(mark, literal=True)
        rows = ((telling if telling.any() else written) & cells.values.is_not_null()).arg_true()
        if not len(rows):
            return
        row = int(rows[0])
        other = "though the mark could be the decimal one as well; --decimal says which it is" if assumed else ""
        shown = f"{quoted(self.series[row])} in row {row + 1} as {cells.values[row]:g}"
        text = f"The column {name_of(self.name)} is read as numbers, {shown}{', ' + other if other else ''}."
        yield Note("assumed decimal mark" if assumed else "read as numbers", self.name, text)

    # ---- dates --------------------------------------------------------------------------------------------------------

    def _as_date(self) -> _Typed | None:
        if self.dates.clock_share >= ALMOST_ALL:
            return self._dated(DateFormat(clock=True), {}, "times")
        if self.dates.share < ALMOST_ALL:
            return None
        orders = {mark: self._order(mark) for mark in self.dates.marks}
        format_, ways = self.dates.format(orders)
        return self._dated(format_, ways, "dates")

    def _order(self, mark: str) -> str:
        """Return the order of dates with a separator; where it stays open, it has to be said.

        Raises
        ------
        InputError
            When the cells do not tell, or not the same.
        """
        if self.asked.day_first is not None:
            return "day first" if self.asked.day_first else "month first"
        found = self.dates.order(mark)
        if found.order is not None:
            return found.order
        remedy = "say --dayfirst or --monthfirst, or leave it out by --drop"
        if found.day_first is None:
            shown = examples(self.series, _where(self.series, self.dates.parts.filter("fits", pl.col("mark") == mark)["cell"]).arg_true().head(1))
            raise InputError(f"the column {name_of(self.name)} must show whether the day or the month comes first, got {shown}; {remedy}")
        both = examples(self.series, self.series.is_in([found.day_first, found.month_first]).arg_true())
        raise InputError(f"the column {name_of(self.name)} must have its dates in one order, got {both}; {remedy}")

    def _dated(self, format_: DateFormat, ways: dict[str, str], what: str) -> _Typed:
        cells = format_.read(self.series)
        format_ = replace(format_, others=self._remembered(cells))
        return _Typed(cells.values, format_, (*self._date_notes(ways, cells, what), *self._missing(cells, f"are no {what}")))

    def _date_notes(self, ways: dict[str, str], cells: Cells, what: str) -> Iterator[Note]:
        first = cells.values.is_not_null().arg_true()
        row = int(first[0])
        short = ", years of two digits from 1969 on" if what == "dates" and self.dates.has_short_years else ""
        zoned = ", times with a zone in UTC" if any(way.endswith("zone") for way in ways) else ""
        shown = f"{quoted(self.series[row])} in row {row + 1} as {str(cells.values[row]).removesuffix(' 00:00:00')}"
        text = f"The column {name_of(self.name)} is read as {what}, {shown}{short}{zoned}."
        yield Note(f"read as {what}", self.name, text)
        if len(ways) > 1:
            shown = " and ".join(quoted(cell) for cell in list(ways.values())[:3])
            yield Note("two ways", self.name, f"The column {name_of(self.name)} writes its dates in {len(ways)} ways, as {shown}; all are read.")


def _is_zero_or_one(series: pl.Series) -> bool:
    known = series.drop_nulls()
    return bool(known.is_in([0.0, 1.0]).all()) and known.n_unique() == 2  # noqa: PLR2004 - both


def _where(series: pl.Series, members: pl.Series) -> pl.Series:
    """Return where a column has one of some values."""
    return series.is_in(members.implode()).fill_null(value=False)
