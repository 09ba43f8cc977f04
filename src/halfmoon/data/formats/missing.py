"""Marks that stand for a missing value, in any case and with blanks around."""

from __future__ import annotations

from collections.abc import Collection

import polars as pl

TEXT_MARKS = frozenset(
    [
        "", "na", "n/a", "#n/a", "#n/a n/a", "#na", "<na>", "nan", "-nan", "1.#ind", "-1.#ind", "1.#qnan", "-1.#qnan", "null", "(null)",
        "\\n", "?", "nat", "#div/0!", "#value!", "#ref!", "#name?", "#num!", "#null!", "#n/v", "-", "--", "---", "–", "—", ".", "..", "...",
        "na()", "n.a.", "n.a", "n/d", "k.a.", "k. a.", "not available", "no data", "缺失",
    ]
)  # fmt: skip
"""Missing in a column of texts too. Words such as ``None`` are not among them: there they may well be a class of their own."""

MARKS = TEXT_MARKS | {
    "*", "??", "none", "nil", "missing", "unknown", "undefined", "void", "nd", "not applicable", "无", "空", "未知",
}  # fmt: skip
"""Missing in a column of numbers, dates or truth values: pandas' marks, and what people and spreadsheets write."""


def stripped(texts: pl.Series) -> pl.Series:
    """Return texts without the blanks around them, of whatever kind."""
    return texts.str.strip_chars().str.strip_chars("\ufeff\u200b")


def is_mark(texts: pl.Series, marks: Collection[str]) -> pl.Series:
    """Return where texts are marks for a missing value."""
    return stripped(texts).str.to_lowercase().is_in(list(marks))
