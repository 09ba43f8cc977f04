"""What ``verbose=True`` shows: scikit-learn's lines, or on a terminal a progress bar."""

from __future__ import annotations

import sys
from typing import Any


class Reporter:
    """Shows how a fit of up to ``epochs`` epochs goes, where that is asked for.

    On a terminal that is a bar with the newest loss and score, and sentences stay above it.
    """

    def __init__(self, verbose: int, epochs: int) -> None:
        self.active = bool(verbose)
        self.bar: Any = None
        if verbose and sys.stdout.isatty():
            from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn  # noqa: PLC0415 - when shown

            newest = TextColumn("{task.description}{task.fields[score]}")
            self.bar = Progress(TextColumn("epoch"), MofNCompleteColumn(), BarColumn(), newest, TimeRemainingColumn())
            self.task = self.bar.add_task("", total=epochs, score="")
            self.bar.start()

    def show(self, line: str, **of_bar: Any) -> None:
        """Print a line; where there is a bar, change what ``of_bar`` says instead."""
        if self.bar is None:
            if self.active:
                print(line)  # noqa: T201 - what was asked for
        elif of_bar:
            self.bar.update(self.task, **of_bar)
        else:
            self.bar.console.print(line)

    def close(self) -> None:
        """End; the fit is over."""
        if self.bar is not None:
            self.bar.stop()
