"""Pages: one HTML file with its styles, scripts and data in it, that opens without a network."""

from __future__ import annotations

import html
import json
from collections.abc import Sequence
from importlib.resources import files
from typing import Any


def page(
    folder: str,
    title: str,
    data: Any,
    *,
    scripts: Sequence[str] = ("elements.js", "page.js"),
    styles: Sequence[str] = ("base.css", "page.css"),
    lang: str = "en",
) -> str:
    """Return a page made of the files in a folder: ``body.html``, scripts and styles.

    Parameters
    ----------
    folder : str
        A package's name.
    title : str
        In the browser's tab; any text.
    data : object
        What JSON can hold, any text in it; ``elements.js`` calls it ``data``. Numbers must be finite: JSON has no others.
    scripts, styles : sequence of str
        Files of the folder, or of this package where the folder has none of that name, in the order in which they count.
    lang : str
        The language of the page, as HTML has it.
    """

    def read(name: str) -> str:
        own = files(folder) / name
        return (own if own.is_file() else files("halfmoon.web") / name).read_text("utf-8")

    fills = {
        "lang": lang,
        "title": html.escape(title),
        "style": "".join(map(read, styles)),
        "body": read("body.html"),
        "script": "\n".join(map(read, scripts)),
        # "<" is written otherwise, so that nothing in the data can end the script it stands in.
        "data": json.dumps(data, ensure_ascii=False, allow_nan=False, separators=(",", ":")).replace("<", "\\u003c"),
    }
    first, *rest = read("frame.html").split("{{")
    filled = [first]
    for piece in rest:
        name, _, after = piece.partition("}}")
        filled += [fills[name], after]
    return "".join(filled)
