"""What a person may say of the columns of a table, where it is not to be found out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields

from halfmoon.base import checks
from halfmoon.base.errors import InputError
from halfmoon.data import values
from halfmoon.data.notes import quoted
from halfmoon.data.remedies import remedy

MARKS = (".", ",")


def _names(name: str, value: object) -> tuple[str, ...]:
    return tuple(checks.listed(name, value, str, "names of columns"))


@dataclass(frozen=True)
class ColumnOptions:
    """What is said of the columns; everything else is found out from their cells.

    Parameters
    ----------
    drop : sequence of str
        Columns to leave out.
    columns : sequence of str
        The only ones to learn from; all others are left out.
    category : sequence of str
        Columns that are categories, whatever they look like.
    number : sequence of str
        Columns of numbers; a cell that is none counts as missing.
    day_first : bool, optional
        Whether 01.02.2020 and 01/02/2020 are in February; where it is None, the column has to show it.
    decimal : {".", ","}, optional
        The decimal mark of numbers in columns of text; by default found out.

    Raises
    ------
    InputError
        When a value is none of these, or a column is to be two things.

    Examples
    --------
    >>> import polars as pl
    >>> from halfmoon.data import ColumnOptions, infer
    >>> frame = pl.DataFrame({"zip": [1000, 2000, 1000], "price": [1.5, 2.5, 3.5]})
    >>> infer(frame, "price", ColumnOptions(category=["zip"])).formats
    {'zip': TextFormat(), 'price': NumberFormat()}
    """

    drop: Sequence[str] = ()
    columns: Sequence[str] = ()
    category: Sequence[str] = ()
    number: Sequence[str] = ()
    day_first: bool | None = None
    decimal: str | None = None

    def __post_init__(self) -> None:
        for each in fields(self)[:4]:
            object.__setattr__(self, each.name, _names(each.name, getattr(self, each.name)))
        checks.optional(checks.flag)("day_first", self.day_first)
        checks.optional(checks.choice(MARKS))("decimal", self.decimal)

    def resolved(self, known: Sequence[str], target: str) -> ColumnOptions:
        """Return the options for a table of these columns, where a list with commas between may stand for one name.

        Raises
        ------
        InputError
            When there is no such column, or a column is to be two things.
        """
        found = {each.name: tuple(_split(getattr(self, each.name), known, target)) for each in fields(self)[:4]}
        for first, second in (("drop", "columns"), ("drop", "category"), ("drop", "number"), ("category", "number")):
            both = set(found[first]) & set(found[second])
            if both:
                raise InputError(f"the column {quoted(min(both))} must be given to {remedy(first)} or to {remedy(second)}, got both")
        if target in found["drop"] or target in found["columns"]:
            raise InputError(
                f"the target {quoted(target)} must be left out of {remedy('drop')} and {remedy('columns')}, it is not learnt from"
            )
        return ColumnOptions(**found, day_first=self.day_first, decimal=self.decimal)


def _split(names: Iterable[str], known: Sequence[str], target: str) -> Iterable[str]:
    for name in names:
        for each in [name] if name in known else [part.strip() for part in name.split(",")]:
            values.check_names([each], known, taken=[target])
            yield each
