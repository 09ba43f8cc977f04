"""Weights of zero, and weights that are none."""

from __future__ import annotations

import numpy as np
import pytest

from small_estimators import BOTH, ENGINES, TARGETS, X, make, numbers

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")


@ENGINES
@BOTH
@pytest.mark.parametrize("options", [{}, {"solver": "sgd"}, {"solver": "lbfgs"}, {"n_ensemble": 2}])
def test_rows_of_weight_0_are_as_if_left_out(name, engine, options):
    weights = np.where(np.arange(60) % 3, 1.5, 0)
    options = {"shuffle": False, "batch_size": "auto", "alpha": 0.1, "engine": engine} | options
    weighted = make(name, **options).fit(X, TARGETS[name], weights)
    fewer = make(name, **options).fit(X[weights > 0], TARGETS[name][weights > 0], weights[weights > 0])
    np.testing.assert_allclose(numbers(weighted), numbers(fewer), rtol=1e-8, atol=1e-10)


@ENGINES
@BOTH
def test_a_batch_of_weight_0_is_as_if_left_out(name, engine):
    weights = np.where(np.arange(60) // 10 == 2, 0.0, 1)
    options = {"shuffle": False, "batch_size": 10, "alpha": 0.0, "solver": "sgd", "momentum": 0.0, "engine": engine}
    weighted = make(name, **options).fit(X, TARGETS[name], weights)
    fewer = make(name, **options).fit(X[weights > 0], TARGETS[name][weights > 0])
    np.testing.assert_allclose(numbers(weighted), numbers(fewer), rtol=1e-12)
    assert np.isfinite(weighted.loss_curve_).all()


@BOTH
@pytest.mark.parametrize("solver", ["sgd", "adam", "lbfgs"])
@pytest.mark.parametrize(
    ("weights", "sentence"),
    [
        (np.zeros(60), "(?i)weight.*(zero|0)"),
        (np.where(np.arange(60) == 7, -1.0, 1), "(?i)sample_weight.*(negative|-1)"),
        (np.where(np.arange(60) == 7, np.nan, 1), "(?i)sample_weight.*NaN"),
        (np.where(np.arange(60) == 7, np.inf, 1), "(?i)sample_weight.*inf"),
        (np.ones(59), r"(?i)sample_weight.*59"),
        (np.ones((60, 2)), "(?i)sample.weights? must be"),
        (["a"] * 60, "(?i)could not convert|sample_weight"),
    ],
)
def test_weights_that_are_none(name, weights, sentence, solver):
    with pytest.raises(ValueError, match=sentence):
        make(name, solver=solver).fit(X, TARGETS[name], weights)


@BOTH
def test_integer_weights_do_not_overflow(name):
    weights = np.full(60, 127, np.int8)
    plain = make(name).fit(X, TARGETS[name], weights.astype(float))
    np.testing.assert_array_equal(numbers(make(name).fit(X, TARGETS[name], weights)), numbers(plain))
