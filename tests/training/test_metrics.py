"""Metrics against scikit-learn's."""

import numpy as np
import pytest
from sklearn import metrics as sk

import halfmoon as hm
from halfmoon.base.errors import InputError
from halfmoon.training.metrics import metrics

# by metric: whether higher is better, the losses and outputs it is tried with, and scikit-learn's
TABLE = {
    "accuracy": (True, [("logistic", 1), ("softmax_cross_entropy", 3), ("squared_error", 1), ("logistic", 2)], sk.accuracy_score),
    "mean_absolute_error": (False, [("squared_error", 1), ("squared_error", 2), ("poisson", 1)], sk.mean_absolute_error),
    "r2": (True, [("squared_error", 1), ("squared_error", 2), ("poisson", 2)], sk.r2_score),
}
CASES = [(name, *case) for name, (_, cases, _) in TABLE.items() for case in cases]


def test_every_metric_has_a_row():
    assert TABLE.keys() == hm.METRICS.keys()
    assert {name: row[0] for name, row in TABLE.items()} == {name: metric.higher_is_better for name, metric in hm.METRICS.items()}
    assert all(metric.name == name for name, metric in hm.METRICS.items())


@pytest.mark.parametrize(("name", "loss", "outputs"), CASES)
@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_against_scikit_learn(name, loss, outputs, weighted, dtype):
    random = np.random.RandomState(3)
    model = hm.Network([hm.Dense(outputs, biases="normal")], hm.LOSSES[loss]).init(2, 1, dtype)
    X = random.normal(size=(40, 2))
    if loss == "softmax_cross_entropy":
        y = random.randint(0, outputs, 40)
    elif name == "accuracy":
        y = random.randint(0, 2, (40, outputs))
    else:
        y = random.poisson(2, (40, outputs)).astype(float)
    y = y[:, 0] if y.ndim == 2 and outputs == 1 else y
    weights = random.uniform(0, 1, 40) if weighted else None
    checked = model.batch(X, y, weights)
    predicted = model.predict_class(X) if name == "accuracy" else model.predict(X)
    found = hm.METRICS[name].function(model, *checked)
    assert type(found) is float
    assert found == pytest.approx(TABLE[name][2](y, predicted, sample_weight=weights), rel=1e-12 if dtype == "float64" else 1e-5)


def test_accuracy_of_probabilities_is_by_the_largest():
    model = hm.Network([hm.Dense(3)], hm.SoftmaxCrossEntropy()).init(2, 1)
    random = np.random.RandomState(3)
    X, y = random.normal(size=(30, 2)), random.dirichlet(np.ones(3), 30)
    assert hm.METRICS["accuracy"].function(model, *model.batch(X, y)) == np.mean(model.predict(X) == y.argmax(axis=1))


def test_r2_of_a_constant_target_is_finite():
    model = hm.Network([hm.Dense(1)]).init(2, 1)
    X, y = np.eye(2), np.ones(2)
    assert np.isfinite(hm.METRICS["r2"].function(model, *model.batch(X, y)))


@pytest.mark.smoke
def test_by_name_or_own():
    with pytest.raises(hm.InputError, match=r"^function must be a function of"):
        hm.Metric("mean", 0.0)
    own = hm.Metric("mean", lambda model, X, y, weights: 0.0)
    assert metrics(["r2", own]) == [hm.METRICS["r2"], own]
    assert metrics("accuracy") == [hm.METRICS["accuracy"]]
    assert metrics(own) == [own]
    assert metrics(()) == []
    assert metrics(name for name in ["r2"]) == [hm.METRICS["r2"]]


def test_an_own_metric_in_training():
    seen = []

    def largest(model, X, y, weights):
        seen.append((X.shape, y.shape, weights))
        return np.float32(np.abs(model.theta).max())

    X, y = np.eye(4), np.arange(4.0)
    model = hm.Network([hm.Dense(1)]).init(4, 1, "float64")
    history = hm.train(model, X, y, epochs=3, metrics=[hm.Metric("largest", largest, higher_is_better=False)])
    assert history["largest"][-1] == np.float32(np.abs(model.theta).max())
    assert seen == [((4, 4), (4, 1), None)] * 3


@pytest.mark.parametrize("wrong", ["acc", ["accuracy", "R2"], [None], [hm.METRICS]])
def test_unknown(wrong):
    with pytest.raises(InputError, match=r"^metrics must be (one of |names \()accuracy, mean_absolute_error, r2"):
        metrics(wrong)


@pytest.mark.parametrize("name", ["epoch", "loss", "rate", "seconds", "val_loss"])
def test_a_metric_cannot_take_the_place_of_another_column(name):
    model = hm.Network([hm.Dense(1)]).init(4, 1, "float64")
    own = hm.Metric(name, lambda model, X, y, weights: -1.0)
    with pytest.raises(InputError, match=name):
        hm.train(model, np.eye(4), np.arange(4.0), epochs=2, metrics=[own])


def test_a_metric_that_raises_leaves_a_usable_model():
    def fail(model, X, y, weights):
        raise RuntimeError("mine")

    model = hm.Network([hm.Dense(1)]).init(4, 1, "float64")
    with pytest.raises(RuntimeError, match="mine"):
        hm.train(model, np.eye(4), np.arange(4.0), metrics=[hm.Metric("fails", fail)])
    assert np.isfinite(model.theta).all()
