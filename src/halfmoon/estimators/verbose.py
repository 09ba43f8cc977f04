"""What ``verbose=True`` shows: scikit-learn's lines, or on a terminal a progress bar."""

from __future__ import annotations

import sys
from typing import Any, ClassVar


class Reporter:
    """Shows nothing; what shows something inherits from it."""

    every_epoch: ClassVar[bool] = False
    """Whether it must be called for each epoch before the next begins."""

    def epoch(self, number: int, loss: float) -> None:
        """Show an epoch and its loss."""

    def validation(self, score: float) -> None:
        """Show a score on the validation set."""

    def message(self, text: str) -> None:
        """Show a sentence."""

    def close(self) -> None:
        """End; the fit is over."""


class Lines(Reporter):
    """Prints scikit-learn's lines."""

    every_epoch = True

    def epoch(self, number: int, loss: float) -> None:
        print(f"Iteration {number}, loss = {loss:.8f}")  # noqa: T201 - what was asked for

    def validation(self, score: float) -> None:
        print(f"Validation score: {score:f}")  # noqa: T201

    def message(self, text: str) -> None:
        print(text)  # noqa: T201


class Bar(Reporter):
    """A progress bar with the newest loss and score; sentences stay above it."""

    every_epoch = True

    def __init__(self, epochs: int) -> None:
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn  # noqa: PLC0415 - when shown

        columns = TextColumn("epoch"), MofNCompleteColumn(), BarColumn(), TextColumn("{task.description}"), TimeRemainingColumn()
        self.progress: Any = Progress(*columns)
        self.task = self.progress.add_task("", total=epochs)
        self.text = ""
        self.progress.start()

    def epoch(self, number: int, loss: float) -> None:
        self.text = f"loss {loss:.6g}"
        self.progress.update(self.task, completed=number, description=self.text)

    def validation(self, score: float) -> None:
        self.progress.update(self.task, description=f"{self.text}, validation score {score:.4f}")

    def message(self, text: str) -> None:
        self.progress.console.print(text)

    def close(self) -> None:
        self.progress.stop()


def reporter(verbose: int, epochs: int) -> Reporter:
    """Return what shows a fit of up to ``epochs`` epochs."""
    if not verbose:
        return Reporter()
    return Bar(epochs) if sys.stdout.isatty() else Lines()
