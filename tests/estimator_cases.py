"""Small data for the estimators' tests."""

from __future__ import annotations

import numpy as np

RANDOM = np.random.RandomState(0)
X = RANDOM.normal(size=(120, 5))
SCORE = X[:, 0] + X[:, 1] * X[:, 2]
BINARY = np.where(SCORE > 0, "yes", "no")
THREE = np.digitize(SCORE, [-0.5, 0.5]) * 10
LABELS = np.column_stack([SCORE > 0, X[:, 3] > 0]).astype(int)
NUMBER = SCORE + 0.1 * RANDOM.normal(size=120)
NUMBERS = np.column_stack([NUMBER, X[:, 4] ** 2])

SMALL = {"hidden_layer_sizes": (8,), "max_iter": 15, "random_state": 0}
"""Parameters of a quick fit."""


def same_arrays(one, other):
    """Return whether two fitted estimators have the same weights, to the bit."""
    pairs = zip(one.coefs_ + one.intercepts_, other.coefs_ + other.intercepts_, strict=True)
    return all(np.array_equal(a, b) for a, b in pairs)
