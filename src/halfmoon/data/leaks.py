"""Columns that tell the target all by themselves: often it once more, or what is known only when it is."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from halfmoon.data import values
from halfmoon.data.notes import Note, name_of
from halfmoon.data.remedies import remedy
from halfmoon.data.translations import say

FEWEST_ROWS, MOST_ROWS = 20, 10_000
"""With fewer rows that may be chance; of more, so many from all over the table are looked at."""

NEARLY_ONE = 0.999
"""The rank correlation from which on a number tells another."""

FEW_ERRORS = 0.02
"""Of those that always answering the most frequent class makes; a column with at most so many tells the classes."""

ROWS_A_LEVEL = 10
"""So many rows each level has on average where levels are taken for what tells the classes; each class has half as many."""


def leak_notes(frame: pl.DataFrame, names: Sequence[str], target: str, *, classes: bool) -> list[Note]:
    """Return what is said of columns that tell the target almost perfectly.

    Parameters
    ----------
    frame : polars.DataFrame
        Read, with the target in each row.
    names : sequence of str
        Columns to learn from.
    target : str
    classes : bool
        Whether the target has classes.
    """
    some = frame.gather_every(max(frame.height // MOST_ROWS, 1))
    found = []
    for name in names:
        pairs = pl.DataFrame({"x": some[name], "y": some[target]})
        pairs = pairs.filter(~pl.Series(values.missing(pairs["x"])))
        if pairs.height < FEWEST_ROWS:
            continue
        text = "The column {name} alone tells {target} almost perfectly; if it is known only when that is, {drop} leaves it out."
        if _tells_classes(pairs) if classes else _tells_quantity(pairs):
            found.append(Note("leak", name, say(text, name=name_of(name), target=name_of(target), drop=remedy("drop"))))
    return found


def _tells_quantity(pairs: pl.DataFrame) -> bool:
    """Return whether a number goes up, or down, with another all the way."""
    if not pairs["x"].dtype.is_numeric() or pairs["y"].n_unique() < FEWEST_ROWS // 2:
        return False
    correlation = pairs.select(pl.corr("x", "y", method="spearman")).item()
    return abs(correlation) > NEARLY_ONE  # which is NaN for a number that is always the same


def _tells_classes(pairs: pl.DataFrame) -> bool:
    """Return whether each level has one class only, or the numbers of each class lie beside those of the others."""
    sizes = pairs.group_by("y").len()["len"]
    rows, errors = pairs.height, pairs.height - int(sizes.max())  # type: ignore[arg-type]
    if int(sizes.min()) < ROWS_A_LEVEL // 2 or not errors:  # type: ignore[arg-type]
        return False
    if pairs["x"].n_unique() * ROWS_A_LEVEL <= rows:
        right = pairs.group_by("x", "y").len().group_by("x").agg(pl.col("len").max())["len"].sum()
        return bool(rows - right <= FEW_ERRORS * errors)
    if not pairs["x"].dtype.is_numeric():
        return False
    ends = pairs.group_by("y").agg(low=pl.col("x").min(), high=pl.col("x").max()).sort("low")
    return bool((ends["low"][1:] > ends["high"][:-1]).all())
