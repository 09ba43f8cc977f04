"""What a user's editor knows of the library's types: mypy checks each line with the package's own, nothing is run."""

from __future__ import annotations

from typing import Any, assert_type

import numpy as np

import halfmoon as hm
from halfmoon.base.checks import Array
from halfmoon.inspect import Health, XRay
from halfmoon.plots import LossDisplay


def networks(X: Array, y: Array) -> None:
    """Describe, train and look at a network."""
    net = hm.Network([hm.Dense(4), hm.ReLU, hm.LeakyReLU(alpha=0.1), hm.Residual(hm.Dense(4)), hm.Dense(1)], loss=hm.Logistic())
    assert_type(net, hm.Network)
    assert_type(hm.Logistic(label_smoothing=0.1), hm.PointwiseLoss)
    model = assert_type(net.init(n_inputs=2, seed=0), hm.Model)
    optimizer = hm.Adam(0.01, schedule=hm.Cosine(), weight_decay=0.1)
    history = assert_type(hm.train(model, X, y, optimizer=optimizer, epochs=3, batch_size=2, metrics=["accuracy"]), hm.History)
    assert_type(history["loss"], Array)
    assert_type(hm.Trainer(model, hm.SGD(0.1)).step(X, y), float)
    assert_type(hm.train_many([hm.Job(model, X, y, epochs=3, optimizer=hm.AdamW())]), list[hm.History])
    assert_type(model.forward(X), hm.Trace)
    assert_type(model.gradients(X, y), tuple[float, hm.Parameters])
    assert_type(model.predict(X), Array)
    assert_type(hm.check_gradients(model, X, y), hm.GradientReport)
    assert_type(hm.xray(model, X, y, optimizer=hm.SGD(0.1)), XRay)
    assert_type(hm.health(model, X, y, history=history), Health)
    assert_type(hm.explain(model), str)
    assert_type(hm.load("model.safetensors"), Any)
    assert_type(hm.ACTIVATIONS["relu"], hm.Activation)
    assert_type(hm.LOSSES["huber"], hm.Loss)
    assert_type(LossDisplay.from_history(history).plot(), LossDisplay)


def estimators(X: Array, y: Array) -> None:
    """Fit the estimators, and read what they learned."""
    classifier = hm.MLPClassifier((4,), ["relu"], solver=hm.Lion(), random_state=np.random.RandomState(0), class_weight="balanced")
    fitted = assert_type(classifier.fit(X, y, X_val=X, y_val=y), hm.MLPClassifier)
    assert_type(fitted.partial_fit(X, y), hm.MLPClassifier)
    assert_type(fitted.predict(X), Array)
    assert_type(fitted.predict_proba(X), Array)
    assert_type(fitted.score(X, y), float)
    assert_type(fitted.set_params(alpha=0.1), hm.MLPClassifier)
    assert_type(fitted.model_, hm.Model)
    assert_type(fitted.history_, hm.History)
    assert_type(fitted.classes_, Array)
    assert_type(fitted.n_iter_, int)
    assert_type(fitted.coefs_, list[Array])
    assert_type(hm.MLPClassifier.load("classifier.safetensors"), hm.MLPClassifier)
    regressor = hm.MLPRegressor(hidden_layer_sizes=4, quantiles=(0.1, 0.9), loss=hm.Huber(delta=2))
    assert_type(regressor.fit(X, y).predict_interval(X), Array)
    assert_type(hm.find_learning_rate(regressor, X, y), hm.RateSearch)


def comparisons(X: Array, y: Array) -> None:
    """Compare settings."""
    assert_type(hm.compare({"alpha": [0.1, 1]}, X, y, seeds=3), hm.Comparison)
    assert_type(hm.search({"alpha": [0.1, 1]}, X, y, trials=2), hm.Search)
