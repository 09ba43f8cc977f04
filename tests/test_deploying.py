"""Every block of docs/deploying.md runs, in the page's order and in one folder: those that do not import Halfmoon, without it."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from exercise_figures import quick_environment

PAGE = Path(__file__).parent.parent / "docs/deploying.md"
BLOCKS = re.findall(r"```(\w+)\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
NODE = shutil.which("node") or shutil.which("nodejs")
COMPILER = shutil.which("cc")
ALONE = """
import sys
class Hidden:
    def find_spec(name, path=None, target=None):
        if name.partition(".")[0] in {"halfmoon", "scipy", "sklearn", "polars", "pandas", "numba", "torch", "matplotlib"}:
            raise ModuleNotFoundError(f"{name} is not there", name=name)
sys.meta_path.insert(0, Hidden)
sys.path.insert(0, "")
"""


def python(code, folder):
    text = code if "halfmoon" in code.partition("\n")[0] else ALONE + code
    return [sys.executable, "-W", "error", "-W", "ignore::ResourceWarning", "-c", text]


def javascript(code, folder):
    (folder / "block.mjs").write_text(code)
    return [NODE, "block.mjs"]


def shell(code, folder):
    return ["bash", "-e", "-c", code]


def c(code, folder):
    """Compile and run a file as its first line says."""
    name, command = re.match(r"/\* (\w+\.c): (.*) \*/", code).groups()
    (folder / name).write_text(code)
    return ["bash", "-e", "-c", f"{command} -std=c99 -Wall -Wextra -pedantic -Werror && ./a.out"]


RUNNERS = {"python": python, "js": javascript, "sh": shell, "c": c}
"""From a block's language to the command that runs it; every block has one."""


def test_every_block_runs_and_all_say_the_same(tmp_path):
    environment = quick_environment() | {"PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
    said = []
    for language, code in BLOCKS:
        if (language == "js" and NODE is None) or (language == "c" and COMPILER is None):
            said.append("")
            continue
        command = RUNNERS[language](code, tmp_path)
        done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, f"{code}\n{done.stdout}\n{done.stderr}"
        said.append(done.stdout)
    for model, least in {"iris": 5, "flats": 3}.items():
        blocks = zip(BLOCKS, said, strict=True)
        answers = [numbers_of(text)[-3:] for (language, code), text in blocks if model in code and language != "sh" and text]
        assert len(set(answers)) == 1, "every target says the same"
        assert len(answers) >= least - (NODE is None) - (COMPILER is None)
    excerpt = re.search(r"```\n(x1 = .*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)[1].splitlines()
    assert [line.strip() for line in (tmp_path / "iris.py").read_text().splitlines() if line.strip() in excerpt] == excerpt


def numbers_of(text):
    """Return the numbers with a point in what a block said, as numbers: each language has its own way to write 0.100."""
    return tuple(float(each) for each in re.findall(r"\d+\.\d*", text))


def test_every_block_has_a_language_that_runs():
    text = PAGE.read_text(encoding="utf-8")
    assert {language for language, _ in BLOCKS} == set(RUNNERS)
    assert text.count("```") == 2 * (len(BLOCKS) + 1), "but for one excerpt of a file"
