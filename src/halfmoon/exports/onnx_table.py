"""The columns of a table as inputs of an ONNX model, and the nodes that make features of them.

A column is an input of shape (n, 1) with its name. Numbers are float64, NaN where missing, and so are durations (days), dates (days since
1970) and times of day (fractions of one), for ONNX has no dates and reads no numerals. Categories and truth values are texts, "" where
missing.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np

from halfmoon.base import checks
from halfmoon.exports.columns import CategoryColumn, DateColumn, NumberColumn, Table
from halfmoon.exports.onnx_graph import ML_DOMAIN, GraphBuilder, ValueInfoProto, value_info

DECIMALS, DIGITS = 6, 20
"""Up to how many decimals, and with zeros before it up to how many digits, a number is a text for the level that means it."""

LARGEST = 1e150
"""A number whose square is finite."""

UNKNOWN = -1
"""The place of a text that is no level."""


@dataclass(frozen=True)
class Plain:
    """A column of float64 to be standardised; those side by side are standardised at once."""

    value: str
    fill: float
    mean: float
    scale: float
    bound: float | None


Feature = Plain | str
"""A column to be standardised, or the name of finished features."""


def write_inputs(table: Table) -> list[ValueInfoProto]:
    """Return the inputs.

    Raises
    ------
    InputError
        When a column has no name that an input could have.
    """
    given = {_name(column.name): INPUTS[type(column)](column) for column in table.columns}
    return [value_info(name, dtype, 1, told) for name, (dtype, told) in given.items()]


def _name(name: str) -> str:
    if not name or "\0" in name:
        raise checks.fail("the name of a column", name, "a text that is not empty, and without NUL, to be an input of ONNX")
    return name


def write_features(build: GraphBuilder, table: Table, name: str) -> None:
    """Append what makes the features of a table from its columns; they are called ``name``."""
    parts: list[str] = []
    waiting: list[Plain] = []
    for column in table.columns:
        for feature in FEATURES[type(column)](build, column, table):
            if isinstance(feature, Plain) and all(each.bound == feature.bound for each in waiting):
                waiting.append(feature)
            elif isinstance(feature, Plain):
                parts += _standardised(build, waiting)
                waiting = [feature]
            else:
                parts += [*_standardised(build, waiting), feature]
                waiting = []
    parts += _standardised(build, waiting)
    build.node("Concat", *parts, name=name, axis=1)


def _double(build: GraphBuilder, value: Any) -> str:
    return build.constant(value, dtype=np.float64)


def _joined(build: GraphBuilder, values: Sequence[str]) -> str:
    return values[0] if len(values) == 1 else build.node("Concat", *values, axis=1)


def _in_dtype(build: GraphBuilder, value: str) -> str:
    return value if build.dtype == np.float64 else build.cast(value, build.dtype)


def _standardised(build: GraphBuilder, columns: Sequence[Plain]) -> list[str]:
    """Append (x - mean) / scale of some columns side by side, after what is missing is filled."""
    if not columns:
        return []
    x = _joined(build, [each.value for each in columns])
    x = build.node("Where", build.node("IsNaN", x), _double(build, [each.fill for each in columns]), x)
    means, scales = [each.mean for each in columns], [each.scale for each in columns]
    x = build.node("Sub", x, _double(build, means)) if any(means) else x
    x = build.node("Div", x, _double(build, scales)) if set(scales) != {1.0} else x
    x = x if columns[0].bound is None else _bounded(build, x, columns[0].bound)
    return [_in_dtype(build, x)]


def _bounded(build: GraphBuilder, z: str, bound: float) -> str:
    """Append z / √(1 + (z / bound)²)."""
    z = build.node("Clip", z, _double(build, -LARGEST), _double(build, LARGEST))
    share = build.node("Div", z, _double(build, bound))
    return build.node("Div", z, build.node("Sqrt", build.node("Add", build.node("Mul", share, share), _double(build, 1.0))))


def _gaps(build: GraphBuilder, column: NumberColumn | DateColumn) -> Iterator[Feature]:
    """Append what is 1 where a number is missing, if that is asked for."""
    if column.gaps:
        yield build.cast(build.node("IsNaN", column.name), build.dtype)


# ---- texts --------------------------------------------------------------------------------------------------------------------


def spellings(text: str) -> Iterator[str]:
    """Yield a text in all its small and capital letters."""
    yield from map("".join, product(*(sorted({letter.lower(), letter.upper()}) for letter in text)))


def numerals(number: float, longest: int) -> Iterator[str]:
    """Yield what a number is written as: shortest, as Python writes it, with more decimals, and whole ones with zeros before them."""
    shortest = np.format_float_positional(number, trim="-")
    yield from (shortest, repr(number))
    start = len(shortest.partition(".")[2])
    for decimals in range(start + 1, DECIMALS + 1):
        yield shortest + ("" if start else ".") + "0" * (decimals - start)
    if not start:
        yield from (shortest.zfill(width) for width in range(len(shortest) + 1, longest + 1))


def _places(build: GraphBuilder, column: str, places: dict[str, int], other: int) -> str:
    """Append the place of each text, (n, 1) of int64; of any other text ``other``."""
    keys, values = list(places), list(places.values())
    return build.node("LabelEncoder", column, domain=ML_DOMAIN, keys_strings=keys, values_int64s=values, default_int64=other)


def _category(build: GraphBuilder, column: CategoryColumn, table: Table) -> Iterator[Feature]:
    missing = len(column.levels) if column.has_missing else UNKNOWN
    other = UNKNOWN if column.cut else missing
    places = {level: place for place, level in enumerate(column.levels)}
    longest = min(DIGITS, max((len(level) for _, level in column.numbers), default=0))
    for number, level in column.numbers:
        for text in numerals(number, longest):
            places.setdefault(text, places[level])
    if missing != other:  # else a mark for a missing text is as any unknown one
        places = {text: missing for mark in table.text_marks for text in spellings(mark)} | places
    places.setdefault("", missing)
    found = _places(build, column.name, places, other)
    if column.values is not None:  # (n, 1, columns) of places (n, 1), of which -1 is the last
        values = build.node("Gather", build.constant(column.values), found)
        yield build.node("Reshape", values, build.constant([0, column.values.shape[1]], dtype=np.int64))
    if column.ones is not None:
        found = build.node("Gather", build.constant(column.ones, dtype=np.int64), found)
    if column.zeros or column.values is None:
        yield build.cast(build.node("Equal", found, build.constant(np.arange(column.zeros), dtype=np.int64)), build.dtype)


def _truth(build: GraphBuilder, column: NumberColumn, table: Table) -> Iterator[Feature]:
    """Append the standardised 0, 1 or fill of each word, and where it is none."""
    words = {text: int(value) for word, value in table.words for text in spellings(word)}
    values = [(value - column.mean) / column.scale for value in (0.0, 1.0, column.fill)]
    place = _places(build, column.name, words, 2)
    yield build.node("Gather", build.constant(values), place)
    if column.gaps:
        yield build.cast(build.node("Equal", place, build.constant([2], dtype=np.int64)), build.dtype)


def _number(build: GraphBuilder, column: NumberColumn, table: Table) -> Iterator[Feature]:
    if column.kind == "truth":
        yield from _truth(build, column, table)
    else:
        yield Plain(column.name, column.fill, column.mean, column.scale, column.bound)
        yield from _gaps(build, column)


# ---- dates --------------------------------------------------------------------------------------------------------------------

SINCE_YEAR_0 = 719_528.0
"""Days from the first of January of the year 0 to that of 1970."""


def _season(build: GraphBuilder, whole: str) -> str:
    """Append the days since January 1st: of the years that the mean length of one tells, the one before and the one after, the nearest."""

    def floor_of(years: str, add: float, by: float) -> str:
        return build.node("Floor", build.node("Div", build.node("Add", years, _double(build, add)), _double(build, by)))

    since = build.node("Add", whole, _double(build, SINCE_YEAR_0))
    guess = build.node("Floor", build.node("Div", since, _double(build, 365.2425)))
    years = build.node("Add", guess, _double(build, [-1.0, 0.0, 1.0]))
    # days before the year y: 365 y + ⌈y / 4⌉ - ⌈y / 100⌉ + ⌈y / 400⌉
    begin = build.node("Add", build.node("Mul", years, _double(build, 365.0)), floor_of(years, 3.0, 4.0))
    begin = build.node("Add", build.node("Sub", begin, floor_of(years, 99.0, 100.0)), floor_of(years, 399.0, 400.0))
    within = build.node("Sub", since, begin)
    begun = build.node("GreaterOrEqual", within, _double(build, 0.0))
    within = build.node("Where", begun, within, _double(build, 1000.0))
    return build.node("ReduceMin", within, build.constant([1], dtype=np.int64), keepdims=1)


def _weekday(build: GraphBuilder, whole: str) -> str:
    """Append the days since Monday; 1970 began on a Thursday."""
    shifted, week = build.node("Add", whole, _double(build, 3.0)), _double(build, 7.0)
    return build.node("Sub", shifted, build.node("Mul", build.node("Floor", build.node("Div", shifted, week)), week))


PARTS: dict[str, Callable[[GraphBuilder, str, str], str]] = {
    "season": lambda build, _days, whole: _season(build, whole),
    "weekday": lambda build, _days, whole: _weekday(build, whole),
    "hour": lambda build, days, whole: build.node("Sub", days, whole),
}
"""How far a date is within each turn, from its days since 1970 and the whole ones of them."""


def _date(build: GraphBuilder, column: DateColumn) -> Iterator[Feature]:
    yield Plain(column.name, column.fill, column.mean, column.scale, column.bound)
    if column.parts:
        yield _waves(build, column)
    yield from _gaps(build, column)


def _waves(build: GraphBuilder, column: DateColumn) -> Feature:
    """Append sine and cosine of each part that comes again."""
    whole = build.node("Floor", column.name)
    waves = []
    for part, turn in column.parts:
        within = build.node("Mul", PARTS[part](build, column.name, whole), _double(build, 2 * math.pi))
        angle = build.node("Div", within, _double(build, turn))
        waves += [build.node("Sin", angle), build.node("Cos", angle)]
    known = build.node("Where", build.node("IsNaN", column.name), _double(build, 0.0), _joined(build, waves))
    return _in_dtype(build, known)


NUMBER_INPUTS: dict[str, tuple[Any, str]] = {
    "number": (np.float64, "a number; NaN where missing"),
    "duration": (np.float64, "days; NaN where missing"),
    "truth": (object, 'a word for a truth value, such as "true", "False", "yes" or "0"; "" where missing'),
}
"""By the kind of a column of numbers."""

INPUTS: dict[type, Callable[[Any], tuple[Any, str]]] = {
    NumberColumn: lambda column: NUMBER_INPUTS[column.kind],
    CategoryColumn: lambda _column: (object, 'a text; "" where missing'),
    DateColumn: lambda column: (np.float64, f"{'a fraction of the day' if column.clock else 'days since 1970'}; NaN where missing"),
}
"""From each kind of column to the dtype of its input and what is said of it."""


FEATURES: dict[type, Callable[[GraphBuilder, Any, Table], Iterator[Feature]]] = {
    NumberColumn: _number,
    CategoryColumn: _category,
    DateColumn: lambda build, column, _table: _date(build, column),
}
"""From each kind of column to its features, in order."""
