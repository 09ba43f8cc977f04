"""The cards as one HTML page, with everything in it: style, script and numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from halfmoon.inspect.xray.page.content import data
from halfmoon.web.page import page as filled

if TYPE_CHECKING:
    from halfmoon.inspect.xray.xray import XRay


def page(xray: XRay) -> str:
    """Return the page of an X-ray."""
    numbers = data(xray)
    return filled(__name__, numbers["title"], numbers)
