"""Packed files, known by how they begin and not by their name."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import os
import sys
import zipfile
import zlib
from collections.abc import Callable
from typing import IO, Any

from halfmoon.base.errors import InputError
from halfmoon.data.files.polars_calls import reason

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

PIECE = 1 << 22
"""Bytes at a time, so that Ctrl-C is heard in between."""

OPENERS: dict[bytes, tuple[str, Callable[..., Any]]] = {
    b"\x1f\x8b": ("gzip", gzip.open),
    b"BZh": ("bzip2", bz2.open),
    b"\x28\xb5\x2f\xfd": ("zstd", zstd.open),
    b"\xfd7zXZ\0": ("xz", lzma.open),
}
"""How each kind begins, what it is called, and what opens it."""

ZIP = b"PK\x03\x04"

DAMAGE = (OSError, EOFError, zlib.error, lzma.LZMAError, zstd.ZstdError, zipfile.BadZipFile)


def unpacked(file: object, content: bytes) -> bytes:
    """Return what is packed in a file's bytes, or those bytes where nothing is; a workbook, which is a zip too, stays as it is.

    Raises
    ------
    InputError
        When it is damaged, holds several files or none, needs a password, or does not fit into the memory.
    """
    for magic, (name, opener) in OPENERS.items():
        if content.startswith(magic):
            try:
                with opener(io.BytesIO(content)) as stream:
                    return _all(file, stream)
            except DAMAGE as error:
                raise InputError(f"{file} must be a whole {name} file, got an error: {reason(error)}") from error
    if content.startswith(ZIP) and not is_workbook(content):
        return _member(file, content)
    return content


def is_workbook(content: bytes) -> bool:
    """Return whether a zip is a workbook of Excel's or of LibreOffice's."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = archive.namelist()
    except zipfile.BadZipFile:
        return False
    return "[Content_Types].xml" in names or "content.xml" in names


def _member(file: object, content: bytes) -> bytes:
    """Return the one file in a zip."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            # macOS adds a twin of each file.
            members = [each for each in archive.infolist() if not each.is_dir() and not each.filename.startswith("__MACOSX/")]
            if len(members) != 1:
                shown = ", ".join(each.filename for each in members[:3])[:80]
                raise InputError(
                    f"{file} must be a zip of one file, it has {len(members)}{f' ({shown}, ...)' if members else ''}: unpack it"
                )
            with archive.open(members[0]) as stream:
                return _all(file, stream)
    except DAMAGE as error:
        raise InputError(f"{file} must be a whole zip file, got an error: {reason(error)}") from error
    except (RuntimeError, NotImplementedError) as error:  # a password, or a method that Python has not
        raise InputError(f"{file} must be a plain zip file, got an error: {reason(error)}") from error


def _all(file: object, stream: IO[bytes]) -> bytes:
    """Return the whole of a stream, at most half as much as there is memory: a few kilobytes can unpack to terabytes."""
    pieces, size, most = [], 0, _memory() // 2
    while piece := stream.read(PIECE):
        pieces.append(piece)
        size += len(piece)
        if size > most:
            raise InputError(f"{file} must unpack to at most {most / 1e9:.1f} GB, half of the memory, it is larger")
    return b"".join(pieces)


def _memory() -> int:
    """Return the bytes of memory that this machine has; a guess where it does not say."""
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, ValueError, OSError):
        return 1 << 34
