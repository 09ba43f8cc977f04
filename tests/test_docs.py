"""The code in the documentation runs as it stands, and what it shows is there."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from exercise_figures import quick_environment

ROOT = Path(__file__).parent.parent
PAGES = [
    "docs/index.md", "docs/installation.md",
    "README.md", "README.zh-CN.md", "docs/exercise.md", "docs/migration.md", "docs/comparing.md", "docs/plots.md", "docs/xray.md",
    "docs/tables.md", "docs/moving.md", "docs/layers.md", "docs/tabular.md",
]  # fmt: skip
READMES = ["README.md", "README.zh-CN.md"]


EXTRAS = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["optional-dependencies"]
HIDDEN = """
import sys
class Hidden:
    def find_spec(name, path=None, target=None):
        if name in {hidden}:
            raise ModuleNotFoundError(f"{{name}} is not among what the page says to install", name=name)
sys.meta_path.insert(0, Hidden)
"""


@pytest.mark.parametrize("page", PAGES)
def test_the_code_of_a_page_runs_with_what_it_says_to_install(page, tmp_path):
    text = (ROOT / page).read_text(encoding="utf-8")
    blocks = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    assert blocks
    extras = {re.match(r"\w+", each)[0] for name, modules in EXTRAS.items() if f"[{name}]'" not in text for each in modules}
    script = tmp_path / "page.py"
    script.write_text(HIDDEN.format(hidden={"pandas", *extras}) + "\n".join(blocks), encoding="utf-8")
    command = [sys.executable, "-W", "error", script]
    done = subprocess.run(command, cwd=tmp_path, env=quick_environment(), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    if page == "docs/exercise.md":
        assert "training accuracy 0.978" in done.stdout
        assert "WRONG" not in done.stdout
        assert {"loss.png", "boundary.png"} <= {path.name for path in tmp_path.iterdir()}


@pytest.mark.smoke
@pytest.mark.parametrize("page", [*PAGES, "CONTRIBUTING.md", "docs/promises.md", "docs/deploying.md"])
def test_every_link_of_a_page_leads_somewhere(page):
    path = ROOT / page
    for target in re.findall(r"\]\(([^)#:]+)\)", path.read_text(encoding="utf-8")):
        assert (path.parent / target).exists(), target


@pytest.mark.smoke
def test_the_exercise_is_ten_lines():
    first = re.findall(r"```python\n(.*?)```", (ROOT / "docs/exercise.md").read_text(encoding="utf-8"), re.DOTALL)[0]
    assert len([line for line in first.splitlines() if line]) == 10


@pytest.mark.smoke
@pytest.mark.parametrize("page", ["README.md", "README.zh-CN.md"])
def test_the_figures_of_a_readme_are_those_of_the_benchmarks(page):
    rows = re.findall(r"^\|.*\d m?s \|.*$", (ROOT / page).read_text(encoding="utf-8"), re.MULTILINE)
    measured = re.findall(r"\| ([\d.]+ m?s) \(", (ROOT / "docs/benchmarks-all.md").read_text(encoding="utf-8"))
    assert len(rows) == 3
    assert {figure for row in rows for figure in re.findall(r"[\d.]+ m?s\b", row)} <= set(measured)


def test_both_readmes_have_the_same_code():
    codes = [re.findall(r"```\w*\n.*?```", (ROOT / page).read_text(encoding="utf-8"), re.DOTALL) for page in READMES]
    plain = [[re.sub(r"\s*#.*", "", block) for block in blocks] for blocks in codes]
    assert plain[0] == plain[1]
