"""What ``verbose=True`` shows: scikit-learn's lines, or on a terminal a progress bar."""

from __future__ import annotations

import sys
from typing import Any, Protocol


class Reporter(Protocol):
    """Is told how a fit goes."""

    def epoch(self, number: int, loss: float) -> None:
        """Hear of an epoch and its loss."""

    def validation(self, score: float) -> None:
        """Hear of a score on the validation set."""

    def message(self, text: str) -> None:
        """Hear a sentence."""

    def close(self) -> None:
        """Hear that the fit is over."""


class Lines:
    """Prints scikit-learn's lines."""

    def epoch(self, number: int, loss: float) -> None:
        print(f"Iteration {number}, loss = {loss:.8f}")  # noqa: T201 - what was asked for

    def validation(self, score: float) -> None:
        print(f"Validation score: {score:f}")  # noqa: T201

    def message(self, text: str) -> None:
        print(text)  # noqa: T201

    def close(self) -> None:
        """Print nothing."""


class Bar:
    """A progress bar with the newest loss and score; sentences stay above it."""

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


def reporter(verbose: int, epochs: int) -> Reporter | None:
    """Return what shows a fit of up to ``epochs`` epochs; None where nothing is to be shown."""
    if not verbose:
        return None
    return Bar(epochs) if sys.stdout.isatty() else Lines()
