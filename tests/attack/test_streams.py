"""Streams that are closed, full, broken, or of another encoding; terminals that are dumb or of no width: no traceback, nothing lost."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from itertools import product
from pathlib import Path

import pytest

from started_commands import ENVIRONMENT, train_table
from terminals import in_a_terminal

pytestmark = pytest.mark.skipif(not Path("/dev/full").exists(), reason="Linux has a disk that is always full")

COMMANDS = {
    "train": ("train t.csv --target y --hidden 4 --epochs 2 -o {out}", "{out}/model.safetensors"),
    "compare": ("compare t.csv --target y --hidden 3 --hidden 4 --seeds 2 --epochs 2 -o {out}", "{out}/report.html"),
    "predict": ("predict m/model.safetensors t.csv", None),
    "predict -o": ("predict m/model.safetensors t.csv -o {out}.parquet", "{out}.parquet"),
    "xray": ("xray m/model.safetensors t.csv", None),
    "bad": ("predict nowhere.safetensors t.csv", None),
}
"""What is run in a shell, and which file is there afterwards whatever becomes of the streams."""

BROKEN, FULL, FINE = 141, 1, 0
# a redirection, what is set, and the exit status of a command that prints
STREAMS = {
    "no stdin": ("<&-", {}, FINE),
    "no stdout": (">&-", {}, FULL),
    "no stderr": ("2>&-", {}, FINE),
    "none": ("<&- >&- 2>&-", {}, FULL),
    "full": (">/dev/full", {}, FULL),
    "full stderr": ("2>/dev/full", {}, FINE),
    "both full": (">/dev/full 2>&1", {}, FULL),
    "nobody reads": ("| true", {}, BROKEN),
    "a line is read": ("| head -n 1", {}, None),
    **{code: (">out", {"PYTHONIOENCODING": code}, FINE) for code in ("ascii", "latin-1", "gbk", "cp1252", "cp437", "utf-16")},
    "unbuffered": (">/dev/full", {"PYTHONUNBUFFERED": "1"}, FULL),
    "odd sizes": (">out", {"COLUMNS": "0", "LINES": "-1"}, FINE),
    "narrow": (">out", {"COLUMNS": "1", "LINES": "1"}, FINE),
}


FEW = [
    ("train", "full"), ("train", "a line is read"), ("train", "gbk"), ("predict", "no stdout"), ("predict", "no stderr"),
    ("predict", "nobody reads"), ("xray", "no stdin"), ("xray", "ascii"), ("compare", "ascii"), ("bad", "both full"),
]  # fmt: skip
"""What stands for the rest where time is short."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    made = tmp_path_factory.mktemp("streams")
    train_table(made)
    return made


def attack(folder, command, stream):
    """Run a command on odd streams, and look at what it says and leaves."""
    line, left = COMMANDS[command]
    redirection, more, expected = STREAMS[stream]
    out = f"{command} {stream}".replace(" ", "-")
    shell = f"{sys.executable} -m halfmoon {line.format(out=out)} {redirection}"
    if "|" in shell:
        shell = f"({shell.replace('|', '; echo $? >' + out + '.status) |')}"
    options = {
        "cwd": folder,
        "env": ENVIRONMENT | more,
        "stdin": subprocess.DEVNULL,
        "capture_output": True,
        "timeout": 120,
    }
    done = subprocess.run(["sh", "-c", shell], check=False, **options)
    status = int((folder / f"{out}.status").read_text()) if "|" in shell else done.returncode
    said = done.stderr.decode(errors="replace")
    what = f"{shell}: exit {status}, {said}"
    for sign in ("Traceback", "Exception ignored", "Error:"):
        assert sign not in said, what
    assert status in {0, 1, 2, BROKEN}, what
    if command == "bad":
        assert status == 2, what
    elif expected is not None and command != "predict -o":  # which prints on standard error alone
        assert status == expected, what
    if status == FULL and "2>" not in redirection:
        assert said.splitlines()[-1].startswith("halfmoon: standard output cannot be written: "), what
    if left is not None:
        assert (folder / left.format(out=out)).exists(), what


def test_commands_on_odd_streams(attack_scale, folder):
    pairs = FEW if attack_scale <= 1 else list(product(COMMANDS, STREAMS))
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda pair: attack(folder, *pair), pairs))
    assert not list(folder.rglob("*.part"))


# what is set, and the command that stands for the rest where time is short
TERMINALS = {
    "dumb": ({"TERM": "dumb"}, ["train"]),
    "no width": ({"TERM": "xterm", "COLUMNS": "0"}, ["xray"]),
    "no number": ({"TERM": "xterm", "COLUMNS": "wide", "LINES": "0"}, []),
}


@pytest.mark.parametrize("kind", TERMINALS)
def test_odd_terminals(kind, attack_scale, folder):
    more, few = TERMINALS[kind]
    for name in few if attack_scale <= 1 else COMMANDS:
        command = [sys.executable, "-m", "halfmoon", *COMMANDS[name][0].format(out=f"{name}-{kind}".replace(" ", "-")).split()]
        status, shown = in_a_terminal(command, cwd=folder, env=ENVIRONMENT | {"PAGER": "cat"} | more)
        assert status == (2 if name == "bad" else 0), shown
        assert "Traceback" not in shown
        if kind == "dumb":
            assert "\x1b" not in shown
