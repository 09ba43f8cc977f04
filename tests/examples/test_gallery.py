"""Every example of the gallery runs as it stands, makes one picture, and is as short as an example should be."""

from __future__ import annotations

import ast
import re
import runpy
from pathlib import Path

import matplotlib as mpl
import matplotlib.pyplot as plt
import pytest
from threadpoolctl import threadpool_limits

from halfmoon.playground.session import Session
from playground_sessions import step

GALLERY = Path(__file__).parents[2] / "examples" / "gallery"
EXAMPLES = sorted(GALLERY.glob("*/*.py"))
COUNT = 24
LINES = 10, 40


def title(path):
    """Return the title of a page or of an example, and the line below it."""
    text = path.read_text(encoding="utf-8")
    return re.search(r'^(?:""")?\n?(.+)\n(=+|-+)\n', text).groups()


@pytest.mark.smoke
def test_the_gallery_has_its_groups():
    assert len(EXAMPLES) == COUNT
    assert len({path.name for path in EXAMPLES}) == COUNT
    assert len({title(path)[0] for path in EXAMPLES}) == COUNT
    assert {path.parent for path in EXAMPLES} == {path.parent for path in GALLERY.glob("*/README.rst")}


@pytest.mark.smoke
@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_an_example_is_short_and_says_what_it_shows(path):
    text = path.read_text(encoding="utf-8")
    tree = ast.parse(text)
    said, *code = tree.body
    lines = [line for line in text.splitlines()[code[0].lineno - 1 :] if line.strip() and not line.strip().startswith("#")]
    assert path.name.startswith("plot_")  # else it is shown, but not run
    assert LINES[0] <= len(lines) <= LINES[1], len(lines)
    assert len(title(path)[0]) == len(title(path)[1])
    assert re.findall(r"\.\s", f"{said.value.value}\n")


def test_what_was_copied_from_the_playground_is_what_it_gives():
    session = Session()
    try:
        layers = [{"width": 6, "activation": "tanh"}, {"width": 4, "activation": "tanh"}]
        settings = {
            "data": {"kind": "circles", "rows": 400, "noise": 0.1},
            "network": {"layers": layers, "initialiser": "glorot_uniform"},
            "training": {"optimizer": "adam", "rate": 0.01, "batch": 40, "l2": 0.001},
        }
        assert "error" not in session.handle({"type": "settings", "settings": settings})
        step(session, 150)
        given = session.handle({"type": "python"})["code"]
    finally:
        session.close()
    shown = (GALLERY / "1-see" / "plot_playground_python.py").read_text(encoding="utf-8")
    statements = [ast.dump(each) for each in ast.parse(given).body if not isinstance(each, ast.ImportFrom)]
    assert [each for each in map(ast.dump, ast.parse(shown).body) if each in statements] == statements


@pytest.mark.filterwarnings("ignore:FigureCanvasAgg is non-interactive")
@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_an_example_runs_and_makes_one_picture(path, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for module in re.findall(r"^import (optuna|torch)$", path.read_text(encoding="utf-8"), re.MULTILINE):
        pytest.importorskip(module)
    with mpl.rc_context({"backend": "Agg"}), threadpool_limits(1):  # products of such sizes only lose time on several threads
        plt.close("all")
        runpy.run_path(str(path))
        assert len(plt.get_fignums()) == 1
        plt.gcf().canvas.draw()
        plt.close("all")
    assert list(tmp_path.iterdir()) == []
