"""Random rows, with targets of every kind."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from scipy import sparse

Array = np.ndarray[Any, Any]


@dataclass(frozen=True, eq=False)
class Data:
    """Rows X (n_samples, n_features), X with most numbers set to zero, targets by name, and weights (n_samples,), some of them zero."""

    X: Any
    zeros: Array
    targets: dict[str, Array]
    weights: Array


NONZERO, WEIGHTED = 0.2, 0.9
"""Share of the numbers in ``Data.zeros`` that are not zero, and of the rows whose weight is not zero."""


def draw(n_samples: int, n_features: int, seed: int) -> Data:
    """Draw rows, and targets that depend on them."""
    random = np.random.RandomState(seed)
    X = random.standard_normal((n_samples, n_features))
    z = np.tanh(X) @ random.standard_normal((n_features, 3)) + 0.3 * random.standard_normal((n_samples, 3))
    odds = np.exp(z)
    targets = {
        "number": z[:, 0], "several": z, "count": np.floor(odds[:, 0].clip(0, 9)), "binary": (z[:, 0] > 0).astype(int),
        "class": z.argmax(axis=1), "labels": (z > 0).astype(int), "shares": odds / odds.sum(axis=1, keepdims=True),
        "colour": np.array(["red", "green", "blue"])[z.argmax(axis=1)],
    }  # fmt: skip
    zeros = np.where(random.uniform(size=X.shape) < NONZERO, X, 0)
    return Data(X, zeros, targets, random.uniform(size=n_samples) * (random.uniform(size=n_samples) < WEIGHTED))


SMALL, VALIDATION, LARGE = draw(61, 4, 0), draw(40, 4, 1), draw(1000, 20, 2)
"""Rows to train on, rows to validate on, and rows enough for several threads."""

SPARSE, SPARSE_LARGE = (replace(data, X=sparse.csr_array(data.zeros)) for data in (SMALL, LARGE))
