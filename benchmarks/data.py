"""Rows and first weights, the same for every contender: drawn with NumPy from fixed seeds."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import numpy as np

from benchmarks.jobs import Job

Array = np.ndarray[Any, Any]
Weights = list[tuple[Array, Array]]


LEVELS = 10
"""Of each column that is one-hot encoded."""


def rows(job: Job) -> tuple[Any, Array]:
    """Return X (rows, inputs) in the job's dtype and class numbers y (rows,), made without a larger array on the way."""
    if job.data == "moons":
        from sklearn.datasets import make_moons

        X, y = make_moons(n_samples=job.rows, noise=0.2, random_state=666)
        return X.astype(job.dtype), y
    if job.data in {"breast_cancer", "digits"}:
        from sklearn import datasets

        X, y = getattr(datasets, f"load_{job.data}")(return_X_y=True)
        return X[: job.rows].astype(job.dtype), y[: job.rows]
    if job.data == "one_hot":
        return _one_hot(job)
    random = np.random.default_rng(0)
    teacher = random.standard_normal((job.classes, job.classes))
    X = random.standard_normal((job.rows, job.inputs), dtype=np.float32).astype(job.dtype, copy=False)
    return X, (X[:, : job.classes] @ teacher).argmax(axis=1)


def _one_hot(job: Job) -> tuple[Any, Array]:
    """Return columns of categories as an encoder makes them: sparse, with a 1 for each; and whether their effects add up to much."""
    from scipy.sparse import csr_array

    random, columns = np.random.default_rng(0), job.inputs // LEVELS
    categories = random.integers(LEVELS, size=(job.rows, columns)) + LEVELS * np.arange(columns)
    ones, starts = np.ones(categories.size, job.dtype), np.arange(job.rows + 1) * columns
    effects = random.standard_normal(job.inputs)
    return csr_array((ones, categories.ravel(), starts), (job.rows, job.inputs)), (effects[categories].sum(axis=1) > 0).astype(int)


def targets(job: Job, y: Array) -> Array:
    """Return y as the loss takes it: class numbers for a softmax, else one column of numbers."""
    return y if job.loss == "softmax" else y.astype(job.dtype)[:, None]


def weights(job: Job) -> list[Weights]:
    """Return W (in, out) and b (out,) of each layer, for each network."""
    random = np.random.default_rng(1)
    return [[_layer(job, random, *shape) for shape in zip((job.inputs, *widths), widths, strict=False)] for widths in job.widths]


def _layer(job: Job, random: np.random.Generator, n_in: int, n_out: int) -> tuple[Array, Array]:
    bound = math.sqrt(6 / (n_in + n_out))
    W = random.standard_normal((n_in, n_out)) if job.start == "normal" else random.uniform(-bound, bound, (n_in, n_out))
    return W.astype(job.dtype), np.zeros(n_out, job.dtype)


def cross_entropy(probabilities: Array, y: Array) -> float:
    """Return the mean of minus the log-probability of the true class: what predictions are compared by."""
    return float(-np.log(probabilities[np.arange(len(y)), y]).mean())


def orders(job: Job) -> Iterator[Array]:
    """Yield the order of the rows in each epoch, as Halfmoon and scikit-learn shuffle for the seed 0: all see the same batches."""
    random, order = np.random.RandomState(0), np.arange(job.rows)
    while True:
        order = random.permutation(order)
        yield order
