"""Several networks that differ in their seed alone, trained at once; their predictions are averaged."""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.base import clone
from sklearn.utils import check_random_state

from halfmoon.estimators.fitting import warn_interrupted
from halfmoon.estimators.validation import Validation
from halfmoon.training.many import run_all

SHARED = ("n_features_in_", "feature_names_in_", "classes_", "_label_binarizer", "n_outputs_", "t_", "model_", "history_")
"""What an ensemble shows of its first member."""


class Member:
    """The fit of one member, as :func:`halfmoon.training.many.run_all` runs it."""

    def __init__(self, estimator: Any, *args: Any, **options: Any) -> None:
        self.estimator = estimator
        self.args, self.options = args, options
        self.size = 1

    def run(self) -> Any:
        """Fit."""
        return self.estimator._fit(*self.args, **self.options)

    def stop(self, reason: str) -> None:
        """End the fit that another thread runs."""
        trainer = vars(self.estimator).get("_trainer")
        if trainer is not None:
            trainer.stop(reason)


def fit_members(estimator: Any, X: Any, y: Any, sample_weight: Any, validation: Validation, *, incremental: bool, going_on: bool) -> Any:
    """Fit the members of an ensemble, several at a time, each on one thread; return the ensemble.

    After Ctrl-C it has those members that had begun.
    """
    goes_on = "estimators_" in vars(estimator) and (estimator.warm_start or incremental or going_on)
    if not goes_on:
        seeds = check_random_state(estimator.random_state).randint(np.iinfo(np.int32).max, size=estimator.n_ensemble)
        estimator.estimators_ = [clone(estimator).set_params(n_ensemble=1, threads=1, verbose=False, random_state=seed) for seed in seeds]
        for member in estimator.estimators_ if incremental else ():
            vars(member).update({name: vars(estimator)[name] for name in ("classes_", "_label_binarizer") if name in vars(estimator)})
    members = [Member(each, X, y, sample_weight, validation, incremental=incremental, going_on=going_on) for each in estimator.estimators_]
    for each in estimator.estimators_:
        each._member = True
    began = run_all(members, estimator.threads)
    estimator.estimators_ = [each for each in began if each is not None]
    first = vars(estimator.estimators_[0])
    vars(estimator).update({name: first[name] for name in SHARED if name in first})
    estimator.n_iter_ = max(each.n_iter_ for each in estimator.estimators_)
    estimator.loss_ = float(np.mean([each.loss_ for each in estimator.estimators_]))
    warn_interrupted(estimator)
    return estimator
