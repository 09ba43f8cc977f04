"""One column of texts: what it is, read from all of its cells, and what is said of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import polars as pl

from halfmoon.base.errors import InputError
from halfmoon.base.language import english
from halfmoon.data import values
from halfmoon.data.column_options import ColumnOptions
from halfmoon.data.columns import cell_notes
from halfmoon.data.formats.contract import BOUND, LONGEST_OTHER, MARK, MOST_OTHERS, UNREAD, Cells
from halfmoon.data.formats.date import ORDERS, DateFormat
from halfmoon.data.formats.date_inference import Way, WrittenDates
from halfmoon.data.formats.missing import MARKS, is_mark, stripped
from halfmoon.data.formats.number import PLAIN, NumberFormat
from halfmoon.data.formats.number_inference import WrittenNumbers
from halfmoon.data.formats.text import TextFormat
from halfmoon.data.formats.truth import TruthFormat, is_pair, truth_of
from halfmoon.data.levels import folded_texts
from halfmoon.data.notes import KINDS, Note, examples, name_of, quoted
from halfmoon.data.remedies import remedy
from halfmoon.data.translations import say

ALMOST_ALL = 0.95
"""Of the cells that are not missing: a column where so many are numbers, or dates, is one of them."""

MANY = 0.5
"""Of the cells: where so many look like numbers or dates, but not almost all, the column stays text and it is said why."""

SAMPLE = 1000
"""Different cells that are looked at before all are."""

FEW = 0.3
"""Where fewer of the sample look like numbers or dates, the column is one of texts."""


WHY_TEXT = ("looks like numbers", "looks like dates", "written in several ways")
"""Notes that say why a column stays text, though most of it is no text."""


@dataclass(frozen=True)
class TypedColumn:
    """A column with its type.

    Attributes
    ----------
    values : polars.Series
    format : Format
        How its cells were read.
    notes : tuple of Note
        What is said of it.
    """

    values: pl.Series
    format: Any
    notes: tuple[Note, ...] = ()


class WrittenColumn:
    """A column of texts as a file has it.

    Parameters
    ----------
    series : polars.Series
    asked : ColumnOptions
        What is said of the table's columns.
    """

    def __init__(self, series: pl.Series, asked: ColumnOptions) -> None:
        self.series = series.cast(pl.String)
        self.name, self.asked = series.name, asked
        known = self.series.alias("cell").drop_nulls()
        counted = pl.DataFrame({"cell": known.unique(maintain_order=True), "rows": known.unique_counts()})
        counted = counted.filter(~is_mark(counted["cell"], MARKS))
        self.cells, self.counts = counted["cell"], counted["rows"]
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

    def typed(self, decimal: str | None) -> TypedColumn:
        """Return the column with its type."""
        if self.name in self.asked.category or not (self.rows or self.name in self.asked.number):
            return self._as_text()
        if self.name in self.asked.number:
            return self._as_number(decimal)
        words = set(stripped(self.cells).str.to_lowercase().to_list()) if len(self.cells) <= SAMPLE else set()
        return self._as_truth() if is_pair(words) else self._found_out(decimal)

    def _found_out(self, decimal: str | None) -> TypedColumn:
        """Return the column as what almost all of its cells are."""
        if self.is_text:
            return self._as_text(*self._figure_notes())
        if self.numbers.share < ALMOST_ALL:
            return self._as_date() or self._as_text(*self._near_notes())
        if self.numbers.codes:
            return self._as_text(*self._codes_notes())
        found = self._as_number(decimal)
        return found if self._share(found) >= ALMOST_ALL else self._as_text(self._mixed_note(found))

    def _share(self, typed: TypedColumn) -> float:
        return (len(typed.values) - typed.values.null_count()) / self.rows

    # ---- texts --------------------------------------------------------------------------------------------------------

    def _as_text(self, *notes: Note) -> TypedColumn:
        format_ = TextFormat(signs=bool((stripped(self.cells) == "+").any()))
        cells = format_.read(self.series)
        marks = cells.rows(MARK)
        if not self.rows and self.name not in self.asked.category and cells.values.drop_nulls().n_unique() <= 1:
            return TypedColumn(pl.Series(self.name, [None] * len(self.series), dtype=pl.String), TextFormat())
        return TypedColumn(cells.values, format_, (*cell_notes(self.series, marks, marks.clear()), *notes, *self._twin_notes()))

    def _twin_notes(self) -> Iterator[Note]:
        """Say that texts differ in nothing but case or blanks."""
        if len(self.cells) > SAMPLE:
            return
        folded = pl.DataFrame({"cell": self.cells, "same": folded_texts(self.cells)})
        twins = folded.filter(pl.len().over("same") > 1)
        if twins.height:
            shown = twins.filter(pl.col("same") == twins["same"][0])["cell"].head(3)
            rows = _where(self.series, shown).arg_true()
            text = "The column {name} has texts that differ in case or blanks only, and count as different: {shown}."
            yield Note("case or blanks", self.name, say(text, name=name_of(self.name), shown=examples(self.series, rows)))

    def _others(self, looks_like: pl.Series) -> str:
        """Return the first cells that are not as most are, with their rows."""
        return examples(self.series, _where(self.series, self.cells.filter(~looks_like)).arg_true())

    def _near_notes(self) -> Iterator[Note]:
        looks = {"numbers": self.numbers.share, "dates": self.dates.share}
        what = max(looks, key=lambda each: looks[each])
        if looks[what] < MANY:
            yield from self._figure_notes()
            return
        count = round(looks[what] * self.rows)
        like = self.numbers.looks if what == "numbers" else self.dates.looks
        number = (
            "The column {name} stays text, though {count:,} of {rows:,} cells look like numbers; others do not: {shown}; "
            "{number} takes it for numbers."
        )
        date = "The column {name} stays text, though {count:,} of {rows:,} cells look like dates; others do not: {shown}."
        shown = {"name": name_of(self.name), "count": count, "rows": len(self.series), "shown": self._others(like)}
        yield Note(f"looks like {what}", self.name, say(number if what == "numbers" else date, number=remedy("number"), **shown))

    def _figure_notes(self) -> Iterator[Note]:
        """Say that a column stays text though it is written in digits, as ratios, ranges and minutes are; a sample of the cells tells."""
        cells, counts = self.cells.head(SAMPLE), self.counts.head(SAMPLE)
        digits = cells.str.count_matches("[0-9]")
        figures = cells.str.contains(r"^ *[+-]?[0-9]") & (2 * digits >= cells.str.len_chars())
        if int(counts.filter(figures).sum()) < MANY * int(counts.sum()):
            return
        shown = examples(self.series, _where(self.series, cells.filter(figures).head(3)).arg_true())
        text = "The column {name} stays text, though its cells are figures; as numbers or dates they are not known: {shown}."
        yield Note("figures", self.name, say(text, name=name_of(self.name), shown=shown))

    def _codes_notes(self) -> Iterator[Note]:
        why, codes = next(iter(self.numbers.codes.items()))
        shown = examples(self.series, _where(stripped(self.series), codes).arg_true())
        text = "The column {name} is taken for codes, not for numbers, because of {why}: {shown}."
        words = {"leading zeros": say("leading zeros"), "more digits than a number keeps": say("more digits than a number keeps")}
        yield Note("codes", self.name, say(text, name=name_of(self.name), why=words[why], shown=shown))

    def _mixed_note(self, found: TypedColumn) -> Note:
        shown = examples(self.series, replace(found.format, others=(), lenient=False).read(self.series).rows(UNREAD))
        text = "The column {name} stays text, because its numbers are written in several ways or units; unlike most are {shown}."
        return Note("written in several ways", self.name, say(text, name=name_of(self.name), shown=shown))

    # ---- truth values -------------------------------------------------------------------------------------------------

    def _as_truth(self) -> TypedColumn:
        counted = pl.DataFrame([self.cells, self.counts]).sort("rows", "cell", descending=True)
        sides = [counted.filter(truth_of(counted["cell"]) == side) for side in (True, False)]
        true, false = (side["cell"].to_list() for side in sides)
        format_ = TruthFormat(true=true[0], false=false[0])
        cells = format_.read(self.series)
        notes = cell_notes(self.series, cells.rows(MARK), cells.rows(BOUND))
        if len(true) > 1 or len(false) > 1:
            shown = {side: say(", ").join(map(quoted, words[:4])) for side, words in (("true", true), ("false", false))}
            text = "The column {name} writes its truth values in several ways, {true} and {false}; those of a side are the same."
            notes = (Note("several spellings", self.name, say(text, name=name_of(self.name), **shown)), *notes)
        return TypedColumn(cells.values, format_, notes)

    # ---- numbers ------------------------------------------------------------------------------------------------------

    def _as_number(self, elsewhere: str | None) -> TypedColumn:
        if self.numbers.mixed and not (self.asked.decimal or elsewhere):
            shown = english(examples, self.series, _where(stripped(self.series), pl.Series(self.numbers.mixed)).arg_true())
            comma, point = remedy("decimal comma"), remedy("decimal point")
            ask = f"say {comma} where they do and {point} where they do not, or leave it out by {remedy('drop')}"
            raise InputError(f"the column {name_of(self.name)} must show whether its points separate thousands, got {shown}; {ask}")
        format_, assumed = self.numbers.format(self.asked.decimal, elsewhere)
        cells = format_.read(self.series)
        if self.name in self.asked.number and cells.values.is_null().all():
            raise InputError(f"the column {name_of(self.name)} must hold numbers to be one of those, got {self._first()}")
        self._check_range(cells)
        format_ = replace(self._remembering(format_, cells), truth=format_.plain and _is_zero_or_one(cells.values))
        notes = [*self._missing(cells, "numbers"), *cell_notes(self.series, pl.Series([], dtype=pl.UInt32), cells.rows(BOUND))]
        return TypedColumn(cells.values, format_, (*self._read_notes(format_, cells, assumed=assumed), *notes))

    def _first(self) -> str:
        return english(examples, self.series, self.series.is_not_null().arg_true()) or "no value"

    def _check_range(self, cells: Cells) -> None:
        infinite = _where(self.series, self.cells.filter(self.numbers.infinite))
        too_large = ((cells.values.abs() >= values.LARGEST).fill_null(value=False) | infinite).arg_true()
        if len(too_large):
            row = int(too_large[0])
            what = f"finite numbers below {values.LARGEST:g}, got {quoted(self.series[row])} in row {row + 1}"
            raise InputError(f"the column {name_of(self.name)} must hold {what}")

    def _remembering(self, format_: Any, cells: Cells) -> Any:
        """Return a format that counts as missing what it could not read here."""
        unread = self.series.gather(cells.rows(UNREAD)).str.head(LONGEST_OTHER).unique().sort()
        return replace(format_, others=tuple(unread.head(MOST_OTHERS).to_list()), lenient=len(unread) > MOST_OTHERS)

    def _missing(self, cells: Cells, wanted: str) -> tuple[Note, ...]:
        return cell_notes(self.series, cells.rows(MARK, UNREAD), pl.Series([], dtype=pl.UInt32), wanted)

    def _read_notes(self, format_: NumberFormat, cells: Cells, *, assumed: bool) -> Iterator[Note]:
        """Say how numbers were read that not every program writes so."""
        otherwise = ~stripped(self.cells).str.contains(PLAIN)
        if format_.decimal == ",":  # a plain numeral has a point in it that is none
            otherwise |= self.cells.str.contains(".", literal=True)
        written = _where(self.series, self.cells.filter(otherwise))
        mark = ("," if format_.decimal == "." else ".") if format_.grouped else format_.decimal
        if assumed:
            written |= self.series.str.contains(r"[0-9][.,][0-9]").fill_null(value=False)
        telling = written & self.series.str.contains(mark, literal=True)
        rows = ((telling if telling.any() else written) & cells.values.is_not_null()).arg_true()
        if not len(rows):
            return
        row = int(rows[0])
        certain = "The column {name} is read as numbers, {cell} in row {row} as {number:.12g}."
        open_ = (
            "The column {name} is read as numbers, {cell} in row {row} as {number:.12g}, though the mark could {other} as well; "
            "{decimal} says which it is."
        )
        other = say("separate thousands" if format_.decimal in str(self.series[row]) else "be the decimal one")
        shown = {"name": name_of(self.name), "cell": quoted(self.series[row]), "row": row + 1, "number": cells.values[row], "other": other}
        yield Note(
            "assumed decimal mark" if assumed else "read as numbers",
            self.name,
            say(open_ if assumed else certain, decimal=remedy("decimal"), **shown),
        )

    # ---- dates --------------------------------------------------------------------------------------------------------

    def _as_date(self) -> TypedColumn | None:
        if self.dates.share == 0 and self.dates.clock_share >= ALMOST_ALL:
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
            return ORDERS[0] if self.asked.day_first else ORDERS[1]
        found = self.dates.order(mark)
        if found.order is not None:
            return found.order
        ask = f"say {remedy('dayfirst')} or {remedy('monthfirst')}, or leave it out by {remedy('drop')}"
        if found.day_first is None:
            cells = self.dates.numbers.filter(pl.col("mark") == mark)["cell"]
            shown = english(examples, self.series, _where(self.series, cells).arg_true().head(1))
            raise InputError(f"the column {name_of(self.name)} must show whether the day or the month comes first, got {shown}; {ask}")
        both = english(examples, self.series, self.series.is_in([found.day_first, found.month_first]).arg_true())
        raise InputError(f"the column {name_of(self.name)} must have its dates in one order, got {both}; {ask}")

    def _dated(self, format_: DateFormat, ways: dict[str, Way], what: str) -> TypedColumn:
        cells = format_.read(self.series)
        found = TypedColumn(cells.values, format_)
        if self._share(found) < ALMOST_ALL:  # only where an order was asked for
            shown = english(examples, self.series, cells.rows(UNREAD).head(1))
            order = ORDERS[0 if self.asked.day_first else 1]
            raise InputError(f"the column {name_of(self.name)} must have dates with the {order} as was said, got {shown}")
        format_ = self._remembering(format_, cells)
        return TypedColumn(cells.values, format_, (*self._date_notes(ways, cells, what), *self._missing(cells, what)))

    def _date_notes(self, ways: dict[str, Way], cells: Cells, what: str) -> Iterator[Note]:
        first = cells.values.is_not_null().arg_true()
        row = int(first[0])
        short = say(", years of two digits as 1969 to 2068") if what == "dates" and self.dates.has_short_years else ""
        zoned = say(", times with a zone in UTC") if any(way.endswith("zone") for way in ways) else ""
        text = "The column {name} is read as {kind}, {cell} in row {row} as {value}{short}{zoned}."
        shown = {"cell": quoted(self.series[row]), "row": row + 1, "value": _moment(cells.values[row]), "short": short, "zoned": zoned}
        yield Note(f"read as {what}", self.name, say(text, name=name_of(self.name), kind=say(KINDS[what]), **shown))
        if len(ways) > 1:
            text = "The column {name} writes its dates in {count} ways, as {shown}; all are read."
            some = say(" and ").join(f"{quoted(cell)} ({_moment(moment)})" for cell, moment in list(ways.values())[:3])
            yield Note("two ways", self.name, say(text, name=name_of(self.name), count=len(ways), shown=some))


def _is_zero_or_one(series: pl.Series) -> bool:
    known = series.drop_nulls()
    return bool(known.is_in([0.0, 1.0]).all()) and known.n_unique() == 2  # noqa: PLR2004 - both


def _moment(value: Any) -> str:
    """Return a date, with its time where it has one."""
    return str(value).removesuffix(" 00:00:00")


def _where(series: pl.Series, members: pl.Series) -> pl.Series:
    """Return where a column has one of some values."""
    return series.is_in(members.implode()).fill_null(value=False)
