"""The estimators, ours and scikit-learn's, as people use them."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np

from benchmarks import data
from benchmarks.contenders.contract import Contender, Outcome
from benchmarks.jobs import Job


def fit(library: Any, job: Job, X: data.Array, y: data.Array) -> Any:
    """Return an estimator of a library, fitted in silence: that all epochs were used is meant."""
    made = library.MLPClassifier if job.loss == "log_loss" else library.MLPRegressor
    shape = {"hidden_layer_sizes": job.widths[0][:-1], "activation": job.activations[0], "batch_size": min(job.batch, len(y))}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return made(**shape, random_state=0, max_iter=job.epochs).fit(X, y)


class Fitting(Contender):
    """``fit``, validation included.

    Parameters
    ----------
    job : Job
    library : module
        With MLPClassifier and MLPRegressor.
    """

    def __init__(self, job: Job, library: Any) -> None:
        super().__init__(job)
        self.library = library
        self.X, y = data.rows(job)
        self.y = y if job.loss == "log_loss" else y.astype(job.dtype)
        self.fitted: Any = None

    def run(self) -> None:
        self.fitted = fit(self.library, self.job, self.X, self.y)

    def outcome(self) -> Outcome:
        updates = self.fitted.n_iter_ * -(-self.job.rows // min(self.job.batch, self.job.rows))
        return Outcome(self.fitted.loss_, updates, self.fitted.t_, str(self.fitted.coefs_[0].dtype))


def compared(job: Job) -> dict[str, Any]:
    """Return the parameters that all trainings of a comparison share: all epochs are used."""
    return {"batch_size": job.batch, "max_iter": job.epochs, "tol": 0, "n_iter_no_change": job.epochs + 1}


class Comparison(Contender):
    """Settings times seeds, each trained on all rows and scored on a quarter of them."""

    def __init__(self, job: Job) -> None:
        super().__init__(job)
        self.X, self.y = data.rows(job)
        self.held_out = slice(job.rows // 4)


class Predicting(Contender):
    """``predict_proba``, validation included."""

    def __init__(self, job: Job, library: Any) -> None:
        super().__init__(job)
        self.X, self.y = data.rows(job)
        self.fitted = fit(library, job, np.resize(self.X, (200, job.inputs)), np.resize(np.arange(job.classes), 200))

    def run(self) -> None:
        for _ in range(self.job.calls):
            self.fitted.predict_proba(self.X)

    def outcome(self) -> Outcome:
        return self.predicted(data.cross_entropy(self.fitted.predict_proba(self.X), self.y), self.fitted.coefs_[0].dtype)
