"""One call of ``train``: its epochs, what ends it, and what it leaves behind."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from typing import Any

import numpy as np

from halfmoon.base.checks import Array
from halfmoon.base.interrupts import deferred
from halfmoon.engines.contract import ENDLESS, Data, Engine, Numbers, Patience
from halfmoon.engines.row_order import Mark, Orders
from halfmoon.engines.state import NotFiniteError
from halfmoon.optimizers.contract import FirstOrder
from halfmoon.training.callbacks import Callback, hears_updates
from halfmoon.training.divergence import DivergenceError, advice
from halfmoon.training.history import History
from halfmoon.training.lbfgs import minimise
from halfmoon.training.metrics import Metric
from halfmoon.training.stopping import EarlyStopping, Watch

SLICE = 0.05
"""Seconds that a call of the engine should take where nobody listens to single epochs."""

PACE, LAG = 1e10, 2e-6
"""What the first call's length goes by: floating-point operations a second, and seconds an update beside them."""


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
    resumable : bool
        Whether Ctrl-C leaves everything as it was after the last whole epoch, so that a run that is ``going_on`` from there
        comes to the same bits as one that was never interrupted.
    minimum : scipy.optimize.OptimizeResult or None
        What L-BFGS found, once it has ended.
    """

    def __init__(
        self,
        engine: Engine,
        data: Data,
        *,
        epochs: int,
        rows: Array | None = None,
        held_out: Data | None = None,
        metrics: Sequence[Metric] = (),
        stopping: EarlyStopping | None = None,
        max_seconds: float | None = None,
        listeners: Sequence[Callback] = (),
        resumable: bool = False,
        going_on: bool = False,
    ) -> None:
        self.engine = engine
        self.state = engine.state
        self.model = engine.state.model
        self.data = data
        self.rows = rows
        self.held_out = held_out
        self.metrics = metrics
        self.watch = None if stopping is None else Watch(stopping, metrics, validated=held_out is not None)
        self.max_seconds = max_seconds
        self.listeners = listeners
        self.update_listeners = [each for each in listeners if hears_updates(each)]
        self.history = History()
        self.epochs = epochs
        self.epoch = 0
        self.loss = np.nan
        self.minimum: Any = None
        self.began = time.perf_counter()
        self._updates, self._seconds = self.state.updates, 0.0  # when the newest epoch ended
        self._wanted: dict[int, list[Callback]] = {}  # snapshots, by epoch
        self.resumable = resumable
        self.going_on = going_on
        self._reason: str | None = None
        self._whole = self.model.snapshot()  # after the last whole epoch, so it is finite
        self._by_epochs = held_out is not None or bool(metrics) or stopping is not None or self.state.listens or bool(self.update_listeners)

    def stop(self, reason: str) -> None:
        """End the training after the update or epoch at hand; the reason becomes ``history.stopped``."""
        self._reason = self._reason or reason or "a callback said so"
        self.engine.stop()

    @property
    def going(self) -> bool:
        """Whether nobody has ended the training yet."""
        return self._reason is None

    @property
    def whole(self) -> Numbers:
        """The parameters and the running statistics after the last whole epoch, as :meth:`halfmoon.Model.snapshot` gives them."""
        return self._whole

    def update(self, orders: Orders, batch_size: int) -> History:
        """Train by single updates, many epochs at a time where nobody listens to each."""
        n = self.data.n_rows if self.rows is None else len(self.rows)
        self.state.updates_per_epoch = -(-n // batch_size)
        if not self.going_on:
            self.state.epochs, self.state.begun = self.epochs, self.state.updates

        def epochs() -> str:
            stride = max(1, int(SLICE / (6 * self.model.theta.size * n / PACE + LAG * self.state.updates_per_epoch)))
            while self.epoch < self.epochs and self._reason is None:
                began, first = time.perf_counter(), self.epoch
                wait, patience = self._wait()
                count = int(min(stride, wait, self.epochs - first)) if self.engine.draws(orders) else 1
                before = (self.state.snapshot(), orders.mark()) if self.resumable else None
                keep = [epoch - first - 1 for epoch in sorted(self._wanted) if first < epoch < first + count]
                try:
                    self._call(orders, count, batch_size, patience, keep)
                except KeyboardInterrupt:
                    if before is not None:
                        self._replay(before, orders, self.epoch - first, batch_size)
                    raise
                taken = time.perf_counter() - began
                stride = max(stride, min(8 * stride, int(SLICE * (self.epoch - first) / taken)))
            return f"all {self.epochs} epochs done"

        return self._guarded(epochs)

    def _wait(self) -> tuple[float, Patience]:
        """Return how many epochs may end before somebody must hear of them, and a rule that may make them fewer."""
        waits = [1] if self._by_epochs else [listener.wait(self) for listener in self.listeners]
        rules = [wait for wait in waits if isinstance(wait, Patience)]
        # the engine minds one rule; another cannot end epochs before so many
        numbers = [wait for wait in waits if not isinstance(wait, Patience)] + [max(1, rule.most + 1 - rule.waited) for rule in rules[1:]]
        return min(numbers, default=math.inf), (rules or [ENDLESS])[0]

    def _call(self, orders: Orders, count: int, batch_size: int, patience: Patience, keep: Sequence[int]) -> None:
        """Let the engine make the updates of some epochs."""
        left = None if self.max_seconds is None else max(0.0, self.began + self.max_seconds - time.perf_counter())
        go_on = self._go_on if self.update_listeners else None
        told = self._end_epochs
        self.engine.epochs(self.data, orders, count, batch_size, ended=told, keep=keep, patience=patience, go_on=go_on, seconds=left)

    def _replay(self, before: tuple[Any, Mark], orders: Orders, count: int, batch_size: int) -> None:
        """Go back to ``before``, and make once more the ``count`` epochs that ended since: what came after them never was."""
        state, mark = before
        self.state.restore(state)
        orders.go_back(mark)
        if count:
            self.engine.epochs(self.data, orders, count, batch_size, ended=lambda *found: None)

    def minimise(self, data: Data) -> History:
        """Train by L-BFGS on ``data``."""

        def end_epoch(loss: float) -> bool:
            self._end_epochs([loss], [self.state.updates], {})
            return self._reason is None

        def iterations() -> str:
            if self._reason is None:
                self.minimum = minimise(self.engine, data, self.epochs, end_epoch)
            return self._reason or f"L-BFGS: {str(self.minimum.message).lower()}"

        return self._guarded(iterations)

    def _guarded(self, work: Callable[[], str]) -> History:
        """Do the work; whatever ends it, leave a usable model and a history that says why."""
        self._tell("on_start")
        for listener in self.listeners:
            for epoch in listener.snapshots(self):
                self._wanted.setdefault(epoch, []).append(listener)
        try:
            done = work()
            self.history.stopped = self._reason or done
        except KeyboardInterrupt:
            self.history.stopped = "interrupted"
        except NotFiniteError as error:
            message = advice(self.state, error.loss, self.data.X, self.epoch + 1)
            self.model.restore(self._whole)
            self.history.stopped = message
            raise DivergenceError(message, self.history) from None
        finally:
            if not np.isfinite(self.model.theta).all():
                self.model.restore(self._whole)
            if self.watch is not None:
                self.watch.restore(self.model)
                self.history.best_epoch = self.watch.best_epoch
            self._tell("on_end")
        return self.history

    def _go_on(self, loss: float) -> bool:
        self.loss = loss
        for listener in self.update_listeners:
            listener.on_update(self)
        return self._reason is None

    def _end_epochs(self, losses: list[float], updates: list[int], kept: dict[int, Numbers]) -> None:
        """Take in epochs that have ended: see :data:`halfmoon.engines.contract.Ended`.

        More than one come at a time only where nobody wanted to look in between; they share the time evenly.
        """
        if not losses:
            return
        with deferred() if self.resumable else nullcontext():
            self._take_in(losses, updates, kept)

    def _take_in(self, losses: list[float], updates: list[int], kept: dict[int, Numbers]) -> None:
        self.loss = losses[-1]
        first, now = self.epoch + 1, time.perf_counter() - self.began
        self.epoch += len(losses)
        rows: dict[str, list[float]] = {"epoch": [float(epoch) for epoch in range(first, self.epoch + 1)], "loss": losses}
        if isinstance(self.state.optimizer, FirstOrder):
            rows["rate"] = self.state.rates(np.array([self._updates, *updates[:-1]])).tolist()
        rows |= {name: [value] for name, value in self._measured().items()}
        rows["seconds"] = np.linspace(self._seconds, now, len(losses) + 1)[1:].tolist()
        self._updates, self._seconds = updates[-1], now
        self.history.extend(rows)
        row = self.history.last()
        self.state.observe(row.get("val_loss", self.loss))
        self._whole = self.model.snapshot()
        if self.watch is not None and self.watch.look(row, self.model):
            self.stop(f"{self.watch.column} has not got better for {self.watch.stopping.patience} epochs")
        if self.max_seconds is not None and now >= self.max_seconds:
            self.stop(f"the time limit of {self.max_seconds:g} s is reached")
        for place, numbers in (*kept.items(), (len(losses) - 1, self._whole)):
            for listener in self._wanted.get(first + place, ()):
                listener.on_snapshot(self, first + place, numbers)
        self._tell("on_epoch")

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

    def _tell(self, event: str) -> None:
        for listener in self.listeners:
            getattr(listener, event)(self)
