"""A header is told from a row by what stands below it."""

import pytest

from halfmoon.data.files.header import guess_header, kind_of


@pytest.mark.parametrize(
    ("kind", "cells"),
    [
        ("empty", ["", " ", "NA", "?", "-", "None", "n/a"]),
        ("figure", ["1", "-2.5", "1,234.5", "1 234", "1e3", "5 %", "$5", "€ 1.200,50", "(5)", "2020-01-02", "1.2.2020", "10:30",
                    "2020-01-02T10:30:00Z", "<1.0", "٣"]),
        ("word", ["a", "x1", "1st", "e5", "T1", "5_6", "Oslo", "北京", "#", "true"]),
    ],
)  # fmt: skip
def test_kinds_of_cells(kind, cells):
    assert {cell: kind_of(cell) for cell in cells} == dict.fromkeys(cells, kind)


HEADERS = [
    # the first record, those below, whether it is a header, whether that is doubtful
    ("a,b", ["1,2", "3,4"], True, False),
    ("colour,shape", ["red,round", "blue,square"], True, False),
    ("red,round", ["red,round", "red,square", "blue,round"], False, False),
    ("5.1,setosa", ["4.9,setosa", "7.0,virginica"], False, False),
    ("1,2", ["3,4", "5,6"], False, False),
    ("1,2,3", ["4,5,6", "7,8,9"], False, False),
    ("0,1,2", ["5,1,7", "3,3,9"], True, False),
    ("0,1", ["0.5,1.5", "0.2,1.1"], True, False),
    ("2019,2020,2021", ["5,7,6", "8,1,9"], True, False),
    ("400,402,404,406,408", ["5,1,2,1,2", "3,9,1,1,2"], True, False),
    (",0", ["0,5.5", "1,6.5"], True, False),
    ("NA,1.5,2.5", ["3,1.5,2", "4,1,1"], False, False),
    ("unknown,1.5,2.5,7", ["3,1.5,2,1", "4,1,1,3"], True, True),
    ("date,value", ["2020-01-01,5"], True, False),
    ("2020-01-01,5", ["2020-01-02,6", "2020-01-03,6"], False, False),
    ("name,city", [], True, False),
]


@pytest.mark.parametrize(("known", "found"), [("y", True), ("z", False), ("5", False)])
def test_a_name_that_is_expected_and_comes_nowhere_below_tells_a_header(known, found):
    assert guess_header(["5", "7", "y"], [["1", "2", "a"], ["5", "4", "b"]], [known]).found is found


@pytest.mark.parametrize(("first", "below", "found", "doubtful"), HEADERS)
def test_headers(first, below, found, doubtful):
    assert guess_header(first.split(","), [row.split(",") for row in below]) == (found, doubtful)
