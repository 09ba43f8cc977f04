"""What goes out with a release says the same as the library."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
import yaml

import halfmoon as hm

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))


def pythons(classifiers):
    return {found[1] for each in classifiers if (found := re.fullmatch(r"Programming Language :: Python :: (3\.\d+)", each))}


def test_the_citation_has_the_version():
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    assert citation["version"] == hm.__version__
    assert citation["license"] == PROJECT["license"]


def test_every_python_that_is_promised_is_tested():
    jobs = yaml.safe_load((ROOT / ".github/workflows/tests.yml").read_text(encoding="utf-8"))["jobs"]
    for job in ("linux", "elsewhere"):
        assert set(jobs[job]["strategy"]["matrix"]["python"]) == pythons(PROJECT["classifiers"])
    assert f">={min(pythons(PROJECT['classifiers']))}" == PROJECT["requires-python"]


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_every_action_is_pinned_to_a_version(path):
    used = re.findall(r"uses: *(\S+)", path.read_text(encoding="utf-8"))
    assert used
    assert [each for each in used if not re.search(r"@v\d+(\.\d+)*$", each)] == []


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_what_a_workflow_calls_is_there(path):
    text = path.read_text(encoding="utf-8")
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert all(f"\n{target}:" in makefile for target in re.findall(r"run: make (\S+)", text))
    assert all((ROOT / script).exists() for script in re.findall(r"\btools/\w+\.py", text))


@pytest.mark.parametrize("page", ["SECURITY.md", "CHANGES.md"])
def test_links_lead_somewhere(page):
    for target in re.findall(r"\]\(([^)#:]+)\)", (ROOT / page).read_text(encoding="utf-8")):
        assert (ROOT / target).exists(), target
