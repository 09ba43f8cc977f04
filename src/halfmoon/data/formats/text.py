"""Texts: a cell is what it is, but for the marks that are missing values everywhere."""

from __future__ import annotations

from typing import ClassVar

import polars as pl

from halfmoon.base import checks
from halfmoon.base.record import checked, record
from halfmoon.data.formats.contract import Cells, Format, cells_of
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
        return cells_of(texts, texts, is_mark(texts, TEXT_MARKS - {"-"} if self.signs else TEXT_MARKS))

    def typed(self, series: pl.Series) -> Cells:
        if series.dtype == pl.Duration:  # which has no text
            raise self.refusal(series)
        return Cells(series.cast(pl.String))
