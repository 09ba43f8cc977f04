"""Cards in a terminal: one at a time, moved through with keys."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from contextlib import suppress

import click

from halfmoon.base.errors import InputError
from halfmoon.cli.keyboard import Keyboard

BACK, FORTH = {"\x1b[D", "\x1bOD", "\xe0K", "h", "p"}, {"\x1b[C", "\x1bOC", "\xe0M", "l", "n"}
UP, DOWN = {"\x1b[A", "\x1bOA", "\xe0H", "k"}, {"\x1b[B", "\x1bOB", "\xe0P", "j"}
PAGE_UP, PAGE_DOWN = {"\x1b[5~", "\xe0I", "b"}, {"\x1b[6~", "\xe0Q", " "}
FIRST, LAST = {"\x1b[H", "\x1bOH", "\x1b[1~", "g"}, {"\x1b[F", "\x1bOF", "\x1b[4~", "G"}
ENTRY, QUIT = {"e", "/"}, {"q", "\x1b", "\x04", "\x03"}
"""What a key sends, by terminal."""

HELP = "← → card   ↑ ↓ scroll   e entry   g G ends   q quit"


class Pager:
    """Shows cards in the terminal until somebody quits.

    Parameters
    ----------
    count : int
        How many cards there are.
    card : callable
        From a card's place to its text.
    chain : callable
        From an entry's name to the text of its chain; an InputError is told.
    """

    def __init__(self, count: int, card: Callable[[int], str], chain: Callable[[str], str]) -> None:
        self.count = count
        self.card = card
        self.chain = chain
        self.place = 0
        self.top = 0
        self._lines: list[str] | None = None

    @property
    def lines(self) -> list[str]:
        """What is shown, made when somebody looks: a card that is passed quickly is not worked out."""
        if self._lines is None:
            self._lines = self.card(self.place).splitlines()
        return self._lines

    def run(self) -> None:
        """Draw, wait for a key, and go on."""
        with suppress(KeyboardInterrupt, EOFError), Keyboard() as keyboard:
            while True:
                if not keyboard.waiting():  # of keys that came at once, the last is drawn
                    self.draw()
                key = keyboard.key()
                if key in QUIT:
                    break
                if key in ENTRY:
                    with keyboard.lines():
                        self._ask()
                else:
                    self.press(key)
        click.clear()

    def press(self, key: str) -> None:
        """Do what a key asks for."""
        page = self._height() - 1
        moves = ((UP, -1), (DOWN, 1), (PAGE_UP, -page), (PAGE_DOWN, page))
        cards = ((BACK, self.place - 1), (FORTH, self.place + 1), (FIRST, 0), (LAST, self.count - 1))
        for keys, by in moves:
            if key in keys:
                self.top = max(0, min(self.top + by, len(self.lines) - self._height()))
        for keys, place in cards:
            if key in keys:
                self.show(place)

    def show(self, place: int) -> None:
        """Turn to a card; before the first and after the last there is none."""
        self.place = max(0, min(place, self.count - 1))
        self._lines, self.top = None, 0

    def draw(self) -> None:
        """Draw what fits of the card, and below it the keys."""
        width, height = shutil.get_terminal_size().columns, self._height()
        shown = self.lines[self.top : self.top + height]
        cut = [line if len(line) <= width else line[: width - 1] + "…" for line in shown]
        part = f"lines {self.top + 1} to {self.top + len(shown)} of {len(self.lines)}   " if len(shown) < len(self.lines) else ""
        click.clear()
        click.echo("\n".join([*cut, *[""] * (height - len(cut))]))
        click.echo(click.style(f"{part}{HELP}"[: width - 1], reverse=True), nl=False)

    def _ask(self) -> None:
        click.echo()
        try:
            text = self.chain(click.prompt("entry, such as W[0,1] of layer 0", prompt_suffix=": "))
        except InputError as error:
            text = str(error)
        except click.Abort:
            return
        self._lines, self.top = text.splitlines(), 0

    @staticmethod
    def _height() -> int:
        return max(1, shutil.get_terminal_size().lines - 1)
