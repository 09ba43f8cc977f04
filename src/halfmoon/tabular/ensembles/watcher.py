"""Watching an ensemble being trained: how far each member is, and what came of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from halfmoon.tabular.ensembles.candidate import Candidate
from halfmoon.tabular.ensembles.folds import Fold

DONE, TIME_LIMIT, INTERRUPTED = "done", "time limit", "interrupted"
"""How a training ends: all members are trained, or the time was up, or Ctrl-C said so."""


class TrainedMember(NamedTuple):
    """A member whose training has ended.

    Attributes
    ----------
    candidate : int
        The number of its configuration, from 0 on.
    name : str
        What that is called.
    fold : int
        From 0 on.
    epochs : int
    seconds : float
        Of its training.
    cost : float
        The lowest at the end of a cycle, on the rows held out; infinite before the first.
    """

    candidate: int
    name: str
    fold: int
    epochs: int
    seconds: float
    cost: float


class Watcher:
    """Listens to the training of an ensemble; override what is of interest. Members tell from the threads that they are trained in."""

    def on_start(self, candidates: Sequence[Candidate], folds: Sequence[Fold]) -> None:
        """React to the start: each candidate is trained on each fold."""

    def on_epoch(self, candidate: int, fold: int, epoch: int, epochs: int) -> None:
        """React to how many epochs of at most how many a member has done."""

    def on_member(self, member: TrainedMember) -> None:
        """React to a member whose training has ended."""

    def on_end(self, ended: str) -> None:
        """React to the end: ``DONE``, ``TIME_LIMIT`` or ``INTERRUPTED``."""


class TrainingLog(Watcher):
    """Keeps what there was to hear.

    Attributes
    ----------
    candidates : list of Candidate
    folds : list of Fold
    members : list of TrainedMember
        In the order in which they ended.
    ended : str
    """

    def __init__(self) -> None:
        self.candidates: list[Candidate] = []
        self.folds: list[Fold] = []
        self.members: list[TrainedMember] = []
        self.ended = DONE

    def on_start(self, candidates: Sequence[Candidate], folds: Sequence[Fold]) -> None:
        self.candidates, self.folds = list(candidates), list(folds)

    def on_member(self, member: TrainedMember) -> None:
        self.members.append(member)

    def on_end(self, ended: str) -> None:
        self.ended = ended
