"""Truth values, in any spelling."""

from __future__ import annotations

from typing import ClassVar

import polars as pl

from halfmoon.base import checks
from halfmoon.base.record import checked, record
from halfmoon.data import values
from halfmoon.data.formats.contract import READ, UNREAD, Cells, Format, cells_of
from halfmoon.data.formats.missing import MARKS, is_mark, stripped

PAIRS = (
    ("true", "false"), ("t", "f"), ("yes", "no"), ("y", "n"), ("on", "off"), ("1", "0"), ("1.0", "0.0"), ("wahr", "falsch"), ("ja", "nein"),
    ("vrai", "faux"), ("oui", "non"), ("是", "否"), ("真", "假"),
)  # fmt: skip
"""Words for true and false, in any case."""

TRUTH = {word: place == 0 for pair in PAIRS for place, word in enumerate(pair)}
NUMERALS = {"1", "0", "1.0", "0.0"}


def truth_of(texts: pl.Series) -> pl.Series:
    """Return texts as truth values, null where they are no word for one."""
    return stripped(texts).str.to_lowercase().replace_strict(list(TRUTH), list(TRUTH.values()), default=None, return_dtype=pl.Boolean)


def is_pair(words: set[str]) -> bool:
    """Return whether some words, in small letters, are all for truth values, both of a pair among them, and not digits only."""
    return words <= TRUTH.keys() and not words <= NUMERALS and any(words.issuperset(pair) for pair in PAIRS)


@record
class TruthFormat(Format):
    """A truth value may be written in any of the pairs of words, in any case, or as 1 and 0.

    Parameters
    ----------
    true, false : str
        The words that the column used most.
    """

    what: ClassVar[str] = "truth values"

    true: str = checked(checks.kind(str, "a text"), default="true")
    false: str = checked(checks.kind(str, "a text"), default="false")

    def parse(self, texts: pl.Series) -> Cells:
        return cells_of(texts, truth_of(texts), is_mark(texts, MARKS) | self.is_other(texts))

    def typed(self, series: pl.Series) -> Cells:
        if series.dtype == pl.Boolean:
            return Cells(series)
        if not values.is_number(series):
            raise self.refusal(series)
        plain = series.cast(pl.Float64)
        other = ~plain.is_in([0.0, 1.0]) & plain.is_not_null() & plain.is_not_nan()
        found = pl.select(pl.when(~other & plain.is_not_nan()).then(plain == 1)).to_series().alias(series.name)
        return Cells(found, pl.select(pl.when(other).then(UNREAD).otherwise(READ).cast(pl.UInt8)).to_series())
