"""Which rows members are trained on, and which tell how good they are."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from sklearn.model_selection import GroupKFold, StratifiedGroupKFold, TimeSeriesSplit

from halfmoon.base import checks
from halfmoon.base.checks import Array
from halfmoon.base.errors import InputError
from halfmoon.data.frames import is_missing

STRATA = 10
"""Quantities are brought to folds by so many rows of neighbouring ranks at a time."""

EXPECTED = 'None, a whole number of folds, "time", a splitter of scikit-learn\'s, or pairs of rows to train on and rows to test on'


@dataclass(frozen=True, eq=False)
class Fold:
    """Rows to see how good a training is, and rows to train on: all others, where they are not given.

    Attributes
    ----------
    held_out : ndarray of int
    rows : int
        How many there are in all.
    given : ndarray of int, optional
        Those to train on.
    """

    held_out: Array
    rows: int
    given: Array | None = None

    @property
    def training(self) -> Array:
        """The rows to train on; made when asked for, since all folds of a large table are held at once."""
        if self.given is not None:
            return self.given
        others = np.ones(self.rows, dtype=bool)
        others[self.held_out] = False
        return np.flatnonzero(others)


def make_folds(cv: Any, count: int, y: Array, *, classes: bool = False, groups: Any = None, seed: int = 0) -> list[Fold]:
    """Return the folds that are asked for.

    Parameters
    ----------
    cv : None, int, "time", splitter or iterable of pairs
        None for ``count`` folds.
    count : int
    y : ndarray, shape (n,)
        Class numbers or numbers.
    classes : bool
        Whether y has classes.
    groups : array-like, shape (n,), optional
        Rows of one group are in one fold.
    seed : int

    Raises
    ------
    InputError
        When there are none such, or too few rows or groups.
    """
    n = len(y)
    if cv is None or (isinstance(cv, int | np.integer) and not isinstance(cv, bool)):
        asked = count if cv is None else checks.whole("cv", cv, least=2)
        return (
            _of_groups(asked, y, groups, classes=classes, seed=seed) if groups is not None else _even(asked, y, classes=classes, seed=seed)
        )
    if isinstance(cv, str):
        checks.one_of("cv", cv, ["time"])
        parts = min(count, n - 1)
        if parts < 2:  # noqa: PLR2004 - what is before, and what comes after it
            raise InputError(f"X must have at least 3 rows for cv='time', got n_samples = {n}")
        return [Fold(held_out, n, training) for training, held_out in TimeSeriesSplit(parts).split(y)]
    if hasattr(cv, "split"):
        return _checked(checks.instance("what cv.split returns", cv.split(np.zeros((n, 1)), y, groups), Iterable, "pairs of rows"), n)
    return _checked(checks.instance("cv", cv, Iterable, EXPECTED), n)


def _checked(pairs: Any, rows: int) -> list[Fold]:
    found = []
    for index, pair in enumerate(pairs):
        both = checks.instance(f"cv[{index}]", pair, (tuple, list), "a pair of rows to train on and rows to test on")
        if len(both) != 2:  # noqa: PLR2004 - a pair
            raise checks.fail(f"cv[{index}]", pair, "a pair of rows to train on and rows to test on")
        training, held_out = (checks.row_indices(f"cv[{index}]", each, rows) for each in both)
        found.append(Fold(held_out, rows, training))
    if not found:
        raise checks.fail("cv", "none", "at least one pair of rows to train on and rows to test on")
    return found


def _even(count: int, y: Array, *, classes: bool, seed: int) -> list[Fold]:
    """Return folds with the same shares of each class, or of large and small numbers; a class with few rows is in few of them."""
    random, n = np.random.RandomState(seed), len(y)
    count = min(count, n)
    mixed = random.permutation(n)
    strata = y[mixed] if classes else np.argsort(np.argsort(y[mixed], kind="stable")) // max(STRATA, count)
    order = mixed[np.argsort(strata, kind="stable")]
    fold_of = np.empty(n, dtype=int)
    fold_of[order] = np.arange(n) % count
    return _by_number(fold_of, count)


def _of_groups(count: int, y: Array, groups: Any, *, classes: bool, seed: int) -> list[Fold]:
    labels = np.asarray(groups)
    if labels.shape != y.shape:
        raise InputError(f"groups must have one label for each of the {len(y)} rows, got shape {labels.shape}")
    missing = list(map(is_missing, labels.tolist()))
    if any(missing):
        raise InputError(f"groups must have no missing labels, got one in row {missing.index(True) + 1}")
    try:
        _, numbers = np.unique(labels, return_inverse=True)
    except TypeError as error:
        raise InputError(f"groups must have labels of one kind, {error}") from error
    distinct = int(numbers.max()) + 1
    if distinct < 2:  # noqa: PLR2004 - one to train on, one to test on
        raise InputError(f"groups must have at least 2 different labels, got {distinct}")
    count = min(count, distinct)
    rarest = int(np.bincount(y).max()) if classes else 0
    splitter = StratifiedGroupKFold if classes and rarest >= count else GroupKFold
    fold_of = np.empty(len(y), dtype=int)
    for fold, (_, held_out) in enumerate(splitter(count, shuffle=True, random_state=seed).split(np.zeros(len(y)), y, numbers)):
        fold_of[held_out] = fold
    return _by_number(fold_of, count)


def _by_number(fold_of: Array, count: int) -> list[Fold]:
    return [Fold(np.flatnonzero(fold_of == fold), len(fold_of)) for fold in range(count)]


def among(folds: list[Fold], kept: Array, rows: int) -> list[Fold]:
    """Return folds of all rows as those of the rows that are kept, which have new numbers."""
    numbers = np.full(rows, -1)
    numbers[kept] = np.arange(len(kept))

    def renumbered(each: Array) -> Array:
        found = numbers[each]
        return found[found >= 0]

    return [Fold(renumbered(fold.held_out), len(kept), renumbered(fold.training)) for fold in folds]
