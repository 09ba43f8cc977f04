"""Pages: one HTML file with its styles, scripts and data in it, that opens without a network."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Mapping, Sequence
from importlib.resources import files
from typing import Any

from halfmoon.base.colours import NEGATIVE_POSITIVE
from halfmoon.base.language import Texts, current

READ_TEXT = re.compile(r'(>|(?:aria-label|title|placeholder)=")([^<>"]+)')
"""What a person is shown of HTML: between tags, and in some attributes."""


def page(
    folder: str,
    title: str,
    data: Any,
    *,
    scripts: Sequence[str] = ("elements.js", "page.js"),
    styles: Sequence[str] = ("base.css", "page.css"),
    lang: str = "en",
    texts: Texts | None = None,
) -> str:
    """Return a page made of the files in a folder, a package's name: ``body.html``, scripts and styles.

    Scripts and styles are files of the folder, or of this package where the folder has none of that name. The data is what JSON
    can hold, with finite numbers and any text; ``elements.js`` calls it ``data``. Styles know the colours of signs as
    ``var(--negative)`` and ``var(--positive)``.

    With ``texts`` the page is in the language that is spoken: they say what stands in ``body.html``, between tags and in the
    attributes that are read, and what the scripts ask ``say`` of ``elements.js`` for; the data is then a dict.
    """
    chinese: Mapping[str, str] = texts.chinese if texts is not None and current() == "zh" else {}
    if texts is not None:
        lang, data = current(), data | {"texts": chinese}

    def read(name: str) -> str:
        own = files(folder) / name
        return (own if own.is_file() else files("halfmoon.web") / name).read_text("utf-8")

    fills = {
        "lang": lang,
        "title": html.escape(title),
        "style": _sign_colours() + "".join(map(read, styles)),
        "body": READ_TEXT.sub(lambda found: found[1] + _said(found[2], chinese), read("body.html")),
        "script": "\n".join(map(read, scripts)),
        # "<" is written otherwise, so that nothing in the data can end the script it stands in.
        "data": json.dumps(data, ensure_ascii=False, allow_nan=False, separators=(",", ":")).replace("<", "\\u003c"),
    }
    return re.sub(r"\{\{(\w+)\}\}", lambda found: fills[found[1]], read("frame.html"))


def _said(text: str, chinese: Mapping[str, str]) -> str:
    """Return what stands for a text of HTML; the same where it has no Chinese."""
    return html.escape(chinese[text]) if text in chinese else text


def _sign_colours() -> str:
    """Return the style that names the colours of signs, which are those of the plots."""
    light, dark = (
        f":root {{ --negative: {negative}; --positive: {positive}; }}"
        for negative, positive in (NEGATIVE_POSITIVE["light"], NEGATIVE_POSITIVE["dark"])
    )
    return f"{light}\n@media (prefers-color-scheme: dark) {{ {dark} }}\n"
