"""Tables as people hold them, as Polars tables: data frames of any library, Arrow tables, dicts of columns, arrays of two dimensions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import polars as pl

from halfmoon.base import checks
from halfmoon.base.errors import InputError

EXPECTED = "a table: a data frame, an Arrow table, a dict of columns or an array of two dimensions"


def is_frame(X: Any) -> bool:
    """Return whether a table has names of columns."""
    if checks.is_sparse(X):  # some of which are mappings
        return False
    return isinstance(X, pl.DataFrame | Mapping) or hasattr(X, "columns") or hasattr(X, "__arrow_c_stream__")


def frame_of(X: Any) -> pl.DataFrame:
    """Return a table as a Polars table; columns without names are x0, x1, and so on.

    Parameters
    ----------
    X : DataFrame, Arrow table, mapping of str to column, or array-like of two dimensions

    Raises
    ------
    InputError
        When it is no table, or has two columns of one name.
    """
    if isinstance(X, pl.DataFrame):
        return X
    try:
        if isinstance(X, Mapping):
            return pl.DataFrame([_series(str(name), column) for name, column in X.items()])
        if hasattr(X, "columns") and hasattr(X, "iloc"):  # pandas, which Polars takes with PyArrow only
            return pl.DataFrame([_series(str(name), X.iloc[:, index]) for index, name in enumerate(X.columns)])
        if hasattr(X, "__arrow_c_stream__"):
            return pl.DataFrame(X)
    except (pl.exceptions.PolarsError, TypeError) as error:
        raise InputError(f"X must be {EXPECTED}: {' '.join(str(error).split()):.150}") from None
    array = np.asarray(X)
    if array.ndim != 2:  # noqa: PLR2004 - rows and columns
        raise InputError(f"X must be {EXPECTED}, got {type(X).__name__} of shape {array.shape}")
    columns = array.T if array.dtype == object else np.ascontiguousarray(array.T)  # in one piece, which is given back as a whole
    return pl.DataFrame([_series(f"x{index}", column) for index, column in enumerate(columns)])


def _series(name: str, column: Any) -> pl.Series:
    """Return a column of any kind: plain numbers as they are, all else value by value."""
    if isinstance(column, pl.Series):
        return column.alias(name)
    array = column if isinstance(column, list | tuple) else _plain(column)
    if isinstance(array, np.ndarray) and array.dtype.kind in "mM":
        kind = "datetime64" if array.dtype.kind == "M" else "timedelta64"
        return pl.Series(name, np.ascontiguousarray(array, f"{kind}[us]"))  # Polars knows no seconds
    if isinstance(array, np.ndarray) and array.dtype.kind in "biuf":
        return pl.Series(name, np.ascontiguousarray(array))
    items = [_item(each) for each in array]
    kinds = {type(each) for each in items} - {type(None)}
    if str in kinds and len(kinds) > 1:  # what is not all of one kind is text
        items = [each if each is None else str(each) for each in items]
    return pl.Series(name, items, strict=False)


def _plain(column: Any) -> Any:
    """Return a column of pandas or NumPy as an array: of numbers or moments where it has them, else of objects."""
    kind = getattr(column, "dtype", None)
    if isinstance(kind, np.dtype) and kind.kind in "biufmM":
        return np.asarray(column)
    return np.asarray(column, dtype=object)


def _item(value: Any) -> Any:
    """Return a cell, None where it is missing: None, NaN, and pandas' NA and NaT are not equal to themselves, or say neither."""
    if value is None or value is Ellipsis or type(value).__name__ in {"NAType", "NaTType"}:
        return None
    if isinstance(value, np.generic):
        value = value.item()
    return None if isinstance(value, float) and value != value else value  # noqa: PLR0124 - NaN
