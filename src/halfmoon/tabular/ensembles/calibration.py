"""Probabilities that fit held-out rows: one number, the temperature, sharpens or flattens them all."""

from __future__ import annotations

import numpy as np
from scipy.optimize import minimize_scalar

from halfmoon.base.checks import Array
from halfmoon.tabular.ensembles.metric import log_loss

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


def best_temperature(y: Array, p: Array, weights: Array | None = None) -> float:
    """Return the temperature with the smallest log-loss on held-out rows.

    References
    ----------
    Guo, Pleiss, Sun & Weinberger, "On calibration of modern neural networks", ICML 2017.
    """

    def loss(logarithm: float) -> float:
        return log_loss(y, np.maximum(sharpened(p, float(np.exp(logarithm))), 1e-15), weights)

    return float(np.exp(minimize_scalar(loss, bounds=(-WIDEST, WIDEST), method="bounded").x))
