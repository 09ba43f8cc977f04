"""Callbacks: what training tells while it runs."""

from __future__ import annotations

import math
from collections.abc import Collection
from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from halfmoon.base.patience import Patience
    from halfmoon.engines.contract import Snapshot
    from halfmoon.training.run import Run


class Callback:
    """Listens to a training; override what is of interest. Every method is given the :class:`Run`.

    ``run.stop("reason")`` ends the training after the update or epoch at hand.
    """

    every_epoch: ClassVar[bool] = True
    """Whether ``on_epoch`` must be called for each epoch. Without that, small epochs may go by in bunches of some hundredths
    of a second, which is faster; all their rows are in the history."""

    def wait(self, run: Run) -> float | Patience:
        """Return how many epochs may end before ``on_epoch`` must be called: 1 for each; infinity for any number.

        A :class:`~halfmoon.base.patience.Patience` says that it must be when their loss has not got better for long.
        """
        return 1 if hears_every_epoch(self) else math.inf

    def snapshots(self, run: Run) -> Collection[int]:
        """Return after which epochs :meth:`on_snapshot` is wanted; asked when training begins. They need not be waited for."""
        return ()

    def on_start(self, run: Run) -> None:
        """Hear that training begins."""

    def on_update(self, run: Run) -> None:
        """Hear of an update; ``run.loss`` is the loss before it."""

    def on_epoch(self, run: Run) -> None:
        """Hear of finished epochs, whose rows are the history's last; of one at a time, unless :meth:`wait` lets several go by."""

    def on_snapshot(self, run: Run, epoch: int, numbers: Snapshot) -> None:
        """Take the parameters and the running statistics after one of the epochs of :meth:`snapshots`; training may be further by now.

        It is told before ``on_epoch``. The arrays are not changed later.
        """

    def on_end(self, run: Run) -> None:
        """Hear that training is over, however it ended; the best parameters are back by then."""


def hears_updates(callback: Callback) -> bool:
    """Return whether a callback listens to single updates."""
    return type(callback).on_update is not Callback.on_update


def hears_every_epoch(callback: Callback) -> bool:
    """Return whether a callback listens to each epoch, or to updates."""
    return hears_updates(callback) or (callback.every_epoch and getattr(callback.on_epoch, "__func__", None) is not Callback.on_epoch)
