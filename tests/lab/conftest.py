"""Small comparisons for the lab's tests."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.datasets import make_moons

X, Y = make_moons(160, noise=0.2, random_state=0)
GRID = {"hidden_layer_sizes": [(4,), (6, 3)], "learning_rate_init": [0.01, 0.1]}


@pytest.fixture
def moons():
    return X, Y


@pytest.fixture
def grid():
    return GRID


@pytest.fixture
def same():
    """Whether two runs have the same numbers, times apart."""

    def compared(one, other):
        arrays = [(one.curves[name], other.curves[name]) for name in one.curves | other.curves]
        arrays += [(one.predictions, other.predictions), (one.snapshot_epochs, other.snapshot_epochs), (one.maps, other.maps)]
        arrays += [(one.margins, other.margins)]
        fields = ("key", "seed", "status", "epochs", "updates", "parameters", "score_name", "message")
        numbers = ("score", "train_score", "loss")
        return (
            all(getattr(one, name) == getattr(other, name) for name in fields)
            and all(np.array_equal(getattr(one, name), getattr(other, name), equal_nan=True) for name in numbers)
            and all(np.array_equal(a, b) for a, b in arrays)
        )

    return compared
