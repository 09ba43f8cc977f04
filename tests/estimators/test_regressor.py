"""What the regressor has beyond scikit-learn's."""

import numpy as np
import pytest

import halfmoon as hm
from estimator_cases import NUMBER, NUMBERS, SMALL, X

LEVELS = (0.9, 0.1, 0.5)


def noisy(rows=2000):
    random = np.random.RandomState(1)
    given = random.uniform(-1, 1, size=(rows, 1))
    return given, given[:, 0] + (0.2 + 0.2 * given[:, 0]) * random.standard_normal(rows)


def test_intervals_hold_as_many_as_they_say_and_widen_with_the_noise():
    given, y = noisy()
    parameters = {"hidden_layer_sizes": (16,), "max_iter": 60, "random_state": 0, "learning_rate_init": 0.01}
    regressor = hm.MLPRegressor(**parameters, quantiles=LEVELS).fit(given, y)
    fresh, truth = noisy(1000)
    low, high = regressor.predict_interval(fresh).T
    assert 0.75 < np.mean((low < truth) & (truth < high)) < 0.85
    width = np.ptp(regressor.predict_interval([[-0.9], [0.9]]), axis=1)
    assert width[1] > 3 * width[0]


def test_quantiles_are_in_their_order_and_the_middle_one_is_predicted():
    regressor = hm.MLPRegressor(**SMALL | {"max_iter": 2}, quantiles=LEVELS).fit(X, NUMBER)
    found = regressor.predict_quantiles(X)
    assert found.shape == (120, 3)
    assert (np.diff(found, axis=1) >= 0).all()
    np.testing.assert_array_equal(regressor.predict(X), found[:, 1])
    np.testing.assert_array_equal(regressor.predict_interval(X), found[:, [0, 2]])
    assert np.isfinite(regressor.score(X, NUMBER))


def test_an_ensemble_of_quantiles():
    regressor = hm.MLPRegressor(**SMALL, quantiles=LEVELS, n_ensemble=2).fit(X, NUMBER)
    expected = np.sort(np.mean([model.predict(X) for model in regressor.models_], axis=0), axis=1)
    np.testing.assert_allclose(regressor.predict_quantiles(X), expected)


def test_early_stopping_on_quantiles_looks_at_the_middle_one():
    regressor = hm.MLPRegressor(**SMALL, quantiles=LEVELS, early_stopping=True).fit(X, NUMBER)
    assert len(regressor.validation_scores_) == regressor.n_iter_


def test_wrong_quantiles_are_named():
    with pytest.raises(ValueError, match="y must have one column where quantiles"):
        hm.MLPRegressor(quantiles=LEVELS).fit(X, NUMBERS)
    with pytest.raises(ValueError, match="level"):
        hm.MLPRegressor(quantiles=(0.1, 1.5)).fit(X, NUMBER)
    with pytest.raises(ValueError, match="quantiles must be given"):
        hm.MLPRegressor(**SMALL).fit(X, NUMBER).predict_quantiles(X)
