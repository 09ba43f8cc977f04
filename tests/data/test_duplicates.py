"""Rows that are there more than once, within the training and in the test."""

from __future__ import annotations

import polars as pl
import pytest

from halfmoon.data.duplicates import duplicate_notes

TRAINING = pl.DataFrame({"a": [1, 2, 1, 3, 1], "b": ["x", "y", "x", None, "z"]})
COPIES = "Copies of others among the 5 rows to train on: 1; they count several times."


@pytest.mark.parametrize(
    ("test", "said"),
    [
        (None, [COPIES]),
        (pl.DataFrame({"a": [1, 4], "b": ["y", "x"]}), [COPIES]),
        (
            pl.DataFrame({"more": [1, 1, 1], "b": ["x", None, None], "a": [1, 3, 4]}),
            [COPIES, "Copies of rows to train on among the 3 rows to test on: 2; the test flatters the model."],
        ),
    ],
)
def test_copies_are_counted(test, said):
    assert list(duplicate_notes(TRAINING, test)) == said


def test_of_different_rows_nothing_is_said():
    assert not list(duplicate_notes(TRAINING.unique(), TRAINING.with_columns(a=pl.col("a") + 10)))
