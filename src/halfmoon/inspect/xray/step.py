"""One training step, taken beside the model: forward, loss, backward and update, with everything kept."""

from __future__ import annotations

from functools import cached_property
from typing import Any

import numpy as np

from halfmoon.base import checks
from halfmoon.base.checks import Array
from halfmoon.base.errors import InputError
from halfmoon.engines.state import TrainingState
from halfmoon.layers.contract import TRAINING, Pass
from halfmoon.losses.penalty import NO_PENALTY, Penalty
from halfmoon.network.model import Model
from halfmoon.optimizers.contract import FirstOrder, Optimizer
from halfmoon.optimizers.rules import Adam


class OneStep:
    """One step of a training that begins with the model as it is.

    Parameters
    ----------
    model : Model
        Left as it is; a copy is looked at, so that training may go on.
    X, y, sample_weight
        As :meth:`halfmoon.Model.gradients` takes them.
    optimizer : FirstOrder, optional
        ``Adam()`` by default, as in :func:`halfmoon.train`.
    penalty : Penalty
    pass_ : Pass

    Attributes
    ----------
    model : Model
        Before the update.
    X, y, weights : ndarray
        Checked; ``weights`` may be None.
    trace : Trace
    """

    def __init__(
        self,
        model: Model,
        X: Any,
        y: Any,
        sample_weight: Any = None,
        *,
        optimizer: Optimizer | None = None,
        penalty: Penalty = NO_PENALTY,
        pass_: Pass = TRAINING,
    ) -> None:
        chosen = Adam() if optimizer is None else checks.instance("optimizer", optimizer, Optimizer, "an optimiser such as SGD(0.1)")
        if not isinstance(chosen, FirstOrder):
            raise InputError(f"optimizer must be one that makes single updates, such as SGD(0.1), got {chosen!r}")
        self.optimizer = chosen
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
        """Make the update, as the reference engine does."""
        copy = self.model.astype(self.model.dtype)
        state = TrainingState(copy, self.optimizer, self.penalty, self.trace.pass_.seed)
        if self.trace.pass_.training:
            copy.observe(self.trace)
        with np.errstate(all="ignore"):
            self.optimizer.update(
                copy.theta,
                self.trace.gradients.vector,  # type: ignore[union-attr]
                state.slots,
                count=1,
                rate=state.rate_at(0) or 0.0,
                factors=state.factors,
                decayed=copy.program.parameters.decayed,
            )
        return state
