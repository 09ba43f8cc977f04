"""What every engine does: it runs the updates of one training. The loop over epochs and batches is :meth:`Engine.epochs`.

What it is asked for comes as an :class:`EpochRequest`, whose fields stand below it: the rows, how many epochs, how many rows an update.

Borrowed: the ``state`` of a training is the model with what the optimiser and its schedule remember, and ``row_order`` says in
which order an epoch takes the rows (both of :mod:`halfmoon.engines`); ``checks`` of :mod:`halfmoon.base` is as in the layers, and
``patience`` there counts the epochs that brought nothing better.
"""

from __future__ import annotations

import math
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

import numpy as np

from halfmoon.base.checks import Array
from halfmoon.base.patience import ENDLESS, Patience
from halfmoon.engines.row_order import RowOrder
from halfmoon.engines.state import NotFiniteError, TrainingState
from halfmoon.layers.contract import Pass


class Data(NamedTuple):
    """Rows that were checked, as :meth:`halfmoon.Model.batch` gives them: inputs, targets, and weights or None."""

    X: Array
    """May be sparse, by rows: it has few of an array's methods, but rows can be taken."""
    y: Array
    weights: Array | None

    @property
    def n_rows(self) -> int:
        """How many rows there are."""
        return self.X.shape[0]

    @property
    def target_columns(self) -> int:
        """How many numbers a row's target is."""
        return self.y.shape[1] if self.y.ndim > 1 else 1

    def take(self, rows: Array | slice) -> Data:
        """Return some of the rows."""
        return Data(self.X[rows], self.y[rows], None if self.weights is None else self.weights[rows])


class Engine(ABC):
    """Runs updates on the arrays of a :class:`TrainingState`.

    Parameters
    ----------
    state : TrainingState
    threads : int, optional
        Most threads to use; by default all cores.
    """

    def __init__(self, state: TrainingState, threads: int | None = None) -> None:
        self.state = state
        self.threads = threads

    @abstractmethod
    def update(self, data: Data, rows: Array | slice, batch_size: int) -> float:
        """Make one update from some rows, at most ``batch_size``, and return the loss before it.

        Raises
        ------
        NotFiniteError
            When the loss is NaN or infinite; the parameters are then as they were.
        """

    def epochs(self, request: EpochRequest) -> None:
        """Make the updates of some epochs, one by one.

        Raises
        ------
        NotFiniteError
            When a loss, or a parameter after the last update of an epoch, is NaN or infinite.
        """
        data, batch_size, should_continue = request.data, request.batch_size, request.should_continue
        latest = math.inf if request.seconds is None else time.perf_counter() + request.seconds
        for _ in range(request.count):
            order, total, rows_seen = request.order.next(), 0.0, 0  # None: the rows as they lie
            n_rows = data.n_rows if order is None else len(order)
            for start in range(0, n_rows, batch_size):
                rows = slice(start, start + batch_size) if order is None else order[start : start + batch_size]
                if data.weights is not None and not data.weights[rows].any():
                    continue  # nothing in this batch counts
                loss = self.update(data, rows, batch_size)
                size = min(batch_size, n_rows - start)
                total, rows_seen = total + size * loss, rows_seen + size
                if (should_continue is not None and not should_continue(loss)) or time.perf_counter() >= latest:
                    break
            if not np.isfinite(self.state.model.theta).all():
                raise NotFiniteError(np.nan)
            request.on_epochs([total / rows_seen], [self.state.updates], {})
            if time.perf_counter() >= latest:
                return

    @abstractmethod
    def gradient(self, data: Data, pass_: Pass) -> float:
        """Return the objective of a training pass, and leave its gradient in ``state.gradient``."""

    def draws_orders(self, order: RowOrder) -> bool:
        """Return whether the engine shuffles the rows itself, so that many epochs in one call pay off."""
        return False

    def release(self) -> None:  # noqa: B027 - an engine that keeps nothing has nothing to drop
        """Drop the references to the data: a training is over, and the trainer may outlive it."""

    def stop(self) -> None:  # noqa: B027 - an engine that asks after each update need not be stopped
        """Make :meth:`epochs`, which another thread runs, return soon."""


Snapshot: TypeAlias = tuple[Array, Array]
"""Parameters and running statistics, as :meth:`halfmoon.Model.snapshot` gives them."""

OnEpochs: TypeAlias = Callable[[list[float], list[int], dict[int, Snapshot]], None]
"""Called with finished epochs, the newest last:

- for each the mean of the losses before its updates, weighted by the rows of their batches;
- for each ``state.updates`` at its end;
- snapshots by epoch, counted from 0 for the first of these epochs.
"""


@dataclass(frozen=True)
class EpochRequest:
    """What an engine is asked to do: the updates of some epochs.

    Attributes
    ----------
    data : Data
    order : RowOrder
        In which order each epoch takes which rows. Afterwards it holds the order of the newest epoch that began.
    count : int
        Most epochs.
    batch_size : int
        Rows an update; the last batch of an epoch may be smaller.
    on_epochs : callable
        See :data:`OnEpochs`; also called for the epochs that were finished when something is raised.
    snapshot_epochs : sequence of int
        Counted from 0, in order: after which epochs a snapshot is wanted. An engine that reports each epoch by itself takes none.
    patience : Patience
        When to make no more epochs, judged by their mean losses. An engine that reports each epoch by itself leaves that to
        ``on_epochs``.
    should_continue : callable, optional
        Called after each update with the loss before it; returns whether to make another.
    seconds : float, optional
        Stop after the update that passes this time.
    """

    data: Data
    order: RowOrder
    count: int
    batch_size: int
    on_epochs: OnEpochs
    snapshot_epochs: Sequence[int] = ()
    patience: Patience = ENDLESS
    should_continue: Callable[[float], bool] | None = None
    seconds: float | None = None
