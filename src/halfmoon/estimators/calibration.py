"""Temperature scaling: one number that makes probabilities as sure as they should be."""

from __future__ import annotations

import numpy as np

from halfmoon.base.checks import Array
from halfmoon.losses.contract import Loss

WIDEST = 7.0
"""Largest logarithm of a temperature."""


def best_temperature(scores: Array, targets: Array, weights: Array | None, loss: Loss) -> float:
    """Return the temperature T for which scores / T have the smallest loss.

    Parameters
    ----------
    scores : ndarray, shape (n, k)
    targets : ndarray
        As the loss takes them.
    weights : ndarray, shape (n,), optional
    loss : Loss
    """
    from scipy.optimize import minimize_scalar  # noqa: PLC0415 - when it is used

    scores = scores.astype(np.float64)

    def mean_loss(logarithm: float) -> float:
        with np.errstate(over="ignore"):
            return float(np.average(loss.each(scores / np.exp(logarithm), targets), weights=weights))

    return float(np.exp(minimize_scalar(mean_loss, bounds=(-WIDEST, WIDEST), method="bounded").x))
