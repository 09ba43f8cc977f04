"""What a network is like at some epochs of its training: its score on the rows held out, and a map of what it predicts."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np

from halfmoon.base.checks import Array
from halfmoon.engines.contract import Snapshot
from halfmoon.lab.problem import GRID, Problem
from halfmoon.training.callbacks import Callback
from halfmoon.training.ending import INTERRUPTED
from halfmoon.training.run import Run

SNAPSHOTS = 8
"""Most epochs at which a run is evaluated, the last one included."""

MOST_SCORES = 1 << 20
"""Most raw scores of several epochs that are evaluated together, unless a single epoch has more."""


class Snapshots(Callback):
    """Keeps a network's numbers at some epochs, which are evaluated when the training is over.

    Parameters
    ----------
    epochs : int
        At most.

    Attributes
    ----------
    numbers : dict of int to tuple of two ndarrays
        The parameters and running statistics by epoch.
    stopped : bool
        Set by another thread: a training that begins after that is ended at once.
    """

    def __init__(self, epochs: int) -> None:
        self.epochs = log_spaced(epochs, SNAPSHOTS)[:-1]  # the last one is what the training leaves
        self.numbers: dict[int, Snapshot] = {}
        self.stopped = False

    def snapshots(self, run: Run) -> tuple[int, ...]:
        return self.epochs

    def on_start(self, run: Run) -> None:
        if self.stopped:
            run.stop(INTERRUPTED)

    def on_snapshot(self, run: Run, epoch: int, numbers: Snapshot) -> None:
        self.numbers[epoch] = numbers


@cache
def log_spaced(last: int, count: int) -> tuple[int, ...]:
    """Return at most ``count`` whole numbers from 1 to ``last``, each about the same multiple of the one before."""
    return tuple(np.unique(np.geomspace(1, last, count).round().astype(int)).tolist())


def evaluate(estimator: Any, problem: Problem, snapshots: dict[int, Snapshot], *, done: bool) -> tuple[Array, Array, Array | None, Array]:
    """Return what an estimator was like at the epochs of snapshots and, where the fit was ``done``, what it is like now.

    Returns
    -------
    epochs : ndarray of int, shape (k,)
    scores : ndarray of float64, shape (k,)
    maps : ndarray of uint8, shape (k, GRID, GRID), or None
    predictions : ndarray, shape (n,)
        For the rows held out, when the fit was done; else empty.
    """
    if not (snapshots or done):
        return np.empty(0, np.int64), np.empty(0), None, np.empty(0)
    model, rows, n = estimator.model_, problem.test_rows(estimator.model_.dtype), len(problem.y_test)
    now = model.snapshot()
    earlier = [(epoch, numbers) for epoch, numbers in snapshots.items() if epoch < estimator.n_iter_ or not done]
    together = max(1, MOST_SCORES // (len(rows) * model.program.n_outputs))
    found = []
    for first in range(0, len(earlier), together):
        scores = []
        for _, numbers in earlier[first : first + together]:
            model.restore(numbers)
            scores.append(model.scores_of(rows, threads=1))
        found.append(_from_scores(estimator, problem, [np.concatenate(scores)]))
    model.restore(now)
    if done:
        found.append(predictions(estimator, problem, rows))
    predicted, mapped = (np.concatenate(each).reshape(-1, len(rows)) for each in zip(*found, strict=True))
    return (
        np.array([*(epoch for epoch, _ in earlier), *([estimator.n_iter_] if done else [])], np.int64),
        np.array([problem.score(problem.y_test, each) for each in predicted[:, :n]]),
        None if problem.grid is None else maps(predicted[:, n:], mapped[:, n:], problem),
        predicted[-1, :n] if done else problem.y_test[:0],
    )


def predictions(estimator: Any, problem: Problem, rows: Array) -> tuple[Array, Array]:
    """Return what an estimator predicts for rows that need no checks, and what a map shows of it.

    Returns
    -------
    predicted : ndarray, shape (n,)
        Classes, or numbers.
    mapped : ndarray, shape (n,)
        Of a classification the probability of the last class, else the same numbers.
    """
    return _from_scores(estimator, problem, [model.scores_of(rows, threads=1) for model in estimator.models_])


def _from_scores(estimator: Any, problem: Problem, scores: list[Array]) -> tuple[Array, Array]:
    """Return :func:`predictions` from the raw scores of each network."""
    link = estimator.model_.network.loss.link
    predicted = estimator.fit_state_.targets.predict(link, scores)
    if problem.task == "regression":
        return predicted, predicted
    return predicted, np.mean([link.probabilities(each)[:, -1] for each in scores], axis=0)


def maps(predicted: Array, mapped: Array, problem: Problem) -> Array:
    """Return maps of the plane, (k, GRID, GRID) uint8: a probability or a number as 0 to 255, or the class of several."""
    if len(problem.classes) > 2:  # noqa: PLR2004
        return np.searchsorted(problem.classes, predicted).astype(np.uint8).reshape(-1, GRID, GRID)
    low, high = problem.bounds
    shares = np.nan_to_num((mapped - low) / (high - low or 1.0))
    return (255 * np.clip(shares, 0, 1)).round().astype(np.uint8).reshape(-1, GRID, GRID)
