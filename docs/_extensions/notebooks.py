"""The notebooks that are downloaded: what sphinx-gallery leaves as reStructuredText in their cells becomes Markdown, too."""

from __future__ import annotations

import re
from textwrap import dedent
from typing import Any

from sphinx.application import Sphinx
from sphinx_gallery import notebook

DROPDOWN = re.compile(r"^\.\. dropdown:: (.+)\n((?:\n| +\S.*(?:\n|\Z))+)", re.MULTILINE)

ROLES = (
    (re.compile(r":doc:`([^`<]+?) <[^`>]+>`"), r"*\1*"),
    (re.compile(r":doc:`/?([^`]+)`"), r"*\1*"),
    (re.compile(r":sub:`([^`]+)`"), r"<sub>\1</sub>"),
    (re.compile(r"\\ "), ""),
)
"""Patterns, and what they become: a page by its name, since a notebook lies nowhere in particular; an index; no space at all."""


def to_markdown(text: str) -> str:
    """Return a text without the directives and roles that the pages of tutorial and gallery use beyond those sphinx-gallery knows."""
    text = DROPDOWN.sub(lambda found: f"<details><summary>{found[1]}</summary>\n\n{dedent(found[2]).strip()}\n\n</details>\n\n", text)
    for pattern, instead in ROLES:
        text = pattern.sub(instead, text)
    return text


def setup(app: Sphinx) -> dict[str, Any]:
    """Have it done to each cell; sphinx-gallery has no setting for it."""
    of_gallery = notebook.rst2md
    notebook.rst2md = lambda *arguments: to_markdown(of_gallery(*arguments))
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
