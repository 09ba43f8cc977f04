"""scikit-learn's own tests that use its MLP, run on ours: the installed files, with our classes put in place of its own."""

from __future__ import annotations

import importlib.util
import inspect
from unittest import mock

import pytest
from sklearn import neural_network

import halfmoon as hm

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")  # which they let pass

SUITES = (
    "neural_network.tests.test_mlp",
    "ensemble.tests.test_stacking",
    "model_selection.tests.test_validation",
    "utils._repr_html.tests.test_estimator",
)
"""Of the first every test, of the others those that name an MLP."""

LEFT_OUT = {
    "test_fit": "_fit_stochastic and _backprop, a step of training by hand",
    "test_gradient": "_loss_grad_lbfgs, the gradient on packed parameters",
    "test_learning_rate_warmstart": "_optimizer.learning_rate",
    "test_adaptive_learning_rate": "_optimizer.learning_rate",
}
"""Tests that reach for private names, and the names."""


def suite(name):
    """Return a module of scikit-learn's tests, in which MLPClassifier and MLPRegressor are ours."""
    spec = importlib.util.find_spec(f"sklearn.{name}")
    if spec is None:  # another version of scikit-learn
        return None
    module = importlib.util.module_from_spec(spec)
    with mock.patch.multiple(neural_network, MLPClassifier=hm.MLPClassifier, MLPRegressor=hm.MLPRegressor):
        spec.loader.exec_module(module)
    return module


def collected():
    """Return the tests by name."""
    found = {}
    for name in SUITES:
        module = suite(name)
        for key, thing in vars(module).items() if module else ():
            own = key.startswith("test_") and inspect.isfunction(thing)
            if own and (name == SUITES[0] or "MLP" in inspect.getsource(thing)):
                found[key] = thing
    return found


THEIRS = collected()
globals().update({name: test for name, test in THEIRS.items() if name not in LEFT_OUT})


@pytest.fixture
def global_random_seed():
    return 42


def test_what_is_left_out_is_there():
    assert set(LEFT_OUT) <= set(THEIRS)
