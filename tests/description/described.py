"""Something of every kind to describe, with the awkward names and numbers that data have."""

from __future__ import annotations

import datetime as dt
import warnings
from functools import cache

import numpy as np
import polars as pl

import halfmoon as hm
from halfmoon import tabular

AWKWARD = "a|b *c* <script>alert(1)</script> \x1b[31m\n`d` $e$"
X = np.random.RandomState(0).normal(size=(60, 3))
NETWORK = hm.Network([hm.Dense(4), hm.Residual(hm.Dense(4), hm.ReLU), hm.Dense(1)], hm.Logistic)
SMALL = {"hidden_layer_sizes": (4,), "max_iter": 3, "random_state": 0}


def table(target="kind"):
    days = [dt.date(2024, 1, 1) + dt.timedelta(days=index) for index in range(60)]
    frame = pl.DataFrame(
        {AWKWARD: X[:, 0], "city": ["Paris", "Oslo", None] * 20, "grown": X[:, 1] > 0, "day": days,
         "kind": ["<b>", "x|y", "z"] * 20, "price": X[:, 2] * 100}
    )  # fmt: skip
    recipe = tabular.Recipe().changed({"hidden_layer_sizes": (4,), "max_iter": 2})
    model = tabular.fit(tabular.prepare(frame, target, recipe))
    return model, frame


def scored():
    model, frame = table()
    figures = {part: tabular.score(model, frame).figures for part in ("training", "test")}
    return tabular.TableModel(model.preparation, model.estimator, model.facts.scored(figures))


def table_ensemble():
    recipe = tabular.EnsembleRecipe("low", {"max_epochs": 4})
    return tabular.fit_ensemble(tabular.prepare_ensemble(table()[1], "kind", recipe))


def recording():
    recorder = hm.Recorder()
    hm.train(NETWORK.init(3), X, X[:, 0] > 0, epochs=2, callbacks=[recorder])
    return recorder.recording


def trainer():
    kept = hm.Trainer(NETWORK.init(3), hm.Adam(0.1))
    kept.train(X, X[:, 0] > 0, epochs=3)
    return kept


MAKERS = {
    "network": lambda: NETWORK,
    "model": lambda: NETWORK.init(3),
    "trainer": trainer,
    "recording": recording,
    "classifier": lambda: hm.MLPClassifier(**SMALL, early_stopping=True).fit(X, X[:, 0] > 0),
    "labels": lambda: hm.MLPClassifier(**SMALL).fit(X, X[:, :2] > 0),
    "regressor": lambda: hm.MLPRegressor(**SMALL, activation=hm.LeakyReLU(alpha=0.2)).fit(X, X[:, :2]),
    "ensemble": lambda: hm.MLPRegressor(**SMALL, n_ensemble=2).fit(X, X[:, 0]),
    "ensemble for tables": lambda: hm.TabularClassifier(effort="low", max_epochs=4).fit(table()[1][[AWKWARD, "city"]], X[:, 0] > 0),
    "ensemble of a table": table_ensemble,
    "incremental": lambda: hm.MLPClassifier(**SMALL).partial_fit(X, X[:, 0] > 0, classes=[False, True]),
    "classes of a table": scored,
    "quantity of a table": lambda: table("price")[0],
}
"""What is described, by name."""


@cache
def made(name):
    """Return it; it is made once."""
    with warnings.catch_warnings(action="ignore"):  # they are short fits
        return MAKERS[name]()
