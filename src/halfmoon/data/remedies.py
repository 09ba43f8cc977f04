"""What a sentence names as the remedy: a parameter for those who write Python, an option for those who type a command."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import NamedTuple


class Remedy(NamedTuple):
    """What may be said of a table, as it is written.

    Attributes
    ----------
    python : str
    option : str
        Of the command line.
    """

    python: str
    option: str


REMEDIES = {
    "drop": Remedy("drop=...", "--drop"),
    "columns": Remedy("columns=...", "--columns"),
    "category": Remedy("category=...", "--category"),
    "number": Remedy("number=...", "--number"),
    "decimal": Remedy("decimal=...", "--decimal"),
    "decimal comma": Remedy('decimal=","', "--decimal ,"),
    "decimal point": Remedy('decimal="."', "--decimal ."),
    "dayfirst": Remedy("day_first=True", "--dayfirst"),
    "monthfirst": Remedy("day_first=False", "--monthfirst"),
    "regression": Remedy('task="regression"', "--task regression"),
    "classification": Remedy('task="classification"', "--task classification"),
    "balanced": Remedy('class_weight="balanced"', "--class-weight balanced"),
}
"""Each by its name. What is said of columns are parameters of :class:`halfmoon.data.ColumnOptions`,
which ``infer`` and ``prepare`` take."""

_is_command: ContextVar[bool] = ContextVar("command", default=False)


def remedy(name: str) -> str:
    """Return what a remedy is called where the sentence is read."""
    found = REMEDIES[name]
    return found.option if _is_command.get() else found.python


@contextmanager
def naming_options() -> Iterator[None]:
    """Let sentences name the options of the command line within, instead of parameters."""
    token = _is_command.set(True)
    try:
        yield
    finally:
        _is_command.reset(token)
