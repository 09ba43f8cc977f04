"""What training allocates: no array an update, and no copy of the data."""

import tracemalloc

import numpy as np
import pytest

import halfmoon as hm

NETWORK = hm.Network([hm.Dense(256), hm.ReLU, hm.Dropout(0.2), hm.Dense(10)], hm.SoftmaxCrossEntropy())
X = np.random.RandomState(0).normal(size=(6000, 784)).astype(np.float32)
Y = np.random.RandomState(1).randint(0, 10, 6000)


@pytest.fixture
def traced():
    tracemalloc.start()
    yield
    tracemalloc.stop()


class Watch(hm.Callback):
    """Notes the memory after the first updates, and the most there has been since then after some more."""

    def __init__(self):
        self.updates = 0

    def on_update(self, run):
        self.updates += 1
        if self.updates == 4:
            tracemalloc.reset_peak()
            self.before = tracemalloc.get_traced_memory()[0]
        if self.updates == 14:
            self.more = tracemalloc.get_traced_memory()[1] - self.before


def test_an_update_allocates_no_array(traced):
    model, watch = NETWORK.init(784, 1), Watch()
    hm.train(model, X, Y, epochs=1, batch_size=256, callbacks=watch)
    assert watch.more < 30_000  # the parameters have 800,000 bytes, and so has a batch


@pytest.mark.parametrize("rows", [None, np.arange(3000)])
def test_training_makes_some_copies_of_the_parameters_and_none_of_the_data(traced, rows):
    model = NETWORK.init(784, 1)
    hm.train(model, X[:512], Y[:512], epochs=1, batch_size=256)
    tracemalloc.reset_peak()
    before = tracemalloc.get_traced_memory()[0]
    hm.train(model, X, Y, epochs=2, batch_size=256, rows=rows)
    more = tracemalloc.get_traced_memory()[1] - before
    assert more < 15 * model.theta.nbytes < X.nbytes
