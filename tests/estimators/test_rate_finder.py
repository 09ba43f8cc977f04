"""The learning rate finder."""

import numpy as np
import pytest

import halfmoon as hm
from estimator_cases import BINARY, NUMBER, SMALL, X


@pytest.mark.parametrize("solver", ["sgd", "adam", "rmsprop"])
def test_a_rate_is_suggested_at_which_training_goes_well(solver):
    estimator = hm.MLPRegressor(**SMALL, solver=solver)
    search = hm.find_learning_rate(estimator, X, NUMBER)
    assert search.rates[0] == pytest.approx(1e-6)
    np.testing.assert_allclose(np.diff(np.log(search.rates)), np.log(1e7) / 199, rtol=1e-9)
    losses = {
        rate: hm.MLPRegressor(**SMALL, solver=solver, learning_rate_init=rate).fit(X, NUMBER).loss_ for rate in (1e-6, search.suggestion)
    }
    assert losses[search.suggestion] < 0.9 * losses[1e-6]


def test_the_estimator_is_not_changed_and_the_search_ends_when_the_loss_rises():
    estimator = hm.MLPRegressor(**SMALL, solver="sgd", early_stopping=True)
    before = dict(vars(estimator))
    search = hm.find_learning_rate(estimator, X, NUMBER, highest=1e6)
    assert vars(estimator) == before
    assert len(search.rates) == len(search.losses) == len(search.smoothed) < 200
    assert search.suggestion in search.rates


def test_all_rates_are_tried_where_none_is_too_high():
    search = hm.find_learning_rate(hm.MLPClassifier(**SMALL, batch_size=32), X, BINARY, lowest=1e-5, highest=1e-3, updates=50)
    assert len(search.rates) == 50
    assert search.rates[-1] == pytest.approx(1e-3)


def test_its_picture_marks_the_suggestion():
    search = hm.find_learning_rate(hm.MLPClassifier(**SMALL), X, BINARY)
    display = search.plot(title="rates")
    each, mean, marked = display.ax_.lines
    np.testing.assert_array_equal(each.get_ydata(), search.losses)
    np.testing.assert_array_equal(mean.get_ydata(), search.smoothed)
    assert marked.get_xdata()[0] == search.suggestion
    assert display.ax_.get_xscale() == "log"
    assert display.ax_.get_title() == "rates"


# what is wrong, and what is named
WRONG = {
    "lowest": {"lowest": 0.0},
    "highest": {"lowest": 1.0, "highest": 0.5},
    "updates": {"updates": 3},
}


@pytest.mark.parametrize("name", WRONG)
def test_wrong_arguments_are_named(name):
    with pytest.raises(hm.InputError, match=name):
        hm.find_learning_rate(hm.MLPClassifier(), X, BINARY, **WRONG[name])


def test_wrong_parameters_of_the_estimator_are_named():
    with pytest.raises(ValueError, match="The 'loss' parameter of MLPRegressor must be"):
        hm.find_learning_rate(hm.MLPRegressor((32,)), X, NUMBER)  # as in scikit-learn, the loss comes first


def test_a_solver_without_a_rate_is_named():
    with pytest.raises(hm.InputError, match="lbfgs"):
        hm.find_learning_rate(hm.MLPClassifier(solver="lbfgs"), X, BINARY)
