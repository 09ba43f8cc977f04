"""Writes ``changelog.md``: CHANGES.md, and in it what ``changes/`` says of the release to come."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx
from sphinx.config import Config

MARK = "<!-- towncrier release notes start -->\n"


def write(app: Sphinx, config: Config) -> None:
    """Write the page, where it is not there as it should be."""
    root = Path(app.srcdir).parent
    before, _, after = (root / "CHANGES.md").read_text(encoding="utf-8").partition(MARK)
    page, text = Path(app.srcdir, "changelog.md"), f"{before}{_to_come(root)}{after}".replace("](docs/", "](")
    if not page.exists() or page.read_text(encoding="utf-8") != text:
        page.write_text(text, encoding="utf-8")


def _to_come(root: Path) -> str:
    """Return the section of a release that is not yet made, empty where nothing has changed since the last."""
    if not any((root / "changes").glob("*.*.md")):
        return ""
    command = [sys.executable, "-m", "towncrier", "build", "--draft", "--version", "next"]
    draft = subprocess.run(command, cwd=root, capture_output=True, text=True, check=True).stdout  # noqa: S603 - our own
    return "## Since the last release\n" + draft.partition("\n")[2] + "\n"


def setup(app: Sphinx) -> dict[str, Any]:
    """Write it before anything is read."""
    app.connect("config-inited", write)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
