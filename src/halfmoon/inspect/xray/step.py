"""One training step, taken beside the model: forward, loss, backward and update, with everything kept."""

from __future__ import annotations

from functools import cached_property
from typing import Any

import numpy as np

from halfmoon.base import checks
from halfmoon.base.checks import Array
from halfmoon.engines.reference import apply_update
from halfmoon.engines.state import TrainingState
from halfmoon.layers.contract import Pass
from halfmoon.losses.penalty import Penalty
from halfmoon.network.model import Model
from halfmoon.optimizers.contract import FirstOrder, Optimizer


class TrainingStep:
    """The first step of a training that begins with the model as it is.

    Parameters
    ----------
    model : Model
        Left as it is; a copy is looked at, so that training may go on.
    X, y, sample_weight, penalty, pass_
        As :meth:`halfmoon.Model.gradients` takes them.
    optimizer : FirstOrder

    Attributes
    ----------
    model : Model
        Before the update.
    X, y, weights : ndarray
        Checked; ``weights`` may be None.
    trace : Trace

    Raises
    ------
    InputError
        When X, y or the weights do not fit, or the optimiser makes no single updates.
    """

    def __init__(self, model: Model, X: Any, y: Any, sample_weight: Any, optimizer: Optimizer, penalty: Penalty, pass_: Pass) -> None:
        checks.instance("optimizer", optimizer, Optimizer, "an optimiser such as SGD(0.1)")
        self.optimizer: FirstOrder = checks.instance("optimizer", optimizer, FirstOrder, "one that makes single updates, such as SGD(0.1)")
        self.penalty = checks.instance("penalty", penalty, Penalty, "a Penalty(l1, l2)")
        checks.instance("pass_", pass_, Pass, "a Pass, such as Pass(training=True)")
        self.model = model.astype(model.dtype)
        X, self.y, self.weights = self.model.batch(X, y, sample_weight)
        self.X: Array = X.copy()
        self.trace = self.model.trace(self.X, self.y, self.weights, penalty=penalty, pass_=pass_)

    @cached_property
    def losses(self) -> Array:
        """The loss of each row, (n,)."""
        with np.errstate(all="ignore"):
            return self.model.network.loss.each(self.trace.scores, self.y)

    @property
    def rate(self) -> float:
        """The learning rate of the update."""
        return self._updated.rate_at(0) or 0.0

    @property
    def after(self) -> Model:
        """The model after the update."""
        return self._updated.model

    @cached_property
    def slots(self) -> dict[str, Model]:
        """The optimiser's memory after the update, each slot with the names of the parameters."""
        state = self.model.state.vector
        return {
            name: Model(self.model.network, self.model.n_inputs, slot, state)
            for name, slot in zip(self.optimizer.slots, self._updated.slots, strict=True)
        }

    @cached_property
    def _updated(self) -> TrainingState:
        """Make the update, as the reference engine does, on a copy."""
        state = TrainingState(self.model.astype(self.model.dtype), self.optimizer, self.penalty, self.trace.pass_.seed)
        apply_update(state, self.trace)
        return state
