"""Parameters are looked at before it is known which estimator they are for."""

import re

import numpy as np
import pytest

import halfmoon as hm
from estimator_cases import SMALL, THREE, X
from halfmoon.estimators.parameters import check


@pytest.mark.parametrize(
    "estimator", [hm.MLPClassifier(), hm.MLPRegressor(), hm.MLPClassifier(loss=hm.Logistic, activation=["relu", hm.GELU])]
)
def test_what_one_of_them_may_have_is_right(estimator):
    check(estimator.get_params())
    check({"loss": "log_loss"})
    check({"loss": "poisson", "batch_size": None})


WRONG = {
    "an unknown parameter": ({"alfa": 1}, "a parameter must be one of", "(did you mean 'alpha'?)"),
    "an unknown name": ({"activation": "rellu"}, "activation must be one of elu,", "(did you mean 'relu'?)"),
    "an unknown name in a list": ({"activation": ["relu", "tan"]}, "activation must be", "(did you mean 'tanh'?)"),
    "a number out of range": (
        {"learning_rate_init": -1.0},
        "The 'learning_rate_init' parameter of the estimator must be",
        "Got -1.0 instead.",
    ),
    "something else": ({"early_stopping": "yes"}, "The 'early_stopping' parameter of the estimator must be", "Got 'yes' instead."),
}


@pytest.mark.parametrize("what", WRONG)
def test_what_is_wrong_is_named(what):
    given, *words = WRONG[what]
    with pytest.raises(hm.InputError, match=".*".join(map(re.escape, words))):
        check(given)


def test_none_is_the_full_batch():
    parameters = SMALL | {"max_iter": 3, "random_state": 0}
    with pytest.warns(UserWarning, match="clipped"):
        clipped = hm.MLPClassifier(**parameters | {"batch_size": 5000}).fit(X, THREE)
    full = hm.MLPClassifier(**parameters | {"batch_size": None}).fit(X, THREE)
    np.testing.assert_array_equal(full.model_.theta, clipped.model_.theta)
