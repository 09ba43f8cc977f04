"""Numbers as people write them: ``1,234.50``, ``1.234,50 €``, ``12 %``, ``5 kg``, ``(5)``, ``<1.0``."""

from __future__ import annotations

from typing import ClassVar

import polars as pl

from halfmoon.base import checks
from halfmoon.base.record import checked, record
from halfmoon.data import values
from halfmoon.data.formats.contract import READ, Cells, Format, cells_of
from halfmoon.data.formats.missing import MARKS, is_mark, stripped
from halfmoon.data.formats.truth import truth_of
from halfmoon.data.notes import quoted

_BLANKS = dict.fromkeys("\u00a0\u2007\u2009\u202f\u3000", " ")
_SIGNS = dict.fromkeys("−–－", "-") | dict.fromkeys("’ʼ´`＇", "'") | dict(zip("（）＋．，％", "()+.,%", strict=True))
_FULL_WIDTH = {chr(0xFF10 + digit): str(digit) for digit in range(10)}
SAME = _BLANKS | _SIGNS | _FULL_WIDTH
"""Signs that are written in several ways."""

_CURRENCY = r"[A-Z]{0,3}\p{Sc}|USD|EUR|GBP|CHF|JPY|CNY|RMB|INR|AUD|CAD|SEK|NOK|DKK|PLN|CZK|HUF|kr\.?|zł|Fr\.?|元|円"

_UNIT = r"(?:[°º‰″′\"']|[°º]? *\p{L}[\p{L}/·. ]{0,14})[23²³]?"

GRAMMAR = (
    r"^(?P<bound><=|>=|<|>|≤|≥|~|≈)? *(?P<open>\()? *(?P<first>[+-])? *"
    rf"(?P<currency>{_CURRENCY})? *(?P<second>[+-])? *"
    r"(?P<body>[.,]?[0-9]+(?:[.,' ][0-9]+)*[.,]?)(?P<exponent>[eE][+-]?[0-9]+)? *"
    rf"(?P<percent>%)? *(?P<behind>{_CURRENCY})? *(?P<unit>{_UNIT})? *(?P<last>[+-])? *(?P<close>\))?$"
)
"""What may stand around digits, and in which order."""

PLAIN = r"^[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?$"
"""A numeral that every program writes."""


CODE = r"^ *[+-]?0[0-9]"
"""What is a code and no number: its leading zeros would be lost."""

LONG = r"^ *[+-]?[0-9]{16,}$"
EXACT = 2**53
"""Whole numbers from here on are not all in float64."""


def body_pattern(decimal: str, *, grouped: bool) -> str:
    """Return what digits and marks are a number by the decimal mark, and whether the other mark may separate thousands.

    A blank or an apostrophe always may; commas also as in India, 12,34,567.
    """
    other = (r"\." if decimal == "," else ",") if grouped else ""
    indian = r"|[1-9][0-9]?(?:,[0-9]{2})+,[0-9]{3}" if other == "," else ""
    return rf"^(?:[1-9][0-9]{{0,2}}(?:[' {other}][0-9]{{3}})+{indian}|[0-9]+)?(?:\{decimal}[0-9]*)?$"


ANY_BODY = f"{body_pattern('.', grouped=True)}|{body_pattern(',', grouped=True)}"
"""What is a number by either decimal mark."""


def shapes(texts: pl.Series) -> pl.DataFrame:
    """Return the parts of texts that look like numbers, as ``GRAMMAR`` names them, null where there are none.

    ``body`` is null where a text looks like no number; ``minus`` says whether it has one sign of minus, or brackets.
    """
    one_way = stripped(texts).str.replace_many(list(SAME), list(SAME.values()))
    parts = one_way.str.extract_groups(GRAMMAR).struct.unnest()
    minus = sum(((parts[name] == "-").fill_null(value=False).cast(pl.UInt8) for name in ("first", "second", "last")), start=pl.lit(0))
    signs = sum((parts[name].is_not_null().cast(pl.UInt8) for name in ("first", "second", "last", "open")), start=pl.lit(0))
    return parts.with_columns(minus=(minus + parts["open"].is_not_null().cast(pl.UInt8)) > 0).with_columns(
        body=pl.when(
            (signs <= 1) & (parts["open"].is_null() == parts["close"].is_null()) & ~_twice(parts) & parts["body"].str.contains(ANY_BODY)
        ).then("body"),
        currency=pl.coalesce("currency", "behind"),
        unit=pl.col("unit").str.replace_all(" ", "").str.to_lowercase(),
    )


def _twice(parts: pl.DataFrame) -> pl.Series:
    """Return where there is a currency before and behind, or a currency and a percent sign."""
    before, behind = parts["currency"].is_not_null(), parts["behind"].is_not_null()
    return (before & behind) | ((before | behind) & parts["percent"].is_not_null())


@record
class NumberFormat(Format):
    """How the numbers of a column are written.

    A blank or an apostrophe may always separate thousands, and what stands around the digits may vary; but a comma or a point
    means one thing only, and a number of another unit (a percentage, pounds instead of dollars or kilograms) is not read.

    Parameters
    ----------
    decimal : {".", ","}
        The decimal mark.
    grouped : bool
        Whether the other one of the two separates thousands.
    percent : bool
        Whether numbers are percentages: ``12 %`` is 0.12.
    currency : str
        The sign that may stand before or behind.
    unit : str
        What stands behind each number, in small letters and without blanks: ``kg``, ``°c``, ``k`` for thousands.
    truth : bool
        Whether the column held 0 and 1 only, so that words for truth values are taken too.
    duration : bool
        Whether the values were typed as durations; they are days.
    """

    what: ClassVar[str] = "numbers"

    decimal: str = checked(checks.choice(".,"), default=".")
    grouped: bool = checked(checks.flag, default=False)
    percent: bool = checked(checks.flag, default=False)
    currency: str = checked(checks.kind(str, "text"), default="")
    unit: str = checked(checks.kind(str, "text"), default="")
    truth: bool = checked(checks.flag, default=False)
    duration: bool = checked(checks.flag, default=False)

    @property
    def written(self) -> str:
        signs = [quoted(sign) for sign in (self.currency, "%" if self.percent else "", self.unit) if sign]
        ways = [*(["decimal commas"] if self.decimal == "," else []), *signs]
        return f"{self.what} with {' and '.join(ways)}" if ways else self.what

    @property
    def plain(self) -> bool:
        """Whether numerals as programs write them mean what they say."""
        return self.decimal == "." and not self.percent and not self.unit

    def parse(self, texts: pl.Series) -> Cells:
        quick = (
            texts.cast(pl.Float64, strict=False)
            if self.plain
            else pl.Series(texts.name, [None], dtype=pl.Float64).new_from_index(0, len(texts))
        )
        quick = quick.fill_nan(None)
        open_rows = (quick.is_null() & texts.is_not_null()).arg_true()
        if not len(open_rows):
            return Cells(quick)
        slow, states = self._parse_written(texts.gather(open_rows))
        every = pl.select(pl.repeat(READ, len(texts), dtype=pl.UInt8)).to_series()
        return Cells(quick.scatter(open_rows, slow), every.scatter(open_rows, states))

    def _parse_written(self, texts: pl.Series) -> Cells:
        marks = is_mark(texts, MARKS) | self.is_other(texts)
        parts = shapes(texts)
        numbers = self._values(parts)
        if self.truth:
            numbers = numbers.fill_null(truth_of(texts).cast(pl.Float64))
        return cells_of(texts, numbers, marks, parts["bound"].is_not_null())

    def _values(self, parts: pl.DataFrame) -> pl.Series:
        """Return the numbers of shapes, null where they are not of this format."""
        mark = ("." if self.decimal == "," else ",") if self.grouped else ""
        fits = pl.col("body").str.contains(body_pattern(self.decimal, grouped=self.grouped)) & (
            pl.col("percent").is_not_null() == self.percent
        )
        fits &= pl.col("currency").is_null() | (pl.col("currency") == self.currency)
        fits &= pl.col("unit").fill_null("") == self.unit
        digits = pl.col("body").str.replace_all(rf"[' {mark}]", "").str.replace(self.decimal, ".", literal=True)
        # not divided by 100: that would depend, by a bit, on how many numbers are divided at a time
        power = pl.col("exponent").fill_null("e0").str.slice(1).cast(pl.Int64, strict=False) - (2 if self.percent else 0)
        size = pl.format("{}e{}", digits, power).cast(pl.Float64, strict=False)
        number = pl.when(pl.col("minus")).then(-size).otherwise(size)
        return parts.select(pl.when(fits).then(number)).to_series()

    def typed(self, series: pl.Series) -> Cells:
        if (series.dtype == pl.Duration) != self.duration or not (values.is_number(series) or self.duration):
            raise self.refusal(series)
        return Cells(series)
