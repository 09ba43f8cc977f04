"""Records are counted as the csv module walks over them."""

import csv
import io
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from halfmoon.data.files import records
from halfmoon.data.files.records import count, find_records, has_leading_zeros

TEXTS = st.lists(st.lists(st.sampled_from(["", "1", "a,b", 'x"y', "two\nlines", "\r\n", "long " * 9]), min_size=1, max_size=4), max_size=8)


@settings(max_examples=200)
@given(TEXTS, st.sampled_from(["\n", "\r\n"]), st.sampled_from([3, 8, 13, 64, 1 << 16]))
def test_records_are_those_of_the_csv_module(rows, end, piece):
    stream = io.StringIO()
    csv.writer(stream, lineterminator=end).writerows(rows)
    text = stream.getvalue().encode()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(records, "PIECE", piece)
        found = find_records(text, ",", quoted=True)
    assert found.closed
    assert found.separators.tolist() == [len(row) - 1 for row in rows]
    parts = [text[start:stop].decode() for start, stop in zip(found.starts, found.ends, strict=True)]
    assert [next(csv.reader(io.StringIO(part, newline="")), []) for part in parts] == [row if row != [""] else [""] for row in rows]


def test_open_quotes_and_offsets():
    assert not find_records(b'a,b\n1,"x\n', ",", quoted=True).closed
    found = find_records(b'a,b\n1,"x\n2', ",", quoted=False, start=4)
    assert (found.starts.tolist(), found.ends.tolist(), found.separators.tolist()) == ([4, 9], [8, 10], [1, 0])
    assert count(b"a,b\n1,,2\n", ",", 4) == 2
    assert len(find_records(b"", ",", quoted=True).starts) == 0


@pytest.mark.parametrize(
    ("text", "found"),
    [("a,01\n", True), ("01", True), ("a\n00\n", True), ('"07",1', True), ("1,-07", True), ("1, 07", True), ("a;b\n1;07", True),
     ("a,0\n", False), ("0.5,10,100", False), ("a0,b01", False), ("1,1.007", False), ("", False), ("0", False)],
)  # fmt: skip
def test_leading_zeros(text, found):
    for padding in (0, records.PIECE - 2, records.PIECE - 1, records.PIECE):
        padded = "x" * padding + "," + text if padding else text
        assert has_leading_zeros(padded.encode(), ";" if ";" in text else ",") == found


def test_parities_are_those_of_the_bits_before():
    quotes = np.random.default_rng(0).random(1001) < 0.3
    for inside in (0, 1):
        wanted = [(inside + int(total)) % 2 == 1 for total in np.cumsum(quotes)]
        assert records._within_quotes(quotes, inside).tolist() == wanted
    assert math.prod(records.PARITIES.shape) == 256
