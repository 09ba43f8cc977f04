"""``halfmoon xray`` as a person runs it: printed, in a terminal, as a page."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import struct
import subprocess
import sys
import termios
import time
from pathlib import Path

import numpy as np
import pytest

from halfmoon.base.errors import InputError
from halfmoon.cli.app import app
from halfmoon.cli.keyboard import Keyboard
from halfmoon.cli.pager import Pager
from halfmoon.data import load
from halfmoon.tabular import TableModel

COMMAND = [str(Path(sys.executable).parent / "halfmoon")]


def run(*arguments, folder, expect=0):
    done = subprocess.run([*COMMAND, *map(str, arguments)], cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == expect, done.stderr + done.stdout
    return done


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    made = tmp_path_factory.mktemp("xray")
    run("train", "moons", "--epochs", "20", "--hidden", "5", "--activation", "relu", folder=made)
    return made


MODEL = "runs/moons/model.safetensors"


def test_without_a_terminal_all_cards_are_printed(folder):
    text = run("xray", MODEL, "--row", "17", "--exact", "--optimizer", "sgd", "--rate", "0.5", folder=folder).stdout
    assert re.findall(r"^card (\d+) of 13  (.*)$", text, re.MULTILINE) == [
        ("1", "Inputs"),
        ("2", "Forward: layer 0, Dense"),
        ("3", "Forward: layer 1, relu"),
        ("4", "Forward: layer 2, Dense"),
        ("5", "Forward: layer 3, sigmoid"),
        ("6", "Loss: squared_error"),
        ("7", "Backward: the loss's slopes"),
        ("8", "Backward: layer 3, sigmoid"),
        ("9", "Backward: layer 2, Dense"),
        ("10", "Backward: layer 1, relu"),
        ("11", "Backward: layer 0, Dense"),
        ("12", "Update: layer 0, Dense"),
        ("13", "Update: layer 2, Dense"),
    ]
    model = TableModel.load(folder / MODEL)
    X = model.preparation.features(load("moons").frame[[17]], model.model.dtype)
    printed = re.search(r"^X .*\n +(\S+) +(\S+)$", text, re.MULTILINE)
    assert np.array(printed.groups(), X.dtype).tobytes() == X.tobytes()
    assert "The first update of SGD(rate=0.5), at a rate of 0.5." in text


def test_rows_tables_and_entries(folder):
    frame = load("moons").frame
    frame[[3, 17]].write_csv(folder / "two.csv")
    by_name = run("xray", MODEL, "moons", "--row", "3,17", "--entry", "W[1,2] of layer 0", folder=folder).stdout
    assert by_name.startswith("0.dW[1,2] = ")
    assert by_name == run("xray", MODEL, "two.csv", "--row", "all", "--entry", "0.W[1,2]", folder=folder).stdout
    assert by_name == run("xray", MODEL, "two.csv", "--row", "0:2", "--entry", "0.W[1,2]", folder=folder).stdout


def test_the_page_is_written(folder):
    done = run("xray", MODEL, "--row", "0:4", "--html", "page.html", folder=folder)
    assert (folder / "page.html").read_text("utf-8").startswith("<!doctype html>")
    assert done.stderr == "13 cards in page.html\n"
    assert not done.stdout


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--row", "1000"], "--row must name rows from 0 to 999 of the table, got '1000'"),
        (["--row", "5:5"], "--row must name rows from 0 to 999"),
        (["--row", "a"], "--row must be a row such as 17"),
        (["--row", "-1"], "--row must be a row such as 17"),
        (["--entry", "W[0,9] of layer 0"], "entry must lie within the array's shape (2, 5)"),
        (["--optimizer", "sdg"], "did you mean 'sgd'?"),
        (["--optimizer", "lbfgs"], "optimizer must be one that makes single updates"),
        (["--optimizer", "lbfgs", "--rate", "1"], "--rate must be left out with lbfgs"),
        (["--rate", "0"], "--rate must be a number in (0, inf)"),
        (["mons"], "did you mean 'moons'?"),
        (["iris"], "the table must hold the target 'moon'"),
        (["none.csv"], "none.csv"),
        (["--html", "no/where.html"], "path must lie in a folder that exists"),
    ],
)
def test_refuses(folder, monkeypatch, arguments, sentence):
    monkeypatch.chdir(folder)
    with pytest.raises(InputError, match=re.escape(sentence)) as caught:
        app(["xray", MODEL, *arguments], standalone_mode=False)
    assert len(str(caught.value).splitlines()) == 1


def test_a_table_is_asked_for_where_none_is_known(folder):
    (folder / "copy.safetensors").write_bytes((folder / MODEL).read_bytes())
    said = run("xray", "copy.safetensors", folder=folder, expect=2).stderr
    assert "TABLE must be given" in said
    assert len(said.splitlines()) == 1


# The terminal becomes the process's own, as a person's is, so that Ctrl-C reaches it.
TAKE = "import fcntl, os, sys, termios; fcntl.ioctl(0, termios.TIOCSCTTY, 0); os.execv(sys.argv[1], sys.argv[1:])"


class Terminal:
    """The command in a terminal of 24 lines of 80 columns."""

    def __init__(self, *arguments, folder):
        self.end, inner = pty.openpty()
        fcntl.ioctl(inner, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
        environment = {name: value for name, value in os.environ.items() if name not in {"COLUMNS", "LINES"}} | {"TERM": "xterm"}
        ends = {"stdin": inner, "stdout": inner, "stderr": inner}
        command = [sys.executable, "-c", TAKE, *COMMAND, *arguments]
        self.process = subprocess.Popen(command, cwd=folder, env=environment, start_new_session=True, **ends)
        os.close(inner)

    def press(self, keys, until):
        """Press keys, and return the screen once it holds a text and is still."""
        os.write(self.end, keys.encode())
        seen, latest = b"", time.monotonic() + 20
        while time.monotonic() < latest:
            if select.select([self.end], [], [], 0.3)[0]:
                seen += os.read(self.end, 65536)
                continue
            screen = seen.decode(errors="ignore").rpartition("\x1b[2J")[2]
            if until in screen:
                return screen
        raise AssertionError(f"{until!r} did not come, but {seen.decode(errors='ignore')!r}")

    def leave(self, key):
        """Press a key that ends it, and return its exit code."""
        os.write(self.end, key.encode())
        return self.process.wait(10)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()
        os.close(self.end)


def test_keys_move_between_cards_in_a_terminal(folder):
    with Terminal("xray", MODEL, "--row", "17", folder=folder) as terminal:
        first = terminal.press("", "card 1 of 13")
        assert all(len(line) <= 80 for line in first.replace("\x1b[1;1H", "").split("\x1b[7m")[0].splitlines())
        terminal.press("\x1b[C", "card 2 of 13")
        terminal.press("\x1b[C\x1b[C", "card 4 of 13")  # held down, several come at once
        terminal.press("\x1b[D", "card 3 of 13")
        terminal.press("G", "card 13 of 13")
        scrolled = terminal.press("\x1b[B", "lines 2 to 24 of")
        assert "card 13" not in scrolled
        terminal.press("g", "card 1 of 13")
        terminal.press("e", "entry, such as W[0,1] of layer 0: ")
        terminal.press("W[0,1] of layer 0\n", "0.dW[0,1] = ")
        terminal.press("e", "entry, such as W[0,1] of layer 0: ")
        terminal.press("nonsense\n", "entry must be named as")
        assert terminal.leave("q") == 0


@pytest.mark.parametrize("pause", [0, 0.0002, 0.001])
def test_no_key_is_lost_however_fast_they_come(folder, pause):
    with Terminal("xray", MODEL, folder=folder) as terminal:
        terminal.press("", "card 1 of 13")
        for key in ["\x1b[C"] * 9 + ["\x1b[D"] * 2:
            os.write(terminal.end, key.encode())
            time.sleep(pause)
        terminal.press("", "card 8 of 13")
        assert "0.dW[0,1] = " in terminal.press("eW[0,1] of layer 0\n", "0.dW[0,1] = ")  # a name typed ahead, too
        assert terminal.leave("q") == 0


def test_a_key_may_arrive_in_pieces(folder):
    with Terminal("xray", MODEL, folder=folder) as terminal:
        terminal.press("", "card 1 of 13")
        for piece in "\x1b[C":
            os.write(terminal.end, piece.encode())
            time.sleep(0.005)
        terminal.press("", "card 2 of 13")
        assert terminal.leave("\x1b") == 0  # alone, it is a key


def test_the_terminal_is_as_it_was(folder):
    with Terminal("xray", MODEL, folder=folder) as terminal:
        terminal.press("", "card 1 of 13")
        assert not termios.tcgetattr(terminal.end)[3] & (termios.ICANON | termios.ECHO)
        terminal.leave("q")
        assert termios.tcgetattr(terminal.end)[3] & termios.ICANON
        assert termios.tcgetattr(terminal.end)[3] & termios.ECHO


def test_ctrl_c_leaves_the_terminal(folder):
    with Terminal("xray", MODEL, folder=folder) as terminal:
        terminal.press("", "card 1 of 13")
        terminal.press("e", "entry, such as W[0,1] of layer 0: ")
        terminal.press("\x03", "card 1 of 13")  # leaves the question alone
        assert terminal.leave("\x03") == 0


def keys_of(text):
    """The keys that a keyboard makes of what came."""
    keyboard = Keyboard()
    keyboard._end, inner = os.pipe()
    os.write(inner, f"{text}\0".encode())
    os.close(inner)
    try:
        return list(iter(keyboard.key, "\0"))
    finally:
        os.close(keyboard._end)


def pager():
    def chain(name):
        if name == "bad":
            raise InputError("no")
        return name

    return Pager(3, lambda place: "\n".join(f"card {place} line {line}" for line in range(50)), chain)


def test_a_cards_text_is_made_when_it_is_seen():
    made = []
    pressed = Pager(9, lambda place: made.append(place) or "text", str)
    for key in "llll":
        pressed.press(key)
    pressed.draw()
    assert made == [4]


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("qé字", ["q", "é", "字"]),
        ("\x1b[C\x1bOD\x1b[5~x", ["\x1b[C", "\x1bOD", "\x1b[5~", "x"]),
        ("\x1b[1;5Cn", ["\x1b[1;5C", "n"]),
        ("\x1bq", ["\x1b", "q"]),
    ],
)
def test_keys_of_several_characters(text, keys):
    assert keys_of(text) == keys


@pytest.mark.parametrize(
    ("keys", "place", "top"),
    [
        ("l", 1, 0),
        ("n", 1, 0),
        ("lll", 2, 0),
        ("h", 0, 0),
        ("Gp", 1, 0),
        ("\x1bOC", 1, 0),
        ("\x1b[F", 2, 0),
        ("\x1b[F\x1b[H", 0, 0),
        ("jj", 0, 2),
        ("jjk", 0, 1),
        ("k", 0, 0),
        (" ", 0, 22),
        ("  ", 0, 27),
        ("  b", 0, 5),
        ("jjl", 1, 0),
        ("x", 0, 0),
    ],
)
def test_keys(monkeypatch, keys, place, top):
    monkeypatch.setenv("LINES", "24")
    monkeypatch.setenv("COLUMNS", "80")
    pressed = pager()
    for key in keys_of(keys):
        pressed.press(key)
    assert (pressed.place, pressed.top) == (place, top)
