"""Checks a release in a folder: its metadata, its contents, and that it installs and works on every Python that is here.

    python tools/check_release.py dist

The wheel is installed where nothing else is, on each of Python 3.11 to 3.14 that is found on the PATH or among pyenv's.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
import tomllib
from collections.abc import Iterator
from pathlib import Path
from zipfile import ZipFile

ROOT = Path(__file__).resolve().parent.parent
MINORS = (11, 12, 13, 14)

NEEDED = (
    "LICENSE",
    "README.md",
    "CHANGES.md",
    "CITATION.cff",
    "SECURITY.md",
    "pyproject.toml",
    "hatch_build.py",
    "src/halfmoon/version.py",
)
"""What an sdist must have, to be built and understood."""

TRIAL = """
import halfmoon as hm
for name in hm.__all__:
    getattr(hm, name)
import halfmoon.plots, halfmoon.inspect, halfmoon.lab, halfmoon.data, halfmoon.tabular
print(hm.__version__)
"""


def pythons() -> Iterator[str]:
    """Yield the command of each Python that Halfmoon is for and that works here."""
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
    for minor in MINORS:
        there = [shutil.which(f"python3.{minor}"), *sorted(map(str, pyenv.glob(f"3.{minor}.*/bin/python")), reverse=True)]
        for command in filter(None, there):
            asked = [command, "-c", "import sys; print(sys.version_info.minor)"]
            if subprocess.run(asked, capture_output=True, text=True, check=False).stdout.strip() == str(minor):
                yield command
                break


def check_texts(version: str) -> None:
    """Compare the version with what the changelog and the citation say."""
    citation = (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    if f"version: {version}\n" not in citation:
        sys.exit(f"CITATION.cff must have the version {version}")
    left = [path.name for path in (ROOT / "changes").glob("*.*.md")]
    if f"## {version} (" not in (ROOT / "CHANGES.md").read_text(encoding="utf-8") or left:
        print(f"CHANGES.md has no section for {version} yet, or changes/ has more to say: make changes", file=sys.stderr)


def check_archives(sdist: Path, wheels: list[Path]) -> None:
    """Check the metadata and what is inside."""
    subprocess.run([sys.executable, "-m", "twine", "check", "--strict", sdist, *wheels], check=True)
    subprocess.run([sys.executable, "-m", "check_wheel_contents", *wheels], check=True, cwd=ROOT)
    with tarfile.open(sdist) as archive:
        inside = {name.partition("/")[2] for name in archive.getnames()}
    if missing := [name for name in NEEDED if name not in inside]:
        sys.exit(f"{sdist.name} must have {', '.join(missing)}")
    for wheel in wheels:
        with ZipFile(wheel) as archive:
            names = archive.namelist()
        if "halfmoon/py.typed" not in names:
            sys.exit(f"{wheel.name} must have halfmoon/py.typed")


def check_installed(python: str, wheel: Path, version: str) -> None:
    """Install the wheel in an empty environment, import everything, and train."""
    with tempfile.TemporaryDirectory(prefix="halfmoon-release-") as name:
        subprocess.run([python, "-m", "venv", f"{name}/env"], check=True)
        binary = Path(name, "env", "Scripts" if sys.platform == "win32" else "bin")
        subprocess.run([binary / "python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check", wheel], check=True)
        said = subprocess.run([binary / "python", "-c", TRIAL], check=True, cwd=name, stdout=subprocess.PIPE, text=True).stdout
        if said.strip() != version:
            sys.exit(f"{wheel.name} must be of version {version}, got {said.strip()}")
        trained = [binary / "halfmoon", "train", "moons", "--epochs", "20"]
        subprocess.run(trained, check=True, cwd=name, stdout=subprocess.DEVNULL)
    print(f"{python}: {wheel.name} installs, and trains")


def main(folder: Path) -> None:
    """Check everything, and end the process with a sentence where something is wrong."""
    names: dict[str, str] = {}
    exec((ROOT / "src/halfmoon/version.py").read_text(encoding="utf-8"), names)  # noqa: S102 - one assignment of our own
    version = names["__version__"]
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wheels = sorted(folder.resolve().glob(f"halfmoon-{version}-*.whl"))
    sdist = folder.resolve() / f"halfmoon-{version}.tar.gz"
    if not wheels or not sdist.exists():
        there = ", ".join(sorted(path.name for path in folder.iterdir()))
        sys.exit(f"{folder} must have halfmoon {version} as an sdist and a wheel, got {there}")
    check_texts(version)
    check_archives(sdist, wheels)
    found = list(pythons())
    for python in found:
        check_installed(python, wheels[0], version)
    print(f"halfmoon {version} ({project['requires-python']}): ready on {len(found)} of Python 3.11 to 3.14")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
