"""scikit-learn's checks of what an estimator is: all of them, with no expected failures."""

from __future__ import annotations

import pytest
from sklearn.utils.estimator_checks import parametrize_with_checks

import halfmoon as hm

ESTIMATORS = [
    hm.MLPClassifier(max_iter=100),
    hm.MLPRegressor(max_iter=100),
    hm.MLPClassifier(solver="lbfgs", max_iter=50),
    hm.MLPRegressor(solver="lbfgs", max_iter=50),
    hm.MLPClassifier(engine="reference", solver="sgd", max_iter=50),
    hm.MLPRegressor(n_ensemble=2, max_iter=100),
    hm.MLPRegressor(quantiles=(0.1, 0.5, 0.9), max_iter=100),
]


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
@pytest.mark.filterwarnings("ignore::sklearn.exceptions.SkipTestWarning")
@parametrize_with_checks(ESTIMATORS)
def test_an_estimator_keeps_the_rules(estimator, check):
    check(estimator)
