"""Splitting the rows of a table into two parts."""

from __future__ import annotations

import math

import numpy as np
import polars as pl

from halfmoon.base import checks
from halfmoon.base.checks import Array
from halfmoon.base.errors import InputError
from halfmoon.data import values

LARGEST_SEED = 2**32 - 1  # of NumPy's RandomState


def split(frame: pl.DataFrame, share: float, *, seed: int, stratify: str | None = None) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Split the rows at random, just as scikit-learn's ``train_test_split`` does.

    Parameters
    ----------
    frame : polars.DataFrame
    share : float
        Of the rows that go to the second part, between 0 and 1.
    seed : int
        The random state.
    stratify : str, optional
        A column of classes that both parts shall have in the same shares. It is passed over where a class has only one
        row, or a part fewer rows than there are classes.

    Returns
    -------
    first, second : polars.DataFrame

    Raises
    ------
    InputError
        When the table has too few rows for two parts.
    """
    from sklearn.model_selection import train_test_split  # noqa: PLC0415 - it takes a second to load

    checks.inner_share("share", share)
    if checks.whole("seed", seed, least=0) > LARGEST_SEED:
        raise checks.fail("seed", seed, f"a whole number of at most {LARGEST_SEED}")
    second = math.ceil(share * values.table(frame).height)
    first = frame.height - second
    if first == 0:
        raise InputError(f"the table must have enough rows to split off a share of {share:g}, it has {frame.height}")
    classes = None if stratify is None else _classes(values.column(frame, stratify), min(first, second))
    parts = train_test_split(np.arange(frame.height), test_size=share, random_state=seed, stratify=classes)
    return frame[parts[0]], frame[parts[1]]


def _classes(series: pl.Series, smaller: int) -> Array | None:
    """Return the class of each row by number, or None where there are too few rows of one or for all."""
    found = series.rank("dense").fill_null(0).to_numpy()
    counts = np.unique(found, return_counts=True)[1]
    return None if counts.min() == 1 or smaller < len(counts) else found
