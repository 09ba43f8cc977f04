"""The cards as one HTML page, with everything in it: style, script and numbers."""

from __future__ import annotations

import html
import json
from importlib.resources import files
from typing import TYPE_CHECKING

from halfmoon.inspect.page.content import data

if TYPE_CHECKING:
    from halfmoon.inspect.xray import XRay


def page(xray: XRay) -> str:
    """Return the page of an X-ray."""
    numbers = data(xray)
    parts = {name: (files(__name__) / name).read_text("utf-8") for name in ("page.html", "page.css", "page.js")}
    # "<" is written otherwise, so that nothing in the numbers can end the script they stand in.
    text = json.dumps(numbers, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")
    fills = {"title": html.escape(numbers["title"]), "style": parts["page.css"], "script": parts["page.js"], "data": text}
    pieces = parts["page.html"].split("{{")
    filled = [pieces[0]]
    for piece in pieces[1:]:
        name, _, rest = piece.partition("}}")
        filled += [fills[name], rest]
    return "".join(filled)
