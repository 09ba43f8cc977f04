"""The table of a comparison: live while it runs, plain lines where nobody looks at a terminal, and the ranking in the end."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

import numpy as np
from rich.console import Console
from rich.live import Live
from rich.table import Table

from halfmoon.cli.translations import say
from halfmoon.lab import Comparison, RunResult, Watcher
from halfmoon.lab.settings import Setting, display_value, factors, label

SECONDS_BETWEEN = 0.1
SCORES = {"accuracy": "accuracy", "r2": "r2", "score": "score"}
"""What scores are called; before the first one is known it is any."""

FRAME = 8
"""Lines of the terminal that are not rows of the table."""


def spread(scores: Sequence[float]) -> str:
    """Return a mean and a deviation; a dash where there is no score."""
    known = [score for score in scores if np.isfinite(score)]
    if not known:
        return "-"
    return f"{np.mean(known):.4f}" + (f" ± {np.std(known, ddof=1):.4f}" if len(known) > 1 else "")


def ranking(found: Comparison) -> Table:
    """Return the final table, the best setting first, marked with a star, and those that cannot be told from it with a circle."""
    verdict, rows = found.verdict, found.table()
    table = _table(found.factors, found.data["score_name"], title=None)
    means = [-np.inf if mean is None else mean for mean in rows["mean"]]
    for index in sorted(range(len(means)), key=lambda each: (-rows["n"][each], -means[each])):
        runs = [run for run in found.runs if run.setting is found.settings[index]]
        mark = "★" if index == verdict.best else "○" if index in verdict.ties else " "
        table.add_row(*_cells(mark, found.settings[index], found.factors, runs, len(found.seeds)))
    return table


class LiveTable(Watcher):
    """Shows a comparison while it runs.

    Parameters
    ----------
    console : rich.console.Console
        On a terminal it gets a table as long as ``live`` is entered, else a line for each setting that is finished.
    """

    def __init__(self, console: Console) -> None:
        self.console = console
        self.live = Live(console=console, auto_refresh=False, transient=True)
        self.drawn = 0.0

    def on_start(self, settings: Sequence[Setting], seeds: Sequence[int]) -> None:
        self.settings, self.seeds = list(settings), len(seeds)
        self.factors = factors(settings) or list(settings[0])
        self.runs: list[list[RunResult]] = [[] for _ in settings]
        self.total = len(settings) * len(seeds)
        self.kept = self.made = 0
        self.began = time.perf_counter()
        self.console.print(
            say("{settings} configurations × {seeds} seeds = {runs} runs", settings=len(settings), seeds=len(seeds), runs=self.total),
            markup=False,
        )

    def on_run(self, index: int, run: RunResult, *, kept: bool) -> None:
        self.runs[index].append(run)
        self.kept += kept
        self.made += not kept
        now = time.perf_counter()
        if not self.console.is_terminal:
            if len(self.runs[index]) == self.seeds:
                self._say(index)
        elif now - self.drawn >= SECONDS_BETWEEN or self.kept + self.made == self.total:
            self.drawn = now
            self.live.update(self._drawn(), refresh=True)

    def pace(self) -> str:
        """Return how far it is, how fast it goes, and how long it will take."""
        done = self.kept + self.made
        rate = self.made / max(time.perf_counter() - self.began, 1e-9)
        left = say(", {seconds:,.0f} s left", seconds=(self.total - done) / rate) if self.made and done < self.total else ""
        kept = say(" ({kept} from before)", kept=self.kept) if self.kept else ""
        return say("{done} of {total} runs{kept}, {rate:.1f} runs/s{left}", done=done, total=self.total, kept=kept, rate=rate, left=left)

    def _say(self, index: int) -> None:
        runs = self.runs[index]
        scores = spread([run.score for run in runs])
        lost = sum(run.status != "done" for run in runs)
        notes = say(", {lost} diverged or failed", lost=lost) if lost else ""
        seconds = sum(run.seconds for run in runs)
        name = label(self.settings[index], self.factors)
        self.console.print(f"{name}: {say(SCORES[runs[0].score_name])} {scores}{notes}, {seconds:.1f} s; {self.pace()}", markup=False)

    def _drawn(self) -> Table:
        """Return the table as it stands: what was touched last, where not all of it fits."""
        score = next((runs[0].score_name for runs in self.runs if runs), "score")
        table = _table(self.factors, score, title=self.pace())

        def rank(index: int) -> tuple[bool, bool, float]:
            """Return what to sort by: settings that have begun, those that are finished, those that wait; the best score first."""
            known = [run.score for run in self.runs[index] if np.isfinite(run.score)]
            return not self.runs[index], len(self.runs[index]) == self.seeds, -float(np.mean(known)) if known else np.inf

        room = max(3, self.console.height - FRAME)
        for index in sorted(range(len(self.settings)), key=rank)[:room]:
            table.add_row(*_cells("", self.settings[index], self.factors, self.runs[index], self.seeds))
        hidden = len(self.settings) - room
        if hidden > 0:
            table.caption = say("and {hidden} more", hidden=hidden)
        return table


def _table(names: Sequence[str], score: str, *, title: str | None) -> Table:
    table = Table(title=title, title_justify="left")
    for name in ("", *names):
        table.add_column(name)
    for name in (say("seeds"), say("loss"), say("{score} ± spread", score=say(SCORES[score])), say("seconds")):
        table.add_column(name, justify="right", no_wrap=True)
    return table


def _cells(mark: str, setting: Setting, names: Sequence[str], runs: Sequence[RunResult], seeds: int) -> list[Any]:
    """Return the cells of a setting's row."""
    values = [str(display_value(setting[name])) if name in setting else "" for name in names]
    statuses = [run.status for run in runs]
    names_of = {"diverged": say("diverged"), "failed": say("failed")}
    lost = [f"{count} {text}" for status, text in names_of.items() if (count := statuses.count(status))]
    losses = [run.loss for run in runs if run.status == "done"]
    loss = f"{np.mean(losses):.4g}" if losses else "-"
    seconds = f"{np.mean([run.seconds for run in runs]):.2f}" if runs else "-"
    return [mark, *values, ", ".join([f"{len(losses)}/{seeds}", *lost]), loss, spread([run.score for run in runs]), seconds]
