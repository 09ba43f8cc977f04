"""An array as a person can look at it: whole while it fits, else its corner, its range and its histogram."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from halfmoon.base.checks import Array

MAX_ROWS, MAX_COLUMNS = 8, 8
"""A matrix of at most so many is shown whole."""

CORNER = 6
"""Rows and columns of a larger one that are shown."""

BINS = 16


@dataclass(frozen=True)
class ArrayView:
    """An array, and what is shown of it.

    Attributes
    ----------
    name : str
        As the Trace names it, such as ``"1.dW"``.
    array : ndarray
        The whole array, as a view.
    row_names, column_names : tuple of str
        What its rows or columns are called, where they are features that have names.

    Examples
    --------
    >>> card = hm.xray(model, X[:1], y[:1]).cards[1]
    >>> [view.name for view in card.arrays]
    ['0.x', '0.W', '0.b', '0.y']
    >>> card.arrays[0].array.shape
    (1, 2)
    """

    name: str
    array: Array
    row_names: tuple[str, ...] = ()
    column_names: tuple[str, ...] = ()

    @property
    def matrix(self) -> Array:
        """The array as rows and columns: a vector is one row."""
        return self.array.reshape(1, -1) if self.array.ndim < 2 else self.array.reshape(len(self.array), -1)  # noqa: PLR2004

    @property
    def rows(self) -> int:
        """How many rows are shown."""
        return len(self.matrix) if len(self.matrix) <= MAX_ROWS else CORNER

    @property
    def columns(self) -> int:
        """How many columns are shown."""
        return self.matrix.shape[1] if self.matrix.shape[1] <= MAX_COLUMNS else CORNER

    @property
    def whole(self) -> bool:
        """Whether every entry is shown."""
        return (self.rows, self.columns) == self.matrix.shape

    @property
    def corner(self) -> Array:
        """What is shown of it, as a matrix."""
        return self.matrix[: self.rows, : self.columns]

    def indices(self) -> list[tuple[int, ...]]:
        """Return the index of each entry that is shown, row by row."""
        return [index[-self.array.ndim :] for index in np.ndindex(self.corner.shape)]

    @property
    def range(self) -> tuple[float, float]:
        """The smallest and the largest finite entry."""
        finite = self.finite
        return (float(finite.min()), float(finite.max())) if finite.size else (np.nan, np.nan)

    @property
    def finite(self) -> Array:
        """Its finite entries, flat."""
        flat = self.array.ravel()
        return flat if np.isfinite(flat).all() else flat[np.isfinite(flat)]

    def histogram(self) -> tuple[int, ...]:
        """Return how many entries lie in each of ``BINS`` equal parts of the range."""
        low, high = self.range
        if not self.finite.size:
            return (0,) * BINS
        with np.errstate(all="ignore"):
            spread = float(high) - float(low)
            parts = (self.finite.astype(np.float64) - low) / spread * BINS if 0 < spread < np.inf else np.zeros(self.finite.size)
        return tuple(np.bincount(np.minimum(parts, BINS - 1).astype(np.intp), minlength=BINS).tolist())


def exact(number: Any) -> str:
    """Return the shortest text that reads back as the same number of the same dtype."""
    return str(number.item() if isinstance(number, np.integer | np.float64) else number)


def rounded(number: Any) -> str:
    """Return a number with five digits that count."""
    return exact(number) if isinstance(number, int | np.integer) else f"{float(number):.5g}"
