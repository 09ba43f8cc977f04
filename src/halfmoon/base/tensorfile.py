"""The form of our files: safetensors, a JSON head and raw arrays. Nothing in it is code, and loading runs none.

What a file may hold is bounded before anything is made of it: it must be an ordinary file, most of its bytes must have been written,
and its head must have no more values than any of ours, none of them beyond 128 bits.
"""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from io import BufferedIOBase, BufferedReader, FileIO
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from halfmoon.base import checks, safetensors_format
from halfmoon.base.checks import Array, Check
from halfmoon.base.errors import InputError

HOLLOW, HOLLOW_BYTES = 16, 1 << 24
"""A file may be so many times as long as what has been written of it, and so many bytes; what a disk compresses has holes too."""

BUFFER = 1 << 18
"""Bytes that are read at a time where arrays are smaller; larger ones are read straight into their place."""


def write(path: str | os.PathLike[str], key: str, head: Mapping[str, Any], arrays: Mapping[str, Array]) -> None:
    """Write a file, whole or not at all.

    Parameters
    ----------
    path : str or path-like
    key : str
        Under which the head stands: what kind of file it is.
    head : mapping
        Plain data.
    arrays : mapping of str to ndarray

    Raises
    ------
    InputError
        When the file cannot be written.
    """
    from halfmoon.base.files import write_atomically  # noqa: PLC0415 - loaded when used

    text = safetensors_format.bounded(json.dumps(head))
    beginning, ordered = safetensors_format.header_bytes({key: text}, {name: np.asarray(array) for name, array in arrays.items()})

    def content(file: BinaryIO) -> None:
        file.write(beginning)
        for array in ordered:
            safetensors_format.write_array(file, array)

    write_atomically(path, content)


def read(path: str | os.PathLike[str], key: str, kind: str, version: int, check: Check) -> tuple[dict[str, Any], dict[str, Array]]:
    """Return the head and the arrays of a file.

    Parameters
    ----------
    path : str or path-like
    key : str
        Under which the head must stand.
    kind : str
        What the file is called in errors, such as "model".
    version : int
        Of the format, as the head must say.
    check : callable
        Declares what the head may hold, as a check of :mod:`halfmoon.base.schema`.

    Raises
    ------
    InputError
        When there is no such file, or it is damaged, or another kind.
    """
    with _opened(path, kind) as (file, size):
        metadata, stored = safetensors_format.read_header(file, size)
        head = safetensors_format.parsed(metadata[key])
        arrays = dict(safetensors_format.read_arrays(file, stored))
    found = head.get("version") if isinstance(head, dict) else None
    if type(found) is not int or found != version:
        raise InputError(f"the {kind} file {_shown(path)} must be of format {version}, got {found!r:.40}")
    with damage_told(path, kind):
        head = check("head", head)
    return head, arrays


def peek(path: str | os.PathLike[str]) -> tuple[str, dict[str, Any]]:
    """Return the key under which the head of a file stands, and the head as it is, without the arrays.

    Raises
    ------
    InputError
        When there is no such file, or it is no file of ours.
    """
    with _opened(path, "model") as (file, size):
        metadata, _ = safetensors_format.read_header(file, size)
        (key, text), *more = metadata.items() or [("", "null")]
        head = safetensors_format.parsed(text)
        if more or not isinstance(head, dict):
            raise ValueError(f"it must say what it holds, it says {', '.join(metadata) or 'nothing'}")
    return key, head


@contextmanager
def damage_told(path: str | os.PathLike[str], kind: str) -> Iterator[None]:
    """Raise InputError, which names the file, for all that is found to be wrong with its content while the block runs."""
    try:
        yield
    except MemoryError:
        raise InputError(f"the {kind} file {_shown(path)} must fit in memory") from None
    except (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError) as error:
        raise InputError(f"the {kind} file {_shown(path)} is damaged: {' '.join(str(error).split()):.150}") from error


def _shown(path: str | os.PathLike[str]) -> str:
    """Return a path for an error; of a long one its end."""
    text = repr(os.fspath(path))
    return text if len(text) <= checks.LONGEST else f"'...{text[3 - checks.LONGEST :]}"


@contextmanager
def _opened(path: Any, kind: str) -> Iterator[tuple[BufferedIOBase, int]]:
    """Open a file to be read, and give its length too; raise InputError, which names it, for all that is wrong with it and its bytes."""
    shown = _shown(checks.instance("path", path, (str, os.PathLike), "the path of a file"))
    try:
        with BufferedReader(FileIO(_descriptor(path, kind, shown)), BUFFER) as file:
            yield file, os.fstat(file.fileno()).st_size
    except _NotOrdinaryError:
        raise
    except FileNotFoundError:
        raise InputError(f"the {kind} file {shown} does not exist") from None
    except OSError as error:
        raise InputError(f"the {kind} file {shown} cannot be read: {error.strerror or error}") from None
    except MemoryError:
        raise InputError(f"the {kind} file {shown} must fit in memory") from None
    except (LookupError, ValueError, RecursionError) as error:
        raise InputError(f"the file {shown} must be a {kind} that halfmoon saved, and whole: {error!s:.120}") from None


class _NotOrdinaryError(InputError):
    """What stands in a file's place, which its bytes have nothing to do with."""


def _descriptor(path: Any, kind: str, shown: str) -> int:
    """Open an ordinary file that holds what its length says."""
    try:
        named = Path(os.fsdecode(path))
        # before it is opened: a pipe would wait for ever, and a device may do anything
        ordinary = stat.S_ISREG(named.stat().st_mode)
    except ValueError as error:
        raise _NotOrdinaryError(f"path must be the path of a file, got {shown}: {error}") from None
    wrong = f"the {kind} file {shown} cannot be read: it must be an ordinary file"
    if ordinary:
        descriptor = os.open(named, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
        found = os.fstat(descriptor)
        hollow = found.st_size > HOLLOW_BYTES and found.st_size > HOLLOW * _written(descriptor, found.st_size)
        if stat.S_ISREG(found.st_mode) and not hollow:  # it may be another by now
            os.lseek(descriptor, 0, os.SEEK_SET)
            return descriptor
        os.close(descriptor)
        if hollow:
            wrong = f"the {kind} file {shown} must be whole, most of its {found.st_size:,} bytes have never been written"
    raise _NotOrdinaryError(wrong)


def _written(descriptor: int, size: int) -> int:
    """Return how many bytes of a file have been written, or a number that is enough of them."""
    if not hasattr(os, "SEEK_DATA"):
        return size
    written = end = 0
    try:
        while end < size and HOLLOW * written < size:
            start = os.lseek(descriptor, end, os.SEEK_DATA)
            end = os.lseek(descriptor, start, os.SEEK_HOLE)
            written += end - start
    except OSError:  # no more data
        pass
    return written
