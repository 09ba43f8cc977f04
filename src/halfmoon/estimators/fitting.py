"""How an estimator is trained: epoch by epoch until the rule says that it is enough, or at once by L-BFGS."""

from __future__ import annotations

import warnings
from numbers import Integral
from typing import Any

import numpy as np
from sklearn.exceptions import ConvergenceWarning
from sklearn.utils.optimize import _check_optimize_result

from halfmoon.base import checks
from halfmoon.base.checks import Array
from halfmoon.engines.contract import Data
from halfmoon.estimators import network_builder
from halfmoon.estimators.convergence import Progress
from halfmoon.estimators.sklearn_callbacks import Tasks
from halfmoon.estimators.validation import HeldOut, Validation, held_out_loss, scorer, split
from halfmoon.estimators.verbose import reporter
from halfmoon.optimizers.contract import Optimizer
from halfmoon.training.callbacks import Callback
from halfmoon.training.divergence import DivergenceError
from halfmoon.training.trainer import Trainer

NOT_FINITE = "Solver produced non-finite parameter weights. The input data may contain large values and need to be preprocessed."

CALLER = 7
"""Frames from a warning here to who called ``fit``."""


def fit_at_once(estimator: Any, data: Data, tasks: Tasks | None) -> None:
    """Minimise the loss of all rows by L-BFGS."""
    trainer = _trainer(estimator)
    options = {"epochs": estimator.max_iter, "max_seconds": estimator.max_seconds, "listeners": _listeners(estimator, tasks)}
    try:
        run = trainer.run(data, data.n_rows, **options)
    except DivergenceError as error:
        raise ValueError(f"{NOT_FINITE} {error}") from error
    estimator.history_, estimator.n_iter_ = run.history, run.epoch
    estimator.loss_ = run.history.last().get("loss", np.nan)
    warn_interrupted(estimator)
    if run.minimum is not None:
        estimator.loss_ = float(run.minimum.fun)
        estimator.n_iter_ = _check_optimize_result("lbfgs", run.minimum, estimator.max_iter)


def fit_by_updates(
    estimator: Any, data: Data, y: Array, validation: Validation, tasks: Tasks | None, *, incremental: bool, going_on: bool
) -> None:
    """Train for one more epoch (``incremental``), or up to ``max_iter``; from where the fit before ended, where this is ``going_on``."""
    rows, held_out = _held_out(estimator, data, y, validation, going_on=going_on)
    n = data.n_rows if rows is None else len(rows)
    trainer = _going_trainer(estimator, n, fresh=not (incremental or going_on) or estimator._trainer is None, going_on=going_on)
    size = rows_of_a_batch(estimator, n)
    estimator.n_iter_ = estimator.n_iter_ if going_on else 0
    epochs = 1 if incremental else estimator.max_iter - estimator.n_iter_
    if epochs < 1:
        return
    shows = reporter(estimator.verbose, estimator.max_iter)
    progress = Progress(estimator, n, held_out, stops=estimator.early_stopping, reporter=shows)
    try:
        run = trainer.run(
            data, size, shuffle=estimator.shuffle, rows=rows, epochs=epochs, max_seconds=estimator.max_seconds,
            listeners=[progress, *_listeners(estimator, tasks)], resumable=not incremental, going_on=going_on,
        )  # fmt: skip
        whole = {name: values for name, values in progress.validated.items() if len(values) == run.history.epochs}  # Ctrl-C may cut one
        run.history.join(whole)
        run.history.best_epoch = progress.best_epoch
        estimator.history_ = run.history
    except DivergenceError as error:
        _diverged(estimator, error)
    finally:
        if shows is not None:
            shows.close()
        if estimator.early_stopping:
            estimator._latest = estimator.model_.snapshot()
            if estimator._best is not None:
                estimator.model_.restore(estimator._best)
    if estimator.shuffle and size == n and not isinstance(estimator.random_state, Integral):
        for _ in range(estimator.history_.epochs):
            trainer.random.permutation(n)  # a full batch has no order, but scikit-learn draws one, and the generator is the caller's
    warn_interrupted(estimator)
    if estimator.n_iter_ == estimator.max_iter and not (progress.converged or incremental):
        message = f"Stochastic Optimizer: Maximum iterations ({estimator.max_iter}) reached and the optimization hasn't converged yet."
        warnings.warn(message, ConvergenceWarning, stacklevel=CALLER)


def rows_of_a_batch(estimator: Any, rows: int) -> int:
    """Return how many rows an update takes."""
    if estimator.batch_size is None:
        return rows
    if estimator.batch_size == "auto":
        return min(200, rows)
    if estimator.batch_size > rows:
        warnings.warn("Got `batch_size` less than 1 or larger than sample size. It is going to be clipped", stacklevel=CALLER + 1)
    return min(estimator.batch_size, rows)


def _listeners(estimator: Any, tasks: Tasks | None) -> list[Callback]:
    own = checks.listed("callbacks", estimator.callbacks or (), Callback, "callbacks, objects of a subclass of halfmoon.Callback")
    return own if tasks is None else [tasks, *own]


def _trainer(estimator: Any, optimizer: Optimizer | None = None) -> Trainer:
    options = {"penalty": network_builder.penalty(estimator), "engine": estimator.engine, "threads": estimator.threads}
    return Trainer(estimator.model_, optimizer or network_builder.optimizer(estimator), seed=estimator._random_state, **options)


def _going_trainer(estimator: Any, rows: int, *, fresh: bool, going_on: bool) -> Trainer:
    """Return what begins with a new optimiser, or goes on with that of the fit before."""
    if fresh:
        estimator._trainer = _trainer(estimator)
    elif estimator._trainer.state.penalty != network_builder.penalty(estimator):  # which is not the optimiser's
        before = estimator._trainer.state
        estimator._trainer = _trainer(estimator, before.optimizer)
        estimator._trainer.state.resume(before.progress(), before.slots)
    trainer: Trainer = estimator._trainer
    if going_on:
        if estimator.early_stopping:
            estimator.model_.restore(estimator._latest)
        return trainer
    trainer.random = estimator._random_state
    trainer.state.memory = {"factor": 1.0} | trainer.state.memory | {"rows": rows, "seen": estimator.t_, "fresh": fresh}
    return trainer


def _diverged(estimator: Any, error: DivergenceError) -> None:
    """Keep the best parameters where they are known, else raise."""
    estimator.history_ = error.history
    if not estimator.early_stopping:
        raise ValueError(f"{NOT_FINITE} {error}") from error
    estimator.n_iter_ += 1
    estimator.loss_curve_.append(np.nan)
    estimator.validation_scores_.append(np.nan)
    warnings.warn(f"Training diverged, the best parameters so far are kept: {error}", ConvergenceWarning, stacklevel=CALLER + 1)


def warn_interrupted(estimator: Any) -> None:
    """Warn where Ctrl-C has ended a fit; an ensemble warns once for all its members."""
    interrupted = any(each.history_.stopped == "interrupted" for each in vars(estimator).get("estimators_", [estimator]))
    if interrupted and "_member" not in vars(estimator):
        warnings.warn("Training interrupted by user.", stacklevel=CALLER + 1)


def _held_out(estimator: Any, data: Data, y: Array, validation: Validation, *, going_on: bool) -> tuple[Array | None, HeldOut | None]:
    """Return which rows to train on (None: all), and the validation set."""
    if (validation.X is None) != (validation.y is None):
        raise ValueError(f"X_val and y_val must be given together, {'X_val' if validation.X is None else 'y_val'} is missing")
    if validation.X is not None:
        given = validation.checked(estimator)
        estimator.validation_scores_ = estimator.validation_scores_ or []
        estimator.validation_loss_curve_ = vars(estimator).get("validation_loss_curve_", [])
        return None, HeldOut(scorer(estimator, *given), held_out_loss(estimator, *given))
    if not estimator.early_stopping:
        return None, None
    if not going_on:
        estimator._rows = split(estimator, y, validation.groups)
    rows, held = estimator._rows
    aside = data.take(held)
    return rows, HeldOut(scorer(estimator, aside.X, y[held], aside.weights), None)
