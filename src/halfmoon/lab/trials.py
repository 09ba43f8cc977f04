"""The trials of a search: proposed by a study of Optuna's, trained by the lab, evaluated, and reported to the study."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from optuna import Study, Trial, distributions
from optuna.trial import FixedTrial, FrozenTrial, TrialState

from halfmoon.base import checks
from halfmoon.lab.lab import Lab
from halfmoon.lab.run import Watcher
from halfmoon.lab.settings import Configuration, Setting, display_value


def suggester(space: Mapping[str, Any]) -> Callable[[Any], Setting]:
    """Return the function from a trial to a setting of a space."""
    if not isinstance(space, Mapping) or not space:
        raise checks.fail("space", space, "a dict of lists, ranges and distributions, or a function of a trial")
    parameters = {name: _parameter(name, values) for name, values in space.items()}
    return lambda trial: {name: suggest(trial) for name, suggest in parameters.items()}


def _parameter(name: str, values: Any) -> Callable[[Any], Any]:
    """Return the function from a trial to the value of one parameter."""
    match values:
        case range() if len(values) and values.step > 0:
            return lambda trial: trial.suggest_int(name, values[0], values[-1], step=values.step)
        case distributions.IntDistribution():
            return lambda trial: trial.suggest_int(name, values.low, values.high, step=values.step, log=values.log)
        case distributions.FloatDistribution():
            return lambda trial: trial.suggest_float(name, values.low, values.high, step=values.step, log=values.log)
        case distributions.CategoricalDistribution():
            return lambda trial: trial.suggest_categorical(name, values.choices)
        case list() | tuple() if values:
            by_name = {str(display_value(value)): value for value in values}
            if len(by_name) == len(values):
                return lambda trial: by_name[trial.suggest_categorical(name, list(by_name))]
    raise checks.fail(f"space[{name!r}]", values, "a list of different values, a range, or a distribution of Optuna's")


class SettingStudy(Study):
    """A study whose best parameters are a setting.

    The values of a list are stored by their names, since a data base holds numbers and text alone; ``trials`` have those.

    Parameters
    ----------
    study_name, storage, sampler, pruner
        As a ``Study`` has them.
    suggest : callable
        From a trial to a setting.
    """

    def __init__(self, study_name: str, storage: Any, *, suggest: Callable[[Any], Setting], **options: Any) -> None:
        super().__init__(study_name, storage, **options)
        self._suggest = suggest

    @property
    def best_params(self) -> dict[str, Any]:
        """The setting of the best trial: parameters of the estimator, as its class and ``set_params`` take them."""
        return self._suggest(FixedTrial(self.best_trial.params))


@dataclass
class Trials:
    """The trials of a study, several at a time.

    Attributes
    ----------
    lab : Lab
    study : Study
    suggest : callable
        From a trial to a setting.
    seeds : list of int
    watcher : Watcher
    at_once : int
        How many are proposed before the first of them is evaluated.
    rounds : bool
        Whether seeds are trained one after another, so that a poor trial can be given up after each.
    exhausted : bool
        Whether the sampler has nothing more to propose.
    """

    lab: Lab
    study: Study
    suggest: Callable[[Any], Setting]
    seeds: list[int]
    watcher: Watcher
    at_once: int
    rounds: bool
    exhausted: bool = False

    def until(self, total: int) -> list[Configuration]:
        """Make trials until so many are finished, and return the configurations that have runs, each once."""
        tried = {each.identity: each for each in map(self._stored, self._finished()) if each is not None}
        while not self.exhausted and (left := total - len(self._finished())) > 0:
            if not self._evaluated(min(left, self.at_once), tried):
                break
        return [each for each in tried.values() if any(each.key(self.lab.problem, seed) in self.lab.found for seed in self.seeds)]

    def _finished(self) -> list[FrozenTrial]:
        return self.study.get_trials(deepcopy=False, states=(TrialState.COMPLETE, TrialState.PRUNED))

    def _stored(self, trial: FrozenTrial) -> Configuration | None:
        """Return the configuration of a trial that another call has finished, where its runs are in the folder."""
        try:
            found = self.lab.configure(self.suggest(FixedTrial(trial.params)))
        except ValueError:  # of another space
            return None
        return found if any([self.lab.stored((found, seed)) for seed in self.seeds]) else None  # noqa: C419 - each is to be read

    def _evaluated(self, count: int, tried: dict[str, Configuration]) -> bool:
        """Train the configurations of new trials, and report to the study; return whether all of it was done."""
        pending: list[Trial] = []
        configurations: dict[Trial, Configuration] = {}
        try:
            for _ in range(count):
                pending.append(self.study.ask())
                configurations[pending[-1]] = self.lab.configure(self.suggest(pending[-1]))
            tried |= {each.identity: each for each in configurations.values()}
            for step in range(1, len(self.seeds) + 1) if self.rounds else [len(self.seeds)]:
                seeds = self.seeds[step - 1 : step] if self.rounds else self.seeds
                self.lab.run([configurations[trial] for trial in pending], seeds, self.watcher)
                for trial in list(pending):
                    keys = [configurations[trial].key(self.lab.problem, seed) for seed in self.seeds[:step]]
                    if not self.lab.found.keys() >= set(keys):  # interrupted
                        return False
                    mean = float(np.mean([self.lab.found[key].score for key in keys]))
                    if self.rounds and np.isfinite(mean):
                        trial.report(mean, step)
                    if not np.isfinite(mean) or (self.rounds and trial.should_prune()):
                        pending.remove(trial)
                        self._report(trial, state=TrialState.PRUNED)  # the sampler ranks it behind all others, one that diverged too
                    elif step == len(self.seeds):
                        pending.remove(trial)
                        self._report(trial, mean)
        finally:
            for trial in pending:
                self._report(trial, state=TrialState.FAIL)
        return True

    def _report(self, trial: Trial, value: float | None = None, **options: Any) -> None:
        """Report the outcome of a trial to the study; note where its sampler has nothing more to propose."""
        try:
            self.study.tell(trial, value, **options)
        except RuntimeError as error:  # such a sampler, of a grid say, ends the loop of Study.optimize, where there is one
            if "Study.stop" not in str(error):
                raise
            self.exhausted = True
