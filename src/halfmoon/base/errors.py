"""The errors that bad input raises, and how long their sentences may be."""

from __future__ import annotations

import re

LONGEST = 299
"""Characters of an error's sentence."""

QUOTED = re.compile(r"'[^']*'|\"[^\"]*\"|\S+")
"""What is shortened first: a text in quotes, or a word."""

LISTED = re.compile(r"(?:[^,]+, ){6,}[^,]+")
"""A list that is so long that its middle may be left out."""


def bounded(sentence: str) -> str:
    """Return a sentence of at most :data:`LONGEST` characters: long names, values, paths and lists in it lose their middle.

    Parameters
    ----------
    sentence : str
        One that is short enough is returned as it is, but on one line.
    """
    sentence = re.sub(r"\s*[\r\n]+\s*", " ", sentence)
    for most in (100, 60, 30):
        if len(sentence) > LONGEST:
            sentence = QUOTED.sub(lambda found, most=most: _without_middle(found[0], most), sentence)  # type: ignore[misc]
        if len(sentence) > LONGEST:
            sentence = LISTED.sub(lambda found, most=most: _without_middle(found[0], 2 * most), sentence)  # type: ignore[misc]
    return _without_middle(sentence, LONGEST)


def _without_middle(text: str, most: int) -> str:
    """Return a text of at most so many characters, two thirds of them from its beginning."""
    if len(text) <= most:
        return text
    kept = most - len("...")
    return f"{text[: kept - kept // 3]}...{text[len(text) - kept // 3 :]}"


class InputError(ValueError):
    """Something that was passed in cannot be used.

    Parameters
    ----------
    sentence : object
        One that names the argument, the value and what was expected; the message has less than 300 characters of it.

    Examples
    --------
    >>> hm.Dense(-1)
    Traceback (most recent call last):
        ...
    halfmoon.base.errors.InputError: units must be a whole number of at least 1, got -1
    """

    def __init__(self, sentence: object = "") -> None:
        super().__init__(bounded(str(sentence)))


class UnknownNameError(InputError, KeyError):
    """A name that stands for nothing here; a KeyError too, so that mappings of ours answer ``in`` and ``get``."""

    __str__ = InputError.__str__  # a KeyError would put its sentence in quotes
