"""What a network is like at some epochs of its training: its score on the rows held out, and a map of what it predicts."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

from halfmoon.base.checks import Array
from halfmoon.engines.contract import Snapshot
from halfmoon.lab.problem import GRID, Problem
from halfmoon.training.callbacks import Callback
from halfmoon.training.ending import INTERRUPTED
from halfmoon.training.run import Run as Training

SNAPSHOTS = 8
"""Most epochs at which a run is looked at, the last one included."""

MOST_SCORES = 1 << 20
"""Of the raw scores of several epochs that are looked at together, unless a single epoch has more."""


class Snapshots(Callback):
    """Keeps a network's numbers at some epochs, to be looked at when the training is over.

    Parameters
    ----------
    epochs : int
        At most.
    """

    def __init__(self, epochs: int) -> None:
        self.places = log_spaced(epochs, SNAPSHOTS)[:-1]  # the last one is what the training leaves
        self.training: Training | None = None
        self.stopped = False
        self.taken: dict[int, Snapshot] = {}
        self.updates = 0

    def stop(self) -> None:
        """End the training, from another thread."""
        self.stopped, training = True, self.training  # which may be over just now
        if training is not None:
            training.stop(INTERRUPTED)

    def snapshots(self, run: Training) -> tuple[int, ...]:
        return self.places

    def on_start(self, run: Training) -> None:
        self.training = run
        if self.stopped:
            run.stop(INTERRUPTED)

    def on_end(self, run: Training) -> None:
        self.updates = run.state.updates
        self.training = None  # which knows this callback: neither would be freed before the garbage collector comes

    def on_snapshot(self, run: Training, epoch: int, numbers: Snapshot) -> None:
        self.taken[epoch] = numbers


@cache
def log_spaced(last: int, count: int) -> tuple[int, ...]:
    """Return at most ``count`` whole numbers from 1 to ``last``, each about the same multiple of the one before."""
    return tuple(np.unique(np.geomspace(1, last, count).round().astype(int)).tolist())


@dataclass(frozen=True)
class View:
    """What was seen at k epochs.

    Attributes
    ----------
    epochs : ndarray of int, shape (k,)
    scores : ndarray of float64, shape (k,)
    maps : ndarray of uint8, shape (k, GRID, GRID), or None
    predictions : ndarray, shape (n,)
        For the rows held out, when the fit was done; else empty.
    """

    epochs: Array
    scores: Array
    maps: Array | None
    predictions: Array


NOTHING = View(np.empty(0, np.int64), np.empty(0), None, np.empty(0))


def look(estimator: Any, problem: Problem, taken: dict[int, Snapshot], *, done: bool) -> View:
    """Return how an estimator was at the epochs that snapshots were taken of, and, where the fit was ``done``, how it is now."""
    if not (taken or done):
        return NOTHING
    model, rows, n = estimator.model_, problem.test_rows(estimator.model_.dtype), len(problem.y_test)
    now = model.snapshot()
    earlier = [(epoch, numbers) for epoch, numbers in taken.items() if epoch < estimator.n_iter_ or not done]
    together = max(1, MOST_SCORES // (len(rows) * model.program.n_outputs))
    seen = []
    for first in range(0, len(earlier), together):
        scores = []
        for _, numbers in earlier[first : first + together]:
            model.restore(numbers)
            scores.append(model.scores_of(rows, threads=1))
        seen.append(means(estimator, problem, [np.concatenate(scores)]))
    model.restore(now)
    if done:
        seen.append(predicted(estimator, problem, rows))
    answers, shares = (np.concatenate(each).reshape(-1, len(rows)) for each in zip(*seen, strict=True))
    return View(
        np.array([*(epoch for epoch, _ in earlier), *([estimator.n_iter_] if done else [])], np.int64),
        np.array([problem.score(problem.y_test, each) for each in answers[:, :n]]),
        None if problem.grid is None else surfaces(answers[:, n:], shares[:, n:], problem),
        answers[-1, :n] if done else problem.y_test[:0],
    )


def predicted(estimator: Any, problem: Problem, rows: Array) -> tuple[Array, Array]:
    """Return what an estimator predicts for rows that need no checks, and of two classes the probability of the second."""
    return means(estimator, problem, [model.scores_of(rows, threads=1) for model in estimator.models_])


def means(estimator: Any, problem: Problem, scores: list[Array]) -> tuple[Array, Array]:
    """Return what an estimator makes of the raw scores of its members: see :func:`predicted`."""
    link = estimator.model_.network.loss.link
    if problem.task == "regression":
        mean = np.mean([link.mean(each) for each in scores], axis=0)
        answers = estimator._column(mean if estimator.quantiles is None else np.sort(mean, axis=1))
        return answers, answers
    chances = link.probabilities(scores[0]) if len(scores) == 1 else np.mean([link.probabilities(each) for each in scores], axis=0)
    numbers = link.decide(scores[0]) if len(scores) == 1 else chances.argmax(axis=1)
    return problem.classes[numbers], chances[:, -1]


def surfaces(answers: Array, shares: Array, problem: Problem) -> Array:
    """Return maps of the plane, (k, GRID, GRID) uint8: a probability or a number as 0 to 255, or the class of several."""
    if len(problem.classes) > 2:  # noqa: PLR2004
        return np.searchsorted(problem.classes, answers).astype(np.uint8).reshape(-1, GRID, GRID)
    low, high = problem.bounds
    filled = np.nan_to_num((shares - low) / (high - low or 1.0))
    return (255 * np.clip(filled, 0, 1)).round().astype(np.uint8).reshape(-1, GRID, GRID)
