"""What a kernel is made from, and its hash: an edited source never meets an old kernel."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

PACKAGE = Path(__file__).parents[2]

SOURCES = ("engines/compiler", "engines/fused", "base/philox.py", "expressions")
"""In the package: every folder and file that has compiled functions, or writes their text."""


def content_hash(*parts: bytes) -> bytes:
    """Return the SHA-256 hash of some contents, each told from the next."""
    digest = hashlib.sha256()
    for part in parts:
        digest.update(len(part).to_bytes(8, "little") + part)
    return digest.digest()


@cache
def sources_hash() -> str:
    """Return the hash of all sources as they are now."""
    files = [file for each in SOURCES for file in (sorted((PACKAGE / each).rglob("*.py")) or [PACKAGE / each])]
    return content_hash(*(file.read_bytes() for file in files)).hex()
