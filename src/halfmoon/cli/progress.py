"""What a training shows before and while it runs, and compiling ahead."""

from __future__ import annotations

import time
from typing import Any, ClassVar

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from halfmoon.cli.translations import say
from halfmoon.engines import warm_up
from halfmoon.estimators.losses import READINGS
from halfmoon.training.callbacks import Callback
from halfmoon.training.run import Run

SECONDS_BETWEEN = 0.1


class ProgressBar(Callback):
    """Prints the network, then shows epochs done, the loss, the newest validation loss and the time left; that on a terminal only."""

    every_epoch: ClassVar[bool] = False

    def __init__(self, console: Console, estimator: Any) -> None:
        losses = TextColumn("{task.fields[losses]}")
        columns = (TextColumn(say("epoch")), MofNCompleteColumn(), BarColumn(bar_width=None), losses, TimeRemainingColumn())
        self._progress = Progress(*columns, console=console, disable=not console.is_terminal)
        self._console = console
        self._estimator = estimator
        self._shown = 0.0

    def on_start(self, run: Run) -> None:
        loss = self._estimator.loss  # as --loss takes it, where it is a name
        self._console.print(run.model.network.describe(run.model.n_inputs, loss if isinstance(loss, str) else None), markup=False)
        self._task = self._progress.add_task(say("training"), total=run.epochs, losses="")
        self._progress.start()

    def on_epoch(self, run: Run) -> None:
        now = time.perf_counter()
        if now - self._shown >= SECONDS_BETWEEN or run.epoch == run.epochs:
            self._shown = now
            scores = getattr(self._estimator, "validation_scores_", None)
            validation = say("  validation {loss:.4g}", loss=-scores[-1]) if scores else ""
            losses = say("loss {loss:.4g}", loss=run.history.last()["loss"]) + validation
            self._progress.update(self._task, completed=run.epoch, losses=losses)

    def on_end(self, run: Run) -> None:
        self._progress.update(self._task, completed=run.epoch)
        self._progress.stop()


def compile_ahead() -> None:
    """Compile what is not compiled yet, and say how many kernels that were."""
    console, began = Console(highlight=False), time.perf_counter()
    with Progress(TextColumn(say("compiling")), MofNCompleteColumn(), BarColumn(bar_width=None), console=console, transient=True,
                  disable=not console.is_terminal) as bar:  # fmt: skip
        task = bar.add_task("", total=None)
        warm_up(lambda done, total: bar.update(task, completed=done, total=total), losses=READINGS)
    total = int(bar.tasks[0].total or 0)
    done = say("compiled {total} kernels in {seconds:.0f} s", total=total, seconds=time.perf_counter() - began)
    console.print(done if total else say("all kernels are compiled already"))
