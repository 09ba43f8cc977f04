"""Searching for good settings: Optuna proposes them, the lab trains them."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from halfmoon import checks
from halfmoon.engines import thread_count
from halfmoon.errors import InputError
from halfmoon.lab.comparing import Lab, checked_seeds, lab
from halfmoon.lab.results import Comparison
from halfmoon.lab.settings import Plan, Setting, canonical, shown
from halfmoon.lab.watching import Watcher

if TYPE_CHECKING:
    import optuna

Space = Mapping[str, Any] | Callable[["optuna.Trial"], Setting]
"""What is searched: for each parameter a list of values, a range, or a distribution of Optuna's; or a function of a trial."""


Proposal = tuple["optuna.Trial", Plan]


@dataclass(frozen=True, eq=False)
class Search(Comparison):
    """A comparison of the settings that were tried.

    Attributes
    ----------
    study : optuna.Study
        Its trials, its parameters' importances and so on.
    """

    study: Any = None


def search(
    space: Space,
    X: Any,
    y: Any,
    *,
    trials: int,
    seeds: int | Iterable[int] = 3,
    storage: Any = None,
    study_name: str | None = None,
    sampler: Any = None,
    pruner: Any = None,
    folder: str | os.PathLike[str] | None = None,
    estimator: Any = None,
    epochs: int | None = None,
    X_test: Any = None,
    y_test: Any = None,
    test_size: float = 0.25,
    split_seed: int = 0,
    task: str | None = None,
    executor: Any = None,
    threads: int | None = None,
    at_once: int | None = None,
    watcher: Watcher | None = None,
) -> Search:
    """Search for the setting with the highest mean score over the seeds; needs the extra ``optuna``.

    Parameters
    ----------
    space : dict, or callable
        For each parameter a list of values, a ``range``, or a distribution such as
        ``optuna.distributions.FloatDistribution(1e-4, 1, log=True)``. A callable gets an ``optuna.Trial`` and returns a setting.
    X, y, X_test, y_test, test_size, split_seed, task, estimator, epochs, folder, executor, threads, watcher
        As :func:`compare` takes them.
    trials : int
        How many the study shall have in the end; those that it has already count.
    seeds : int or list of int
        How many, or which, for each trial.
    storage : str or optuna.storages.BaseStorage, optional
        Where the study is; any of Optuna's, also for many machines at once. By default ``study.db``, a SQLite file in the folder;
        without a folder, memory.
    study_name : str, optional
        By default a hash of the data, of what is changed, and of the seeds.
    sampler : optuna.samplers.BaseSampler, optional
        ``TPESampler`` by default.
    pruner : optuna.pruners.BasePruner, optional
        Gives trials up whose mean over the first seeds is poor. By default none is.
    at_once : int, optional
        How many settings are proposed before the first of them is judged; by default one for each thread.

    Returns
    -------
    Search
        The comparison of all settings of the study that this folder, or this call, has runs of; with the study.

    Raises
    ------
    InputError
        When an argument cannot be used, or Optuna is not installed.
    """
    try:
        import optuna  # noqa: PLC0415 - an extra
    except ImportError:
        raise InputError("hm.search needs Optuna: pip install 'halfmoon[optuna]'") from None
    total, numbers = checks.whole("trials", trials), checked_seeds(seeds)
    found = lab(
        X, y, estimator=estimator, epochs=epochs, folder=folder, X_test=X_test, y_test=y_test, test_size=test_size,
        split_seed=split_seed, task=task, executor=executor, threads=threads,
    )  # fmt: skip
    ask = space if callable(space) else _asking(space)
    if storage is None and found.store is not None:
        storage = f"sqlite:///{(found.store.folder / 'study.db').resolve()}"
    study = optuna.create_study(
        study_name=study_name or _name(found, space, numbers),
        storage=storage,
        sampler=sampler,
        pruner=pruner or optuna.pruners.NopPruner(),
        direction="maximize",
        load_if_exists=True,
    )
    if sampler is None:  # one that goes on must not propose again what it began with
        study.sampler = optuna.samplers.TPESampler(seed=len(study.get_trials(deepcopy=False)))
    hears = watcher or Watcher()
    plans = Trials(found, study, ask, numbers, hears, at_once or thread_count(threads), rounds=pruner is not None).until(total)
    return Search(**found.comparison(plans, numbers), study=study)


@dataclass
class Trials:
    """The trials of a study, several at a time.

    Attributes
    ----------
    lab : Lab
    study : optuna.Study
    ask : callable
        From a trial to a setting.
    seeds : list of int
    watcher : Watcher
    at_once : int
        How many are proposed before the first of them is judged.
    rounds : bool
        Whether seeds are trained one after another, so that a poor trial can be given up after each.
    exhausted : bool
        Whether the sampler has nothing more to propose.
    """

    lab: Lab
    study: optuna.Study
    ask: Callable[[Any], Setting]
    seeds: list[int]
    watcher: Watcher
    at_once: int
    rounds: bool
    exhausted: bool = False

    def until(self, total: int) -> list[Plan]:
        """Make trials until so many are finished, and return the plans that have runs, each once."""
        tried = {each.identity: each for each in map(self._kept, self._finished()) if each is not None}
        while not self.exhausted and (left := total - len(self._finished())) > 0:
            batch = self._batch(min(left, self.at_once))
            tried |= {each.identity: each for _, each in batch}
            if not self._judged(batch):
                break
        return [each for each in tried.values() if any(each.key(self.lab.problem, seed) in self.lab.found for seed in self.seeds)]

    def _finished(self) -> list[optuna.trial.FrozenTrial]:
        from optuna.trial import TrialState  # noqa: PLC0415 - an extra

        return self.study.get_trials(deepcopy=False, states=(TrialState.COMPLETE, TrialState.PRUNED))

    def _kept(self, trial: optuna.trial.FrozenTrial) -> Plan | None:
        """Return the plan of a trial that another call has finished, where its runs are in the folder."""
        from optuna.trial import FixedTrial  # noqa: PLC0415 - an extra

        try:
            found = self.lab.plan(self.ask(FixedTrial(trial.params)))
        except ValueError:  # of another space
            return None
        return found if any([self.lab.stored((found, seed)) for seed in self.seeds]) else None  # noqa: C419 - each is to be read

    def _batch(self, count: int) -> list[Proposal]:
        """Return new trials with their plans."""
        found: list[Proposal] = []
        for _ in range(count):
            trial = self.study.ask()
            try:
                found.append((trial, self.lab.plan(self.ask(trial))))
            except BaseException:
                self._give_up([trial, *(each for each, _ in found)])
                raise
        return found

    def _judged(self, batch: list[Proposal]) -> bool:
        """Train the plans of some trials, and tell the study; return whether all of it was done."""
        from optuna.trial import TrialState  # noqa: PLC0415 - an extra

        going = dict(batch)
        try:
            for step in range(1, len(self.seeds) + 1) if self.rounds else [len(self.seeds)]:
                self.lab.run(list(going.values()), self.seeds[step - 1 : step] if self.rounds else self.seeds, self.watcher)
                for trial, each in list(going.items()):
                    scores = self._scores(each, self.seeds[:step])
                    if scores is None:  # interrupted
                        return False
                    mean = float(np.mean(scores))
                    if not np.isfinite(mean) or (self.rounds and _prunes(trial, step, mean)):
                        del going[trial]
                        self._tell(trial, state=TrialState.PRUNED)  # the sampler ranks it behind all others, one that diverged too
                    elif step == len(self.seeds):
                        del going[trial]
                        self._tell(trial, mean)
        finally:
            self._give_up(list(going))
        return True

    def _tell(self, trial: optuna.Trial, value: float | None = None, **options: Any) -> None:
        """Tell the study what came of a trial; note where its sampler has nothing more to propose."""
        try:
            self.study.tell(trial, value, **options)
        except RuntimeError as error:  # such a sampler, of a grid say, ends the loop of Study.optimize, where there is one
            if "Study.stop" not in str(error):
                raise
            self.exhausted = True

    def _give_up(self, trials: list[optuna.Trial]) -> None:
        from optuna.trial import TrialState  # noqa: PLC0415 - an extra

        for trial in trials:
            self._tell(trial, state=TrialState.FAIL)

    def _scores(self, each: Plan, seeds: list[int]) -> list[float] | None:
        """Return a plan's score for each seed; None where a run is missing."""
        runs = [self.lab.found.get(each.key(self.lab.problem, seed)) for seed in seeds]
        known = [run.score for run in runs if run is not None]
        return known if len(known) == len(seeds) else None


def _prunes(trial: optuna.Trial, step: int, mean: float) -> bool:
    """Report the mean over the first seeds, and return whether the trial is to be given up."""
    trial.report(mean, step)
    return trial.should_prune()


def _asking(space: Mapping[str, Any]) -> Callable[[Any], Setting]:
    """Return the function of a trial for a space."""
    if not isinstance(space, Mapping) or not space:
        raise checks.fail("space", space, "a dict of lists, ranges and distributions, or a function of a trial")
    asked = {name: _suggestion(name, values) for name, values in space.items()}
    return lambda trial: {name: suggest(trial) for name, suggest in asked.items()}


def _suggestion(name: str, values: Any) -> Callable[[Any], Any]:
    """Return what asks a trial for one parameter."""
    from optuna import distributions as kinds  # noqa: PLC0415 - an extra

    match values:
        case range() if len(values) and values.step > 0:
            return lambda trial: trial.suggest_int(name, values[0], values[-1], step=values.step)
        case kinds.IntDistribution():
            return lambda trial: trial.suggest_int(name, values.low, values.high, step=values.step, log=values.log)
        case kinds.FloatDistribution():
            return lambda trial: trial.suggest_float(name, values.low, values.high, step=values.step, log=values.log)
        case kinds.CategoricalDistribution():
            return lambda trial: trial.suggest_categorical(name, values.choices)
        case list() | tuple() if values:
            by_name = {str(shown(value)): value for value in values}
            if len(by_name) == len(values):
                return lambda trial: by_name[trial.suggest_categorical(name, list(by_name))]
    raise checks.fail(f"space[{name!r}]", values, "a list of different values, a range, or a distribution of Optuna's")


def _name(found: Lab, space: Space, seeds: list[int]) -> str:
    """Return the name of a study, the same for the same search."""
    spelled = sorted(space) if isinstance(space, Mapping) else getattr(space, "__qualname__", "space")
    text = canonical([found.problem.digest, found.plan({}).identity, seeds, spelled])
    return f"halfmoon-{hashlib.blake2b(text.encode(), digest_size=8).hexdigest()}"
