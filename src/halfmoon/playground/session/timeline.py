"""The timeline: what a training was at some epochs, so that it can go on from there to the same bits."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from halfmoon.base.checks import Array
from halfmoon.base.randomness import restore_rng_state, rng_state
from halfmoon.playground.session.settings import Settings
from halfmoon.training.trainer import Trainer

FEWEST = 3
"""Checkpoints that are kept however large they are: the first, the newest, and one between."""


@dataclass(frozen=True, eq=False)
class Checkpoint:
    """Everything that training must remember to go on from the end of an epoch.

    Attributes
    ----------
    epoch : int
        Epochs finished.
    numbers : tuple of ndarray
        The parameters and the running statistics.
    slots : ndarray
        The optimiser's memory.
    updates : int
    memory : dict
        The schedule's.
    order : ndarray or None
        In which the rows were taken last.
    random : object
        The generator's state.
    settings : dict
        Those that were in force.
    log_length : int
        Changes made by hand before it.
    start : Checkpoint or None
        Where L-BFGS began, whose own memory cannot be kept: it is made anew from there.
    """

    epoch: int
    numbers: tuple[Array, Array]
    slots: Array
    updates: int
    memory: dict[str, Any]
    order: Any
    random: Any
    settings: Settings
    log_length: int
    start: Checkpoint | None = None

    @property
    def nbytes(self) -> int:
        """Bytes of its arrays, about."""
        order = 0 if self.order is None else self.order.nbytes
        return sum(each.nbytes for each in (*self.numbers, self.slots)) + order + 4096

    def restore(self, trainer: Trainer) -> None:
        """Put everything back into the trainer that it was taken from, or into its twin."""
        state = trainer.state
        trainer.model.restore(self.numbers)
        state.slots[...] = self.slots
        state.updates, state.memory = self.updates, dict(self.memory)
        trainer.order = self.order
        restore_rng_state(trainer.random, self.random)


def checkpoint(trainer: Trainer, epoch: int, settings: Settings, log_length: int, start: Checkpoint | None = None) -> Checkpoint:
    """Return what a trainer is after so many whole epochs."""
    state = trainer.state
    return Checkpoint(
        epoch, trainer.model.snapshot(), state.slots.copy(), state.updates, dict(state.memory), trainer.order,
        rng_state(trainer.random), settings, log_length, start,
    )  # fmt: skip


@dataclass(eq=False)
class Timeline:
    """Checkpoints by epoch, of which those between are thinned where they are too many or too large.

    Parameters
    ----------
    most : int
        Checkpoints.
    most_bytes : int
    """

    most: int
    most_bytes: int
    stride: int = 1
    _kept: dict[int, Checkpoint] = field(default_factory=dict)

    def __iter__(self) -> Iterator[Checkpoint]:
        return iter(self._kept.values())

    @property
    def epochs(self) -> list[int]:
        """The epochs that can be gone back to."""
        return list(self._kept)

    @property
    def nbytes(self) -> int:
        """Bytes of all checkpoints."""
        return sum(each.nbytes for each in self)

    def wants(self, epoch: int) -> bool:
        """Return whether a checkpoint of an epoch would stay for longer than until the next one."""
        return epoch % self.stride == 0

    def add(self, taken: Checkpoint) -> None:
        """Keep a checkpoint: that of the newest epoch, for the moment, even where it would be thinned."""
        newest = next(reversed(self._kept), None)
        if newest is not None and newest % self.stride and newest != taken.epoch:
            del self._kept[newest]
        self._kept[taken.epoch] = taken
        most = max(FEWEST, min(self.most, self.most_bytes // max(1, taken.nbytes)))
        while len(self._kept) > most and self.stride < taken.epoch:
            self.stride *= 2
            self._kept = {epoch: each for epoch, each in self._kept.items() if epoch % self.stride == 0 or epoch == taken.epoch}

    def copy(self) -> Timeline:
        """Return another timeline of the same checkpoints."""
        return Timeline(self.most, self.most_bytes, self.stride, dict(self._kept))

    def nearest(self, epoch: int) -> Checkpoint:
        """Return the checkpoint of the nearest epoch."""
        return self._kept[min(self._kept, key=lambda kept: abs(kept - epoch))]

    def cut(self, epoch: int) -> None:
        """Forget the checkpoints of later epochs."""
        self._kept = {kept: each for kept, each in self._kept.items() if kept <= epoch}
