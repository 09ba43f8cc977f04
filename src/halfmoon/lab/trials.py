"""The trials of a search: proposed by a study of Optuna's, trained by the lab, evaluated, and reported to the study."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from halfmoon.lab.lab import Lab
from halfmoon.lab.run import Watcher
from halfmoon.lab.settings import Configuration, Setting

if TYPE_CHECKING:
    import optuna

Proposal = tuple["optuna.Trial", Configuration]


@dataclass
class Trials:
    """The trials of a study, several at a time.

    Attributes
    ----------
    lab : Lab
    study : optuna.Study
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
    study: optuna.Study
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
            batch = self._batch(min(left, self.at_once))
            tried |= {each.identity: each for _, each in batch}
            if not self._evaluated(batch):
                break
        return [each for each in tried.values() if any(each.key(self.lab.problem, seed) in self.lab.found for seed in self.seeds)]

    def _finished(self) -> list[optuna.trial.FrozenTrial]:
        from optuna.trial import TrialState  # noqa: PLC0415 - an extra

        return self.study.get_trials(deepcopy=False, states=(TrialState.COMPLETE, TrialState.PRUNED))

    def _stored(self, trial: optuna.trial.FrozenTrial) -> Configuration | None:
        """Return the configuration of a trial that another call has finished, where its runs are in the folder."""
        from optuna.trial import FixedTrial  # noqa: PLC0415 - an extra

        try:
            found = self.lab.configure(self.suggest(FixedTrial(trial.params)))
        except ValueError:  # of another space
            return None
        return found if any([self.lab.stored((found, seed)) for seed in self.seeds]) else None  # noqa: C419 - each is to be read

    def _batch(self, count: int) -> list[Proposal]:
        """Return new trials with their configurations."""
        found: list[Proposal] = []
        for _ in range(count):
            trial = self.study.ask()
            try:
                found.append((trial, self.lab.configure(self.suggest(trial))))
            except BaseException:
                self._fail([trial, *(each for each, _ in found)])
                raise
        return found

    def _evaluated(self, batch: list[Proposal]) -> bool:
        """Train the configurations of some trials, and report to the study; return whether all of it was done."""
        from optuna.trial import TrialState  # noqa: PLC0415 - an extra

        pending = dict(batch)
        try:
            for step in range(1, len(self.seeds) + 1) if self.rounds else [len(self.seeds)]:
                self.lab.run(list(pending.values()), self.seeds[step - 1 : step] if self.rounds else self.seeds, self.watcher)
                for trial, each in list(pending.items()):
                    scores = self._scores(each, self.seeds[:step])
                    if scores is None:  # interrupted
                        return False
                    mean = float(np.mean(scores))
                    if not np.isfinite(mean) or (self.rounds and _prunes(trial, step, mean)):
                        del pending[trial]
                        self._report(trial, state=TrialState.PRUNED)  # the sampler ranks it behind all others, one that diverged too
                    elif step == len(self.seeds):
                        del pending[trial]
                        self._report(trial, mean)
        finally:
            self._fail(list(pending))
        return True

    def _report(self, trial: optuna.Trial, value: float | None = None, **options: Any) -> None:
        """Report the outcome of a trial to the study; note where its sampler has nothing more to propose."""
        try:
            self.study.tell(trial, value, **options)
        except RuntimeError as error:  # such a sampler, of a grid say, ends the loop of Study.optimize, where there is one
            if "Study.stop" not in str(error):
                raise
            self.exhausted = True

    def _fail(self, trials: list[optuna.Trial]) -> None:
        from optuna.trial import TrialState  # noqa: PLC0415 - an extra

        for trial in trials:
            self._report(trial, state=TrialState.FAIL)

    def _scores(self, each: Configuration, seeds: list[int]) -> list[float] | None:
        """Return a configuration's score for each seed; None where a run is missing."""
        runs = [self.lab.found.get(each.key(self.lab.problem, seed)) for seed in seeds]
        known = [run.score for run in runs if run is not None]
        return known if len(known) == len(seeds) else None


def _prunes(trial: optuna.Trial, step: int, mean: float) -> bool:
    """Report the mean over the first seeds, and return whether the trial is to be given up."""
    trial.report(mean, step)
    return trial.should_prune()
