"""What the classifier has beyond scikit-learn's."""

import numpy as np
import pytest
from sklearn.metrics import log_loss
from sklearn.utils.class_weight import compute_sample_weight

import halfmoon as hm
from estimator_cases import BINARY, LABELS, SMALL, THREE, X


@pytest.mark.parametrize("y", [BINARY, THREE], ids=["two classes", "three classes"])
@pytest.mark.parametrize("weight", ["balanced", "dict"])
@pytest.mark.parametrize("own", [None, np.linspace(0.5, 2, 120)], ids=["", "weighted rows"])
def test_class_weights_are_weights_of_the_rows(y, weight, own):
    given = dict(zip(np.unique(y).tolist(), (3.0, 0.5, 1.0), strict=False)) if weight == "dict" else weight
    rows = compute_sample_weight(given, y) * (1 if own is None else own)
    found = hm.MLPClassifier(**SMALL, class_weight=given).fit(X, y, own)
    expected = hm.MLPClassifier(**SMALL).fit(X, y, rows)
    assert found.loss_curve_ == expected.loss_curve_
    assert np.array_equal(found.model_.theta, expected.model_.theta)


@pytest.mark.parametrize("y", [BINARY, THREE, LABELS], ids=["two classes", "three classes", "labels"])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_log_probabilities_are_exact_where_probabilities_are_zero(y, dtype):
    clf = hm.MLPClassifier(**SMALL, dtype=dtype).fit(X, y)
    ordinary = clf.predict_proba(X)
    np.testing.assert_allclose(clf.predict_log_proba(X), np.log(ordinary), rtol=1e-4 if dtype == "float32" else 1e-9)
    clf.coefs_[1][...] *= 1e4
    clf.intercepts_[1][...] *= 1e4
    found = clf.predict_log_proba(X)
    assert (clf.predict_proba(X) == 0).any()
    assert np.isfinite(found).all()
    assert found.min() < -1000


@pytest.mark.parametrize("y", [BINARY, THREE, LABELS], ids=["two classes", "three classes", "labels"])
def test_scores_are_the_log_odds(y):
    clf = hm.MLPClassifier(**SMALL).fit(X, y)
    scores, p = clf.decision_function(X), clf.predict_proba(X)
    if y is BINARY:
        np.testing.assert_allclose(scores, np.log(p[:, 1] / p[:, 0]), rtol=1e-9)
    elif y is LABELS:
        np.testing.assert_allclose(scores, np.log(p / (1 - p)), rtol=1e-9)
    else:
        np.testing.assert_allclose(scores - scores[:, :1], np.log(p / p[:, :1]), rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("y", [BINARY, THREE, LABELS], ids=["two classes", "three classes", "labels"])
def test_a_temperature_makes_too_sure_a_network_less_sure(y):
    clf = hm.MLPClassifier(**SMALL | {"max_iter": 400, "learning_rate_init": 0.05, "hidden_layer_sizes": (60,)}).fit(X[:60], y[:60])
    held, classes = X[60:], clf.predict(X)

    def loss():
        p = clf.predict_proba(held)
        if y is LABELS:
            return np.mean([log_loss(y[60:, column], p[:, column], labels=[0, 1]) for column in range(2)])
        return log_loss(y[60:], p)

    before = loss()
    clf.calibrate(held, y[60:])
    assert clf.temperature_ > 1.1
    assert loss() < 0.9 * before
    np.testing.assert_array_equal(clf.predict(X), classes)
    at_best = loss()
    for factor in (0.95, 1.05):
        clf.temperature_ *= factor
        assert loss() > at_best
        clf.temperature_ /= factor


def test_a_new_fit_forgets_the_temperature():
    clf = hm.MLPClassifier(**SMALL).fit(X, BINARY)
    before = clf.predict_proba(X)
    clf.calibrate(X, BINARY).fit(X, BINARY)
    np.testing.assert_array_equal(clf.predict_proba(X), before)


def test_float32_is_asked_for_whatever_comes_in():
    clf = hm.MLPClassifier(**SMALL, dtype="float32").fit(X, BINARY)
    assert clf.coefs_[0].dtype == np.float32
    wide = hm.MLPClassifier(**SMALL).fit(X, BINARY)
    np.testing.assert_allclose(clf.loss_curve_, wide.loss_curve_, rtol=1e-5)
