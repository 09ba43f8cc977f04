"""Boards: tables that are drawn anew while work goes on, on a terminal, in the width that it has."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from functools import cached_property
from threading import Lock
from typing import Any

from rich.console import Console, RenderableType
from rich.live import Live
from rich.table import Table
from rich.text import Text

from halfmoon.base.language import current, display_width, speaking

REFRESHES = 4
"""Times a second that a board is drawn anew, whether or not something has changed."""

UNLIMITED = 10_000
"""Columns of an output that is no terminal, where no line is broken."""

BEST, TIE = "★", "○"


class Board(ABC):
    """Shows work while it goes on.

    Parameters
    ----------
    console : rich.console.Console
        A terminal gets the board, from the first moment to the end of ``live``.
    """

    def __init__(self, console: Console) -> None:
        self.console = console
        self._lock = Lock()  # the board is drawn by a thread of its own, which does not know what this one speaks
        self._language = current()

    @cached_property
    def live(self) -> AbstractContextManager[Any]:
        """In which the board is shown, where there is a terminal."""
        if not self.console.is_terminal:
            return nullcontext()
        return Live(console=self.console, get_renderable=self._shown, refresh_per_second=REFRESHES, transient=True)

    @abstractmethod
    def _board(self) -> RenderableType:
        """Return the board as it stands; nothing changes meanwhile."""

    def _shown(self) -> RenderableType:
        with self._lock, speaking(self._language):
            return self._board()


@dataclass(frozen=True)
class Column:
    """A column of the table: its head, its cells, and whether it is left out where there is no room, the lowest number first."""

    head: str
    cells: Sequence[str]
    optional: int = 0
    figure: bool = False

    @property
    def width(self) -> int:
        """Columns of a terminal that it takes without breaking a word of the head, or a cell."""
        return max(map(display_width, (*_parts(self.head), *self.cells)), default=0)


def spinner(text: str) -> AbstractContextManager[Any]:
    """Return a context in which a terminal shows what goes on, where there is nothing to count."""
    console = plain_console()
    return console.status(Text(text)) if console.is_terminal else nullcontext()


def plain_console(**options: Any) -> Console:
    """Return a console for tables: where it is no terminal and no width is set, its lines are as long as they need to be."""
    console = Console(highlight=False, soft_wrap=True, emoji=False, **options)
    if not console.is_terminal and "COLUMNS" not in console._environ:  # noqa: SLF001 - which rich itself reads the width from
        console.width = UNLIMITED
    return console


def drawn(columns: Sequence[Column], width: int, *, title: str = "", caption: str = "") -> RenderableType:
    """Return a table that fits in a width without breaking a word; where none does, a list with a setting in each paragraph."""
    fitting = list(columns)
    for number in (1, 2, 3):
        if _width(fitting) > width:
            fitting = [each for each in fitting if each.optional != number]
    if _width(fitting) > width:
        return _listed(columns, title, caption)
    table = Table(title=title or None, caption=caption or None, title_justify="left", caption_justify="left", title_style="italic")
    for each in fitting:
        head = "\n".join(_parts(each.head, each.width))
        table.add_column(head, justify="right" if each.figure else "left", width=each.width, no_wrap=True)
    for cells in zip(*(each.cells for each in fitting), strict=True):
        table.add_row(*map(Text, cells))
    return table


def _width(columns: Iterable[Column]) -> int:
    """Return the columns of a terminal that a table takes: beside each cell two blanks and a line."""
    return 1 + sum(each.width + 3 for each in columns)


def _listed(columns: Sequence[Column], title: str, caption: str) -> Text:
    lines = [title] * bool(title)
    for cells in zip(*(each.cells for each in columns), strict=True):
        named = [f"{each.head} {cell}".strip() for each, cell in zip(columns, cells, strict=True) if cell.strip()]
        lines.append(", ".join(named).replace(f"{BEST},", BEST).replace(f"{TIE},", TIE))
    return Text("\n".join([*lines, *[caption] * bool(caption)]))


def _parts(head: str, width: int = 0) -> list[str]:
    """Return a head in lines of at most a width, each of whole words; underscores end a word, too."""
    lines: list[str] = []
    for word in head.replace("_", "_ ").split():
        joined = (lines[-1] + ("" if lines[-1].endswith("_") else " ") + word) if lines else word
        if lines and display_width(joined) <= width:
            lines[-1] = joined
        else:
            lines.append(word)
    return lines or [""]
