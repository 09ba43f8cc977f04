"""What scikit-learn's users reported: each test bears the number of its issue there."""

from __future__ import annotations

import warnings

import numpy as np
import pandas as pd
import pytest
from sklearn.exceptions import ConvergenceWarning

import halfmoon as hm
from small_estimators import BOTH, CLASSES, ENGINES, TARGETS, X, make, numbers

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")


@ENGINES
@BOTH
def test_29504_diverging_under_early_stopping_keeps_the_best_and_says_so(name, engine):
    options = {"solver": "sgd", "learning_rate_init": 1e8, "early_stopping": True, "activation": "identity", "max_iter": 30}
    network = make(name, engine=engine, hidden_layer_sizes=(6, 6), alpha=1.0, **options)
    with pytest.warns(ConvergenceWarning, match="diverged"):
        network.fit(1e5 * X, TARGETS[name])
    assert np.isfinite(numbers(network)).all()
    assert network.predict(1e5 * X).shape == (60,)
    assert network.n_iter_ == len(network.loss_curve_) == len(network.validation_scores_) <= 30


@ENGINES
@BOTH
def test_29504_diverging_without_early_stopping_is_an_error(name, engine):
    network = make(name, engine=engine, solver="sgd", learning_rate_init=1e8, activation="identity", hidden_layer_sizes=(6, 6), alpha=1.0)
    with pytest.raises(
        ValueError, match=r"^Solver produced non-finite parameter weights.* loss became .* at epoch \d+, update \d+;.*\S$"
    ) as raised:
        network.fit(1e5 * X, TARGETS[name])
    assert "  " not in str(raised.value)


@pytest.mark.parametrize("dtype", [str, object])
def test_33760_string_labels_under_early_stopping(dtype):
    labels = np.array(["one", "two", "three"])[CLASSES].astype(dtype)
    network = make("MLPClassifier", early_stopping=True).fit(X, labels)
    assert len(network.validation_scores_) == 5
    assert set(network.predict(X)) <= set(labels)


@BOTH
@pytest.mark.parametrize("solver", ["sgd", "adam"])
def test_16812_and_12505_a_warm_start_trains_max_iter_epochs_again(name, solver):
    network = make(name, solver=solver, warm_start=True, max_iter=3)
    for fits in (1, 2, 3):
        network.fit(X, TARGETS[name])
        assert (network.n_iter_, len(network.loss_curve_), network.t_) == (3, 3 * fits, 180 * fits)


@BOTH
@pytest.mark.parametrize("early", [False, True])
def test_24764_n_iter_is_that_of_the_last_fit(name, early):
    network = make(name, warm_start=True, early_stopping=early, max_iter=10).fit(X, TARGETS[name])
    assert network.n_iter_ <= 10
    with pytest.warns(ConvergenceWarning, match=r"Maximum iterations \(12\)"):
        network.set_params(max_iter=12, n_iter_no_change=np.inf).fit(X, TARGETS[name])
    assert network.n_iter_ == 12


@BOTH
def test_25693_partial_fit_says_that_it_stops_never_early(name):
    network = make(name, early_stopping=True).fit(X, TARGETS[name])
    before = numbers(network)
    with pytest.raises(ValueError, match="partial_fit does not support early_stopping=True"):
        network.partial_fit(X, TARGETS[name])
    np.testing.assert_array_equal(numbers(network), before)
    network.set_params(early_stopping=False).partial_fit(X, TARGETS[name])
    assert (numbers(network) != before).any()


@BOTH
@pytest.mark.parametrize("options", [{"early_stopping": True}, {"early_stopping": True, "scoring": "loss"}, {"n_ensemble": 2}])
def test_24846_fitting_a_frame_warns_of_no_names(name, options):
    frame = pd.DataFrame(X, columns=["a", "b", "c"])
    with warnings.catch_warnings():
        warnings.simplefilter("error", UserWarning)
        warnings.simplefilter("ignore", ConvergenceWarning)
        make(name, **options).fit(frame, TARGETS[name])


@BOTH
def test_24846_a_scorer_of_ones_own_warns_of_no_names(name):
    frame, scoring = (
        pd.DataFrame(X, columns=["a", "b", "c"]),
        {"MLPClassifier": "neg_log_loss", "MLPRegressor": "neg_mean_absolute_error"}[name],
    )
    with warnings.catch_warnings():
        warnings.simplefilter("error", UserWarning)
        warnings.simplefilter("ignore", ConvergenceWarning)
        network = make(name, early_stopping=True, scoring=scoring, validation_fraction=0.4).fit(frame, TARGETS[name])
    assert np.isfinite(network.validation_scores_).all()


def test_6994_batches_of_partial_fit_may_miss_classes():
    network = hm.MLPClassifier(random_state=0)
    network.partial_fit([[1], [2], [3]], ["a", "b", "c"], classes=["a", "b", "c", "d"])
    network.partial_fit([[4]], ["d"])
    network.partial_fit([[1], [1]], ["a", "a"])
    assert list(network.classes_) == ["a", "b", "c", "d"]
    assert network.predict_proba([[1], [4]]).shape == (2, 4)


@BOTH
def test_a_warm_start_may_begin_to_stop_early(name):
    network = make(name, warm_start=True).fit(X, TARGETS[name]).set_params(early_stopping=True).fit(X, TARGETS[name])
    assert len(network.validation_scores_) == network.n_iter_
    assert network.best_validation_score_ == max(network.validation_scores_)


@BOTH
def test_a_warm_start_of_another_shape_is_refused(name):
    network = make(name, warm_start=True).fit(X, TARGETS[name])
    with pytest.raises(ValueError, match="hidden_layer_sizes"):
        network.set_params(hidden_layer_sizes=(7, 3)).fit(X, TARGETS[name])
