"""The board of an ensemble that is being trained: a row for each configuration, on a terminal; elsewhere there is nothing to see."""

from __future__ import annotations

import math
import time
from collections.abc import Sequence

import numpy as np
from rich.console import Console, RenderableType

from halfmoon.cli.board import Board, Column, drawn
from halfmoon.cli.translations import say
from halfmoon.tabular.ensembles.candidate import Candidate
from halfmoon.tabular.ensembles.folds import Fold
from halfmoon.tabular.ensembles.watcher import TrainedMember, TrainingLog

TELLING = 0.02
"""From this share of the work on it is said how long the rest may take."""


class MemberBoard(Board, TrainingLog):
    """Shows the members of an ensemble while they are trained, and keeps what came of each.

    Parameters
    ----------
    console : rich.console.Console
    cost : str
        What the number is called by which members are weighted.
    """

    def __init__(self, console: Console, cost: str) -> None:
        Board.__init__(self, console)
        TrainingLog.__init__(self)
        self.cost = cost
        self._progress: dict[tuple[int, int], float] = {}

    def on_start(self, candidates: Sequence[Candidate], folds: Sequence[Fold]) -> None:
        with self._lock:
            super().on_start(candidates, folds)
            self._began = time.perf_counter()
        values = {"candidates": len(candidates), "folds": len(folds), "members": self.total}
        self.console.print(say("configurations {candidates} × folds {folds} = members {members}", **values), markup=False)

    def on_epoch(self, candidate: int, fold: int, epoch: int, epochs: int) -> None:
        self._progress[candidate, fold] = epoch / epochs

    def on_member(self, member: TrainedMember) -> None:
        with self._lock:
            super().on_member(member)
            self._progress[member.candidate, member.fold] = 1.0

    @property
    def total(self) -> int:
        """How many members there are to be."""
        return len(self.candidates) * len(self.folds)

    def pace(self) -> str:
        """Return how far it is, how long that took, and how long it may take."""
        seconds, share = time.perf_counter() - self._began, sum(list(self._progress.values())) / max(self.total, 1)
        text = say("{done} of {total} members", done=len(self.members), total=self.total) + say(", {seconds:,.0f} s", seconds=seconds)
        left = say(", {seconds:,.0f} s left", seconds=seconds * (1 - share) / share) if TELLING < share < 1 else ""
        return text + left

    def _board(self) -> RenderableType:
        """Return the table of the configurations as it stands."""
        if not self.candidates:
            return ""
        every: list[list[TrainedMember]] = [[] for _ in self.candidates]
        for member in self.members:
            every[member.candidate].append(member)
        columns = [
            Column(say("configuration"), [each.name for each in self.candidates]),
            Column(say("members"), [f"{len(each)}/{len(self.folds)}" for each in every], figure=True),
            Column(say("done"), [self._share(number) for number in range(len(every))], optional=1, figure=True),
            Column(self.cost, [_mean([each.cost for each in some], ".4g") for some in every], figure=True),
            Column(say("epochs"), [_mean([each.epochs for each in some], ".0f") for some in every], optional=2, figure=True),
            Column(say("seconds"), [_mean([each.seconds for each in some], ".2f") for some in every], optional=3, figure=True),
        ]
        return drawn(columns, self.console.width, title=self.pace())

    def _share(self, number: int) -> str:
        known = [share for (candidate, _), share in list(self._progress.items()) if candidate == number]
        return f"{sum(known) / len(self.folds):.0%}" if known else "-"


def _mean(numbers: Sequence[float], form: str) -> str:
    """Return the mean of the finite ones of some numbers; a dash where there is none."""
    known = [each for each in numbers if math.isfinite(each)]
    return format(np.mean(known), form) if known else "-"
