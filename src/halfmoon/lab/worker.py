"""One run: a setting trained with a seed, and looked at on the way. What is run on another machine is :func:`train`."""

from __future__ import annotations

import time
from copy import copy

import numpy as np

from halfmoon.base.checks import Array
from halfmoon.lab.problem import Problem
from halfmoon.lab.run import Run
from halfmoon.lab.settings import Plan
from halfmoon.lab.silence import quiet
from halfmoon.lab.snapshots import Snapshots, look, predicted
from halfmoon.training.divergence import DivergenceError
from halfmoon.training.ending import INTERRUPTED


class Work:
    """The training of a plan with a seed, as :func:`halfmoon.training.many.run_all` runs it."""

    def __init__(self, plan: Plan, problem: Problem, seed: int) -> None:
        self.plan, self.problem, self.seed = plan, problem, seed
        self.size = plan.work
        self.estimator = copy(plan.estimator)
        self.estimator.random_state = seed
        self.snapshots = Snapshots(plan.epochs)

    def stop(self, reason: str) -> None:
        """End the training that another thread runs."""
        self.snapshots.stop()
        for member in vars(self.estimator).get("estimators_", ()):
            if vars(member).get("_trainer") is not None:
                member._trainer.stop(reason)

    def run(self) -> Run | None:
        """Train, and return what came of it; None where it was stopped."""
        with quiet, np.errstate(all="ignore"):
            return self._run()

    def _run(self) -> Run | None:
        began, estimator = time.perf_counter(), self.estimator
        try:
            self._fit()
        except Exception as error:  # noqa: BLE001 - a training that fails is a result, and not the end of the comparison
            diverged = isinstance(error.__cause__, DivergenceError)
            message = str(error.__cause__ if diverged else error) or type(error).__name__
            return self._outcome(began, "diverged" if diverged else "failed", " ".join(message.split()))
        if self.snapshots.stopped or estimator.history_.ending == INTERRUPTED:
            return None
        return self._outcome(began, "done", estimator.history_.stopped)

    def _fit(self) -> None:
        """Fit the estimator, whose parameters and data were checked."""
        estimator, problem = self.estimator, self.problem
        if estimator.n_ensemble > 1:  # members are copied, and what a copy keeps would be lost
            estimator._fit(problem.X, problem.y, None)
            return
        estimator.callbacks = [self.snapshots]
        estimator._fit_checked(problem.training_rows(problem.dtype(estimator)), estimator.encode_targets(problem.y), None)

    def _outcome(self, began: float, status: str, message: str) -> Run:
        estimator, problem = self.estimator, self.problem
        seconds, known = time.perf_counter() - began, vars(self.estimator)
        members = known.get("estimators_", [estimator])
        trainers = [each for each in (vars(member).get("_trainer") for member in members) if each is not None]
        history = known.get("history_")
        losses = np.array([]) if history is None or "loss" not in history else history["loss"]
        done = status == "done"
        view = look(estimator, problem, self.snapshots.taken, done=done)
        return Run(
            key=self.plan.key(problem, self.seed),
            setting=self.plan.setting,
            seed=self.seed,
            status=status,
            message=message,
            score=float(view.scores[-1]) if done else np.nan,
            train_score=problem.score(problem.y, self._predicted()) if done else np.nan,
            loss=float(estimator.loss_) if done else float(losses[-1]) if len(losses) else np.nan,
            epochs=int(known.get("n_iter_", 0)),
            updates=int(sum(each.state.updates for each in trainers) or self.snapshots.updates),  # L-BFGS keeps no trainer
            parameters=sum(model.theta.size for model in estimator.models_) if "model_" in known else 0,
            seconds=seconds,
            score_name=problem.score_name,
            curves={"loss": losses.astype(np.float32), "score": view.scores.astype(np.float32)},
            snapshot_epochs=view.epochs,
            maps=view.maps,
            predictions=_plain(view.predictions, problem),
        )

    def _predicted(self) -> Array:
        """Return what is predicted for the rows that were trained on."""
        return predicted(self.estimator, self.problem, self.problem.training_rows(self.estimator.model_.dtype))[0]


def _plain(predicted: Array, problem: Problem) -> Array:
    """Return predictions as numbers of few bytes: of a classification the class numbers."""
    if problem.task == "regression":
        return predicted.astype(np.float32)
    return np.searchsorted(problem.classes, predicted).astype(np.int16)


def train(problem: Problem, plan: Plan, seed: int) -> Run | None:
    """Train a plan with a seed: the work of one task of an executor."""
    return Work(plan, problem, seed).run()
