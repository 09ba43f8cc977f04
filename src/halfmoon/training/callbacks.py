"""Callbacks: methods that training calls while it runs."""

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

    Examples
    --------
    >>> class Patient(hm.Callback):
    ...     def on_epoch(self, run):
    ...         if run.history["loss"][-1] < 0.5:
    ...             run.stop("it is good enough")
    ...
    >>> print(hm.train(model, X, y, epochs=500, callbacks=[Patient()]).stopped)
    it is good enough
    """

    every_epoch: ClassVar[bool] = True
    """Whether ``on_epoch`` must be called for each epoch. Without that, small epochs may go by in bunches of some hundredths
    of a second, which is faster; all their rows are in the history."""

    def wait(self, run: Run) -> float | Patience:
        """Return how many epochs may end before ``on_epoch`` must be called: 1 for each; infinity for any number.

        A :class:`~halfmoon.base.patience.Patience` says that it must be when their loss has not got better for long.
        """
        listens = self.every_epoch and getattr(self.on_epoch, "__func__", None) is not Callback.on_epoch
        return 1 if listens or listens_to_updates(self) else math.inf

    def snapshots(self, run: Run) -> Collection[int]:
        """Return after which epochs :meth:`on_snapshot` is wanted; called when training begins. Training does not pause at them."""
        return ()

    def on_start(self, run: Run) -> None:
        """React to the start of a training."""

    def on_update(self, run: Run) -> None:
        """React to an update; ``run.loss`` is the loss before it."""

    def on_epoch(self, run: Run) -> None:
        """React to finished epochs, whose rows are the history's last: one at a time, unless :meth:`wait` allows several."""

    def on_snapshot(self, run: Run, epoch: int, numbers: Snapshot) -> None:
        """React to one of the epochs of :meth:`snapshots`, given the parameters and the running statistics after it.

        Training may be further by now. It is called before ``on_epoch``. The arrays are not changed later.
        """

    def on_end(self, run: Run) -> None:
        """React to the end of a training, however it ended; the best parameters are restored by then."""


def listens_to_updates(callback: Callback) -> bool:
    """Return whether a callback listens to single updates."""
    return type(callback).on_update is not Callback.on_update
