"""Compiling ahead, with a progress bar."""

from __future__ import annotations

import time

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from halfmoon.engines import warm_up
from halfmoon.estimators.losses import READINGS


def run() -> None:
    """Compile what is not compiled yet, and say how many kernels that were."""
    console, began = Console(highlight=False), time.perf_counter()
    with Progress(TextColumn("compiling"), MofNCompleteColumn(), BarColumn(bar_width=None), console=console, transient=True,
                  disable=not console.is_terminal) as bar:  # fmt: skip
        task = bar.add_task("", total=None)
        warm_up(lambda done, total: bar.update(task, completed=done, total=total), losses=READINGS)
    total = int(bar.tasks[0].total or 0)
    console.print(f"compiled {total} kernels in {time.perf_counter() - began:.0f} s" if total else "all kernels are compiled already")
