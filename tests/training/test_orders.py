"""The orders in which epochs take the rows: every row once, anew each epoch, and what was drawn ahead can be given back."""

import numpy as np
import pytest

from halfmoon.training.orders import Orders

ROWS = np.array([4, 1, 7, 7, 2])


@pytest.mark.parametrize("rows", [None, ROWS])
@pytest.mark.parametrize("random", [np.random.RandomState(3), np.random.default_rng(3)])
def test_orders_that_were_drawn_ahead_are_given_back(random, rows):
    orders = Orders(8, rows, random)
    orders.draw(2)
    mark = orders.mark()
    drawn = orders.draw(5)
    expected = np.arange(8) if rows is None else np.sort(rows)
    assert all((np.sort(order) == expected).all() for order in drawn)
    orders.go_back(mark, 2)
    np.testing.assert_array_equal(orders.draw(3), drawn[2:])


@pytest.mark.parametrize("rows", [None, ROWS])
def test_without_a_generator_the_rows_are_taken_as_they_stand(rows):
    orders = Orders(8, rows, None)
    mark = orders.mark()
    for order in orders.draw(2):
        np.testing.assert_array_equal(order, rows)
    orders.go_back(mark, 1)
    np.testing.assert_array_equal(orders.draw(1)[0], rows)
