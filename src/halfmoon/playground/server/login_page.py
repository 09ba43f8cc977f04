"""The page that asks a pupil for the password: plain HTML, made here, without a script."""

from __future__ import annotations

import html
import math
from importlib.resources import files

from starlette.responses import Response

from halfmoon.base.language import current, speaking
from halfmoon.playground.server.assets import Asset
from halfmoon.playground.server.translations import say

STYLE = "/login.css"
FORBIDDEN, TOO_MANY = 403, 429


def login_page(query: str = "", *, language: str = "", is_wrong: bool = False, wait: float = 0.0) -> Response:
    """Return the page.

    Parameters
    ----------
    query : str
        Of the address that was asked for, with its "?".
    language : str
        What the pupil's browser speaks, the language that it likes best first; by default that of the server.
    is_wrong : bool
        Whether the password that was given is wrong.
    wait : float
        Seconds until another may be tried; 0 for at once.
    """
    with speaking(("zh" if language.lower().startswith("zh") else "en") if language else None):
        return _login_page(query, is_wrong=is_wrong, seconds=math.ceil(wait))


def _login_page(query: str, *, is_wrong: bool, seconds: int) -> Response:
    said = say("That is not the password.") if is_wrong else ""
    if seconds:
        said = say("Too many wrong passwords came from here; try again in {seconds} s.", seconds=seconds)
    words = {
        "title": say("Halfmoon playground"),
        "label": say("Password of the class"),
        "button": say("Come in"),
        "said": said,
        "query": query,
    }
    template = (files(__package__) / "login.html").read_text("utf-8")
    page = template.format(lang=current(), **{key: html.escape(text) for key, text in words.items()})
    status = TOO_MANY if seconds else FORBIDDEN if is_wrong else 200
    headers = {"Cache-Control": "no-store"} | ({"Retry-After": str(seconds)} if seconds else {})
    return Response(page, status_code=status, media_type="text/html", headers=headers)


def login_style() -> Asset:
    """Return the page's style."""
    return Asset.of(STYLE, (files(__package__) / "login.css").read_bytes())
