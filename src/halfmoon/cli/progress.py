"""What a training shows before and while it runs."""

from __future__ import annotations

import time
from typing import Any, ClassVar

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from halfmoon.training.callbacks import Callback
from halfmoon.training.run import Run

SECONDS_BETWEEN = 0.1


class NetworkDescription(Callback):
    """Prints the network, as soon as there is one."""

    every_epoch: ClassVar[bool] = False

    def __init__(self, console: Console) -> None:
        self._console = console

    def on_start(self, run: Run) -> None:
        self._console.print(run.model.network.describe(run.model.n_inputs), markup=False)


class ProgressBar(Callback):
    """Shows epochs done, the loss, the newest validation loss and the time left; silent where the console is no terminal.

    Parameters
    ----------
    console : rich.console.Console
    estimator : MLPClassifier or MLPRegressor
        The one that is trained.
    """

    every_epoch: ClassVar[bool] = False

    def __init__(self, console: Console, estimator: Any) -> None:
        losses = TextColumn("{task.fields[losses]}")
        columns = (TextColumn("epoch"), MofNCompleteColumn(), BarColumn(bar_width=None), losses, TimeRemainingColumn())
        self._progress = Progress(*columns, console=console, disable=not console.is_terminal)
        self._estimator = estimator
        self._shown = 0.0

    def on_start(self, run: Run) -> None:
        self._task = self._progress.add_task("training", total=run.epochs, losses="")
        self._progress.start()

    def on_epoch(self, run: Run) -> None:
        now = time.perf_counter()
        if now - self._shown >= SECONDS_BETWEEN or run.epoch == run.epochs:
            self._shown = now
            scores = getattr(self._estimator, "validation_scores_", None)
            validation = f"  validation {-scores[-1]:.4g}" if scores else ""
            self._progress.update(self._task, completed=run.epoch, losses=f"loss {run.history.last()['loss']:.4g}{validation}")

    def on_end(self, run: Run) -> None:
        self._progress.update(self._task, completed=run.epoch)
        self._progress.stop()
