"""A listener to the progress of a comparison."""

from __future__ import annotations

from collections.abc import Sequence

from halfmoon.lab.run import RunResult
from halfmoon.lab.settings import Setting


class Watcher:
    """Is called as a comparison goes on; override what is of interest. Calls come one at a time, from any thread."""

    def on_start(self, settings: Sequence[Setting], seeds: Sequence[int]) -> None:
        """Take what is compared next, once all of it was checked; a search calls again for each batch of settings."""

    def on_run(self, index: int, run: RunResult, *, kept: bool) -> None:
        """Take a finished run of the setting at ``index``; ``kept`` says that it was there from before."""
