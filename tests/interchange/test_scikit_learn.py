"""Estimators of scikit-learn's become ours and ours theirs, and predict the same; what they have not is named."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
from sklearn import neural_network
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

import halfmoon as hm
from estimator_cases import BINARY, LABELS, NUMBER, NUMBERS, SMALL, THREE, X

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")

COUNTS = np.random.RandomState(0).poisson(2.0, 120)
TOLERANCE = {"float32": 4e-7, "float64": 1e-12}
"""Of an entry of the predictions, beside the largest one where that is above 1. In float32 the libraries add in another order, and a last
digit near 1 is 1.2e-7; there and back again not a bit is lost."""

# kinds of targets, and the parameters that go with them
CLASSES = {"two": BINARY, "three": THREE, "labels": LABELS}
QUANTITIES = {"one": (NUMBER, "squared_error"), "several": (NUMBERS, "squared_error"), "counts": (COUNTS, "poisson")}
SETTINGS = {
    "relu": {},
    "tanh, sgd": {"activation": "tanh", "solver": "sgd", "hidden_layer_sizes": (6, 4)},
    "logistic, lbfgs": {"activation": "logistic", "solver": "lbfgs"},
    "identity, no hidden layer": {"activation": "identity", "hidden_layer_sizes": ()},
    "early stopping": {"early_stopping": True, "hidden_layer_sizes": 3},
}


def close(ours, theirs, dtype):
    assert ours.shape == theirs.shape
    assert np.abs(ours - theirs).max() <= TOLERANCE[dtype] * max(1, np.abs(theirs).max())


def same_predictions(one, other, X, dtype):
    if hasattr(one, "predict_proba"):
        close(one.predict_proba(X), other.predict_proba(X), dtype)
        assert np.array_equal(one.predict(X), other.predict(X))
        assert np.array_equal(one.classes_, other.classes_)
    else:
        close(one.predict(X), other.predict(X), dtype)


def fitted(library, kind, y, dtype, **parameters):
    return getattr(library, kind)(**SMALL | parameters).fit(X.astype(dtype), y)


CASES = [("MLPClassifier", name, {}) for name in CLASSES] + [
    ("MLPRegressor", name, {"loss": loss}) for name, (_, loss) in QUANTITIES.items()
]


@pytest.mark.parametrize("dtype", TOLERANCE)
@pytest.mark.parametrize("setting", SETTINGS)
@pytest.mark.parametrize(("kind", "target", "parameters"), CASES)
def test_scikit_learns_become_ours_and_theirs_again(kind, target, parameters, setting, dtype, tmp_path):
    if setting == "early stopping" and target == "counts":
        parameters = parameters | {"random_state": 1}
    y = CLASSES[target] if kind == "MLPClassifier" else QUANTITIES[target][0]
    theirs = fitted(neural_network, kind, y, dtype, **parameters | SETTINGS[setting])
    ours = hm.from_sklearn(theirs)
    rows = X.astype(dtype)
    assert type(ours) is getattr(hm, kind)
    assert ours.model_.dtype == theirs.coefs_[0].dtype
    same_predictions(ours, theirs, rows, dtype)
    assert theirs.get_params().items() <= ours.get_params().items()
    assert (ours.n_iter_, ours.t_, ours.n_layers_, ours.out_activation_) == (
        theirs.n_iter_, theirs.t_, theirs.n_layers_, theirs.out_activation_
    )  # fmt: skip
    assert list(ours.history_["loss"]) == list(getattr(theirs, "loss_curve_", []))
    again = hm.to_sklearn(ours)
    assert type(again) is type(theirs)
    assert again.get_params() == theirs.get_params() | {"hidden_layer_sizes": again.hidden_layer_sizes}
    if kind == "MLPClassifier":
        assert np.array_equal(again.predict_proba(rows), theirs.predict_proba(rows))
    assert np.array_equal(again.predict(rows), theirs.predict(rows))
    assert all(np.array_equal(a, b) for a, b in zip(again.coefs_ + again.intercepts_, theirs.coefs_ + theirs.intercepts_, strict=True))
    assert again.out_activation_ == theirs.out_activation_
    hm.save(tmp_path / "it", ours)
    same_predictions(hm.load(tmp_path / "it"), theirs, rows, dtype)


@pytest.mark.parametrize(("kind", "y"), [("MLPClassifier", THREE), ("MLPRegressor", NUMBER)])
def test_both_can_be_trained_further(kind, y):
    theirs = fitted(neural_network, kind, y, "float64")
    ours = hm.from_sklearn(theirs)
    before = ours.loss_
    assert ours.partial_fit(X, y).loss_ < before
    assert theirs.coefs_[0] is not ours.coefs_[0]
    again = hm.to_sklearn(ours)
    assert again.partial_fit(X, y).loss_ < before
    assert ours.set_params(warm_start=True).fit(X, y).loss_ < before
    assert again.set_params(warm_start=True).fit(X, y).loss_ < before


def test_the_names_of_features_and_what_was_recorded_are_taken_over():
    import pandas as pd

    frame = pd.DataFrame(X, columns=list("abcde"))
    theirs = neural_network.MLPClassifier(**SMALL, early_stopping=True).fit(frame, BINARY)
    ours = hm.from_sklearn(theirs)
    assert list(ours.feature_names_in_) == list("abcde")
    assert ours.validation_scores_ == theirs.validation_scores_
    assert np.array_equal(ours.predict(frame), theirs.predict(frame))
    with pytest.raises(ValueError, match="feature names"):
        ours.predict(frame.rename(columns={"a": "z"}))


# ---- ours become theirs ----------------------------------------------------------------------------------------------------

OURS = {
    "softmax of two": ("MLPClassifier", BINARY, {"loss": "softmax_cross_entropy"}),
    "softmax of three": ("MLPClassifier", THREE, {"loss": hm.SoftmaxCrossEntropy(label_smoothing=0.1)}),
    "logistic": ("MLPClassifier", BINARY, {"loss": "logistic"}),
    "labels": ("MLPClassifier", LABELS, {"loss": hm.Logistic(label_smoothing=0.1)}),
    "closed by a sigmoid": ("MLPClassifier", BINARY, {"loss": "squared_error"}),
    "closed by a softmax": ("MLPClassifier", THREE, {"loss": "huber"}),
    "dropout": ("MLPClassifier", THREE, {"dropout": 0.3}),
    "huber": ("MLPRegressor", NUMBER, {"loss": hm.Huber(delta=0.5)}),
    "an optimiser of ours": ("MLPRegressor", NUMBERS, {"solver": hm.Lion(0.01), "learning_rate": hm.Cosine(), "batch_size": None}),
    "layers": ("MLPRegressor", NUMBER, {"layers": [hm.Dense(4, bias=False), hm.Tanh, hm.Dropout(0.1), hm.Dense(3), hm.Tanh]}),
    "dense straight after dense": ("MLPRegressor", NUMBER, {"layers": [hm.Dense(4), hm.Dense(3), hm.Identity]}),
}


@pytest.mark.parametrize("dtype", TOLERANCE)
@pytest.mark.parametrize("name", OURS)
def test_ours_become_scikit_learns(name, dtype):
    kind, y, parameters = OURS[name]
    ours = fitted(hm, kind, y, dtype, **parameters)
    theirs = hm.to_sklearn(ours)
    same_predictions(theirs, ours, X.astype(dtype), dtype)
    with warnings.catch_warnings(action="ignore"):
        theirs.partial_fit(X, y)


def test_a_temperature_is_in_the_last_weights():
    ours = fitted(hm, "MLPClassifier", THREE, "float64").calibrate(X, THREE)
    assert ours.temperature_ != 1
    same_predictions(hm.to_sklearn(ours), ours, X, "float64")


# networks, and what the estimator of scikit-learn's must say
MODELS = {
    "logistic": (hm.Network([hm.Dense(4), hm.Sigmoid, hm.Dense(1)], hm.Logistic), "logistic"),
    "softmax": (hm.Network([hm.Dense(4), hm.ReLU, hm.Dense(3)], hm.SoftmaxCrossEntropy()), "softmax"),
    "softmax of two": (hm.Network([hm.Dense(4), hm.ReLU, hm.Dense(2)], hm.SoftmaxCrossEntropy()), "logistic"),
    "labels": (hm.Network([hm.Dense(4), hm.Tanh, hm.Dense(3)], hm.Logistic), "logistic"),
    "numbers": (hm.Network([hm.Dense(4), hm.Tanh, hm.Dense(3)]), "identity"),
    "counts": (hm.Network([hm.Dense(1)], hm.Poisson), "exp"),
    "the exercise's": (hm.Network([hm.Dense(4), hm.Sigmoid, hm.Dense(3), hm.Sigmoid, hm.Dense(1), hm.Sigmoid]), "logistic"),
}


@pytest.mark.parametrize("name", MODELS)
def test_a_model_becomes_scikit_learns(name):
    network, out = MODELS[name]
    model = network.init(5, 0, "float64")
    model.theta[...] = np.random.RandomState(1).normal(size=model.theta.size)
    theirs = hm.to_sklearn(model)
    assert theirs.out_activation_ == out
    if not network.loss.link.classifies:
        expected = model.predict(X)
        found = theirs.predict_proba(X)[:, 1] if hasattr(theirs, "predict_proba") else theirs.predict(X)
        close(found, expected, "float64")
    else:
        close(theirs.predict_proba(X), model.predict_proba(X), "float64")
        assert np.array_equal(theirs.predict(X), model.predict(X))


DENSE = hm.Dense(4)
# networks that scikit-learn has not, and what is told of them
FOREIGN = {
    "BatchNorm": ([DENSE, hm.BatchNorm(), hm.ReLU, hm.Dense(1)], r"none for BatchNorm\(\) at 1"),
    "LayerNorm": ([DENSE, hm.LayerNorm(), hm.ReLU, hm.Dense(1)], r"none for LayerNorm\(\) at 1"),
    "Softmax inside": ([DENSE, hm.Softmax(), hm.Dense(1)], r"none for Softmax\(\) at 1"),
    "another activation": ([DENSE, hm.GELU, hm.Dense(1)], "none for .*gelu.* at 1"),
    "an activation of one's own": ([DENSE, hm.Activation("relu", lambda z: z * z), hm.Dense(1)], "at 1"),
    "a residual branch": ([DENSE, hm.Residual(hm.Dense(4)), hm.Dense(1)], "none for the residual branch at 1"),
    "two activations": ([DENSE, hm.Tanh, hm.Dense(3), hm.ReLU, hm.Dense(1)], "one activation in all hidden layers .*'tanh', 'relu'"),
    "two after each other": ([DENSE, hm.Tanh, hm.Tanh, hm.Dense(1)], "none for .*tanh.* at 2"),
    "an activation first": ([hm.Tanh, hm.Dense(1)], "none for .*tanh.* at 0"),
    "an activation last": ([DENSE, hm.Tanh], "must end in a Dense layer .* at 1"),
    "nothing": ([], "must end in a Dense layer"),
    "dropout alone": ([hm.Dropout(0.1)], "must end in a Dense layer"),
}


@pytest.mark.parametrize("name", FOREIGN)
def test_a_layer_that_scikit_learn_has_not_is_named(name):
    layers, words = FOREIGN[name]
    with pytest.raises(hm.InputError, match=words) as caught:
        hm.to_sklearn(hm.Network(layers).init(5))
    assert len(str(caught.value)) < 300


# what is no estimator of either's, and what is told of it
WRONG = {
    "a number": (hm.from_sklearn, lambda: 3, "got a int"),
    "one of ours": (hm.from_sklearn, hm.MLPClassifier, "got a MLPClassifier"),
    "a pipeline": (hm.from_sklearn, lambda: make_pipeline(StandardScaler(), neural_network.MLPClassifier()), "give its last step"),
    "not fitted": (hm.from_sklearn, neural_network.MLPRegressor, "estimator must be fitted"),
    "no model": (hm.to_sklearn, lambda: 3, "model must be a Model"),
    "ours, not fitted": (hm.to_sklearn, hm.MLPRegressor, "model must be fitted"),
    "an ensemble": (hm.to_sklearn, lambda: fitted(hm, "MLPRegressor", NUMBER, "float64", n_ensemble=2), "got an ensemble of 2"),
    "quantiles": (hm.to_sklearn, lambda: fitted(hm, "MLPRegressor", NUMBER, "float64", quantiles=(0.1, 0.9)), "got quantiles"),
    "one class against the rest": (hm.to_sklearn, lambda: fitted(hm, "MLPClassifier", THREE, "float64", loss="logistic"), "the rest"),
    "a link of one's own": (
        hm.to_sklearn,
        lambda: hm.Network([hm.Dense(1)], hm.PointwiseLoss("own", lambda s, y: (s - y) ** 2, link=hm.Logistic.link.__class__(
            "cube", hm.Activation("cube", lambda z: z**3).value))).init(5),
        "a link that scikit-learn has, got 'cube'",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", WRONG)
def test_what_is_no_estimator_is_named(name):
    function, make, words = WRONG[name]
    with pytest.raises(hm.InputError, match=words):
        function(make())
