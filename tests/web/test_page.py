"""A page is its parts, filled in once, and nothing in them can change it."""

from __future__ import annotations

import json
import re

import pytest

from halfmoon.web.page import page

FOLDER = "halfmoon.inspect.xray.page"
AWKWARD = ["</script><script>alert(1)</script>", "{{style}}", "{{data}}", "<!--", "\u2028", "\\u003c", "a & b", '"']


def test_data_come_back_as_they_were():
    html = page(FOLDER, "a title", AWKWARD)
    text = re.search(r'id="data">(.*?)</script>', html, re.DOTALL)[1]
    assert json.loads(text) == AWKWARD
    assert "<" not in text
    assert html.count("</script>") == 2


@pytest.mark.parametrize("title", AWKWARD)
def test_a_title_is_text(title):
    found = re.search(r"<title>(.*?)</title>", page(FOLDER, title, {}), re.DOTALL)[1]
    assert not set('<>"') & set(found)


def test_scripts_are_run_in_order():
    html = page("halfmoon.lab.page", "", {}, scripts=["state.js", "elements.js"])  # one of the folder, one of all pages
    assert html.index("const listeners") < html.index("function make(")


def test_numbers_that_json_does_not_know_are_refused():
    with pytest.raises(ValueError, match="not JSON compliant"):
        page(FOLDER, "", float("nan"))
