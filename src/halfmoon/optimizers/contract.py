"""What every optimiser does, and the update that all first-order ones share.

The simplest rule is θ ← θ - rate g. A rule sees the parameters ``theta``, the gradient ``g``, what it remembers from the updates
before, its *slots* (one number a parameter each, zero at first: a velocity, say; the simplest rule has none), and constants that
depend on the update, such as the rate; it treats every parameter alone. Weight decay is decoupled: it shrinks the weights beside
the gradient, never through it (Loshchilov & Hutter, ICLR 2019).

Borrowed: a schedule says what the learning rate is multiplied by as training goes on (:mod:`halfmoon.optimizers.schedules`);
``checks`` and ``record`` of :mod:`halfmoon.base` are as in the layers.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any, ClassVar

import numpy as np

from halfmoon.base import checks
from halfmoon.base.checks import Array
from halfmoon.base.record import Record, checked, record
from halfmoon.optimizers.schedules import Fixed, Schedule, by_updates_alone


@record
class Optimizer(Record, ABC):
    """The contract: what ``train`` takes as ``optimizer``, a :class:`FirstOrder` rule or :class:`LBFGS`."""


@record
class FirstOrder(Optimizer):
    """An optimiser that makes one update from one gradient.

    Parameters
    ----------
    rate : float
        Learning rate.
    schedule : Schedule
        Multiplies the rate as training goes on.
    weight_decay : float
        Share of each decayed weight, times the rate, that is taken off at every update.
    decay_schedule : Schedule
        Multiplies the weight decay as training goes on; it must not listen to the loss.
    clip_norm : float, optional
        Longest gradient, as the Euclidean norm over all parameters; longer ones are scaled down to it.
    """

    slots: ClassVar[tuple[str, ...]] = ()
    """Names of the arrays it keeps from one update to the next."""

    squares: ClassVar[tuple[str, ...]] = ()
    """Those of them that hold squares, none of which is negative."""

    rate: float = checked(checks.positive, default=0.001)
    schedule: Schedule = checked(checks.kind(Schedule, "a schedule such as Cosine()"), default=Fixed(), kw_only=True)
    weight_decay: float = checked(checks.not_negative, default=0.0, kw_only=True)
    decay_schedule: Schedule = checked(by_updates_alone, default=Fixed(), kw_only=True)
    clip_norm: float | None = checked(checks.optional(checks.positive), default=None, kw_only=True)

    def constants(self, count: Any, rate: Any) -> tuple[Any, ...]:
        """Return the rule's last arguments at update ``count`` = 1, 2, ..., or at many of them; by default the rate alone."""
        return (rate,)

    @abstractmethod
    def rule(self, theta: Any, g: Any, *slots_and_constants: Any) -> tuple[Any, ...]:
        """Return the new ``theta`` and the new slots."""

    def update(
        self, theta: Array, g: Array, slots: Array, *, count: int, rate: float, factors: Array | None, decayed: int, decay: Any = None
    ) -> None:
        """Change ``theta`` (P,) and ``slots`` (k, P) in place by one update.

        Parameters
        ----------
        theta, g : ndarray, shape (P,)
            Parameters and gradient.
        slots : ndarray, shape (len(self.slots), P)
            What the rule remembers, such as a velocity.
        count : int
            1 at the first update.
        rate : float
            Learning rate of this update.
        factors : ndarray, shape (P,), optional
            Multiplies the rate, parameter by parameter.
        decayed : int
            How many parameters, the first ones, weight decay reaches.
        decay : float or ndarray, shape (decayed,), optional
            Their weight decay at this update; by default ``weight_decay``.
        """
        rates: Any = rate if factors is None else theta.dtype.type(rate) * factors
        if self.clip_norm is not None:
            g = clip(g, self.clip_norm)
        if self.weight_decay:
            theta[:decayed] *= 1 - (rates if factors is None else rates[:decayed]) * (self.weight_decay if decay is None else decay)
        theta[...], *new = self.rule(theta, g, *slots, *self.constants(count, rates))
        for slot, value in zip(slots, new, strict=True):
            slot[...] = value


def clip(g: Array, longest: float) -> Array:
    """Return ``g``, scaled down if its Euclidean norm is above ``longest``."""
    # g min(1, longest / |g|)
    norm = float(np.linalg.norm(g))
    return g * g.dtype.type(longest / norm) if norm > longest else g
