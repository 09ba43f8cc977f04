"""What an estimator notes after each epoch, and scikit-learn's rule for when it has trained enough."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from halfmoon.base.patience import Patience
from halfmoon.estimators.schedules import Adaptive
from halfmoon.estimators.validation import HeldOut
from halfmoon.estimators.verbose import Reporter
from halfmoon.optimizers.contract import FirstOrder
from halfmoon.training.callbacks import Callback
from halfmoon.training.ending import Ending, Reason
from halfmoon.training.history import History

if TYPE_CHECKING:
    from halfmoon.estimators.base import MultilayerPerceptron
    from halfmoon.training.run import Run

SMALLEST_RATE, RATIO = 1e-6, 5.0
"""scikit-learn's "adaptive" divides the rate by the ratio, and gives up below the smallest rate."""


BY_LOSS: dict[str, Any] = {"loss_curve_": [], "best_loss_": np.inf, "validation_scores_": None, "best_validation_score_": None}
BY_SCORE: dict[str, Any] = {"loss_curve_": [], "best_loss_": None, "validation_scores_": [], "best_validation_score_": -np.inf}
"""Initial values of the curves and the best values: without early stopping, and with it."""


class ConvergenceMonitor(Callback):
    """Brings an estimator's curves, counters and best parameters up to date, epoch by epoch.

    With ``early_stopping`` the rule looks at the score on the validation set, else at the training loss: when it has not got
    better by ``tol`` for more than ``n_iter_no_change`` epochs in a row, training ends, or "adaptive" divides the rate.

    Parameters
    ----------
    estimator : MultilayerPerceptron
        Has the parameters, and the attributes that are changed.
    rows : int
        Of an epoch.
    held_out : HeldOut, optional
        Without ``early_stopping`` it is only read.
    reporter : Reporter
        Shows how the fit goes.

    Attributes
    ----------
    validated : dict
        What the validation set gave, epoch by epoch: ``val_score``, and ``val_loss`` where that is asked for.
    best_epoch : int or None
        Which epoch of this fit has the best score so far.
    converged : bool
        Whether the rule has ended the training.
    """

    def __init__(self, estimator: MultilayerPerceptron, rows: int, held_out: HeldOut | None, reporter: Reporter) -> None:
        self.estimator = estimator
        self.state = estimator.fit_state_
        self.rows = rows
        self.held_out = held_out
        self.reporter = reporter
        self.seen = 0
        self.validated: dict[str, list[float]] = {}
        self.best_epoch: int | None = None
        self.converged = False

    def wait(self, run: Run) -> float | Patience:
        if self.held_out is not None or self.reporter.active:
            return 1
        return self._patience()

    def _patience(self) -> Patience:
        """Return how long the loss, or minus the validation score, has not got better."""
        estimator = self.estimator
        best = -estimator.best_validation_score_ if estimator.early_stopping else estimator.best_loss_
        return Patience(best, estimator.tol, self.state.no_improvement_count, estimator.n_iter_no_change)

    def on_epoch(self, run: Run) -> None:
        count, self.seen = run.epoch - self.seen, run.epoch
        for loss in run.history.newest("loss", count):
            self._note(run, loss)

    def complete(self, history: History) -> None:
        """Add to a run's history what the validation set gave."""
        whole = {name: values for name, values in self.validated.items() if len(values) == history.epochs}  # Ctrl-C may cut one
        history.join(whole)
        history.best_epoch = self.best_epoch

    def _note(self, run: Run, loss: float) -> None:
        """Take in one epoch."""
        estimator = self.estimator
        estimator.n_iter_ += 1
        estimator.t_ += self.rows
        estimator.loss_ = loss
        estimator.loss_curve_.append(loss)
        if self.reporter.active:
            self.reporter.show(
                f"Iteration {estimator.n_iter_}, loss = {loss:.8f}", completed=estimator.n_iter_, description=f"loss {loss:.6g}"
            )
        if self.held_out is not None:
            self._validate(self.held_out)
        if self._count_improvements(run).exhausted:
            self._end_or_lower_rate(run)

    def _validate(self, held_out: HeldOut) -> None:
        score = held_out.score()
        self.estimator.validation_scores_.append(score)
        self.validated.setdefault("val_score", []).append(score)
        if held_out.loss is not None:
            loss = held_out.loss()
            self.estimator.validation_loss_curve_.append(loss)
            self.validated.setdefault("val_loss", []).append(loss)
        self.reporter.show(f"Validation score: {score:f}", score=f", validation score {score:.4f}")

    def _count_improvements(self, run: Run) -> Patience:
        """Count the epochs without an improvement, keep what is best, and return how patience stands."""
        estimator = self.estimator
        now = self._patience().after(-estimator.validation_scores_[-1] if estimator.early_stopping else estimator.loss_, ties_count=True)
        self.state.no_improvement_count = now.waited
        if not estimator.early_stopping:
            estimator.best_loss_ = now.best
        elif -now.best > estimator.best_validation_score_:
            estimator.best_validation_score_ = -now.best
            self.state.best, self.best_epoch = run.model.snapshot(), run.epoch
        return now

    def _without_tolerance(self) -> str:
        """Return why it ends where any improvement would have counted."""
        estimator = self.estimator
        monitor = ("val_loss" if estimator.scoring == "loss" else "val_score") if estimator.early_stopping else "loss"
        return str(Ending(Reason.EARLY_STOPPING, {"monitor": monitor, "patience": int(estimator.n_iter_no_change)}))

    def _end_or_lower_rate(self, run: Run) -> None:
        """End the training; or, as long as an adaptive rate is not too small, go on with a smaller one."""
        estimator, state = self.estimator, run.state
        watched = "Validation score" if estimator.early_stopping else "Training loss"
        message = f"{watched} did not improve more than tol={estimator.tol:f} for {estimator.n_iter_no_change} consecutive epochs."
        adaptive = isinstance(state.optimizer, FirstOrder) and isinstance(state.optimizer.schedule, Adaptive)
        if adaptive and state.rate > SMALLEST_RATE:  # type: ignore[operator]
            state.memory = {"factor": state.memory.get("factor", 1.0) / RATIO}
            self.state.no_improvement_count = 0
            ending = f" Setting learning rate to {state.rate:f}"
        else:
            self.converged = True
            ending = " Learning rate too small. Stopping." if adaptive else " Stopping."
            run.stop(Ending(Reason.CONVERGED, {"text": message if estimator.tol else self._without_tolerance()}))
        self.reporter.show(message + ending)
