"""The reference engine: training written with NumPy, for reading. Every other engine is held to its numbers."""

from __future__ import annotations

import numpy as np

from halfmoon.base.checks import Array
from halfmoon.engines.contract import Data, Engine
from halfmoon.engines.state import NotFiniteError
from halfmoon.layers.contract import Pass


class Reference(Engine):
    """Forward, loss and backward are :meth:`halfmoon.Model.trace`; the update is the optimiser's rule."""

    def update(self, data: Data, rows: Array | slice, batch_size: int) -> float:
        state, model, optimizer = self.state, self.state.model, self.state.first_order
        trace = model.trace(*data.take(rows), penalty=state.penalty, pass_=state.pass_)
        if trace.loss is None or trace.gradients is None or not np.isfinite(trace.loss):
            raise NotFiniteError(trace.loss or np.nan)
        model.observe(trace)
        state.gradient = trace.gradients.vector
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
        return trace.loss

    def gradient(self, data: Data, pass_: Pass) -> float:
        trace = self.state.model.trace(*data, penalty=self.state.penalty, pass_=pass_)
        if trace.loss is None or trace.gradients is None:
            raise NotFiniteError(np.nan)
        self.state.gradient = trace.gradients.vector
        return trace.loss
