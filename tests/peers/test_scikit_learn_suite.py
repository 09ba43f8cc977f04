"""scikit-learn's own tests of its MLP, run on ours: the installed file, with our classes put in place of its own."""

from __future__ import annotations

import importlib.util
import inspect
from unittest import mock

import pytest
from sklearn import neural_network

import halfmoon as hm

LEFT_OUT = {
    "test_fit": "_fit_stochastic and _backprop, a step of training by hand",
    "test_gradient": "_loss_grad_lbfgs, the gradient on packed parameters",
    "test_learning_rate_warmstart": "_optimizer.learning_rate",
    "test_adaptive_learning_rate": "_optimizer.learning_rate",
}
"""Tests that reach for private names, and the names."""


def suite():
    """Return the module of scikit-learn's tests, in which MLPClassifier and MLPRegressor are ours."""
    spec = importlib.util.find_spec("sklearn.neural_network.tests.test_mlp")
    module = importlib.util.module_from_spec(spec)
    with mock.patch.multiple(neural_network, MLPClassifier=hm.MLPClassifier, MLPRegressor=hm.MLPRegressor):
        spec.loader.exec_module(module)
    return module


THEIRS = {name: thing for name, thing in vars(suite()).items() if name.startswith("test_") and inspect.isfunction(thing)}
globals().update({name: test for name, test in THEIRS.items() if name not in LEFT_OUT})


@pytest.fixture
def global_random_seed():
    return 42


def test_what_is_left_out_is_there():
    assert set(LEFT_OUT) <= set(THEIRS)
