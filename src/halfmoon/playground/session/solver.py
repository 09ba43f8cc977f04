"""L-BFGS, a few iterations at a time: SciPy runs it from beginning to end, so it waits in a thread of its own between them."""

from __future__ import annotations

import threading

from halfmoon.engines.contract import Data
from halfmoon.training.callbacks import Callback
from halfmoon.training.divergence import DivergenceError
from halfmoon.training.ending import Ending
from halfmoon.training.run import Run
from halfmoon.training.trainer import Trainer

MOST_EPOCHS = 1_000_000
"""Iterations that SciPy is told it may make."""

PATIENCE = 1.0
"""Seconds that are waited for the thread to end."""


class Solver(Callback):
    """Runs a trainer whose optimiser is L-BFGS, as many iterations as are asked for.

    While :meth:`advance` is not running, nothing changes: the model holds the parameters of the newest iteration.

    Parameters
    ----------
    trainer : Trainer
    data : Data

    Attributes
    ----------
    ending : Ending or None
        Why it ended; None before that.
    """

    def __init__(self, trainer: Trainer, data: Data) -> None:
        self.trainer, self.data = trainer, data
        self.ending: Ending | None = None
        self._losses: list[float] = []
        self._left = 0
        self._closed = False
        self._go, self._done = threading.Semaphore(0), threading.Semaphore(0)
        self._thread: threading.Thread | None = None

    def advance(self, count: int) -> list[float]:
        """Make at most so many iterations, and return the loss after each; fewer where it has ended."""
        if self.ending is not None or self._closed or count < 1:
            return []
        self._losses, self._left = [], count
        if self._thread is None:
            thread = threading.Thread(target=self._work, name="halfmoon L-BFGS", daemon=True)
            thread.start()
            self._thread = thread  # only now: one that has not begun cannot be waited for by who closes it meanwhile
        self._go.release()
        self._done.acquire()
        return self._losses

    def close(self) -> None:
        """End the thread."""
        self._closed = True
        self._go.release()
        if self._thread is not None:
            self._thread.join(PATIENCE)

    def on_epoch(self, run: Run) -> None:
        self._losses.append(run.loss)
        self._left -= 1
        if self._left == 0:
            self._done.release()
            self._go.acquire()
        if self._closed:
            run.stop("closed")

    def _work(self) -> None:
        self._go.acquire()
        try:
            if not self._closed:
                run = self.trainer.run(self.data, self.data.n_rows, epochs=MOST_EPOCHS, listeners=[self], going_on=True)
                self.ending = run.history.ending
        except DivergenceError as error:
            self.ending = error.history.ending
        finally:
            self._done.release()
