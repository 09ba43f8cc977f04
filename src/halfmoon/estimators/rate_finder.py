"""The learning rate finder: one short training at ever higher rates (Smith, "Cyclical learning rates", WACV 2017)."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, replace
from math import ceil
from typing import Any

import numpy as np
from sklearn.base import clone

from halfmoon.base import checks
from halfmoon.base.checks import Array
from halfmoon.base.errors import InputError
from halfmoon.base.record import checked, record
from halfmoon.estimators import network_builder
from halfmoon.estimators.fit import Fit, rows_of_a_batch
from halfmoon.estimators.parameters import validate_parameters
from halfmoon.optimizers.contract import FirstOrder
from halfmoon.optimizers.schedules import Clock, Memory, Schedule
from halfmoon.training.callbacks import Callback
from halfmoon.training.divergence import DivergenceError
from halfmoon.training.run import Run
from halfmoon.training.trainer import Trainer

SMOOTHING = 0.9
"""Share of the running mean of the losses that stays."""

SPAN = 10
"""Updates over which the fall of the loss is looked at, and those at the beginning that are left out."""

TOO_HIGH = 4.0
"""Times the smallest smoothed loss at which the search ends."""


@record
class Rising(Schedule):
    """From ``low`` to 1, by the same factor at each of ``updates``."""

    low: float = checked(checks.positive)
    updates: int = checked(checks.whole)

    def factor(self, clock: Clock, memory: Memory) -> float:
        return self.low ** (1 - clock.update / self.updates)


@dataclass(frozen=True, eq=False)
class RateSearch:
    """What :func:`find_learning_rate` found.

    Attributes
    ----------
    rates : ndarray, shape (updates,)
        The learning rate of each update.
    losses : ndarray, shape (updates,)
        The loss of its batch, before it.
    smoothed : ndarray, shape (updates,)
        Their running mean.
    suggestion : float
        The rate at which the smoothed loss falls fastest.

    Examples
    --------
    >>> search = hm.find_learning_rate(hm.MLPClassifier((8,), random_state=0), X, y)
    >>> search.rates.shape == search.losses.shape
    True
    """

    rates: Array
    losses: Array
    smoothed: Array
    suggestion: float

    def plot(self, ax: Any = None, **options: Any) -> Any:
        """Draw the losses over the rates; see :class:`halfmoon.plots.LearningRateDisplay`."""
        from halfmoon.plots.learning_rate import LearningRateDisplay  # noqa: PLC0415 - loads matplotlib

        return LearningRateDisplay.from_search(self).plot(ax, **options)


class _LossRecorder(Callback):
    """Records the rate and the loss of each update; ends the search when the loss has risen, or after so many ``updates``."""

    def __init__(self, updates: int) -> None:
        self.updates = updates
        self.rates: list[float] = []
        self.losses: list[float] = []
        self.smoothed: list[float] = []
        self.mean = 0.0

    def on_update(self, run: Run) -> None:
        self.rates.append(run.state.rate_at(run.state.updates - 1) or np.nan)
        self.losses.append(run.loss)
        self.mean = SMOOTHING * self.mean + (1 - SMOOTHING) * run.loss
        self.smoothed.append(self.mean / (1 - SMOOTHING ** len(self.losses)))
        if self.smoothed[-1] > TOO_HIGH * min(self.smoothed):
            run.stop("the loss has risen")
        if len(self.losses) >= self.updates:
            run.stop("all rates have been tried")


def find_learning_rate(
    estimator: Any, X: Any, y: Any, sample_weight: Any = None, *, lowest: float = 1e-6, highest: float = 10.0, updates: int = 200
) -> RateSearch:
    """Look for a good ``learning_rate_init``: train a copy of an estimator at rates from ``lowest`` to ``highest``.

    Parameters
    ----------
    estimator : MLPClassifier or MLPRegressor
        Not changed.
    X : array-like or sparse matrix, shape (n_samples, n_features)
        Rows to learn from.
    y : array-like, shape (n_samples,) or (n_samples, n_outputs)
        Their targets.
    sample_weight : array-like, shape (n_samples,), optional
        How much each row counts; by default all alike.
    lowest, highest : float
        Learning rates of the first update and of the last.
    updates : int
        How many updates to make; the search ends before when the loss rises.

    Returns
    -------
    RateSearch
        The losses at the rates, and the rate that is suggested.

    Raises
    ------
    InputError
        When the estimator's solver has no learning rate, or an argument is not valid.

    Examples
    --------
    >>> search = hm.find_learning_rate(hm.MLPClassifier((8,), random_state=0), X, y)
    >>> clf = hm.MLPClassifier(learning_rate_init=search.suggestion)
    """
    checks.positive("lowest", lowest)
    if checks.positive("highest", highest) <= lowest:
        raise checks.fail("highest", highest, f"above lowest, {lowest:g}")
    checks.whole("updates", updates, least=10)
    trial = clone(estimator).set_params(early_stopping=False)
    validate_parameters(trial)
    optimizer = network_builder.optimizer(trial)
    if not isinstance(optimizer, FirstOrder):
        raise InputError(f"estimator must have a solver with a learning rate, got {estimator.solver!r}")
    data, _ = Fit(trial, X, y, sample_weight).prepare()
    rising = replace(optimizer, rate=highest, schedule=Rising(lowest / highest, updates - 1))
    trainer = Trainer(trial.model_, rising, penalty=network_builder.penalty(trial), engine=trial.engine, threads=trial.threads)
    size, recorder = rows_of_a_batch(trial, data.n_rows), _LossRecorder(updates)
    with suppress(DivergenceError):
        trainer.run(data, size, epochs=ceil(updates / ceil(data.n_rows / size)), listeners=[recorder])
    rates, smoothed = np.array(recorder.rates), np.array(recorder.smoothed)
    # rates are equally far apart on a log scale, so the loss falls fastest where it falls most over a span
    falls = smoothed[2 * SPAN :] - smoothed[SPAN:-SPAN]  # the first few are means of too few
    steepest = SPAN + int(falls.argmin()) + SPAN // 2 if len(falls) else len(rates) // 2
    return RateSearch(rates, np.array(recorder.losses), smoothed, float(rates[steepest]))
