"""The language that people are spoken to in, and the texts of a package in each.

An English text is its own key. A package that speaks has a table of Chinese texts and a :class:`Texts` made of it::

    say = Texts({"{count:,} rows": "{count:,} 行"})
    say("{count:,} rows", count=5)

What is said is put into words where it is said: a record keeps figures, not sentences, or the sentence of the language it was
made in.
"""

from __future__ import annotations

import os
import sys
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from halfmoon.base import checks

LANGUAGES = ("en", "zh")

VARIABLE = "HALFMOON_LANG"
"""The variable of the environment that goes before the locale."""

LOCALE_VARIABLES = ("LC_ALL", "LC_MESSAGES", "LANG")
"""Where a locale stands: in the first that is set."""

PREFERENCE = "LANGUAGE"
"""Goes before a locale, but for C, as in GNU gettext."""

_chosen: ContextVar[str | None] = ContextVar("language", default=None)


def current() -> str:
    """Return the language to speak: what :func:`speaking` says, else ``HALFMOON_LANG``, else the locale's, English where it is another.

    A ``HALFMOON_LANG`` that is none of ``LANGUAGES`` is passed over, as nothing that is said may fail; the command refuses it.
    """
    if (chosen := _chosen.get()) is not None:
        return chosen
    if os.environ.get(VARIABLE) in LANGUAGES:
        return os.environ[VARIABLE]
    return "zh" if _locale().lower().startswith(("zh", "chinese")) else "en"


def _locale() -> str:
    found = next((value for name in LOCALE_VARIABLES if (value := os.environ.get(name))), "")
    if found and found.partition(".")[0] not in {"C", "POSIX"}:
        return os.environ.get(PREFERENCE) or found
    if not found and sys.platform == "win32":  # which has a setting instead of variables
        import locale  # noqa: PLC0415 - loaded when used

        found = locale.getlocale()[0] or ""
    return found


@contextmanager
def speaking(lang: str | None) -> Iterator[None]:
    """Speak a language within; for None the one that is spoken anyway.

    Raises
    ------
    InputError
        When it is none of ``LANGUAGES``.
    """
    token = _chosen.set(current() if lang is None else checks.one_of("lang", lang, LANGUAGES))
    try:
        yield
    finally:
        _chosen.reset(token)


def english(words: Callable[..., str], *arguments: Any) -> str:
    """Return what a function says in English, which errors are in whatever is spoken."""
    with speaking("en"):
        return words(*arguments)


def display_width(text: str) -> int:
    """Return how many columns of a terminal a text takes: a Chinese character takes two."""
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)


def padded(text: str, width: int) -> str:
    """Return a text with blanks after it up to a width in columns of a terminal."""
    return text + " " * (width - display_width(text))


def aligned(rows: Sequence[Sequence[str]]) -> list[str]:
    """Return a line for each row of a table, with the cells of a column below each other."""
    widths = [max(map(display_width, column)) for column in zip(*rows, strict=True)]
    return ["  ".join(padded(cell, width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]


class Texts:
    """The texts of a package.

    Parameters
    ----------
    chinese : mapping of str to str
        Of every English text; both with the same names in braces, which values take the places of.
    """

    def __init__(self, chinese: Mapping[str, str]) -> None:
        self.chinese = chinese

    def __call__(self, text: str, /, **values: object) -> str:
        """Return a text in the language that is spoken, with values filled in; in English where it has no other yet."""
        return (self.chinese.get(text, text) if current() == "zh" else text).format(**values)
