"""Cards as text, for a terminal and for print."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from halfmoon.base.language import display_width, padded
from halfmoon.gradcheck.differences import NumericCheck
from halfmoon.inspect.xray.array_view import ArrayView
from halfmoon.inspect.xray.cards import Card
from halfmoon.inspect.xray.entries import entry_name
from halfmoon.inspect.xray.translations import say

BARS = "▁▂▃▄▅▆▇█"

BETWEEN = "\n\n\n"
"""Stands between two cards."""

LONGEST_NAME = 20
"""Characters of a feature's name."""

HEAD = 3
"""Lines of a card that is wrong: its title, a rule below it, and what is wrong."""


def card_lines(card: Card, heading: str, measured: Sequence[NumericCheck], number: Callable[[Any], str]) -> Iterator[str]:
    """Yield a card, its title below a heading, with the central differences of what it checks, each number written by ``number``."""
    title = f"{heading}  {card.title}"
    yield from (title, "═" * display_width(title))
    yield from ([say("WRONG: {fault}", fault=card.fault), ""] if card.fault else [])
    yield from ([say("Mind: {spoiled}", spoiled=card.spoiled), ""] if card.spoiled else [])
    yield from (card.what, "")
    for rule in card.rules:
        yield f"    {rule}"
    yield from ([""] if card.rules else [])
    yield say("Shapes: {shapes}", shapes=card.shapes)
    found = {each.name: each for each in measured}
    for view in card.arrays:
        size = f"{view.array.shape} {view.array.dtype}" + (
            "" if view.whole else say(", its first {rows} × {columns}", rows=view.rows, columns=view.columns)
        )
        yield from ("", f"{view.name}   {size}   {summary(view)}")
        yield from table([[number(value) for value in row] for row in view.corner], *_named(view))
        if view.name in found:
            yield from _measured_lines(found[view.name], view)
    for source in card.sources:
        yield from ("", f"── {source.title} ──")
        yield from source.text.splitlines()


def summary(view: ArrayView) -> str:
    """Return the range of an array and its histogram as a row of bars."""
    low, high = view.range
    lost = view.array.size - view.finite.size
    text = say("{lost:,} not finite   ", lost=lost) if lost else ""
    counts = view.histogram()
    bars = "".join(BARS[int(np.ceil(count / (max(counts) or 1) * (len(BARS) - 1)))] if count else " " for count in counts)
    return f"{text}{low:.4g} ▕{bars}▏ {high:.4g}"


def _named(view: ArrayView) -> tuple[list[str], list[str]]:
    """Return the names of the rows and of the columns that are shown, where they have some."""
    shown = view.row_names[: view.rows], view.column_names[: view.columns]
    rows, columns = ([name if len(name) <= LONGEST_NAME else f"{name[: LONGEST_NAME - 1]}…" for name in names] for names in shown)
    return rows, columns


def table(cells: Sequence[Sequence[str]], rows: Sequence[str] = (), columns: Sequence[str] = ()) -> Iterator[str]:
    """Yield rows of cells, each column as wide as it needs, the names of columns above and those of rows before."""
    lines = [*([list(columns)] if columns else []), *cells]
    widths = [max(map(display_width, column)) for column in zip(*lines, strict=True)]
    before = [*([""] if columns and rows else []), *rows]
    side = max(map(display_width, before), default=0)
    for place, row in enumerate(lines):
        name = f"{padded(before[place], side)}  " if before else ""
        yield "    " + name + "  ".join(" " * (width - display_width(cell)) + cell for cell, width in zip(row, widths, strict=True))


def _measured_lines(measured: NumericCheck, view: ArrayView) -> Iterator[str]:
    worst = measured.worst
    entry = entry_name(view.name, worst.place or ())
    yield say("  central differences: largest error {error:.1e} at {entry}; of each entry shown:", error=worst.error, entry=entry)
    width = view.columns
    errors = [f"{each.error:.0e}" for each in measured.entries]
    yield from table([errors[start : start + width] for start in range(0, len(errors), width)])
    if measured.direction is not None:
        yield say("  along a random direction: {direction}", direction=measured.direction)
