"""Keys as they are pressed in a terminal, one at a time, none lost however fast they come."""

from __future__ import annotations

import codecs
import os
import re
import select
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from types import TracebackType
from typing import Any, Self

import click

try:
    import termios
except ImportError:  # Windows, whose console gives keys one at a time by itself
    termios = None  # type: ignore[assignment]

PART = re.compile(r"\x1b(?:\[[\d;]*|O)?")
"""The beginning of what a key of several characters sends."""

SOON = 0.05
"""Seconds within which the rest of such a key follows; an escape that nothing follows is the key itself."""


class Keyboard:
    """The terminal's keyboard, as long as the ``with`` block lasts.

    The terminal is switched to single keys once, not for every key: each switch would throw away, or show, what is typed in
    between. Output stays as it is, and Ctrl-C interrupts as ever.
    """

    def __init__(self) -> None:
        self._ahead = ""
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")

    def __enter__(self) -> Self:
        if termios is not None:
            self._end = sys.stdin.fileno()
            self._before = termios.tcgetattr(self._end)
            signal.siginterrupt(signal.SIGINT, True)  # noqa: FBT003 - polars' handler lets reading go on, and Ctrl-C would wait for a key
            self._listen()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._restore()

    def key(self) -> str:
        """Wait for a key, and return what it sends.

        Raises
        ------
        EOFError
            When the terminal is gone.
        """
        if termios is None:
            return click.getchar()
        found = self._character()
        while PART.fullmatch(found) and (self._ahead or self._comes(SOON)):
            following = self._character()
            if found == "\x1b" and following not in "[O":
                self._ahead = following
                break
            found += following
        return found

    def waiting(self) -> bool:
        """Whether there is a key that was pressed and not yet asked for."""
        return bool(self._ahead) or (termios is not None and self._comes(0))

    @contextmanager
    def lines(self) -> Iterator[None]:
        """Give the terminal back for a while, to ask for a line; what was typed ahead is its beginning."""
        self._restore()
        try:
            yield
        finally:
            if termios is not None:
                self._listen()

    def _listen(self) -> None:
        mode: list[Any] = termios.tcgetattr(self._end)
        mode[3] &= ~(termios.ICANON | termios.ECHO)
        mode[6][termios.VMIN], mode[6][termios.VTIME] = 1, 0
        mode[6][termios.VSUSP] = b"\0"  # a stopped pager would leave the shell without an echo
        # Not TCSAFLUSH, as tty.setcbreak has it, which throws away what was typed meanwhile.
        termios.tcsetattr(self._end, termios.TCSADRAIN, mode)

    def _restore(self) -> None:
        if termios is not None:
            with suppress(termios.error):  # a terminal that is gone needs nothing
                termios.tcsetattr(self._end, termios.TCSADRAIN, self._before)

    def _comes(self, seconds: float) -> bool:
        return bool(select.select([self._end], [], [], seconds)[0])

    def _character(self) -> str:
        """Return the next character; byte by byte, so that what follows waits in the terminal for whoever asks next."""
        found, self._ahead = self._ahead, ""
        while not found:
            try:
                byte = os.read(self._end, 1)
            except OSError as error:
                raise EOFError from error
            if not byte:
                raise EOFError
            found = self._decoder.decode(byte)
        return found
