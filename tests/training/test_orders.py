"""The orders in which epochs take the rows: every row once, anew each epoch, and what was drawn ahead can be given back."""

import numpy as np
import pytest

import halfmoon as hm
from halfmoon.training.orders import Orders

ROWS = np.array([4, 1, 7, 7, 2])
GENERATORS = {
    "RandomState": lambda: np.random.RandomState(3),
    "RandomState of PCG64": lambda: np.random.RandomState(np.random.PCG64(3)),
    "Generator": lambda: np.random.default_rng(3),
}


def permutations(engine):
    """Return how an engine draws orders."""
    model = hm.Network([hm.Dense(1)], loss=hm.SquaredError()).init(n_inputs=1)
    return hm.Trainer(model, engine=engine).engine.permutations


@pytest.mark.parametrize("n", [0, 1, 2, 3, 4, 5, 63, 64, 65, 1000, 4097])
@pytest.mark.parametrize("engine", ["fused", "reference"])
@pytest.mark.parametrize("generator", GENERATORS)
def test_orders_are_those_that_numpy_draws_one_of_another(generator, engine, n):
    random, plain = GENERATORS[generator](), GENERATORS[generator]()
    order = np.arange(n)[::-1]
    for found in permutations(engine)(random, order, 3):
        order = plain.permutation(order)
        np.testing.assert_array_equal(found, order)
    assert random.random() == plain.random()  # the generator stands where it would


@pytest.mark.parametrize("rows", [None, ROWS])
@pytest.mark.parametrize("engine", ["fused", "reference"])
@pytest.mark.parametrize("generator", GENERATORS)
def test_orders_that_were_drawn_ahead_are_given_back(generator, engine, rows):
    random = GENERATORS[generator]()
    orders = Orders(8, rows, random, permutations=permutations(engine))
    orders.draw(2)
    mark = orders.mark()
    drawn = np.array(orders.draw(5))
    expected = np.arange(8) if rows is None else np.sort(rows)
    assert all((np.sort(order) == expected).all() for order in drawn)
    following = random.random()
    orders.go_back(mark, 2)
    np.testing.assert_array_equal(orders.draw(3), drawn[2:])
    assert random.random() == following


@pytest.mark.parametrize("rows", [None, ROWS])
def test_without_a_generator_the_rows_are_taken_as_they_stand(rows):
    orders = Orders(8, rows, None, permutations=permutations("fused"))
    mark = orders.mark()
    for order in orders.draw(2):
        np.testing.assert_array_equal(order, rows)
    orders.go_back(mark, 1)
    np.testing.assert_array_equal(orders.draw(1)[0], rows)
