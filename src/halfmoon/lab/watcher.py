"""Who wants to hear how a comparison goes on."""

from __future__ import annotations

from collections.abc import Sequence

from halfmoon.lab.run import Run
from halfmoon.lab.settings import Setting


class Watcher:
    """Hears of a comparison; override what is of interest. Calls come one at a time, from any thread."""

    def on_start(self, settings: Sequence[Setting], seeds: Sequence[int]) -> None:
        """Hear what is compared next, once all of it was checked; a search goes on with other settings again and again."""

    def on_run(self, place: int, run: Run, *, kept: bool) -> None:
        """Hear of a finished run of the setting at ``place``; ``kept`` says that it was there from before."""
