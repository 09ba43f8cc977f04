"""What the rows of each level have for a target, as numbers: the way to learn from categories of many levels with few rows each."""

from __future__ import annotations

from typing import Any

import numpy as np

from halfmoon.base import checks
from halfmoon.base.checks import Array
from halfmoon.base.record import Record, checked, record

PRIOR_ROWS = 10.0
"""So many rows with the mean of all stand beside those of each level."""


@record
class TargetMeans(Record):
    """The mean target of each level, drawn towards the mean of all, and the logarithm of how many rows it has.

    A level with n rows and the mean μₗ has (n μₗ + m μ) / (n + m), with m = 10 rows of the mean of all.

    Parameters
    ----------
    means : ndarray, shape (levels + 1, columns)
        Of each level, and last of one that is unknown.

    References
    ----------
    Micci-Barreca, "A preprocessing scheme for high-cardinality categorical attributes", SIGKDD Explorations 3, 2001; that a row's own
    target must not be in its own mean: Prokhorenkova et al., "CatBoost", NeurIPS 2018.
    """

    means: Any = checked(checks.numeric)

    def _compared(self) -> tuple[Any, ...]:
        return self.means.shape, self.means.tobytes()

    @classmethod
    def fitted(cls, codes: Array, targets: Array, levels: int) -> TargetMeans:
        """Return the means of levels; ``codes`` (n,) are 0 to levels - 1 or -1, ``targets`` (n, k) have mean 0."""
        return cls(_shrunken(*_sums(codes, targets, levels)))

    def numbers(self, codes: Array) -> Array:
        """Return the columns of rows, (n, k + 1)."""
        return self.means[codes]


def member_means(codes: Array, targets: Array, levels: int, learned: Array, parts: Array) -> Array:
    """Return the columns of all rows, (n, k + 1), for a member that knows the targets of some of them only.

    Parameters
    ----------
    codes : ndarray, shape (n,)
    targets : ndarray, shape (n, k)
    levels : int
    learned : ndarray of int
        The rows whose targets are known. Each of them has what the others say that are not in its part; the rest what all of them say.
    parts : ndarray of int, shape (len(learned),)
    """
    total, count = _sums(codes[learned], targets[learned], levels)
    found = _shrunken(total, count)[codes]
    for part in np.unique(parts):
        own = learned[parts == part]
        within, rows = _sums(codes[own], targets[own], levels)
        found[own] = _shrunken(total - within, (count - rows) * (len(learned) / max(len(learned) - len(own), 1)))[codes[own]]
    return found


def _sums(codes: Array, targets: Array, levels: int) -> tuple[Array, Array]:
    """Return the sum of the targets of each level, and of the unknown one, and how many rows it has."""
    places = np.where(codes < 0, levels, codes)
    sums = np.stack([np.bincount(places, column, levels + 1) for column in targets.T], axis=1)
    return sums, np.bincount(places, minlength=levels + 1).astype(np.float64)


def _shrunken(sums: Array, rows: Array) -> Array:
    return np.column_stack([sums / (rows + PRIOR_ROWS)[:, None], np.log1p(rows)])
