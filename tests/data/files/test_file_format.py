"""What is said of a file is checked, and refused where the file has no such thing."""

import pytest

from halfmoon.base.errors import InputError
from halfmoon.data import FileFormat


@pytest.mark.parametrize(
    ("given", "separator"), [("tab", "\t"), ("\\t", "\t"), ("\t", "\t"), ("Semicolon", ";"), ("|", "|"), ("space", " "), (":", ":")]
)
def test_separators_have_names(given, separator):
    assert FileFormat(separator=given).separator == separator


@pytest.mark.parametrize(
    ("given", "words"),
    [
        *(({"separator": wrong}, "separator must be one character") for wrong in ("", "||", "é", "a", '"', "\n", ".", "-", 3)),
        *(({"encoding": wrong}, "encoding must be") for wrong in ("klingon", "base64", "a\0b", "", 3)),
        ({"header": "yes"}, "header must be True or False"),
        ({"sheet": 2.5}, "sheet must be the name of a sheet"),
    ],
)
def test_what_cannot_be_is_refused(given, words):
    with pytest.raises(InputError, match=words):
        FileFormat(**given)


def test_what_a_kind_of_file_has_not_is_refused():
    FileFormat(header=False).only("the text file x", "header")
    with pytest.raises(InputError, match="header must be left out for the Parquet file x, got False"):
        FileFormat(header=False).only("the Parquet file x")
