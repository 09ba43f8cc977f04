"""What every engine does: it runs the updates of one training.

Borrowed: the ``state`` of a training is the model with what the optimiser and its schedule remember, and ``row_order`` says in
which order an epoch takes the rows (both of :mod:`halfmoon.engines`); ``checks`` of :mod:`halfmoon.base` is as in the layers, and
``patience`` there counts the epochs that brought nothing better.
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from typing import NamedTuple, TypeAlias

from halfmoon.base.checks import Array
from halfmoon.engines.row_order import Orders
from halfmoon.engines.state import TrainingState
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


Numbers: TypeAlias = tuple[Array, Array]
"""Parameters and running statistics, as :meth:`halfmoon.Model.snapshot` gives them."""

Ended: TypeAlias = Callable[[list[float], list[int], dict[int, Numbers]], None]
"""Told of epochs that have ended, the newest just now: the means of the losses before their updates, each counted by the rows
of its batch; ``state.updates`` at their ends; and what was kept of earlier ones, counted from 0 for the first told of."""


class Patience(NamedTuple):
    """A rule that ends epochs: their mean loss has not come ``tolerance`` below the ``best`` for more than ``most`` of them in a row."""

    best: float = math.inf
    tolerance: float = 0.0
    waited: int = 0
    """Epochs in a row that have passed so already."""
    most: float = math.inf


ENDLESS = Patience()
"""All epochs that were asked for."""


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
    def step(self, data: Data) -> float:
        """Make one update from one batch, and return the loss before it.

        Raises
        ------
        NotFiniteError
            When the loss is NaN or infinite; the parameters are then as they were.
        """

    @abstractmethod
    def epochs(
        self,
        data: Data,
        orders: Orders,
        count: int,
        batch_size: int,
        *,
        ended: Ended,
        keep: Sequence[int] = (),
        patience: Patience = ENDLESS,
        go_on: Callable[[float], bool] | None = None,
        seconds: float | None = None,
    ) -> None:
        """Make the updates of ``count`` epochs.

        Parameters
        ----------
        data : Data
        orders : Orders
            In which order each epoch takes which rows. It stands after the order of the newest epoch that began.
        count : int
            Most epochs.
        batch_size : int
            Rows an update; the last batch of an epoch may be smaller.
        ended : callable
            See :data:`Ended`; also called when something is raised afterwards.
        keep : sequence of int
            Counted from 0, in order: of which epochs the numbers are wanted. An engine that tells of each epoch by itself keeps none.
        patience : Patience
            When to make no more epochs. An engine that tells of each epoch by itself leaves that to who is told.
        go_on : callable, optional
            Asked after each update, with the loss before it, whether to make another.
        seconds : float, optional
            Stop after the update that passes this time.

        Raises
        ------
        NotFiniteError
            When a loss, or a parameter after the last update of an epoch, is NaN or infinite.
        """

    @abstractmethod
    def gradient(self, data: Data, pass_: Pass) -> float:
        """Return the objective of a training pass, and leave its gradient in ``state.gradient``."""

    def draws(self, orders: Orders) -> bool:
        """Return whether it gains by running many epochs in one call, since it draws their orders itself."""
        return False

    def release(self) -> None:  # noqa: B027 - an engine that keeps nothing has nothing to let go of
        """Let go of the data of the updates before: a training is over, and whoever made it may live on."""

    def stop(self) -> None:  # noqa: B027 - an engine that asks after each update need not hear it
        """Make :meth:`epochs`, which another thread runs, return soon."""
