"""Mistakes of the program, as opposed to a person's: said once each on standard error, and never the end of the server."""

from __future__ import annotations

import sys
import traceback

_told: set[tuple[str, int]] = set()


def tell(error: BaseException) -> str:
    """Print the traceback of an error, once for each place that it comes from; return a sentence for the page."""
    last = traceback.extract_tb(error.__traceback__)[-1:]
    place = (last[0].filename, last[0].lineno or 0) if last else ("", 0)
    if place not in _told:
        _told.add(place)
        sys.stderr.write("".join(traceback.format_exception(error)))
    return f"This failed by a mistake of the program, not of yours; its terminal says more ({type(error).__name__})"
