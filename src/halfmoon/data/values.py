"""Plain values out of the columns of a Polars table.

Messages count rows from 1, without the header. A missing value is a null or a NaN.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from difflib import get_close_matches

import numpy as np
import polars as pl

from halfmoon.base import checks
from halfmoon.base.checks import Array
from halfmoon.base.errors import InputError

# Squares of smaller numbers, and their quotients by any standard deviation, stay finite.
LARGEST = 1e100
DAY = 86_400
SHOWN = 10

# What a date or time is in days since 1970, or in days.
_DAYS: dict[type[pl.DataType], Callable[[pl.Series], pl.Series]] = {
    pl.Date: lambda series: series.to_physical(),
    pl.Datetime: lambda series: series.dt.epoch("us") / (DAY * 1e6),
    pl.Duration: lambda series: series.dt.total_microseconds() / (DAY * 1e6),
    pl.Time: lambda series: series.to_physical() / (DAY * 1e9),
}
_TEXT = (pl.String, pl.Categorical, pl.Enum)


def table(frame: pl.DataFrame) -> pl.DataFrame:
    """Return a table if it has rows."""
    checks.instance("the table", frame, pl.DataFrame, "a polars DataFrame")
    if frame.height == 0:
        raise InputError("the table must have at least one row, it has none")
    return frame


def column(frame: pl.DataFrame, name: str) -> pl.Series:
    """Return a column by its name; otherwise say which there are."""
    if name in frame.columns:
        return frame[name]
    near = get_close_matches(name, frame.columns, n=1) or [each for each in frame.columns if each.lower() == name.lower()]
    hint = f" (did you mean {near[0]!r}?)" if near else ""
    raise InputError(f"the table must have the column {name!r}, it has {some(frame.columns)}{hint}")


def some(items: Sequence[object]) -> str:
    """Return the first of the items in words, and how many more there are."""
    more = [f"{len(items) - SHOWN} more"] if len(items) > SHOWN else []
    return ", ".join([*map(str, items[:SHOWN]), *more])


def is_text(series: pl.Series) -> bool:
    """Return whether a column holds text or categories."""
    return isinstance(series.dtype, _TEXT)


def is_number(series: pl.Series) -> bool:
    """Return whether a column holds numbers or truth values."""
    return series.dtype.is_numeric() or series.dtype == pl.Boolean


def scalar(series: pl.Series) -> pl.Series:
    """Return a column if it holds one plain value a row; lists, structures and bytes are refused."""
    if is_text(series) or is_number(series) or series.dtype.is_temporal() or series.dtype == pl.Null:
        return series
    raise InputError(f"the column {series.name!r} must hold numbers, text, truth values or dates, its type is {series.dtype}")


def missing(series: pl.Series) -> Array:
    """Return where values are missing."""
    nulls = series.is_null() | series.is_nan().fill_null(value=False) if series.dtype.is_float() else series.is_null()
    return nulls.to_numpy()


def texts(series: pl.Series) -> list[str | None]:
    """Return a column as text."""
    return scalar(series).cast(pl.String).to_list()


def numbers(series: pl.Series) -> Array:
    """Return a column as float64, NaN where values are missing; dates and times as days."""
    days = _DAYS.get(type(scalar(series).dtype))
    plain = days(series) if days else series.cast(pl.String) if is_text(series) else series
    converted = plain.cast(pl.Float64, strict=False)
    values = converted.to_numpy().copy()
    wrong = (converted.is_null() & plain.is_not_null()).to_numpy() | (np.abs(values) >= LARGEST)
    if wrong.any():
        row = int(wrong.argmax())
        raise InputError(f"the column {series.name!r} must hold finite numbers below {LARGEST:g}, got {plain[row]!r} in row {row + 1}")
    return values


def complete(series: pl.Series) -> pl.Series:
    """Return a column if none of its values is missing."""
    gaps = missing(series)
    if gaps.any():
        raise InputError(f"the column {series.name!r} must have no missing values, got one in row {int(gaps.argmax()) + 1}")
    return series


def mean_and_scale(values: Array) -> tuple[float, float]:
    """Return the mean and the standard deviation of numbers, 1 in place of a deviation of 0."""
    if values.min() == values.max():
        # Rounding would leave a deviation that is nearly 0 but not quite.
        return float(values[0]), 1.0
    return float(values.mean()), float(values.std()) or 1.0
