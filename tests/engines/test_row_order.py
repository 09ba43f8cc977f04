"""The orders in which epochs take the rows: those that NumPy draws, one for each epoch that began, and they can be drawn again."""

from contextlib import nullcontext

import numpy as np
import pytest

import halfmoon as hm
from halfmoon.base.patience import Patience
from halfmoon.engines import ENGINES, engine
from halfmoon.engines.contract import Data, EpochRequest
from halfmoon.engines.fused.engine import Fused
from halfmoon.engines.row_order import RowOrder
from halfmoon.engines.state import NotFiniteError, TrainingState
from halfmoon.losses.penalty import NO_PENALTY

GENERATORS = {
    "RandomState": lambda: np.random.RandomState(3),
    "RandomState of PCG64": lambda: np.random.RandomState(np.random.PCG64(3)),
    "Generator": lambda: np.random.default_rng(3),
}
WIDTH = 40
"""Units so many that 1,000 rows of a batch are shared between threads."""


def run(name, orders, epochs, n, threads=1, told=None, rate=1e-3, **options):
    """Train on ``n`` rows, and return the losses of the epochs, which are told meanwhile too."""
    X = np.random.RandomState(0).normal(size=(n, 10))
    model = hm.Network([hm.Dense(WIDTH), hm.Tanh(), hm.Dense(1)], loss=hm.SquaredError()).init(10, 0, "float64")
    made, told = engine(name, TrainingState(model, hm.SGD(rate), NO_PENALTY, 0), threads), [] if told is None else told
    made.epochs(EpochRequest(Data(X, X[:, :1], None), orders, epochs, 1000, lambda losses, *_: told.extend(losses), **options))
    return told


def drawn(generator, order, count):
    """Return the order that NumPy has drawn last of ``count``, and what it draws next."""
    for _ in range(count):
        order = generator.permutation(order)
    return order, generator.random()


@pytest.mark.parametrize("n", [1, 2, 3, 4, 5, 63, 64, 65, 1000, 4097])
@pytest.mark.parametrize("threads", [1, 2])
@pytest.mark.parametrize("name", ENGINES)
@pytest.mark.parametrize("generator", GENERATORS)
def test_each_order_is_what_numpy_draws_of_the_one_before(generator, name, threads, n):
    orders = RowOrder(np.arange(n)[::-1], GENERATORS[generator]())
    run(name, orders, 3, n, threads)
    order, following = drawn(GENERATORS[generator](), np.arange(n)[::-1], 3)
    np.testing.assert_array_equal(orders.order, order)
    assert orders.random.random() == following  # the generator stands where it would


@pytest.mark.parametrize("name", ENGINES)
@pytest.mark.parametrize("generator", GENERATORS)
def test_only_some_rows_may_be_taken(generator, name):
    rows = np.array([4, 1, 7, 7, 2])
    orders = RowOrder(rows, GENERATORS[generator]())
    run(name, orders, 2, 9)
    assert np.sort(orders.order).tolist() == np.sort(rows).tolist()
    assert rows.tolist() == [4, 1, 7, 7, 2]


@pytest.mark.parametrize("name", ENGINES)
@pytest.mark.parametrize("generator", GENERATORS)
def test_epochs_that_are_taken_back_are_drawn_again(generator, name):
    orders = RowOrder(np.arange(2500), GENERATORS[generator]())
    run(name, orders, 2, 2500)
    checkpoint = orders.checkpoint()
    losses, after = run(name, orders, 4, 2500), orders.order
    following = orders.random.random()
    orders.restore(checkpoint)
    assert run(name, orders, 4, 2500) == losses
    np.testing.assert_array_equal(orders.order, after)
    assert orders.random.random() == following


@pytest.mark.parametrize("name", ENGINES)
@pytest.mark.parametrize("rows", [None, np.array([4, 1, 7, 7, 2])])
def test_without_a_generator_the_rows_are_taken_as_they_stand(rows, name):
    orders = RowOrder(rows)
    checkpoint = orders.checkpoint()
    run(name, orders, 2, 8)
    orders.restore(checkpoint)
    assert orders.order is rows


ENDS = {
    "patience": {"patience": Patience(best=0.0, limit=3)},
    "time is up": {"seconds": 0.0},
    "it diverges": {"rate": 1e200},
}


@pytest.mark.parametrize("threads", [1, 2])
@pytest.mark.parametrize("why", ENDS)
def test_an_epoch_that_never_began_draws_nothing(why, threads):
    orders, told = RowOrder(np.arange(2500), np.random.RandomState(3)), []
    with pytest.raises(NotFiniteError) if why == "it diverges" else nullcontext():
        run("fused", orders, 2000, 2500, threads, told, **ENDS[why])
    begun = len(told) + (why == "it diverges")
    assert begun < 2000
    order, following = drawn(np.random.RandomState(3), np.arange(2500), begun)
    np.testing.assert_array_equal(orders.order, order)
    assert orders.random.random() == following


def test_another_thread_that_shares_the_generator_draws_nothing_twice(monkeypatch):
    random, found = np.random.RandomState(3), []
    train = Fused._call

    def call(*given):
        found.append(random.random())  # as another thread may, any time until the epochs are over
        train(*given)

    monkeypatch.setattr(Fused, "_call", call)
    orders = RowOrder(np.arange(50), random)
    run("fused", orders, 3, 50)
    assert [*found, random.random()] == np.random.RandomState(3).random(2).tolist()
    np.testing.assert_array_equal(orders.order, drawn(np.random.RandomState(3), np.arange(50), 3)[0])
