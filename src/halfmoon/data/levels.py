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


def folded_texts(texts: pl.Series) -> pl.Series:
    """Return texts without blanks, in small letters: equal where they differ in nothing but case and blanks."""
    return texts.str.replace_all(r"\s", "").str.to_lowercase()


def numbers_of(levels: Sequence[str]) -> dict[float, str]:
    """Return the levels that are numbers, by their number, but for numbers that several levels are written for."""
    written: dict[float, list[str]] = {}
    for level in levels:
        try:
            number = float(level)
        except ValueError:
            continue
        if math.isfinite(number):
            written.setdefault(number, []).append(level)
    return {number: names[0] for number, names in written.items() if len(names) == 1}


def number_levels(series: pl.Series, levels: Sequence[str]) -> pl.Series:
    """Return a column as texts: what is no level, but the number that one level alone is written for, as that level.

    So ``1.50`` means the same where another file, or another program, has it as 1.5, and 007 where it is 7.
    """
    known = numbers_of(levels)
    plain = series.cast(pl.String)
    if not known or series.dtype == pl.Boolean:
        return plain
    found = plain.cast(pl.Float64, strict=False).replace_strict(list(known), list(known.values()), default=None, return_dtype=pl.String)
    return pl.select(pl.when(plain.is_in(levels) | found.is_null()).then(plain).otherwise(found)).to_series().alias(series.name)
