"""The site's own tools: no text lacks its Chinese, and what is wrong with a built site is found. ``make site-quick`` builds it."""

from __future__ import annotations

import runpy
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from matplotlib.figure import Figure
from PIL import Image

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


@pytest.mark.parametrize(
    ("text", "markdown"),
    [
        (
            "Why?\n\n.. dropdown:: Answer\n\n   As\n   :math:`a`.\n\n   - So.\n\nAnd?",
            "Why?\n\n<details><summary>Answer</summary>\n\nAs\n$a$.\n\n- So.\n\n</details>\n\nAnd?",
        ),
        ("y\\ :sub:`nj` + b", "y<sub>nj</sub> + b"),
        ("the :doc:`glossary </glossary>`, see :doc:`/plots`", "the *glossary*, see *plots*"),
    ],
)
def test_a_cell_of_a_notebook_is_markdown(text, markdown):
    pytest.importorskip("sphinx_gallery")
    notebooks = runpy.run_path(str(ROOT / "docs/_extensions/notebooks.py"))
    assert notebooks["to_markdown"](notebooks["notebook"].rst2md(text, {}, "", {})) == markdown


@pytest.mark.filterwarnings("ignore:FigureCanvasAgg is non-interactive")
def test_a_thumbnail_has_no_words_and_the_figure_keeps_them(tmp_path):
    pytest.importorskip("sphinx_gallery")
    save = runpy.run_path(str(ROOT / "docs/_extensions/thumbnails.py"))["save_without_words"]
    figure = Figure()
    ax = figure.add_subplot()
    ax.set(title="a title", xlabel="x", xlim=(0, 1), ylim=(0, 1))
    save(figure, tmp_path / "wordless.png")
    figure.savefig(tmp_path / "with_words.png")
    wordless, with_words = (np.asarray(Image.open(tmp_path / f"{name}.png").convert("L")) for name in ("wordless", "with_words"))
    above = slice(0, int(figure.bbox.height - ax.bbox.y1) - 2)
    assert wordless[above].min() == 255
    assert with_words[above].min() < 255


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
