"""The columns of a table as numbers: a number stays one column, a category becomes one for each of its levels."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import Counter

import numpy as np
import polars as pl

from halfmoon.base import checks
from halfmoon.base.checks import Array
from halfmoon.base.record import Record, checked, record
from halfmoon.data import values


@record
class Column(Record, ABC):
    """How a column of a table becomes numbers.

    Parameters
    ----------
    name : str
        The column's.
    """

    name: str = checked(checks.kind(str, "text"))

    @property
    @abstractmethod
    def feature_names(self) -> tuple[str, ...]:
        """One name for each column of numbers."""

    @abstractmethod
    def features(self, series: pl.Series) -> Array:
        """Return the numbers of the column, float64 of shape (n, width), none of them NaN."""


@record
class Number(Column):
    """A number x becomes (x - mean) / scale; dates and times are days, truth values 0 and 1.

    Parameters
    ----------
    name : str
    fill : float
        Stands in for a missing value; the median of the training part.
    mean, scale : float
        Of the training part after filling.
    """

    fill: float = checked(checks.number)
    mean: float = checked(checks.number)
    scale: float = checked(checks.positive)

    @classmethod
    def fitted(cls, series: pl.Series, *, standardise: bool) -> Number:
        """Return the number that a training column shows; it has at least one value."""
        found = values.numbers(series)
        fill = float(np.nanmedian(found))
        filled = np.where(np.isnan(found), fill, found)
        return cls(series.name, fill, *(values.mean_and_scale(filled) if standardise else (0.0, 1.0)))

    @property
    def feature_names(self) -> tuple[str, ...]:
        return (self.name,)

    def features(self, series: pl.Series) -> Array:
        found = values.numbers(series)
        filled = np.where(np.isnan(found), self.fill, found)
        return ((filled - self.mean) / self.scale)[:, None]


@record
class Category(Column):
    """A category becomes a row of zeros with a one at its level; an unknown level becomes zeros only.

    Parameters
    ----------
    name : str
    levels : tuple of str or None
        Those of the training part, sorted; None, the last, is for missing values.
    """

    levels: tuple[str | None, ...]

    def __post_init__(self) -> None:
        super().__post_init__()
        for level in checks.instance("levels", self.levels, tuple, "a tuple of texts"):
            checks.instance("levels", level, (str, type(None)), "texts or None")

    @classmethod
    def fitted(cls, series: pl.Series, *, most_levels: int) -> Category:
        """Return the category that a training column shows, with its ``most_levels`` most frequent levels."""
        counts = Counter(values.texts(series))
        levels = sorted(counts, key=lambda level: (level is None, level))
        frequent = sorted(levels, key=counts.__getitem__, reverse=True)[:most_levels]  # in their order where equally frequent
        return cls(series.name, tuple(level for level in levels if level in frequent))

    @property
    def feature_names(self) -> tuple[str, ...]:
        return tuple(f"{self.name} is missing" if level is None else f"{self.name}={level}" for level in self.levels)

    def features(self, series: pl.Series) -> Array:
        numbers = {level: number for number, level in enumerate(self.levels)}
        found = np.array([numbers.get(text, -1) for text in values.texts(series)])
        return (found[:, None] == np.arange(len(self.levels))).astype(np.float64)
