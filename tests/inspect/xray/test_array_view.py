"""Arrays whole while they fit, else their corner."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from halfmoon.inspect.xray.array_view import BINS, ArrayView, exact, rounded
from halfmoon.inspect.xray.text import summary

FLOATS = st.sampled_from([np.float32, np.float64]).flatmap(lambda kind: arrays(kind, array_shapes(max_dims=2, max_side=12)))


@given(FLOATS)
@example(np.array([2.0**-1022, 0.0]))  # a range whose reciprocal is infinite
def test_shown_is_a_corner_with_its_places(array):
    shown = ArrayView("a", array)
    corner = np.array([array[place] for place in shown.indices()], array.dtype)
    assert corner.tobytes() == shown.corner.tobytes()
    assert shown.whole == (shown.corner.size == array.size)
    assert shown.whole or 6 in shown.corner.shape
    assert sum(shown.histogram()) == np.isfinite(array).sum()
    assert len(shown.histogram()) == BINS
    assert "▕" in summary(shown)


@given(FLOATS)
def test_every_digit_reads_back(array):
    texts = [exact(value) for value in array.ravel()]
    back = np.array(texts, array.dtype)
    np.testing.assert_array_equal(back, array.ravel())
    assert (np.signbit(back) == np.signbit(array.ravel()))[~np.isnan(back)].all()


@pytest.mark.parametrize(
    ("array", "shape"),
    [(np.zeros(8), (1, 8)), (np.zeros(9), (1, 6)), (np.zeros((8, 8)), (8, 8)), (np.zeros((9, 8)), (6, 8)), (np.zeros((2, 99)), (2, 6))],
)
def test_what_fits_is_whole(array, shape):
    assert ArrayView("a", array).corner.shape == shape


def test_histograms_are_numpys():
    values = np.random.RandomState(0).standard_normal(1000)
    assert ArrayView("a", values).histogram() == tuple(np.histogram(values, BINS)[0])
    assert ArrayView("a", np.full(5, 3.0)).histogram()[0] == 5


def test_numbers_that_are_not_finite_are_counted_apart():
    shown = ArrayView("a", np.array([1.0, np.nan, np.inf, 3.0]))
    assert shown.range == (1, 3)
    assert summary(shown).startswith("2 not finite   1 ▕")
    assert summary(ArrayView("a", np.array([np.nan]))).startswith("1 not finite   nan ▕")


def test_rounded_and_exact():
    assert (rounded(np.float64(1 / 3)), exact(np.float64(1 / 3))) == ("0.33333", "0.3333333333333333")
    assert (rounded(np.float32(1 / 3)), exact(np.float32(1 / 3))) == ("0.33333", "0.33333334")
    assert (rounded(np.intp(123456)), exact(np.intp(123456))) == ("123456", "123456")
