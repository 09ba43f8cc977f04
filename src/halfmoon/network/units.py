"""The units of an activation, by their slopes on some rows: which are dead, and which are saturated."""

from __future__ import annotations

from functools import cache

import numpy as np

from halfmoon.base.checks import Array
from halfmoon.layers.activations import Activation
from halfmoon.layers.contract import INFERENCE
from halfmoon.network.trace import TracedStep

SATURATED = 0.05
"""Units, or a whole layer, whose mean slope is below this share of the steepest that their activation has are saturated."""

NEAR, FAR_OUT = np.linspace(-10, 10, 2001)[:, None], np.array([[-50.0], [50.0]])
"""Inputs among which every activation is steep somewhere, and inputs at which a bounded one is flat."""

VERY_FAR_OUT = np.array([[-1e9], [1e9]])
"""Inputs at which what is not bounded is large."""

FLAT = 1e-3
"""Share of the steepest slope below which an activation is flat."""


class Units:
    """The units of one activation.

    Attributes
    ----------
    traced : TracedStep
    activation : Activation
        Its layer.
    slopes : ndarray of float64, shape (n, units)
        The absolute slope da/dz of each entry.
    flat, dead, saturated : ndarray of bool, shape (units,)
        Whether each unit's slope is 0 for every row, so that no gradient comes through; whether it outputs 0 for every row as well;
        and whether one that is not dead has a mean slope below ``SATURATED`` of the steepest.
    steepest : float
        The largest slope that the activation has from -10 to 10.
    bounded : bool
        Whether the activation is flat far out on both sides, as sigmoid is and ReLU is not.
    """

    def __init__(self, traced: TracedStep) -> None:
        self.traced = traced
        self.activation: Activation = traced.step.layer  # type: ignore[assignment]
        self.steepest, far_out = _known_slopes(self.activation)
        self.bounded = far_out < FLAT * self.steepest
        self.slopes = np.broadcast_to(_slopes(self.activation, traced.x, traced.y), traced.y.shape)
        self.flat = (self.slopes == 0).all(axis=0)
        self.dead = self.flat & (traced.y == 0).all(axis=0)
        self.saturated = ~self.dead & (self.slopes.mean(axis=0) < SATURATED * self.steepest)


def value_range(activation: Activation) -> tuple[float, float]:
    """Return the least and the largest value that an activation has, at inputs near and very far out."""
    with np.errstate(all="ignore"):
        values = activation.forward({}, np.concatenate([NEAR, FAR_OUT, VERY_FAR_OUT]), INFERENCE)
    return float(np.nanmin(values)), float(np.nanmax(values))


def _slopes(activation: Activation, z: Array, a: Array) -> Array:
    with np.errstate(all="ignore"):
        return np.abs(np.asarray(activation.slope(z, a, *activation.numbers()), np.float64))


@cache
def _known_slopes(activation: Activation) -> tuple[float, float]:
    """Return the largest slope from -10 to 10, and that at -50 and 50."""
    return tuple(float(_slopes(activation, z, activation.forward({}, z, INFERENCE)).max()) for z in (NEAR, FAR_OUT))  # type: ignore[return-value]
