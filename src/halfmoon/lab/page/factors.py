"""Factors: the parameters that differ, the levels they have, and how much of the scores each explains."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from numbers import Real
from typing import Any

import numpy as np

from halfmoon.base.checks import Array
from halfmoon.lab.settings import Setting, display_value
from halfmoon.lab.translations import say

MOST_LEVELS = 8
"""Numbers of more levels, such as a search proposes, are grouped into ranges."""

RANGES = 6

NOT_SET = "(not set)"
"""The level of a setting that leaves the parameter as the estimator has it."""


@dataclass(frozen=True)
class Factor:
    """A parameter that differs.

    Attributes
    ----------
    name : str
    values : list of float or str
        Of each setting, to be sorted by: a finite number, or text.
    names : list of str
        The same values to be read.
    levels : list of str
        In order: numbers from the least, then others as they come.
    level_indices : list of int
        The level of each setting, as an index in ``levels``.
    """

    name: str
    values: list[float | str]
    names: list[str]
    levels: list[str]
    level_indices: list[int]


def factor(name: str, settings: Sequence[Setting]) -> Factor:
    """Return a factor of settings."""
    given: list[Any] = [display_value(setting[name]) if name in setting else say(NOT_SET) for setting in settings]
    names = [_text(value) for value in given]
    values: list[float | str] = [float(value) if _is_number(value) else text for value, text in zip(given, names, strict=True)]
    numbers = sorted({value for value in values if isinstance(value, float)})
    levels = names
    if len(numbers) > MOST_LEVELS:
        ends = np.unique(np.quantile(numbers, np.linspace(0, 1, RANGES + 1)))
        levels = [_range(value, ends) if isinstance(value, float) else value for value in values]
    first: dict[str, float | str] = {}
    for level, value in zip(levels, values, strict=True):
        first.setdefault(level, value)  # of one level any value will do
    order = sorted(first, key=lambda level: value if isinstance(value := first[level], float) else np.inf)
    return Factor(name, values, names, order, [order.index(level) for level in levels])


def share(level_indices: Sequence[int], scores: Sequence[float]) -> float:
    """Return the share of the scores' variance that lies between levels: eta squared, of this factor alone.

    Parameters
    ----------
    level_indices : sequence of int
        The level of each run.
    scores : sequence of float
        A run that came to none counts as the lowest one: to diverge is to score badly.
    """
    known = np.array(scores, dtype=np.float64)
    if not np.isfinite(known).any():
        return 0.0
    known[~np.isfinite(known)] = known[np.isfinite(known)].min()
    groups: Array = np.asarray(level_indices)
    means = {level: known[groups == level].mean() for level in np.unique(groups)}
    between = np.array([means[level] for level in groups.tolist()])
    whole = float(((known - known.mean()) ** 2).sum())
    return min(float(((between - known.mean()) ** 2).sum()) / whole, 1.0) if whole > 0 else 0.0


def _is_number(value: Any) -> bool:
    return isinstance(value, Real) and not isinstance(value, bool) and bool(np.isfinite(float(value)))


def _text(value: Any) -> str:
    """Return a value as it is shown; a number in no more digits than are of use."""
    short = f"{value:.6g}" if isinstance(value, float) else ""
    return short if short and float(short) != value else str(value)


def _range(value: float, ends: Array) -> str:
    upper = min(int(np.searchsorted(ends, value, side="right")), len(ends) - 1)
    return say("{low:.3g} to {high:.3g}", low=ends[upper - 1], high=ends[upper])
