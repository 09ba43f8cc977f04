"""Columns that there is nothing to learn from are left out, with a word."""

import numpy as np
import polars as pl
import pytest

from halfmoon.data import ColumnOptions, infer

ROWS = 40
SHUFFLED = np.random.RandomState(0).permutation(ROWS).tolist()
INDEX = "it numbers the rows, as an index that pandas writes"
NUMBERED = "it numbers the rows"
IDENTIFIER = "it looks like an identifier: each row has another number; category=... or number=... keeps it"

LEFT_OUT = {
    # name, cells, why
    "an empty name": ("", list(range(ROWS)), INDEX),
    "pandas' name": ("Unnamed: 0", list(range(ROWS)), INDEX),
    "pandas' second name": ("Unnamed: 0.1", list(range(ROWS)), INDEX),
    "pandas' name in Parquet": ("__index_level_0__", SHUFFLED, INDEX),
    "an index with gaps": (
        "__index_level_0__",
        [3 * each for each in SHUFFLED],
        "it looks like an identifier: each row has another number",
    ),
    "rows from 0 on": ("n", list(range(ROWS)), NUMBERED),
    "rows from 1 on": ("n", list(range(1, ROWS + 1)), NUMBERED),
    "shuffled rows": ("n", SHUFFLED, NUMBERED),
    "an id": ("PassengerId", [1000 + 7 * each for each in SHUFFLED], IDENTIFIER),
    "a customer": ("customer_id", [1000 + each for each in SHUFFLED], IDENTIFIER),
    "an id with gaps": ("id", [None if each == 3 else 1000 + each for each in SHUFFLED], IDENTIFIER),
    "an id as pandas has it where one is missing": ("id", [None if each == 3 else 1000.0 + each for each in SHUFFLED], IDENTIFIER),
    "an id with thousands separated": ("id", [f"1,{each:03}" for each in SHUFFLED], IDENTIFIER),
    "a number by its name": ("Kundennummer", [1000 + 7 * each for each in SHUFFLED], IDENTIFIER),
    "the same or missing": (
        "x",
        [7.5, None] * (ROWS // 2),
        "it is the same in all rows that have it: '7.5' in row 1; category=... tells",
    ),
    "another text in each row": ("who", [f"C{each}" for each in SHUFFLED], "it looks like an identifier: each row has another text"),
    "nearly so": ("who", [f"C{max(each, 1)}" for each in SHUFFLED], "identifier or free text: it has 39 different texts in 40 rows"),
    "the same everywhere": ("x", ["7"] * ROWS, "it is the same in all rows: '7' in row 1"),
    "the same date": ("x", ["31.01.2020 10:00"] * ROWS, "it is the same in all rows: '31.01.2020 10:00' in row 1"),
    "the same text": ("x", ["a"] * ROWS, "it is the same in all rows: 'a' in row 1"),
    "nothing": ("x", ["", " ", "NA", None] * 10, "all its values are missing"),
}


def table(name, cells):
    return pl.DataFrame({name: cells, "other": [0.5, 2.5, 1.5, 0.5] * (len(cells) // 4), "y": ["a", "b"] * (len(cells) // 2)}, strict=False)


@pytest.mark.parametrize("what", LEFT_OUT)
def test_a_column_is_left_out_with_a_word(what):
    name, cells, why = LEFT_OUT[what]
    found = infer(table(name, cells), "y")
    assert found.left_out == (name,)
    assert any(note.startswith(f"The column {name!r} is left out, because ") and why in note for note in found.notes), found.notes


KEPT = {
    "years in order": ("year", list(range(1980, 1980 + ROWS))),
    "numbers that are all different": ("x", np.random.RandomState(0).normal(size=ROWS).tolist()),
    "whole numbers that are all different": ("price", [each * each for each in SHUFFLED]),
    "an id that comes again": ("customer_id", [each // 2 for each in SHUFFLED]),
    "rows from 0 on with a gap": ("n", [*range(ROWS - 1), ROWS]),
    "texts that come again": ("who", [f"C{each // 2}" for each in SHUFFLED]),
    "paid": ("paid", [1000 + each for each in SHUFFLED]),
    "dates": ("x", [f"2020-01-{1 + each % 28:02} {each % 24}:00" for each in range(ROWS)]),
    "nearly the same": ("x", [*["7"] * (ROWS - 1), "8"]),
    "the same text or missing": ("x", [*["a"] * (ROWS - 1), None]),
    "an id of fractions": ("id", [each + 0.5 for each in SHUFFLED]),
    "house numbers that come again": ("house_number", [each // 2 for each in SHUFFLED]),
}


@pytest.mark.parametrize("what", KEPT)
def test_what_may_tell_something_is_kept(what):
    name, cells = KEPT[what]
    assert infer(table(name, cells), "y").left_out == ()


@pytest.mark.parametrize("options", [{"columns": ["n", "other"]}, {"number": ["n"]}, {"category": ["n"]}])
def test_what_is_asked_for_is_kept(options):
    assert infer(table("n", list(range(ROWS))), "y", ColumnOptions(**options)).left_out == ()


def test_few_rows_say_little():
    frame = pl.DataFrame({"who": ["a", "b", "c", "d"], "n": [3, 1, 2, 0], "y": ["u", "v", "u", "v"]})
    assert infer(frame, "y").left_out == ()


def test_row_numbers_are_better_than_nothing():
    frame = table("n", list(range(ROWS))).drop("other")
    found = infer(frame, "y")
    assert found.left_out == ()
    assert found.notes == ("The column 'n' is all there is to learn from, though it numbers the rows.",)
