"""Checks of arguments: each returns the value in its proper form, or raises one helpful sentence."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from numbers import Integral, Real
from typing import Any

import numpy as np
from numpy.typing import NDArray

from halfmoon.base.errors import InputError, UnknownNameError
from halfmoon.base.record import Record, checked, record

Array = NDArray[Any]
Index = tuple[int, ...]
"""Of one entry of an array."""
Check = Callable[[str, Any], Any]
"""Takes an argument's name and value, and returns the value in its proper form or raises InputError."""


LONGEST = 80
"""Characters of a wrong value that an error shows."""


def fail(name: str, value: object, expected: str) -> InputError:
    """Return the error that says what ``name`` should have been."""
    text = " ".join(repr(value).split())
    shown = text if len(text) <= LONGEST else text[: LONGEST - 3] + "..."
    return InputError(f"{name} must be {expected}, got {shown}")


def number(name: str, value: object) -> float:
    """Return a finite real number as a float."""
    try:
        found = float(value) if isinstance(value, Real) and not isinstance(value, bool | np.bool_) else math.nan
    except OverflowError:
        found = math.inf
    if not math.isfinite(found):
        raise fail(name, value, "a finite number")
    return found


def real(name: str, value: object) -> float:
    """Return a real number, which may be infinite or NaN, as a float."""
    if not isinstance(value, Real) or isinstance(value, bool | np.bool_):
        raise fail(name, value, "a number")
    return float(value) if isinstance(value, float | np.floating) else number(name, value)


def one_of(name: str, value: Any, choices: Iterable[str]) -> str:
    """Return ``value`` if it is among ``choices``; otherwise name the nearest."""
    known = list(choices)
    if isinstance(value, str) and value in known:
        return value
    from difflib import get_close_matches  # noqa: PLC0415 - for mistakes only

    near = get_close_matches(value, known, n=1) if isinstance(value, str) else []
    hint = f" (did you mean {near[0]!r}?)" if near else ""
    raise UnknownNameError(str(fail(name, value, f"one of {', '.join(known) or 'none'}{hint}")))


def choice(choices: Iterable[str]) -> Check:
    """Return a check for one of some names."""
    known = tuple(choices)
    return lambda name, value: one_of(name, value, known)


@record
class Between(Record):
    """A check for numbers from ``low`` to ``high``; ``closed`` says which of the two belong: both, left, right, neither."""

    low: float = checked(real)
    high: float = checked(real)
    closed: str = checked(choice(["both", "left", "right", "neither"]), default="both")

    def __call__(self, name: str, value: object) -> float:
        found = number(name, value)
        if not self.holds(np.float64(found)):
            raise fail(name, value, f"a number in {self}")
        return found

    def holds(self, values: Any) -> bool:
        """Return whether every one of ``values`` lies between."""
        above = values >= self.low if self.closed in {"both", "left"} else values > self.low
        below = values <= self.high if self.closed in {"both", "right"} else values < self.high
        return bool(np.all(above & below))

    def __str__(self) -> str:
        opening = "[" if self.closed in {"both", "left"} else "("
        closing = "]" if self.closed in {"both", "right"} else ")"
        return f"{opening}{self.low:g}, {self.high:g}{closing}"


positive = Between(0, math.inf, "neither")
not_negative = Between(0, math.inf, "left")
share = Between(0, 1, "left")
inner_share = Between(0, 1, "neither")


def whole(name: str, value: object, *, least: int = 1) -> int:
    """Return a whole number of at least ``least`` as an int."""
    if isinstance(value, bool | np.bool_) or not isinstance(value, Integral) or value < least:
        raise fail(name, value, f"a whole number of at least {least}")
    return int(value)


def count(name: str, value: object) -> int:
    """Return a whole number of at least 0 as an int."""
    return whole(name, value, least=0)


def from_to(least: int, most: int) -> Check:
    """Return a check for whole numbers from ``least`` to ``most``."""

    def check(name: str, value: object) -> int:
        if isinstance(value, bool | np.bool_) or not isinstance(value, Integral) or not least <= int(value) <= most:
            raise fail(name, value, f"a whole number from {least} to {most}")
        return int(value)

    return check


counter = from_to(0, 2**62)
"""A check for what compiled code goes on counting from: larger than any training comes to, and far enough from the end of 64 bits."""


def optional(check: Check) -> Check:
    """Return a check that lets None through as well."""
    return lambda name, value: None if value is None else check(name, value)


def kind(cls: type | tuple[type, ...], expected: str) -> Check:
    """Return a check for instances of a class, or of one of several."""
    return lambda name, value: instance(name, value, cls, expected)


def text(name: str, value: object) -> str:
    """Return a text."""
    found: str = instance(name, value, str, "text")
    return found


def flag(name: str, value: object) -> bool:
    """Return a truth value as a bool."""
    if not isinstance(value, bool | np.bool_):
        raise fail(name, value, "True or False")
    return bool(value)


def instance(name: str, value: Any, kind: type | tuple[type, ...], expected: str) -> Any:
    """Return ``value`` if it is an instance of ``kind``."""
    if not isinstance(value, kind):
        raise fail(name, value, expected)
    return value


def listed(name: str, value: Any, kind: type | tuple[type, ...], expected: str) -> list[Any]:
    """Return a list of instances of ``kind``; a single one makes a list of one."""
    several = [value] if isinstance(value, kind) else value
    if not isinstance(several, Iterable):
        raise fail(name, value, expected)
    return [instance(name, each, kind, expected) for each in several]


def dtype(name: str, value: Any) -> np.dtype[Any]:
    """Return float32 or float64 as a NumPy dtype."""
    try:
        found = np.dtype(object if value is None else value)
    except (TypeError, ValueError, SyntaxError):
        found = np.dtype(object)
    if found not in (np.dtype(np.float32), np.dtype(np.float64)):
        raise fail(name, value, "'float32' or 'float64'")
    return found


def numeric(name: str, value: Any) -> Array:
    """Return an array of finite real numbers (integers, booleans or floats); text and objects are refused."""
    if hasattr(value, "toarray"):
        raise InputError(f"{name} must be a dense array, got a sparse {type(value).__name__}; call .toarray() first")
    if isinstance(value, np.ndarray) and type(value) is not np.ndarray and np.ma.is_masked(value):
        raise InputError(
            f"{name} must have no masked entries, got {np.count_nonzero(np.ma.getmaskarray(value))}; fill them or leave their rows out"
        )
    try:
        array = np.asarray(value)
    except ValueError:
        raise InputError(f"{name} must be a rectangular array of numbers, got rows of different lengths") from None
    if array.dtype.kind not in "biuf":
        raise InputError(f"{name} must hold real numbers, got an array of dtype {array.dtype}")
    if array.dtype.kind == "f" and not finite(array):
        index = tuple(int(i) for i in np.argwhere(~np.isfinite(array))[0])
        raise InputError(f"{name} must be finite, got {array[index]} at index {index}")
    return array


SMALL = 1000
"""An array of fewer entries is looked at sooner than NumPy's warnings are silenced."""


def finite(array: Array) -> bool:
    """Return whether every entry is finite; a sum tells without a copy, unless it is too large for the dtype."""
    if array.size < SMALL and math.isfinite(np.vdot(array, array)):
        return True  # without the cost of errstate
    with np.errstate(over="ignore", invalid="ignore"):
        return bool(np.isfinite(array.sum())) or bool(np.isfinite(array).all())


def matrix(name: str, value: Any, dtype: np.dtype[Any], *, columns: int | None = None) -> Array:
    """Return a finite two-dimensional C-ordered array of ``dtype`` with at least one row and one column."""
    array = numeric(name, value)
    _rows_and_columns(name, array.shape, columns)
    return _converted(name, array, dtype)


def rows(name: str, value: Any, dtype: np.dtype[Any], *, columns: int | None = None) -> Any:
    """Return what :func:`matrix` does, or of a sparse matrix one of SciPy's by rows (CSR), as finite and of the same dtype."""
    if not is_sparse(value):
        return matrix(name, value, dtype, columns=columns)
    _rows_and_columns(name, value.shape, columns)
    by_rows = csr(name, value)
    entries = _converted(f"{name}.data", numeric(f"{name}.data", by_rows.data), dtype)
    return type(by_rows)((entries, by_rows.indices, by_rows.indptr), by_rows.shape)


def csr(name: str, value: Any) -> Any:
    """Return a sparse matrix by rows (CSR), after a look whether its indices lie in it: SciPy and engines read and write where they say."""
    if hasattr(value, "check_format"):  # of those with index pointers, which SciPy itself takes unseen
        try:
            value.check_format()
        except ValueError as error:
            raise InputError(f"{name} must be a sparse matrix whose indices lie in it, got one of shape {value.shape}: {error}") from None
    return value.tocsr()


def is_sparse(value: Any) -> bool:
    """Return whether this is one of SciPy's sparse matrices or arrays."""
    return hasattr(value, "tocsr")


def dense(rows: Any) -> Array:
    """Return an array of rows that may be sparse."""
    return rows.toarray() if is_sparse(rows) else rows


def _rows_and_columns(name: str, shape: tuple[int, ...], columns: int | None) -> None:
    if len(shape) != 2:  # noqa: PLR2004 - rows and columns
        raise InputError(f"{name} must have two dimensions (rows, columns), got shape {shape}")
    if 0 in shape:
        raise InputError(f"{name} must have at least one row and one column, got shape {shape}")
    if columns is not None and shape[1] != columns:
        raise InputError(f"{name} must have {columns} columns, got {shape[1]}")


def _converted(name: str, array: Array, dtype: np.dtype[Any]) -> Array:
    """Return a finite array in C order and another dtype, in which it must be finite too."""
    if array.dtype == dtype:
        return np.ascontiguousarray(array)
    with np.errstate(over="ignore"):
        converted = np.ascontiguousarray(array, dtype=dtype)
    if not np.isfinite(converted).all():
        raise InputError(f"{name} must fit in {dtype}, got {np.abs(array).max():.3g}")
    return converted


def row_indices(name: str, value: Any, rows: int) -> Array:
    """Return indices of rows, at least one, as an array of int64."""
    array = np.asarray(value)
    if array.ndim != 1 or array.dtype.kind not in "iu" or not len(array):
        raise fail(name, value, "a list of at least one whole number")
    if array.min() < 0 or array.max() >= rows:
        raise InputError(f"{name} must lie from 0 to {rows - 1}, got values from {array.min()} to {array.max()}")
    return np.ascontiguousarray(array, dtype=np.int64)


def weights(name: str, value: Any, rows: int, dtype: np.dtype[Any]) -> Array | None:
    """Return one weight a row, none negative and not all zero; None stays None."""
    if value is None:
        return None
    array = numeric(name, value)
    if array.shape != (rows,):
        raise InputError(f"{name} must have one weight for each of the {rows} rows, got shape {array.shape}")
    if array.min() < 0:
        raise InputError(f"{name} must not be negative, got {array.min()} at index {int(array.argmin())}")
    with np.errstate(over="ignore"):
        converted = np.ascontiguousarray(array, dtype=dtype)
        total = converted.sum(dtype=np.float64)
    if not (total > 0 and np.isfinite(total)):
        raise InputError(f"{name} must have a sum above zero that fits in {dtype}, got weights from {array.min():g} to {array.max():g}")
    return converted
