"""What the columns of a table are, and what is said of them: tables of (cells, kind, first values, what is said)."""

import datetime as dt

import polars as pl
import pytest

from halfmoon.base.errors import InputError
from halfmoon.data import ColumnOptions, infer
from halfmoon.data.formats.date import DateFormat
from halfmoon.data.formats.number import NumberFormat
from halfmoon.data.formats.text import TextFormat
from halfmoon.data.formats.truth import TruthFormat

NUMBER, DATE, TEXT, TRUTH = NumberFormat, DateFormat, TextFormat, TruthFormat
WORDS = ["red", "green", "blue", "red"]


def table(cells, times=1, **more):
    """A table of a column x, another one to learn from, and a target."""
    cells = list(cells) * times
    return pl.DataFrame(
        {"x": cells, "z": (WORDS * len(cells))[: len(cells)], "y": (["a", "b"] * len(cells))[: len(cells)]} | more, strict=False
    )


def almost(good, *odd, count=60):
    """Some cells, and among them a few odd ones, in the third row and the following."""
    cells = [good[place % len(good)] for place in range(count)]
    cells[2 : 2 + len(odd)] = odd
    return cells


DAY = dt.datetime(2020, 1, 31)  # noqa: DTZ001

COLUMNS = {
    # cells, the kind, the first value, what is said of x, each in one sentence
    "a blank among numbers": (
        almost(["1.5", "2"], " ", "None"), NUMBER, 1.5,
        ["2 of 60 cells of 'x' are no numbers and count as missing: ' ' in row 3, 'None' in row 4."],
    ),
    "text among numbers": (
        almost(["1.5", "2"], "abc", "5 kg"), NUMBER, 1.5,
        ["2 of 60 cells of 'x' are no numbers and count as missing: 'abc' in row 3, '5 kg' in row 4."],
    ),
    "thousands": (["1,234.5", "7"], NUMBER, 1234.5, ["The column 'x' is read as numbers, '1,234.5' in row 1 as 1234.5."]),
    "open thousands": (
        ["1,234", "7"], NUMBER, 1234.0,
        ["'1,234' in row 1 as 1234, though the mark could be the decimal one as well; decimal=... says which it is."],
    ),
    "decimal commas": (["1,5", "2,25"], NUMBER, 1.5, ["'1,5' in row 1 as 1.5."]),
    "percent": (["55%", "7%"], NUMBER, 0.55, ["'55%' in row 1 as 0.55."]),
    "currency": (["5", "$1,200,000"], NUMBER, 5.0, ["'$1,200,000' in row 2 as 1200000."]),
    "bounds": (
        almost(["1.5", "2"], "<1.0"), NUMBER, 1.5,
        ["is read as numbers", "1 of 60 cells of 'x' name a bound, which is taken for the number itself: '<1.0' in row 3."],
    ),
    "only blanks around": ([" 1.5", "2 "], NUMBER, 1.5, []),
    "a unit": (
        almost(["5", "7"], *["5 kg"] * 20), TEXT, "5",
        ["The column 'x' stays text, though 40 of 60 cells look like numbers; others do not: '5 kg' in row 3; number=... takes it"],
    ),
    "a unit behind each": (["5 kg", "7.5 KG", "7kg"], NUMBER, 5.0, ["The column 'x' is read as numbers, '7.5 KG' in row 2 as 7.5."]),
    "degrees": (["21.5 °C", "-3 °C"], NUMBER, 21.5, ["is read as numbers"]),
    "thousands by a letter": (["$1.5k", "$2k"], NUMBER, 1.5, ["'$1.5k' in row 1 as 1.5."]),
    "thousands and millions by letters": (
        ["$1.5k", "$2M", "$3k"], TEXT, "$1.5k",
        ["stays text, because its numbers are written in several ways or units; unlike most are '$2M'"],
    ),
    "one without its unit": (almost(["5 kg", "7 kg"], "9"), NUMBER, 5.0, ["read as numbers", "are no numbers and count as missing: '9'"]),
    "words behind numbers": (["1st", "2nd", "3rd", "4th"], TEXT, "1st", []),
    "addresses": (["12 Main St", "7 Elm St", "1 High St"], TEXT, "12 Main St", []),
    "ratios": (
        ["1/2", "3/4", "16/9"], TEXT, "1/2",
        ["The column 'x' stays text, though its cells are figures; as numbers or dates they are not known: '1/2' in row 1, '3/4' in row 2"],
    ),
    "ranges": (["10-20", "20-30", "40-50"], TEXT, "10-20", ["its cells are figures"]),
    "minutes and seconds": (["45:10", "61:15", "99:59"], TEXT, "45:10", ["its cells are figures"]),
    "codes that begin with a letter": (["A-001", "A-002", "B-001"], TEXT, "A-001", []),
    "more digits than a number keeps": (
        ["12345678901234567890", "12345678901234567891"], TEXT, "12345678901234567890",
        ["is taken for codes, not for numbers, because of more digits than a number keeps: '12345678901234567890' in row 1"],
    ),
    "open points": (
        ["1.234", "7.100"], NUMBER, 1.234,
        ["'1.234' in row 1 as 1.234, though the mark could separate thousands as well; decimal=... says which it is."],
    ),
    "case and blanks": (
        ["Paris", "paris ", "Lyon"], TEXT, "Paris",
        ["The column 'x' has texts that differ in case or blanks only, and count as different: 'Paris' in row 1, 'paris ' in row 2."],
    ),
    "months": (["2020-03", "2020-04"], DATE, dt.datetime(2020, 3, 1), ["is read as dates, '2020-03' in row 1 as 2020-03-01."]),  # noqa: DTZ001
    "quarters": (["2020Q2", "2020Q3"], DATE, dt.datetime(2020, 4, 1), ["is read as dates, '2020Q2' in row 1 as 2020-04-01."]),  # noqa: DTZ001
    "weeks": (["2020-W01", "2020-W02"], DATE, dt.datetime(2019, 12, 30), ["is read as dates, '2020-W01' in row 1 as 2019-12-30."]),  # noqa: DTZ001
    "dates without marks": (
        [20200131, 20200201], NUMBER, 20200131,
        ["read as numbers, though they look like dates, 20200131 in row 1; written as 2020-01-31 they are read as dates."],
    ),
    "whole numbers that are no dates": ([20201331, 20200201], NUMBER, 20201331, []),
    "two units": (
        ["$5", "€6", "$7", "€8", "$9"], TEXT, "$5",
        ["stays text, because its numbers are written in several ways or units; unlike most are '€6' in row 2, '€8' in row 4."],
    ),
    "points beside whole numbers that are too large for groups": (
        ["39.205", "1350"], NUMBER, 39.205, ["though the mark could separate thousands as well; decimal=... says which it is."],
    ),
    "points beside zeros": (["39.205", "0"], NUMBER, 39.205, ["though the mark could separate thousands as well"]),
    "codes": (
        ["007", "12", "010", "7"], TEXT, "007",
        ["The column 'x' is taken for codes, not for numbers, because of leading zeros: '007' in row 1, '010' in row 3."],
    ),
    "words": (
        ["red", "7", "NA", "None", "blue", "-"], TEXT, "red", ["2 of 6 cells of 'x' count as missing: 'NA' in row 3, '-' in row 6."],
    ),
    "a minus beside a plus": (["-", "+", "-"], TEXT, "-", []),
    "truth": (
        ["True", "FALSE", "true", "-"], TRUTH, True,
        ["in several ways, 'true', 'True' and 'FALSE'", "1 of 4 cells of 'x' count as missing: '-'"],
    ),
    "yes and no": (["yes", "no"], TRUTH, True, []),
    "a third word": (["yes", "no", "maybe"], TEXT, "yes", []),
    "dates": (["2020-01-31", "2020-02-01"], DATE, DAY, ["The column 'x' is read as dates, '2020-01-31' in row 1 as 2020-01-31."]),
    "days first": (["31.01.2020", "01.02.2020"], DATE, DAY, ["'31.01.2020' in row 1 as 2020-01-31."]),
    "months first": (["01/31/2020", "01/02/2020"], DATE, DAY, ["'01/31/2020' in row 1 as 2020-01-31."]),
    "two ways": (
        ["31.01.2020", "2020-02-01", "30.01.2020"], DATE, DAY,
        ["is read as dates", "writes its dates in 2 ways, as '31.01.2020' (2020-01-31) and '2020-02-01' (2020-02-01); all are read."],
    ),
    "another order with another mark": (
        ["31.01.2020", "01/31/2020", "05.01.2020", "01/05/2020", "31.01.2020"], DATE, DAY,
        ["is read as dates", "in 2 ways, as '31.01.2020' (2020-01-31) and '01/31/2020' (2020-01-31); all are read."],
    ),
    "two digits of a year": (["31.01.20", "01.02.20"], DATE, DAY, ["as 2020-01-31, years of two digits as 1969 to 2068."]),
    "zones": (["2020-01-31T01:00:00+01:00", "2020-02-01T00:00:00Z"], DATE, DAY, ["as 2020-01-31, times with a zone in UTC."]),
    "no such day": (
        almost(["2020-01-31", "2020-02-01"], "2020-02-30"), DATE, DAY,
        ["is read as dates", "1 of 60 cells of 'x' are no dates and count as missing: '2020-02-30' in row 3."],
    ),
    "hardly dates": (
        ["2020-01-31", "2020-01-30", "later"], TEXT, "2020-01-31",
        ["The column 'x' stays text, though 2 of 3 cells look like dates; others do not: 'later' in row 3."],
    ),
    "times of day": (["10:30", "23:15:10"], DATE, dt.time(10, 30), ["The column 'x' is read as times, '10:30' in row 1 as 10:30:00."]),
}  # fmt: skip


@pytest.mark.parametrize("what", COLUMNS)
def test_a_column_is_what_its_cells_say(what):
    cells, kind, first, said = COLUMNS[what]
    found = infer(table(cells), "y")
    assert isinstance(found.formats["x"], kind)
    assert found.frame["x"][0] == first
    notes = [note for note in found.notes if "'x'" in note]
    assert len(notes) == len(said), notes
    for note, words in zip(notes, said, strict=True):
        assert words in note
        assert len(note) < 300


REFUSED = {
    # cells, what is asked for, the sentence
    "an open order": (
        ["01.02.2020", "03.04.2020"], {},
        "the column 'x' must show whether the day or the month comes first, got '01.02.2020' in row 1; say day_first=True",
    ),
    "two orders": (
        ["31/01/2020", "01/31/2020"], {},
        "the column 'x' must have its dates in one order, got '31/01/2020' in row 1, '01/31/2020' in row 2; say",
    ),
    "the wrong order": (
        ["01/31/2020", "01/30/2020"], {"day_first": True},
        "the column 'x' must have dates with the day first as was said, got '01/31/2020' in row 1",
    ),
    "infinite": (["1", "inf"], {}, "the column 'x' must hold finite numbers below 1e+100, got 'inf' in row 2"),
    "too large": (["1", "1e400"], {}, "the column 'x' must hold finite numbers below 1e+100, got '1e400' in row 2"),
    "typed and infinite": ([1.0, float("inf")], {}, "the column 'x' must hold finite numbers below 1e+100, got inf in row 2"),
    "points that may separate thousands": (
        ["350", "39.205", "12.500"], {},
        "must show whether its points separate thousands, got '350' in row 1, '39.205' in row 2; say decimal=\",\" where they do",
    ),
    "no numbers at all": (["a", "b"], {"number": ["x"]}, "'x' must hold numbers to be one of those, got 'a' in row 1, 'b' in row 2"),
    "an unknown column": (["a"], {"drop": ["X"]}, "the table must have the column 'X', it has 'x', 'z', 'y' (did you mean 'x'?)"),
    "two things at once": (["a"], {"drop": ["x"], "number": ["x"]}, "the column 'x' must be given to drop=... or to number=..., got both"),
    "no target": (["a"], {"drop": ["y"]}, "the target 'y' must be left out of drop=... and columns=..., it is not learnt from"),
    "no decimal mark": (["a"], {"decimal": ";"}, "decimal must be one of ., ,, got ';'"),
    "no name": (["a"], {"drop": [3]}, "drop must be names of columns, got 3"),
}  # fmt: skip


@pytest.mark.parametrize("what", REFUSED)
def test_what_cannot_be_told_is_asked_for(what):
    cells, options, words = REFUSED[what]
    with pytest.raises(InputError) as caught:
        infer(table(cells), "y", ColumnOptions(**options))
    assert words in str(caught.value)
    assert len(str(caught.value)) < 300


ASKED = {
    "days first": (["01.02.2020", "03.04.2020"], {"day_first": True}, dt.datetime(2020, 2, 1)),  # noqa: DTZ001
    "months first": (["01.02.2020", "03.04.2020"], {"day_first": False}, dt.datetime(2020, 1, 2)),  # noqa: DTZ001
    "decimal comma": (["1,234", "5,678"], {"decimal": ","}, 1.234),
    "decimal point": (["1,234", "5,678"], {"decimal": "."}, 1234.0),
    "points that separate thousands": (["39.205", "350"], {"decimal": ","}, 39205.0),
    "points that are decimal": (["39.205", "350"], {"decimal": "."}, 39.205),
    "codes as numbers": (["007", "12"], {"number": ["x"]}, 7.0),
    "words as missing numbers": (["7", "a", "b", "c"], {"number": ["x"]}, 7.0),
    "numbers as categories": (["1.50", "2.50"], {"category": ["x"]}, "1.50"),
    "typed numbers as categories": ([1, 2], {"category": ["x"]}, "1"),
    "several by commas": (["1.50", "2.50"], {"category": ["z, x"]}, "1.50"),
}


@pytest.mark.parametrize("what", ASKED)
def test_what_is_asked_for_is_done(what):
    cells, options, first = ASKED[what]
    found = infer(table(cells), "y", ColumnOptions(**options))
    assert found.frame["x"][0] == first


def test_a_point_that_is_said_to_separate_thousands_is_said_to_be_read_so():
    notes = infer(table(["350", "39.205"]), "y", ColumnOptions(decimal=",")).notes
    assert notes == ("The column 'x' is read as numbers, '39.205' in row 2 as 39205.",)


def test_columns_that_are_not_asked_for_are_left_out():
    assert infer(table(["1", "2"]), "y", ColumnOptions(drop=["x"])).left_out == ("x",)
    assert infer(table(["1", "2"]), "y", ColumnOptions(columns=["x"])).left_out == ("z",)
    assert infer(table(["01.02.2020"] * 2), "y", ColumnOptions(drop="x")).left_out == ("x",)  # an open order of no interest


def test_another_column_tells_the_decimal_mark():
    found = infer(table(["1,234", "5,678"], w=["0,5", "7,25"]), "y")
    assert found.frame["x"].to_list() == [1.234, 5.678]
    assert any("'x'" in note and "decimal=..." in note for note in found.notes)
    assert infer(table(["350", "1.234"], w=["0,5", "7,25"]), "y").frame["x"].to_list() == [350.0, 1234.0]


def test_a_typed_column_of_fractions_tells_the_decimal_mark_where_no_other_does():
    notes = infer(table(["1.234", "5.678"], w=[0.5, 7.25]), "y").notes
    assert not any("'x'" in note for note in notes)


def test_why_a_column_stays_text_is_said_of_those_that_are_left_out_too():
    found = infer(table([f"{i}.5" if i % 8 else f"x{i}" for i in range(40)]), "y")
    assert found.left_out == ("x",)
    assert [note.split(":")[0] for note in found.notes] == [
        "The column 'x' stays text, though 35 of 40 cells look like numbers; others do not",
        "The column 'x' is left out, because it looks like an identifier",
    ]


def test_the_words_of_a_target_stay_and_their_spellings_are_one():
    frame = pl.DataFrame({"z": [1, 2, 2, 1], "y": ["yes", "No", "Yes", "yes"]})
    found = infer(frame, "y")
    assert found.frame["y"].to_list() == ["yes", "No", "yes", "yes"]
    assert any("writes its truth values in several ways" in note for note in found.notes)


def test_names_do_not_clash_with_our_own():
    frame = pl.DataFrame(
        {name: ["true", "false", "true"] for name in ("", "rows", "cell", "row", "count", "x")} | {"literal": ["1", "2", "x"]}
    )
    found = infer(frame, "x")
    assert found.frame["rows"].to_list() == [True, False, True]
    assert found.frame["literal"].to_list() == ["1", "2", "x"]


def test_the_same_of_many_columns_is_said_once():
    frame = pl.DataFrame({f"c{i}": almost(["1", "2.5"], "?") for i in range(20)} | {"y": [0, 1] * 30})
    notes = infer(frame, "y").notes
    assert len(notes) == 9
    assert notes[-1] == "The same holds for 'c8', 'c9', 'c10', 'c11', 'c12', 'c13', 'c14', 'c15', 4 more."


def test_long_names_and_cells_are_cut():
    name = "n" * 500
    found = infer(pl.DataFrame({name: almost(["1", "2"], "x" * 500), "z": WORDS * 15, "y": ["a", "b"] * 30}), "y")
    assert all(len(note) < 300 for note in found.notes)


OTHER_MEANINGS = [
    # name, cells, words of what is said
    (
        "time",
        [1580428800, 1580432400],
        "they look like seconds since 1970, 1580428800 in row 1; written as 2020-01-31 they are read as dates.",
    ),
    ("created_at_timestamp", [1580428800000, 1580432400000], "they look like milliseconds since 1970"),
    ("amount", [1580428800, 1580432400], None),
    ("time", [10, 20], None),
    ("zip_code", [10115, 80331], "is read as numbers, 10115 in row 1; category=... takes them for codes, each a level of its own."),
    ("class", [1, 2], "category=... takes them for codes"),
    ("类别", [1, 2], "category=... takes them for codes"),
    ("rooms", [1, 2], None),
]


@pytest.mark.parametrize(("name", "cells", "words"), OTHER_MEANINGS)
def test_what_whole_numbers_may_be_is_said(name, cells, words):
    frame = pl.DataFrame({name: cells * 3, "z": WORDS + WORDS[:2], "y": ["a", "b", "b"] * 2})
    assert [words in note for note in infer(frame, "y").notes] == [True] * (words is not None)
    assert infer(frame, "y", ColumnOptions(number=[name])).notes == ()


def test_a_typed_table_stays_as_it_is():
    frame = pl.DataFrame({"a": [1, 5, 3], "b": [True, False, None], "c": [0.5, None, 2.0], "y": ["u", "v", "u"]}).with_columns(
        d=pl.Series([DAY, DAY.replace(day=1), None])
    )
    found = infer(frame, "y")
    assert found.frame.equals(frame)
    assert found.notes == ()
    assert infer(found.frame, "y").frame.equals(frame)
