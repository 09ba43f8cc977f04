"""Plain values out of the columns of a Polars table.

Messages count rows from 1, without the header. A missing value is a null or a NaN.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from difflib import get_close_matches
from typing import Any

import numpy as np
import polars as pl

from halfmoon.base import checks
from halfmoon.base.checks import Array
from halfmoon.base.errors import InputError
from halfmoon.base.language import english
from halfmoon.data.notes import name_of, names_of, quoted

# Squares of smaller numbers, and their quotients by any standard deviation, stay finite.
LARGEST = 1e100
SQUARED_TO_0 = 1e-150
SMALLEST_DEVIATION = 1e-300  # one over it is finite
DAY = 86_400
LARGEST_DAY = 3_650_000  # some 10,000 years

# What a date or time is in days since 1970, or in days.
_DAYS: dict[type[pl.DataType], Callable[[pl.Series], pl.Series]] = {
    pl.Date: lambda series: series.to_physical(),
    pl.Datetime: lambda series: series.dt.epoch("us") / (DAY * 1e6),
    pl.Duration: lambda series: series.dt.total_microseconds() / (DAY * 1e6),
    pl.Time: lambda series: series.to_physical() / (DAY * 1e9),
}
_CATEGORY = (pl.Categorical, pl.Enum)
_TEXT = (pl.String, *_CATEGORY)


def table(frame: pl.DataFrame) -> pl.DataFrame:
    """Return a table if it has rows."""
    checks.instance("the table", frame, pl.DataFrame, "a polars DataFrame")
    if frame.height == 0:
        raise InputError("the table must have at least one row, it has none")
    return frame


def column(frame: pl.DataFrame, name: str) -> pl.Series:
    """Return a column by its name; otherwise say which there are."""
    check_names([name], frame.columns)
    return frame[name]


def check_names(names: Sequence[str], known: Sequence[str], taken: Collection[str] = ()) -> None:
    """Raise InputError where columns are none of those known, and say which there are; those ``taken`` are not meant by another name."""
    absent = [name for name in names if name not in known]
    if not absent:
        return
    free = {each.strip().lower(): each for each in known if each not in taken}
    near = [free[each] for name in absent for each in get_close_matches(name.strip().lower(), free, n=1)]
    hint = f" (did you mean {english(names_of, near)}?)" if near else ""
    wanted = f"column {name_of(absent[0])}" if len(absent) == 1 else f"{len(absent)} columns {english(names_of, absent)}"
    raise InputError(f"the table must have the {wanted}, it has {english(names_of, known)}{hint}")


def is_text(series: pl.Series) -> bool:
    """Return whether a column holds text or categories."""
    return isinstance(series.dtype, _TEXT)


def is_category(series: pl.Series) -> bool:
    """Return whether a column's type says that it holds categories."""
    return isinstance(series.dtype, _CATEGORY)


def is_number(series: pl.Series) -> bool:
    """Return whether a column holds numbers or truth values."""
    return series.dtype.is_numeric() or series.dtype == pl.Boolean


def scalar(series: pl.Series) -> pl.Series:
    """Return a column if it holds one plain value a row; lists, structures and bytes are refused."""
    if is_text(series) or is_number(series) or series.dtype.is_temporal() or series.dtype == pl.Null:
        return series
    raise InputError(f"the column {name_of(series.name)} must hold numbers, text, truth values or dates, its type is {series.dtype}")


def missing(series: pl.Series) -> Array:
    """Return where values are missing."""
    nulls = series.is_null() | series.is_nan().fill_null(value=False) if series.dtype.is_float() else series.is_null()
    return nulls.to_numpy()


def days(series: pl.Series) -> pl.Series:
    """Return dates and times as days since 1970, times of day and durations as days."""
    return _DAYS[type(series.dtype)](series)


def texts(series: pl.Series) -> list[str | None]:
    """Return a column as text."""
    return scalar(series).cast(pl.String).to_list()


def numbers(series: pl.Series) -> Array:
    """Return a column as float64, NaN where values are missing; dates and times as days."""
    plain = days(series) if scalar(series).dtype.is_temporal() else series
    found = plain.cast(pl.Float64, strict=not is_text(series)).to_numpy() + 0.0  # -0 is 0, as among whole numbers
    largest = LARGEST_DAY if series.dtype.is_temporal() else LARGEST
    wrong = np.abs(found) >= largest
    if is_text(series):
        wrong |= np.isnan(found) & series.is_not_null().to_numpy()
    if wrong.any():
        row = int(wrong.argmax())
        what = "dates and times before the year 10000" if series.dtype.is_temporal() else f"finite numbers below {LARGEST:g}"
        raise InputError(f"the column {name_of(series.name)} must hold {what}, got {quoted(series[row])} in row {row + 1}")
    return found


def may_be_too_large(series: pl.Series) -> bool:
    """Return whether a number of a column may be out of range; quick, and right for plain numbers."""
    if series.dtype == pl.Boolean or not series.dtype.is_numeric():
        return not is_text(series)
    ends: list[Any] = [series.min(), series.max()]
    return any(end is not None and not abs(end) < LARGEST for end in ends)


def complete(series: pl.Series) -> pl.Series:
    """Return a column if none of its values is missing."""
    gaps = missing(series)
    if gaps.any():
        raise InputError(f"the column {name_of(series.name)} must have no missing values, got one in row {int(gaps.argmax()) + 1}")
    return series


def mean_and_scale(values: Array) -> tuple[float, float]:
    """Return the mean and the standard deviation of numbers, 1 in place of a deviation of 0 or nearly so."""
    if values.min() == values.max():
        # Rounding would leave a deviation that is nearly 0 but not quite.
        return float(values[0]), 1.0
    largest = float(np.abs(values).max())
    deviation = float(values.std()) if largest > SQUARED_TO_0 else float((values / largest).std()) * largest
    return float(values.mean()), deviation if deviation > SMALLEST_DEVIATION else 1.0
