"""The reading path of the README can be read in order: each file needs only those before it, or says what else it borrows."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
LINES = 1500


def path(page: str = "README.md") -> list[Path]:
    """Return the files of the numbered list in which the README says what to read."""
    text = (ROOT / page).read_text(encoding="utf-8")
    return [ROOT / target for target in re.findall(r"^\d+\. \[`[\w/]+\.py`\]\(([\w/]+\.py)\)", text, re.MULTILINE)]


def module(file: Path) -> str:
    """Return the dotted name of a module of ours."""
    return ".".join(file.relative_to(ROOT / "src").with_suffix("").parts)


def imports(tree: ast.Module) -> Iterator[str]:
    """Yield the modules of ours that a file imports, anywhere in it."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("halfmoon"):
            for each in node.names:
                inner = f"{node.module}.{each.name}"
                is_module = (ROOT / "src" / inner.replace(".", "/")).with_suffix(".py").exists()
                yield inner if is_module else str(node.module)
        elif isinstance(node, ast.Import):
            yield from (each.name for each in node.names if each.name.startswith("halfmoon"))


def borrowed(name: str, text: str) -> bool:
    """Return whether a docstring names a module: in full, or its last part and the package that it is in."""
    package, _, last = name.rpartition(".")
    return name in text or (bool(package) and package in text and re.search(rf"\b{last}\b", text) is not None)


@pytest.mark.smoke
def test_the_path_is_the_same_in_both_languages():
    assert path("README.zh-CN.md") == path()
    assert len(path()) > 8


@pytest.mark.smoke
@pytest.mark.parametrize("file", path(), ids=lambda file: str(file.relative_to(ROOT)))
def test_a_file_needs_those_before_it_or_says_what_it_borrows(file):
    tree = ast.parse(file.read_text(encoding="utf-8"))
    before = {module(each) for each in path()[: path().index(file)] if "src" in each.relative_to(ROOT).parts}
    text = ast.get_docstring(tree) or ""
    assert [name for name in imports(tree) if name not in before and not borrowed(name, text)] == []


@pytest.mark.smoke
def test_a_layer_begins_with_its_formulas():
    """What can be chosen, and how it is checked, stands below what is computed."""
    for name in ("contract", "dense"):
        text = (ROOT / f"src/halfmoon/layers/{name}.py").read_text(encoding="utf-8")
        rest = text[text.index("def forward") :]
        assert "def backward" in rest
        assert "checked(" not in text[: text.index("def forward")].partition("class ")[2]


@pytest.mark.smoke
def test_the_path_is_short_and_holds_the_update():
    texts = {file.name: file.read_text(encoding="utf-8") for file in path()}
    assert sum(len(file.read_text(encoding="utf-8").splitlines()) for file in path()) <= LINES
    assert "θ ← θ - rate g" in texts["sgd.py"]
    assert "driver.py" not in texts
