"""What ``train(..., verbose=True)`` shows: a progress bar on a terminal, and a line now and then elsewhere."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, ClassVar

from halfmoon.base.progress import EpochBar
from halfmoon.training.callbacks import Callback
from halfmoon.training.translations import say

if TYPE_CHECKING:
    from halfmoon.base.patience import Patience
    from halfmoon.training.run import Run

LINES = 20
"""So many lines a training prints, about, where there is no terminal."""

SECONDS_BETWEEN = 0.1
"""Between two updates of the bar."""


class ProgressReport(Callback):
    """Shows how a training goes on standard output, by either engine; it is not slowed down by that."""

    every_epoch: ClassVar[bool] = False

    def on_start(self, run: Run) -> None:
        self.bar = EpochBar.on_terminal(run.epochs)
        self.stride = max(1, run.epochs // LINES)
        self.shown = 0.0

    def wait(self, run: Run) -> float | Patience:
        return super().wait(run) if self.bar is not None else self.stride - run.epoch % self.stride

    def on_epoch(self, run: Run) -> None:
        now = time.perf_counter()
        if self.bar is None:
            if run.epoch % self.stride == 0 or run.epoch in {1, run.epochs}:
                line = say("epoch {epoch:,} of {epochs:,}, {figures}", epoch=run.epoch, epochs=run.epochs, figures=figures(run))
                print(line, flush=True)  # noqa: T201 - what was asked for
        elif now - self.shown >= SECONDS_BETWEEN:
            self.shown = now
            self.bar.update(run.epoch, figures(run))

    def on_end(self, run: Run) -> None:
        reason = run.history.stopped
        text = "ended after {epochs:,} epochs: {reason}" if reason else "ended after {epochs:,} epochs"
        ending = say(text, epochs=run.epoch, reason=reason.rstrip(".") if reason else "")
        if self.bar is None:
            print(ending, flush=True)  # noqa: T201 - likewise
            return
        if run.epoch:
            self.bar.update(run.epoch, figures(run))
        self.bar.close()
        self.bar.print(ending)


NAMES = {"loss": "loss", "val_loss": "val loss", "accuracy": "accuracy", "val_accuracy": "val accuracy"}
"""Columns of a history in words; those of other metrics are called as they are."""


def figures(run: Run) -> str:
    """Return the newest losses and metrics in words."""
    left_out = {"epoch", "rate", "seconds"}
    newest = ((name, value) for name, value in run.history.last().items() if name not in left_out)
    return ", ".join(f"{say(NAMES[name]) if name in NAMES else name.replace('_', ' ')} {value:.4g}" for name, value in newest)
