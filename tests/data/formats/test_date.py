"""Dates as people write them."""

import datetime as dt

import polars as pl
import pytest

from halfmoon.base.errors import InputError
from halfmoon.data.formats.contract import MARK, UNREAD
from halfmoon.data.formats.date import DateFormat

ISO, DAYS, MONTHS = DateFormat(), DateFormat(day_first="./-"), DateFormat(month_first="/")
LAST = dt.datetime(2020, 1, 31)  # noqa: DTZ001 - a table's times have no zone
FIFTH = dt.datetime(2020, 3, 5)  # noqa: DTZ001

CELLS = [
    # text, format, moment
    ("2020-01-31", ISO, LAST),
    ("2020/1/31", ISO, LAST),
    ("2020.01.31", ISO, LAST),
    (" 2020-01-31 ", ISO, LAST),
    ("2020-01-31 10:30", ISO, LAST.replace(hour=10, minute=30)),
    ("2020-01-31T10:30:15.25", ISO, LAST.replace(hour=10, minute=30, second=15, microsecond=250000)),
    ("2020-01-31T10:30:00Z", ISO, LAST.replace(hour=10, minute=30)),
    ("2020-01-31T10:30:00+02:00", ISO, LAST.replace(hour=8, minute=30)),
    ("2020-01-30 22:00 -0200", ISO, LAST),
    ("5 March 2020", ISO, FIFTH),
    ("5. März 2020", ISO, FIFTH),
    ("05-Mar-2020", ISO, FIFTH),
    ("5th March, 2020", ISO, FIFTH),
    ("March 5, 2020", ISO, FIFTH),
    ("Mar 5 2020 12:00 am", ISO, FIFTH),
    ("Thu, 05 Mar 2020 13:00:00 GMT", ISO, FIFTH.replace(hour=13)),
    ("5 de marzo de 2020", ISO, FIFTH),
    ("2020年3月5日", ISO, FIFTH),
    ("31.01.2020", DAYS, LAST),
    ("31/1/2020 1:05 PM", DAYS, LAST.replace(hour=13, minute=5)),
    ("31-01-2020", DAYS, LAST),
    ("05.03.20", DAYS, FIFTH),
    ("05.03.69", DAYS, FIFTH.replace(year=1969)),
    ("01/31/2020", MONTHS, LAST),
    ("3/5/2020", MONTHS, FIFTH),
    ("31.01.2020", ISO, None),
    ("31.01.2020", MONTHS, None),
    ("01/31/2020", DAYS, None),
    ("2020-02-30", ISO, None),
    ("2020-01-31 25:00", ISO, None),
    ("2020-01-31 13:00 pm", ISO, None),
    ("0000-00-00", ISO, None),
    ("2020-03", ISO, FIFTH.replace(day=1)),
    ("3/2020", ISO, FIFTH.replace(day=1)),
    ("März 2020", ISO, FIFTH.replace(day=1)),
    ("2020-13", ISO, None),
    ("2020Q1", ISO, FIFTH.replace(month=1, day=1)),
    ("2020-Q3", ISO, FIFTH.replace(month=7, day=1)),
    ("Q4 2020", ISO, FIFTH.replace(month=10, day=1)),
    ("2020-Q5", ISO, None),
    ("2020-W10", ISO, FIFTH.replace(day=2)),
    ("2020W53", ISO, FIFTH.replace(month=12, day=28)),
    ("2021-W53", ISO, None),
    ("W10", ISO, None),
    ("3/20", ISO, None),
    ("20200131", ISO, None),
    ("10:30", ISO, None),
    ("5", ISO, None),
    ("Marketing 5, 2020", ISO, None),
]


@pytest.mark.parametrize(("text", "format_", "moment"), CELLS)
def test_a_cell_is_read_by_its_format(text, format_, moment):
    cells = format_.read(pl.Series("x", [text, None]))
    assert cells.values.to_list() == [moment, None]
    assert cells.rows(UNREAD).to_list() == ([0] if moment is None else [])


@pytest.mark.parametrize(("text", "hour"), [("10:30", 10.5), ("1:30 pm", 13.5), ("00:00:00", 0), ("24:00", None), ("10", None)])
def test_times_of_day(text, hour):
    found = DateFormat(clock=True).read(pl.Series("x", [text])).values[0]
    assert (None if found is None else found.hour + found.minute / 60) == hour


def test_marks_for_missing_are_missing():
    cells = ISO.read(pl.Series("x", ["2020-01-31", "-", "NaT", "", "odd"]))
    assert cells.rows(MARK).to_list() == [1, 2]
    assert cells.rows(UNREAD).to_list() == [4]


def test_typed_dates_are_taken():
    zoned = pl.Series("x", [LAST]).dt.replace_time_zone("Europe/Paris")
    assert ISO.read(zoned).values.to_list() == [LAST - dt.timedelta(hours=1)]
    assert ISO.read(pl.Series("x", [LAST.date()])).values.to_list() == [LAST.date()]


@pytest.mark.parametrize(("series", "held"), [(pl.Series("x", [1.5]), "numbers"), (pl.Series("x", [True]), "truth values")])
def test_another_kind_is_refused(series, held):
    with pytest.raises(InputError, match=f"^the column 'x' must hold dates as in training, it holds {held}$"):
        ISO.read(series)
