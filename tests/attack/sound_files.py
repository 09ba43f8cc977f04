"""Sound files of every kind that is read: what attacks begin with."""

from dataclasses import replace

import numpy as np
import polars as pl

import halfmoon as hm
from halfmoon import tabular

RANDOM = np.random.RandomState(0)
X = RANDOM.normal(size=(40, 4))
THREE = np.array(["ant", "bee", "cat"])[RANDOM.randint(0, 3, 40)]
NUMBERS = X @ [1.0, -2.0, 0.5, 0.0]
FRAME = pl.DataFrame({"size": X[:, 0], "city": ["Paris", "Rome", None, "Oslo"] * 10, "grown": X[:, 1] > 0, "kind": THREE})

SMALL = {"hidden_layer_sizes": (5,), "batch_size": 8, "max_iter": 4, "n_iter_no_change": 100, "tol": 0.0, "random_state": 3}

Cube = hm.Activation("cube", lambda z, scale: scale * z**3 + np.where(z > 0, z, 0.1), None, {"scale": (0.1, 0.2, 0.3, 0.4, 0.5)})


def model(path):
    """Write a model of every kind of layer, and its history."""
    branch = hm.Residual(hm.Dense(3, "orthogonal", rate_factor=0.5), hm.LayerNorm(1e-3), hm.Residual(hm.Tanh, hm.Dropout(0.2)), hm.Dense(5))
    layers = [hm.Dense(5, hm.Constant(np.arange(20.0).reshape(4, 5) / 20)), hm.BatchNorm(), hm.LeakyReLU(alpha=0.1), branch, hm.Dense(3)]
    layers += [hm.PeriodicEmbedding(1), hm.PiecewiseLinearEmbedding([[-1.0, 0.0, 1.0], []], outputs=2), hm.Scale()]
    layers += [hm.ParametricActivation(hm.SELU), hm.Repeat(2), hm.BatchEnsemble(4, 2), hm.GroupedDense(3, 2)]
    made = hm.Network(layers, hm.EnsembleLoss(hm.SoftmaxCrossEntropy(label_smoothing=0.1), 2)).init(4, 1)
    hm.save(path, made, history=hm.train(made, X, np.arange(40) % 3, epochs=2, batch_size=8, stopping=hm.EarlyStopping()))


def own(path):
    """Write a model with an activation and a loss of the user's own."""
    loss = hm.PointwiseLoss("fourth", lambda s, y, weight: weight * (s - y) ** 4 + np.abs(s - y), constants={"weight": 0.5})
    hm.save(path, hm.Network([hm.Dense(5), Cube, hm.Dense(2, bias=False)], loss).init(4, 1, "float64"))


def trainer(path):
    """Write a training whose schedule remembers, with a generator of NumPy's newer kind."""
    made = hm.Network([hm.Dense(6), hm.ReLU, hm.Dropout(0.3), hm.Dense(1)], hm.Logistic).init(4, 1)
    optimizer = hm.Adam(0.01, schedule=hm.WarmUp(5, hm.Plateau(patience=1)), clip_norm=3.0)
    kept = hm.Trainer(made, optimizer, penalty=hm.Penalty(l2=0.1), seed=np.random.Generator(np.random.Philox(4)))
    kept.train(X, X[:, 0] > 0, epochs=3, batch_size=8)
    kept.save(path)


def classifier(path):
    """Write an interrupted fit that stops early, with all its rows and orders."""
    hm.MLPClassifier(**SMALL, early_stopping=True, activation="tanh", class_weight={"ant": 2.0, "bee": 1.0, "cat": 1.0}).fit(X, THREE).save(
        path
    )


def regressor(path):
    """Write a fit of quantiles whose rate falls by the rows seen."""
    parameters = SMALL | {"solver": "sgd", "learning_rate": "invscaling", "quantiles": (0.1, 0.5, 0.9)}
    hm.MLPRegressor(**parameters).fit(X, NUMBERS).save(path)


def fitted_table():
    """Return a model that takes raw tables."""
    recipe = tabular.Recipe().changed({"hidden_layer_sizes": (4,), "max_iter": 3})
    return tabular.fit(tabular.prepare(FRAME, "kind", recipe))


def table(path):
    """Write a model that takes raw tables."""
    fitted_table().save(path)


def ensemble(path):
    """Write an ensemble for tables, with a category of many levels."""
    frame = FRAME.drop("kind").with_columns(code=pl.Series([f"code {number % 19}" for number in range(40)]))
    candidates = [
        hm.Candidate("tabm", (3,), embedding="piecewise", members=2),
        hm.Candidate("real", (4,), embedding="periodic", parametric=True),
    ]
    hm.TabularClassifier(candidates=candidates, max_epochs=4, cv=2).fit(frame, THREE).save(path)


def table_ensemble(path):
    """Write an ensemble that takes raw tables."""
    parameters = {"candidates": [hm.Candidate("small", (3,))], "max_epochs": 4, "cv": 2}
    model = tabular.fit_ensemble(tabular.prepare_ensemble(FRAME, "kind", tabular.EnsembleRecipe("low", parameters)))
    model.save(path)


def card(path):
    """Write such a model with its scores, to be described."""
    model = fitted_table()
    replace(model, facts=model.facts.scored({"test": tabular.score(model, FRAME).figures})).save(path)


def network(path):
    """Write a network without numbers."""
    hm.save(path, hm.Network([hm.Dense(5, hm.Normal(0.1)), Cube, hm.Residual(hm.Dense(5), hm.LayerNorm()), hm.Dense(1)], hm.Huber))


def run(path):
    """Write a run of a comparison."""
    folder = path.parent / "comparison"
    grid = {"hidden_layer_sizes": [(4, 3)], "activation": [hm.LeakyReLU(alpha=0.2)]}
    found = hm.compare(grid, X[:, :2], X[:, 0] > 0, seeds=1, epochs=3, folder=folder)
    (folder / "runs" / f"{found.runs[0].key}.safetensors").rename(path)


def recording(path):
    """Write a recording of a training."""
    made = hm.Network([hm.Dense(3), hm.Sigmoid, hm.Dense(1)]).init(4, 1)
    recorder = hm.Recorder(X, NUMBERS, bins=4)
    hm.train(made, X, NUMBERS, epochs=3, callbacks=[recorder])
    recorder.recording.save(path)


KINDS = {
    each.__name__: each
    for each in (model, own, trainer, classifier, regressor, table, run, recording, network, card, ensemble, table_ensemble)
}
"""Writers of a sound file, by the name of what is in it."""
