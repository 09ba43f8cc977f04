"""Finding out from all cells of a column how its dates are written."""

from __future__ import annotations

from datetime import datetime
from functools import cached_property
from typing import NamedTuple

import polars as pl

from halfmoon.data.formats.date import CLOCK, NUMBERS, ORDERS, DateFormat, moments, parts_of, read_dates, written_dates

MOST_OF = 0.05
"""At most this share of the dates may tell another order than all others do."""


Way = tuple[str, datetime]
"""A cell that is written in some way, and its moment."""


class DateOrder(NamedTuple):
    """What dates that are numbers tell of their order, by one separator.

    Attributes
    ----------
    order : str or None
        "day first" or "month first"; None where they do not tell, or not the same.
    day_first, month_first : str or None
        A cell that can only be so.
    """

    order: str | None
    day_first: str | None
    month_first: str | None


class WrittenDates:
    """The different cells of a column as dates.

    Parameters
    ----------
    cells : polars.Series
        Texts, all different, no marks for missing among them.
    counts : polars.Series
        How many rows have each.
    """

    def __init__(self, cells: pl.Series, counts: pl.Series) -> None:
        self.cells, self.counts = cells, counts
        self.rows = int(counts.sum())
        self.written = written_dates(cells)
        numbers = self.written.filter(pl.col("style") == NUMBERS)
        self.numbers = numbers.with_columns(
            cell=cells.gather(numbers["row"]),
            count=counts.gather(numbers["row"]),
            day_first=moments(numbers).is_not_null(),
            month_first=moments(numbers, month_first=True).is_not_null(),
        )
        self.marks = "".join(sorted(numbers["mark"].unique()))

    @property
    def share(self) -> float:
        """Of the rows, how many are a date in any order."""
        return self._share(self.looks)

    @cached_property
    def looks(self) -> pl.Series:
        """Which cells are a date in any order."""
        others = read_dates(self.written, {})["row"]
        either = self.numbers.filter(pl.col("day_first") | pl.col("month_first"))["row"]
        return pl.select(pl.repeat(value=False, n=len(self.cells), dtype=pl.Boolean)).to_series().scatter(pl.concat([others, either]), True)  # noqa: FBT003 - the value

    @property
    def clock_share(self) -> float:
        """Of the rows, how many are a time of day."""
        return self._share(moments(parts_of(self.cells, CLOCK)).is_not_null())

    def _share(self, which: pl.Series) -> float:
        return int(self.counts.filter(which).sum()) / self.rows if self.rows else 0.0

    def order(self, mark: str) -> DateOrder:
        """Return the order of the dates of one separator."""
        found = self.numbers.filter(pl.col("mark") == mark)
        day_first = found.filter(pl.col("day_first") & ~pl.col("month_first"))
        month_first = found.filter(pl.col("month_first") & ~pl.col("day_first"))
        only = [day_first, month_first]
        count = [int(each["count"].sum()) for each in only]
        decided = count[0] != count[1] and min(count) <= MOST_OF * int(found["count"].sum())
        cells = [None if each.is_empty() else str(each["cell"][0]) for each in only]
        return DateOrder(ORDERS[int(count[1] > count[0])] if decided else None, *cells)

    def format(self, orders: dict[str, str]) -> tuple[DateFormat, dict[str, Way]]:
        """Return the format with these orders, and of each way that occurs a cell and its moment, the most frequent way first."""
        by_order = {order: "".join(mark for mark in orders if orders[mark] == order) for order in ORDERS}
        found = read_dates(self.written, orders).sort("row")
        found = found.with_columns(cell=self.cells.gather(found["row"]), count=self.counts.gather(found["row"]))
        ways = found.group_by("way").agg(pl.col("count").sum(), pl.col("cell", "moment").first())
        ways = ways.sort("count", "way", descending=[True, False])
        known = {way: (cell, moment) for way, cell, moment in ways.select("way", "cell", "moment").iter_rows()}
        return DateFormat(day_first=by_order[ORDERS[0]], month_first=by_order[ORDERS[1]]), known

    @property
    def has_short_years(self) -> bool:
        """Whether a year has two digits."""
        return bool((self.written["year"].str.len_chars() == 2).any())  # noqa: PLR2004 - digits
