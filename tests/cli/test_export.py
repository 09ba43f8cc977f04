"""``halfmoon export`` as a person runs it."""

from __future__ import annotations

import re

import pytest
from click.testing import CliRunner

from called_commands import called
from halfmoon.base.errors import InputError
from halfmoon.cli.app import app
from halfmoon.data import load
from halfmoon.exports.targets import TARGETS
from halfmoon.tabular import Recipe, fit, prepare


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    made = tmp_path_factory.mktemp("export")
    recipe = Recipe().changed({"hidden_layer_sizes": (3,), "max_iter": 2, "validation_fraction": 0.0})
    source = load("iris")
    fit(prepare(source.frame, source.target, recipe)).save(made / "model.safetensors")
    return made


def run(folder, *arguments):
    return CliRunner().invoke(app, ["export", str(folder / "model.safetensors"), *map(str, arguments)])


@pytest.mark.parametrize("target", TARGETS)
def test_a_file_beside_the_model_is_the_usual_one(target, folder):
    path = folder / f"model{TARGETS[target].suffixes[0]}"
    done = run(folder, "--to", target)
    assert (done.exit_code, done.stderr) == (0, f"{path.stat().st_size:,} bytes in {path}\n")
    (folder / "other").mkdir(exist_ok=True)
    assert run(folder, "-o", folder / "other" / path.name).exit_code == 0
    assert (folder / "other" / path.name).read_bytes() == path.read_bytes()


def test_whole_numbers_say_what_they_cost(folder):
    done = run(folder, "--to", "c", "--int8", "--calibration", "iris", "--name", "Iris Net", "-o", folder / "small.c")
    assert done.exit_code == 0
    assert re.match(
        r"On 150 calibration rows int8 predicts what float32 does in [\d.]+%; its accuracy is [\d.]+% instead of [\d.]+%\.\n", done.stderr
    )
    text = (folder / "small.c").read_text()
    assert done.stderr.splitlines()[0] in text
    assert "int Iris_Net_predict".lower() in text


def test_another_opset_is_another_file(folder):
    assert run(folder, "-o", folder / "newer.onnx", "--opset", 21).exit_code == 0
    assert run(folder, "-o", folder / "usual.onnx").exit_code == 0
    assert (folder / "newer.onnx").read_bytes() != (folder / "usual.onnx").read_bytes()


REFUSED = {
    "an old opset": (["--to", "onnx", "--opset", "9"], "opset must be a whole number from 18 to .*, got 9"),
    "an opset of something else": (["--to", "js", "--opset", "18"], "opset must be an option of js, which has none"),
    "no rows for whole numbers": (["--to", "c", "--int8"], "calibration must be rows as the model is used on where int8 is asked for"),
    "rows for nothing": (["--to", "c", "--calibration", "iris"], "calibration must be left out where int8 is not asked for"),
    "no such rows": (["--to", "c", "--int8", "--calibration", "irs"], "--calibration must be one of .*did you mean 'iris'"),
    "whole numbers elsewhere": (["--to", "js", "--int8"], "int8 must be an option of js, which has none"),
    "nothing said": ([], r"--to must be one of numpy, .* where --output names no file"),
    "no such target": (["--to", "nump"], r"--to must be one of numpy, .*did you mean 'numpy'"),
    "the model itself": (["--to", "json", "-o", "model.safetensors"], "--output must be another file than the model"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_cannot_be_is_told_and_the_model_stays(what, folder, monkeypatch):
    arguments, sentence = REFUSED[what]
    monkeypatch.chdir(folder)
    before = (folder / "model.safetensors").read_bytes()
    done = run(folder, *arguments)
    assert isinstance(done.exception, InputError)
    with pytest.raises(InputError, match=sentence):
        raise done.exception
    assert (folder / "model.safetensors").read_bytes() == before


def test_a_file_that_is_no_model_is_one_sentence(tmp_path):
    (tmp_path / "no.safetensors").write_text("no model")
    done = called("export", "no.safetensors", "--to", "js", folder=tmp_path, expect=2)
    assert (done.stdout, len(done.stderr.splitlines())) == ("", 1)
    assert [each.name for each in tmp_path.iterdir()] == ["no.safetensors"]
