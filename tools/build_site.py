"""Builds the site, English into a folder and Chinese into its zh/, with every warning an error, and checks its links.

python tools/build_site.py            # runs every example; into site/
python tools/build_site.py --quick    # runs none; into build/site/
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
from pathlib import Path

import check_site

ROOT = Path(__file__).resolve().parent.parent
LANGUAGES = {"en": "", "zh_CN": "zh"}


def build(folder: Path, language: str, *, quick: bool) -> None:
    """Build the pages in a language, which end the process where Sphinx has a warning."""
    doctrees = ROOT / "build" / "doctrees" / f"{language}{'-quick' * quick}"
    command = [sys.executable, "-m", "sphinx", "-b", "html", "-q", "--fail-on-warning", "--keep-going", "-d", doctrees]
    command += ["-D", f"language={language}", *(["-D", "plot_gallery=False"] if quick else []), ROOT / "docs", folder / LANGUAGES[language]]
    paths = os.pathsep.join(filter(None, [str(ROOT / "src"), os.environ.get("PYTHONPATH")]))
    done = subprocess.run(command, env=os.environ | {"PYTHONPATH": paths}, check=False)
    if done.returncode:
        sys.exit(done.returncode)


def main() -> None:
    """Build it as the arguments say."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="run no example")
    parser.add_argument("--out", type=Path, help="the folder that it goes into")
    arguments = parser.parse_args()
    folder = arguments.out or ROOT / ("build/site" if arguments.quick else "site")
    if (folder / ".buildinfo").exists():  # Sphinx leaves pages that are no more
        shutil.rmtree(folder)
    for language in LANGUAGES:
        build(folder, language, quick=arguments.quick)
    sys.exit(check_site.main(folder))


if __name__ == "__main__":
    main()
