"""What a comparison found: its runs, as objects, as tables, and as files."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from halfmoon.base.checks import Array
from halfmoon.base.files import write_atomically
from halfmoon.lab import significance
from halfmoon.lab.run import RunResult
from halfmoon.lab.settings import Setting, canonical, display_value, label
from halfmoon.lab.translations import say

NAMES = {"loss": "train_loss"}
"""Of columns, where it is not the field's: the estimators have a parameter of that name."""


@dataclass(frozen=True, eq=False)
class Comparison:
    """Settings and what came of them.

    Attributes
    ----------
    runs : list of RunResult
        Finished ones, in the order of ``settings``, then of ``seeds``.
    settings : list of dict
        In the order of the grid.
    factors : list of str
        The parameters in which settings differ.
    seeds : list of int
        Those that each setting was trained with.
    data : dict
        ``task``, ``classes`` (names), ``feature_names``, ``score_name``, ``bounds`` (what 0 and 255 stand for in a regression's
        maps); the rows held out as ``points`` (n, 2) on the plane of the maps and ``labels`` (n,), class numbers or numbers; those
        trained on as ``train_points`` and ``train_labels``; ``extent``, the plane's (x0, x1, y0, y1); ``name`` of the
        data, ``identity``, which equal comparisons share, and ``training``, how the settings train: each value that some of them
        have as ``loss``, ``optimiser`` (its name and its momentum), ``batch size`` (None for all rows) and ``epochs``, the most.
    folder : Path or None
        Where the runs are kept.

    Examples
    --------
    >>> found = hm.compare({"learning_rate_init": [0.001, 0.1]}, X, y, seeds=2, epochs=5)
    >>> len(found.runs), found.factors
    (4, ['learning_rate_init'])
    >>> found.table().shape[0]
    2
    """

    runs: list[RunResult]
    settings: list[Setting]
    factors: list[str]
    seeds: list[int]
    data: dict[str, Any]
    folder: Path | None = None

    @property
    def missing(self) -> int:
        """How many runs were not made, as the comparison was interrupted."""
        return len(self.settings) * len(self.seeds) - len(self.runs)

    @cached_property
    def _by_setting(self) -> list[list[RunResult]]:
        """The runs of each setting."""
        by_setting: dict[str, list[RunResult]] = {canonical(setting): [] for setting in self.settings}
        for run in self.runs:
            by_setting[canonical(run.setting)].append(run)
        return list(by_setting.values())

    @cached_property
    def scores(self) -> Array:
        """The score of each setting and seed, (settings, seeds); NaN where there is none."""
        known = [{run.seed: run.score for run in runs} for runs in self._by_setting]
        return np.array([[scores.get(seed, np.nan) for seed in self.seeds] for scores in known])

    @cached_property
    def verdict(self) -> significance.Verdict:
        """Which setting is best, and which cannot be distinguished from it; see :mod:`halfmoon.lab.significance`."""
        return significance.verdict(self.scores)

    @property
    def best(self) -> Setting | None:
        """The setting with the highest mean score; None where no run came to a score."""
        return None if self.verdict.best is None else self.settings[self.verdict.best]

    def label(self, index: int) -> str:
        """Return a setting in words: where it differs from the others."""
        return label(self.settings[index], self.factors or list(self.settings[index]))

    def summary(self) -> str:
        """Return what the comparison says, in a sentence or two."""
        found = self.verdict
        if found.best is None:
            return say("No run came to a score.")
        best = self.label(found.best)
        if not found.differences:
            return say("Best: {best}.", best=best)
        if all(each.seeds < 2 for each in found.differences):  # noqa: PLR2004 - no spread
            return say("Best: {best}; with one seed nothing says whether the others are worse, several seeds would.", best=best)
        ties = "; ".join(self.label(index) for index in found.ties)
        tied = "Best: {best}; and not distinguishable from: {ties} ({test})."
        alone = "Best: {best}; better than every other setting, beyond what seeds do ({test})."
        return say(tied if ties else alone, best=best, ties=ties, test=say(significance.TEST))

    def frame(self) -> pl.DataFrame:
        """Return one row a run: the parameters that differ, then what came of it."""
        columns = self._parameters([run.setting for run in self.runs])
        names = ("seed", "status", "score", "train_score", "loss", "epochs", "updates", "parameters", "seconds", "score_name", "message",
                 "key")  # fmt: skip
        columns += [pl.Series(NAMES.get(name, name), [getattr(run, name) for run in self.runs]) for name in names]
        return pl.DataFrame(columns)

    def table(self) -> pl.DataFrame:
        """Return one row a setting: the parameters that differ, the mean of its scores, their deviation, their number, and so on.

        ``within_noise`` says whether the setting is the best one or cannot be distinguished from it.
        """
        rows = [self._row(index) for index in range(len(self.settings))]
        return pl.DataFrame([*self._parameters(self.settings), *(pl.Series(name, [row[name] for row in rows]) for name in rows[0])])

    def _row(self, index: int) -> dict[str, Any]:
        runs, scores, found = self._by_setting[index], self.scores[index], self.verdict
        known = scores[np.isfinite(scores)]
        statuses = [run.status for run in runs]
        means = ("loss", "epochs", "updates", "parameters", "seconds")
        return {
            "mean": float(known.mean()) if len(known) else None,
            "std": float(known.std(ddof=1)) if len(known) > 1 else None,
            "n": len(known),
            "diverged": statuses.count("diverged"),
            "failed": statuses.count("failed"),
            "best": index == found.best,
            "within_noise": index in {found.best, *found.ties},
            **{NAMES.get(name, name): float(np.mean([getattr(run, name) for run in runs])) if runs else None for name in means},
        }

    def _parameters(self, settings: Sequence[Setting]) -> list[pl.Series]:
        """Return a column for each parameter that differs; text where values are of several kinds."""
        columns = []
        for name in self.factors:
            values = [display_value(setting.get(name)) for setting in settings]
            kinds = {type(value) for value in values if value is not None}
            if len(kinds) > 1:
                kind = float if kinds == {int, float} else str
                values = [None if value is None else kind(value) for value in values]
            columns.append(pl.Series(name, values))
        return columns

    def save_csv(self, path: str | os.PathLike[str]) -> None:
        """Write one row a run as CSV, whole or not at all."""
        write_atomically(path, self.frame().write_csv)

    def save_parquet(self, path: str | os.PathLike[str]) -> None:
        """Write one row a run as Parquet, whole or not at all."""
        write_atomically(path, self.frame().write_parquet)

    def report(self, path: str | os.PathLike[str], lang: str | None = None) -> None:
        """Write the report: one HTML page that needs no network.

        Parameters
        ----------
        path : str or path-like
            Where the page is written.
        lang : {"en", "zh"}, optional
            Of its words; by default the language of the locale, or of ``HALFMOON_LANG``.

        Raises
        ------
        InputError
            When the file cannot be written.
        """
        from halfmoon.lab.report import html  # noqa: PLC0415 - loaded when used

        page = html(self, lang).encode()
        write_atomically(path, lambda file: file.write(page))
