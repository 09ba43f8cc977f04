"""Greedy weighting: again and again the prediction is added that makes the mean best, on rows that were held out."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from halfmoon.base.checks import Array
from halfmoon.tabular.ensembles.metric import Cost

STEPS = 25
"""How often one is added."""


def greedy_weights(predictions: Sequence[Array], y: Array, cost: Cost, weights: Array | None = None, steps: int = STEPS) -> Array:
    """Return the share of each of several predictions in the best mean, (count,), of sum 1.

    Parameters
    ----------
    predictions : sequence of ndarray, shape (n, k)
        Of the same rows.
    y : ndarray, shape (n,)
    cost : callable
        Lower for better.
    weights : ndarray, shape (n,), optional
        Of the rows.
    steps : int

    References
    ----------
    Caruana, Niculescu-Mizil, Crew & Ksikes, "Ensemble selection from libraries of models", ICML 2004, with replacement.
    """
    taken = np.zeros(len(predictions))
    if len(predictions) == 1:
        return taken + 1
    total = np.zeros_like(predictions[0])
    best, best_cost = taken, np.inf
    for step in range(1, steps + 1):
        costs = np.nan_to_num([cost(y, (total + each) / step, weights) for each in predictions], nan=np.inf)
        chosen = int(np.argmin(costs))
        total = total + predictions[chosen]
        taken = taken.copy()
        taken[chosen] += 1
        if costs[chosen] <= best_cost:
            best, best_cost = taken, costs[chosen]
    return best / best.sum()
