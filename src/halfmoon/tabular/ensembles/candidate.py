"""A configuration: the network, and how it is trained."""

from __future__ import annotations

import math
from typing import NamedTuple

from halfmoon.base import checks, schema
from halfmoon.base.record import Record, checked, record
from halfmoon.layers.activations import ACTIVATIONS
from halfmoon.layers.contract import Layer
from halfmoon.layers.dense import Dense
from halfmoon.layers.dropout import Dropout
from halfmoon.layers.embeddings import Edges, PeriodicEmbedding, PiecewiseLinearEmbedding
from halfmoon.layers.ensemble import BatchEnsemble, GroupedDense, Repeat
from halfmoon.layers.parametric import ParametricActivation
from halfmoon.layers.scale import Scale
from halfmoon.losses.contract import Loss
from halfmoon.losses.ensemble import EnsembleLoss
from halfmoon.network.network import Network
from halfmoon.optimizers.contract import Optimizer
from halfmoon.optimizers.rules import Adam
from halfmoon.optimizers.schedules import CosineLog, FlatCosine

EMBEDDINGS = ("none", "periodic", "piecewise")

MOST_CURVES, FEWEST_CURVES = 256, 4
"""Columns that an embedding makes of all numbers together, and of each at least, so that many numbers do not take as many times as long."""


class Shape(NamedTuple):
    """What a network has to fit.

    Attributes
    ----------
    inputs : int
    numbers : int
        How many inputs, the first ones, are numbers.
    bins : tuple of tuple of float
        Edges of the bins of each number.
    outputs : int
    """

    inputs: int
    numbers: int
    bins: Edges
    outputs: int


@record
class Candidate(Record):
    """A configuration of a network for tables, and of its training.

    Parameters
    ----------
    name : str
        What the leaderboard calls it.
    widths : tuple of int
        Of the hidden layers; none is a linear model.
    activation : str
        A name of ``ACTIVATIONS``.
    embedding : {"none", "periodic", "piecewise"}
        What becomes of numbers first.
    curves : int
        Columns that an embedding makes of each number; of more than 4, fewer where there are many numbers.
    parametric : bool
        Whether each unit's share of the activation is learned, and the inputs are scaled, and layers are trained at rates by their
        inputs, as in RealMLP; else all have one rate.
    members : int
        More than one are a "TabM-mini" of so many.
    dropout, smoothing : float
        Share of units dropped, and of each label spread over all classes.
    rate, decay : float
        Learning rate and weight decay.

    Examples
    --------
    >>> import halfmoon as hm
    >>> small = hm.Candidate("small", widths=(32,), dropout=0.1)
    >>> frame = {"a": [1.0, 2.0, None, 4.0] * 10, "b": ["x", "y", "y", "x"] * 10}
    >>> hm.TabularRegressor(candidates=[small], max_epochs=8).fit(frame, frame["a"][:2] * 20).leaderboard_.height > 0
    True
    """

    name: str = checked(checks.text)
    widths: tuple[int, ...] = checked(schema.each(checks.whole), default=(256, 256, 256))
    activation: str = checked(checks.choice(ACTIVATIONS), default="selu")
    embedding: str = checked(checks.choice(EMBEDDINGS), default="none")
    curves: int = checked(checks.whole, default=4)
    parametric: bool = checked(checks.flag, default=False)
    members: int = checked(checks.whole, default=1)
    dropout: float = checked(checks.share, default=0.0)
    smoothing: float = checked(checks.share, default=0.0)
    rate: float = checked(checks.positive, default=0.003)
    decay: float = checked(checks.not_negative, default=0.02)

    def network(self, shape: Shape, loss: Loss) -> Network:
        """Return the network for tables of a shape."""
        first, n_in = self._first(shape)
        if self.members > 1:
            return Network([*first, *self._shared(shape.outputs)], EnsembleLoss(loss, self.members))
        build = _realmlp_dense if self.parametric else _dense
        layers: list[Layer] = list(first)
        for units in self.widths:
            layers += [build(n_in, units), *self._activated()]
            n_in = units
        return Network([*layers, build(n_in, shape.outputs) if self.parametric else Dense(shape.outputs, weights="zeros")], loss)

    def optimizer(self) -> Optimizer:
        """Return the optimiser."""
        return Adam(self.rate, beta2=0.95, schedule=CosineLog(), weight_decay=self.decay, decay_schedule=FlatCosine())

    def _first(self, shape: Shape) -> tuple[list[Layer], int]:
        """Return the layers before the first dense one, and the columns that come out of them."""
        layers: list[Layer] = []
        curves = min(self.curves, max(FEWEST_CURVES, MOST_CURVES // max(shape.numbers, 1)))
        if self.embedding == "periodic" and shape.numbers:
            layers = [PeriodicEmbedding(shape.numbers, outputs=curves, rate_factor=0.1, decay_factor=0.1)]
        elif self.embedding == "piecewise" and shape.numbers:
            layers = [PiecewiseLinearEmbedding(shape.bins, outputs=curves)]
        width = shape.inputs
        for layer in layers:
            width = layer.width(width)
        if self.parametric:
            layers.append(Scale(rate_factor=6, decay_factor=6))
        return layers, width

    def _activated(self) -> list[Layer]:
        activation = ACTIVATIONS[self.activation]
        chosen: Layer = ParametricActivation(activation, rate_factor=0.1, decay_factor=0.1) if self.parametric else activation
        return [chosen, Dropout(self.dropout)] if self.dropout else [chosen]

    def _shared(self, outputs: int) -> list[Layer]:
        """Return the layers of members that share their weights, and their heads."""
        layers: list[Layer] = [Repeat(self.members), Scale("random_signs")]
        for units in self.widths:
            layers += [
                BatchEnsemble(units, self.members, weights="he_normal", inputs=None, outputs=None, shared_bias=True),
                *self._activated(),
            ]
        return [*layers, GroupedDense(outputs, self.members)]


def _realmlp_dense(n_in: int, units: int) -> Dense:
    return Dense(units, weights="lecun_normal", rate_factor=n_in**-0.5, decay_factor=n_in**0.5, bias_rate_factor=0.1 * n_in**0.5)


def _dense(n_in: int, units: int) -> Dense:
    return Dense(units, weights="lecun_normal", rate_factor=min(math.sqrt(256 / n_in), 4.0))
