"""``halfmoon describe``: a saved model in, its card out."""

from __future__ import annotations

import sys
from pathlib import Path

from halfmoon.base import checks
from halfmoon.base.files import write_atomically
from halfmoon.cli.translations import say
from halfmoon.description.card import FORMATS, describe

ENDINGS = {".txt": "text", ".json": "json", ".md": "markdown", ".html": "html", ".htm": "html"}
"""Which format the ending of a file's name asks for."""


def run(model: Path, form: str | None, output: Path | None) -> None:
    """Describe, and write to ``output`` or standard output."""
    asked = form or ENDINGS.get("" if output is None else output.suffix.lower(), "text")
    written = FORMATS[checks.one_of("--to", asked, FORMATS)](describe(model))
    if output is None:
        sys.stdout.write(written)
        return
    write_atomically(output, lambda file: file.write(written.encode()))
    sys.stderr.write(say("model card in {output}", output=output) + "\n")
