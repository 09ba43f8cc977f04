"""Tables as people hold them, as Polars tables: data frames of any library, Arrow tables, dicts of columns, arrays of two dimensions."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from decimal import Decimal
from typing import Any

import numpy as np
import polars as pl

from halfmoon.base import checks
from halfmoon.base.checks import Array
from halfmoon.base.errors import InputError
from halfmoon.data.notes import name_of

EXPECTED = "a table: a data frame, an Arrow table, a dict of columns or an array of two dimensions"


def is_frame(X: Any) -> bool:
    """Return whether a table has names of columns."""
    if checks.is_sparse(X):  # some of which are mappings
        return False
    return isinstance(X, pl.DataFrame | Mapping) or hasattr(X, "columns") or hasattr(X, "__arrow_c_stream__")


def frame_of(X: Any, name: str = "X") -> pl.DataFrame:
    """Return a table as a Polars table; columns without names are x0, x1, and so on.

    Parameters
    ----------
    X : DataFrame, Arrow table, mapping of str to column, or array-like of two dimensions
    name : str
        What an error calls it.

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
        if hasattr(X, "__arrow_c_stream__") and not hasattr(X, "index") and not isinstance(X, pl.Series):
            return pl.DataFrame(X)
    except (pl.exceptions.PolarsError, TypeError) as error:
        raise InputError(f"{name} must be {EXPECTED}: {' '.join(str(error).split()):.150}") from None
    array = np.asarray(unmasked(X))
    if array.ndim != 2:  # noqa: PLR2004 - rows and columns
        raise InputError(f"{name} must be {EXPECTED}, got {type(X).__name__} of shape {array.shape}")
    columns = array.T if array.dtype == object else np.ascontiguousarray(array.T)  # in one piece, which is given back as a whole
    return pl.DataFrame([_series(f"x{index}", column) for index, column in enumerate(columns)])


def unmasked(X: Any) -> Any:
    """Return what is no masked array as it is, else an array whose masked values are missing: NaN, or None."""
    if not np.ma.isMaskedArray(X):
        return X
    if not np.ma.getmaskarray(X).any():
        return X.data
    return np.ma.filled(X.astype(np.float64), np.nan) if X.dtype.kind in "biuf" else np.ma.filled(X.astype(object), None)


def target_values(y: Any) -> Array:
    """Return targets as an array that loses nothing of them: NumPy takes a list of several kinds for text, and cuts zeros off texts.

    Raises
    ------
    InputError
        When a value is masked, or a text ends in a zero character.
    """
    if np.ma.isMaskedArray(y) and np.ma.getmaskarray(y).any():
        raise InputError(f"y must have no masked values, got one in row {int(np.ma.getmaskarray(y).ravel().argmax()) + 1}")
    if isinstance(y, pl.Series) and y.dtype == pl.String:
        y = y.to_list()
    listed = y if isinstance(y, list | tuple) else np.asarray(y)
    if isinstance(listed, np.ndarray) and listed.dtype.kind != "O":
        return listed
    for row, each in enumerate(listed):
        if isinstance(each, str) and each.endswith("\0"):
            raise InputError(f"y must hold texts that do not end in a zero character, got {each!r:.80} in row {row + 1}")
    if mixes_texts({type(each) for each in listed}):
        found = np.empty(len(listed), dtype=object)
        found[:] = list(listed)
        return found
    if not isinstance(listed, np.ndarray):
        return np.asarray(listed)
    plain = np.asarray(listed.tolist())
    return plain if plain.dtype.kind in "biuf" else listed


def mixes_texts(kinds: Collection[type]) -> bool:
    """Return whether some types of values are texts, and others are not."""
    texts = [issubclass(kind, str) for kind in kinds]
    return any(texts) and not all(texts)


def _series(name: str, column: Any) -> pl.Series:
    """Return a column of any kind: plain numbers as they are, all else value by value; pandas' categories are Polars' too."""
    if isinstance(column, pl.Series):
        return column.alias(name)
    categories = getattr(getattr(column, "dtype", None), "categories", None)
    if categories is not None and str(categories.dtype) != "bool":
        levels = list(map(str, categories))
        return pl.Series(name, [levels[code] if code >= 0 else None for code in getattr(column, "cat", column).codes], dtype=pl.Categorical)
    column = unmasked(column)
    array = column if isinstance(column, list | tuple) else _plain(column)
    if isinstance(array, np.ndarray) and array.dtype.kind in "mM":
        kind = "datetime64" if array.dtype.kind == "M" else "timedelta64"
        return pl.Series(name, np.ascontiguousarray(array, f"{kind}[us]"))  # Polars knows no seconds
    if isinstance(array, np.ndarray) and array.dtype.kind in "biuf":
        return pl.Series(name, np.ascontiguousarray(array))
    items = [_item(each) for each in array]
    kinds = {type(each) for each in items} - {type(None)}
    if Decimal in kinds and any(isinstance(each, Decimal) and each.is_infinite() for each in items):  # which Polars does not bear
        raise InputError(f"the column {name_of(name)} must hold finite numbers, got a Decimal that is infinite")
    if str in kinds and len(kinds) > 1:  # what is not all of one kind is text
        items = [each if each is None else str(each) for each in items]
    return pl.Series(name, items, strict=False)


def _plain(column: Any) -> Any:
    """Return a column of pandas or NumPy as an array: of numbers or moments where it has them, else of objects."""
    kind = getattr(column, "dtype", None)
    if isinstance(kind, np.dtype) and kind.kind in "biufmM":
        return np.asarray(column)
    return np.asarray(column, dtype=object)


def is_missing(value: Any) -> bool:
    """Return whether a cell is None, pandas' NA or NaT, or a number that is not equal to itself."""
    if value is None or value is Ellipsis or type(value).__name__ in {"NAType", "NaTType"}:
        return True
    return isinstance(value, float | Decimal | np.generic) and bool(value != value)  # noqa: PLR0124 - NaN


def _item(value: Any) -> Any:
    """Return a cell, None where it is missing."""
    return None if is_missing(value) else value.item() if isinstance(value, np.generic) else value
