"""Levels of categories: which known one a cell may have meant."""

from __future__ import annotations

import math
from collections.abc import Sequence

import polars as pl


def nearest(text: str, levels: Sequence[str]) -> str | None:
    """Return the level that differs in nothing but case and blanks, if there is one."""
    return next((level for level in levels if _folded(level) == _folded(text) and level != text), None)


def _folded(text: str) -> str:
    return "".join(text.split()).casefold()


def number_levels(series: pl.Series, levels: Sequence[str]) -> pl.Series:
    """Return a column of numbers as texts: where one level alone is written for a number, that level.

    So a column of codes such as ``1.50`` means the same where another file has it as the number 1.5.
    """
    written: dict[float, str | None] = {}
    for level in levels:
        try:
            number = float(level)
        except ValueError:
            continue
        if math.isfinite(number):
            written[number] = None if number in written else level
    known = {number: level for number, level in written.items() if level is not None}
    plain = series.cast(pl.String)
    if not known or series.dtype == pl.Boolean:
        return plain
    return (
        series.cast(pl.Float64).replace_strict(list(known), list(known.values()), default=plain, return_dtype=pl.String).alias(series.name)
    )
