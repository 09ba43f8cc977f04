"""What a fitted estimator shows."""

import numpy as np
import pytest
from sklearn.exceptions import NotFittedError

import halfmoon as hm
from estimator_cases import BINARY, NUMBERS, SMALL, THREE, X

DEEP = SMALL | {"hidden_layer_sizes": (8, 6, 4), "activation": ["relu", "tanh", "gelu"]}


def test_arrays_are_views_of_the_model():
    clf = hm.MLPClassifier(**SMALL).fit(X, THREE)
    clf.coefs_[0][...] = 0
    clf.intercepts_[0] = np.full(8, 2.0)
    clf.coefs_[1] = np.ones((8, 3))
    assert (clf.model_.params[0]["W"] == 0).all()
    assert (clf.model_.params[0]["b"] == 2).all()
    np.testing.assert_allclose(clf.decision_function(X[:1]), 16 + clf.intercepts_[1][None])
    clf.coefs_ = [array + 1 for array in clf.coefs_]
    clf.intercepts_ = [np.zeros(8), np.zeros(3)]
    assert (clf.coefs_[0] == 1).all()
    assert (clf.intercepts_[1] == 0).all()
    with pytest.raises(ValueError, match="coefs_ must have arrays of the shapes"):
        clf.coefs_ = [np.ones((5, 8))]
    with pytest.raises(AttributeError, match="before it is fitted"):
        hm.MLPClassifier().coefs_  # noqa: B018 - asked for


def test_a_layer_without_biases_shows_zeros():
    clf = hm.MLPClassifier(**SMALL, batch_norm=True).fit(X, THREE)
    assert [array.shape for array in clf.intercepts_] == [(8,), (3,)]
    assert (clf.intercepts_[0] == 0).all()


@pytest.mark.parametrize("layer", range(-3, 3))
def test_hidden_activations_are_what_the_next_layer_sees(layer):
    reg = hm.MLPRegressor(**DEEP).fit(X, NUMBERS)
    hidden = reg.transform(X, layer=layer)
    assert hidden.shape == (120, DEEP["hidden_layer_sizes"][layer])
    if layer in {-1, 2}:
        np.testing.assert_allclose(hidden @ reg.coefs_[-1] + reg.intercepts_[-1], reg.predict(X))
    if layer in {0, -3}:
        np.testing.assert_allclose(hidden, np.maximum(X @ reg.coefs_[0] + reg.intercepts_[0], 0), atol=1e-15)


def test_hidden_activations_have_names():
    assert list(hm.MLPClassifier(**SMALL).fit(X, THREE).get_feature_names_out()) == [f"mlpclassifier{place}" for place in range(8)]
    frame = hm.MLPClassifier(**SMALL).set_output(transform="pandas").fit(X, THREE).transform(X)
    assert frame.shape == (120, 8)


def test_a_linear_model_has_no_hidden_layer():
    reg = hm.MLPRegressor(**SMALL | {"hidden_layer_sizes": ()}).fit(X, NUMBERS)
    np.testing.assert_array_equal(reg.transform(X), X)
    with pytest.raises(ValueError, match="layer must be one of the 0 hidden layers"):
        reg.transform(X, layer=0)
    with pytest.raises(ValueError, match="layer must be one of the 3 hidden layers, from -3 to 2, got 3"):
        hm.MLPRegressor(**DEEP).fit(X, NUMBERS).transform(X, layer=3)


@pytest.mark.parametrize("rows", [1, 7, 120])
def test_the_short_way_gives_the_same(rows):
    clf = hm.MLPClassifier(**SMALL).fit(X, BINARY)
    ways = [X[:rows], X[:rows].tolist(), X[:rows].astype(object), np.asfortranarray(X[:rows])]
    first, *others = (clf.predict_proba(way) for way in ways)
    for other in others:
        np.testing.assert_allclose(other, first, rtol=1e-13)


# what is no input, and what scikit-learn says, on the short way too
WRONG = {
    "nan": (np.full((1, 5), np.nan), "Input X contains NaN"),
    "inf": (np.full((1, 5), np.inf), "Input X contains infinity"),
    "columns": (np.zeros((1, 4)), "X has 4 features, but MLPClassifier is expecting 5 features as input"),
    "no rows": (np.zeros((0, 5)), "Found array with 0 sample"),
    "a vector": (np.zeros(5), "Expected 2D array, got 1D array instead"),
}


@pytest.mark.parametrize("case", WRONG)
def test_wrong_input_has_scikit_learns_sentence(case):
    given, sentence = WRONG[case]
    with pytest.raises(ValueError, match=sentence):
        hm.MLPClassifier(**SMALL).fit(X, BINARY).predict(given)


@pytest.mark.parametrize("method", ["predict", "predict_proba", "predict_log_proba", "decision_function", "transform"])
def test_nothing_is_predicted_before_fit(method):
    with pytest.raises(NotFittedError):
        getattr(hm.MLPClassifier(), method)(X)


def test_names_of_columns_are_checked_on_the_short_way():
    pandas = pytest.importorskip("pandas")
    clf = hm.MLPClassifier(**SMALL).fit(pandas.DataFrame(X, columns=list("abcde")), BINARY)
    with pytest.warns(UserWarning, match="X does not have valid feature names"):
        clf.predict(X[:1])
