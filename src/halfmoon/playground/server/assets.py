"""The page's files, all read into memory when the server starts: no request ever becomes the path of a file."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from importlib.resources import files
from importlib.resources.abc import Traversable

TYPES = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".mjs": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".ico": "image/vnd.microsoft.icon",
    ".webmanifest": "application/manifest+json",
    ".txt": "text/plain; charset=utf-8",
    ".md": "text/plain; charset=utf-8",
}
"""MIME types by ending; told here, since those of the machine may be anything: a module that is not JavaScript by its type is not run."""

LEFT_OUT = (".py", ".pyc", "__pycache__")
PLAIN_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*")


@dataclass(frozen=True)
class Asset:
    """A file of the page.

    Attributes
    ----------
    path : str
        Of its address: ``/js/main.js``.
    body : bytes
    kind : str
        Its MIME type.
    etag : str
        Changes with its bytes.
    """

    path: str
    body: bytes
    kind: str
    etag: str

    @classmethod
    def of(cls, path: str, body: bytes) -> Asset:
        """Return a file with its type by its name.

        Raises
        ------
        ValueError
            When its ending is unknown, which only a new file in the package brings about.
        """
        ending = path[path.rindex(".") :] if "." in path else ""
        if ending not in TYPES or not all(PLAIN_NAME.fullmatch(part) for part in path[1:].split("/")):
            raise ValueError(f"no MIME type is known for the page's file {path!r}: add it to TYPES")
        return cls(path, body, TYPES[ending], f'"{sha256(body).hexdigest()[:32]}"')


def read_assets(package: str) -> dict[str, Asset]:
    """Return the files of a package but for Python's own, by the paths of their addresses; ``index.html`` at ``/``, too.

    Parameters
    ----------
    package : str
        Its dotted name.
    """
    found = {path: Asset.of(path, body) for path, body in _files(files(package), "")}
    if "/index.html" in found:
        found["/"] = found["/index.html"]
    return found


def _files(folder: Traversable, at: str) -> Iterator[tuple[str, bytes]]:
    for each in sorted(folder.iterdir(), key=lambda each: each.name):
        if each.name.endswith(LEFT_OUT) or each.name.startswith("."):
            continue
        path = f"{at}/{each.name}"
        if each.is_dir():
            yield from _files(each, path)
        else:
            yield path, each.read_bytes()
