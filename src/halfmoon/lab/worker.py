"""One run: a setting is trained with a seed, and evaluated at some epochs. What is run on another machine is :func:`train`."""

from __future__ import annotations

import time
import warnings
from copy import copy

import numpy as np

from halfmoon.base.shared_context import Shared
from halfmoon.estimators.ensemble import new_fit
from halfmoon.lab.problem import Problem
from halfmoon.lab.run import RunResult
from halfmoon.lab.settings import Configuration
from halfmoon.lab.snapshots import Snapshots, evaluate, predictions
from halfmoon.training.divergence import DivergenceError
from halfmoon.training.ending import INTERRUPTED, Ending

quiet = Shared(lambda: warnings.catch_warnings(action="ignore"))
"""Silences warnings in the process until the last of its users has left: the filters are the process's, not a thread's. What an estimator
warns of is in the run's own message."""


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
            if self.snapshots.stopped or self.estimator.history_.ending == INTERRUPTED:
                return None
            return self._result(began, "done", self.estimator.history_.stopped)

    def _result(self, began: float, status: str, message: str) -> RunResult:
        seconds, estimator, problem = time.perf_counter() - began, self.estimator, self.problem
        known, done = vars(estimator), status == "done"
        losses = np.asarray(known["history_"]["loss"] if "loss" in known.get("history_", ()) else [])
        epochs, scores, maps, predicted = evaluate(estimator, problem, self.snapshots.numbers, done=done)
        return RunResult(
            key=self.configuration.key(problem, self.seed),
            setting=self.configuration.setting,
            seed=self.seed,
            status=status,
            message=message,
            score=float(scores[-1]) if done else np.nan,
            train_score=problem.score(problem.y, predictions(estimator, problem, problem.training_rows(estimator.model_.dtype))[0])
            if done
            else np.nan,
            loss=float(estimator.loss_) if done else float(losses[-1]) if len(losses) else np.nan,
            epochs=int(known.get("n_iter_", 0)),
            updates=int(self.fit.updates),
            parameters=sum(model.theta.size for model in estimator.models_) if "model_" in known else 0,
            seconds=seconds,
            score_name=problem.score_name,
            curves={"loss": losses.astype(np.float32), "score": scores.astype(np.float32)},
            snapshot_epochs=epochs,
            maps=maps,
            predictions=problem.compact(predicted),
        )


def train(problem: Problem, configuration: Configuration, seed: int) -> RunResult | None:
    """Train a configuration with a seed: the work of one task of an executor."""
    return Worker(configuration, problem, seed).run()
