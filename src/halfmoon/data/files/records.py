"""Where the records of a text begin and end, and how many separators each has, counted by NumPy.

A record is a line, or several where a quoted field holds the ends of lines.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from halfmoon.base.checks import Array

PIECE = 1 << 18
"""Bytes at a time: small enough for the processor's cache."""

NEWLINE, RETURN, QUOTE, ZERO, COMMA_AND_BELOW = ord("\n"), ord("\r"), ord('"'), ord("0"), ord("-")


class Records(NamedTuple):
    """The records of a text, in order.

    Attributes
    ----------
    starts, ends : numpy.ndarray
        Offsets of the first byte and of the one after the last, without the end of the line, int64.
    separators : numpy.ndarray
        How many stand in each outside quotes, int64.
    closed : bool
        Whether every quote is closed.
    """

    starts: Array
    ends: Array
    separators: Array
    closed: bool


def find_records(text: bytes, separator: str, *, quoted: bool, start: int = 0) -> Records:
    """Return the records of a text from an offset on; ``quoted`` says whether quotes hide separators and ends of lines."""
    content, mark = np.frombuffer(text, np.uint8), ord(separator)
    ends, before = [], []  # each record's end, and the separators up to there
    inside, passed = 0, 0
    for at in range(start, len(content), PIECE):
        piece = content[at : at + PIECE]
        newlines, marks = piece == NEWLINE, piece == mark
        if quoted:
            outside = ~_within_quotes(piece == QUOTE, inside)
            inside = int(not outside[-1])
            newlines &= outside
            marks &= outside
        found, places = np.flatnonzero(newlines), np.flatnonzero(marks)
        ends.append(found + at)
        before.append(np.searchsorted(places, found) + passed)
        passed += len(places)
    if len(text) > start and (not text.endswith(b"\n") or inside):
        ends.append(np.array([len(text)]))
        before.append(np.array([passed]))
    stops, counts = (np.concatenate([np.zeros(0, np.int64), *each]) for each in (ends, before))
    starts = np.concatenate([[start], stops[:-1] + 1])[: len(stops)]
    return Records(starts, _without_returns(content, starts, stops), np.diff(counts, prepend=0), not inside)


def _prefix_parities() -> Array:
    """Return for each byte the one whose every bit says whether the bits up to there are odd in number, the highest bit first."""
    bits = np.unpackbits(np.arange(256, dtype=np.uint8)[:, None], axis=1)
    return np.packbits(np.bitwise_xor.accumulate(bits, axis=1), axis=1)[:, 0]


PARITIES = _prefix_parities()


def _within_quotes(quotes: Array, inside: int) -> Array:
    """Return which bytes stand inside quotes, where ``quotes`` says which are one; eight at a time, since NumPy accumulates slowly."""
    prefix = PARITIES[np.packbits(quotes)]
    odd = np.bitwise_xor.accumulate(prefix & 1)
    carried = np.concatenate([[0], odd[:-1]]).astype(np.uint8) ^ np.uint8(inside)
    return np.unpackbits(prefix ^ (carried * np.uint8(255)))[: len(quotes)].view(bool)


def _without_returns(content: Array, starts: Array, stops: Array) -> Array:
    """Return the ends of records without a carriage return before them."""
    last = np.maximum(stops - 1, 0)
    returns = (content[last] == RETURN) & (stops > starts) if len(content) else np.zeros(len(stops), bool)
    return stops - returns


def count(text: bytes, separator: str, start: int) -> int:
    """Return how many separators a text without quotes has from an offset on."""
    content, mark = np.frombuffer(text, np.uint8), ord(separator)
    return sum(int(np.count_nonzero(content[at : at + PIECE] == mark)) for at in range(start, len(content), PIECE))


def has_leading_zeros(text: bytes, separator: str) -> bool:
    """Return whether a cell may begin with a zero and another digit, as codes do; dates with a minus sign look the same here."""
    content, mark = np.frombuffer(text, np.uint8), ord(separator)
    if text[:1] == b"0" and text[1:2].isdigit():
        return True
    for at in range(0, len(content) - 2, PIECE):
        piece = content[at : at + PIECE + 2]
        previous = piece[:-2]
        # Blanks, quotes, signs and ends of lines come before a cell's first digit, and are all below the minus sign.
        found = previous <= COMMA_AND_BELOW
        if mark > COMMA_AND_BELOW:
            found |= previous == mark
        found &= piece[1:-1] == ZERO
        found &= (piece[2:] - ZERO) < 10  # noqa: PLR2004 - a digit; what is below wraps round
        if found.any():
            return True
    return False
