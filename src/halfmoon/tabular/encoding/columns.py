"""How each kind of column becomes inputs: numbers, which a network may embed, and further ones that it takes as they are."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any, NamedTuple, Self

import numpy as np
import polars as pl

from halfmoon.base import checks, schema
from halfmoon.base.checks import Array
from halfmoon.base.errors import InputError
from halfmoon.base.record import Record, checked, record
from halfmoon.data import values
from halfmoon.data.columns import Category, Column, Date, Number
from halfmoon.data.formats.truth import TruthFormat
from halfmoon.tabular.encoding.scaling import RobustScale
from halfmoon.tabular.encoding.target_means import TargetMeans, member_means

FEWEST_ROWS = 3
"""Levels with fewer rows are one."""

FREQUENT = 20
"""Of columns with many levels, those with fewer rows are one."""

RARE_SHARE = 0.2
"""Levels are many where such levels have more than this share of the rows."""

MOST_INPUTS = 100
"""So many of the most frequent levels have inputs of their own."""

MANY_LEVELS = 12
"""From so many levels on, where they are rare, their mean targets are inputs as well."""

MOST_LEVELS = 20_000
"""So many levels have mean targets of their own."""


class Inputs(NamedTuple):
    """What a column becomes.

    Attributes
    ----------
    numbers : ndarray, shape (n, number of numbers)
    others : ndarray, shape (n, number of others)
    """

    numbers: Array
    others: Array


class Member(NamedTuple):
    """Whose targets a member of an ensemble knows.

    Attributes
    ----------
    targets : ndarray, shape (n, k)
        Of all training rows: numbers with mean 0 and deviation 1, a quantity, or one column a class.
    learned : ndarray of int
        The rows that it is trained on.
    parts : ndarray of int, shape (len(learned),)
        Rows of a part do not tell one another their targets.
    """

    targets: Array
    learned: Array
    parts: Array


@record
class Encoding(Record, ABC):
    """The contract: how one column becomes inputs."""

    column: Column = checked(checks.kind(Column, "a column such as a Number"))

    @property
    @abstractmethod
    def widths(self) -> tuple[int, int]:
        """How many numbers there are, and how many others."""

    @abstractmethod
    def inputs(self, series: pl.Series) -> Inputs:
        """Return the inputs of a column that was read."""


def _no_columns(rows: int) -> Array:
    return np.empty((rows, 0))


@record
class ScaledEncoding(Encoding, ABC):
    """What a column with numbers knows of its training rows.

    Parameters
    ----------
    column : Number or Date
    scale : RobustScale
    gaps : bool
        Whether training rows had none.
    """

    scale: RobustScale = checked(checks.kind(RobustScale, "a RobustScale"))
    gaps: bool = checked(checks.flag)

    @classmethod
    def fitted(cls, column: Column, series: pl.Series) -> Self:
        """Return the encoding that a training column shows."""
        found = values.numbers(series)
        return cls(column, RobustScale.fitted(found), bool(np.isnan(found).any()))


@record
class NumberEncoding(ScaledEncoding):
    """A number: scaled, and whether it is missing where some were; truth values are -1 and 1, or 0 where missing, and no numbers."""

    column: Number = checked(checks.kind(Number, "a Number"))

    @property
    def two_valued(self) -> bool:
        """Whether the column holds truth values."""
        return isinstance(self.column.format, TruthFormat)

    @property
    def widths(self) -> tuple[int, int]:
        return (0, 1 + self.gaps) if self.two_valued else (1, int(self.gaps))

    def inputs(self, series: pl.Series) -> Inputs:
        found = values.numbers(series)
        missing = np.isnan(found)
        gaps = missing[:, None] if self.gaps else _no_columns(len(found))
        if self.two_valued:
            return Inputs(_no_columns(len(found)), np.column_stack([np.where(missing, 0, 2 * found - 1), gaps]))
        return Inputs(self.scale.scaled(found)[:, None], gaps)


@record
class DateEncoding(ScaledEncoding):
    """A date: its days since 1970 as a number, and sine and cosine of season, weekday and hour where those vary."""

    column: Date = checked(checks.kind(Date, "a Date"))

    @property
    def widths(self) -> tuple[int, int]:
        return 1, len(self.column.feature_names) - 1 + self.gaps

    def inputs(self, series: pl.Series) -> Inputs:
        found = values.numbers(series)
        gaps = np.isnan(found)[:, None] if self.gaps else _no_columns(len(found))
        return Inputs(self.scale.scaled(found)[:, None], np.column_stack([self.column.features(series)[:, 1:], gaps]))


@record
class CategoryEncoding(Encoding):
    """A category: one input a level, one for all rare ones together; of many levels also their mean targets.

    Two levels are one input, -1 and 1. A level that training never saw is as the rare ones are.

    Parameters
    ----------
    column : Category
        With all its levels.
    own : tuple of int
        The numbers of the levels that have an input of their own.
    rest : bool
        Whether there are others, which share one.
    means : TargetMeans, optional
    scales : tuple of RobustScale
        Of the mean targets.
    """

    column: Category = checked(checks.kind(Category, "a Category"))
    own: tuple[int, ...] = checked(schema.each(checks.count))
    rest: bool = checked(checks.flag)
    means: TargetMeans | None = checked(checks.optional(checks.kind(TargetMeans, "TargetMeans")), default=None)
    scales: tuple[RobustScale, ...] = checked(schema.each(checks.kind(RobustScale, "a RobustScale")), default=())

    def __post_init__(self) -> None:
        super().__post_init__()
        levels, shape = len(self.column.levels), (0, 0) if self.means is None else self.means.means.shape
        if len(self.own) > MOST_INPUTS or max(self.own, default=-1) >= levels:
            raise checks.fail("own", self.own, f"at most {MOST_INPUTS} numbers of the {levels} levels")
        if shape != (0 if self.means is None else levels + 1, len(self.scales)):
            raise InputError(f"means must have a row for each of {levels + 1} levels and {len(self.scales)} columns, got {shape}")

    @classmethod
    def fitted(cls, column: Category, series: pl.Series, targets: Array) -> CategoryEncoding:
        """Return the encoding that a training column shows."""
        codes, levels = _codes(column, series), len(column.levels)
        counts = np.bincount(codes[codes >= 0], minlength=levels)
        many = levels >= MANY_LEVELS and counts[counts < FREQUENT].sum() > RARE_SHARE * len(codes)
        frequent = np.argsort(-counts, kind="stable")[:MOST_INPUTS]
        fewest = 0 if levels <= 2 else FREQUENT if many else FEWEST_ROWS  # noqa: PLR2004 - two levels
        own = tuple(sorted(int(each) for each in frequent if counts[each] >= fewest))
        if not many:
            return cls(column, own, len(own) < levels)
        means = TargetMeans.fitted(codes, targets, levels)
        scales = tuple(RobustScale.fitted(each) for each in means.numbers(codes).T)
        return cls(column, own, len(own) < levels, means, scales)

    @property
    def widths(self) -> tuple[int, int]:
        return len(self.scales), 1 if self.is_pair else len(self.own) + self.rest

    @property
    def is_pair(self) -> bool:
        """Whether there are two levels and nothing else, which are one input."""
        return len(self.own) == 2 and not self.rest  # noqa: PLR2004 - two levels

    def inputs(self, series: pl.Series) -> Inputs:
        codes = _codes(self.column, series)
        if self.is_pair:
            return Inputs(_no_columns(len(codes)), np.where(codes < 0, 0, np.where(codes == self.own[0], -1, 1))[:, None])
        own = (codes[:, None] == np.array(self.own, dtype=int)).astype(np.float64)
        others = np.column_stack([own, own.sum(axis=1) == 0]) if self.rest else own
        return Inputs(_no_columns(len(codes)) if self.means is None else self.mean_numbers()[codes], others)

    def mean_numbers(self) -> Array:
        """Return the numbers of each level, and last of an unknown one, (levels + 1, numbers); there are mean targets."""
        return self._scaled(self.means.means)  # type: ignore[union-attr]

    def member_numbers(self, series: pl.Series, member: Member) -> Array:
        """Return the numbers, mean targets, of all training rows by what a member of an ensemble knows."""
        levels = len(self.means.means) - 1  # type: ignore[union-attr]
        return self._scaled(member_means(_codes(self.column, series), member.targets, levels, member.learned, member.parts))

    def _scaled(self, means: Array) -> Array:
        return np.column_stack([scale.scaled(each) for scale, each in zip(self.scales, means.T, strict=True)])


def _codes(column: Any, series: pl.Series) -> Array:
    """Return the number of each row's level, -1 where it is unknown."""
    numbers = {level: number for number, level in enumerate(column.levels)}
    return np.array([numbers.get(text, -1) for text in values.texts(series)], dtype=np.int64)


def encoding_of(column: Column, series: pl.Series, targets: Array) -> Encoding:
    """Return how a training column becomes inputs; for ``targets`` see :class:`Member`."""
    if isinstance(column, Category):
        return CategoryEncoding.fitted(column, series, targets)
    return DateEncoding.fitted(column, series) if isinstance(column, Date) else NumberEncoding.fitted(column, series)
