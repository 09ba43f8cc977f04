"""Ensembles: members that differ in their seed, trained at once, averaged."""

import os
import signal
import threading
import warnings

import numpy as np
import pytest
from sklearn.base import clone

import halfmoon as hm
from estimator_cases import BINARY, LABELS, NUMBER, NUMBERS, SMALL, THREE, X, same_arrays

TASKS = {
    "two classes": (hm.MLPClassifier, BINARY),
    "three classes": (hm.MLPClassifier, THREE),
    "labels": (hm.MLPClassifier, LABELS),
    "a number": (hm.MLPRegressor, NUMBER),
    "numbers": (hm.MLPRegressor, NUMBERS),
}


@pytest.mark.parametrize("task", TASKS)
def test_predictions_are_the_members_mean(task):
    kind, y = TASKS[task]
    whole = kind(**SMALL, n_ensemble=3).fit(X, y)
    assert len(whole.estimators_) == 3
    assert not same_arrays(whole.estimators_[0], whole.estimators_[1])
    if kind is hm.MLPRegressor:
        np.testing.assert_allclose(whole.predict(X), np.mean([each.predict(X) for each in whole.estimators_], axis=0))
        return
    mean = np.mean([each.predict_proba(X) for each in whole.estimators_], axis=0)
    np.testing.assert_allclose(whole.predict_proba(X), mean)
    np.testing.assert_allclose(whole.predict_log_proba(X), np.log(mean), rtol=1e-9)
    expected = (mean > 0.5).astype(int) if task == "labels" else whole.classes_[mean.argmax(axis=1)]
    np.testing.assert_array_equal(whole.predict(X), expected)


@pytest.mark.parametrize("threads", [1, 3])
def test_a_member_is_the_fit_of_its_seed(threads):
    whole = hm.MLPClassifier(**SMALL, n_ensemble=2, threads=threads).fit(X, BINARY)
    for member in whole.estimators_:
        assert same_arrays(clone(member).fit(X, BINARY), member)


def test_members_go_on():
    whole = hm.MLPClassifier(**SMALL, n_ensemble=2).partial_fit(X, BINARY, classes=["no", "yes"])
    before = whole.estimators_[1].model_.theta.copy()
    whole.partial_fit(X, BINARY)
    assert (whole.estimators_[1].model_.theta != before).any()
    assert [len(each.loss_curve_) for each in whole.estimators_] == [2, 2]


def test_an_interrupt_keeps_the_members_that_began():
    signal.signal(signal.SIGINT, signal.default_int_handler)
    whole = hm.MLPClassifier(**SMALL | {"max_iter": 10**7, "tol": 0.0, "n_iter_no_change": 10**7}, n_ensemble=4, threads=2)
    timer = threading.Timer(0.3, os.kill, (os.getpid(), signal.SIGINT))
    timer.start()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # they say that they were interrupted
        whole.fit(X, BINARY)
    timer.join()
    assert len(whole.estimators_) == 2
    assert whole.predict(X).shape == (120,)


def test_one_network_after_an_ensemble_stands_alone():
    changed = hm.MLPClassifier(**SMALL, n_ensemble=2).fit(X, BINARY).set_params(n_ensemble=1).fit(X, BINARY)
    np.testing.assert_array_equal(changed.predict_proba(X), hm.MLPClassifier(**SMALL).fit(X, BINARY).predict_proba(X))


def test_members_that_begin_with_a_batch_know_the_classes_of_the_network_before():
    whole = hm.MLPClassifier(**SMALL).partial_fit(X, THREE, classes=np.unique(THREE)).set_params(n_ensemble=2)
    assert whole.partial_fit(X[THREE > 0], THREE[THREE > 0]).predict_proba(X).shape == (120, 3)
