"""Schedules: what the learning rate is multiplied by as training goes on.

Pure functions of a :class:`Clock`. Only :class:`Plateau` also listens to the loss; what it remembers is a plain dict
that the trainer keeps.
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from dataclasses import dataclass

from halfmoon.base import checks
from halfmoon.base.described import Registry
from halfmoon.base.errors import InputError
from halfmoon.base.patience import Patience
from halfmoon.base.record import Record, checked, record

Memory = dict[str, float]


@dataclass(frozen=True)
class Clock:
    """Where training stands when a rate is asked for.

    Attributes
    ----------
    update : int
        Updates made before this one.
    updates_per_epoch : int
    epochs : int or None
        Length of the whole training, where it is known.
    """

    update: int = 0
    updates_per_epoch: int = 1
    epochs: int | None = None

    @property
    def epoch(self) -> int:
        """Epochs finished before this update."""
        return self.update // self.updates_per_epoch

    def length(self, epochs: int | None, name: str) -> int:
        """Return the updates in ``epochs``, or in the whole training when that is None."""
        known = self.epochs if epochs is None else epochs
        if known is None:
            raise InputError(f"{name} must know when to end: give it epochs=, or train with a number of epochs")
        return known * self.updates_per_epoch


@record
class Schedule(Record, ABC):
    """The contract: a factor for the learning rate at each update.

    Examples
    --------
    >>> class Halving(hm.Schedule):
    ...     def factor(self, clock, memory):
    ...         return 0.5**clock.epoch
    ...
    >>> history = hm.train(model, X, y, optimizer=hm.SGD(0.8, schedule=Halving()), epochs=3)
    >>> history["rate"]
    array([0.8, 0.4, 0.2])
    """

    @property
    def listens(self) -> bool:
        """Whether the factor depends on the losses that ``observe`` is told."""
        return type(self).observe is not Schedule.observe

    @abstractmethod
    def factor(self, clock: Clock, memory: Memory) -> float:
        """Return the factor at ``clock``."""

    def observe(self, memory: Memory, loss: float) -> Memory:
        """Return the memory after an epoch that ended with ``loss``."""
        return memory


def by_updates_alone(name: str, value: object) -> Schedule:
    """Return a schedule that does not listen to the loss, so that it needs no memory."""
    schedule: Schedule = checks.instance(name, value, Schedule, "a schedule such as FlatCosine()")
    if schedule.listens:
        raise checks.fail(name, value, "a schedule that goes by the updates alone, such as FlatCosine()")
    return schedule


@record
class Fixed(Schedule):
    """The rate stays as it is: factor 1.

    Examples
    --------
    >>> history = hm.train(model, X, y, optimizer=hm.SGD(0.1, schedule=hm.Fixed()), epochs=5)
    >>> history["rate"].round(3)
    array([0.1, 0.1, 0.1, 0.1, 0.1])
    """

    def factor(self, clock: Clock, memory: Memory) -> float:
        return 1.0


@record
class StepDecay(Schedule):
    """Times ``ratio`` after every ``every`` epochs.

    Parameters
    ----------
    every : int
        Epochs between two changes.
    ratio : float
        Of the new rate to the old one.

    Examples
    --------
    >>> history = hm.train(model, X, y, optimizer=hm.SGD(0.1, schedule=hm.StepDecay(every=2, ratio=0.5)), epochs=5)
    >>> history["rate"].round(3)
    array([0.1  , 0.1  , 0.05 , 0.05 , 0.025])
    """

    every: int = checked(checks.whole)
    ratio: float = checked(checks.positive, default=0.1)

    def factor(self, clock: Clock, memory: Memory) -> float:
        return _power(self.ratio, clock.epoch // self.every)


@record
class Exponential(Schedule):
    """Times ``ratio`` after each epoch.

    Parameters
    ----------
    ratio : float
        Of the new rate to the old one.

    Examples
    --------
    >>> history = hm.train(model, X, y, optimizer=hm.SGD(0.1, schedule=hm.Exponential(0.9)), epochs=5)
    >>> history["rate"].round(3)
    array([0.1  , 0.09 , 0.081, 0.073, 0.066])
    """

    ratio: float = checked(checks.positive, default=0.99)

    def factor(self, clock: Clock, memory: Memory) -> float:
        return _power(self.ratio, clock.epoch)


def _power(ratio: float, times: int) -> float:
    """Return ``ratio ** times``, infinity where that is too large for a float."""
    try:
        return ratio**times
    except OverflowError:
        return math.inf


@record
class InverseScaling(Schedule):
    """``(1 + scale * epoch) ** -power``, which falls fast at first and then ever more slowly.

    Parameters
    ----------
    power : float
        How fast it falls.
    scale : float
        How much an epoch counts; scikit-learn's "invscaling" has the number of rows here.

    Examples
    --------
    >>> history = hm.train(model, X, y, optimizer=hm.SGD(0.1, schedule=hm.InverseScaling()), epochs=5)
    >>> history["rate"].round(3)
    array([0.1  , 0.071, 0.058, 0.05 , 0.045])
    """

    power: float = checked(checks.positive, default=0.5)
    scale: float = checked(checks.positive, default=1.0)

    def factor(self, clock: Clock, memory: Memory) -> float:
        return (1 + self.scale * clock.epoch) ** -self.power


@record
class Cosine(Schedule):
    """Half a cosine from 1 down to ``end``, update by update, and ``end`` afterwards.

    Parameters
    ----------
    end : float
        Last factor.
    epochs : int, optional
        How long it takes; by default the whole training.

    References
    ----------
    Loshchilov & Hutter, "SGDR", ICLR 2017, without restarts.

    Examples
    --------
    >>> history = hm.train(model, X, y, optimizer=hm.SGD(0.1, schedule=hm.Cosine()), epochs=5)
    >>> history["rate"].round(3)
    array([0.1  , 0.09 , 0.065, 0.035, 0.01 ])
    """

    end: float = checked(checks.not_negative, default=0.0)
    epochs: int | None = checked(checks.optional(checks.whole), default=None)

    def factor(self, clock: Clock, memory: Memory) -> float:
        done = min(clock.update / clock.length(self.epochs, "Cosine"), 1.0)
        return _half_cosine(1.0, self.end, done)


@record
class OneCycle(Schedule):
    """Up from ``start`` to 1 and down to ``end``, both as half a cosine, over the whole training.

    Parameters
    ----------
    rise : float
        Share of the updates on the way up.
    start, end : float
        First and last factor. The defaults are PyTorch's.

    References
    ----------
    Smith & Topin, "Super-convergence", 2018.

    Examples
    --------
    >>> history = hm.train(model, X, y, optimizer=hm.SGD(0.1, schedule=hm.OneCycle()), epochs=5)
    >>> history["rate"].round(3)
    array([0.004, 0.095, 0.061, 0.019, 0.   ])
    """

    rise: float = checked(checks.inner_share, default=0.3)
    start: float = checked(checks.not_negative, default=1 / 25)
    end: float = checked(checks.not_negative, default=1 / 25e4)

    def factor(self, clock: Clock, memory: Memory) -> float:
        total = clock.length(None, "OneCycle")
        top, last = max(self.rise * total - 1, 0.0), max(total - 1, 1)
        if top > 0 and clock.update <= top:
            return _half_cosine(self.start, 1.0, clock.update / top)
        return _half_cosine(1.0, self.end, min((clock.update - top) / (last - top), 1.0))


@record
class CosineLog(Schedule):
    """Cycles from 0 to 1 and back that grow longer: ½ - ½ cos(2π log₂(1 + (2ᶜ - 1) t)), where t is the share of training that is done.

    Each of the c cycles takes twice as long as the one before it; the rate ends at 0.

    Parameters
    ----------
    cycles : int
        How many; the 4 of RealMLP's "coslog4" give log₂(1 + 15 t).

    References
    ----------
    Holzmüller, Grinsztajn & Steinwart, "Better by default", NeurIPS 2024, section 3.

    Examples
    --------
    >>> history = hm.train(model, X, y, optimizer=hm.SGD(0.1, schedule=hm.CosineLog(cycles=2)), epochs=8)
    >>> history["rate"].round(3)
    array([0.   , 0.098, 0.032, 0.007, 0.072, 0.099, 0.065, 0.019])
    """

    cycles: int = checked(checks.from_to(1, 50), default=4)

    def factor(self, clock: Clock, memory: Memory) -> float:
        # ½ - ½ cos(2π log₂(1 + (2ᶜ - 1) t))
        done = min(clock.update / clock.length(None, "CosineLog"), 1.0)
        return 0.5 - 0.5 * math.cos(2 * math.pi * math.log2(1 + (2**self.cycles - 1) * done))


@record
class FlatCosine(Schedule):
    """1 at first, then half a cosine down to ``end`` at the end of training.

    Parameters
    ----------
    flat : float
        Share of the updates at which the factor is 1.
    end : float
        Last factor.

    References
    ----------
    Holzmüller, Grinsztajn & Steinwart, "Better by default", NeurIPS 2024, section 3: "flat_cos", there for dropout and weight decay.

    Examples
    --------
    >>> history = hm.train(model, X, y, optimizer=hm.SGD(0.1, schedule=hm.FlatCosine()), epochs=8)
    >>> history["rate"].round(3)
    array([0.1  , 0.1  , 0.1  , 0.1  , 0.1  , 0.085, 0.05 , 0.015])
    """

    flat: float = checked(checks.share, default=0.5)
    end: float = checked(checks.not_negative, default=0.0)

    def factor(self, clock: Clock, memory: Memory) -> float:
        # 1 up to t = flat,   then from 1 to end by half a cosine of (t - flat) / (1 - flat)
        done = min(clock.update / clock.length(None, "FlatCosine"), 1.0)
        return _half_cosine(1.0, self.end, max(done - self.flat, 0.0) / (1 - self.flat))


def _half_cosine(first: float, last: float, done: float) -> float:
    """Return the point of half a cosine from ``first`` to ``last``."""
    return last + (first - last) * (1 + math.cos(math.pi * done)) / 2


@record
class WarmUp(Schedule):
    """A straight line from ``start`` to 1 over the first updates, on top of another schedule.

    Parameters
    ----------
    updates : int
        How long it takes.
    then : Schedule
        Multiplied in, from the first update on.
    start : float
        First factor.

    Examples
    --------
    >>> history = hm.train(model, X, y, optimizer=hm.SGD(0.1, schedule=hm.WarmUp(updates=4)), epochs=5)
    >>> history["rate"].round(3)
    array([0.001, 0.026, 0.05 , 0.075, 0.1  ])
    """

    updates: int = checked(checks.whole)
    then: Schedule = checked(checks.kind(Schedule, "a schedule"), default=Fixed())
    start: float = checked(checks.not_negative, default=0.01, kw_only=True)

    def factor(self, clock: Clock, memory: Memory) -> float:
        done = min(clock.update / self.updates, 1.0)
        return (self.start + (1 - self.start) * done) * self.then.factor(clock, memory)

    @property
    def listens(self) -> bool:
        return self.then.listens

    def observe(self, memory: Memory, loss: float) -> Memory:
        return self.then.observe(memory, loss)


@record
class Plateau(Schedule):
    """Times ``ratio`` whenever the loss has not got better for ``patience`` epochs in a row.

    Parameters
    ----------
    ratio : float
        Of the new rate to the old one.
    patience : int
        Epochs without a better loss that are let pass.
    tolerance : float
        How much lower a loss must be to count as better.

    Examples
    --------
    >>> history = hm.train(model, X, y, optimizer=hm.SGD(1e-6, schedule=hm.Plateau(ratio=0.5, patience=2)), epochs=6)
    >>> history["rate"] * 1e6
    array([1. , 1. , 1. , 1. , 0.5, 0.5])
    """

    ratio: float = checked(checks.positive, default=0.1)
    patience: int = checked(checks.count, default=10)
    tolerance: float = checked(checks.not_negative, default=1e-4, kw_only=True)

    def factor(self, clock: Clock, memory: Memory) -> float:
        return memory.get("factor", 1.0)

    def observe(self, memory: Memory, loss: float) -> Memory:
        now = Patience(memory.get("best", math.inf), self.tolerance, int(memory.get("waited", 0)), self.patience).after(loss)
        waited, ratio = (0, self.ratio) if now.exhausted else (now.waited, 1.0)
        return {"best": now.best, "waited": waited, "factor": memory.get("factor", 1.0) * ratio}


SCHEDULES = Registry[type[Schedule]]("Every schedule by name.", {
    "fixed": Fixed,
    "step": StepDecay,
    "exponential": Exponential,
    "inverse_scaling": InverseScaling,
    "cosine": Cosine,
    "one_cycle": OneCycle,
    "cosine_log": CosineLog,
    "flat_cosine": FlatCosine,
    "warm_up": WarmUp,
    "plateau": Plateau,
})  # fmt: skip
