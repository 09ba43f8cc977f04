"""Probabilities that fit held-out rows: one number, the temperature, sharpens or flattens them all."""

from __future__ import annotations

import numpy as np
from scipy.optimize import minimize_scalar

from halfmoon.base.checks import Array
from halfmoon.tabular.ensembles.metric import log_loss

LEAST = 1e-15
"""Whose logarithm is finite."""

WIDEST = 1.5
"""Largest logarithm of a temperature."""


def sharpened(p: Array, temperature: float) -> Array:
    """Return probabilities to the power of 1 / T, with a sum of 1 again; classes stay in their order. At T = 1 they are as they were."""
    if temperature == 1.0:
        return p
    # pᵢ^(1/T) / Σ p^(1/T), of logarithms whose largest is 0
    logarithms = np.log(p) / temperature
    found = np.exp(logarithms - logarithms.max(axis=1, keepdims=True))
    return found / found.sum(axis=1, keepdims=True)


PRIOR = 0.7
"""Standard deviation of a temperature's logarithm before rows are looked at: a few rows that are all right prove no certainty."""


def best_temperature(y: Array, p: Array, weights: Array | None = None) -> float:
    """Return the most likely temperature on held-out rows: the one with the smallest log-loss, unless those are few.

    References
    ----------
    Guo, Pleiss, Sun & Weinberger, "On calibration of modern neural networks", ICML 2017.
    """

    def loss(logarithm: float) -> float:
        # mean log-loss + (log T)² / (2 σ² n)
        prior = logarithm**2 / (2 * PRIOR**2 * len(y))
        return log_loss(y, np.maximum(sharpened(p, float(np.exp(logarithm))), LEAST), weights) + prior

    return float(np.exp(minimize_scalar(loss, bounds=(-WIDEST, WIDEST), method="bounded").x))
