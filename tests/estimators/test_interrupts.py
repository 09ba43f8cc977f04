"""Ctrl-C in a fit: one warning, and an estimator that goes on as if nothing had been."""

from __future__ import annotations

import signal
import subprocess
import sys
import weakref

import numpy as np
import pytest

from presses import PRESSES
from small_estimators import ENGINES, NUMBERS, X, make, numbers

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")


PROGRAM = (
    PRESSES
    + """
import os, signal, threading, warnings
import numpy as np
import halfmoon as hm

random = np.random.RandomState(0)
X, y = random.normal(size=(400, 10)), random.randint(0, 3, 400)
signal.signal(signal.SIGINT, signal.default_int_handler)  # which a job in the background does not inherit

def make(epochs):
    given = dict(hidden_layer_sizes=(32,), random_state=0, n_iter_no_change=10**9, tol=0.0, batch_size=100, max_iter=epochs)
    return hm.MLPRegressor(**given | options)

def interrupted():
    network = make(10**8)
    threading.Timer(random.uniform(0.01, 0.06), os.kill, (os.getpid(), signal.SIGINT)).start()
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        network.fit(X, y)
    assert [str(each.message) for each in caught] == ["Training interrupted by user."], caught
    assert all(np.isfinite(each).all() for each in network.coefs_) and len(network.predict(X)) == 400
    return network

def same(one, two):
    arrays = zip(one.coefs_ + one.intercepts_, two.coefs_ + two.intercepts_)
    return all((a == b).all() for a, b in arrays) and one.loss_curve_ == two.loss_curve_

def goes_on():
    for time in range(12):
        network = interrupted()
        ended = network.n_iter_
        if ended:
            assert same(network, make(ended).fit(X, y)), f"the network is not that of {ended} epochs"
        network.set_params(max_iter=ended + 5).resume(X, y)
        whole = make(ended + 5).fit(X, y)
        assert same(network, whole) and network.validation_scores_ == whole.validation_scores_, f"resumed after {ended} epochs"

def is_usable():
    assert interrupted().set_params(max_iter=3, random_state=1).fit(X, y).n_iter_ == 3

def goes_on_after_several():
    epochs = 150 if options.get("engine") == "reference" else 1000
    whole = make(epochs).fit(X, y)
    resumed = 0
    for _ in range(20):
        network = make(epochs)
        gaps = [random.uniform(0.002, 0.03), *random.choice([0.0002, 0.0005, 0.001, 0.002, 0.005], random.randint(1, 4))]
        try:
            press_after(gaps)
            network.fit(X, y)
        except KeyboardInterrupt:
            pass
        undisturbed(wait_for_presses)
        if 0 < vars(network).get("n_iter_", 0) < epochs:
            network.resume(X, y)
            resumed += 1
            assert same(network, whole)
    assert resumed > 3, resumed

KINDS = {
    "several times": ({}, goes_on_after_several),
    "several times, reference": ({"engine": "reference"}, goes_on_after_several),
    "adam": ({}, goes_on),
    "sgd": ({"solver": "sgd"}, goes_on),
    "reference": ({"engine": "reference"}, goes_on),
    "early stopping": ({"early_stopping": True}, goes_on),
    "lbfgs": ({"solver": "lbfgs", "max_fun": 10**9, "alpha": 0.0, "activation": "tanh"}, is_usable),
    "ensemble": ({"n_ensemble": 5}, is_usable),
}
warnings.simplefilter("ignore")
for kind, (options, hold) in KINDS.items():
    make(2).fit(X, y)  # compiles, where nothing is compiled yet
    try:
        hold()
    except BaseException as error:
        error.add_note(kind)
        raise
"""
)


@pytest.mark.skipif(sys.platform == "win32", reason="Ctrl-C cannot be sent to one process here")
def test_an_interrupted_fit_warns_once_and_leaves_an_estimator_that_goes_on():
    done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=False, timeout=600)
    assert done.stderr == ""


class Interrupted(np.random.RandomState):
    """A generator that is interrupted once, while it draws an order."""

    def __init__(self, seed, draws):
        super().__init__(seed)
        self.draws = draws

    def permutation(self, x):
        self.draws -= 1
        if self.draws == 0:
            raise KeyboardInterrupt
        return super().permutation(x)


@ENGINES
@pytest.mark.parametrize("draws", [1, 2, 3, 4, 6, 9, 20])
def test_an_interrupt_while_an_order_is_drawn_leaves_no_trace(draws, engine):
    options = {"max_iter": 40, "n_iter_no_change": 100, "engine": engine}
    network = make("MLPRegressor", **options, random_state=Interrupted(0, draws))
    with pytest.warns(UserWarning, match=r"Training interrupted by user\."):
        network.fit(X, NUMBERS)
    assert network.n_iter_ < draws
    whole = make("MLPRegressor", **options, random_state=np.random.RandomState(0)).fit(X, NUMBERS)
    np.testing.assert_array_equal(numbers(network.resume(X, NUMBERS)), numbers(whole))


class Freeing(np.random.RandomState):
    """A generator that once, while it draws an order, frees an object; in the callback that is called then Ctrl-C is pressed."""

    def __init__(self, seed, draws):
        super().__init__(seed)
        self.draws = draws

    def permutation(self, x):
        self.draws -= 1
        if self.draws == 0:
            gone = Thing()
            weakref.finalize(gone, signal.raise_signal, signal.SIGINT)
            del gone
        return super().permutation(x)


class Thing:
    """It is weakly referable."""


@ENGINES
@pytest.mark.parametrize("draws", [1, 4])
def test_an_interrupt_in_a_callback_of_a_weak_reference_is_not_lost(draws, engine, capfd):
    options = {"n_iter_no_change": 10**9, "tol": 0.0, "engine": engine}
    network = make("MLPRegressor", **options, max_iter=10**6, random_state=Freeing(0, draws))
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        with pytest.warns(UserWarning, match=r"Training interrupted by user\."):
            network.fit(X, NUMBERS)
    finally:
        signal.signal(signal.SIGINT, before)
    assert capfd.readouterr() == ("", "")
    epochs = network.n_iter_ + 5
    whole = make("MLPRegressor", **options, max_iter=epochs, random_state=np.random.RandomState(0)).fit(X, NUMBERS)
    np.testing.assert_array_equal(numbers(network.set_params(max_iter=epochs).resume(X, NUMBERS)), numbers(whole))
