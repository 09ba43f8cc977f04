"""Truth values in any spelling, and texts."""

import polars as pl
import pytest

from halfmoon.base.errors import InputError
from halfmoon.data.formats.contract import MARK, UNREAD
from halfmoon.data.formats.text import TextFormat
from halfmoon.data.formats.truth import TruthFormat, is_pair


@pytest.mark.parametrize("word", ["true", "True", "TRUE", " yes", "Y", "1", "on", "ja", "是", "t", "1.0"])
def test_words_for_true(word):
    assert TruthFormat().read(pl.Series("x", [word])).values.to_list() == [True]


@pytest.mark.parametrize("word", ["false", "False", "NO", "n", "0", "off", "nein", "否", "0.0"])
def test_words_for_false(word):
    assert TruthFormat().read(pl.Series("x", [word])).values.to_list() == [False]


def test_what_is_none_of_them():
    cells = TruthFormat(others=("odd",)).read(pl.Series("x", ["maybe", "NA", "odd", "2", "", None]))
    assert cells.values.null_count() == 6
    assert cells.rows(UNREAD).to_list() == [0, 3]
    assert cells.rows(MARK).to_list() == [1, 2]


def test_typed_values():
    assert TruthFormat().read(pl.Series("x", [True, None])).values.to_list() == [True, None]
    cells = TruthFormat().read(pl.Series("x", [1, 0, 2, None]))
    assert cells.values.to_list() == [True, False, None, None]
    assert cells.rows(UNREAD).to_list() == [2]
    with pytest.raises(InputError, match="it holds dates"):
        TruthFormat().read(pl.Series("x", [1], dtype=pl.Date))


@pytest.mark.parametrize(
    ("words", "pair"),
    [({"yes", "no"}, True), ({"true", "no", "false"}, True), ({"y"}, False), ({"1", "0"}, False), ({"f", "m"}, False), ({"f", "n"}, False)],
)
def test_which_words_are_a_pair(words, pair):
    assert is_pair(words) == pair


def test_texts_are_what_they_are():
    cells = TextFormat().read(pl.Series("x", [" a", "None", "-", "NA", " ", "#DIV/0!", "", None]))
    assert cells.values.to_list() == [" a", "None", None, None, None, None, None, None]
    assert cells.rows(MARK).to_list() == [2, 3, 4, 5]
    assert TextFormat(signs=True).read(pl.Series("x", ["+", "-", "--"])).values.to_list() == ["+", "-", None]
