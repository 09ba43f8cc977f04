"""What an extra needs, and the command that installs it where this process runs: from a checkout, a wheel or an index alike."""

from __future__ import annotations

import re
import shutil
import sys
from importlib.metadata import PackageNotFoundError, requires
from importlib.util import find_spec
from pathlib import Path


def install_command(extra: str) -> str:
    """Return the command that installs what an extra needs into this environment.

    It names the packages, not Halfmoon: so it is right for who has a checkout, too, and changes nothing else.

    Parameters
    ----------
    extra : str
        A name in ``project.optional-dependencies`` of pyproject.toml.
    """
    packages = " ".join(f'"{each}"' for each in _needs(extra)) or f'"halfmoon[{extra}]"'
    return f"{_python()} -m pip install {packages}" if find_spec("pip") else f"uv pip install --python {_python()} {packages}"


def _needs(extra: str) -> list[str]:
    """Return the requirements of an extra as the installed package states them; none where it is not installed."""
    try:
        stated = requires("halfmoon") or []
    except PackageNotFoundError:
        return []
    matches = [re.fullmatch(r"(.*?)\s*;\s*extra\s*==\s*['\"](.*?)['\"]", each) for each in stated]
    return [found[1] for found in matches if found and found[2] == extra]


def _python() -> str:
    """Return how this interpreter is called: ``python`` where that is it, else its path, from here if it lies below."""
    found, running = shutil.which("python"), Path(sys.executable)
    if found and Path(found) == running:
        return "python"
    shown = str(running.relative_to(Path.cwd()) if running.is_relative_to(Path.cwd()) else running)
    return f'"{shown}"' if " " in shown else shown
