"""Several networks that differ in their seed alone, trained at once; their predictions are averaged."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from sklearn.base import clone
from sklearn.utils import check_random_state

from halfmoon.base.locks import lock_of
from halfmoon.estimators.fit import INTERRUPTED_BY_USER, Fit, warn
from halfmoon.estimators.fitted import FitState
from halfmoon.training.ending import INTERRUPTED, Ending
from halfmoon.training.many import run_all

if TYPE_CHECKING:
    from halfmoon.estimators.base import MultilayerPerceptron

SHARED = ("n_features_in_", "feature_names_in_", "classes_", "n_outputs_", "t_", "model_", "history_")
"""What an ensemble shows of its first member."""


def new_fit(estimator: MultilayerPerceptron, X: Any, y: Any, *args: Any, **options: Any) -> Fit:
    """Return a fit of an estimator, of one network or of ``n_ensemble``; for the arguments see :class:`Fit`."""
    return (EnsembleFit if estimator.n_ensemble > 1 else Fit)(estimator, X, y, *args, **options)


@dataclass(eq=False, repr=False)
class EnsembleFit(Fit):
    """A fit of the members of an ensemble, several at a time, each on one thread.

    Attributes
    ----------
    members : list of Fit
        Once they begin.
    """

    members: list[Fit] = field(default_factory=list, init=False)

    @property
    def updates(self) -> int:
        return sum(member.updates for member in self.members)

    def stop(self, reason: str | Ending) -> None:
        for member in self.members:
            member.stop(reason)

    def run(self) -> MultilayerPerceptron:
        """Fit, and return the estimator; after Ctrl-C it has those members that had begun."""
        with lock_of(self.estimator):
            estimator = self.estimator
            if "estimators_" not in vars(estimator) or not (estimator.warm_start or self.continues):
                seeds = check_random_state(estimator.random_state).randint(np.iinfo(np.int32).max, size=estimator.n_ensemble)
                one: dict[str, Any] = {"n_ensemble": 1, "threads": 1, "verbose": False}
                estimator.estimators_ = [clone(estimator).set_params(**one, random_state=seed) for seed in seeds]
                if self.incremental and "fit_state_" in vars(estimator):  # a batch need not have all classes
                    self.known_targets = self.state.targets
            options = {name: getattr(self, name) for name in ("known_targets", "incremental", "resuming", "checked")}
            data = self.X, self.y, self.sample_weight, self.validation
            self.members = [Fit(each, *data, **options, is_member=True) for each in estimator.estimators_]
            began: list[MultilayerPerceptron | None] = run_all(self.members, estimator.threads)
            estimator.estimators_ = [each for each in began if each is not None]
            first = estimator.estimators_[0]
            estimator.__dict__.update({name: value for name, value in vars(first).items() if name in SHARED})
            estimator.fit_state_ = FitState(first.fit_state_.targets, seen=first.fit_state_.seen)
            estimator.n_iter_ = max(each.n_iter_ for each in estimator.estimators_)
            estimator.loss_ = float(np.mean([each.loss_ for each in estimator.estimators_]))
            if any(each.history_.ending == INTERRUPTED for each in estimator.estimators_):
                warn(INTERRUPTED_BY_USER)
            return estimator
