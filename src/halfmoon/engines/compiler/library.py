"""Machine code that came with the installation: a shared library for each level of processor, loaded without Numba and LLVM.

A wheel has them, made from the library's own definitions; a user's own are compiled. The manifest beside them has the hash of the
sources that they were made from, and of each library: what is edited or damaged is not loaded.
"""

from __future__ import annotations

import ctypes
import hashlib
import json
import sys
from functools import cache
from pathlib import Path
from typing import Any

from halfmoon.engines.compiler.machine import LEVEL
from halfmoon.engines.compiler.sources import sources_hash

FOLDER = Path(__file__).parent / "libraries"
MANIFEST = "manifest.json"


def file_name(level: str) -> str:
    """Return the name of the library for a level."""
    return f"kernels-{level}.so"


def address(name: str) -> int | None:
    """Return the address of a kernel by its name; None where the installation has no library for this level, or not this kernel."""
    found = library()
    try:
        return None if found is None else ctypes.cast(getattr(found, name), ctypes.c_void_p).value
    except AttributeError:
        return None


@cache
def library() -> ctypes.CDLL | None:
    """Load the library for this processor; say why not where there is one that cannot be used."""
    path = FOLDER / file_name(LEVEL.name)
    if not path.exists():
        return None
    reason = _reason_against(path)
    if reason is None:
        try:
            return ctypes.CDLL(str(path))
        except OSError as error:
            reason = f"it cannot be loaded ({error})"
    sys.stderr.write(f"halfmoon: {path.name} is not used, since {reason}; kernels are compiled instead\n")
    return None


def _reason_against(path: Path) -> str | None:
    """Return why a library must not be loaded."""
    try:
        manifest: Any = json.loads((FOLDER / MANIFEST).read_bytes())
        sources, expected = manifest["sources"], manifest["libraries"][path.name]
        found = hashlib.sha256(path.read_bytes()).hexdigest()
    except (OSError, ValueError, LookupError, TypeError):
        return f"its {MANIFEST} does not vouch for it"
    if found != expected:
        return "the file is damaged"
    return None if sources == sources_hash() else "sources have been edited since it was made"
