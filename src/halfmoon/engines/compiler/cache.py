"""Machine code: what did not come with the installation is compiled by Numba once, stored in a cache folder, and loaded by LLVM alone.

The folder's name is a hash of everything that machine code depends on: the sources of what is compiled, Python, Numba,
LLVM, NumPy and the level of the processor; a file's name is the hash of its text. So an edited source never meets an old kernel. A file
begins with the hash of its name and the rest: what is damaged, or stands under another's name, is compiled again. A process that
finds its kernels does not load Numba.
"""

from __future__ import annotations

import os
import shutil
import stat
import sys
import tempfile
import threading
import time
from contextlib import suppress
from functools import cache
from importlib.metadata import version
from multiprocessing import parent_process
from pathlib import Path
from typing import Any

from platformdirs import user_cache_path

from halfmoon.base.errors import InputError
from halfmoon.base.files import write_atomically
from halfmoon.engines.compiler import library
from halfmoon.engines.compiler.machine import LEVEL, check_runs, target_machine
from halfmoon.engines.compiler.sources import content_hash, sources_hash

HASH_BYTES = 32
"""Length of a SHA-256 hash."""

STALE_SECONDS = 30 * 24 * 3600
"""After so long without a process that used it, the folder of another installation's kernels is removed."""

in_llvm = threading.RLock()
"""Held while LLVM compiles or loads. A fork waits for it: LLVM's own lock would be held in the child for ever."""

if hasattr(os, "register_at_fork"):
    os.register_at_fork(before=in_llvm.acquire, after_in_parent=in_llvm.release, after_in_child=in_llvm.release)


@cache
def folder() -> Path | None:
    """Return the folder of this installation's kernels; None where none can be written, and each process compiles for itself.

    It is in the user's cache, or where that cannot be written in a temporary folder of the user's.
    """
    machine = (sys.version, LEVEL.name, *(version(name) for name in ("numba", "llvmlite", "numpy")))
    key = content_hash(repr(machine).encode(), sources_hash().encode()).hex()[:20]
    for find in (parent, temporary_parent):
        with suppress(OSError):
            path = find() / f"kernels-{key}"
            path.mkdir(mode=0o700, parents=True, exist_ok=True)
            with tempfile.TemporaryFile(dir=path):
                _remove_stale(path)
                return path
    return None


def parent() -> Path:
    """Return the folder for the kernels of all installations: ``HALFMOON_CACHE``, or one in the user's cache."""
    return Path(os.environ.get("HALFMOON_CACHE") or user_cache_path("halfmoon"))


def temporary_parent() -> Path:
    """Return a folder of this user's in the system's temporary one, which all processes of the user share.

    Raises
    ------
    OSError
        When there is none, or what is there is another's, or open to others: what lies in it is run.
    """
    user = os.geteuid() if hasattr(os, "geteuid") else None  # else the temporary folder is the user's own
    path = Path(tempfile.gettempdir(), "halfmoon" if user is None else f"halfmoon-{user}")
    path.mkdir(mode=0o700, exist_ok=True)
    found = path.lstat()
    if not stat.S_ISDIR(found.st_mode) or (user is not None and (found.st_uid != user or found.st_mode & 0o077)):
        raise PermissionError(f"{path} must be a folder of this user's alone")
    return path


def _remove_stale(used: Path) -> None:
    """Mark a folder of kernels as used now, and remove those beside it that have not been for long."""
    now = time.time()
    os.utime(used, (now, now))
    for other in used.parent.glob("kernels-*"):
        with suppress(OSError):
            if other.lstat().st_mtime < now - STALE_SECONDS:
                shutil.rmtree(other, ignore_errors=True)


@cache
def kernel(text: str) -> int:
    """Return the address of the function ``kernel`` that a text defines; it is compiled where its machine code is nowhere yet."""
    name = _name(text)
    check_runs()
    return library.address(name) or _load(compile_into_cache(text), name)


def compile_into_cache(text: str) -> bytes:
    """Return the machine code of a text from the cache; it is compiled, and stored there, unless it is there."""
    name = _name(text)
    path = _path(name)
    code = None if path is None else _read(path)
    if code is None:
        announce()
        from halfmoon.engines.compiler.jit import machine_code  # noqa: PLC0415 - loads Numba

        with in_llvm:
            code = machine_code(text, name)
        if path is not None:
            with suppress(InputError):  # a full disk, say: the next process compiles again
                write_atomically(path, lambda file: file.write(_checksum(name, code) + code))
    return code


def _path(name: str) -> Path | None:
    found = folder()
    return None if found is None else found / name


def _checksum(name: str, code: bytes) -> bytes:
    return content_hash(name.encode(), code)


def _name(text: str) -> str:
    return f"halfmoon_{content_hash(text.encode()).hex()[:20]}"


def is_cached(text: str) -> bool:
    """Return whether the machine code of a text came with the installation, or is in the cache folder."""
    path = _path(_name(text))
    return library.address(_name(text)) is not None or (path is not None and _read(path) is not None)


def _read(path: Path) -> bytes | None:
    """Return the machine code in a file; None where there is none, not the whole of it, or another kernel's."""
    try:
        content = path.read_bytes()
    except OSError:
        return None
    code = content[HASH_BYTES:]
    return code if content[:HASH_BYTES] == _checksum(path.name, code) else None


execution_engines: list[Any] = []
"""LLVM's, which own the loaded machine code and so must live as long as the process."""


def _load(code: bytes, name: str) -> int:
    """Load an object file, and return the address of the function of that name."""
    from llvmlite import binding  # noqa: PLC0415 - a process whose kernels came with the installation needs no LLVM

    with in_llvm:
        engine = binding.create_mcjit_compiler(binding.parse_assembly(""), target_machine())
        engine.add_object_file(binding.ObjectFileRef.from_data(code))
        engine.finalize_object()
        execution_engines.append(engine)
        address: int = engine.get_function_address(name)
    return address


@cache
def announce() -> None:
    """Say once on a terminal why the first training waits; of the processes of a pool, each of which would say it, none does."""
    if parent_process() is None and sys.stderr.isatty():
        sys.stderr.write("halfmoon: compiling kernels, once for this installation (halfmoon warmup compiles all) ...\n")
