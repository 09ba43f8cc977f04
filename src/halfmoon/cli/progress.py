"""A live progress bar for training."""

from __future__ import annotations

import time
from typing import ClassVar

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from halfmoon.training.callbacks import Callback
from halfmoon.training.run import Run

SECONDS_BETWEEN = 0.1


class ProgressBar(Callback):
    """Shows epochs done, the loss and the time left; silent where the console is no terminal."""

    every_epoch: ClassVar[bool] = False

    def __init__(self, console: Console) -> None:
        losses = TextColumn("{task.fields[losses]}")
        columns = (TextColumn("epoch"), MofNCompleteColumn(), BarColumn(bar_width=None), losses, TimeRemainingColumn())
        self._progress = Progress(*columns, console=console, disable=not console.is_terminal)
        self._shown = 0.0

    def on_start(self, run: Run) -> None:
        self._task = self._progress.add_task("training", total=run.epochs, losses="")
        self._progress.start()

    def on_epoch(self, run: Run) -> None:
        now = time.perf_counter()
        if now - self._shown >= SECONDS_BETWEEN or run.epoch == run.epochs:
            self._shown = now
            row = run.history.last()
            losses = "  ".join(f"{title} {row[name]:.4g}" for title, name in (("loss", "loss"), ("validation", "val_loss")) if name in row)
            self._progress.update(self._task, completed=run.epoch, losses=losses)

    def on_end(self, run: Run) -> None:
        self._progress.update(self._task, completed=run.epoch)
        self._progress.stop()
