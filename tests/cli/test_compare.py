"""``halfmoon compare`` as a person runs it, with a real terminal and a real scheduler."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path

import click
import numpy as np
import polars as pl
import pytest
from distributed import LocalCluster

import halfmoon as hm
from called_commands import called
from exercise_figures import REFERENCE, UPDATES
from halfmoon.cli import compare
from halfmoon.cli.app import app
from halfmoon.cli.parameter_types import PerLayer, Several, Widths, split, value
from halfmoon.data import BUILTIN
from halfmoon.tabular import TableModel
from terminals import in_a_terminal

COMMAND = [str(Path(sys.executable).parent / "halfmoon"), "compare"]
QUICK = ["--hidden", "4", "--hidden", "6,3", "--rate", "0.1,0.8", "--seeds", "2", "--epochs", "5"]


def test_a_comparison_leaves_runs_tables_and_a_report(tmp_path):
    done = called("compare", "moons", *QUICK, folder=tmp_path, columns=160)
    assert done.stderr == ""
    lines = done.stdout.splitlines()
    assert lines[:2] == ["moons: 1,000 rows to train on, 1,000 to take scores on", "4 configurations × 2 seeds = 8 runs"]
    each = [line for line in lines if line.startswith("hidden_layer_sizes")]
    assert len(each) == 4
    assert re.fullmatch(r"hidden_layer_sizes [46, 3]+, learning_rate_init 0.[18]: accuracy 0.\d+ ± 0.\d+, \d.\d s; .*", each[0])
    assert "8 of 8 runs, " in each[-1]
    assert "★" in done.stdout
    assert "Best: hidden_layer_sizes" in done.stdout
    folder = tmp_path / "runs/moons-compare"
    for name in ("results.csv", "results.parquet", "report.html"):
        assert str(Path("runs/moons-compare") / name) in done.stdout
        assert (folder / name).stat().st_size > 500
    assert pl.read_csv(folder / "results.csv").height == len(list((folder / "runs").iterdir())) == 8
    again = called("compare", "moons", *QUICK, folder=tmp_path, columns=160).stdout
    assert "8 of 8 runs (8 from before)" in again
    first = {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}
    more = called("compare", "moons", *QUICK, "--set", "alpha=0,0.1", folder=tmp_path, columns=160).stdout
    assert "16 of 16 runs (8 from before)" in more
    assert "runs/moons-compare has the report of another comparison, which stays; this one's is in runs/moons-compare-2." in more
    assert {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()} == first
    assert pl.read_csv(tmp_path / "runs/moons-compare-2/results.csv").height == 16
    once_more = called("compare", "moons", *QUICK, "--set", "alpha=0,0.1", folder=tmp_path, columns=160).stdout
    assert "16 of 16 runs (16 from before)" in once_more
    assert sorted(path.name for path in (tmp_path / "runs").iterdir()) == ["moons-compare", "moons-compare-2"]


@pytest.fixture
def compared(tmp_path, monkeypatch):
    """Run ``halfmoon compare`` in this process, and return the comparison that it made."""
    found = []

    def keep(*arguments, **options):
        found.append(hm.compare(*arguments, **options))
        return found[-1]

    def call(*arguments):
        app(["compare", *arguments], standalone_mode=False)
        return found[-1]

    monkeypatch.setattr(compare, "compare", keep)
    monkeypatch.chdir(tmp_path)
    return call


@pytest.mark.parametrize("name", sorted(set(BUILTIN) - {"moons"}))  # of which the exercise's numbers are asked, of both commands
def test_train_and_compare_train_the_same_network(name, compared):
    app(["train", name], standalone_mode=False)
    trained = TableModel.load(f"runs/{name}/model.safetensors")
    run = compared(name, "--seeds", "1").runs[0]
    assert run.status == "done"
    assert run.curves["loss"].tobytes() == trained.estimator.history_["loss"].astype(np.float32).tobytes()
    assert run.parameters == trained.estimator.model_.theta.size
    assert run.loss == trained.estimator.history_["loss"][-1]


def test_train_and_compare_take_the_same_options(compared):
    options = {
        "hidden": "6,5", "activation": "[tanh,gelu]", "solver": "rmsprop", "batch-size": "16", "dropout": "0.1", "weights": "he_normal",
        "loss": "softmax_cross_entropy", "weight-decay": "0.1", "epochs": "6", "patience": "3", "validation-share": "0.2",
        "dtype": "float64", "test-share": "0.5",
    }  # fmt: skip
    given = [part for name, value in options.items() for part in (f"--{name}", value)]
    app(["train", "iris", "--as-is", *given], standalone_mode=False)
    trained = TableModel.load("runs/iris/model.safetensors")
    run = compared("iris", "--as-is", *given, "--seeds", "1").runs[0]
    assert run.curves["loss"].tobytes() == trained.estimator.history_["loss"].astype(np.float32).tobytes()


def test_the_exercises_numbers(compared):
    found = compared("moons", "--seeds", str(len(REFERENCE)))
    for run in found.runs:
        losses, (accuracy, *_) = REFERENCE[run.seed]
        np.testing.assert_allclose([1000 * run.curves["loss"][update - 1] for update in UPDATES], losses, rtol=1e-6)  # kept in float32
        assert 1000 * run.loss == pytest.approx(losses[-1], rel=1e-9)
        assert run.train_score == accuracy


def test_what_is_not_compared_decides_how_the_table_is_prepared(compared):
    run = compared("diabetes", "--loss", "poisson", "--epochs", "3", "--hidden", "4", "--hidden", "5", "--seeds", "1").runs[0]
    assert (run.status, run.setting) == ("done", {"hidden_layer_sizes": (4,)})  # counts are not standardised
    both = compared("iris", "--dtype", "float32,float64", "--epochs", "3", "--seeds", "1")
    app(["train", "iris", "--dtype", "float64", "--epochs", "3"], standalone_mode=False)
    double = TableModel.load("runs/iris/model.safetensors").estimator.history_["loss"]
    assert [run.loss for run in both.runs if run.setting["dtype"] == "float64"] == [double[-1]]


def test_what_must_change_with_a_setting_does(compared):
    found = compared("moons", "--hidden", "8", "--hidden", "6,5,4", "--solver", "sgd,adam", "--epochs", "2", "--seeds", "1")
    assert found.factors == ["hidden_layer_sizes", "solver", "learning_rate_init", "activation"]
    rates = {setting["solver"]: setting["learning_rate_init"] for setting in found.settings}
    assert rates == {"sgd": 0.01, "adam": 0.001}
    activations = {setting["hidden_layer_sizes"]: setting["activation"] for setting in found.settings}
    assert activations == {(8,): "relu", (6, 5, 4): ("relu", "sigmoid", "sigmoid")}


def test_other_options_reach_the_estimator(tmp_path):
    said = called(
        "compare",
        "iris", "--hidden", "5", "--activation", "relu,[tanh]", "--optimizer", "adam,lion", "--batch-size", "16,50", "--dropout", "0,0.1",
        "--weights", "he_normal", "--set", "early_stopping=true", "--seeds", "1", "--epochs", "2", "--test-share", "0.4", "--threads", "1",
        "-o", "out", folder=tmp_path, columns=160,
    ).stdout  # fmt: skip
    assert "iris: 90 rows to train on, 60 to take scores on" in said
    frame = pl.read_parquet(tmp_path / "out/results.parquet")
    assert frame.columns[:4] == ["activation", "solver", "batch_size", "dropout"]
    assert frame.height == 16
    assert set(frame["status"]) == {"done"}
    assert set(frame["activation"]) == {"relu", "tanh"}


def test_numbers_from_a_table(tmp_path):
    said = called(
        "compare", "diabetes", "--hidden", "none", "--hidden", "4", "--seeds", "2", "--epochs", "3", folder=tmp_path, columns=160
    ).stdout
    assert "r2 ± spread" in said
    assert "hidden_layer_sizes none" in said


BAD = {
    "an unknown set": (["mooons"], "did you mean 'moons'?"),
    "an unknown parameter": (["moons", "--set", "alfa=1"], "did you mean 'alpha'?"),
    "no parameter": (["moons", "--set", "alpha"], "'alpha' must be a parameter and its values, such as alpha=0,0.1"),
    "an open bracket": (["moons", "--activation", "[relu,tanh"], "'[relu,tanh' must close each bracket that it opens"),
    "a comma too many": (["moons", "--rate", "0.1,,1"], "must have a value on both sides of each comma"),
    "an unknown activation": (["moons", "--activation", "rellu"], "rellu"),
    "no scheduler": (["moons", *QUICK, "--scheduler", "tcp://127.0.0.1:1"], "--scheduler must be the address of a scheduler that answers"),
    "a folder that is a file": (["moons", *QUICK, "-o", "file"], "folder must be one that can be written, got 'file'"),
}


@pytest.mark.parametrize("what", BAD)
def test_bad_input_ends_in_one_sentence_and_exit_2(what, tmp_path, monkeypatch):
    (tmp_path / "file").write_text("")
    arguments, words = BAD[what]
    monkeypatch.setattr(compare, "SECONDS_TO_ANSWER", 0.5)
    assert words in called("compare", *arguments, folder=tmp_path, expect=2).stderr
    assert not list(tmp_path.rglob("*.safetensors"))


@pytest.mark.filterwarnings("ignore")
def test_a_scheduler_of_dask(tmp_path):
    with LocalCluster(n_workers=1, threads_per_worker=2, dashboard_address=None) as cluster:
        said = called("compare", "moons", *QUICK, "--scheduler", cluster.scheduler_address, folder=tmp_path).stdout
    assert "8 of 8 runs, " in said
    assert len(list((tmp_path / "runs/moons-compare/runs").iterdir())) == 8


def test_a_terminal_shows_a_live_table_and_ctrl_c_keeps_what_is_finished(tmp_path):
    environment = os.environ | {"OPENBLAS_NUM_THREADS": "1", "TERM": "xterm-256color", "COLUMNS": "120", "LINES": "40"}
    command = [*COMMAND, "moons", "--hidden", "8", "--rate", "0.1,0.8", "--seeds", "200", "--epochs", "3000", "--threads", "1"]
    some = re.compile(r"[4-9] of 400 runs")
    status, shown = in_a_terminal(command, press_when=some.search, cwd=tmp_path, env=environment)
    assert status == 130, shown
    assert re.search(r"\d+ of 400 runs, \d+.\d runs/s, \d+ s left", shown)
    kept = len(list((tmp_path / "runs/moons-compare/runs").iterdir()))
    assert 4 <= kept < 100
    assert f"Interrupted: {400 - kept} runs are missing; the same command goes on from there." in shown


VALUES = {
    "0.01,1,1e3": [0.01, 1, 1000.0],
    "relu, [relu,tanh]": ["relu", ("relu", "tanh")],
    "true,None,[]": [True, None, ()],
    "[8],(64,32,16)": [(8,), (64, 32, 16)],
}


@pytest.mark.parametrize("text", VALUES)
def test_values(text):
    assert [value(part) for part in split(text)] == VALUES[text]


@pytest.mark.parametrize("text", ["", "a,", "[a", "a]", "[a,b],,c"])
def test_what_is_no_list_of_values(text):
    with pytest.raises(ValueError, match="must"):
        split(text)


PARSED = {
    "one rate": (Several(click.FLOAT), "0.1", [0.1]),
    "rates": (Several(click.FLOAT), "0.01,1,1e3", [0.01, 1.0, 1000.0]),
    "activations": (Several(PerLayer(click.STRING)), "relu, [relu,tanh], [gelu]", ["relu", ("relu", "tanh"), ("gelu",)]),
    "activations of one network": (PerLayer(click.STRING), "relu, tanh", ("relu", "tanh")),
    "one activation": (PerLayer(click.STRING), "relu", "relu"),
    "dropout by layer": (Several(PerLayer(click.FLOAT)), "[0.1,0.2],0", [(0.1, 0.2), 0.0]),
    "widths": (Widths(), "64, 32", (64, 32)),
    "widths in brackets": (Widths(), "(64,32)", (64, 32)),
    "no layer": (Widths(), "none", ()),
    "no layer in brackets": (Widths(), "[]", ()),
}


@pytest.mark.parametrize("what", PARSED)
def test_types_of_values(what):
    kind, text, expected = PARSED[what]
    assert kind.convert(text, None, None) == expected
