"""scikit-learn's MLPClassifier; many networks in two processes of joblib, one BLAS thread each.

It knows neither the exercise's layers (a ReLU, then sigmoids) nor its squared error, and gives two classes one column of
scores instead of two. There it runs the nearest job of the same shape and number of updates, for the exercise sigmoids
everywhere and cross-entropy, and its loss is not compared.
"""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
from sklearn import neural_network
from sklearn.model_selection import ParameterGrid
from sklearn.neural_network import MLPClassifier

from benchmarks import data
from benchmarks.contenders import estimators
from benchmarks.contenders.contract import Contender, Outcome
from benchmarks.jobs import SEEDS, SETTINGS, Job

PROCESSES = 2


class Started(MLPClassifier):
    """The classifier, begun at given weights where it has the same layers."""

    def begin(self, weights: data.Weights | None) -> Started:
        """Keep the weights to begin at."""
        self.given = weights
        return self

    def _init_coef(self, fan_in: int, fan_out: int, dtype: Any) -> Any:
        for W, b in self.given or ():
            if W.shape == (fan_in, fan_out):
                return W.copy(), b.copy()
        return super()._init_coef(fan_in, fan_out, dtype)


def nearest(job: Job) -> bool:
    """Say whether the job itself is out of reach."""
    return job.loss == "squared_error" or (job.loss == "softmax" and job.classes == 2)  # noqa: PLR2004 - two classes


def classifier(job: Job, weights: data.Weights, seed: int = 0) -> Started:
    """Return the classifier for a job, without its L2 penalty and its stopping rule."""
    hidden = [len(b) for _, b in weights[:-1]]
    activation = "logistic" if job.loss == "squared_error" else job.activations[0]
    made = Started(
        hidden, activation=activation, solver=job.optimizer, learning_rate_init=job.rate, momentum=0, alpha=0,
        batch_size=job.batch or job.rows, max_iter=job.epochs, tol=0, n_iter_no_change=job.epochs + 1,
        random_state=seed,
    )  # fmt: skip
    return made.begin(None if nearest(job) else weights)


def fit(made: Started, X: data.Array, y: data.Array) -> Started:
    """Fit in silence: that all epochs were used is meant."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return made.fit(X, y)


class Training(Contender):
    """One network."""

    def __init__(self, job: Job) -> None:
        super().__init__(job)
        self.X, self.y = data.rows(job)
        self.weights = data.weights(job)
        self.fitted: list[Started] = []
        self.restart()

    def restart(self) -> None:
        self.fitted = [classifier(self.job, weights, seed) for seed, weights in enumerate(self.weights)]

    def run(self) -> None:
        self.fitted = [fit(self.fitted[0], self.X, self.y)]

    def outcome(self) -> Outcome:
        seen = sum(made.t_ for made in self.fitted)
        updates = seen // self.job.rows * -(-self.job.rows // self.fitted[0].batch_size)
        loss = None if nearest(self.job) else float(np.mean([made.loss_ for made in self.fitted]))
        return Outcome(loss, updates, seen, str(self.fitted[0].coefs_[0].dtype))


class Many(Training):
    """Many networks; the processes stay from run to run."""

    def run(self) -> None:
        from joblib import Parallel, delayed, parallel_config

        with parallel_config(backend="loky", n_jobs=PROCESSES, inner_max_num_threads=1):
            self.fitted = Parallel()(delayed(fit)(made, self.X, self.y) for made in self.fitted)


def score(made: MLPClassifier, X: data.Array, y: data.Array, held_out: slice) -> tuple[MLPClassifier, float]:
    """Fit in silence, and return the classifier and its score."""
    fit(made, X, y)
    return made, made.score(X[held_out], y[held_out])


class Comparing(estimators.Comparison):
    """A grid in the same processes."""

    def run(self) -> None:
        from joblib import Parallel, delayed, parallel_config

        asked = [(setting, seed) for setting in ParameterGrid(SETTINGS) for seed in range(SEEDS)]
        made = [MLPClassifier(**setting, **estimators.compared(self.job), random_state=seed) for setting, seed in asked]
        with parallel_config(backend="loky", n_jobs=PROCESSES, inner_max_num_threads=1):
            self.found = Parallel()(delayed(score)(each, self.X, self.y, self.held_out) for each in made)

    def outcome(self) -> Outcome:
        fitted = [made for made, _ in self.found]
        seen = sum(made.t_ for made in fitted)
        updates = seen // self.job.rows * -(-self.job.rows // self.job.batch)
        return Outcome(float(np.mean([made.loss_ for made in fitted])), updates, seen, str(fitted[0].coefs_[0].dtype))


class Prediction(Contender):
    """``predict_proba``."""

    def __init__(self, job: Job) -> None:
        super().__init__(job)
        self.X, self.y = data.rows(job)
        weights = data.weights(job)[0]
        classes = np.arange(job.classes)
        self.model = classifier(job, weights)
        self.model.set_params(batch_size=job.classes, max_iter=1)
        fit(self.model, np.zeros((job.classes, job.inputs), job.dtype), classes)
        self.model.coefs_, self.model.intercepts_ = [W for W, _ in weights], [b for _, b in weights]

    def run(self) -> None:
        for _ in range(self.job.calls):
            self.model.predict_proba(self.X)

    def outcome(self) -> Outcome:
        return self.predicted(data.cross_entropy(self.model.predict_proba(self.X), self.y), self.model.coefs_[0].dtype)


def fitting(job: Job) -> Contender:
    """Return an estimator to be fitted."""
    return estimators.Fitting(job, neural_network)


def predicting(job: Job) -> Contender:
    """Return a fitted estimator."""
    return estimators.Predicting(job, neural_network)


KINDS = {"train": Training, "many": Many, "compare": Comparing, "predict": Prediction, "fit": fitting, "proba": predicting}
