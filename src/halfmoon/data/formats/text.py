"""Texts: a cell is what it is, but for the marks that are missing values everywhere."""

from __future__ import annotations

from typing import ClassVar

import polars as pl

from halfmoon.base import checks
from halfmoon.base.record import checked, record
from halfmoon.data.formats.contract import MARK, READ, Cells, Format
from halfmoon.data.formats.missing import TEXT_MARKS, is_mark


@record
class TextFormat(Format):
    """A text is taken letter by letter, with the blanks around it.

    Parameters
    ----------
    signs : bool
        Whether the column has ``+`` too, so that ``-`` is a value as that is.
    """

    what: ClassVar[str] = "texts"

    signs: bool = checked(checks.flag, default=False)

    def parse(self, texts: pl.Series) -> Cells:
        marks = is_mark(texts, TEXT_MARKS - {"-"} if self.signs else TEXT_MARKS)
        found = pl.select(
            values=pl.when(~marks).then(texts), states=pl.when(marks & (texts != "")).then(MARK).otherwise(READ).cast(pl.UInt8)
        )
        return Cells(found["values"].alias(texts.name), found["states"])

    def typed(self, series: pl.Series) -> Cells:
        return Cells(series.cast(pl.String))
