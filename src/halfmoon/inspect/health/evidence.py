"""What the rules of health look at: a network with its rows, each figure worked out once, when it is first asked for."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import Any

import numpy as np

from halfmoon.base import checks
from halfmoon.layers.activations import Activation
from halfmoon.layers.dense import Dense
from halfmoon.network.model import Model
from halfmoon.network.network import Network
from halfmoon.network.trace import Trace
from halfmoon.network.units import Units
from halfmoon.training.history import History

MIN_ROWS = 10
"""Rows from which on a unit that is silent in all of them says something."""

Faults = Iterator[tuple[str, float, str]]
"""What a rule finds: of each fault where it is (a layer's path, a column of X, or nothing), its figure and its sentence."""


class Evidence:
    """A network, rows to try it on, and what its training recorded.

    Parameters
    ----------
    model : Model
    X, y, sample_weight
        As :meth:`halfmoon.Model.gradients` takes them.
    history : History, optional
    """

    def __init__(self, model: Model, X: Any, y: Any, sample_weight: Any = None, history: History | None = None) -> None:
        self.model = model
        self.X, self.y, self.weights = model.batch(X, y, sample_weight)
        self.rows = len(self.X)
        self.history = History() if history is None else checks.instance("history", history, History, "a History, as train returns it")

    @cached_property
    def trace(self) -> Trace:
        """Forward and backward over all rows, as in inference."""
        return self.model.trace(self.X, self.y, self.weights)

    @cached_property
    def hidden_activations(self) -> list[Units]:
        """The activations that have a Dense layer behind them."""
        steps = self.trace.steps
        last = max((step for step, traced in enumerate(steps) if isinstance(traced.step.layer, Dense)), default=0)
        return [Units(traced) for traced in steps[:last] if isinstance(traced.step.layer, Activation)]

    @cached_property
    def gradient_norms(self) -> list[tuple[str, float]]:
        """For each Dense layer, its path and the Euclidean norm of the gradient by its output."""
        dense = [traced for traced in self.trace.steps if isinstance(traced.step.layer, Dense)]
        return [(traced.step.path, float(np.linalg.norm(traced.dy.astype(np.float64)))) for traced in dense]  # type: ignore[union-attr]

    @cached_property
    def finite(self) -> bool:
        """Whether the parameters and the scores are numbers."""
        return bool(np.isfinite(self.model.theta).all() and np.isfinite(self.trace.scores).all())

    @cached_property
    def base_loss(self) -> float:
        """The least loss that always giving the same scores can have: that of a bias alone, trained on these targets."""
        from halfmoon.optimizers.lbfgs import LBFGS  # noqa: PLC0415 - SciPy loads when it is asked for
        from halfmoon.training.trainer import train  # noqa: PLC0415

        outputs = self.model.program.n_outputs
        bias = Network((Dense(outputs, weights="zeros"),), self.model.network.loss).init(1, dtype="float64")
        nothing = np.zeros((self.rows, 1))
        train(bias, nothing, self.y, optimizer=LBFGS(), epochs=100, engine="reference", sample_weight=self.weights)
        return bias.loss(nothing, self.y, self.weights)
