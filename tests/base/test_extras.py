"""The command that installs an extra."""

from __future__ import annotations

import shlex
import sys
import tomllib
from pathlib import Path

import pytest

from halfmoon.base import extras
from halfmoon.base.extras import install_command

ROOT = Path(__file__).parent.parent.parent
EXTRAS = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["optional-dependencies"]


@pytest.mark.parametrize("extra", EXTRAS)
@pytest.mark.parametrize("pip", [True, False])
def test_the_command_names_the_packages(monkeypatch, extra, pip):
    monkeypatch.setattr(extras, "find_spec", lambda _: pip or None)
    monkeypatch.setattr(
        extras, "requires", lambda _: ["numpy>=2", *(f"{each}; extra == '{name}'" for name in EXTRAS for each in EXTRAS[name])]
    )
    words = shlex.split(install_command(extra))
    assert words[-len(EXTRAS[extra]) :] == EXTRAS[extra]
    start = ["-m", "pip", "install"] if pip else ["uv", "pip", "install", "--python"]
    assert (words[1:4] if pip else words[:4]) == start


def test_python_is_called_as_it_can_be(monkeypatch, tmp_path):
    monkeypatch.setattr(extras.shutil, "which", lambda _: sys.executable)
    assert install_command("dask").split()[0] in {"python", "uv"}
    monkeypatch.setattr(extras.shutil, "which", lambda _: None)
    monkeypatch.chdir(tmp_path)
    for place in (tmp_path / ".venv" / "bin" / "python", Path("/elsewhere/python")):
        monkeypatch.setattr(extras.sys, "executable", str(place))
        shown = ".venv/bin/python" if place.is_relative_to(tmp_path) else str(place)
        assert shown in install_command("dask").split()


def test_without_metadata_the_extra_is_named(monkeypatch):
    def missing(_):
        raise extras.PackageNotFoundError

    monkeypatch.setattr(extras, "requires", missing)
    assert shlex.split(install_command("dask"))[-1] == "halfmoon[dask]"


def test_no_hint_stands_in_the_code_itself():
    found = [path for path in (ROOT / "src").rglob("*.py") if "pip install" in path.read_text("utf-8") and path.name != "extras.py"]
    assert found == []
