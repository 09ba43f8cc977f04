"""The site's own tools: no text lacks its Chinese, and what is wrong with a built site is found. ``make site-quick`` builds it."""

from __future__ import annotations

import runpy
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


def run(tool, *arguments):
    return subprocess.run([sys.executable, ROOT / "tools" / tool, *arguments], capture_output=True, text=True, check=False)


def test_no_text_lacks_its_chinese():
    done = run("site_texts.py", "--check")
    assert done.returncode == 0, f"make site-texts, then translate what is empty in docs/locale:\n{done.stderr}"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("损失", ["损", "失", "损失"]),
        ("层", ["层"]),
        ("用Adam训练, 2_000 rows", ["用", "Adam", "训", "练", "训练", "2_000", "rows"]),
        ("", []),
    ],
)
def test_chinese_is_found_by_pairs_of_characters(text, words):
    chinese = runpy.run_path(str(ROOT / "docs/_extensions/chinese.py"))["Chinese"]
    assert chinese({}).split(text) == words


@pytest.mark.smoke
@pytest.mark.parametrize(
    ("body", "wrong"),
    [
        ('<p id="here"></p><a href="#here"></a><a href="other.html#there"></a><img src="a.png" alt=""><a href="https://x.org">', ""),
        ('<a href="gone.html"></a>', "leads nowhere: gone.html"),
        ('<a href="#gone"></a>', "leads nowhere: #gone"),
        ('<a href="other.html#gone"></a>', "leads nowhere: other.html#gone"),
        ('<img src="a.png">', "a picture without words: a.png"),
        ('<script src="https://cdn.org/x.js"></script>', "comes from the network: https://cdn.org/x.js"),
        ('<link rel="stylesheet" href="//cdn.org/x.css">', "comes from the network: //cdn.org/x.css"),
        ('<link rel="canonical" href="https://halfmoon.org/">', ""),
    ],
)
def test_what_is_wrong_with_a_site_is_found(body, wrong, tmp_path):
    (tmp_path / "index.html").write_text(f"<html><body>{body}</body></html>")
    (tmp_path / "other.html").write_text('<html><body><p id="there"></p></body></html>')
    (tmp_path / "a.png").write_bytes(b"")
    done = run("check_site.py", tmp_path)
    assert (done.returncode != 0) == bool(wrong)
    assert wrong in done.stderr
