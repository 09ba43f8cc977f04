"""One run: a setting is trained with a seed, and evaluated at some epochs. What is run on another machine is :func:`train`."""

from __future__ import annotations

import time
import warnings
from copy import copy
from functools import cache
from typing import Any, NamedTuple

import numpy as np

from halfmoon.base.checks import Array
from halfmoon.base.shared_context import Shared
from halfmoon.engines.contract import Snapshot
from halfmoon.estimators.ensemble import new_fit
from halfmoon.lab.problem import GRID, Problem
from halfmoon.lab.run import RunResult
from halfmoon.lab.settings import Configuration
from halfmoon.losses.links import LOGISTIC
from halfmoon.training.callbacks import Callback
from halfmoon.training.divergence import DivergenceError
from halfmoon.training.ending import INTERRUPTED, Ending, Reason
from halfmoon.training.run import Run

SNAPSHOTS = 8
"""Most epochs at which a run is evaluated, the last one included."""

CLEAREST = 256.0
"""Difference of two log probabilities from which on a map takes a class for certain."""

OCTAVES = 28
"""How often that is halved until a map takes two classes for as probable."""

MOST_SCORES = 1 << 20
"""Most raw scores of several epochs that are evaluated together, unless a single epoch has more."""

quiet = Shared(lambda: warnings.catch_warnings(action="ignore"))
"""Silences warnings in the process until the last of its users has left: the filters are the process's, not a thread's. What an estimator
warns of is in the run's own message."""


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


class Worker:
    """Trains a configuration with a seed."""

    def __init__(self, configuration: Configuration, problem: Problem, seed: int) -> None:
        self.configuration, self.problem, self.seed = configuration, problem, seed
        self.snapshots = Snapshots(configuration.epochs)
        self.estimator = copy(configuration.estimator)
        self.estimator.random_state = seed
        if self.estimator.n_ensemble == 1:
            self.estimator.callbacks = [self.snapshots]
        targets, rows = problem.targets(self.estimator), problem.training_rows(problem.dtype(self.estimator))
        self.fit = new_fit(self.estimator, rows, targets.encode(problem.y), known_targets=targets, checked=True)

    def stop(self, reason: str | Ending) -> None:
        """End the training that another thread runs, or is about to."""
        self.snapshots.stopped = True
        self.fit.stop(reason)

    def run(self) -> RunResult | None:
        """Train, and return what came of it; None where it was stopped."""
        began = time.perf_counter()
        with quiet, np.errstate(all="ignore"):
            try:
                self.fit.run()
            except Exception as error:  # noqa: BLE001 - a training that fails is a result, and not the end of the comparison
                diverged = isinstance(error.__cause__, DivergenceError)
                message = str(error.__cause__ if diverged else error) or type(error).__name__
                return self._result(began, "diverged" if diverged else "failed", " ".join(message.split()))
            history = self.estimator.history_
            if self.snapshots.stopped or history.ending == INTERRUPTED:
                return None
            # where validation is watched, a fit ends with the best epoch before it diverged
            diverged = history.ending.reason == Reason.DIVERGED or not self._is_finite()
            return self._result(began, "diverged" if diverged else "done", history.stopped)

    def _is_finite(self) -> bool:
        return all(np.isfinite(model.theta).all() for model in self.estimator.models_)

    def _result(self, began: float, status: str, message: str) -> RunResult:
        seconds, estimator, problem = time.perf_counter() - began, self.estimator, self.problem
        attributes, done = vars(estimator), status == "done"
        losses = np.asarray(attributes["history_"]["loss"] if "loss" in attributes.get("history_", ()) else [])
        found = evaluate(estimator, problem, self.snapshots.numbers, done=done)
        if done and not np.isfinite(found.scores[-1]):
            return self._result(began, "diverged", message)
        return RunResult(
            key=self.configuration.key(problem, self.seed),
            setting=self.configuration.setting,
            seed=self.seed,
            status=status,
            message=message,
            score=float(found.scores[-1]) if done else np.nan,
            train_score=problem.score(problem.y, self._training_predictions()) if done else np.nan,
            loss=float(estimator.loss_) if done else float(losses[-1]) if len(losses) else np.nan,
            epochs=int(attributes.get("n_iter_", 0)),
            updates=int(self.fit.updates),
            parameters=sum(model.theta.size for model in estimator.models_) if "model_" in attributes else 0,
            seconds=seconds,
            score_name=problem.score_name,
            curves={"loss": losses.astype(np.float32), "score": found.scores.astype(np.float32)},
            snapshot_epochs=found.epochs,
            maps=found.maps,
            predictions=problem.compact(found.predictions),
            margins=found.margins,
        )

    def _training_predictions(self) -> Array:
        """Return what is predicted for the rows that were trained on."""
        return predictions(self.estimator, self.problem, self.problem.training_rows(self.estimator.model_.dtype))[0]


def train(problem: Problem, configuration: Configuration, seed: int) -> RunResult | None:
    """Train a configuration with a seed: the work of one task of an executor."""
    return Worker(configuration, problem, seed).run()


# ---- evaluating -------------------------------------------------------------------------------------------------------


class Evaluation(NamedTuple):
    """What an estimator was like at some epochs.

    Attributes
    ----------
    epochs : ndarray of int, shape (k,)
    scores : ndarray of float64, shape (k,)
    maps, margins : ndarray of uint8, shape (k, GRID, GRID), or None
    predictions : ndarray, shape (n,)
        For the rows held out, when the fit was done; else empty.
    """

    epochs: Array
    scores: Array
    maps: Array | None
    margins: Array | None
    predictions: Array


def evaluate(estimator: Any, problem: Problem, snapshots: dict[int, Snapshot], *, done: bool) -> Evaluation:
    """Return what an estimator was like at the epochs of snapshots and, where the fit was ``done``, what it is like now."""
    if not (snapshots or done):
        return Evaluation(np.empty(0, np.int64), np.empty(0), None, None, np.empty(0))
    model, rows, n = estimator.model_, problem.test_rows(estimator.model_.dtype), len(problem.y_test)
    scoring = estimator.fit_state_.targets.scoring_model(model)  # of the same numbers
    now = model.snapshot()
    earlier = [(epoch, numbers) for epoch, numbers in snapshots.items() if epoch < estimator.n_iter_ or not done]
    epochs_at_once = max(1, MOST_SCORES // (len(rows) * model.program.n_outputs))
    found = []
    for first in range(0, len(earlier), epochs_at_once):
        scores = []
        for _, numbers in earlier[first : first + epochs_at_once]:
            model.restore(numbers)
            scores.append(scoring.scores_of(rows, threads=1))
        found.append(_from_scores(estimator, problem, [np.concatenate(scores)]))
    model.restore(now)
    if done:
        found.append(predictions(estimator, problem, rows))
    predicted, mapped = (np.concatenate(each).reshape(-1, len(rows)) for each in zip(*found, strict=True))
    return Evaluation(
        np.array([*(epoch for epoch, _ in earlier), *([estimator.n_iter_] if done else [])], np.int64),
        np.array([problem.score(problem.y_test, each) for each in predicted[:, :n]]),
        None if problem.grid is None else maps(predicted[:, n:], mapped[:, n:], problem),
        None if problem.grid is None or problem.task == "regression" else margins(np.abs(mapped[:, n:])),
        predicted[-1, :n] if done else problem.y_test[:0],
    )


def predictions(estimator: Any, problem: Problem, rows: Array) -> tuple[Array, Array]:
    """Return what an estimator predicts for rows that need no checks, and what their maps show.

    That is of a regression the same, of two classes the log odds of the second, and of more by how much the logarithm of the largest
    probability exceeds that of the next.
    """
    targets = estimator.fit_state_.targets
    return _from_scores(estimator, problem, [targets.scoring_model(model).scores_of(rows, threads=1) for model in estimator.models_])


def _from_scores(estimator: Any, problem: Problem, scores: list[Array]) -> tuple[Array, Array]:
    """Return :func:`predictions` from the raw scores of each network."""
    targets = estimator.fit_state_.targets
    link = targets.scoring_model(estimator.model_).network.loss.link
    predicted = targets.predict(link, scores)
    if problem.task == "regression":
        return predicted, predicted
    logs = targets.log_probabilities(link, scores)
    if len(problem.classes) <= 2:  # noqa: PLR2004
        return predicted, logs[:, -1] - logs[:, 0] if logs.shape[1] > 1 else np.full(len(logs), np.inf)  # of a lone class it is certain
    next_to_largest, largest = np.partition(logs, (-2, -1), axis=1)[:, -2:].T
    return predicted, largest - next_to_largest


def margins(differences: Array) -> Array:
    """Return differences of log probabilities as 1 to 255, (k, GRID, GRID) uint8.

    Each step is the same multiple of the one before, so a boundary is as exact where the network is hardly sure as where it is very sure.
    """
    known = np.clip(np.nan_to_num(differences, posinf=CLEAREST), CLEAREST / 2**OCTAVES, CLEAREST)
    return (255 + 254 / OCTAVES * np.log2(known / CLEAREST)).round().astype(np.uint8).reshape(-1, GRID, GRID)


def differences(steps: Array) -> Array:
    """Return the differences of log probabilities that :func:`margins` stand for."""
    return CLEAREST * 2.0 ** (OCTAVES * (steps.astype(np.float64) - 255) / 254)


def maps(predicted: Array, mapped: Array, problem: Problem) -> Array:
    """Return maps of the plane, (k, GRID, GRID) uint8: a probability or a number as 0 to 255, or the class of several."""
    if len(problem.classes) > 2:  # noqa: PLR2004
        return np.searchsorted(problem.classes, predicted).astype(np.uint8).reshape(-1, GRID, GRID)
    low, high = problem.bounds
    numbers = mapped if problem.task == "regression" else LOGISTIC.mean(mapped)
    shares = np.nan_to_num((numbers - low) / (high - low or 1.0))
    return (255 * np.clip(shares, 0, 1)).round().astype(np.uint8).reshape(-1, GRID, GRID)
