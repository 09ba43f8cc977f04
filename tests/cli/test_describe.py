"""``halfmoon describe`` as a person runs it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from halfmoon.base.errors import InputError
from halfmoon.cli.app import app
from halfmoon.storage.kinds import kind_of

KEPT = Path(__file__).parent.parent / "storage" / "version_1"


def run(*arguments):
    return CliRunner().invoke(app, ["describe", *map(str, arguments)], catch_exceptions=False)


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    folder = tmp_path_factory.mktemp("describe")
    CliRunner().invoke(app, ["train", "iris", "--epochs", "5", "--hidden", "4", "-o", str(folder)], catch_exceptions=False)
    return folder / "model.safetensors"


def test_a_trained_table_says_its_scores(model):
    found = json.loads(run(model, "--to", "json").output)
    assert kind_of(model)[0] == found["kind"] == "table model"
    assert found["data"]["rows"] == {"training": 95, "validation": 17, "test": 38}
    assert found["scores"]["test"]["rows"] == 38
    assert 0 < found["scores"]["training"]["accuracy"] <= 1
    assert found["history"]["epochs"] == 5


@pytest.mark.parametrize(
    ("ending", "beginning"),
    [(".txt", "A model of"), (".json", "{"), (".md", "---\n"), (".html", "<!doctype html>"), (".card", "A model of")],
)
def test_the_ending_says_the_format(ending, beginning, model, tmp_path):
    done = run(model, "-o", tmp_path / f"card{ending}")
    assert f"model card in {tmp_path}/card{ending}" in done.stderr
    assert (tmp_path / f"card{ending}").read_text("utf-8").startswith(beginning)


def test_the_format_may_be_said(tmp_path):
    run(KEPT / "model.safetensors", "--to", "markdown", "--output", tmp_path / "card.txt")
    assert (tmp_path / "card.txt").read_text("utf-8").startswith("---\nlibrary_name: halfmoon\n")


def test_the_command_speaks_chinese():
    done = run(KEPT / "trainer.safetensors", "--lang", "zh")
    assert done.output.startswith("训练状态: trainer.safetensors\n")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([KEPT / "model.safetensors", "--to", "pdf"], "--to must be one of text, json, markdown, html"),
        ([KEPT / "run.safetensors"], "it holds a run of a comparison"),
        ([KEPT / "answers.json"], "must be a model that halfmoon saved"),
        ([KEPT / "model.safetensors", "-o", "nowhere/card.md"], "path must lie in a folder that exists"),
    ],
)
def test_what_cannot_be_described_is_one_sentence(arguments, words):
    with pytest.raises(InputError, match=words):
        run(*arguments)
