"""Machine code: compiled from a kernel's text by Numba once an installation, stored in a cache folder, loaded by LLVM alone.

The folder's name is a hash of everything that machine code depends on: the sources of what is compiled, Python, Numba,
LLVM, NumPy and the processor; a file's name is the hash of its text. So an edited source never meets an old kernel. A file
begins with the hash of the rest: what is damaged is compiled again. A process that finds its kernels does not load Numba.
"""

from __future__ import annotations

import hashlib
import os
import sys
import tempfile
from contextlib import suppress
from functools import cache
from importlib.metadata import version
from multiprocessing import parent_process
from pathlib import Path
from typing import Any

from llvmlite import binding
from platformdirs import user_cache_path

from halfmoon.base.errors import InputError
from halfmoon.base.files import write_atomically
from halfmoon.engines.compiler.machine import FEATURES, PROCESSOR, target_machine

SOURCES = ("engines/compiler", "engines/fused", "base/philox.py", "expressions")
"""What a kernel is made from, in the package: every folder and file that has compiled functions, or writes their text."""

HASH_BYTES = 32
"""Length of a SHA-256 hash."""


@cache
def folder() -> Path:
    """Return the folder of this installation's kernels; a temporary one where the user's cannot be written."""
    package = Path(__file__).parents[2]
    files = [file for each in SOURCES for file in (sorted((package / each).rglob("*.py")) or [package / each])]
    machine = (sys.version, PROCESSOR, FEATURES.flatten(), *(version(name) for name in ("numba", "llvmlite", "numpy")))
    key = _hash(repr(machine).encode(), *(file.read_bytes() for file in files)).hex()[:20]
    path = parent() / f"kernels-{key}"
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=path):
            return path
    except OSError:
        return Path(tempfile.mkdtemp(prefix="halfmoon-kernels-"))


def parent() -> Path:
    """Return the folder for the kernels of all installations: ``HALFMOON_CACHE``, or one in the user's cache."""
    return Path(os.environ.get("HALFMOON_CACHE") or user_cache_path("halfmoon"))


def _hash(*parts: bytes) -> bytes:
    digest = hashlib.sha256()
    for part in parts:
        digest.update(len(part).to_bytes(8, "little") + part)
    return digest.digest()


@cache
def kernel(text: str) -> int:
    """Return the address of the function ``kernel`` that a text defines; it is compiled unless its machine code is cached."""
    name = _name(text)
    path = folder() / name
    code = _read(path)
    if code is None:
        announce()
        from halfmoon.engines.compiler.jit import machine_code  # noqa: PLC0415 - loads Numba

        code = machine_code(text, name)
        with suppress(InputError):  # a full disk, say: the next process compiles again
            write_atomically(path, lambda file: file.write(_hash(code) + code))
    return _load(code, name)


def _name(text: str) -> str:
    return f"halfmoon_{_hash(text.encode()).hex()[:20]}"


def is_cached(text: str) -> bool:
    """Return whether the machine code of a text is in the cache folder."""
    return _read(folder() / _name(text)) is not None


def _read(path: Path) -> bytes | None:
    """Return the machine code in a file; None where there is none, or not the whole of it."""
    try:
        content = path.read_bytes()
    except OSError:
        return None
    code = content[HASH_BYTES:]
    return code if content[:HASH_BYTES] == _hash(code) else None


execution_engines: list[Any] = []
"""LLVM's, which own the loaded machine code and so must live as long as the process."""


def _load(code: bytes, name: str) -> int:
    """Load an object file, and return the address of the function of that name."""
    engine = binding.create_mcjit_compiler(binding.parse_assembly(""), target_machine())
    engine.add_object_file(binding.ObjectFileRef.from_data(code))
    engine.finalize_object()
    execution_engines.append(engine)
    return engine.get_function_address(name)


@cache
def announce() -> None:
    """Say once on a terminal why the first training waits; of the processes of a pool, each of which would say it, none does."""
    if parent_process() is None and sys.stderr.isatty():
        sys.stderr.write("halfmoon: compiling kernels, once for this installation (halfmoon warmup compiles all) ...\n")
