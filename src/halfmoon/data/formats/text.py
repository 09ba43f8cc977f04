"""Texts: a cell is what it is, but for the marks that are missing values everywhere."""

from __future__ import annotations

from typing import ClassVar

import polars as pl

from halfmoon.base.record import record
from halfmoon.data.formats.contract import MARK, READ, Cells, Format
from halfmoon.data.formats.missing import TEXT_MARKS, is_mark


@record
class TextFormat(Format):
    """A text is taken letter by letter, with the blanks around it."""

    what: ClassVar[str] = "texts"

    def parse(self, texts: pl.Series) -> Cells:
        marks = is_mark(texts, TEXT_MARKS)
        found = pl.select(
            values=pl.when(~marks).then(texts), states=pl.when(marks & (texts != "")).then(MARK).otherwise(READ).cast(pl.UInt8)
        )
        return Cells(found["values"].alias(texts.name), found["states"])

    def typed(self, series: pl.Series) -> Cells:
        if series.dtype == pl.Duration:  # which has no text
            raise self.refusal(series)
        return Cells(series.cast(pl.String))
