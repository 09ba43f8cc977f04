"""Columns that tell the target all by themselves are named: a table of (column, target, whether it does)."""

import numpy as np
import polars as pl
import pytest

from halfmoon.data.leaks import MOST_ROWS, leak_notes

N = 200
RANDOM = np.random.RandomState(0)
X = RANDOM.normal(size=N)
NOISE = RANDOM.normal(size=N)
CLASS = np.array(["low", "high"])[(X > 0).astype(int)]
ODD = CLASS.copy()
ODD[0] = {"low": "high", "high": "low"}[CLASS[0]]

PAIRS = {
    # column, target, whether the target has classes, whether it is told
    "the same in another unit": (X * 1.1 + 3, X, False, True),
    "upside down and bent": (-np.exp(X), X, False, True),
    "nearly": (X + 0.001 * NOISE, X, False, True),
    "near, not nearly": (X + 0.1 * NOISE, X, False, False),
    "always the same": (np.ones(N), X, False, False),
    "a text beside a number": (X.astype(str), X, False, False),
    "the class by another name": (np.where(CLASS == "low", 0, 1), CLASS, True, True),
    "the class in several levels": (np.char.add(CLASS, np.where(NOISE > 0, "!", "?")), CLASS, True, True),
    "a truth value": (CLASS == "low", CLASS, True, True),
    "the class but for one row": (ODD, CLASS, True, True),
    "another class": (np.where(NOISE > 0, "a", "b"), CLASS, True, False),
    "a number with a threshold": (X, CLASS, True, True),
    "a number of no account": (NOISE, CLASS, True, False),
    "another level in each row": (np.arange(N).astype(str), CLASS, True, False),
    "one class has few rows": (np.arange(N) < 2, np.where(np.arange(N) < 2, "a", "b"), True, False),
}


@pytest.mark.parametrize("what", PAIRS)
def test_a_column_that_tells_the_target_is_named(what):
    column, target, classes, told = PAIRS[what]
    frame = pl.DataFrame({"x": column, "y": target})
    notes = leak_notes(frame, ["x"], "y", classes=classes)
    assert [note.text for note in notes] == [
        "The column 'x' alone tells 'y' almost perfectly; if it is known only when that is, drop=... leaves it out."
    ] * told


def test_missing_values_and_few_rows_say_nothing():
    gaps = np.where(np.arange(N) % 2, X, np.nan)
    assert leak_notes(pl.DataFrame({"x": gaps, "y": X}), ["x"], "y", classes=False)
    for few in (pl.DataFrame({"x": X[:19], "y": X[:19]}), pl.DataFrame({"x": [None] * N, "y": X})):
        assert not leak_notes(few, ["x"], "y", classes=False)


def test_of_many_rows_some_are_looked_at():
    many = np.arange(2.5 * MOST_ROWS)
    assert leak_notes(pl.DataFrame({"x": many, "y": many**2}), ["x"], "y", classes=False)
