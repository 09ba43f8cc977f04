"""The command on tables as people write them: what it says of columns and cells, and its options for them."""

from __future__ import annotations

import warnings

import numpy as np
import polars as pl
import pytest

from halfmoon.base.errors import InputError
from halfmoon.cli.app import app
from halfmoon.tabular import TableModel

ROWS = 120
QUICK = ["--hidden", "4", "--epochs", "2"]


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A folder to work in, with a table of messy columns."""
    random = np.random.RandomState(0)
    size = random.normal(size=ROWS).round(3)
    cells = [" " if place == 7 else str(value) for place, value in enumerate(size)]
    frame = pl.DataFrame(
        {
            "row": range(ROWS),
            "size": cells,
            "price": [f"{value * 100:,.0f} €" for value in random.uniform(5, 90, ROWS)],
            "zip": [f"{value:05}" for value in random.randint(0, 40, ROWS)],
            "city": random.choice(["Paris", "Lyon"], ROWS),
            "day": [f"0{1 + place % 9}.0{1 + place % 7}.2021" for place in range(ROWS)],
            "kind": np.where(size > 1, "rare", "common"),
        }
    )
    frame.write_csv(tmp_path / "t.csv")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def call(*arguments):
    with warnings.catch_warnings(action="ignore", category=UserWarning):
        app([str(each) for each in arguments], standalone_mode=False)


def kinds(folder):
    model = TableModel.load(folder / "runs/t/model.safetensors")
    return {column.name: type(column).__name__ for column in model.preparation.columns}


TRAIN = ["train", "t.csv", "--target", "kind", *QUICK]


def test_an_open_order_of_days_is_asked_for(folder):
    with pytest.raises(InputError, match=r"^the column 'day' must show whether the day .* say --dayfirst or --monthfirst"):
        call(*TRAIN)
    assert not (folder / "runs").exists()


def test_what_was_found_out_is_said(folder, capsys):
    call(*TRAIN, "--dayfirst", "--class-weight", "balanced")
    said = capsys.readouterr().out
    for sentence in (
        "1 of 120 cells of 'size' are no numbers and count as missing: ' ' in row 8.",
        "The column 'price' is read as numbers, ",
        "The column 'zip' is taken for codes, not for numbers, because of leading zeros: ",
        "The column 'day' is read as dates, '01.01.2021' in row 1 as 2021-01-01.",
        "The column 'row' is left out, because it numbers the rows.",
        "the most frequent, ",
        "balanced accuracy ",
        "log-loss ",
        "recall 'common' ",
    ):
        assert sentence in said
    assert kinds(folder) == {"size": "Number", "price": "Number", "zip": "Category", "city": "Category", "day": "Date"}
    assert TableModel.load(folder / "runs/t/model.safetensors").estimator.class_weight == "balanced"


OPTIONS = {
    "drop": (["--drop", "day,city", "--drop", "zip"], {"size": "Number", "price": "Number"}),
    "columns": (["--columns", "row, size"], {"row": "Number", "size": "Number"}),
    "kinds": (
        ["--drop", "day", "--category", "row", "--number", "zip"],
        {"row": "Category", "size": "Number", "price": "Number", "zip": "Number", "city": "Category"},
    ),
    "decimal": (["--columns", "price", "--decimal", ","], {"price": "Number"}),
}


@pytest.mark.parametrize("what", OPTIONS)
def test_a_person_says_what_columns_are(folder, what):
    options, expected = OPTIONS[what]
    call(*TRAIN, *options)
    assert kinds(folder) == expected
    price = next((each for each in TableModel.load("runs/t/model.safetensors").preparation.columns if each.name == "price"), None)
    if price is not None:
        assert (price.mean < 100) == (what == "decimal")


@pytest.mark.parametrize(
    ("given", "weights"),
    [(["rare=10"], {1: 10.0}), (["rare=10,common=0.5"], {0: 0.5, 1: 10.0}), (["rare=1e1", "common=2"], {0: 2.0, 1: 10.0})],
)
def test_class_weights_by_label(folder, given, weights):
    call(*TRAIN, "--monthfirst", *(part for each in given for part in ("--class-weight", each)))
    found = TableModel.load("runs/t/model.safetensors").estimator.class_weight
    assert {int(number): weight for number, weight in found.items()} == weights


BAD = {
    "no weight": (
        ["--class-weight", "rare"],
        "--class-weight must be balanced, or labels and weights such as rare=10,common=1, got 'rare'",
    ),
    "two points": (["--class-weight", "rare=1.2.3"], "--class-weight must be labels with a number each"),
    "no such class": (["--class-weight", "rear=2"], "class_weight must be one of common, rare (did you mean 'rare'?), got 'rear'"),
    "no such column": (["--drop", "prize"], "must have the column 'prize', it has 'row', 'size'"),
    "the target": (["--drop", "kind"], "the target 'kind' must be left out of --drop"),
    "both": (["--number", "zip", "--category", "zip"], "'zip' must be given to --category or to --number, got both"),
    "a decimal mark": (["--decimal", ";"], "decimal must be one of ., ,"),
}


@pytest.mark.parametrize("what", BAD)
def test_options_that_cannot_be_followed_are_refused(folder, what):
    options, words = BAD[what]
    with pytest.raises(InputError) as caught:
        call(*TRAIN, "--dayfirst", *options)
    assert words in str(caught.value)
    assert len(str(caught.value)) < 300


def test_another_table_is_read_by_its_cells_alone(folder, capsys):
    call(*TRAIN, "--dayfirst")
    capsys.readouterr()
    (folder / "new.csv").write_text("day,city,zip,price,size,more\n05.06.2021,paris,00007,12,?,1\n2021-06-05,Lyon,7,1 200 €,0.5,2\n")
    call("predict", "runs/t/model.safetensors", "new.csv")
    done = capsys.readouterr()
    assert pl.read_csv(done.out.encode()).height == 2
    lines = done.err.splitlines()
    assert "1 of 2 cells of 'size' count as missing: '?' in row 1." in lines
    assert any("'paris' in row 1 ('paris' is not 'Paris')" in line for line in lines)
    assert any("cells of 'zip' are taken for the level that is the same number in other digits: '7' in row 2" in line for line in lines)
    assert "Columns that training did not have are not used: 'more'." in lines
    assert len(lines) == 4


def test_the_target_may_be_there_in_part(folder, capsys):
    call(*TRAIN, "--dayfirst")
    frame = pl.read_csv("t.csv", infer_schema=False).with_columns(kind=pl.when(pl.int_range(ROWS) < 30).then("kind"))
    frame.write_csv("part.csv")
    call("predict", "runs/t/model.safetensors", "part.csv")
    assert "against the table's own 'kind': accuracy " in (said := capsys.readouterr().err)
    assert "of 30 rows right" in said


def test_an_xray_needs_no_target(folder, capsys):
    call(*TRAIN, "--drop", "day")
    frame = pl.read_csv("t.csv", infer_schema=False)
    frame.drop("kind").write_csv("without.csv")
    frame.with_columns(kind=pl.lit("")).write_csv("gaps.csv")
    capsys.readouterr()
    for name, said in (
        ("without.csv", "The table has no column 'kind', so the loss is taken on the model's own predictions."),
        ("gaps.csv", "2 of 2 rows miss the target 'kind'; there the loss is taken on the model's own predictions."),
    ):
        call("xray", "runs/t/model.safetensors", name, "--row", "1:2", "--all")
        done = capsys.readouterr()
        assert said in done.err.splitlines()
        assert "Loss" in done.out


def test_a_comparison_reads_through_the_same_door(folder, capsys):
    call(
        "compare",
        *TRAIN[1:4],
        "--hidden",
        "2",
        "--hidden",
        "3",
        "--epochs",
        "2",
        "--seeds",
        "1",
        "--monthfirst",
        "--class-weight",
        "rare=3",
    )
    said = capsys.readouterr().out
    assert "1 of 120 cells of 'size' are no numbers and count as missing: ' ' in row 8." in said
    assert "The column 'row' is left out, because it numbers the rows." in said
