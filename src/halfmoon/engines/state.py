"""What a training has made so far: everything an engine needs to make the next update."""

from __future__ import annotations

from typing import Any

import numpy as np

from halfmoon.base import checks, schema
from halfmoon.base.checks import Array, Check
from halfmoon.base.errors import InputError
from halfmoon.layers.contract import Pass
from halfmoon.losses.penalty import Penalty
from halfmoon.network.model import Model
from halfmoon.network.parameters import Parameters
from halfmoon.optimizers.contract import FirstOrder, Optimizer
from halfmoon.optimizers.schedules import Clock, Fixed, Memory

MEMORY: dict[str, Check] = {"waited": checks.not_negative, "rows": checks.counter, "seen": checks.counter, "fresh": checks.flag}
"""What the memory of a schedule may hold under these names; under any other, a number."""

PROGRESS: dict[str, Check] = {
    "seed": checks.from_to(0, 2**64 - 1),
    "updates": checks.counter,
    "begun": checks.counter,
    "updates_per_epoch": checks.from_to(1, 2**62),
    "epochs": checks.optional(checks.from_to(1, 2**62)),
    "memory": lambda name, value: {
        key: MEMORY.get(key, checks.real)(f"{name}.{key}", item) for key, item in checks.instance(name, value, dict, "a dict").items()
    },
}
"""What a training remembers beside its arrays and records."""


class NotFiniteError(ArithmeticError):
    """An engine met a loss or a parameter that is NaN or infinite; training turns it into advice."""

    def __init__(self, loss: float) -> None:
        super().__init__(str(loss))
        self.loss = loss


class TrainingState:
    """A model on its way: the optimiser's slots, the updates made, what the schedule remembers.

    Attributes
    ----------
    model : Model
    optimizer : Optimizer
    penalty : Penalty
    seed : int
        64-bit key of dropout's masks.
    updates : int
        Updates made.
    slots : ndarray, shape (k, P)
        The optimiser's memory.
    memory : dict
        The schedule's memory.
    begun : int
        Updates made before the training at hand, where its schedule begins.
    updates_per_epoch : int
    epochs : int or None
        Length of the training, for schedules that end with it.
    gradient : ndarray, shape (P,)
        Of the newest update.
    """

    def __init__(self, model: Model, optimizer: Optimizer, penalty: Penalty, seed: int) -> None:
        self.model = model
        self.optimizer = optimizer
        self.penalty = penalty
        self.seed = seed
        self.updates = 0
        self.begun = 0
        self.slots: Array = np.zeros((len(optimizer.slots) if isinstance(optimizer, FirstOrder) else 0, model.theta.size), model.dtype)
        self.memory: Memory = {}
        self.updates_per_epoch = 1
        self.epochs: int | None = None
        self.gradient: Array = np.zeros_like(model.theta)
        self.factors = _factors(model, "rate_factor")
        self.decay_factors = _factors(model, "decay_factor")

    def snapshot(self) -> tuple[tuple[Array, Array], Array, int]:
        """Return copies of all that updates change."""
        return self.model.snapshot(), self.slots.copy(), self.updates

    def restore(self, snapshot: tuple[tuple[Array, Array], Array, int]) -> None:
        """Put back what a :meth:`snapshot` holds."""
        numbers, self.slots[...], self.updates = snapshot
        self.model.restore(numbers)

    def check_writable(self) -> None:
        """Raise InputError where updates could not be written: to parameters, running statistics or slots that are read-only."""
        if not (self.model.writable and self.slots.flags.writeable):
            raise InputError("model must be writable to be trained, got read-only arrays; model.make_writable() copies them")

    def progress(self) -> dict[str, Any]:
        """Return all but the model, the records and the slots, as plain data."""
        return {name: getattr(self, name) for name in PROGRESS}

    def resume(self, progress: dict[str, Any], slots: Array) -> None:
        """Take over what :meth:`progress` and ``slots`` held."""
        found = schema.entries(PROGRESS)("progress", progress)
        if found["begun"] > found["updates"]:
            raise InputError(f"progress.begun must be at most {found['updates']}, the updates made, got {found['begun']}")
        self.slots[...] = schema.array(self.slots.dtype.str[1:], *self.slots.shape)("slots", slots)
        if np.isnan(self.slots).any():  # infinite ones may be: the square of a large gradient, by which no step is made
            raise InputError("slots must hold no NaN")
        for name, slot in zip(getattr(self.optimizer, "slots", ()), self.slots, strict=True):
            if name in self.first_order.squares and (slot < 0).any():
                raise InputError(f"the slot {name!r} must hold no negative number, got {slot.min():g}")
        for name, value in found.items():
            setattr(self, name, value)

    @property
    def pass_(self) -> Pass:
        """The training pass of the next update."""
        return Pass(training=True, seed=self.seed, update=self.updates)

    @property
    def first_order(self) -> FirstOrder:
        """The optimiser, which must be one that makes single updates."""
        if not isinstance(self.optimizer, FirstOrder):
            raise TypeError(f"{self.optimizer} makes no single updates")
        return self.optimizer

    @property
    def rate(self) -> float | None:
        """The learning rate of the next update; None where the optimiser has none."""
        return self.rate_at(self.updates)

    def rate_at(self, update: int) -> float | None:
        """Return the learning rate of the update after ``update`` of them, by what the schedule has observed so far."""
        if not isinstance(self.optimizer, FirstOrder):
            return None
        clock = Clock(update - self.begun, self.updates_per_epoch, self.epochs)
        return self.optimizer.rate * self.optimizer.schedule.factor(clock, self.memory)

    def rates(self, updates: Array) -> Array:
        """Return the learning rates of the updates after so many, as float64."""
        if isinstance(self.optimizer, FirstOrder) and isinstance(self.optimizer.schedule, Fixed):
            return np.full(len(updates), self.optimizer.rate)
        return np.array([self.rate_at(update) for update in updates.tolist()], float)

    def decays(self, updates: Array) -> Array:
        """Return the weight decays of the updates after so many, as float64."""
        optimizer = self.first_order
        if not optimizer.weight_decay or isinstance(optimizer.decay_schedule, Fixed):
            return np.full(len(updates), optimizer.weight_decay)
        clocks = (Clock(update - self.begun, self.updates_per_epoch, self.epochs) for update in updates.tolist())
        return np.array([optimizer.weight_decay * optimizer.decay_schedule.factor(clock, {}) for clock in clocks])

    @property
    def decay(self) -> float | Array:
        """The weight decay of the next update: one for all that is decayed, or one for each such parameter."""
        decay = float(self.decays(np.array([self.updates]))[0])
        if self.decay_factors is None:
            return decay
        return self.model.dtype.type(decay) * self.decay_factors[: self.model.program.parameters.decayed]

    @property
    def listens(self) -> bool:
        """Whether the schedule depends on the loss that each epoch ends with."""
        return isinstance(self.optimizer, FirstOrder) and self.optimizer.schedule.listens

    def observe(self, loss: float) -> None:
        """Let the schedule observe the loss that an epoch ended with."""
        if isinstance(self.optimizer, FirstOrder):
            self.memory = self.optimizer.schedule.observe(self.memory, loss)

    def largest_gradient(self) -> tuple[float, str]:
        """Return the largest finite entry of the newest gradient, and the name of its parameter."""
        parts = Parameters(self.model.program.parameters, np.abs(self.gradient))
        tops = [(float(np.max(part, initial=0.0, where=np.isfinite(part))), name) for name, part in parts.items()]
        return max([(0.0, ""), *tops], key=lambda top: top[0])


def _factors(model: Model, kind: str) -> Array | None:
    """Return each parameter's ``rate_factor`` or ``decay_factor``, (P,); None where all are 1."""
    layout = model.program.parameters
    if all(getattr(param, kind) == 1.0 for _, param in layout.entries):
        return None
    factors = Parameters(layout, np.ones_like(model.theta))
    for name, param in layout.entries:
        factors[name][...] = getattr(param, kind)
    return factors.vector
