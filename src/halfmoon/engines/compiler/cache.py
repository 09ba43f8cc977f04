"""Machine code: what did not come with the installation is compiled by Numba once, stored in a cache folder, and loaded by LLVM alone.

The folder's name is a hash of everything that machine code depends on: the sources of what is compiled, Python, Numba,
LLVM, NumPy and the level of the processor; a file's name is the hash of its text. So an edited source never meets an old kernel. A file
begins with the hash of the rest: what is damaged is compiled again. A process that finds its kernels does not load Numba.
"""

from __future__ import annotations

import os
import sys
import tempfile
from contextlib import suppress
from functools import cache
from importlib.metadata import version
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


@cache
def folder() -> Path:
    """Return the folder of this installation's kernels; a temporary one where the user's cannot be written."""
    machine = (sys.version, LEVEL.name, *(version(name) for name in ("numba", "llvmlite", "numpy")))
    key = content_hash(repr(machine).encode(), sources_hash().encode()).hex()[:20]
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


@cache
def kernel(text: str) -> int:
    """Return the address of the function ``kernel`` that a text defines; it is compiled where its machine code is nowhere yet."""
    name = _name(text)
    check_runs()
    return library.address(name) or _load(compile_into_cache(text), name)


def compile_into_cache(text: str) -> bytes:
    """Return the machine code of a text from the cache; it is compiled, and stored there, unless it is there."""
    name = _name(text)
    path = folder() / name
    code = _read(path)
    if code is None:
        announce()
        from halfmoon.engines.compiler.jit import machine_code  # noqa: PLC0415 - loads Numba

        code = machine_code(text, name)
        with suppress(InputError):  # a full disk, say: the next process compiles again
            write_atomically(path, lambda file: file.write(content_hash(code) + code))
    return code


def _name(text: str) -> str:
    return f"halfmoon_{content_hash(text.encode()).hex()[:20]}"


def is_cached(text: str) -> bool:
    """Return whether the machine code of a text came with the installation, or is in the cache folder."""
    return library.address(_name(text)) is not None or _read(folder() / _name(text)) is not None


def _read(path: Path) -> bytes | None:
    """Return the machine code in a file; None where there is none, or not the whole of it."""
    try:
        content = path.read_bytes()
    except OSError:
        return None
    code = content[HASH_BYTES:]
    return code if content[:HASH_BYTES] == content_hash(code) else None


execution_engines: list[Any] = []
"""LLVM's, which own the loaded machine code and so must live as long as the process."""


def _load(code: bytes, name: str) -> int:
    """Load an object file, and return the address of the function of that name."""
    from llvmlite import binding  # noqa: PLC0415 - a process whose kernels came with the installation needs no LLVM

    engine = binding.create_mcjit_compiler(binding.parse_assembly(""), target_machine())
    engine.add_object_file(binding.ObjectFileRef.from_data(code))
    engine.finalize_object()
    execution_engines.append(engine)
    return engine.get_function_address(name)


@cache
def announce() -> None:
    """Say once on a terminal why the first training waits."""
    if sys.stderr.isatty():
        sys.stderr.write("halfmoon: compiling kernels, once for this installation (halfmoon warmup compiles all) ...\n")
