"""What ``verbose=True`` shows: scikit-learn's lines, or on a terminal a progress bar."""

from __future__ import annotations

from halfmoon.base.progress import EpochBar


class Reporter:
    """Shows how a fit of up to ``epochs`` epochs goes, where that is asked for.

    On a terminal that is a bar with the newest loss and score, and sentences stay above it.
    """

    def __init__(self, verbose: int, epochs: int) -> None:
        self.active = bool(verbose)
        self.bar = EpochBar.on_terminal(epochs) if verbose else None
        self._newest: dict[str, str | int] = {"completed": 0, "description": "", "score": ""}

    def show(self, line: str, **of_bar: str | int) -> None:
        """Print a line; where there is a bar, change what ``of_bar`` says instead."""
        if self.bar is None:
            if self.active:
                print(line)  # noqa: T201 - what was asked for
        elif of_bar:
            self._newest |= of_bar
            self.bar.update(int(self._newest["completed"]), f"{self._newest['description']}{self._newest['score']}")
        else:
            self.bar.print(line)

    def close(self) -> None:
        """End; the fit is over."""
        if self.bar is not None:
            self.bar.close()
