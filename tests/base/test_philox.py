"""Philox4x32-10 against Random123's known answers, and the words drawn from it."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from halfmoon.base.philox import philox, words

F = 0xFFFFFFFF
# kat_vectors of Random123 (Salmon et al., 2011): counter, key, answer.
KNOWN = [
    ((0, 0, 0, 0), (0, 0), (0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8)),
    ((F, F, F, F), (F, F), (0x408F276D, 0x41C83B0E, 0xA20BC7C6, 0x6D5451FD)),
    (
        (0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344),
        (0xA4093822, 0x299F31D0),
        (0xD16CFE09, 0x94FDCCEB, 0x5001E420, 0x24126EA1),
    ),
]
WORD = st.integers(0, F)


@pytest.mark.smoke
@pytest.mark.parametrize(("counter", "key", "answer"), KNOWN)
def test_known_answers(counter, key, answer):
    assert philox(counter, key) == answer
    arrays = tuple(np.full(3, word, np.uint64) for word in counter)
    for got, expected in zip(philox(arrays, key), answer, strict=True):
        assert got.tolist() == [expected] * 3
        assert got.dtype == np.uint64


@settings(max_examples=50)
@given(st.lists(st.tuples(WORD, WORD, WORD, WORD), min_size=1, max_size=5), WORD, WORD)
def test_scalars_equal_arrays(counters, k0, k1):
    arrays = philox(tuple(np.array(column, np.uint64) for column in zip(*counters, strict=True)), (k0, k1))
    scalars = [philox(counter, (k0, k1)) for counter in counters]
    assert np.array_equal(np.array(arrays), np.array(scalars, np.uint64).T)


@settings(max_examples=40)
@given(
    seed=st.integers(0, 2**64 - 1),
    rows=st.integers(1, 9),
    columns=st.integers(1, 11),
    first_row=st.integers(0, 1000),
    update=st.integers(0, 2**40),
    layer=st.integers(0, 99),
    data=st.data(),
)
def test_a_batch_cut_in_two_equals_the_whole(seed, rows, columns, first_row, update, layer, data):
    cut = data.draw(st.integers(0, rows))
    whole = words(seed, rows, columns, first_row=first_row, update=update, layer=layer)
    parts = [
        words(seed, count, columns, first_row=start, update=update, layer=layer)
        for start, count in ((first_row, cut), (first_row + cut, rows - cut))
        if count
    ]
    assert whole.shape == (rows, columns)
    assert whole.dtype == np.uint64
    assert np.array_equal(np.vstack(parts), whole)
    narrow = words(seed, rows, max(1, columns - 1), first_row=first_row, update=update, layer=layer)
    assert np.array_equal(narrow, whole[:, : narrow.shape[1]])
    # every entry by Python's own integers
    i, j = data.draw(st.integers(0, rows - 1)), data.draw(st.integers(0, columns - 1))
    four = philox((j // 4, first_row + i, update % 2**32, layer), (seed % 2**32, seed >> 32))
    assert whole[i, j] == four[j % 4]


def test_other_places_draw_other_words():
    base = {"first_row": 0, "update": 5, "layer": 1}
    first = words(7, 20, 20, **base)
    assert np.array_equal(first, words(7, 20, 20, **base))
    others = [words(7, 20, 20, **base | change) for change in ({"first_row": 20}, {"update": 6}, {"layer": 2})]
    others += [words(8, 20, 20, **base), words(7 + 2**32, 20, 20, **base)]
    for other in others:
        assert (first != other).mean() > 0.99
    assert len(np.unique(first)) == first.size


def test_no_rows_or_columns():
    for shape in ((0, 3), (3, 0)):
        assert words(0, *shape, first_row=0, update=0, layer=0).shape == shape


def test_the_words_are_uniform():
    units = words(2024, 400, 501, first_row=0, update=3, layer=2) / 2**32
    n = units.size
    assert units.min() >= 0
    assert units.max() < 1
    assert abs(units.mean() - 0.5) < 4 / np.sqrt(12 * n)
    assert abs(units.var() - 1 / 12) < 4 * np.sqrt(1 / 180 / n)
    counts = np.bincount((units.ravel() * 64).astype(int), minlength=64)
    assert ((counts - n / 64) ** 2 / (n / 64)).sum() < 63 + 5 * np.sqrt(2 * 63)
    for a, b in ((units[:, :-1], units[:, 1:]), (units[:-1], units[1:])):
        assert abs(np.corrcoef(a.ravel(), b.ravel())[0, 1]) < 4 / np.sqrt(n)
    bits = [(words(1, 200, 200, first_row=0, update=0, layer=0) >> np.uint64(bit) & np.uint64(1)).mean() for bit in range(32)]
    assert np.abs(np.array(bits) - 0.5).max() < 5 * 0.5 / 200
