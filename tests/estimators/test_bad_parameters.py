"""Every parameter has a bad value, and the sentence names it."""

from __future__ import annotations

import re

import numpy as np
import pytest
from sklearn import neural_network
from sklearn.utils._param_validation import InvalidParameterError

import halfmoon as hm
from small_estimators import BOTH, CLASSES, TARGETS, X, make

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")


BAD = {
    "hidden_layer_sizes": -1, "activation": "reluu", "solver": "newton", "alpha": -1e-9, "batch_size": 0, "learning_rate": "fast",
    "learning_rate_init": 0.0, "power_t": -0.5, "max_iter": 0, "shuffle": "yes", "random_state": -1, "tol": -1.0, "verbose": "loud",
    "warm_start": 2, "momentum": 1.01, "nesterovs_momentum": "no", "early_stopping": None, "validation_fraction": 1.0, "beta_1": 1.0,
    "beta_2": -0.1, "epsilon": 0.0, "n_iter_no_change": 0, "max_fun": 0,
}  # fmt: skip
OURS = {
    "loss": "squared", "dtype": "float16", "layers": "dense", "initializer": "xavier", "dropout": 1.0, "batch_norm": "yes",
    "layer_norm": 3, "weight_decay": -1, "l1": -1, "clip_norm": 0, "scoring": 3, "max_seconds": 0, "callbacks": "print", "n_ensemble": 0,
    "engine": "gpu", "threads": 0, "class_weight": "even", "quantiles": 0.5,
}  # fmt: skip


def test_every_parameter_has_a_bad_value():
    theirs = neural_network.MLPClassifier._parameter_constraints | neural_network.MLPRegressor._parameter_constraints
    assert set(BAD) | {"loss"} == set(theirs)
    assert set(BAD) | set(OURS) == set(hm.MLPClassifier().get_params()) | set(hm.MLPRegressor().get_params())


@BOTH
@pytest.mark.parametrize("method", ["fit", "partial_fit"])
@pytest.mark.parametrize("parameter", [*BAD, *OURS])
def test_a_bad_parameter_is_named(name, parameter, method):
    network = make(name)
    if parameter not in network.get_params():
        return
    for bad in ((BAD | OURS)[parameter], object()):
        network = make(name, **{parameter: bad})
        with pytest.raises((InvalidParameterError, AttributeError) if parameter == "solver" else InvalidParameterError) as raised:
            getattr(network, method)(X, TARGETS[name])
        message = str(raised.value)
        if isinstance(raised.value, InvalidParameterError):
            assert message.startswith(f"The '{parameter}' parameter of {name} must be ")
            assert message.endswith(f" Got {bad!r} instead.")


@pytest.mark.parametrize("sizes", [(5, 0), (5, -2), [-1], np.array([3, 0])])
def test_sizes_must_be_positive(sizes):
    with pytest.raises(ValueError, match=re.escape(f"hidden_layer_sizes must be > 0, got {list(sizes)}.")):
        make("MLPClassifier", hidden_layer_sizes=sizes).fit(X, CLASSES)


@pytest.mark.parametrize("sizes", [(5.5,), ("five",), [(3, 3)], (None,)])
def test_sizes_must_be_whole_numbers(sizes):
    with pytest.raises((ValueError, TypeError), match="hidden_layer_sizes"):
        make("MLPClassifier", hidden_layer_sizes=sizes).fit(X, CLASSES)
