"""Rows that are there more than once: they count several times, and a test that shares rows with the training says too much."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from halfmoon.data.translations import say


def duplicate_notes(training: pl.DataFrame, test: pl.DataFrame | None) -> Iterator[str]:
    """Yield what is said of rows of the same values, the target's included.

    Parameters
    ----------
    training : polars.DataFrame
        The rows to train on, with the columns that count.
    test : polars.DataFrame or None
        The rows to test on, where they come from the same table.
    """
    rows = training.hash_rows()
    again = training.height - rows.n_unique()
    if again:
        text = "Copies of others among the {rows:,} rows to train on: {again:,}; they count several times."
        yield say(text, again=again, rows=training.height)
    shared = 0 if test is None else int(test.select(training.columns).hash_rows().is_in(rows.implode()).sum())
    if test is not None and shared:
        text = "Copies of rows to train on among the {rows:,} rows to test on: {shared:,}; the test flatters the model."
        yield say(text, shared=shared, rows=test.height)
