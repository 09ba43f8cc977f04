"""The softmax of rows: the formula's bits, whatever the number of columns and however they lie."""

import numpy as np
import pytest

from halfmoon.layers.softmax import NARROW, softmax


@pytest.mark.parametrize("columns", [1, 2, 3, NARROW - 1, NARROW, NARROW + 1, 100])
@pytest.mark.parametrize("rows", [1, 2, 9, 1000])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("order", ["C", "F"])
def test_softmax_is_its_formula_row_by_row(order, dtype, rows, columns):
    scores = np.array(30 * np.random.RandomState(0).normal(size=(rows, columns)), dtype, order=order)
    before = scores.copy()
    found = softmax(scores)
    for row, of_row in zip(scores, found, strict=True):
        powers = np.exp(row - row.max())
        np.testing.assert_array_max_ulp(of_row, powers / powers.sum(), 4)
    assert found.dtype == dtype
    assert found.flags.c_contiguous
    np.testing.assert_array_equal(scores, before)
    if order == "C":
        for row, of_row in zip(scores, found, strict=True):
            np.testing.assert_array_equal(softmax(row[None])[0], of_row)  # the bits of a row do not depend on its neighbours


def test_large_scores_do_not_overflow():
    assert softmax(np.array([[1e300, 1e300, -1e300]])).tolist() == [[0.5, 0.5, 0]]
