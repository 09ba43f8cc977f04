"""The tutorial's pages run as they stand, have what every page has, and hold the classes of the exercise's file, word by word."""

from __future__ import annotations

import ast
import re
import runpy
import warnings
from pathlib import Path

import matplotlib as mpl
import pytest
from matplotlib import pyplot as plt

EXAMPLES = Path(__file__).parents[2] / "examples"
PAGES = sorted((EXAMPLES / "tutorial").glob("[0-9]*.py"))
SHOWN = {  # what a page must have printed, one telling piece of it
    "01_neuron": "right for 0.83 of the points",
    "02_layer": 'y = x @ p["W"]',
    "03_activation": "sigmoid: value 1 / (1 + exp(-z)), slope a * (1 - a)",
    "04_loss": "loss 0.1925",
    "05_chain_rule": "0.dW[0,1] = -0.0077597",
    "06_backward": "ok, off by",
    "07_update": "return (theta - rate * g,)",
    "08_epochs": "loss 0.42081822643182",
    "09_loss_curve": "overfits since epoch",
    "10_boundary": "places (10000, 2)",
    "11_compare": "Best: hidden_layer_sizes 16, learning_rate_init 0.05",
    "12_trouble": "7 of 8 units of layer 1 are dead",
    "13_compiled": "The fused engine runs this network",
}


def classes(path):
    """Return the methods of each class of a file, as their syntax trees written out."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    found = [node for node in tree.body if isinstance(node, ast.ClassDef)]
    return {each.name: {node.name: ast.unparse(node) for node in each.body if isinstance(node, ast.FunctionDef)} for each in found}


@pytest.mark.smoke
def test_there_are_the_pages():
    assert [page.stem for page in PAGES] == list(SHOWN)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_page_runs_as_it_stands(page, tmp_path, monkeypatch, capsys):
    mpl.use("agg")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HALFMOON_LANG", "en")
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "FigureCanvasAgg is non-interactive", UserWarning)
        runpy.run_path(str(page), run_name="__main__")
    pictures = len(plt.get_fignums())
    plt.close("all")
    assert pictures > 0
    assert SHOWN[page.stem] in capsys.readouterr().out
    assert list(tmp_path.iterdir()) == []


@pytest.mark.smoke
@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_page_has_its_parts(page):
    text = page.read_text(encoding="utf-8")
    number = int(page.stem[:2])
    assert re.match(rf'r?"""\n{number}\. [^\n]+\n=+\n', text)
    assert len(re.findall(r"^# \*\*\d\.\*\* ", text, re.MULTILINE)) == text.count(".. dropdown:: Answer") >= 2


@pytest.mark.smoke
@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_its_classes_are_those_of_the_exercise(page):
    """A page may show fewer methods; on early pages Dense has no learning rate yet, and need not remember its input."""
    whole = classes(EXAMPLES / "by_hand.py")
    for name, methods in classes(page).items():
        for method, code in methods.items():
            expected = whole[name][method]
            if "learning_rate" not in code:
                for part in ("learning_rate, ", ", self.learning_rate", ", learning_rate"):
                    expected = expected.replace(part, "")
            if "self.x" not in code:
                expected = expected.replace("    self.x = x\n", "")
            assert code == expected, f"{name}.{method}"
