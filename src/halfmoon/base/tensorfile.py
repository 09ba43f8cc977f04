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
from pathlib import Path
from typing import Any

import numpy as np

from halfmoon.base import checks
from halfmoon.base.checks import Array, Check
from halfmoon.base.errors import InputError

MOST_VALUES = 1_000_000
"""Of a head: more are neither written nor read. A list of nothing takes 20 times as much memory as its two characters."""

MOST_ARRAYS = 100_000
"""Of a file."""

LARGEST_WHOLE = 2**128
"""A whole number in a head is smaller than this, which the state of a random generator may come near to."""

DTYPES = frozenset({"BOOL", "I8", "I16", "I32", "I64", "U8", "U16", "U32", "U64", "F16", "F32", "F64"})
"""Of the arrays, as safetensors calls them: those that NumPy has."""

HOLLOW, HOLLOW_BYTES = 16, 1 << 24
"""A file may be so many times as long as what has been written of it, and so many bytes; what a disk compresses has holes too."""


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
    from safetensors.numpy import save as to_bytes  # noqa: PLC0415 - loaded when used

    from halfmoon.base.files import write_atomically  # noqa: PLC0415

    text = _bounded(json.dumps(head))
    content = to_bytes({name: np.ascontiguousarray(arrays[name]) for name in _few(list(arrays))}, {key: text})
    write_atomically(path, lambda file: file.write(content))


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
    from safetensors import SafetensorError, safe_open  # noqa: PLC0415 - loaded when used

    shown = _ordinary_file(path, kind)
    try:
        with safe_open(os.fsdecode(path), framework="numpy") as file:
            text = (file.metadata() or {})[key]
            head = json.loads(_bounded(text), parse_int=_whole, parse_constant=_no_constant)
            arrays = {name: _array(file, name) for name in _few(file.keys())}
    except OSError as error:
        raise InputError(f"the {kind} file {shown} cannot be read: {error.strerror or error}") from None
    except MemoryError:
        raise InputError(f"the {kind} file {shown} must fit in memory") from None
    except (SafetensorError, KeyError, ValueError, RecursionError) as error:
        raise InputError(f"the file {shown} must be a {kind} that halfmoon saved, and whole: {error!s:.120}") from None
    found = head.get("version") if isinstance(head, dict) else None
    if type(found) is not int or found != version:
        raise InputError(f"the {kind} file {shown} must be of format {version}, got {found!r:.40}")
    with damage_told(path, kind):
        head = check("head", head)
    return head, arrays


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


def _ordinary_file(path: Any, kind: str) -> str:
    """Return how errors show a path, after a look whether there is an ordinary file, and whether it holds what its length says."""
    checks.instance("path", path, (str, os.PathLike), "the path of a file")
    shown = _shown(path)
    try:
        # before it is opened: a pipe would wait for ever, and a device may do anything
        if not stat.S_ISREG(Path(os.fsdecode(path)).stat().st_mode):
            raise InputError(f"the {kind} file {shown} cannot be read: it must be an ordinary file")
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
        try:
            size = os.fstat(descriptor).st_size
            if size > HOLLOW_BYTES and size > HOLLOW * _written(descriptor, size):
                raise InputError(f"the {kind} file {shown} must be whole, most of its {size:,} bytes have never been written")
        finally:
            os.close(descriptor)
    except FileNotFoundError:
        raise InputError(f"the {kind} file {shown} does not exist") from None
    except OSError as error:
        raise InputError(f"the {kind} file {shown} cannot be read: {error.strerror or error}") from None
    except ValueError as error:
        if isinstance(error, InputError):
            raise
        raise InputError(f"path must be the path of a file, got {shown}: {error}") from None
    return shown


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


def _bounded(text: str) -> str:
    """Return the text of a head that has no more values than are read: each follows a bracket or a comma."""
    values = sum(map(text.count, "[{,"))
    if values > MOST_VALUES:
        raise InputError(f"the head of a file must have at most {MOST_VALUES:,} values, got {values:,}")
    return text


def _whole(digits: str) -> int:
    """Return a whole number of a head."""
    number = int(digits) if len(digits) <= len(str(LARGEST_WHOLE)) else LARGEST_WHOLE
    if abs(number) >= LARGEST_WHOLE:
        raise InputError(f"a whole number must be below 2**128, got {digits:.40}")
    return number


def _no_constant(text: str) -> Any:
    raise InputError(f"JSON has no {text}")


def _few(names: list[str]) -> list[str]:
    if len(names) > MOST_ARRAYS:
        raise InputError(f"a file must have at most {MOST_ARRAYS:,} arrays, got {len(names):,}")
    return names


def _array(file: Any, name: str) -> Array:
    """Return an array of an open file."""
    dtype = file.get_slice(name).get_dtype()
    if dtype not in DTYPES:
        raise InputError(f"the array {name!r:.80} must hold numbers that NumPy has, got {dtype}")
    found: Array = file.get_tensor(name)
    return found
