"""The report of a comparison: one HTML page that opens without a network."""

from __future__ import annotations

from typing import TYPE_CHECKING

from halfmoon.lab.page.content import content
from halfmoon.web.page import page

if TYPE_CHECKING:
    from halfmoon.lab.results import Comparison

SCRIPTS = (
    "elements.js", "format.js", "runs.js", "state.js", "colours.js", "headline.js", "filters.js", "scrubber.js", "fields.js",
    "maps.js", "grid.js", "detail.js", "curves.js", "charts.js", "table.js", "page.js",
)  # fmt: skip
"""One subject each; a later one uses those before it."""


def html(comparison: Comparison) -> str:
    """Return the report: a page with everything in it, to be written to a file and opened.

    Parameters
    ----------
    comparison : Comparison

    Returns
    -------
    str
        HTML: which setting is best, and which cannot be distinguished from it; maps and curves over the two factors that explain most of
        the scores, with a scrubber over epochs; and a table of the settings.
    """
    title = f"{_counted(len(comparison.settings), 'setting')} compared over {_counted(len(comparison.seeds), 'seed')}"
    return page("halfmoon.lab.page", title, content(comparison) | {"title": title}, scripts=SCRIPTS)


def _counted(count: int, name: str) -> str:
    return f"{count} {name}{'s' * (count != 1)}"
