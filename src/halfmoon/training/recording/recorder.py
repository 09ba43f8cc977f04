"""A callback that keeps the network as it was at chosen epochs."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

import numpy as np

from halfmoon.base import checks
from halfmoon.base.checks import Array
from halfmoon.base.errors import InputError
from halfmoon.engines.contract import Snapshot
from halfmoon.network.model import Model
from halfmoon.training.callbacks import Callback
from halfmoon.training.history import History
from halfmoon.training.recording.recording import Recording
from halfmoon.training.recording.statistics import measure
from halfmoon.training.run import Run

GROWTH = 1.2
"""From one recorded epoch to the next, by default: 3,000 epochs give 42 snapshots."""

BUDGET = 1 << 26
"""Bytes of snapshots, by default."""


class Recorder(Callback):
    """Keeps the network as it was at chosen epochs, and what its layers did; the training comes to the same bits as without.

    Pass it to :func:`halfmoon.train` among the callbacks, and read :attr:`recording` afterwards. Each training begins a new
    recording. The state before the first update, after the last whole epoch and at the best epoch (where the training went
    back to it) are recorded whatever the epochs are.

    Parameters
    ----------
    X : array-like, shape (n, n_inputs), optional
        Rows to describe the layers on; without them the parameters alone are kept.
    y : array-like, shape (n,) or (n, n_outputs), optional
        Their targets; without them nothing is said of gradients.
    epochs : iterable of int, optional
        After which epochs; by default those on a log spacing: 1, 2, 3, 4, 5, 6, 8, 10, 12, 15, ...
    budget : int
        Most bytes of all snapshots together. When they are more, those are left out that leave the smallest gaps, older ones
        first; the first and the newest stay as long as both fit, and the newest always.
    bins : int
        Of the histograms.

    Examples
    --------
    >>> recorder = hm.Recorder(X, y)
    >>> history = hm.train(model, X, y, callbacks=[recorder])
    >>> model_then = recorder.recording.at(epoch=10)
    """

    def __init__(self, X: Any = None, y: Any = None, *, epochs: Iterable[int] | None = None, budget: int = BUDGET, bins: int = 40) -> None:
        if (X is None) != (y is None):
            raise InputError("X and y must be given together, or neither")
        self.X, self.y = X, y
        self.epochs = None if epochs is None else _chosen(epochs)
        self.budget = checks.whole("budget", budget)
        self.bins = checks.whole("bins", bins, least=2)
        self._model: Model | None = None
        self._history = History()
        self._batch: tuple[Array, Array, Array | None] | None = None
        self._snapshots: dict[int, dict[str, Array]] = {}  # by epoch: theta, the state, and the statistics

    @property
    def recording(self) -> Recording:
        """What has been recorded so far.

        Raises
        ------
        InputError
            When there was no training yet.
        """
        if self._model is None or not self._snapshots:
            raise InputError("recording must follow a training with the recorder among its callbacks")
        epochs, history = sorted(self._snapshots), self._history
        arrays = {name: np.stack([self._snapshots[epoch][name] for epoch in epochs]) for name in self._snapshots[epochs[0]]}
        copied = History(history, ending=history.ending, best_epoch=history.best_epoch)
        theta, state = arrays.pop("theta"), arrays.pop("state")
        return Recording(self._model.network, self._model.n_inputs, copied, np.array(epochs, np.int64), theta, state, arrays)

    # ---- what training tells ------------------------------------------------------------------------------------------

    def snapshots(self, run: Run) -> list[int]:
        """Return after which epochs the network is to be recorded."""
        if self.epochs is not None:
            return [epoch for epoch in self.epochs if epoch > 0]
        found, epoch = [], 1
        while epoch <= run.epochs:
            found.append(epoch)
            epoch = max(epoch + 1, math.ceil(epoch * GROWTH))
        return found

    def on_start(self, run: Run) -> None:
        """Check the rows against the model, and keep the network as it is before the first update."""
        self._batch = None if self.X is None else run.model.batch(self.X, self.y)
        self._model, self._history, self._snapshots = run.model, run.history, {}
        self._keep(0, run.model.snapshot())

    def on_snapshot(self, run: Run, epoch: int, numbers: Snapshot) -> None:
        """Keep the network as it was after an epoch."""
        self._keep(epoch, numbers)

    def on_end(self, run: Run) -> None:
        """Keep the network after the last whole epoch, and at the best one where the training went back to it."""
        self._keep(run.epoch, run.last_good)
        if run.watch is not None and run.watch.stopping.restore_best and run.watch.best_epoch is not None:
            self._keep(run.watch.best_epoch, run.model.snapshot())

    # ---- what is kept -------------------------------------------------------------------------------------------------

    def _keep(self, epoch: int, numbers: Snapshot) -> None:
        if epoch in self._snapshots:
            return
        model: Any = self._model
        theta, state = (vector.copy() for vector in numbers)
        then = Model(model.network, model.n_inputs, theta, state)
        statistics = {} if self._batch is None else measure(then, *self._batch, bins=self.bins)
        self._snapshots[epoch] = {"theta": theta, "state": state} | statistics
        self._thin(epoch)

    def _thin(self, newest: int) -> None:
        """Leave out snapshots until the rest fit: the one that leaves the smallest gap, in the spacing the epochs have."""
        while len(self._snapshots) > 1 and sum(a.nbytes for each in self._snapshots.values() for a in each.values()) > self.budget:
            epochs = np.array(sorted(self._snapshots), np.float64)
            along = np.log1p(epochs) if self.epochs is None else epochs
            gaps = np.concatenate([[np.inf], along[2:] - along[:-2], [np.inf]])
            gaps[epochs == newest] = np.inf
            left_out = int(gaps.argmin())
            if np.isinf(gaps[left_out]):
                left_out = next(index for index, epoch in enumerate(epochs) if epoch != newest)
            del self._snapshots[int(epochs[left_out])]


def _chosen(epochs: Any) -> tuple[int, ...]:
    if isinstance(epochs, str) or not isinstance(epochs, Iterable):
        raise checks.fail("epochs", epochs, "whole numbers, such as range(0, 1001, 10)")
    chosen = tuple(sorted({checks.count("epochs", each) for each in epochs}))
    if not chosen:
        raise checks.fail("epochs", epochs, "at least one whole number")
    return chosen
