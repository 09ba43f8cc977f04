"""Formulas as MathML, which browsers draw themselves: no script to load, no font to fetch, text that a screen reader reads."""

from __future__ import annotations

from typing import Any

from docutils import nodes
from docutils.utils.math import MathError
from docutils.utils.math.latex2mathml import tex2mathml
from sphinx.application import Sphinx
from sphinx.util import logging
from sphinx.writers.html5 import HTML5Translator

LOG = logging.getLogger(__name__)


def _mathml(node: nodes.math | nodes.math_block, *, block: bool) -> str:
    """Return the markup of a formula; one that cannot be read is warned of, and shown as it was written."""
    tex = node.astext().strip()
    if block and "\\begin" not in tex and ("\\\\" in tex or "&" in tex):
        tex = f"\\begin{{aligned}}{tex}\\end{{aligned}}"
    try:
        return str(tex2mathml(tex, as_block=block))
    except MathError as error:
        LOG.warning("this formula cannot be drawn: %s: %s", tex, error, location=node)
        return f"<code>{tex}</code>"


def inline(translator: HTML5Translator, node: nodes.math) -> None:
    """Write a formula within a line."""
    translator.body.append(_mathml(node, block=False))
    raise nodes.SkipNode


def display(translator: HTML5Translator, node: nodes.math_block) -> None:
    """Write a formula on lines of its own, which scrolls where it is too wide."""
    translator.body.append(f'<div class="formula" tabindex="0">{_mathml(node, block=True)}</div>\n')
    raise nodes.SkipNode


def setup(app: Sphinx) -> dict[str, Any]:
    """Make it the way in which HTML has formulas."""
    app.add_html_math_renderer("mathml", (inline, None), (display, None))
    app.connect("config-inited", lambda _, config: setattr(config, "html_math_renderer", "mathml"))
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
