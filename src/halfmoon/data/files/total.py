"""The row below a table that adds up its columns, as spreadsheets have it."""

from __future__ import annotations

import re

import polars as pl

from halfmoon.data.notes import quoted
from halfmoon.data.translations import say

TOTAL = re.compile(
    r"((grand|sub)?[ -]?totals?|sums?|(gesamt)?summe|gesamt|insgesamt|somme|total général|suma|totale|totaal|итого|合计|总计|小计|总和)\W*",
    re.IGNORECASE,
)

FEWEST_ROWS = 3


def without_total(frame: pl.DataFrame) -> tuple[pl.DataFrame, tuple[str, ...]]:
    """Return a table without its last row, where that begins with a word for a total that its column has nowhere else, and a note."""
    if frame.height < FEWEST_ROWS:
        return frame, ()
    first = next((name for name in frame.columns if frame[-1, name] is not None), None)
    if first is None or frame[first].dtype != pl.String:
        return frame, ()
    cell = str(frame[-1, first])
    if (
        not TOTAL.fullmatch(cell.strip())
        or (frame[first] == cell).sum() > 1
        or frame[-1].null_count().sum_horizontal()[0] == frame.width - 1
    ):
        return frame, ()
    return frame[:-1], (say("left out: the last row, a total, which begins with {cell}", cell=quoted(cell)),)
