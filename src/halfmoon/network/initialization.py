"""Data-driven initialisation: dense layers start by what comes into them on some rows."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from halfmoon.base import checks
from halfmoon.base.checks import Array
from halfmoon.base.randomness import Random, generator
from halfmoon.layers.contract import INFERENCE
from halfmoon.layers.dense import Dense
from halfmoon.layers.initializers import Constant, Zeros, initializer
from halfmoon.network.model import Model

ROUNDING = 1e-6
"""Share of an output's size below which its standard deviation is rounding."""

CHOSEN = 5
"""Rows that a bias is made of."""

PART = 512
"""Rows that are run forward at a time."""


def initialize_from_data(model: Model, X: Any, *, seed: int | Random = 0, max_rows: int = 8192) -> None:
    """Draw the weights and biases of every Dense layer anew, by what comes into it: each output then has variance 1 on these rows.

    From the first layer to the last, W is drawn normal and each of its columns divided by the standard deviation of its output Z = X W.
    A bias is minus a random mean of five of its outputs, b = -Σ q z / Σ q with q exponential, so that a unit bends within the rows.
    An output without spread keeps the size that a normal weight of variance 1 / n_in gives it.

    Parameters
    ----------
    model : Model
        Changed in place. Weights that start at zero or as a ``Constant``, and biases that start as one, stay as they are, and so
        does all that is in other layers.
    X : array-like, shape (n, n_inputs)
        Training rows.
    seed : int, RandomState or Generator
        Where the numbers come from.
    max_rows : int
        Of more rows so many random ones are looked at.

    Raises
    ------
    InputError
        When X does not fit the model.

    References
    ----------
    Holzmüller, Grinsztajn & Steinwart, "Better by default", NeurIPS 2024, section 3; biases: Steinwart, "A sober look at neural network
    initializations", arXiv:1903.11482, 2019 ("he+5").

    Examples
    --------
    >>> hm.initialize_from_data(model, X)
    >>> (X @ model.params["0.W"]).std(axis=0).round(3)
    array([1., 1., 1., 1., 1., 1., 1., 1.])
    """
    random, most = generator(seed), checks.whole("max_rows", max_rows)
    rows = model.rows(X)
    if rows.shape[0] > most:
        rows = rows[np.sort(random.permutation(rows.shape[0])[:most])]
    x, kept = checks.dense(rows), list[Array]()
    for step, arrays in zip(model.program.steps, model.arrays, strict=True):
        if step.kind == "keep":
            kept.append(x)
        elif step.kind == "add":
            x = x + kept.pop()
        elif step.layer is not None:
            if type(step.layer) is Dense:
                _draw(step.layer, arrays, x, random)
            with np.errstate(all="ignore"):
                forward = partial(step.layer.forward, arrays, pass_=INFERENCE)
                x = _by_parts(forward, x) if step.layer.row_wise(INFERENCE) else forward(x)


def _draw(layer: Dense, arrays: dict[str, Array], x: Array, random: Random) -> None:
    W = arrays["W"]
    if not isinstance(initializer("weights", layer.weights), Zeros | Constant):
        # Z = X V    W = V / std Z by columns, where V is normal with variance 1 / n_in
        V = random.standard_normal(W.shape) / math.sqrt(len(W))
        Z = _by_parts(lambda part: part.astype(np.float64) @ V, x)
        deviation, size = Z.std(axis=0), np.abs(Z).max(axis=0)
        W[...] = V / np.where((deviation > ROUNDING * size) & np.isfinite(deviation), deviation, 1)
    if "b" in arrays and not isinstance(initializer("biases", layer.biases), Constant):
        # b = -Σ q z / Σ q over five random rows, q exponential
        z, units = _by_parts(lambda part: part.astype(np.float64) @ W, x), W.shape[1]
        chosen, q = random.uniform(0, len(x), (CHOSEN, units)).astype(np.intp), random.standard_exponential((CHOSEN, units))
        arrays["b"][...] = -(q * z[chosen, np.arange(units)]).sum(axis=0) / q.sum(axis=0)


def _by_parts(function: Callable[[Array], Array], x: Array) -> Array:
    """Return what a function makes of each row, asked for some rows at a time: what it needs on the way may be many times as large."""
    return np.concatenate([function(x[first : first + PART]) for first in range(0, len(x), PART)])
