"""What the Chinese site needs beside its catalogues: a search that finds words between which there is no space, and titles of thumbnails.

The search field's own words are a setting of the theme, no text of it.

What the theme says and has no Chinese for is in ``docs/locale/zh_CN/LC_MESSAGES/sphinx.po``.
"""

from __future__ import annotations

import html
import posixpath
import re
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.search import SearchLanguage

WORDS = re.compile(r"[\u4e00-\u9fff]+|(?:(?![\u4e00-\u9fff])\w)+")


class Chinese(SearchLanguage):
    """Indexes each character and each pair of neighbours; the pairs of a word that is searched for must all be on a page.

    Sphinx's own splits by a dictionary that is another package, and names a stemmer that no script defines.
    """

    lang = "zh"
    language_name = "Chinese"
    js_splitter_code = r"""
var splitQuery = (query) =>
  (query.match(/[\u4e00-\u9fff]+|(?:(?![\u4e00-\u9fff])[\p{Letter}\p{Number}_])+/gu) ?? []).flatMap((run) =>
    /^[\u4e00-\u9fff]{2,}$/.test(run) ? Array.from({ length: run.length - 1 }, (_, at) => run.slice(at, at + 2)) : [run]);
"""

    def split(self, input: str) -> list[str]:  # noqa: A002 - Sphinx's name
        """Return the words of a text, and of Chinese the characters and pairs of them."""
        found = []
        for run in WORDS.findall(input):
            if "\u4e00" <= run[0] <= "\u9fff":
                found += [*run, *(run[at : at + 2] for at in range(len(run) - 1))]
            else:
                found.append(run)
        return found


def name_the_search(app: Sphinx, config: Config) -> None:
    """Put the search field's words in Chinese."""
    if config.language.startswith("zh"):
        config.html_theme_options = config.html_theme_options | {"search_bar_text": "搜索文档……"}


def translate_thumbnails(app: Sphinx, tree: nodes.document, page: str) -> None:
    """Give each thumbnail the title and the first paragraph of its page as they are there: sphinx-gallery writes them as markup."""
    if not app.config.language.startswith("zh"):
        return
    opened, title = None, ""
    for node in list(tree.findall(lambda each: isinstance(each, nodes.raw | nodes.reference))):
        if isinstance(node, nodes.reference):
            if opened is not None:
                title = node.astext()
                _put(opened, r'(?<=tooltip=")[^"]*', _begin(app, posixpath.join(posixpath.dirname(page), node["refuri"])))
                opened = None
        elif 'class="sphx-glr-thumbcontainer"' in node.astext():
            opened = node
        elif title and 'class="sphx-glr-thumbnail-title"' in node.astext():
            _put(node, r'(?<="sphx-glr-thumbnail-title">)[^<]*', title)
            title = ""


def _put(node: nodes.raw, pattern: str, text: str) -> None:
    node.children = [nodes.Text(re.sub(pattern, lambda _: html.escape(text), node.astext()))]


def _begin(app: Sphinx, address: str) -> str:
    tree = app.env.get_doctree(posixpath.normpath(address).partition(".html")[0])
    return next((each.astext() for each in tree.findall(nodes.paragraph) if isinstance(each.parent, nodes.section)), "")


def setup(app: Sphinx) -> dict[str, Any]:
    """Connect them."""
    app.add_search_language(Chinese)
    app.connect("config-inited", name_the_search)
    app.connect("doctree-resolved", translate_thumbnails)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
