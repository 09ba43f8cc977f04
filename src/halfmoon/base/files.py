"""Writing files whole or not at all."""

from __future__ import annotations

import os
import secrets
import shutil
import stat
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryFile
from typing import BinaryIO

from halfmoon.base.errors import InputError


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
    part = target.with_name(f".{secrets.token_hex(8)}.part")
    try:
        before = _standing(target, path)
        try:
            with part.open("xb") as file:
                write(file)
            if before:
                shutil.copymode(target, part)
            part.replace(target)
        except BaseException:
            with suppress(OSError):  # it is not there, or its folder does not let us look
                part.unlink()
            raise
    except OSError as error:
        raise InputError(f"{os.fspath(path)!r} cannot be written: {error.strerror or error}") from error


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
