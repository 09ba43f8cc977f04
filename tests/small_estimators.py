"""Small data and small estimators for tests."""

from __future__ import annotations

import numpy as np
import pytest

import halfmoon as hm

random = np.random.RandomState(0)
X = random.standard_normal((60, 3))
CLASSES = (X[:, 0] > 0).astype(int) + (X[:, 1] > 0)
NUMBERS = X[:, 0] - X[:, 1]
TARGETS = {"MLPClassifier": CLASSES, "MLPRegressor": NUMBERS}
BOTH = pytest.mark.parametrize("name", TARGETS)
ENGINES = pytest.mark.parametrize("engine", ["fused", "reference"])


def make(name, **options):
    return getattr(hm, name)(**{"hidden_layer_sizes": (6,), "max_iter": 5, "random_state": 0, "batch_size": 16} | options)


def numbers(network):
    return np.concatenate([each.ravel() for each in network.coefs_ + network.intercepts_])
