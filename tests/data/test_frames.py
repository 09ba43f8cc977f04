"""Tables as people hold them, as Polars tables, and targets that lose nothing on the way."""

from __future__ import annotations

from decimal import Decimal

import numpy as np
import pandas as pd
import polars as pl
import pytest

from halfmoon.base.errors import InputError
from halfmoon.data.frames import frame_of, target_values

MASKED = np.ma.masked_array([[1.0, 2.0], [3.0, 4.0]], mask=[[True, False], [False, False]])


@pytest.mark.parametrize(
    "codes", [pd.Categorical([7, 8, None]), pd.Categorical(["7", "8", None]), pd.Series([7, 8, None], dtype="Int64").astype("category")]
)
def test_categories_of_pandas_stay_categories(codes):
    series = frame_of(pd.DataFrame({"code": codes}))["code"]
    assert series.dtype == pl.Categorical
    assert series.cast(pl.String).to_list() == ["7", "8", None]


@pytest.mark.parametrize("table", [MASKED, {"x0": MASKED[:, 0], "x1": MASKED[:, 1]}])
def test_masked_values_are_missing(table):
    found = frame_of(table)
    assert found["x0"].fill_nan(None).to_list() == [None, 3.0]
    assert found["x1"].to_list() == [2.0, 4.0]


def test_a_decimal_that_is_no_number_is_missing():
    assert frame_of({"a": [Decimal("1.5"), Decimal("NaN")]})["a"].to_list() == [Decimal("1.5"), None]
    with pytest.raises(InputError, match="the column 'a' must hold finite numbers"):
        frame_of({"a": [Decimal("1.5"), Decimal("Infinity")]})


@pytest.mark.parametrize("table", [pd.Series([1.0, 2.0]), pl.Series([1.0, 2.0]), np.zeros(3), "a text"])
def test_what_is_no_table_is_refused(table):
    with pytest.raises(InputError, match="the table must be a table"):
        frame_of(table, "the table")


# targets as people give them, and the array that comes of them
TARGETS = {
    "numbers": ([1, 2], np.array([1, 2])),
    "texts": (["a", "b"], np.array(["a", "b"])),
    "objects of whole numbers": (np.array([1, 2], dtype=object), np.array([1, 2])),
    "objects of truth values": (pd.Series([True, False], dtype="boolean"), np.array([True, False])),
    "pandas' own whole numbers": (pd.Series([1, 2], dtype="Int64"), np.array([1, 2])),
    "several kinds": ([1, "a"], np.array([1, "a"], dtype=object)),
}


@pytest.mark.parametrize("case", TARGETS)
def test_targets_are_what_they_are(case):
    given, expected = TARGETS[case]
    found = target_values(given)
    assert found.dtype == expected.dtype
    assert found.tolist() == expected.tolist()


@pytest.mark.parametrize("given", [["a", "a\0"], pd.Series(["a", "a\0"], dtype=object), pl.Series(["a", "a\0"])])
def test_a_text_that_ends_in_zero_is_refused(given):
    with pytest.raises(InputError, match=r"end in a zero character, got .* in row 2"):
        target_values(given)


def test_masked_targets_are_refused():
    with pytest.raises(InputError, match="no masked values, got one in row 1"):
        target_values(MASKED[:, 0])
