"""The command as a person runs it: real files; where processes, outputs and terminals matter, real ones."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from called_commands import called
from halfmoon.base import files
from halfmoon.base.errors import InputError
from halfmoon.cli import train
from halfmoon.cli.app import app
from halfmoon.cli.options import SETTINGS, by_option
from halfmoon.data import load
from halfmoon.tabular import Recipe, TableModel
from halfmoon.training.checkpoint import read
from terminals import in_a_terminal

COMMAND = [str(Path(sys.executable).parent / "halfmoon")]
QUICK = ["--hidden", "8", "--epochs", "5"]


def run(*arguments, folder, expect=0):
    environment = os.environ | {"OPENBLAS_NUM_THREADS": "1", "COLUMNS": "200"}
    done = subprocess.run([*COMMAND, *map(str, arguments)], cwd=folder, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == expect, done.stderr + done.stdout
    return done


@pytest.fixture
def table(tmp_path):
    random = np.random.RandomState(0)
    frame = pl.DataFrame(
        {
            "length": random.normal(10, 3, 120).round(3),
            "colour": random.choice(["red", "green", "blue"], 120),
            "weight": [None if place % 11 == 0 else float(place % 30) for place in range(120)],
        }
    ).with_columns(pl.when(pl.col("length") > 10).then(pl.lit("long")).otherwise(pl.lit("short")).alias("kind"))
    path = tmp_path / "things.csv"
    frame.write_csv(path)
    return path


@pytest.mark.smoke
def test_training_moons_leaves_two_plots_and_a_model(tmp_path):
    said = run("train", "moons", "--epochs", "50", folder=tmp_path).stdout
    assert "1,000 rows to train on, 1,000 fresh ones to test" in said
    assert "Training accuracy 9" in said
    assert "Test accuracy 9" in said
    for name in ("loss.png", "boundary.png", "model.safetensors"):
        path = Path("runs/moons") / name
        assert str(path) in said
        assert (tmp_path / path).stat().st_size > 1000
    assert (tmp_path / "runs/moons/loss.png").read_bytes().startswith(b"\x89PNG")


def test_a_model_that_will_be_replaced_is_named_and_the_next_step_is_told(table, tmp_path):
    again = "{folder} has an earlier model, which this one will replace; --output says another."
    for times in range(2):
        said = called("train", table, "--target", "kind", *QUICK, folder=tmp_path).stdout
        assert (again.format(folder=Path("runs/things")) in said) is (times > 0)
        assert said.endswith(f"next      halfmoon predict {Path('runs/things/model.safetensors')} new.csv\n")
        (tmp_path / "runs/things/boundary.png").write_bytes(b"of a model with two columns")
    assert "Training and validation accuracy " in said
    said = called("train", "blobs", "-o", "a b", *QUICK, folder=tmp_path).stdout
    assert "next      halfmoon predict 'a b/model.safetensors' blobs" in said
    called("train", table, "--target", "kind", *QUICK, folder=tmp_path)
    assert not (tmp_path / "runs/things/boundary.png").exists()


TYPED = [
    # the sentence, what was typed, the sentence of the command
    (
        "The 'max_iter' parameter of the estimator must be an int. Got 0 instead.",
        ["--epochs", "0"],
        "--epochs must be an int. Got 0 instead.",
    ),
    ("max_iter must be more, got 0", ["--max-iter=0"], "--max-iter must be more, got 0"),
    ("max_iter must be more, got 0", [], "--epochs must be more, got 0"),
    ("test_share must be a number, got 2", ["--test-share", "2"], "--test-share must be a number, got 2"),
    ("the table must have rows", [], "the table must have rows"),
    ("a.csv must have rows", [], "a.csv must have rows"),
    ("max_iter is odd", ["--epochs", "0"], "max_iter is odd"),
]


@pytest.mark.parametrize(("sentence", "typed", "told"), TYPED)
def test_an_error_names_the_option_that_was_typed(sentence, typed, told):
    assert by_option(sentence, app, typed) == told


@pytest.mark.parametrize(
    ("name", "score"),
    [
        ("circles", 0.8),
        ("blobs", 0.9),
        ("xor", 0.7),
        ("spirals", 0.5),
        ("iris", 0.8),
        ("wine", 0.8),
        ("breast-cancer", 0.9),
        ("digits", 0.8),
    ],
)
def test_the_built_in_classes(name, score, tmp_path):
    said = called("train", name, "--epochs", "60", folder=tmp_path).stdout
    reached = float(said.split("Test accuracy ")[1].split("%")[0]) / 100
    assert reached >= score
    assert (tmp_path / "runs" / name / "boundary.png").exists() == (name in {"circles", "blobs", "xor", "spirals"})


def test_the_built_in_quantity(tmp_path):
    said = called("train", "diabetes", folder=tmp_path).stdout
    assert "Regression, because 'progression'" in said
    assert float(said.split("Test R² ")[1].split(",")[0]) > 0.2


def test_a_built_in_set_is_predicted_by_its_name_and_its_boundary_is_smooth(tmp_path):
    called("train", "blobs", "--epochs", "5", folder=tmp_path)
    path, frame = tmp_path / "runs/blobs/model.safetensors", load("blobs").frame
    done = called("predict", path, "blobs", folder=tmp_path)
    assert pl.read_csv(done.stdout.encode()).height == frame.height
    assert "against the table's own 'blob': accuracy " in done.stderr
    assert "must have the 2 columns 'x1', 'x2', it has " in called("predict", path, "wine", folder=tmp_path, expect=2).stderr
    told = called("predict", path, "blobz", folder=tmp_path, expect=2).stderr
    assert told.startswith("halfmoon: TABLE must be one of moons, circles, blobs, ")
    assert told.endswith(", a file such as table.csv (did you mean 'blobs'?), got 'blobz'\n")
    assert (
        "separator must be left out for the built-in set blobs"
        in called("predict", path, "blobs", "--separator", ";", folder=tmp_path, expect=2).stderr
    )

    display = train._boundary(TableModel.load(path), frame)
    np.testing.assert_array_equal(display.scores.argmax(axis=-1), display.regions)  # it is drawn between the grid points
    assert display.class_names == ["blob 0", "blob 1", "blob 2"]


@pytest.mark.parametrize("suffix", ["csv", "parquet"])
def test_a_table_is_trained_on_and_predicted_raw(table, suffix, tmp_path):
    frame = pl.read_csv(table)
    source = tmp_path / f"source.{suffix}"
    frame.write_csv(source) if suffix == "csv" else frame.write_parquet(source)
    said = called("train", source, "--target", "kind", "-o", "out", "--epochs", "60", folder=tmp_path).stdout
    assert "Classification, because 'kind' holds text." in said
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["loss.png", "model.safetensors"]

    done = called("predict", "out/model.safetensors", source, folder=tmp_path)
    predicted = pl.read_csv(done.stdout.encode())
    assert predicted.columns == ["kind", "P(kind=long)", "P(kind=short)"]
    assert (predicted["kind"] == frame["kind"]).mean() > 0.9
    assert "against the table's own 'kind': accuracy " in done.stderr

    raw = tmp_path / "new.csv"
    raw.write_text("colour,weight,length,other\nviolet,,14.5,x\nred,3,2.5,y\n")
    called("predict", "out/model.safetensors", raw, "-o", f"answer.{suffix}", folder=tmp_path)
    answer = (pl.read_csv if suffix == "csv" else pl.read_parquet)(tmp_path / f"answer.{suffix}")
    assert answer["kind"].to_list() == ["long", "short"]


def test_a_prediction_does_not_depend_on_the_other_rows_of_its_file(tmp_path):
    codes = ["01", "02", "A1"] * 40
    flags = (["True", "False"] * 30 + ["maybe"] * 60)[:120]
    rows = [f"{code},{flag},{'00' if code == '01' else '0x'}" for code, flag in zip(codes, flags, strict=True)]
    (tmp_path / "all.csv").write_text("\n".join(["code,flag,y", *rows]))
    (tmp_path / "few.csv").write_text("\n".join(["code,flag,y", *rows[:1]]))
    called("train", "all.csv", "--target", "y", *QUICK, "-o", "out", folder=tmp_path)
    many, few = (called("predict", "out/model.safetensors", name, folder=tmp_path) for name in ("all.csv", "few.csv"))
    wanted, found = (np.array(done.stdout.splitlines()[1].split(",")[1:], float) for done in (many, few))
    np.testing.assert_allclose(found, wanted, rtol=1e-6)
    assert "against the table's own 'y'" in few.stderr


def test_a_target_that_cannot_be_compared_does_not_spoil_the_predictions(table, tmp_path):
    called("train", table, "--target", "kind", *QUICK, folder=tmp_path)
    (tmp_path / "new.csv").write_text("length,colour,weight,kind\n1,red,2,giant\n")
    done = called("predict", "runs/things/model.safetensors", "new.csv", "-o", "answer.csv", folder=tmp_path)
    assert "not compared with the table's own 'kind': the column 'kind' must hold 'long', 'short', got 'giant' in row 1" in done.stderr
    assert pl.read_csv(tmp_path / "answer.csv").height == 1


def test_a_warning_is_a_sentence_without_code(tmp_path):
    rows = [f"{place % 7},{place % 5},{chr(0x3FFFF - (place % 7 > 3))}" for place in range(80)]  # no font has these
    (tmp_path / "signs.csv").write_text("\n".join(["a,b,y", *rows]), encoding="utf-8")
    said = called("train", "signs.csv", "--target", "y", *QUICK, folder=tmp_path).stderr
    assert said.startswith("halfmoon: no installed font has every character of ")
    assert said.count("\n") == 1


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="Linux has a disk that is always full")
def test_predictions_that_cannot_be_written_are_one_sentence(table, tmp_path):
    called("train", table, "--target", "kind", *QUICK, folder=tmp_path)
    command = [*COMMAND, "predict", "runs/things/model.safetensors", table]
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(command, cwd=tmp_path, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr == "halfmoon: standard output cannot be written: No space left on device\n"


def test_names_are_taken_literally(tmp_path):
    rows = [f"{place % 7},{place % 5},{'$p^$' if place % 7 > 3 else '_q'}" for place in range(80)]
    (tmp_path / "a :smile: [red].csv").write_text("\n".join(["a$x_1^$,b \\$\\frac{$,y", *rows]))
    done = called("train", "a :smile: [red].csv", "--target", "y", *QUICK, folder=tmp_path)
    assert not done.stderr
    for name in ("loss.png", "boundary.png", "model.safetensors"):
        assert (path := f"runs/a :smile: [red]/{name}") in done.stdout
        assert (tmp_path / path).exists()


def test_numbers_are_predicted_in_their_units(table, tmp_path):
    said = called("train", table, "--target", "length", *QUICK, folder=tmp_path).stdout
    assert "Regression, because 'length' holds numbers with fractions." in said
    done = called("predict", "runs/things/model.safetensors", table, folder=tmp_path)
    assert 5 < pl.read_csv(done.stdout.encode())["length"].mean() < 15


OF_THE_TABLE = {"--test-share", "--seed"}


def test_every_option_reaches_the_model(tmp_path):
    options = {
        "--hidden": "6,5", "--activation": "tanh,gelu", "--loss": "softmax_cross_entropy", "--weights": "he_normal", "--dropout": "0.1",
        "--optimizer": "adamw", "--rate": "0.02", "--weight-decay": "0.1", "--epochs": "4", "--batch-size": "16", "--patience": "2",
        "--test-share": "0.5", "--validation-share": "0.2", "--dtype": "float64", "--seed": "3", "--max-seconds": "60.0",
    }  # fmt: skip
    named = {name: each for each in SETTINGS for name in each.names}
    assert {each.parameter for each in SETTINGS} == {named[name].parameter for name in options if name not in OF_THE_TABLE}
    said = called("train", "iris", "--as-is", *(part for pair in options.items() for part in pair), folder=tmp_path).stdout
    parameters = TableModel.load(tmp_path / "runs/iris/model.safetensors").estimator.get_params()
    for name, value in options.items():
        given = parameters["random_state"] if name == "--seed" else parameters.get(named[name].parameter) if name in named else value
        assert str(given).strip("()[]").replace("'", "").replace(" ", "") == value, name
    saved = read(tmp_path / "runs/iris/model.safetensors")
    assert saved.model.dtype == np.float64
    assert "Dense(6, weights='he_normal'" in saved.model.network.describe(4)
    assert "  gelu  " in said
    assert "Dropout(rate=0.1)" in said
    assert saved.history.epochs <= 4
    assert saved.history["rate"][0] == 0.02
    assert "60 rows to train on, 15 for validation, 75 to test" in said


def test_the_other_forms_of_options(tmp_path):
    said = called("train", "moons", "--optimizer", "lbfgs", "--epochs", "20", "--hidden", "8", folder=tmp_path).stdout
    assert "Dense(8, weights='normal'" in said
    said = called("train", "xor", "--hidden", "none", "--batch-size", "0", "--patience", "0", "--epochs", "3", folder=tmp_path).stdout
    assert "Ended after 3 epochs" in said


def test_options_have_the_names_of_parameters_and_short_ones(tmp_path):
    names = {
        "--hidden-layer-sizes": ("--hidden", "6,5"), "--learning-rate-init": ("--rate", "0.02"), "--max-iter": ("--epochs", "3"),
        "--initializer": ("--weights", "normal"), "--solver": ("--optimizer", "rmsprop"), "--n-iter-no-change": ("--patience", "2"),
        "--validation-fraction": ("--validation-share", "0.3"), "--random-state": ("--seed", "4"),
    }  # fmt: skip
    called("train", "iris", *(part for name, (_, value) in names.items() for part in (name, value)), "-o", "long", folder=tmp_path)
    called("train", "iris", *(part for pair in names.values() for part in pair), "-o", "short", folder=tmp_path)
    long, short = (TableModel.load(tmp_path / name / "model.safetensors") for name in ("long", "short"))
    assert long.estimator.model_.theta.tobytes() == short.estimator.model_.theta.tobytes()
    assert long.estimator.get_params() == short.estimator.get_params()
    assert long.estimator.hidden_layer_sizes == (6, 5)
    assert long.estimator.random_state == 4


BAD = {
    "an unknown set": (["train", "mooons"], "did you mean 'moons'?"),
    "no such file": (["train", "nowhere.csv", "--target", "a"], "nowhere.csv"),
    "no target": (["train", "things.csv"], "--target must name the column to be predicted, one of 'length', 'colour', 'weight', 'kind'"),
    "an unknown column": (["train", "things.csv", "--target", "kynd"], "'kind'"),
    "no numbers for widths": (["train", "moons", "--hidden", "a,b"], "'--hidden': 'a,b' must be widths such as 64,32"),
    "a negative rate": (
        ["train", "moons", "--rate", "-1"],
        "--rate must be a float in the range (0.0, inf). Got -1.0",
    ),
    "an unknown loss": (["train", "moons", "--loss", "squared"], "loss must be one of absolute_error, huber, log_loss, logistic, poisson"),
    "an unknown activation": (["train", "moons", "--activation", "rellu"], "did you mean 'relu'?"),
    "an unknown option": (["train", "moons", "--colour", "red"], "--colour"),
    "text for a number": (["train", "moons", "--epochs", "many"], "'--epochs': 'many' is not a valid integer"),
    "a CSV cut off mid-line": (["train", "cut.csv", "--target", "b"], "line 3 of cut.csv must have 2 fields"),
    "a file that is no CSV": (["train", "picture.csv", "--target", "b"], "picture.csv"),
    "one class": (["train", "one.csv", "--target", "b"], "'b' must have at least two classes"),
    "infinite numbers": (["train", "endless.csv", "--target", "b"], "'a'"),
    "an empty file": (["train", "empty.csv", "--target", "b"], "empty.csv"),
    "regression on text": (["train", "things.csv", "--target", "kind", "--task", "regression"], "'kind'"),
    "an unknown task": (["train", "things.csv", "--target", "kind", "--task", "ranking"], "task must be one of"),
    "no task": (["train", "things.csv", "--target", "kind", "--task", ""], "task must be one of classification, regression, got ''"),
    "a limit of no time": (
        ["train", "things.csv", "--target", "kind", "--max-seconds", "0"],
        "--max-seconds must be a number in (0, inf), got 0.0",
    ),
    "negative counts": (["train", "minus.csv", "--target", "b", "--loss", "poisson"], "'b' must hold no negative numbers for the loss"),
    "a long name": (["train", "x" * 300], "source must be one of"),
    "a long name of a file": (["train", "x" * 300 + ".csv", "--target", "b"], "File name too long"),
    "an output that is a file": (["train", "moons", "-o", "things.csv"], "--output must be a folder"),
    "no such model": (["predict", "none.safetensors", "things.csv"], "none.safetensors"),
    "no model": (["predict", "things.csv", "things.csv"], "must be a model that halfmoon saved"),
}


@pytest.mark.parametrize("what", BAD)
def test_bad_input_ends_in_one_sentence_and_exit_2(what, table, tmp_path):
    (tmp_path / "cut.csv").write_text("a,b\n1,2\n3")
    (tmp_path / "picture.csv").write_bytes(b"\x89PNG\r\n\x1a\n\x00\x00\xff\xfe")
    (tmp_path / "one.csv").write_text("a,b\n" + "1,2\n3,2\n" * 10)
    (tmp_path / "endless.csv").write_text("a,b\n" + "1,x\n2,y\ninf,x\n" * 10)
    (tmp_path / "empty.csv").write_text("")
    (tmp_path / "minus.csv").write_text("a,b\n" + "1,-1.5\n2,0\n3,2\n" * 10)
    before = sorted(tmp_path.iterdir())
    arguments, words = BAD[what]
    done = called(*arguments, folder=tmp_path, expect=2)
    assert words in done.stderr
    assert "Traceback" not in done.stderr
    if "Usage" not in done.stderr:
        assert done.stderr.startswith("halfmoon: ")
        assert done.stderr.count("\n") == 1
    assert [path for path in sorted(tmp_path.rglob("*")) if path not in before] == []


def test_a_folder_that_cannot_be_written_is_told_before_training(tmp_path, monkeypatch):
    def refuse(**_):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(files, "TemporaryFile", refuse)
    with pytest.raises(InputError, match=r"^--output must be a folder that can be written, got '.*/out': Permission denied$"):
        app(["train", "moons", "-o", str(tmp_path / "out")], standalone_mode=False)
    assert not (tmp_path / "out").exists()


def test_a_prediction_that_cannot_be_made_leaves_nothing(table, tmp_path):
    called("train", table, "--target", "kind", *QUICK, folder=tmp_path)
    narrow = tmp_path / "narrow.csv"
    narrow.write_text("length,weight\n1,2\n")
    done = called("predict", "runs/things/model.safetensors", narrow, "-o", "answer.csv", folder=tmp_path, expect=2)
    assert "'colour'" in done.stderr
    done = called("predict", "runs/things/model.safetensors", table, "-o", "answer.txt", folder=tmp_path, expect=2)
    assert ".csv, .parquet" in done.stderr
    assert not list(tmp_path.glob("answer*"))


def test_a_training_that_diverges_says_so_and_exits_1(tmp_path):
    done = called("train", "diabetes", "--as-is", "--optimizer", "sgd", "--rate", "10", folder=tmp_path, expect=1)
    assert "the rate 10 is likely too high, try 1; largest gradient" in done.stderr
    assert not (tmp_path / "runs").exists()


def test_a_terminal_shows_a_live_progress_bar_and_ctrl_c_keeps_the_model(tmp_path):
    environment = os.environ | {"OPENBLAS_NUM_THREADS": "1", "TERM": "xterm-256color", "COLUMNS": "100"}
    command = [*COMMAND, "train", "moons", "--epochs", "1000000"]
    status, shown = in_a_terminal(command, press_when=lambda text: text.count("/1000000") > 3, cwd=tmp_path, env=environment)
    assert status == 130, shown
    assert "loss 0." in shown
    assert "interrupted" in shown
    assert read(tmp_path / "runs/moons/model.safetensors").history.stopped == "interrupted"


def test_the_version_and_the_help(tmp_path):
    assert called("--version", folder=tmp_path).stdout.startswith("halfmoon 0.")
    assert "--activation" in called("train", "--help", folder=tmp_path).stdout


def test_warmup_says_what_it_did(tmp_path):
    assert "compiled" in called("warmup", folder=tmp_path).stdout
    assert called("warmup", folder=tmp_path).stdout == "all kernels are compiled already\n"


def test_a_training_is_saved_before_anything_is_printed_of_it(tmp_path, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(train, "score", full)
    recipe = Recipe().changed({"max_iter": 2})
    with pytest.raises(OSError, match="No space left"):
        train.run(train.find_table("xor", None), recipe, task=None, output=tmp_path)
    assert TableModel.load(tmp_path / "model.safetensors").estimator.n_iter_ == 2
