"""Where a comparison's report lies: in a folder of its own, the same for the same comparison, so that no report overwrites another's."""

from __future__ import annotations

import json
import os
import re
import secrets
from collections.abc import Iterator
from pathlib import Path

from halfmoon.base.files import writable_folder

MARK = "comparison.json"
"""The file that says which comparison a folder's report is of."""

REPORT = "report.html"


def report_folder(base: str | os.PathLike[str], identity: str) -> Path:
    """Return the folder for a comparison's report, and mark it: ``base`` or, where that has another one's, ``base-2`` and so on.

    Parameters
    ----------
    base : str or path-like
    identity : str
        Of the comparison: ``comparison.data["identity"]``.

    Raises
    ------
    InputError
        When the folder cannot be written.
    """
    folders = list(_taken(Path(base)))
    known = next((folder for folder in folders if _identity(folder) == identity), None)
    if known is not None:
        return known
    number = 1
    while True:
        folder = _numbered(Path(base), number)
        if folder not in folders and _mark(folder, identity):
            return folder
        number += 1


def _numbered(base: Path, number: int) -> Path:
    return base if number == 1 else base.with_name(f"{base.name}-{number}")


def _taken(base: Path) -> Iterator[Path]:
    """Yield the folders that hold a report, ``base`` first."""
    siblings = [each for each in base.parent.glob("*") if re.fullmatch(rf"{re.escape(base.name)}(-\d+)?", each.name)]
    for folder in sorted(siblings, key=lambda each: (len(each.name), each.name)):
        if (folder / MARK).exists() or (folder / REPORT).exists():
            yield folder


def _identity(folder: Path) -> str | None:
    """Return which comparison a folder is of; None where that is not known."""
    try:
        found = json.loads((folder / MARK).read_text("utf-8"))
    except (OSError, ValueError):
        return None
    return found.get("identity") if isinstance(found, dict) else None


def _mark(folder: Path, identity: str) -> bool:
    """Mark a folder; return whether that is now this comparison's, or another process was faster with another one."""
    writable_folder(folder, "folder must be one that can be written")
    part = folder / f".{secrets.token_hex(8)}.part"
    part.write_text(json.dumps({"version": 1, "identity": identity}), "utf-8")
    try:
        os.link(part, folder / MARK)  # unlike a rename, this fails where the mark is there
    except FileExistsError:
        return _identity(folder) == identity
    except OSError:  # a file system without links
        part.replace(folder / MARK)
    finally:
        part.unlink(missing_ok=True)
    return True
