"""Training the members of a candidate, one for each fold, several at a time, up to a time and until Ctrl-C."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from halfmoon.base.checks import Array
from halfmoon.base.errors import InputError
from halfmoon.engines.contract import Snapshot
from halfmoon.layers.embeddings import Edges
from halfmoon.network.initialization import initialize_from_data
from halfmoon.network.model import Model
from halfmoon.tabular.ensembles.candidate import Candidate, Shape
from halfmoon.tabular.ensembles.folds import Fold
from halfmoon.tabular.ensembles.metric import Cost
from halfmoon.tabular.ensembles.task import Task
from halfmoon.tabular.ensembles.watcher import TrainedMember, Watcher
from halfmoon.training.callbacks import Callback
from halfmoon.training.ending import Ending, Reason
from halfmoon.training.history import History
from halfmoon.training.many import Job, run_all, threads_of_each

CYCLES = 4
"""Of the learning rate, which is 0 at the end of each, where a network is at its best."""


@dataclass(frozen=True, eq=False)
class Rows:
    """All training rows, as networks take them.

    Attributes
    ----------
    X : ndarray, shape (n, inputs)
    y : ndarray, shape (n,)
    weights : ndarray, shape (n,), or None
    numbers : int
        How many columns of X, the first ones, are numbers.
    bins : tuple of tuple of float
        Of the numbers.
    task : Task
    inputs_of : callable, optional
        Takes the rows that a member is trained on and its seed, and returns X as that member has it; without one all have the same.
    """

    X: Array
    y: Array
    weights: Array | None
    numbers: int
    bins: Edges
    task: Task
    inputs_of: Callable[[Array, int], Array] | None = None

    @property
    def shape(self) -> Shape:
        """What a network has to fit."""
        return Shape(self.X.shape[1], self.numbers, self.bins, self.task.outputs)


def cycle_ends(epochs: int, cycles: int = CYCLES) -> list[int]:
    """Return after which epochs the rate of ``CosineLog`` is 0: t = (2ⁱ - 1) / (2ᶜ - 1) of all, the last of them."""
    ends = {round(epochs * (2**each - 1) / (2**cycles - 1)) for each in range(1, cycles + 1)}
    return sorted(end for end in ends if end)


WORSE = 0.1
"""A cost that is more than the smallest by such a share of it ends the training: what comes later would be worse still."""


class _Keeper(Callback):
    """Keeps the numbers of a network at the ends of cycles, and ends the training where held-out rows say that it has gone too far.

    Of a training that is ended before the first of them it keeps the last numbers.
    """

    every_epoch = False

    def __init__(self, epochs: Collection[int], cost: Callable[[Snapshot], float]) -> None:
        self.epochs, self.cost, self.kept, self.best = epochs, cost, dict[int, Snapshot](), math.inf

    def snapshots(self, run: Any) -> Collection[int]:
        return self.epochs

    def wait(self, run: Any) -> float:
        """So that a training that is to end does so at once."""
        return next((epoch - run.epoch for epoch in self.epochs if epoch > run.epoch), math.inf)

    def on_snapshot(self, run: Any, epoch: int, numbers: Snapshot) -> None:
        cost = self.cost(numbers)
        if cost > self.best + WORSE * abs(self.best):  # minus a score may be below 0
            run.stop("held-out rows are predicted worse than before")
            return
        self.kept[epoch] = numbers
        self.best = min(self.best, cost)

    def on_end(self, run: Any) -> None:
        if not self.kept and (run.epoch or run.state.updates):
            self.kept[run.epoch] = run.model.snapshot()


class _Teller(Callback):
    """Tells a watcher how far a member is."""

    every_epoch = False

    def __init__(self, member: Member) -> None:
        self.member = member

    def on_epoch(self, run: Any) -> None:
        member = self.member
        member.watcher.on_epoch(member.number, member.fold, run.epoch, run.epochs)


@dataclass(eq=False)
class Member:
    """One network: a candidate on the training rows of a fold. It is work for :func:`halfmoon.training.many.run_all`.

    Attributes
    ----------
    fold : int
        Its number.
    split : Fold
    model : Model
    kept : dict of int to Snapshot
        Its numbers at the ends of cycles that were reached.
    history : History
    watcher : Watcher
        Is told how far it is, and when it is done.
    number : int
        Of its candidate.
    threads : int
        Most threads that it is trained on.
    """

    candidate: Candidate
    fold: int
    rows: Rows
    split: Fold
    cost: Cost
    seed: int
    epochs: int
    batch_size: int
    deadline: float
    callbacks: Sequence[Callback] = ()
    model: Model = field(init=False)
    kept: dict[int, Snapshot] = field(default_factory=dict)
    history: History | None = None
    watcher: Watcher = field(default_factory=Watcher)
    number: int = 0
    threads: int = 1

    size = 1  # those of a candidate take equally long

    def __post_init__(self) -> None:
        self._job: Job | None = None
        self._X: Any = None
        self._held_out_X: Array | None = None
        self._stopped = False

    def run(self) -> None:
        """Draw the network and train it."""
        left = self.deadline - time.perf_counter()
        if self._stopped or left <= 0:
            return
        rows, training = self.rows, self.split.training
        self._X = rows.X if rows.inputs_of is None else rows.inputs_of(training, self.seed)
        keeper = _Keeper(cycle_ends(self.epochs), self._cost)
        network = self.candidate.network(rows.shape, rows.task.loss(self.candidate.smoothing))
        self.model = network.init(n_inputs=rows.X.shape[1], seed=self.seed)
        if self.candidate.parametric:
            some = np.random.RandomState(self.seed).permutation(training)[:FEW]
            initialize_from_data(self.model, self._X[some], seed=self.seed)
        limit = None if left == math.inf else left
        self._job = Job(
            self.model, self._X, rows.y, optimizer=self.candidate.optimizer(), rows=training, seed=self.seed, epochs=self.epochs,
            batch_size=self.batch_size, sample_weight=rows.weights, callbacks=[keeper, _Teller(self), *self.callbacks], max_seconds=limit,
        )  # fmt: skip
        self._job.trainer.threads = self.threads
        if self._stopped:
            return
        self.history = self._job.run()
        if rows.inputs_of is not None:
            self._held_out_X = self._X[self.split.held_out]
        self._job = self._X = None  # with the arrays that they hold
        self.kept = keeper.kept if np.isfinite(self.model.theta).all() else {}
        seconds = float(self.history["seconds"][-1]) if self.history.epochs else 0.0
        self.watcher.on_member(TrainedMember(self.number, self.candidate.name, self.fold, self.history.epochs, seconds, keeper.best))

    @property
    def interrupted(self) -> bool:
        """Whether Ctrl-C has come: to its training, or to the thread that waits for all members, be this one done or not begun."""
        ending = None if self.history is None else self.history.ending
        return self._stopped or (ending is not None and ending.reason is Reason.INTERRUPTED)

    def stop(self, reason: str | Ending) -> None:
        """End the training that another thread runs."""
        self._stopped = True
        if self._job is not None:
            self._job.stop(reason)

    def _cost(self, snapshot: Snapshot) -> float:
        """Return what counts, of the rows that are held out; another model has the numbers, since this one is in training."""
        rows, held_out, other = self.rows, self.split.held_out, self.model.astype(self.model.dtype)
        if len(held_out) > COST_ROWS:
            held_out = np.random.RandomState(self.seed).choice(held_out, COST_ROWS, replace=False)
        other.restore(snapshot)
        found = rows.task.predictions(other.network.loss.link.mean(other.scores_of(self._X[held_out], 1)))
        try:
            return self.cost(rows.y[held_out], found, None if rows.weights is None else rows.weights[held_out])
        except InputError:  # a scorer may take all held-out rows, and not those of one fold, where a class is missing
            return math.nan

    def held_out_predictions(self, epoch: int, among: Array) -> Array:
        """Return what the network predicts with the numbers it had at the end of an epoch, for some of the held-out rows: a mask."""
        X = self.rows.X[self.split.held_out[among]] if self._held_out_X is None else self._held_out_X[among]
        return self.predictions(self.kept[epoch], X)

    def predictions(self, snapshot: Snapshot, X: Array) -> Array:
        """Return what the network predicts with the numbers it had."""
        self.model.restore(snapshot)
        return self.rows.task.predictions(self.model.network.loss.link.mean(self.model.scores_of(X)))


COST_ROWS = 20_000
"""So many held-out rows tell whether a training has gone too far."""

FEW = 4096
"""Rows that a network's first numbers are drawn by."""


def train_members(members: Iterable[Member], threads: int | None) -> bool:
    """Train members, several at a time; return whether Ctrl-C has ended that."""
    listed = list(members)
    for member in listed:
        member.threads = threads_of_each(len(listed), threads)
    run_all(listed, threads)
    return any(each.interrupted for each in listed)
