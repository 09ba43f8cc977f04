"""What a predictor's operations compute, in NumPy: the expected numbers of a file's self-test, and the ranges that integers must hold."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from halfmoon.base.checks import Array
from halfmoon.exports.columns import CategoryColumn, DateColumn, NumberColumn, TableColumn
from halfmoon.network.inference import Affine, Join, Map, NormaliseRows, Operation, Select, Softmax, SortRows

Values = dict[int, Array]
"""Matrices by the number of their value."""


def _affine(each: Affine, values: Values) -> Array:
    x = values[each.x]
    if each.blocks == 1 and each.W.ndim == 2:  # noqa: PLR2004 - a matrix
        y: Array = x @ each.W
    else:
        own = each.W if each.W.ndim > 2 else np.broadcast_to(each.W, (each.blocks, *each.W.shape))  # noqa: PLR2004
        y = np.einsum("rbi,bio->rbo", x.reshape(len(x), each.blocks, -1), own).reshape(len(x), -1)
    return y if each.b is None else y + each.b


def _normalise_rows(each: NormaliseRows, values: Values) -> Array:
    x = values[each.x]
    centred = x - x.mean(axis=1, keepdims=True)
    variance = np.square(centred).mean(axis=1, keepdims=True)
    return np.asarray(centred / np.sqrt(variance + x.dtype.type(each.epsilon)) * each.scale + each.shift)


def _softmax(each: Softmax, values: Values) -> Array:
    e = np.exp(values[each.x] - values[each.x].max(axis=1, keepdims=True))
    return np.asarray(e / e.sum(axis=1, keepdims=True))


def _map(each: Map, values: Values) -> Array:
    return np.asarray(each.expression.as_number()(*(values[index] for index in each.values), *each.constants))


EVALUATORS: dict[type, Callable[[Any, Values], Array]] = {
    Affine: _affine,
    Map: _map,
    NormaliseRows: _normalise_rows,
    Softmax: _softmax,
    Select: lambda each, values: values[each.x][:, list(each.columns)],
    Join: lambda each, values: np.hstack([values[index] for index in each.values]),
    SortRows: lambda each, values: np.sort(values[each.x], axis=1),
}
"""From each kind of operation and the values before it to the value that it makes."""


def evaluate(operations: Sequence[Operation], given: Values, indices: Sequence[int] | None = None) -> Values:
    """Return the values that operations make, beside those given.

    Parameters
    ----------
    operations : sequence of Operation
    given : dict of int to ndarray, each of shape (n, width)
        Value 0 alone is enough for all of them.
    indices : sequence of int, optional
        Which operations, in order; by default all.
    """
    values = dict(given)
    with np.errstate(all="ignore"):
        for index in range(len(operations)) if indices is None else indices:
            values[index + 1] = EVALUATORS[type(operations[index])](operations[index], values)
    return values


# ---- columns of a table -----------------------------------------------------------------------------------------------------


def _number(column: NumberColumn, cells: Sequence[Any]) -> Array:
    x = np.array(cells, np.float64)
    if column.kind == "truth":
        x[(x != 0) & (x != 1)] = np.nan
    return np.column_stack([_standardised(column, x), *_gaps(column, x)])


def _category(column: CategoryColumn, cells: Sequence[Any]) -> Array:
    """Return the features of levels, None where one is missing."""
    places = {level: place for place, level in enumerate(column.levels)} | {None: len(column.levels) if column.has_missing else -1}
    found = np.array([places[cell] for cell in cells])
    ones = found if column.ones is None else np.array(column.ones)[found]
    zeros = (ones[:, None] == np.arange(column.zeros)).astype(np.float64)
    return zeros if column.values is None else np.hstack([column.values[found], zeros])


def _date(column: DateColumn, cells: Sequence[Any]) -> Array:
    """Return the features of days since 1970."""
    days = np.array(cells, np.float64)
    known = ~np.isnan(days)
    dates = np.floor(np.where(known, days, 0)).astype(np.int64).astype("M8[D]")
    within = {
        "season": (dates - dates.astype("M8[Y]").astype("M8[D]")) / np.timedelta64(1, "D"),
        "weekday": (np.floor(days) + 3) % 7,
        "hour": days % 1,
    }
    found = [_standardised(column, days)]
    for part, turn in column.parts:
        angle = 2 * np.pi * within[part] / turn
        found += [np.where(known, wave(angle), 0.0) for wave in (np.sin, np.cos)]
    return np.column_stack([*found, *_gaps(column, days)])


def _standardised(column: NumberColumn | DateColumn, x: Array) -> Array:
    z = (np.where(np.isnan(x), column.fill, x) - column.mean) / column.scale
    return np.asarray(z if column.bound is None else z / np.hypot(1, z / column.bound))


def _gaps(column: NumberColumn | DateColumn, x: Array) -> list[Array]:
    return [np.isnan(x)] if column.gaps else []


FEATURES: dict[type, Callable[[Any, Sequence[Any]], Array]] = {NumberColumn: _number, CategoryColumn: _category, DateColumn: _date}
"""From each kind of column and plain cells (numbers, with NaN for missing; days since 1970; levels, with None) to its features."""


def features(columns: Sequence[TableColumn], cells: Sequence[Sequence[Any]], dtype: np.dtype[Any]) -> Array:
    """Return the features of a table's columns, (n, width)."""
    return np.hstack([FEATURES[type(column)](column, each) for column, each in zip(columns, cells, strict=True)]).astype(dtype)
