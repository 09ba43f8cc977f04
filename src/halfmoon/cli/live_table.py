"""The table of a comparison: live while it runs, plain lines where nobody looks at a terminal, and the ranking in the end."""

from __future__ import annotations

import time
from collections.abc import Sequence

import numpy as np
from rich.console import Console, RenderableType

from halfmoon.cli.board import BEST, TIE, Board, Column, drawn
from halfmoon.cli.translations import say
from halfmoon.lab import Comparison, RunResult, Watcher
from halfmoon.lab.settings import Setting, display_value, factors, label

SCORES = {"accuracy": "accuracy", "r2": "r2", "score": "score"}
"""What scores are called; before the first one is known it is any."""

FRAME = 10
"""Lines of the terminal that are not rows of the table."""

LEGEND = {BEST: "the best", TIE: "not distinguishable from it within the seeds' noise"}


def spread(scores: Sequence[float]) -> str:
    """Return a mean and a deviation; a dash where there is no score."""
    known = [score for score in scores if np.isfinite(score)]
    if not known:
        return "-"
    return f"{np.mean(known):.4f}" + (f" ± {np.std(known, ddof=1):.4f}" if len(known) > 1 else "")


def ranking(found: Comparison, width: int) -> RenderableType:
    """Return the final table, the best setting first, with the marks of what is best and what is not distinguishable from it.

    Parameters
    ----------
    found : Comparison
    width : int
        Characters of a line.
    """
    verdict, rows = found.verdict, found.table()
    means = [-np.inf if mean is None else mean for mean in rows["mean"]]
    order = sorted(range(len(means)), key=lambda each: (-rows["n"][each], -means[each]))
    marks = [BEST if index == verdict.best else TIE if index in verdict.ties else " " for index in order]
    settings = [found.settings[index] for index in order]
    runs = [[run for run in found.runs if run.setting is setting] for setting in settings]
    columns = _columns(settings, found.factors, runs, len(found.seeds), found.data["score_name"], marks)
    legend = "   ".join(f"{mark} {say(LEGEND[mark])}" for mark in LEGEND if mark in marks)
    return drawn(columns, width, caption=legend)


class LiveTable(Board, Watcher):
    """Shows a comparison while it runs.

    Parameters
    ----------
    console : rich.console.Console
        On a terminal it gets a table, from the first moment to the end of ``live``, else a line for each setting that is finished.
    """

    def __init__(self, console: Console) -> None:
        super().__init__(console)
        self.settings: list[Setting] = []

    def on_start(self, settings: Sequence[Setting], seeds: Sequence[int]) -> None:
        with self._lock:
            self.settings, self.seeds = list(settings), len(seeds)
            self.factors = factors(settings) or list(settings[0])
            self.runs: list[list[RunResult]] = [[] for _ in settings]
            self.total = len(settings) * len(seeds)
            self.kept = self.made = 0
            self.began = time.perf_counter()
        text = "{settings} configurations × {seeds} seeds = {runs} runs"
        self.console.print(say(text, settings=len(settings), seeds=len(seeds), runs=self.total), markup=False)

    def on_run(self, index: int, run: RunResult, *, kept: bool) -> None:
        with self._lock:
            self.runs[index].append(run)
            self.kept += kept
            self.made += not kept
        if not self.console.is_terminal and len(self.runs[index]) == self.seeds:
            self._say(index)

    def pace(self) -> str:
        """Return how far it is, how long that took, how fast it goes, and how long it will take."""
        done, seconds = self.kept + self.made, time.perf_counter() - self.began
        kept = say(" ({kept} from before)", kept=self.kept) if self.kept else ""
        text = say("{done} of {total} runs{kept}", done=done, total=self.total, kept=kept)
        if not self.made:
            return text + say(", {seconds:,.0f} s", seconds=seconds) if done < self.total else text
        rate = self.made / max(seconds, 1e-9)
        fast = say(", {rate:.1f} runs/s", rate=rate) if rate >= 1 else say(", {seconds:,.1f} s a run", seconds=1 / rate)
        left = say(", {seconds:,.0f} s left", seconds=(self.total - done) / rate) if done < self.total else ""
        return text + fast + left

    def _say(self, index: int) -> None:
        runs = self.runs[index]
        scores = spread([run.score for run in runs])
        lost = sum(run.status != "done" for run in runs)
        notes = say(", {lost} diverged or failed", lost=lost) if lost else ""
        seconds = sum(run.seconds for run in runs)
        name = label(self.settings[index], self.factors)
        line = "{name}: {score} {scores}{notes}, {seconds:.1f} s; {pace}"
        values = {"name": name, "score": say(SCORES[runs[0].score_name]), "scores": scores, "notes": notes, "seconds": seconds}
        self.console.print(say(line, pace=self.pace(), **values), markup=False)

    def _board(self) -> RenderableType:
        """Return the table as it stands: what was touched last, where not all of it fits."""
        if not self.settings:
            return ""
        score = next((runs[0].score_name for runs in self.runs if runs), "score")
        room = max(3, self.console.height - FRAME)
        shown = sorted(range(len(self.settings)), key=self._rank)[:room]
        hidden = len(self.settings) - len(shown)
        settings, runs = [self.settings[index] for index in shown], [self.runs[index] for index in shown]
        columns = _columns(settings, self.factors, runs, self.seeds, score)
        caption = say("and {hidden} more", hidden=hidden) if hidden else ""
        return drawn(columns, self.console.width, title=self.pace(), caption=caption)

    def _rank(self, index: int) -> tuple[bool, bool, float]:
        """Return what to sort by: settings that have begun, those that are finished, those that wait; the best score first."""
        known = [run.score for run in self.runs[index] if np.isfinite(run.score)]
        return not self.runs[index], len(self.runs[index]) == self.seeds, -float(np.mean(known)) if known else np.inf


# ---- drawing ----------------------------------------------------------------------------------------------------------


def _columns(
    settings: Sequence[Setting],
    names: Sequence[str],
    runs: Sequence[Sequence[RunResult]],
    seeds: int,
    score: str,
    marks: Sequence[str] = (),
) -> list[Column]:
    """Return the columns of some settings, each with its runs so far."""
    done = [[run for run in each if run.status == "done"] for each in runs]
    seconds = [f"{np.mean([run.seconds for run in each]):.2f}" if each else "-" for each in runs]
    found = [Column("", marks)] if marks else []
    found += [Column(name, [str(display_value(setting[name])) if name in setting else "" for setting in settings]) for name in names]
    return [
        *found,
        Column(say("seeds"), [_counted(each, seeds) for each in runs], optional=3, figure=True),
        Column(say("loss"), [f"{np.mean([run.loss for run in each]):.4g}" if each else "-" for each in done], optional=2, figure=True),
        Column(say("{score} ± spread", score=say(SCORES[score])), [spread([run.score for run in each]) for each in runs], figure=True),
        Column(say("seconds"), seconds, optional=1, figure=True),
    ]


def _counted(runs: Sequence[RunResult], seeds: int) -> str:
    statuses = [run.status for run in runs]
    names = {"diverged": say("diverged"), "failed": say("failed")}
    lost = [f"{count} {name}" for status, name in names.items() if (count := statuses.count(status))]
    return ", ".join([f"{statuses.count('done')}/{seeds}", *lost])
