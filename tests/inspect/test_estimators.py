"""The X-ray, health and ``explain`` of a fitted estimator: its network, with targets as its ``fit`` takes them."""

from __future__ import annotations

import numpy as np
import pytest

import halfmoon as hm

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")

X = np.random.RandomState(0).normal(size=(60, 3))
SIGN = (X[:, 0] > 0).astype(int)
THIRDS = np.digitize(X[:, 0], [-0.5, 0.5])
CASES = {
    "two classes": (hm.MLPClassifier, np.array(["no", "yes"])[SIGN], SIGN),
    "three classes": (hm.MLPClassifier, np.array(["low", "mid", "high"])[THIRDS], np.array([1, 2, 0])[THIRDS]),  # in alphabetic order
    "several labels": (hm.MLPClassifier, np.column_stack([SIGN, 1 - SIGN, X[:, 1] > 0]), np.column_stack([SIGN, 1 - SIGN, X[:, 1] > 0])),
    "numbers": (hm.MLPRegressor, X[:, 1], X[:, 1]),
}


@pytest.mark.parametrize("case", CASES)
def test_an_estimator_is_looked_at_as_its_network(case):
    kind, y, encoded = CASES[case]
    fitted = kind(hidden_layer_sizes=(8,), max_iter=5, random_state=0).fit(X, y)
    ours, plain = hm.xray(fitted, X[:4], y[:4]), hm.xray(fitted.model_, X[:4], encoded[:4])
    assert ours.text() == plain.text()
    assert str(hm.health(fitted, X, y)) == str(hm.health(fitted.model_, X, encoded, history=fitted.history_))
    assert hm.explain(fitted) == hm.explain(fitted.model_) == "The fused engine runs this network: every layer and the loss are compiled."


@pytest.mark.parametrize("thing", [3, "model", None, hm.MLPClassifier()], ids=repr)
def test_what_is_neither_a_model_nor_fitted_is_refused(thing):
    for look in (lambda: hm.xray(thing, X, SIGN), lambda: hm.health(thing, X, SIGN), lambda: hm.explain(thing)):
        with pytest.raises(hm.InputError, match=r"^model must be a Model or a fitted estimator of Halfmoon, got"):
            look()


def test_a_class_that_the_estimator_does_not_know_is_refused():
    fitted = hm.MLPClassifier((4,), max_iter=2).fit(X, SIGN)
    with pytest.raises(ValueError, match="has classes not in"):
        hm.xray(fitted, X, SIGN + 5)
