"""Standard input, output and error as the commands use them: there in any case, and never the end of a command that has work to do."""

from __future__ import annotations

import errno
import os
import select
import sys
from io import BufferedWriter, RawIOBase, TextIOWrapper
from typing import Any, TextIO


class Output(RawIOBase):
    """An output that does not fail: what cannot be written is dropped.

    A training must not be lost since its sentences cannot be printed, to a closed pipe or a full disk, say.

    Parameters
    ----------
    raw : file
        Unbuffered, for bytes.
    error : OSError or None
        Why it cannot be written, where that is known already.

    Attributes
    ----------
    error : OSError or None
        The first.
    """

    def __init__(self, raw: Any, error: OSError | None = None) -> None:
        self.raw = raw
        self.error = error

    def writable(self) -> bool:
        return True

    def fileno(self) -> int:
        return int(self.raw.fileno())

    def isatty(self) -> bool:
        return bool(self.raw.isatty())

    def write(self, data: Any) -> int:
        size = memoryview(data).nbytes
        while self.error is None:
            try:
                written = self.raw.write(data)
            except OSError as error:
                self.error = error
                break
            if written is not None:
                return int(written)
            select.select([], [self.raw], [])  # it does not block, and is not ready
        return size


def prepare() -> None:
    """Put outputs that do not fail in place of the standard ones, and open what was closed, lest another file gets its number.

    Of an encoding that lacks a character, a question mark is written instead.
    """
    closed = [_opened(number) for number in range(3)]  # in this order: the system gives the lowest number that is free
    if sys.stdin is None:
        sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115 - as long as the process lives
    if sys.stdout is sys.__stdout__:
        sys.stdout = _safe(sys.stdout, 1, is_closed=closed[1])
    if sys.stderr is sys.__stderr__:
        sys.stderr = _safe(sys.stderr, 2, is_closed=closed[2])


def failure() -> OSError | None:
    """Return why standard output could not be written; None where all was."""
    sys.stdout.flush()
    raw = getattr(getattr(sys.stdout, "buffer", None), "raw", None)
    return raw.error if isinstance(raw, Output) else None


def _opened(number: int) -> bool:
    """Open the null device where a standard descriptor is closed; return whether it was."""
    try:
        os.fstat(number)
    except OSError:
        os.open(os.devnull, os.O_RDWR)
        return True
    return False


def _safe(stream: TextIO | None, number: int, *, is_closed: bool) -> TextIO:
    error = OSError(errno.EBADF, "it is closed") if is_closed else None
    if not isinstance(stream, TextIOWrapper):
        raw: Any = open(number, "wb", buffering=0, closefd=False)  # noqa: SIM115 - as long as the process lives
        return TextIOWrapper(BufferedWriter(Output(raw, error)), "utf-8", "replace", write_through=True)
    raw = getattr(stream.buffer, "raw", stream.buffer)
    safe = BufferedWriter(Output(raw, error))
    return TextIOWrapper(safe, stream.encoding, "replace", line_buffering=stream.line_buffering, write_through=stream.write_through)
