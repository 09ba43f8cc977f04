"""One call of ``train``: the loop over its epochs, what ends it, and what it leaves behind."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import KW_ONLY, dataclass
from typing import Any

import numpy as np

from halfmoon.base.interrupts import InterruptGuard
from halfmoon.base.patience import ENDLESS, Patience
from halfmoon.engines.contract import Data, Engine, EpochRequest, Snapshot
from halfmoon.engines.row_order import RowOrder
from halfmoon.engines.state import NotFiniteError
from halfmoon.optimizers.contract import FirstOrder
from halfmoon.training.callbacks import Callback, listens_to_updates
from halfmoon.training.divergence import DivergenceError, divergence
from halfmoon.training.ending import INTERRUPTED, Ending, Reason
from halfmoon.training.history import History
from halfmoon.training.lbfgs import minimise
from halfmoon.training.metrics import Metric
from halfmoon.training.stopping import EarlyStopping, Watch

CALL_SECONDS = 0.05
"""Seconds that a call of the engine should take where no callback needs each epoch."""

FLOPS, UPDATE_SECONDS = 1e10, 2e-6
"""What the first call's length is estimated from: floating-point operations a second, and seconds an update beside them."""


@dataclass(eq=False, repr=False)
class Run:
    """One call of ``train``, as callbacks see it.

    Attributes
    ----------
    state : TrainingState
    model : Model
    history : History
    epochs : int
        How many epochs it may take.
    epoch : int
        Epochs finished.
    loss : float
        Before the newest update.
    guard : InterruptGuard or None
        With one, Ctrl-C leaves everything as it was after the last whole epoch, so that a run that is ``going_on`` from there
        comes to the same bits as one that was never interrupted.
    last_good : tuple of ndarray
        The parameters and the running statistics after the last whole epoch, as :meth:`halfmoon.Model.snapshot` gives them.
    minimum : scipy.optimize.OptimizeResult or None
        What L-BFGS found, once it has ended.
    """

    engine: Engine
    data: Data
    order: RowOrder
    batch_size: int
    _: KW_ONLY
    epochs: int
    rows: Any = None
    held_out: Data | None = None
    metrics: Sequence[Metric] = ()
    stopping: EarlyStopping | None = None
    max_seconds: float | None = None
    listeners: Sequence[Callback] = ()
    guard: InterruptGuard | None = None
    going_on: bool = False

    def __post_init__(self) -> None:
        self.state = self.engine.state
        self.model = self.state.model
        self.watch = None if self.stopping is None else Watch(self.stopping, self.metrics, validated=self.held_out is not None)
        self.update_listeners = [each for each in self.listeners if listens_to_updates(each)]
        self.history = History()
        self.epoch = 0
        self.loss = np.nan
        self.minimum: Any = None
        self.began = time.perf_counter()
        self.last_good: Snapshot = self.model.snapshot()  # restored where training diverges
        self._ending: Ending | None = None
        self._updates, self._seconds = self.state.updates, 0.0  # when the newest epoch ended
        self._snapshot_listeners: dict[int, list[Callback]] = {}  # by epoch
        watched = self.held_out is not None or bool(self.metrics) or self.watch is not None
        self._each_epoch = watched or self.state.listens or bool(self.update_listeners)

    def stop(self, reason: str | Ending) -> None:
        """End the training after the update or epoch at hand; the first reason given becomes ``history.ending``."""
        ending = reason if isinstance(reason, Ending) else Ending(Reason.CALLBACK, {"text": reason or "a callback said so"})
        self._ending = self._ending or ending
        self.engine.stop()

    @property
    def going(self) -> bool:
        """Whether nobody has ended the training yet."""
        return self._ending is None

    # ---- the loops ----------------------------------------------------------------------------------------------------

    def train(self) -> None:
        """Train by single updates. For reading: ``engine.epochs`` makes them, all else decides how many epochs to ask of it."""
        n = self.data.n_rows if self.rows is None else len(self.rows)
        self.state.updates_per_epoch = -(-n // self.batch_size)
        if not self.going_on:
            self.state.epochs, self.state.begun = self.epochs, self.state.updates
        # a multiplication and an addition for each weight and row, in three products: forward, dX and dW
        seconds_per_epoch = 6 * self.model.theta.size * n / FLOPS + UPDATE_SECONDS * self.state.updates_per_epoch
        stride = max(1, int(CALL_SECONDS / seconds_per_epoch))
        with self._session():
            while self.epoch < self.epochs and self.going:
                began, first = time.perf_counter(), self.epoch
                request = self._request(stride)
                with nullcontext() if self.guard is None else self._replayed_at_interrupts(self.guard):
                    self.engine.epochs(request)
                taken = time.perf_counter() - began
                stride = max(stride, min(8 * stride, int(CALL_SECONDS * (self.epoch - first) / taken)))
            self.history.ending = self._ending or Ending(Reason.ALL_EPOCHS, {"epochs": self.epochs})

    def minimise(self) -> None:
        """Train by L-BFGS, on all rows at once."""

        def end_epoch(loss: float) -> bool:
            self._end_epochs([loss], [self.state.updates], {})
            return self.going

        with self._session():
            if self.going:
                self.minimum = minimise(self.engine, self.data if self.rows is None else self.data.take(self.rows), self.epochs, end_epoch)
                reason = Reason.CONVERGED if self.minimum.success else Reason.SOLVER_LIMIT
                self._ending = self._ending or Ending(reason, {"text": f"L-BFGS: {str(self.minimum.message).lower()}"})
            self.history.ending = self._ending

    @contextmanager
    def _session(self) -> Iterator[None]:
        """Notify the callbacks, and leave a usable model and a history that says why, whatever ends the training."""
        self._notify("on_start")
        for listener in self.listeners:
            for epoch in listener.snapshots(self):
                self._snapshot_listeners.setdefault(epoch, []).append(listener)
        try:
            yield
        except KeyboardInterrupt:
            self.history.ending = INTERRUPTED
        except NotFiniteError as error:
            self.history.ending = divergence(self.state, error.loss, self.data.X, self.epoch + 1)
            self.model.restore(self.last_good)
            raise DivergenceError(self.history) from None
        finally:
            if not np.isfinite(self.model.theta).all():
                self.model.restore(self.last_good)
            if self.watch is not None:
                self.watch.restore(self.model)
                self.history.best_epoch = self.watch.best_epoch
            self._notify("on_end")

    def _request(self, stride: int) -> EpochRequest:
        """Return what to ask of the engine next: at most ``stride`` epochs, none after one that a callback waits for, one in no time."""
        wait, patience = self._wait()
        seconds = None if self.max_seconds is None else max(0.0, self.began + self.max_seconds - time.perf_counter())
        count = 1 if seconds == 0 or not self.engine.draws_orders(self.order) else int(min(stride, wait, self.epochs - self.epoch))
        return EpochRequest(
            self.data,
            self.order,
            count,
            self.batch_size,
            self._end_epochs,
            snapshot_epochs=[each - self.epoch - 1 for each in sorted(self._snapshot_listeners) if 0 < each - self.epoch < count],
            patience=patience,
            should_continue=self._should_continue if self.update_listeners else None,
            seconds=seconds,
        )

    def _wait(self) -> tuple[float, Patience]:
        """Return how many epochs may end before a callback must be called, and a rule that may make them fewer."""
        waits = [1] if self._each_epoch else [listener.wait(self) for listener in self.listeners]
        rules = [wait for wait in waits if isinstance(wait, Patience)]
        # the engine follows one rule; another cannot end epochs before so many
        numbers = [wait for wait in waits if not isinstance(wait, Patience)] + [max(1, rule.limit + 1 - rule.waited) for rule in rules[1:]]
        return min(numbers, default=math.inf), (rules or [ENDLESS])[0]

    @contextmanager
    def _replayed_at_interrupts(self, guard: InterruptGuard) -> Iterator[None]:
        """After Ctrl-C go back, and make the epochs that have ended since once more: what came after them never was."""
        before, first = (self.state.snapshot(), self.order.checkpoint()), self.epoch
        try:
            with guard.allowed():
                yield
        except KeyboardInterrupt:
            self.state.restore(before[0])
            self.order.restore(before[1])
            if self.epoch > first:
                self.engine.epochs(EpochRequest(self.data, self.order, self.epoch - first, self.batch_size, lambda *_: None))
            raise

    # ---- what the engine calls ----------------------------------------------------------------------------------------

    def _should_continue(self, loss: float) -> bool:
        self.loss = loss
        for listener in self.update_listeners:
            listener.on_update(self)
        return self.going

    def _end_epochs(self, losses: list[float], updates: list[int], snapshots: dict[int, Snapshot]) -> None:
        """Record epochs that have ended: see :data:`halfmoon.engines.contract.OnEpochs`.

        More than one come at a time only where no callback needs each of them; they share the time evenly.
        """
        with nullcontext() if self.guard is None else self.guard.allowed(now=False):
            self.loss = losses[-1]
            first, now = self.epoch + 1, time.perf_counter() - self.began
            self.epoch += len(losses)
            row = self._record(losses, updates, first, now)
            self.state.observe(row.get("val_loss", self.loss))
            self.last_good = self.model.snapshot()
            ending = None if self.watch is None else self.watch.look(row, self.model)
            if ending is not None:
                self.stop(ending)
            if self.max_seconds is not None and now >= self.max_seconds:
                self.stop(Ending(Reason.TIME_LIMIT, {"seconds": self.max_seconds}))
            for index, snapshot in (*snapshots.items(), (len(losses) - 1, self.last_good)):
                for listener in self._snapshot_listeners.get(first + index, ()):
                    listener.on_snapshot(self, first + index, snapshot)
            self._notify("on_epoch")

    def _record(self, losses: list[float], updates: list[int], first: int, now: float) -> dict[str, float]:
        """Append the rows of epochs to the history, and return the newest."""
        rows: dict[str, list[float]] = {"epoch": [float(epoch) for epoch in range(first, self.epoch + 1)], "loss": losses}
        if isinstance(self.state.optimizer, FirstOrder):
            rows["rate"] = self.state.rates(np.array([self._updates, *updates[:-1]])).tolist()
        rows |= {name: [value] for name, value in self._measured().items()}
        rows["seconds"] = np.linspace(self._seconds, now, len(losses) + 1)[1:].tolist()
        self._updates, self._seconds = updates[-1], now
        self.history.extend(rows)
        return self.history.last()

    def _measured(self) -> dict[str, float]:
        """Return the metrics, and with a validation set the loss there."""
        found: dict[str, float] = {}
        data, prefix = self.data, ""
        if self.held_out is not None:
            data, prefix = self.held_out, "val_"
            found["val_loss"] = self.model.loss(*data, penalty=self.state.penalty)
        elif self.metrics and self.rows is not None:
            data = self.data.take(self.rows)
        return found | {f"{prefix}{metric.name}": float(metric.function(self.model, *data)) for metric in self.metrics}

    def _notify(self, event: str) -> None:
        for listener in self.listeners:
            getattr(listener, event)(self)
