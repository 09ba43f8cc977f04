"""Splitting rows into two parts, as scikit-learn's ``train_test_split`` does."""

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
    """Split the rows of a table at random.

    Parameters
    ----------
    frame : polars.DataFrame
        The table.
    share : float
        Of the rows that go to the second part, between 0 and 1.
    seed : int
        The random state.
    stratify : str, optional
        A column of classes that both parts shall have in the same shares, where they can; missing values are a class.

    Returns
    -------
    first, second : polars.DataFrame

    Raises
    ------
    InputError
        When the table has too few rows for two parts.

    Examples
    --------
    >>> from halfmoon import data
    >>> training, test = data.split(data.load("iris").frame, 0.2, seed=0, stratify="species")
    >>> len(training), len(test)
    (120, 30)
    """
    classes = None if stratify is None else values.column(values.table(frame), stratify).rank("dense").fill_null(0).to_numpy()
    first, second = split_rows(values.table(frame).height, share, seed=seed, classes=classes)
    return frame[first], frame[second]


def split_rows(count: int, share: float, *, seed: int, classes: Array | None = None) -> tuple[Array, Array]:
    """Split the indices of ``count`` rows at random, as :func:`split` does.

    Parameters
    ----------
    count : int
        How many rows there are.
    share : float
        Of the second part.
    seed : int
        Of the draw.
    classes : ndarray, shape (count,), optional
        The class of each row. Both parts have the same share of each class, unless a class has only one row, or a part
        fewer rows than there are classes.

    Returns
    -------
    first, second : ndarray of int
        The indices of each part, in order.

    Examples
    --------
    >>> from halfmoon.data import split_rows
    >>> training, test = split_rows(10, 0.2, seed=0)
    >>> len(training), len(test)
    (8, 2)
    """
    from sklearn.model_selection import train_test_split  # noqa: PLC0415 - it takes a second to load

    checks.inner_share("share", share)
    if checks.whole("seed", seed, least=0) > LARGEST_SEED:
        raise checks.fail("seed", seed, f"a whole number of at most {LARGEST_SEED}")
    second = math.ceil(share * count)
    if second == count:
        raise InputError(f"the table must have enough rows to split off a share of {share:g}, it has {count}")
    if classes is not None:
        sizes = np.unique(classes, return_counts=True)[1]
        classes = None if sizes.min() == 1 or min(second, count - second) < len(sizes) else classes
    first_rows, second_rows = train_test_split(np.arange(count), test_size=share, random_state=seed, stratify=classes)
    return first_rows, second_rows
