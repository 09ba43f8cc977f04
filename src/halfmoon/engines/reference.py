"""The reference engine: training written with NumPy, for reading. Every other engine is held to its numbers.

Borrowed: ``row_order`` and ``state`` of :mod:`halfmoon.engines` are as in the contract; a :mod:`halfmoon.network.trace` is what the
model's walk forward and back returned; ``checks`` of :mod:`halfmoon.base` is as in the layers.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

import numpy as np

from halfmoon.base.checks import Array
from halfmoon.engines.contract import ENDLESS, Data, Ended, Engine, Patience
from halfmoon.engines.row_order import Orders
from halfmoon.engines.state import NotFiniteError, TrainingState
from halfmoon.layers.contract import Pass
from halfmoon.network.trace import Trace


class Reference(Engine):
    """Forward, loss and backward are :meth:`halfmoon.Model.trace`; the update is the optimiser's rule."""

    def step(self, data: Data) -> float:
        trace = self.state.model.trace(*data, penalty=self.state.penalty, pass_=self.state.pass_)
        if trace.loss is None or not np.isfinite(trace.loss):
            raise NotFiniteError(trace.loss or np.nan)
        apply_update(self.state, trace)
        return trace.loss

    def epochs(
        self,
        data: Data,
        orders: Orders,
        count: int,
        batch_size: int,
        *,
        ended: Ended,
        keep: Sequence[int] = (),
        patience: Patience = ENDLESS,
        go_on: Callable[[float], bool] | None = None,
        seconds: float | None = None,
    ) -> None:
        latest = np.inf if seconds is None else time.perf_counter() + seconds
        for _ in range(count):
            loss = self._epoch(data, orders.next(), batch_size, go_on, latest)
            ended([loss], [self.state.updates], {})
            if time.perf_counter() >= latest:
                return

    def _epoch(self, data: Data, order: Array | None, batch_size: int, go_on: Callable[[float], bool] | None, latest: float) -> float:
        """Make the updates of one epoch, and return the mean of the losses before them."""
        total, size = 0.0, 0
        for start in range(0, data.n_rows if order is None else len(order), batch_size):
            rows = slice(start, start + batch_size) if order is None else order[start : start + batch_size]
            batch = data.take(rows)
            if batch.weights is not None and not batch.weights.any():
                continue  # nothing in this batch counts
            loss = self.step(batch)
            total, size = total + batch.n_rows * loss, size + batch.n_rows
            if (go_on is not None and not go_on(loss)) or time.perf_counter() >= latest:
                break
        if not np.isfinite(self.state.model.theta).all():
            raise NotFiniteError(np.nan)
        return total / size

    def gradient(self, data: Data, pass_: Pass) -> float:
        trace = self.state.model.trace(*data, penalty=self.state.penalty, pass_=pass_)
        if trace.loss is None or trace.gradients is None:
            raise NotFiniteError(np.nan)
        self.state.gradient = trace.gradients.vector
        return trace.loss


def apply_update(state: TrainingState, trace: Trace) -> None:
    """Make one update from a forward and backward pass: running statistics, the optimiser's rule, the count of updates."""
    model, optimizer = state.model, state.first_order
    if trace.pass_.training:
        model.observe(trace)
    state.gradient = trace.gradients.vector  # type: ignore[union-attr]
    with np.errstate(all="ignore"):
        optimizer.update(
            model.theta,
            state.gradient,
            state.slots,
            count=state.updates + 1,
            rate=optimizer.rate * state.factor_at(state.updates),
            factors=state.factors,
            decayed=model.program.parameters.decayed,
        )
    state.updates += 1
