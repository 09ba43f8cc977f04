"""The units of an activation, by their slopes on some rows: which are dead, and which are saturated."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, cached_property

import numpy as np

from halfmoon.base.checks import Array
from halfmoon.layers.activations import Activation
from halfmoon.layers.contract import INFERENCE
from halfmoon.network.trace import TracedStep

SATURATED = 0.05
"""Units, or a whole layer, whose mean slope is below this share of the steepest that their activation has are saturated."""

NEAR, FAR_OUT = np.linspace(-10, 10, 2001)[:, None], np.array([[-50.0], [50.0]])
"""Inputs among which every activation is steep somewhere, and inputs at which a bounded one is flat."""

FLAT = 1e-3
"""Share of the steepest slope below which an activation is flat."""


@dataclass(frozen=True)
class Units:
    """The units of one activation, whose step is ``traced``."""

    traced: TracedStep

    @property
    def activation(self) -> Activation:
        """The layer."""
        return self.traced.step.layer  # type: ignore[return-value]

    @cached_property
    def slopes(self) -> Array:
        """The absolute slope da/dz of each entry, (n, units), in float64."""
        return np.broadcast_to(_slopes(self.activation, self.traced.x, self.traced.y), self.traced.y.shape)

    @property
    def flat(self) -> Array:
        """Whether each unit's slope is 0 for every row, so that no gradient comes through, (units,)."""
        return (self.slopes == 0).all(axis=0)

    @property
    def dead(self) -> Array:
        """Whether each unit is flat and outputs 0 for every row, (units,)."""
        return self.flat & (self.traced.y == 0).all(axis=0)

    @property
    def saturated(self) -> Array:
        """Whether each unit that is not dead has a mean slope below ``SATURATED`` of the steepest, (units,)."""
        return ~self.dead & (self.slopes.mean(axis=0) < SATURATED * self.steepest)

    @property
    def steepest(self) -> float:
        """The largest slope that the activation has from -10 to 10."""
        return _known_slopes(self.activation)[0]

    @property
    def bounded(self) -> bool:
        """Whether the activation is flat far out on both sides, as sigmoid is and ReLU is not."""
        steepest, far_out = _known_slopes(self.activation)
        return far_out < FLAT * steepest


def _slopes(activation: Activation, z: Array, a: Array) -> Array:
    with np.errstate(all="ignore"):
        return np.abs(np.asarray(activation.slope(z, a, *activation.numbers()), np.float64))


@cache
def _known_slopes(activation: Activation) -> tuple[float, float]:
    """Return the largest slope from -10 to 10, and that at -50 and 50."""
    return tuple(float(_slopes(activation, z, activation.forward({}, z, INFERENCE)).max()) for z in (NEAR, FAR_OUT))  # type: ignore[return-value]
