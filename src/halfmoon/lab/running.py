"""One run: a setting trained with a seed, and looked at on the way. What is run on another machine is :func:`train`."""

from __future__ import annotations

import time
from copy import copy
from typing import Any

import numpy as np

from halfmoon.checks import Array
from halfmoon.lab.problem import GRID, Problem
from halfmoon.lab.quiet import Quiet
from halfmoon.lab.results import Run
from halfmoon.lab.settings import Plan
from halfmoon.training.callbacks import Callback
from halfmoon.training.divergence import DivergenceError
from halfmoon.training.run import Run as Training

SNAPSHOTS = 8
"""Most epochs at which a run is looked at, the last one included."""

INTERRUPTED = "interrupted"


class Recorder(Callback):
    """Looks at a training at some epochs: its score on the rows held out, and a map of what it predicts.

    Parameters
    ----------
    estimator : object
        Being fitted.
    problem : Problem
    epochs : int
        At most.
    """

    def __init__(self, estimator: Any, problem: Problem, epochs: int) -> None:
        self.estimator, self.problem = estimator, problem
        self.places = log_spaced(epochs, SNAPSHOTS)[:-1]  # the last one is looked at when the fit is over
        self.training: Training | None = None
        self.stopped = False
        self.epochs: list[int] = []
        self.scores: list[float] = []
        self.maps: list[Array] = []

    def stop(self) -> None:
        """End the training, from another thread."""
        self.stopped = True
        if self.training is not None:
            self.training.stop(INTERRUPTED)

    def wait(self, run: Training) -> float:
        return next((place - run.epoch for place in self.places if place > run.epoch), np.inf)

    def on_start(self, run: Training) -> None:
        self.training = run
        if self.stopped:
            run.stop(INTERRUPTED)

    def on_epoch(self, run: Training) -> None:
        if run.epoch in self.places:
            self.look(run.epoch)

    def look(self, epoch: int) -> Array:
        """Take the score and the map, and return what is predicted for the rows held out."""
        if self.epochs and self.epochs[-1] == epoch:  # it ended early, just there
            for notes in (self.epochs, self.scores, self.maps):  # type: list[Any]
                del notes[-1:]
        problem = self.problem
        held_out = len(problem.y_test)
        predicted, shares = predictions(self.estimator, problem, problem.rows(self.estimator.model_.dtype))
        self.epochs.append(epoch)
        self.scores.append(problem.score(problem.y_test, predicted[:held_out]))
        if problem.grid is not None:
            self.maps.append(surface(predicted[held_out:], shares[held_out:], problem))
        return predicted[:held_out]


def log_spaced(last: int, count: int) -> list[int]:
    """Return at most ``count`` whole numbers from 1 to ``last``, each about the same multiple of the one before."""
    return np.unique(np.geomspace(1, last, count).round().astype(int)).tolist()


def predictions(estimator: Any, problem: Problem, rows: Array) -> tuple[Array, Array]:
    """Return what an estimator predicts for rows that need no checks, and of two classes the probability of the second."""
    models = estimator.models_
    scores, link = [model.scores_of(rows) for model in models], models[0].network.loss.link
    if problem.task == "regression":
        mean = np.mean([link.mean(each) for each in scores], axis=0)
        predicted = estimator._column(mean if estimator.quantiles is None else np.sort(mean, axis=1))
        return predicted, predicted
    chances = np.mean([link.probabilities(each) for each in scores], axis=0)
    numbers = link.decide(scores[0]) if len(models) == 1 else chances.argmax(axis=1)
    return problem.classes[numbers], chances[:, -1]


def surface(predicted: Array, chances: Array, problem: Problem) -> Array:
    """Return a map of the plane, (GRID, GRID) uint8: a probability or a number as 0 to 255, or the class of several."""
    if len(problem.classes) > 2:  # noqa: PLR2004
        return np.searchsorted(problem.classes, predicted).astype(np.uint8).reshape(GRID, GRID)
    low, high = problem.bounds
    shares = (chances - low) / (high - low or 1.0)
    return (255 * np.clip(np.nan_to_num(shares), 0, 1)).round().astype(np.uint8).reshape(GRID, GRID)


class Work:
    """The training of a plan with a seed, as :func:`halfmoon.training.many.run_all` runs it."""

    def __init__(self, plan: Plan, problem: Problem, seed: int) -> None:
        self.plan, self.problem, self.seed = plan, problem, seed
        self.size = plan.work
        self.estimator = copy(plan.estimator)
        self.estimator.random_state = seed
        self.recorder = Recorder(self.estimator, problem, plan.epochs)

    def stop(self, reason: str) -> None:
        """End the training that another thread runs."""
        self.recorder.stop()
        for member in vars(self.estimator).get("estimators_", ()):
            if vars(member).get("_trainer") is not None:
                member._trainer.stop(reason)

    def run(self) -> Run | None:
        """Train, and return what came of it; None where it was stopped."""
        with Quiet(), np.errstate(all="ignore"):
            return self._run()

    def _run(self) -> Run | None:
        began, estimator = time.perf_counter(), self.estimator
        if estimator.n_ensemble == 1:  # members are copied, and a copied recorder's notes would be lost
            estimator.callbacks = [self.recorder]
        try:
            estimator._fit(self.problem.X, self.problem.y, None)  # its parameters were checked
        except Exception as error:  # noqa: BLE001 - a training that fails is a result, and not the end of the comparison
            diverged = isinstance(error.__cause__, DivergenceError)
            message = str(error.__cause__ if diverged else error) or type(error).__name__
            return self._outcome(began, "diverged" if diverged else "failed", " ".join(message.split()))
        if self.recorder.stopped or estimator.history_.stopped == INTERRUPTED:
            return None
        return self._outcome(began, "done", estimator.history_.stopped)

    def _outcome(self, began: float, status: str, message: str) -> Run:
        estimator, problem, recorder = self.estimator, self.problem, self.recorder
        seconds, known = time.perf_counter() - began, vars(self.estimator)
        members = known.get("estimators_", [estimator])
        trainers = [each for each in (vars(member).get("_trainer") for member in members) if each is not None]
        history = known.get("history_")
        losses = np.array([]) if history is None or "loss" not in history else history["loss"]
        done = status == "done"
        predicted = recorder.look(estimator.n_iter_) if done else problem.y_test[:0]
        updates = sum(each.state.updates for each in trainers)
        if not trainers and recorder.training is not None:  # L-BFGS keeps none
            updates = recorder.training.state.updates
        return Run(
            key=self.plan.key(problem, self.seed),
            setting=self.plan.setting,
            seed=self.seed,
            status=status,
            message=message,
            score=recorder.scores[-1] if done else np.nan,
            train_score=problem.score(problem.y, self._predicted()) if done else np.nan,
            loss=float(estimator.loss_) if done else float(losses[-1]) if len(losses) else np.nan,
            epochs=int(known.get("n_iter_", 0)),
            updates=int(updates),
            parameters=sum(model.theta.size for model in estimator.models_) if "model_" in known else 0,
            seconds=seconds,
            score_name=problem.score_name,
            curves={"loss": losses.astype(np.float32), "score": np.array(recorder.scores, np.float32)},
            snapshot_epochs=np.array(recorder.epochs, np.int64),
            maps=np.stack(recorder.maps) if recorder.maps else None,
            predictions=_plain(predicted, problem),
        )

    def _predicted(self) -> Array:
        """Return what is predicted for the rows that were trained on."""
        X = np.ascontiguousarray(self.problem.X, self.estimator.model_.dtype)
        return predictions(self.estimator, self.problem, X)[0]


def _plain(predicted: Array, problem: Problem) -> Array:
    """Return predictions as numbers of few bytes: of a classification the class numbers."""
    if problem.task == "regression":
        return predicted.astype(np.float32)
    return np.searchsorted(problem.classes, predicted).astype(np.int16)


def train(problem: Problem, plan: Plan, seed: int) -> Run | None:
    """Train a plan with a seed: the work of one task of an executor."""
    return Work(plan, problem, seed).run()
