"""What a fit saw of its data: kept for the description of the estimator, and not used in any prediction."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Self

import numpy as np

from halfmoon.base import checks
from halfmoon.base.checks import Array


@dataclass(frozen=True, eq=False)
class Seen:
    """How many rows a fit saw, the range of each column, and what the targets were.

    Attributes
    ----------
    rows : int
        Those that were set aside for validation among them.
    low, high : ndarray, shape (n_features,)
        The smallest and the largest number of each column.
    targets : ndarray
        Of classes how many rows are of each, (n_classes,); of numbers the smallest and the largest of each output, (2, n_outputs).
    """

    rows: int
    low: Array
    high: Array
    targets: Array

    @classmethod
    def of(cls, X: Any, encoded: Array, n_classes: int | None) -> Self:
        """Return what a fit sees of rows, which may be sparse, and of encoded targets; ``n_classes`` is None where they are numbers."""
        columns = encoded.reshape(len(encoded), -1)
        if n_classes is None:
            targets = np.stack([columns.min(axis=0), columns.max(axis=0)])
        else:
            targets = np.bincount(encoded, minlength=n_classes) if encoded.ndim == 1 else columns.sum(axis=0)
        return cls(X.shape[0], _row(X.min(axis=0)), _row(X.max(axis=0)), targets.astype(np.float64))


def _row(bounds: Any) -> Array:
    """Return what SciPy or NumPy gives of columns, as a vector."""
    return np.ravel(checks.dense(bounds)).astype(np.float64)
