"""Whether one setting is better than another, or the seeds alone make the difference.

Settings are compared over the seeds that both were trained with, on the same rows held out. So a difference that is found
here is one between trainings; how the scores would be on other rows, it does not say.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from halfmoon.base.checks import Array

TEST = "paired t-test over the seeds, corrected for many comparisons by Holm's method"
"""What decides. Wilcoxon's signed-rank test could never say yes with five seeds: its least p is 1/16."""

LEVEL = 0.05
"""Where a corrected p lies below it, a difference is taken for more than noise."""


@dataclass(frozen=True)
class ScoreDifference:
    """One setting against another.

    Attributes
    ----------
    first, second : int
        Indices of the settings.
    mean : float
        Of the first one's scores minus the second one's, over the seeds of both; NaN where there are none.
    seeds : int
        How many that are.
    p : float
        As if it were the only comparison; 1 where there are fewer than two seeds.
    corrected : float
        Corrected for all comparisons that were made with it.
    """

    first: int
    second: int
    mean: float
    seeds: int
    p: float
    corrected: float

    @property
    def noise(self) -> bool:
        """Whether the difference lies within what seeds do."""
        return not self.corrected < LEVEL


@dataclass(frozen=True)
class Verdict:
    """Which setting is best, and against which others that cannot be said.

    Attributes
    ----------
    best : int or None
        The index of the setting with the highest mean; None where no run came to a score.
    differences : tuple of ScoreDifference
        Of the best one against each other one.
    """

    best: int | None
    differences: tuple[ScoreDifference, ...]

    @property
    def ties(self) -> list[int]:
        """The indices of the settings that cannot be distinguished from the best one."""
        return [each.second for each in self.differences if each.noise]


def verdict(scores: Array) -> Verdict:
    """Return what can be said of settings.

    Parameters
    ----------
    scores : ndarray, shape (settings, seeds)
        Higher is better; NaN where a run is missing, or came to no score, as one that diverged. Only settings with the
        most scores can be the best one, and are compared with it.
    """
    counts = np.isfinite(scores).sum(axis=1)
    if not counts.any():
        return Verdict(None, ())
    full = np.flatnonzero(counts == counts.max()).tolist()
    best = max(full, key=lambda index: np.nanmean(scores[index]))
    return Verdict(best, tuple(differences(scores, [(best, other) for other in full if other != best])))


def differences(scores: Array, pairs: list[tuple[int, int]]) -> list[ScoreDifference]:
    """Return the differences of pairs of settings, corrected for their number; see :func:`verdict`."""
    raw = [(first, second, *_paired(scores[first] - scores[second])) for first, second in pairs]
    corrected = holm(np.array([p for *_, p in raw]))
    return [ScoreDifference(*each, float(p)) for each, p in zip(raw, corrected, strict=True)]


def _paired(change: Array) -> tuple[float, int, float]:
    """Return the mean of the changes that are there, their number, and how likely so large a mean is where nothing differs."""
    from scipy.stats import ttest_1samp  # noqa: PLC0415 - loaded when used

    known = change[np.isfinite(change)]
    n = len(known)
    if n < 2:  # noqa: PLR2004 - no spread
        return (float(known[0]) if n else np.nan), n, 1.0
    mean = float(known.mean())
    if np.ptp(known) <= 1e-12 * np.abs(known).max():
        # no spread to go by, as scores are counts of rows: all signs alike by chance, of 2ⁿ ways to set them
        return mean, n, 1.0 if mean == 0 else 2.0 ** (1 - n)
    return mean, n, float(ttest_1samp(known, 0.0).pvalue)


def holm(p: Array) -> Array:
    """Return p-values corrected for their number, so that the chance of even one false alarm keeps the level.

    Holm, "A simple sequentially rejective multiple test procedure", Scandinavian Journal of Statistics 6, 1979.
    """
    order = np.argsort(p, kind="stable")
    # p₍ᵢ₎ · (m - i), never below the one before, at most 1
    steps = np.maximum.accumulate(p[order] * np.arange(len(p), 0, -1))
    return np.minimum(steps, 1.0)[np.argsort(order)]
