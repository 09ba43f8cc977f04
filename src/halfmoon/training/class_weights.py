"""Class weights: how much the rows of each class count."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from halfmoon.base import checks
from halfmoon.base.checks import Array
from halfmoon.base.errors import InputError


def class_weights(y: Array, given: Any, sample_weight: Array | None, dtype: np.dtype[Any]) -> Array | None:
    """Return one weight a row: its class's, times its own where there is one.

    Parameters
    ----------
    y : ndarray, shape (n,) or (n, 1)
        Class numbers.
    given : mapping of class number to weight, or "balanced"
        A class that is not named weighs 1. Balanced: n / (classes * rows of the class), as in scikit-learn, with the
        rows counted by ``sample_weight``.
    sample_weight : ndarray, shape (n,), optional
    dtype : dtype

    Raises
    ------
    InputError
        When the targets are no class numbers, or a class or a weight is not valid.
    """
    classes = y[:, 0] if y.ndim == 2 and y.shape[1] == 1 else y  # noqa: PLR2004 - rows and columns
    if classes.ndim != 1 or (classes != np.floor(classes)).any():
        raise InputError("class_weight must come with class numbers as targets, one a row")
    present, index = np.unique(classes, return_inverse=True)
    if isinstance(given, str):
        checks.one_of("class_weight", given, ["balanced"])
        counts = np.bincount(index, weights=sample_weight)
        factors = np.divide(counts.sum() / np.count_nonzero(counts), counts, out=np.zeros(len(counts)), where=counts > 0)
    else:
        checks.instance("class_weight", given, Mapping, "a dict from class number to weight, or 'balanced'")
        for number, weight in given.items():
            if number not in set(present.tolist()):
                raise InputError(f"class_weight must name classes that occur in y, got {number!r}")
            checks.not_negative(f"class_weight[{number!r}]", weight)
        factors = np.array([given.get(number, 1.0) for number in present.tolist()])
    weights = factors[index] * (1 if sample_weight is None else sample_weight)
    return checks.weights("class_weight", weights, len(y), dtype)
