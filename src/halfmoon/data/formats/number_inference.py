"""Finding out from all cells of a column how its numbers are written."""

from __future__ import annotations

from functools import cached_property

import polars as pl

from halfmoon.data.formats.missing import stripped
from halfmoon.data.formats.number import CODE, EXACT, LONG, NumberFormat, shapes

INFINITE = r"(?i)^[+-]?(inf|infinity|∞)$"

_BODIES = {
    "point": (
        r"^[0-9]{1,3}(,[0-9]{2,3})*,[0-9]{3}\.[0-9]*$",  # 1,234.5
        r"^[0-9]{1,3}(,[0-9]{2,3})+,[0-9]{3}$",  # 1,234,567
        r"^[0-9]*\.[0-9]{0,2}$|^[0-9]*\.[0-9]{4,}$|^([0-9]{4,}|0[0-9]*|)\.[0-9]{3}$",  # 1.5, 1234.567, 0.123
    ),
    "comma": (
        r"^[0-9]{1,3}(\.[0-9]{3})+,[0-9]*$",
        r"^[0-9]{1,3}(\.[0-9]{3}){2,}$",
        r"^[0-9]*,[0-9]{0,2}$|^[0-9]*,[0-9]{4,}$|^([0-9]{4,}|0[0-9]*|),[0-9]{3}$",
    ),
    "grouped by comma": (r"^[0-9]{1,3}(,[0-9]{2,3})*,[0-9]{3}(\.[0-9]*)?$",),
    "grouped by point": (r"^[0-9]{1,3}(\.[0-9]{3})+(,[0-9]*)?$",),
    "open comma": (r"^[1-9][0-9]{0,2},[0-9]{3}$",),
    "open point": (r"^[1-9][0-9]{0,2}\.[0-9]{3}$",),
}
"""What the digits and marks of a number tell: which mark is the decimal one, which separates thousands, or that it is open."""


def _with_unit(parts: pl.DataFrame) -> tuple[str, pl.DataFrame]:
    """Return the unit behind more than half of the numbers, and the parts; where there is none, nothing with a unit looks like a number."""
    known = parts.filter(pl.col("body").is_not_null())
    units = known.drop_nulls("unit").group_by("unit").agg(pl.col("count").sum()).sort("count", "unit")
    if units.height and 2 * units["count"][-1] > known["count"].sum():
        return str(units["unit"][-1]), parts
    return "", parts.with_columns(body=pl.when(pl.col("unit").is_null()).then("body"))


class WrittenNumbers:
    """The different cells of a column as numbers, and what they tell of its format.

    Parameters
    ----------
    cells : polars.Series
        Texts, all different, no marks for missing among them.
    counts : polars.Series
        How many rows have each.
    """

    def __init__(self, cells: pl.Series, counts: pl.Series) -> None:
        self.cells = stripped(cells)
        self.unit, self.parts = _with_unit(shapes(cells).with_columns(count=counts))
        self.rows = int(counts.sum())
        self.infinite = self.cells.str.contains(INFINITE)
        self.looks = self.parts["body"].is_not_null() | self.infinite
        self.numbers = self.parts.filter(pl.col("body").is_not_null())

    @property
    def share(self) -> float:
        """Of the rows, how many look like numbers in any format."""
        return int(self.parts["count"].filter(self.looks).sum()) / self.rows if self.rows else 0.0

    @cached_property
    def votes(self) -> dict[str, int]:
        """How many rows tell each of what ``_BODIES`` names."""
        body = pl.col("body").str.replace_all("[ ']", "")
        told = {what: pl.any_horizontal([body.str.contains(each) for each in found]) for what, found in _BODIES.items()}
        return dict(self.numbers.select(**{what: pl.col("count").filter(each).sum() for what, each in told.items()}).row(0, named=True))

    @cached_property
    def codes(self) -> dict[str, pl.Series]:
        """Return the cells that would lose something as numbers, by what it is, where there are none but whole numbers."""
        body = self.parts["body"]
        if not body.drop_nulls().str.contains(r"^[0-9]+$").all():
            return {}
        zeros, long = body.str.contains(CODE), body.str.contains(LONG) & (body.cast(pl.Float64, strict=False) > EXACT)
        found = {"leading zeros": zeros, "more digits than a number keeps": long}
        return {why: self.cells.filter(which) for why, which in found.items() if which.any()}

    def decimal(self) -> str | None:
        """Return the decimal mark that the column itself shows; None where it may be either."""
        votes = self.votes
        return None if votes["point"] == votes["comma"] else "." if votes["point"] > votes["comma"] else ","

    @cached_property
    def mixed(self) -> tuple[str, str] | None:
        """Return a cell such as ``39.205`` and one such as ``350``, where a point may separate thousands and some have none.

        A program that writes three decimals writes them for every number; one that writes the fewest has shorter ones too.
        """
        body = self.numbers["body"].str.replace_all("[ ']", "")
        if self.decimal() is not None or not self.votes["open point"] or body.str.contains(r"^[0-9]{4,}$").any():
            return None
        cells = self.cells.filter(self.parts["body"].is_not_null())
        open_, whole = (cells.filter(body.str.contains(each)) for each in (*_BODIES["open point"], r"^[1-9][0-9]{0,2}$"))
        return None if whole.is_empty() else (str(open_[0]), str(whole[0]))

    def format(self, decimal: str | None, elsewhere: str | None) -> tuple[NumberFormat, bool]:
        """Return the format, and whether its decimal mark was assumed.

        Parameters
        ----------
        decimal : {".", ","}, optional
            Where it was asked for.
        elsewhere : {".", ","}, optional
            What the other columns show.
        """
        votes, shown = self.votes, decimal or self.decimal()
        single = votes["open comma"] + votes["open point"]
        mark = shown or (elsewhere if single else None) or ("." if single or not votes["comma"] else ",")
        grouped = bool(votes["grouped by comma" if mark == "." else "grouped by point"])
        percent = 2 * self._count(pl.col("percent").is_not_null()) > self._count(pl.lit(1) == 1)
        found = NumberFormat(decimal=mark, grouped=grouped, percent=percent, currency=self._currency(), unit=self.unit)
        return found, shown is None and bool(votes["open comma"] if mark == "." and elsewhere else single)

    def _count(self, which: pl.Expr) -> int:
        return int(self.numbers.select(pl.col("count").filter(which).sum()).item())

    def _currency(self) -> str:
        """Return the most frequent sign of a currency."""
        found = self.numbers.drop_nulls("currency").group_by("currency").agg(pl.col("count").sum()).sort("count", "currency")
        return str(found["currency"][-1]) if found.height else ""
