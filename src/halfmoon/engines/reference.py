"""The reference engine: training written with NumPy, for reading. Every other engine is held to its numbers.

One update is: forward, loss and backward (``model.trace``), then θ ← θ - rate g or another rule (``optimizer.update``). Of the
state of the training, ``slots`` are the rule's memory, ``factors`` multiply the rate parameter by parameter where a layer has a
``rate_factor`` (else None), ``pass_`` is a training pass whose key counts the updates, and ``first_order`` is the optimiser, where it is
one of the rules of the files before.

Borrowed: ``state`` of :mod:`halfmoon.engines` is as in the contract; a :mod:`halfmoon.network.trace` is what the model's walk
forward and back returned; ``checks`` of :mod:`halfmoon.base` is as in the layers.
"""

from __future__ import annotations

import numpy as np

from halfmoon.base.checks import Array
from halfmoon.engines.contract import Data, Engine
from halfmoon.engines.state import NotFiniteError, TrainingState
from halfmoon.layers.contract import Pass
from halfmoon.network.trace import Trace


class Reference(Engine):
    """Forward, loss and backward are :meth:`halfmoon.Model.trace`; the update is the optimiser's rule.

    The loop over epochs and batches is that of every engine, :meth:`~halfmoon.engines.contract.Engine.epochs`.
    """

    def update(self, data: Data, rows: Array | slice, batch_size: int) -> float:
        # L and g = ∂L/∂θ, of these rows
        trace = self.state.model.trace(*data.take(rows), penalty=self.state.penalty, pass_=self.state.pass_)
        if trace.loss is None or not np.isfinite(trace.loss):
            raise NotFiniteError(trace.loss or np.nan)
        # θ ← θ - rate g, or another rule
        apply_update(self.state, trace)
        return trace.loss

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
            rate=state.rate,  # type: ignore[arg-type]
            factors=state.factors,
            decay=state.decay,
            decayed=model.program.parameters.decayed,
        )
    state.updates += 1
