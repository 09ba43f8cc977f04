"""Pages: one HTML file with its styles, scripts and data in it, that opens without a network."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Sequence
from importlib.resources import files
from typing import Any

from halfmoon.base.colours import NEGATIVE_POSITIVE


def page(
    folder: str,
    title: str,
    data: Any,
    *,
    scripts: Sequence[str] = ("elements.js", "page.js"),
    styles: Sequence[str] = ("base.css", "page.css"),
    lang: str = "en",
) -> str:
    """Return a page made of the files in a folder, a package's name: ``body.html``, scripts and styles.

    Scripts and styles are files of the folder, or of this package where the folder has none of that name. The data is what JSON
    can hold, with finite numbers and any text; ``elements.js`` calls it ``data``. Styles know the colours of signs as
    ``var(--negative)`` and ``var(--positive)``.
    """

    def read(name: str) -> str:
        own = files(folder) / name
        return (own if own.is_file() else files("halfmoon.web") / name).read_text("utf-8")

    fills = {
        "lang": lang,
        "title": html.escape(title),
        "style": _sign_colours() + "".join(map(read, styles)),
        "body": read("body.html"),
        "script": "\n".join(map(read, scripts)),
        # "<" is written otherwise, so that nothing in the data can end the script it stands in.
        "data": json.dumps(data, ensure_ascii=False, allow_nan=False, separators=(",", ":")).replace("<", "\\u003c"),
    }
    return re.sub(r"\{\{(\w+)\}\}", lambda found: fills[found[1]], read("frame.html"))


def _sign_colours() -> str:
    """Return the style that names the colours of signs, which are those of the plots."""
    light, dark = (
        f":root {{ --negative: {negative}; --positive: {positive}; }}"
        for negative, positive in (NEGATIVE_POSITIVE["light"], NEGATIVE_POSITIVE["dark"])
    )
    return f"{light}\n@media (prefers-color-scheme: dark) {{ {dark} }}\n"
