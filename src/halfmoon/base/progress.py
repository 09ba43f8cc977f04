"""A progress bar of epochs, where standard output is a terminal."""

from __future__ import annotations

import sys
from typing import Any

from halfmoon.base.translations import say

WIDE = 72
"""Characters of a line from which on there is room for the bar itself and for times beside the figures."""


class EpochBar:
    """A bar with the epochs made, the newest figures and the time left; sentences that are printed stay above it.

    Parameters
    ----------
    epochs : int
        At most.
    """

    def __init__(self, epochs: int) -> None:
        from rich.console import Console  # noqa: PLC0415 - loaded when used
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn  # noqa: PLC0415

        console = Console()
        made = (TextColumn(say("epoch")), MofNCompleteColumn())
        figures, left = TextColumn("{task.description}"), (TextColumn(say("left")), TimeRemainingColumn())
        wide = (BarColumn(), figures, TimeElapsedColumn(), *left)
        self._progress: Any = Progress(*made, *(wide if console.width >= WIDE else (figures,)), console=console)
        self._task = self._progress.add_task("", total=epochs)
        self._progress.start()

    @classmethod
    def on_terminal(cls, epochs: int) -> EpochBar | None:
        """Return a bar, or None where nobody looks at a terminal."""
        return cls(epochs) if sys.stdout is not None and sys.stdout.isatty() else None

    def update(self, epoch: int, figures: str) -> None:
        """Show how many epochs are made, and the newest figures."""
        self._progress.update(self._task, completed=epoch, description=figures)

    def print(self, line: str) -> None:
        """Print a sentence above the bar."""
        self._progress.console.print(line, markup=False, highlight=False)

    def close(self) -> None:
        """Leave the bar as it is; the training is over."""
        self._progress.stop()
