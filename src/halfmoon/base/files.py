"""Writing files whole or not at all."""

from __future__ import annotations

import os
import re
import secrets
import shutil
import stat
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from functools import lru_cache
from io import BufferedWriter, FileIO, UnsupportedOperation
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any, BinaryIO

from halfmoon.base.errors import InputError

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]


def write_atomically(path: str | os.PathLike[str], write: Callable[[BinaryIO], object]) -> None:
    """Write a file under a temporary name beside ``path``, then rename it, so that no half-written file is ever seen.

    Parameters
    ----------
    path : str or path-like
        A file that was there is replaced and its permissions are kept; a link is followed.
    write : callable
        Gets the file, opened for writing bytes.

    Raises
    ------
    InputError
        When the folder does not exist, ``path`` is not an ordinary file, or the system refuses.
    """
    if not isinstance(path, str | os.PathLike) or "\0" in os.fspath(path):
        raise InputError(f"path must be the path of a file, got {path!r}")
    target = Path(os.path.realpath(path))
    remove_leftovers(target.parent)
    try:
        before = _standing(target, path)
        while not _written(target, write, keep_mode=before):
            pass
    except OSError as error:
        raise InputError(f"{os.fspath(path)!r} cannot be written: {error.strerror or error}") from error


class Part(FileIO):
    """A new file of a temporary name: locked as long as it is open, and it remembers why it could not be written."""

    def __init__(self, path: Path) -> None:
        super().__init__(path, "xb")
        self.error: OSError | None = None
        _lock(super().fileno(), wait=True)

    def write(self, data: Any) -> int:
        try:
            return super().write(data)
        except OSError as error:
            self.error = error
            raise

    def fileno(self) -> int:
        """Raise UnsupportedOperation: a library that wrote past this would say in words of its own that the disk is full."""
        raise UnsupportedOperation("fileno")


def _written(target: Path, write: Callable[[BinaryIO], object], *, keep_mode: bool) -> bool:
    """Write a file; return False where its temporary one was taken for a leftover, in the moment before it was locked."""
    path = target.with_name(f".{secrets.token_hex(8)}.part")
    try:
        with Part(path) as part, BufferedWriter(part) as file:
            if not os.path.lexists(path):
                return False
            try:
                write(file)
                file.flush()
            except Exception:
                if part.error is not None:  # which libraries raise as something else
                    raise part.error from None
                raise
            if keep_mode:
                shutil.copymode(target, path)
            if fcntl is None:
                file.close()  # Windows renames no file that is open
            path.replace(target)
    except BaseException:
        with suppress(OSError):  # it is not there, or its folder does not let us look
            path.unlink()
        raise
    return True


def _lock(descriptor: int, *, wait: bool) -> bool:
    """Lock a file until it is closed, if only by a kill; return whether that was possible."""
    if fcntl is None:
        return True  # Windows removes no file that is open
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
    except OSError:  # another has, or this file system has no locks
        return False
    return True


LEFTOVER = re.compile(r"\.[0-9a-f]{16}\.part")
"""The name of a file that is being written, or was when its process was killed."""

IDLE = 100
"""How many times as long as it takes to look for leftovers nobody looks again."""


@lru_cache(maxsize=256)
def _next_look(folder: Path) -> list[float]:  # noqa: ARG001 - each folder has its own
    """Return the time, as an only entry, before which nobody looks for leftovers in a folder."""
    return [0.0]


def remove_leftovers(folder: Path) -> None:
    """Remove the files that killed processes have left half-written in a folder.

    Those of living processes are locked, and stay. In a folder of very many files this takes a hundredth of the time at most.
    """
    next_look, began = _next_look(folder), time.monotonic()
    if began < next_look[0]:
        return
    with suppress(OSError):
        for name in [each.name for each in os.scandir(folder) if LEFTOVER.fullmatch(each.name)]:
            _remove_if_left(folder / name)
    ended = time.monotonic()
    next_look[0] = ended + IDLE * (ended - began)


def _remove_if_left(path: Path) -> None:
    with suppress(OSError), ExitStack() as opened:
        if fcntl is not None:
            descriptor = os.open(path, os.O_WRONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
            opened.callback(os.close, descriptor)
            if not _lock(descriptor, wait=False):
                return
        path.unlink()


def writable_folder(path: str | os.PathLike[str], must: str, within: str = "") -> Path:
    """Return a folder, or one within it, made where it is not there, and tried out; ``must`` begins the error's sentence."""
    folder = Path(path) / within
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with TemporaryFile(dir=folder) as file:
            file.write(bytes(4096))
    except OSError as error:
        raise InputError(f"{must}, got {os.fspath(path)!r}: {error.strerror or error}") from None
    return folder


@contextmanager
def kept_if_filled(folder: Path) -> Iterator[None]:
    """Leave no empty folder behind where what was to fill it has failed, nor those above it that were made for it."""
    made = [each for each in (folder, *folder.parents) if not os.access(each, os.F_OK)]
    try:
        yield
    except BaseException:
        for each in made:
            try:
                each.rmdir()
            except OSError:  # it is not empty, or not there
                break
        raise


def _standing(target: Path, path: str | os.PathLike[str]) -> bool:
    """Return whether a file is there; raise InputError where none can stand, and an OSError where the system does not say."""
    try:
        mode = target.stat().st_mode
    except (FileNotFoundError, NotADirectoryError):
        if not target.parent.is_dir():
            raise InputError(f"path must lie in a folder that exists, got {os.fspath(path)!r}") from None
        return False
    if not stat.S_ISREG(mode):  # a folder, or a device such as /dev/null: never to be replaced
        raise InputError(f"path must be an ordinary file, got {os.fspath(path)!r}")
    return True
