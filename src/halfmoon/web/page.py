"""Pages: one HTML file with its style, script and data in it, that opens without a network."""

from __future__ import annotations

import html
import json
from collections.abc import Sequence
from importlib.resources import files
from typing import Any


def page(folder: str, title: str, data: Any, *, scripts: Sequence[str] = ("page.js",), lang: str = "en") -> str:
    """Return a page made of the files in a folder: ``body.html``, ``page.css`` and scripts.

    Parameters
    ----------
    folder : str
        A package's name.
    title : str
        In the browser's tab; any text.
    data : object
        What JSON can hold, any text in it; the script finds it in the element ``data``. Numbers must be finite: JSON has no others.
    scripts : sequence of str
        Files of the folder, in the order in which they are run.
    lang : str
        The language of the page, as HTML has it.
    """

    def read(name: str) -> str:
        return (files(folder) / name).read_text("utf-8")

    # "<" is written otherwise, so that nothing in the data can end the script it stands in.
    text = json.dumps(data, ensure_ascii=False, allow_nan=False, separators=(",", ":")).replace("<", "\\u003c")
    script = "\n".join(map(read, scripts))
    fills = {
        "lang": lang,
        "title": html.escape(title),
        "style": read("page.css"),
        "body": read("body.html"),
        "script": script,
        "data": text,
    }
    first, *rest = (files("halfmoon.web") / "frame.html").read_text("utf-8").split("{{")
    filled = [first]
    for piece in rest:
        name, _, after = piece.partition("}}")
        filled += [fills[name], after]
    return "".join(filled)
