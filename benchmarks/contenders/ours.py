"""Halfmoon. The one file that knows its interface, so a changed name is changed here."""

from __future__ import annotations

import inspect
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

import halfmoon as hm
from benchmarks import data
from benchmarks.contenders import estimators
from benchmarks.contenders.contract import Contender, Outcome
from benchmarks.jobs import SEEDS, SETTINGS, Job

THREADS = 2
FUSED = "threads" in inspect.signature(hm.train).parameters
"""Whether this version has the compiled engine; without it the reference engine runs, and the table says so."""
ENGINE: dict[str, Any] = {"engine": "fused", "threads": THREADS} if FUSED else {"engine": "reference"}

ACTIVATIONS = {"relu": (hm.ReLU(),), "sigmoid": (hm.Sigmoid(),), "identity": ()}
LOSSES = {"squared_error": hm.SquaredError(), "softmax": hm.SoftmaxCrossEntropy(), "logistic": hm.Logistic()}
OPTIMIZERS = {"sgd": hm.SGD, "adam": hm.Adam}


def model(job: Job, weights: data.Weights) -> hm.Model:
    """Return a model that holds the given weights."""
    layers = [layer for (_, b), name in zip(weights, job.activations, strict=True) for layer in (hm.Dense(len(b)), *ACTIVATIONS[name])]
    made = hm.Network(layers, loss=LOSSES[job.loss]).init(n_inputs=job.inputs, dtype=job.dtype)
    dense = [step.path for step in made.program.steps if isinstance(step.layer, hm.Dense)]
    for path, (W, b) in zip(dense, weights, strict=True):
        made.params[f"{path}.W"][...], made.params[f"{path}.b"][...] = W, b
    return made


class Training(Contender):
    """One network, or many at once."""

    def __init__(self, job: Job) -> None:
        super().__init__(job)
        self.X, y = data.rows(job)
        self.y = data.targets(job, y)
        self.models = [model(job, weights) for weights in data.weights(job)]
        self.starts = [each.theta.copy() for each in self.models]
        self.histories: list[hm.History] = []

    def restart(self) -> None:
        for each, start in zip(self.models, self.starts, strict=True):
            each.theta[...] = start

    def run(self) -> None:
        job = self.job
        options = {"optimizer": OPTIMIZERS[job.optimizer](job.rate), "epochs": job.epochs, "batch_size": job.batch}
        if len(self.models) > 1 and hasattr(hm, "train_many"):
            jobs = [hm.Job(each, self.X, self.y, seed=seed, **options) for seed, each in enumerate(self.models)]
            self.histories = hm.train_many(jobs, threads=THREADS)
        else:
            self.histories = [hm.train(each, self.X, self.y, seed=seed, **options, **ENGINE) for seed, each in enumerate(self.models)]

    def outcome(self) -> Outcome:
        epochs = sum(history.epochs for history in self.histories)
        updates = epochs * self.job.updates // (self.job.epochs * len(self.models))
        loss = np.mean([history["loss"][-1] for history in self.histories])
        return Outcome(float(loss), updates, epochs * len(self.X), str(self.models[0].dtype))


class Prediction(Contender):
    """One row through ``predict``, or many rows through ``predict_proba``."""

    def __init__(self, job: Job) -> None:
        super().__init__(job)
        self.X, self.y = data.rows(job)
        self.model = model(job, data.weights(job)[0])

    def run(self) -> None:
        predict = self.model.predict if self.job.rows == 1 else self.model.predict_proba
        for _ in range(self.job.calls):
            predict(self.X)

    def outcome(self) -> Outcome:
        return self.predicted(data.cross_entropy(self.model.predict_proba(self.X), self.y), self.model.dtype)


class Comparing(estimators.Comparison):
    """``hm.compare``: runs are looked at on the way, and kept in a folder."""

    def run(self) -> None:
        grid, held_out = {name: list(values) for name, values in SETTINGS.items()}, self.held_out
        options = {"X_test": self.X[held_out], "y_test": self.y[held_out], "estimator": hm.MLPClassifier(**estimators.compared(self.job))}
        with TemporaryDirectory() as folder:
            self.found = hm.compare(grid, self.X, self.y, seeds=SEEDS, folder=folder, threads=THREADS, **options)

    def outcome(self) -> Outcome:
        runs = self.found.runs
        epochs = sum(run.epochs for run in runs)
        return Outcome(float(np.mean([run.loss for run in runs])), sum(run.updates for run in runs), epochs * len(self.X), self.job.dtype)


def fitting(job: Job) -> Contender:
    """Return an estimator to be fitted."""
    return estimators.Fitting(job, hm)


def predicting(job: Job) -> Contender:
    """Return a fitted estimator."""
    return estimators.Predicting(job, hm)


KINDS = {"train": Training, "many": Training, "compare": Comparing, "predict": Prediction, "fit": fitting, "proba": predicting}
