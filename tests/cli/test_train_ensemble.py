"""The command on files: ensembles by effort, plain networks by settings, what is said and written, and what predicts again."""

from __future__ import annotations

import json
import os
import re
import sys
from pathlib import Path

import numpy as np
import polars as pl
import pytest

import halfmoon as hm
from called_commands import called
from halfmoon.tabular import TableEnsemble, TableModel
from terminals import in_a_terminal

ROWS = 90
LOW = ("--effort", "low")
MODEL = Path("runs/t/model.safetensors")


def frame(rows=ROWS):
    random = np.random.RandomState(0)
    size = random.normal(size=rows).round(3)
    return pl.DataFrame(
        {
            "row": range(rows),
            "size": [" " if place == 7 else str(value) for place, value in enumerate(size)],
            "price": [f"{value:,.0f} €" for value in random.uniform(500, 9000, rows)],
            "zip": [f"{value:05}" for value in random.randint(0, 9, rows)],
            "city": random.choice(["Paris", "Lyon"], rows),
            "day": [f"{13 + place % 9}.0{1 + place % 7}.2021" for place in range(rows)],
            "same": ["x"] * rows,
            "kind": np.where(size > 0, "long", "short"),
        }
    )


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    """A folder with a table and what was trained on it, and all that was said."""
    folder = tmp_path_factory.mktemp("trained")
    frame().write_csv(folder / "t.csv")
    return folder, called("train", "t.csv", "--target", "kind", *LOW, folder=folder).stdout


def test_a_file_gets_an_ensemble_and_a_report(trained):
    folder, said = trained
    for sentence in (
        "t: 67 rows to train on, 23 to test",
        "1 of 90 cells of 'size' are no numbers and count as missing: ' ' in row 8.",
        "The column 'price' is read as numbers, ",
        "The column 'zip' is taken for codes",
        "The column 'day' is read as dates, ",
        "The column 'row' is left out, because it numbers the rows.",
        "The column 'same' is left out, because it is the same in all rows: 'x' in row 1.",
        "configurations 1 × folds 1 = members 1",
        "Members trained: 1; networks of theirs in the ensemble, each kept at the end of a cycle: ",
        "Folds accuracy ",
        "Test accuracy ",
        f"report    {Path('runs/t/report.html')}",
        f"model     {MODEL}",
        f"next      halfmoon predict {MODEL} new.csv",
    ):
        assert sentence in said, sentence
    assert {each.name for each in (folder / "runs/t").iterdir()} == {"report.html", "model.safetensors"}
    model = hm.load(folder / MODEL)
    assert isinstance(model, TableEnsemble)
    assert set(model.facts.scores) == {"held out", "test"}
    assert model.facts.scores["test"]["accuracy"] > 0.7


def test_it_predicts_as_a_table_model_does(trained):
    folder, _ = trained
    rows = frame().head(5)
    rows.drop("same").with_columns(city=pl.Series(["paris", "Lyon", "Oslo", "Lyon", None]), more=1).write_csv(folder / "new.csv")
    done = called("predict", MODEL, "new.csv", folder=folder)
    found = pl.read_csv(done.stdout.encode())
    assert found.columns == ["kind", "P(kind=long)", "P(kind=short)"]
    assert found.height == 5
    np.testing.assert_allclose(found[:, 1:].sum_horizontal(), 1, atol=1e-12)
    assert "'paris' in row 1" in done.stderr
    assert "('paris' is not 'Paris')" in done.stderr
    assert "Columns that training did not have are not used: 'more'." in done.stderr
    assert "against the table's own 'kind': accuracy " in done.stderr
    rows.drop("kind").write_csv(folder / "without.csv")
    assert "against" not in called("predict", MODEL, "without.csv", folder=folder).stderr
    rows.drop("size").write_csv(folder / "less.csv")
    assert "'size'" in called("predict", MODEL, "less.csv", folder=folder, expect=2).stderr
    rows.with_columns(price=pl.lit("many")).write_csv(folder / "words.csv")
    assert "'price' must hold numbers with '€' as in training" in called("predict", MODEL, "words.csv", folder=folder, expect=2).stderr


OTHERS = {
    "xray": (["xray", MODEL, "t.csv"], "MODEL must be one network to look into, as train --hidden 64,32 makes it, got an ensemble of 1"),
}


@pytest.mark.parametrize("what", OTHERS)
def test_what_needs_one_network_says_so(trained, what):
    arguments, sentence = OTHERS[what]
    assert sentence in called(*arguments, folder=trained[0], expect=2).stderr


def test_it_is_described(trained):
    content = json.loads(called("describe", MODEL, "--to", "json", folder=trained[0]).stdout)
    assert content["kind"] == "table ensemble"
    assert content["data"]["rows"] == {"training": 67, "test": 23}
    assert content["data"]["left_out"] == ["row", "same"]
    assert "An ensemble of a table" in called("describe", MODEL, folder=trained[0]).stdout


def test_settings_by_hand_give_a_plain_network_in_its_place(tmp_path):
    frame().write_csv(tmp_path / "t.csv")
    called("train", "t.csv", "--target", "size", "--drop", "kind,zip,day,city", *LOW, folder=tmp_path)
    assert hm.load(tmp_path / MODEL).preparation.target.task == "regression"
    said = called("train", "t.csv", "--target", "kind", "--epochs", "2", folder=tmp_path).stdout
    assert type(hm.load(tmp_path / MODEL)) is TableModel
    assert "has an earlier model" in said
    assert not (tmp_path / "runs/t/report.html").exists()
    assert (tmp_path / "runs/t/loss.png").exists()


@pytest.mark.parametrize(
    ("given", "named"),
    [(("--hidden", "8"), "--hidden"), (("--activation", "tanh"), "--activation"), (("--as-is",), "--standardise or --as-is")],
)
def test_both_at_once_are_refused(given, named, tmp_path):
    frame().write_csv(tmp_path / "t.csv")
    done = called("train", "t.csv", "--target", "kind", *LOW, *given, folder=tmp_path, expect=2)
    assert f"--effort must be left out with {named}, which asks for one plain network, got 'low'" in done.stderr


def test_a_built_in_set_is_trained_as_it_was_unless_an_effort_is_named(tmp_path):
    called("train", "iris", "--max-seconds", "0.2", folder=tmp_path)
    assert type(hm.load(tmp_path / "runs/iris/model.safetensors")) is TableModel
    called("train", "iris", *LOW, folder=tmp_path)
    assert type(hm.load(tmp_path / "runs/iris/model.safetensors")) is TableEnsemble


BAD = {
    "an effort": (["--effort", "mediun"], "--effort must be one of low, medium, high (did you mean 'medium'?)"),
    "no time": (["--max-seconds", "0"], "--max-seconds must be"),
    "a share": (["--test-share", "2"], "--test-share must be"),
    "no such class": (["--class-weight", "lung=2"], "class_weight must be one of long, short (did you mean 'long'?), got 'lung'"),
    "columns": (["--columns", "same"], "'same'"),
    "days": (["--number", "day", "--category", "day"], "'day' must be given to --category or to --number, got both"),
}


@pytest.mark.parametrize("what", BAD)
def test_options_that_cannot_be_followed(what, tmp_path):
    options, sentence = BAD[what]
    frame().write_csv(tmp_path / "t.csv")
    if what == "columns":
        options = [*options, "--target", "same"]
    done = called("train", "t.csv", "--target", "kind", *options, folder=tmp_path, expect=2)
    assert sentence in done.stderr
    assert len(done.stderr) < 300
    assert not (tmp_path / "runs").exists()


def test_a_time_limit_leaves_the_best_so_far(tmp_path):
    frame(400).write_csv(tmp_path / "t.csv")
    said = called("train", "t.csv", "--target", "kind", "--effort", "high", "--max-seconds", "0.4", folder=tmp_path).stdout
    assert "The time is up. Members trained: " in said
    assert hm.load(tmp_path / MODEL).estimator.ensemble_.models
    assert (tmp_path / "runs/t/report.html").exists()


def test_the_report_has_what_was_guessed_to_read_the_file(tmp_path):
    frame().write_csv(tmp_path / "t.csv", separator=";")
    called("train", "t.csv", "--target", "kind", *LOW, folder=tmp_path)
    assert "a semicolon separates its columns" in (tmp_path / "runs/t/report.html").read_text(encoding="utf-8")


def test_copies_of_rows_and_what_tells_the_target_are_said(tmp_path):
    table = frame().with_columns(told=pl.col("kind").replace({"long": "L", "short": "S"}))
    pl.concat([table, table.head(30)]).write_csv(tmp_path / "t.csv")
    said = called("train", "t.csv", "--target", "kind", *LOW, "--drop", "row", folder=tmp_path).stdout
    assert re.search(r"Copies of others among the 90 rows to train on: \d+;", said)
    assert re.search(r"Copies of rows to train on among the 30 rows to test on: \d+; the test flatters the model\.", said)
    assert "The column 'told' alone tells 'kind' almost perfectly; if it is known only when that is, --drop leaves it out." in said


def test_it_speaks_chinese(tmp_path):
    frame().write_csv(tmp_path / "t.csv")
    said = called("train", "t.csv", "--target", "kind", *LOW, "--lang", "zh", folder=tmp_path).stdout
    assert "1 种配置 × 1 折 = 1 个成员" in said
    assert "它有多好" in (tmp_path / "runs/t/report.html").read_text("utf-8")


def test_two_columns_of_numbers_have_a_boundary(tmp_path):
    random = np.random.RandomState(0)
    a, b = random.normal(size=(2, 60))
    pl.DataFrame({"a": a, "b": b, "y": np.where(a * b > 0, "in", "out")}).write_csv(tmp_path / "t.csv")
    said = called("train", "t.csv", "--target", "y", *LOW, folder=tmp_path).stdout
    assert "boundary  " in said
    assert (tmp_path / "runs/t/boundary.png").read_bytes().startswith(b"\x89PNG")


def test_a_terminal_shows_the_members_and_ctrl_c_keeps_the_best_so_far(tmp_path):
    frame(400).write_csv(tmp_path / "t.csv")
    environment = os.environ | {"OPENBLAS_NUM_THREADS": "1", "TERM": "xterm-256color", "COLUMNS": "100"}
    command = [str(Path(sys.executable).parent / "halfmoon"), "train", "t.csv", "--target", "kind", "--effort", "high"]
    status, shown = in_a_terminal(
        command, press_when=lambda text: bool(re.search(r"[1-9][0-9]* of 80 members, ", text)), cwd=tmp_path, env=environment
    )
    assert status == 130, shown
    assert "realmlp, sharp" in shown
    assert "Interrupted. Members trained: " in shown
    assert isinstance(hm.load(tmp_path / MODEL), TableEnsemble)
