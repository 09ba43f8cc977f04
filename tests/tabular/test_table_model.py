"""A model reads another table as it read the training's, says what it does not know, and refuses what is of another kind."""

import datetime as dt

import numpy as np
import polars as pl
import pytest

import halfmoon as hm
from halfmoon.data import ColumnOptions
from halfmoon.tabular import Recipe, TableModel, TableWarning, fit, prepare

QUICK = Recipe().changed({"hidden_layer_sizes": (4,), "max_iter": 2, "validation_fraction": 0.0})
ROWS = 60
RANDOM = np.random.RandomState(0)
TRAINING = pl.DataFrame(
    {
        "id": [f"C{place}" for place in range(ROWS)],
        "plain": RANDOM.normal(size=ROWS).round(3),
        "dollars": [f"${1000 + place:,}.50" for place in range(ROWS)],
        "comma": [f"{place % 7},5" for place in range(ROWS)],
        "share": [f"{place}%" for place in range(ROWS)],
        "gaps": ["odd" if place == 7 else f"{place}.0" for place in range(ROWS)],
        "city": [["Paris", "Lyon", "Nice"][place % 3] for place in range(ROWS)],
        "code": [["1.50", "2.50", "A1"][place % 3] for place in range(ROWS)],
        "flag": [["True", "False"][place // 7 % 2] for place in range(ROWS)],
        "binary": [place // 5 % 2 for place in range(ROWS)],
        "when": [(dt.date(2020, 1, 1) + dt.timedelta(days=place)).strftime("%d.%m.%Y") for place in range(ROWS)],
        "clock": [f"{place % 24}:30" for place in range(ROWS)],
        "y": ["yes", "no", "yes"] * (ROWS // 3),
    }
)
KNOWN = ["plain", "dollars", "comma", "share", "gaps", "city", "code", "flag", "binary", "when", "clock"]


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    path = tmp_path_factory.mktemp("model") / "model.safetensors"
    fit(prepare(TRAINING, "y", QUICK, columns=ColumnOptions(decimal=None))).save(path)
    return TableModel.load(path)


def row(**cells):
    """One row as in training, with some other cells."""
    return TRAINING[8:9].with_columns(**{name: pl.lit(cell) for name, cell in cells.items()})


READ = {
    # column, cell, what it is read as, what is said
    "a number": ("plain", "1.5", 1.5, None),
    "a blank around": ("plain", " 1.5 ", 1.5, None),
    "a thin space": ("plain", "1\u2009234.5", 1234.5, None),
    "missing": ("plain", "?", None, "1 of 1 cells of 'plain' count as missing: '?' in row 1."),
    "a bound": ("plain", "<1.5", 1.5, "1 of 1 cells of 'plain' name a bound, which is taken for the number itself: '<1.5' in row 1."),
    "dollars": ("dollars", "$2,500.00", 2500.0, None),
    "dollars without the sign": ("dollars", "2500", 2500.0, None),
    "typed dollars": ("dollars", 2500, 2500, None),
    "a comma": ("comma", "1,25", 1.25, None),
    "percent": ("share", "12.5%", 0.125, None),
    "what training could not read": ("gaps", "odd", None, "1 of 1 cells of 'gaps' count as missing: 'odd' in row 1."),
    "a level": ("city", "Paris", "Paris", None),
    "another case": (
        "city", "paris", None,
        "1 of 1 cells of 'city' are no level that training saw, and count as missing: 'paris' in row 1 ('paris' is not 'Paris').",
    ),
    "a blank behind": ("city", "Paris ", None, "'Paris ' in row 1 ('Paris ' is not 'Paris')"),
    "a new level": ("city", "Rome", None, "count as missing: 'Rome' in row 1."),
    "no level": ("city", "NA", None, "1 of 1 cells of 'city' count as missing: 'NA' in row 1."),
    "a code": ("code", "1.50", "1.50", None),
    "a code as a number": ("code", 1.5, "1.50", None),
    "a number that is no code": ("code", 7, None, "count as missing: '7' in row 1"),
    "true": ("flag", "TRUE", True, None),
    "yes": ("flag", " yes", True, None),
    "1": ("flag", 1, True, None),
    "typed": ("flag", False, False, None),
    "maybe": ("flag", "maybe", None, "1 of 1 cells of 'flag' are no truth values and count as missing: 'maybe' in row 1."),
    "a word for 1": ("binary", "true", 1.0, None),
    "two": ("binary", 2, 2, None),
    "a day": ("when", "05.06.2021", dt.datetime(2021, 6, 5), None),  # noqa: DTZ001
    "a day, year first": ("when", "2021-06-05", dt.datetime(2021, 6, 5), None),  # noqa: DTZ001
    "a typed day": ("when", dt.date(2021, 6, 5), dt.date(2021, 6, 5), None),
    "a time of day": ("clock", "9:15", dt.time(9, 15), None),
}  # fmt: skip


@pytest.mark.parametrize("what", READ)
def test_a_cell_of_another_table(model, what):
    column, cell, value, said = READ[what]
    read = model.read(row(**{column: cell}))
    assert read.frame[column][0] == value
    assert read.unused == ()
    assert len(read.notes) == (said is not None)
    assert said is None or said in read.notes[0]
    again = model.read(read.frame)
    assert again.notes == ()
    assert again.frame.select(KNOWN).equals(read.frame.select(KNOWN))


REFUSED = {
    "a word": ("plain", "high", "the column 'plain' must hold numbers as in training, got 'high' in row 1"),
    "a comma": ("plain", "1,5", "the column 'plain' must hold numbers as in training, got '1,5' in row 1"),
    "a date": ("plain", "2020-01-01", "the column 'plain' must hold numbers as in training, got '2020-01-01' in row 1"),
    "a time": ("plain", "10:30:00", "the column 'plain' must hold numbers as in training, got '10:30:00' in row 1"),
    "a typed date": ("plain", dt.date(2020, 1, 1), "the column 'plain' must hold numbers as in training, it holds dates"),
    "infinite": ("plain", "inf", "the column 'plain' must hold finite numbers below 1e+100, got inf in row 1"),
    "other thousands": ("plain", "1,234.5", "the column 'plain' must hold numbers as in training, got '1,234.5' in row 1"),
    "another currency": ("dollars", "€5", "the column 'dollars' must hold numbers with '$' as in training, got '€5' in row 1"),
    "a point": ("comma", "1.5", "the column 'comma' must hold numbers with decimal commas as in training, got '1.5' in row 1"),
    "no percentage": ("share", "0.12", "the column 'share' must hold numbers with '%' as in training, got '0.12' in row 1"),
    "another word": ("gaps", "even", "the column 'gaps' must hold numbers as in training, got 'even' in row 1"),
    "a number of a date": ("when", "5", "the column 'when' must hold dates as in training, got '5' in row 1"),
    "a typed number of a date": ("when", 5.5, "the column 'when' must hold dates as in training, it holds numbers"),
    "another separator": ("when", "05/06/2021", "the column 'when' must hold dates as in training, got '05/06/2021' in row 1"),
    "a date of a time": ("clock", "2020-01-01", "the column 'clock' must hold dates as in training, got '2020-01-01' in row 1"),
    "a date of a truth value": ("flag", dt.date(2020, 1, 1), "the column 'flag' must hold truth values as in training, it holds dates"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_another_kind_is_refused(model, what):
    column, cell, sentence = REFUSED[what]
    with pytest.raises(hm.InputError) as caught:
        model.predict(row(**{column: cell}))
    assert str(caught.value) == sentence


def test_columns_that_are_missing_or_new_are_named(model):
    with pytest.raises(hm.InputError, match=r"must have the 2 columns 'plain', 'city', it has 'dollars'"):
        model.read(row().drop("plain", "city", "id"))
    with pytest.raises(hm.InputError, match=r"must have the column 'plain', it has .*\(did you mean 'Plain'\?\)"):
        model.read(row().rename({"plain": "Plain"}))
    read = model.read(row().drop("id", "y").with_columns(new=1, other=2))
    assert read.unused == ("Columns that training did not have are not used: 'new', 'other'.",)


def test_the_table_of_the_training_is_read_without_surprise(model):
    read = model.read(TRAINING)
    assert read.notes == ("1 of 60 cells of 'gaps' count as missing: 'odd' in row 8.",)
    assert read.unused == ()


def test_python_is_warned(model):
    with pytest.warns(TableWarning, match=r"'Rome' in row 1"):
        assert model.predict(row(city="Rome")).height == 1


def test_a_level_that_is_unknown_is_as_one_that_is_missing(model):
    assert model.features(row(city="Rome")).tobytes() == model.features(row(city=None)).tobytes()


TARGETS = {
    # training, another table's, the class numbers
    "words": (["yes", "no", "yes"], ["TRUE", "0", None], [1, 0, -1]),
    "texts": (["u", "v", "u"], ["v", " ", "u"], [1, -1, 0]),
    "whole numbers": ([3, 5, 3], ["5", "NA", "3.0"], [1, -1, 0]),
    "codes": (["01", "02", "01"], [1, 2, None], [0, 1, -1]),
    "typed truth values": ([True, False, True], ["yes", "no", ""], [1, 0, -1]),
}


@pytest.mark.parametrize("what", TARGETS)
def test_the_target_of_another_table(what):
    training, other, expected = TARGETS[what]
    frame = pl.DataFrame({"x": np.linspace(0, 1, 30), "y": training * 10})
    target = prepare(frame, "y", QUICK).preparation.target
    assert target.encode_known(pl.Series("y", other)).tolist() == expected


def test_a_label_that_is_unknown_is_told_with_the_nearest(model):
    frame = pl.DataFrame({"x": np.linspace(0, 1, 30), "y": ["red", "green", "red"] * 10})
    target = prepare(frame, "y", QUICK).preparation.target
    with pytest.raises(hm.InputError, match=r"^the column 'y' must hold 'green', 'red', got 'Red ' in row 2 \(did you mean 'red'\?\)$"):
        target.encode(pl.DataFrame({"y": ["red", "Red "]}))


def test_rows_whose_target_is_no_number_are_left_out():
    cells = ["far" if place in {3, 50} else f"{place},{place:03}.5" if place else "0.5" for place in range(ROWS)]
    table = prepare(TRAINING.with_columns(y=pl.Series(cells)), "y", QUICK)
    assert table.training.height + table.test.height == ROWS - 2
    assert "Regression, because 'y' holds numbers with fractions." in table.notes
    assert "2 of 60 rows miss the target 'y' and are left out." in table.notes
    assert "2 of 60 cells of 'y' are no numbers and count as missing: 'far' in row 4, 'far' in row 51." not in table.notes
    assert "2 of 60 cells of 'y' are no numbers and count as missing: 'far' in row 4." in table.notes


def test_a_regression_that_is_asked_for_takes_what_numbers_there_are():
    cells = ["far" if place % 5 == 0 else f"{place}.5" for place in range(ROWS)]
    with pytest.raises(hm.InputError, match="must hold numbers to be one of those, got 'yes' in row 1"):
        prepare(TRAINING, "y", QUICK, task="regression")
    table = prepare(TRAINING.with_columns(y=pl.Series(cells)), "y", QUICK, task="regression")
    assert "12 of 60 rows miss the target 'y' and are left out." in table.notes
    assert prepare(TRAINING.with_columns(y=pl.Series(cells)), "y", QUICK).preparation.target.task == "classification"


@pytest.mark.parametrize("cells", [["x" * 300], [f"word {place}" for place in range(130)]], ids=["a long one", "more than are kept"])
def test_what_training_counted_as_missing_does_so_again(cells):
    numbers = [f"{place}.5" for place in range(30 * len(cells))]
    frame = pl.DataFrame({"x": [*cells, *numbers], "y": (["a", "b"] * 31 * len(cells))[: 31 * len(cells)]})
    prepared = prepare(frame, "y", QUICK).preparation
    read = prepared.read(frame)
    assert read.frame["x"].null_count() == len(cells)
    assert read.notes[0].startswith(f"{len(cells)} of {len(frame):,} cells of 'x' count as missing: ")


def test_a_column_without_any_value_is_said(model):
    empty = TRAINING.head(5).with_columns(plain=pl.lit(None, pl.Float64), city=pl.lit(""))
    said = model.read(empty).unused
    for name in ("plain", "city"):
        assert f"The column '{name}' has no value in any of the 5 rows; it counts as missing." in said
    assert not model.read(empty.head(1)).unused
