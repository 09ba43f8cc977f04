"""Dates and times of day, as programs and people write them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

import polars as pl

from halfmoon.base import checks
from halfmoon.base.record import checked, record
from halfmoon.data.formats.contract import Cells, Format, cells_of
from halfmoon.data.formats.missing import MARKS, is_mark, stripped

_MONTHS = {
    1: "january jan januar januari janvier janv enero ene gennaio",
    2: "february feb februar februari février févr fév fevrier febrero febbraio",
    3: "march mar märz mär mrz maart mars marzo",
    4: "april apr avril avr abril abr aprile",
    5: "may mai mei mayo maggio",
    6: "june jun juni juin junio giugno",
    7: "july jul juli juillet juil julio luglio",
    8: "august aug augustus août aout agosto ago",
    9: "september sep sept septembre septiembre settembre",
    10: "october oct oktober okt octobre octubre ottobre",
    11: "november nov novembre noviembre",
    12: "december dec dezember dez décembre déc decembre diciembre dic dicembre",
}
MONTHS = {name: month for month, names in _MONTHS.items() for name in names.split()}
"""In small letters: English, German, Dutch, French, Spanish, Italian."""

_MONTH = rf"(?P<name>{'|'.join(sorted(MONTHS, key=len, reverse=True))})\.?"
_YEAR = r"(?P<year>[0-9]{4}|[0-9]{2})"
_WEEKDAY = r"(?:(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*\.?,? +)?"
_CLOCK = r"(?P<hour>[0-9]{1,2}):(?P<minute>[0-9]{2})(?::(?P<second>[0-9]{2})(?:[.,](?P<fraction>[0-9]{1,9}))?)?(?: ?(?P<half>[ap])\.?m\.?)?"
_TIME = rf"(?:(?:t|,? +){_CLOCK}(?: ?(?P<zone>z|utc|gmt|[+-][0-9]{{2}}(?::?[0-9]{{2}})?))?)?$"

ORDERS = ("day first", "month first")
NUMBERS = "numbers"
PATTERNS = {
    "year first": rf"^(?P<year>[0-9]{{4}})(?P<mark>[-/.])(?P<month>[0-9]{{1,2}})[-/.](?P<day>[0-9]{{1,2}}){_TIME}",
    NUMBERS: rf"^(?P<day>[0-9]{{1,2}})(?P<mark>[-/.])(?P<month>[0-9]{{1,2}})[-/.]{_YEAR}{_TIME}",
    "day and name": rf"^{_WEEKDAY}(?P<day>[0-9]{{1,2}})(?:st|nd|rd|th|\.)?(?: de)?[ -]*{_MONTH}(?: de)?,?[ -]*{_YEAR}{_TIME}",
    "name and day": rf"^{_WEEKDAY}{_MONTH}[ -]*(?P<day>[0-9]{{1,2}})(?:st|nd|rd|th)?,? +{_YEAR}{_TIME}",
    "year and month": r"^(?P<year>(?:1[5-9]|2[01])[0-9]{2})[-/](?P<month>[0-9]{1,2})$",
    "month and year": r"^(?P<month>[0-9]{1,2})[-/.](?P<year>(?:1[5-9]|2[01])[0-9]{2})$",
    "quarter": r"^(?P<year>(?:1[5-9]|2[01])[0-9]{2})[ -/]?q(?P<quarter>[1-4])$",
    "quarter first": r"^q(?P<quarter>[1-4])[ -/]?(?P<year>(?:1[5-9]|2[01])[0-9]{2})$",
    "week": r"^(?P<year>(?:1[5-9]|2[01])[0-9]{2})-?w(?P<week>[0-9]{2})$",
    "name and year": rf"^{_MONTH}[ -]+(?P<year>[0-9]{{4}})$",
    "年月日": rf"^(?P<year>[0-9]{{4}}) ?年 ?(?P<month>[0-9]{{1,2}}) ?月 ?(?P<day>[0-9]{{1,2}}) ?日?{_TIME}",
}
"""Ways to write a date, in small letters, or a month, a quarter or a week of ISO 8601, which is its first day.

Of ``numbers`` the separator decides whether ``day`` is the day or the month."""

CLOCK = rf"^{_CLOCK}$"
"""A time of day."""

_PIVOT = 69
"""Two digits of a year from here on are of the twentieth century, as POSIX has it."""

_PARTS = {"year": pl.String, "month": pl.String, "day": pl.String, "name": pl.String, "mark": pl.String} | dict.fromkeys(
    ("hour", "minute", "second", "fraction", "half", "zone"), pl.String
)


_ZONED = pl.when(pl.col("zone").is_null()).then(pl.lit("")).otherwise(pl.lit(" with zone"))


def parts_of(texts: pl.Series, pattern: str) -> pl.DataFrame:
    """Return the parts of texts that fit a pattern, by name, null where it does not; ``fits`` says where it does."""
    small = stripped(texts).str.to_lowercase()
    found = small.str.extract_groups(pattern).struct.unnest()
    absent = [pl.lit(None, dtype=kind).alias(name) for name, kind in _PARTS.items() if name not in found.columns]
    found = found.with_columns(absent)
    if "(?P<name>" in pattern:
        found = found.with_columns(month=pl.col("name").replace_strict(list(MONTHS), [str(each) for each in MONTHS.values()], default=None))
    if "(?P<quarter>" in pattern:
        found = found.with_columns(month=(pl.col("quarter").cast(pl.Int32) * 3 - 2).cast(pl.String))
    if "(?P<week>" in pattern:
        monday = pl.format("{}-W{}-1", "year", "week").str.to_date("%G-W%V-%u", strict=False)
        found = found.with_columns(year=monday.dt.to_string("%Y"), month=monday.dt.to_string("%m"), day=monday.dt.to_string("%d"))
    return found.with_columns(fits=pl.coalesce("day", "month", "hour").is_not_null())


def moments(parts: pl.DataFrame, *, month_first: bool = False) -> pl.Series:
    """Return the moments of parts in UTC, Datetime of microseconds, null where there is no such date or time."""
    day, month = ("month", "day") if month_first else ("day", "month")
    year = pl.col("year").cast(pl.Int32)
    year = pl.when(pl.col("year").str.len_chars() == 2).then(year + pl.when(year >= _PIVOT).then(1900).otherwise(2000)).otherwise(year)  # noqa: PLR2004 - digits
    hour = pl.col("hour").cast(pl.Int32)
    half = pl.when(hour.is_between(1, 12)).then(hour % 12 + pl.when(pl.col("half") == "p").then(12).otherwise(0))
    hour = pl.when(pl.col("half").is_null()).then(hour).otherwise(half)
    hour = pl.when(pl.col("hour").is_null()).then(0).otherwise(hour)
    text = pl.format(
        "{}-{}-{} {}:{}:{}.{}",
        year.fill_null(1970).cast(pl.String).str.zfill(4),
        pl.col(month).fill_null("1").str.zfill(2),
        pl.col(day).fill_null("1").str.zfill(2),
        hour.cast(pl.String).str.zfill(2),
        pl.col("minute").fill_null("00"),
        pl.col("second").fill_null("00"),
        pl.col("fraction").fill_null("0").str.pad_end(6, "0").str.head(6),
    )
    zone = pl.col("zone").str.replace(":", "")
    minutes = zone.str.slice(1, 2).cast(pl.Int64, strict=False) * 60 + zone.str.slice(3, 2).cast(pl.Int64, strict=False).fill_null(0)
    offset = pl.when(zone.str.starts_with("-")).then(-minutes).when(zone.str.starts_with("+")).then(minutes).otherwise(0)
    moment = text.str.to_datetime("%Y-%m-%d %H:%M:%S%.f", time_unit="us", strict=False) - pl.duration(minutes=offset)
    return parts.select(pl.when("fits").then(moment)).to_series()


def written_dates(texts: pl.Series) -> pl.DataFrame:
    """Return the parts of texts that are dates in any of the ways, of each the first that it fits.

    Parameters
    ----------
    texts : polars.Series

    Returns
    -------
    polars.DataFrame
        The columns of :func:`parts_of` and ``row``, the text's place, and ``style``, the pattern's name.
    """
    rows = texts.is_not_null().arg_true()
    found = []
    for style, pattern in PATTERNS.items():
        parts = parts_of(texts.gather(rows), pattern).with_columns(row=rows, style=pl.lit(style))
        found.append(parts.filter("fits").select("row", "style", "fits", *_PARTS))
        rows = parts.filter(~pl.col("fits"))["row"]
    return pl.concat(found)


def read_dates(written: pl.DataFrame, orders: Mapping[str, str]) -> pl.DataFrame:
    """Return what :func:`written_dates` found as dates.

    Parameters
    ----------
    written : polars.DataFrame
    orders : mapping of str to str
        "day first" or "month first" by the separator of dates that are numbers; those of other separators are not read.

    Returns
    -------
    polars.DataFrame
        ``row``, ``moment``, and ``way``: the style, of numbers the order and the separator, and whether there is a zone.
    """
    numbers = pl.col("style") == NUMBERS
    groups = [("", written.filter(~numbers))]
    groups += [(order, written.filter(numbers, pl.col("mark") == mark)) for mark, order in orders.items()]
    found = []
    for order, parts in groups:
        way = pl.format(
            "{} {}{}", pl.lit(order) if order else pl.col("style"), pl.col("mark").fill_null("") if order else pl.lit(""), _ZONED
        )
        found.append(parts.select("row", way=way).with_columns(moment=moments(parts, month_first=order == ORDERS[1])))
    return pl.concat(found).drop_nulls("moment")


@record
class DateFormat(Format):
    """How the dates of a column are written.

    A date that can be read in one way only (year first, or the month by its name) is always read. Times with a zone are taken
    in UTC.

    Parameters
    ----------
    day_first, month_first : str
        The separators, of ``.``, ``/`` and ``-``, of dates that are numbers in this order.
    clock : bool
        Whether the values are times of day.
    """

    what: ClassVar[str] = "dates"

    day_first: str = checked(checks.kind(str, "separators"), default="")
    month_first: str = checked(checks.kind(str, "separators"), default="")
    clock: bool = checked(checks.flag, default=False)

    def parse(self, texts: pl.Series) -> Cells:
        if self.clock:
            found = moments(parts_of(texts, CLOCK)).dt.time()
        else:
            orders = dict.fromkeys(self.day_first, ORDERS[0]) | dict.fromkeys(self.month_first, ORDERS[1])
            read = read_dates(written_dates(texts), orders)
            empty = pl.Series([None], dtype=pl.Datetime("us")).new_from_index(0, len(texts))
            found = empty.scatter(read["row"], read["moment"])
        return cells_of(texts, found, is_mark(texts, MARKS) | self.is_other(texts))

    def typed(self, series: pl.Series) -> Cells:
        kinds = (pl.Time,) if self.clock else (pl.Date, pl.Datetime)
        if not isinstance(series.dtype, kinds):
            raise self.refusal(series)
        if isinstance(series.dtype, pl.Datetime) and series.dtype.time_zone is not None:
            return Cells(series.dt.convert_time_zone("UTC").dt.replace_time_zone(None))
        return Cells(series)
