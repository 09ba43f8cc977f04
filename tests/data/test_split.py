"""Rows are split as scikit-learn splits them, in classes where that can be."""

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.model_selection import train_test_split

from halfmoon.base.errors import InputError
from halfmoon.data import split, split_rows


def table(classes):
    return pl.DataFrame({"row": range(len(classes)), "class": classes})


@pytest.mark.parametrize("classes", [[0, 1] * 20, ["b", "a", "c", "a"] * 10, [True, False] * 20, [0.5, 1.5] * 20])
@pytest.mark.parametrize("stratify", [None, "class"])
def test_it_splits_as_scikit_learn(classes, stratify):
    expected = train_test_split(np.arange(40), test_size=0.25, random_state=7, stratify=classes if stratify else None)
    for part, rows in zip(split(table(classes), 0.25, seed=7, stratify=stratify), expected, strict=True):
        assert part["row"].to_list() == rows.tolist()


@pytest.mark.parametrize("classes", [None, np.arange(40) % 2, np.array(["a", "b"] * 20)])
def test_indices_are_split_as_rows_are(classes):
    expected = train_test_split(np.arange(40), test_size=0.25, random_state=7, stratify=classes)
    for part, rows in zip(split_rows(40, 0.25, seed=7, classes=classes), expected, strict=True):
        assert part.tolist() == rows.tolist()


def test_missing_values_are_a_class():
    first, second = split(table(["a", None] * 10), 0.5, seed=0, stratify="class")
    assert first["class"].null_count() == second["class"].null_count() == 5


def test_categories_are_classes():
    first, second = split(table(["a", "b"] * 10).cast({"class": pl.Categorical}), 0.5, seed=0, stratify="class")
    assert first["class"].value_counts()["count"].to_list() == second["class"].value_counts()["count"].to_list() == [5, 5]


@pytest.mark.parametrize("classes", [["a"] * 9 + ["b"], [0.1 * i for i in range(10)], ["a", "b", "c", "d", "e"] * 2])
def test_classes_that_are_too_small_are_passed_over(classes):
    for part, other in zip(split(table(classes), 0.2, seed=1, stratify="class"), split(table(classes), 0.2, seed=1), strict=True):
        assert part.equals(other)


@settings(max_examples=50)
@given(st.lists(st.sampled_from("abc") | st.none(), min_size=2, max_size=30), st.floats(0.01, 0.5), st.integers(0, 2**32 - 1))
def test_every_row_goes_to_one_part(classes, share, seed):
    first, second = split(table(classes), share, seed=seed, stratify="class")
    assert sorted(first["row"].to_list() + second["row"].to_list()) == list(range(len(classes)))
    assert first.height > 0
    assert second.height > 0


REFUSED = [
    ([1], {"share": 0.5}, "enough rows to split off a share of 0.5, it has 1"),
    ([1, 2], {"share": 0.9}, "enough rows to split off a share of 0.9, it has 2"),
    ([], {"share": 0.5}, "at least one row"),
    ([1, 2], {"share": 0}, r"share must be a number in \(0, 1\), got 0"),
    ([1, 2], {"share": 1.0}, r"share must be a number in \(0, 1\), got 1"),
    ([1, 2], {"share": 0.5, "seed": -1}, "seed must be a whole number of at least 0, got -1"),
    ([1, 2], {"share": 0.5, "seed": 2**32}, "seed must be a whole number of at most 4294967295, got 4294967296"),
    ([1, 2], {"share": 0.5, "stratify": "klass"}, "'klass'.*did you mean 'class'"),
]


@pytest.mark.parametrize(("classes", "options", "sentence"), REFUSED)
def test_what_cannot_be_split_is_refused(classes, options, sentence):
    with pytest.raises(InputError, match=sentence):
        split(table(classes), **{"seed": 0} | options)
