"""The built-in data: each a function of its own, so that its text can stand in the Python that reproduces a run."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from halfmoon.base.checks import Array


def moons(rows: int, noise: float, seed: int) -> tuple[Array, Array]:
    """Return two interleaving half moons, to the bit as ``sklearn.datasets.make_moons`` draws them."""
    random = np.random.RandomState(seed)
    outer, inner = np.linspace(0, np.pi, rows // 2), np.linspace(0, np.pi, rows - rows // 2)
    x1 = np.append(np.cos(outer), 1 - np.cos(inner))
    x2 = np.append(np.sin(outer), 1 - np.sin(inner) - 0.5)
    X, y = np.vstack([x1, x2]).T, np.hstack([np.zeros(rows // 2, dtype=np.intp), np.ones(rows - rows // 2, dtype=np.intp)])
    order = np.arange(rows)
    random.shuffle(order)
    return X[order] + random.normal(scale=noise, size=X.shape), y[order]


def circles(rows: int, noise: float, seed: int) -> tuple[Array, Array]:
    """Return a circle inside another of twice its radius, to the bit as ``sklearn.datasets.make_circles`` with factor=0.5 draws them."""
    random = np.random.RandomState(seed)
    outer = np.linspace(0, 2 * np.pi, rows // 2, endpoint=False)
    inner = np.linspace(0, 2 * np.pi, rows - rows // 2, endpoint=False)
    x1 = np.append(np.cos(outer), np.cos(inner) * 0.5)
    x2 = np.append(np.sin(outer), np.sin(inner) * 0.5)
    X, y = np.vstack([x1, x2]).T, np.hstack([np.zeros(rows // 2, dtype=np.intp), np.ones(rows - rows // 2, dtype=np.intp)])
    order = np.arange(rows)
    random.shuffle(order)
    return X[order] + random.normal(scale=noise, size=X.shape), y[order]


def xor(rows: int, noise: float, seed: int) -> tuple[Array, Array]:
    """Return points of a square; opposite quarters are of the same class."""
    random = np.random.RandomState(seed)
    X = random.uniform(-1, 1, size=(rows, 2))
    y = (X[:, 0] * X[:, 1] < 0).astype(int)
    return X + noise * random.standard_normal(X.shape), y


def spirals(rows: int, noise: float, seed: int) -> tuple[Array, Array]:
    """Return two arms that wind around each other for one and a half turns."""
    random = np.random.RandomState(seed)
    radius = np.sqrt(random.uniform(size=rows))
    y = np.arange(rows) % 2
    angle = np.pi * (3 * radius + y)
    X = radius[:, None] * np.column_stack([np.cos(angle), np.sin(angle)])
    return X + noise * random.standard_normal(X.shape), y


def blobs(rows: int, noise: float, seed: int, classes: int) -> tuple[Array, Array]:
    """Return round clouds of points around places on a circle, one for each class."""
    random = np.random.RandomState(seed)
    y = np.arange(rows) % classes
    angle = 2 * np.pi * y / classes
    X = np.column_stack([np.cos(angle), np.sin(angle)])
    return X + noise * random.standard_normal(X.shape), y


def square(rows: int, noise: float, seed: int) -> tuple[Array, Array]:
    """Return points of a square, evenly drawn, and the same points with noise."""
    random = np.random.RandomState(seed)
    X = random.uniform(-3, 3, size=(rows, 2))
    return X, X + noise * random.standard_normal(X.shape)


def plane(rows: int, noise: float, seed: int) -> tuple[Array, Array]:
    """Return points of a square and a number for each, the mean of the coordinates with noise: a plane."""
    random = np.random.RandomState(seed)
    X = random.uniform(-1, 1, size=(rows, 2))
    return X, (X[:, 0] + X[:, 1]) / 2 + noise * random.standard_normal(rows)


def saddle(rows: int, noise: float, seed: int) -> tuple[Array, Array]:
    """Return points of a square and a number for each, the product of the coordinates with noise: a saddle."""
    random = np.random.RandomState(seed)
    X = random.uniform(-1, 1, size=(rows, 2))
    return X, X[:, 0] * X[:, 1] + noise * random.standard_normal(rows)


DRAWN: dict[str, Callable[..., tuple[Any, Any]]] = {each.__name__: each for each in (moons, circles, xor, spirals, blobs, plane, saddle)}
"""What draws each kind of data from its rows, noise and seed, and blobs from their classes too."""

REGRESSION = ("plane", "saddle")
"""Kinds whose targets are numbers."""
