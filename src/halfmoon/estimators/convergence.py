"""What an estimator notes after each epoch, and scikit-learn's rule for when it has trained enough."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from halfmoon.base.patience import Patience
from halfmoon.estimators.schedules import Adaptive
from halfmoon.estimators.validation import HeldOut
from halfmoon.optimizers.contract import FirstOrder
from halfmoon.training.callbacks import Callback

if TYPE_CHECKING:
    from halfmoon.estimators.verbose import Reporter
    from halfmoon.training.run import Run

SMALLEST_RATE, RATIO = 1e-6, 5.0
"""scikit-learn's "adaptive" divides the rate by the ratio, and gives up below the smallest rate."""


class Progress(Callback):
    """Brings an estimator's curves, counters and best parameters up to date, epoch by epoch.

    With a validation set the rule looks at the score there, else at the training loss: when it has not got better by
    ``tol`` for more than ``n_iter_no_change`` epochs in a row, training ends, or "adaptive" divides the rate.

    Parameters
    ----------
    estimator : object
        Has the parameters, and the attributes that are changed.
    rows : int
        Of an epoch.
    held_out : HeldOut, optional
    stops : bool
        Whether the validation set decides; without that it is only read.
    reporter : Reporter, optional
        Prints.

    Attributes
    ----------
    validated : dict
        What the validation set gave, epoch by epoch: ``val_score``, and ``val_loss`` where that is asked for.
    best_epoch : int or None
        Which epoch of this fit has the best score so far.
    """

    def __init__(self, estimator: Any, rows: int, held_out: HeldOut | None, *, stops: bool, reporter: Reporter | None) -> None:
        self.estimator = estimator
        self.rows = rows
        self.held_out = held_out
        self.stops = stops
        self.reporter = reporter
        self.seen = 0
        self.validated: dict[str, list[float]] = {}
        self.best_epoch: int | None = None
        self.converged = False

    def wait(self, run: Run) -> float | Patience:
        if self.held_out is not None or self.reporter is not None:
            return 1
        estimator = self.estimator  # see _judge
        return Patience(estimator.best_loss_, estimator.tol, estimator._no_improvement_count, estimator.n_iter_no_change)

    def on_epoch(self, run: Run) -> None:
        count, self.seen = run.epoch - self.seen, run.epoch
        for loss in run.history.newest("loss", count):
            self._note(run, loss)

    def _note(self, run: Run, loss: float) -> None:
        """Take in one epoch."""
        estimator = self.estimator
        estimator.n_iter_ += 1
        estimator.t_ += self.rows
        estimator.loss_ = loss
        estimator.loss_curve_.append(loss)
        if self.reporter is not None:
            self.reporter.epoch(estimator.n_iter_, loss)
        if self.held_out is not None:
            self._validate(self.held_out)
        self._judge(run)
        if estimator._no_improvement_count > estimator.n_iter_no_change:
            self._enough(run)

    def _validate(self, held_out: HeldOut) -> None:
        score = held_out.score()
        self.estimator.validation_scores_.append(score)
        self.validated.setdefault("val_score", []).append(score)
        if held_out.loss is not None:
            loss = held_out.loss()
            self.estimator.validation_loss_curve_.append(loss)
            self.validated.setdefault("val_loss", []).append(loss)
        if self.reporter is not None:
            self.reporter.validation(score)

    def _judge(self, run: Run) -> None:
        """Count the epochs without an improvement, and keep what is best."""
        estimator = self.estimator
        if self.stops:
            score = estimator.validation_scores_[-1]
            better = not score < estimator.best_validation_score_ + estimator.tol
            if score > estimator.best_validation_score_:
                estimator.best_validation_score_ = score
                estimator._best, self.best_epoch = run.model.snapshot(), run.epoch
        else:
            better = not estimator.loss_ > estimator.best_loss_ - estimator.tol
            estimator.best_loss_ = min(estimator.best_loss_, estimator.loss_)
        estimator._no_improvement_count = 0 if better else estimator._no_improvement_count + 1

    def _enough(self, run: Run) -> None:
        """End the training; or, as long as an adaptive rate is not too small, go on with a smaller one."""
        estimator, state = self.estimator, run.state
        watched = "Validation score" if self.stops else "Training loss"
        message = f"{watched} did not improve more than tol={estimator.tol:f} for {estimator.n_iter_no_change} consecutive epochs."
        adaptive = isinstance(state.optimizer, FirstOrder) and isinstance(state.optimizer.schedule, Adaptive)
        if adaptive and state.rate > SMALLEST_RATE:  # type: ignore[operator]
            state.memory = {"factor": state.memory.get("factor", 1.0) / RATIO}
            estimator._no_improvement_count = 0
            ending = f" Setting learning rate to {state.rate:f}"
        else:
            self.converged = True
            ending = " Learning rate too small. Stopping." if adaptive else " Stopping."
            run.stop(message)
        if self.reporter is not None:
            self.reporter.message(message + ending)
