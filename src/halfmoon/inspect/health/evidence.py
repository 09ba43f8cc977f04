"""What the rules of health look at: a network with its rows, each figure worked out once, when it is first asked for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from halfmoon.base import checks
from halfmoon.base.checks import Array
from halfmoon.layers.activations import Activation
from halfmoon.layers.dense import Dense
from halfmoon.network.model import Model
from halfmoon.network.network import Network
from halfmoon.network.trace import Trace, TracedStep
from halfmoon.training.history import History

ENOUGH = 10
"""Rows from which on a unit that is silent in all of them says something."""

Found = Iterator[tuple[str, float, str]]
"""What a rule finds: the place, the figure and the sentence of each fault."""

FAR = 50.0
"""So far from 0 a bounded activation is flat."""


@dataclass(frozen=True)
class Bend:
    """A hidden activation and its slopes.

    Attributes
    ----------
    traced : TracedStep
    slopes : ndarray, shape (n, units)
        da/dz of each entry.
    """

    traced: TracedStep
    slopes: Array

    @property
    def place(self) -> str:
        """The layer's place in the network."""
        return self.traced.step.path

    @property
    def activation(self) -> Activation:
        """The layer."""
        return self.traced.step.layer  # type: ignore[return-value]

    @cached_property
    def steepest(self) -> float | None:
        """The largest slope it can have, where it is flat on both sides; None where it is steep on one."""
        z = np.concatenate([[-FAR, FAR], np.linspace(-5, 5, 1001)])[:, None]
        numbers = self.activation.numbers()
        with np.errstate(all="ignore"):
            slopes = np.abs(self.activation.slope(z, self.activation.value(z, *numbers), *numbers) + 0 * z)
        steepest = float(slopes.max())
        return steepest if steepest > 0 and float(slopes[:2].max()) < 1e-3 * steepest else None


class Exam:
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
        self.history = History() if history is None else checks.instance("history", history, History, "a History, as train returns it")

    @property
    def rows(self) -> int:
        """How many rows there are."""
        return len(self.X)

    @cached_property
    def trace(self) -> Trace:
        """Forward and backward over all rows, as in inference."""
        return self.model.trace(self.X, self.y, self.weights)

    @cached_property
    def bends(self) -> list[Bend]:
        """The hidden activations: those with a Dense layer behind."""
        steps = self.trace.steps
        last = max((place for place, traced in enumerate(steps) if isinstance(traced.step.layer, Dense)), default=0)
        found = []
        for traced in steps[:last]:
            layer = traced.step.layer
            if isinstance(layer, Activation):
                with np.errstate(all="ignore"):
                    found.append(Bend(traced, layer.backward({}, traced.x, traced.y, np.ones_like(traced.y), self.trace.pass_)[0]))
        return found

    @cached_property
    def reaching(self) -> list[tuple[str, float]]:
        """For each Dense layer, its place and the size of the gradient by its output, as the Euclidean norm."""
        dense = [traced for traced in self.trace.steps if isinstance(traced.step.layer, Dense)]
        return [(traced.step.path, float(np.linalg.norm(traced.dy.astype(np.float64)))) for traced in dense]  # type: ignore[union-attr]

    @cached_property
    def finite(self) -> bool:
        """Whether the parameters and the scores are numbers."""
        return bool(np.isfinite(self.model.theta).all() and np.isfinite(self.trace.scores).all())

    @cached_property
    def base_loss(self) -> float:
        """The least loss that always giving the same scores can have: that of a bias alone, trained on these targets."""
        from halfmoon.optimizers.rules import LBFGS  # noqa: PLC0415 - SciPy loads when it is asked for
        from halfmoon.training.trainer import train  # noqa: PLC0415

        outputs = self.model.program.n_outputs
        bias = Network((Dense(outputs, weights="zeros"),), self.model.network.loss).init(1, dtype="float64")
        nothing = np.zeros((self.rows, 1))
        train(bias, nothing, self.y, optimizer=LBFGS(), epochs=100, engine="reference", sample_weight=self.weights)
        return bias.loss(nothing, self.y, self.weights)
