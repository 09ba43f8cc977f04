"""The page's files: read once, with types of our own, under the paths of their addresses and no others."""

from __future__ import annotations

import mimetypes

import pytest

from halfmoon.playground.server.assets import Asset, read_assets
from halfmoon.playground.server.login_page import login_style


def test_a_file_of_the_page_needs_no_code():
    found = read_assets("playground_page")
    assert set(found) == {"/", "/index.html", "/page.css", "/icon.svg", "/js/main.js"}
    assert found["/"] is found["/index.html"]
    assert found["/js/main.js"].kind == "text/javascript; charset=utf-8"
    assert len({each.etag for each in found.values()}) == 4


def test_types_do_not_depend_on_the_machine(monkeypatch):
    # Windows' registry may say text/plain of .js, and a module of that type is not run
    monkeypatch.setattr(mimetypes, "guess_type", lambda *_: ("text/plain", None))
    assert Asset.of("/a.js", b"").kind.startswith("text/javascript")
    assert login_style().kind.startswith("text/css")


@pytest.mark.parametrize("path", ["/a.exe", "/a", "/.hidden", "/a b.js", "/../a.js", "/a/.git/b.js", "/{x}.js"])
def test_a_file_that_no_address_should_have_is_refused(path):
    with pytest.raises(ValueError, match="no MIME type is known"):
        Asset.of(path, b"")
