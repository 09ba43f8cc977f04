"""``halfmoon xray`` as a person runs it: printed, in a terminal, as a page."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path

import click
import numpy as np
import pytest

import halfmoon as hm
from called_commands import called
from halfmoon.base.errors import InputError
from halfmoon.cli.app import app
from halfmoon.cli.xray import _coloured
from halfmoon.data import load
from halfmoon.tabular import TableModel
from terminals import in_a_terminal

COMMAND = [str(Path(sys.executable).parent / "halfmoon")]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    made = tmp_path_factory.mktemp("xray")
    called("train", "moons", "--epochs", "20", "--hidden", "5", "--activation", "relu", folder=made)
    return made


MODEL = "runs/moons/model.safetensors"


def test_without_a_terminal_all_cards_are_printed(folder):
    text = called("xray", MODEL, "--row", "18", "--exact", "--optimizer", "sgd", "--rate", "0.5", folder=folder).stdout
    assert re.findall(r"^card (\d+) of 0 to 12  (.*)$", text, re.MULTILINE) == [
        ("0", "Inputs"),
        ("1", "Forward: layer 0, Dense"),
        ("2", "Forward: layer 1, relu"),
        ("3", "Forward: layer 2, Dense"),
        ("4", "Forward: layer 3, sigmoid"),
        ("5", "Loss: squared_error"),
        ("6", "Backward: the loss's slopes"),
        ("7", "Backward: layer 3, sigmoid"),
        ("8", "Backward: layer 2, Dense"),
        ("9", "Backward: layer 1, relu"),
        ("10", "Backward: layer 0, Dense"),
        ("11", "Update: layer 0, Dense"),
        ("12", "Update: layer 2, Dense"),
    ]
    model = TableModel.load(folder / MODEL)
    X = model.preparation.features(load("moons").frame[[17]], model.estimator.model_.dtype)
    printed = re.search(r"^X .*\n +x1 +x2\n +(\S+) +(\S+)$", text, re.MULTILINE)
    assert np.array(printed.groups(), X.dtype).tobytes() == X.tobytes()
    assert "The first update of SGD(rate=0.5), at a rate of 0.5." in text


def test_rows_tables_and_entries(folder):
    frame = load("moons").frame
    frame[[3, 17]].write_csv(folder / "two.csv")
    by_name = called("xray", MODEL, "moons", "--row", "4,18", "--entry", "W[1,2] of layer 0", folder=folder).stdout
    assert by_name.startswith("0.dW[1,2] = ")
    assert by_name.splitlines()[0].endswith(" of x2")
    assert by_name == called("xray", MODEL, "two.csv", "--row", "all", "--entry", "0.W[1,2]", folder=folder).stdout
    assert by_name == called("xray", MODEL, "two.csv", "--row", "1:2", "--entry", "0.W[1,2]", folder=folder).stdout


def test_the_page_is_written(folder):
    done = called("xray", MODEL, "--row", "1:4", "--html", "page.html", folder=folder)
    assert (folder / "page.html").read_text("utf-8").startswith("<!doctype html>")
    assert done.stderr == "13 cards in page.html\n"
    assert not done.stdout


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--row", "1001"], "--row must name rows from 1 to 1000 of the table, got '1001'"),
        (["--row", "0"], "--row must name rows from 1 to 1000"),
        (["--row", "5:4"], "--row must name rows from 1 to 1000"),
        (["--row", "a"], "--row must be a row such as 17"),
        (["--row", "-1"], "--row must be a row such as 17"),
        (
            ["--entry", "W[0,9] of layer 0"],
            "entry must lie within 0.W, which is of shape (2, 5) and counted from 0, got 'W[0,9]",
        ),
        (["--optimizer", "sdg"], "did you mean 'sgd'?"),
        (["--optimizer", "lbfgs"], "optimizer must be one that makes single updates"),
        (["--optimizer", "lbfgs", "--rate", "1"], "--rate must be left out with lbfgs"),
        (["--rate", "0"], "--rate must be a number in (0, inf)"),
        (["mons"], "did you mean 'moons'?"),
        (["iris"], "the table must have the 2 columns 'x1', 'x2', it has 'sepal length (cm)'"),
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
    said = called("xray", "copy.safetensors", folder=folder, expect=2).stderr
    assert "TABLE must be given" in said
    assert len(said.splitlines()) == 1


def in_a_pager(*arguments, folder, pager):
    """Return what the command shows in a terminal whose pager is another command."""
    environment = os.environ | {"TERM": "xterm", "PAGER": pager}
    status, shown = in_a_terminal([*COMMAND, *arguments], cwd=folder, env=environment)
    assert status == 0, shown
    return shown.replace("\r\n", "\n")


def test_a_terminal_shows_the_cards_in_its_pager(folder):
    printed = called("xray", MODEL, "--row", "18", folder=folder).stdout
    assert in_a_pager("xray", MODEL, "--row", "18", folder=folder, pager="sed s/^/:/") == "".join(
        f":{line}" for line in printed.splitlines(keepends=True)
    )


def test_all_cards_are_printed_without_a_pager(folder, monkeypatch):
    printed = called("xray", MODEL, "--row", "18", folder=folder).stdout
    monkeypatch.setattr(click, "echo_via_pager", lambda _: pytest.fail("no pager is wanted"))
    assert called("xray", MODEL, "--row", "18", "--all", folder=folder).stdout == printed


@pytest.mark.parametrize(("lang", "sentence"), [("en", "WRONG: the slope of layer 0 (x³)"), ("zh", "错误：第 0 层（x³）的导数有误")])
def test_a_card_that_is_wrong_is_red_on_a_terminal(lang, sentence):
    wrong = hm.Activation("x³", value=lambda z: z**3, slope=lambda z, a: z**2)
    cards = hm.xray(hm.Network([wrong, hm.Dense(1)], hm.SquaredError).init(2, seed=0), [[0.5, -1.0]], [0.0], lang=lang)
    text = _coloured(cards)
    assert click.unstyle(text) == cards.text()
    red = [click.unstyle(line) for line in text.splitlines() if line.startswith("\x1b[31m")]
    assert len(red) == 3
    assert red[2].startswith(sentence)
