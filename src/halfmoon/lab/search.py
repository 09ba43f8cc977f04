"""Searching for good settings: Optuna proposes them, the lab trains them."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from halfmoon.base import checks
from halfmoon.base.errors import InputError
from halfmoon.base.extras import install_command
from halfmoon.engines.compiler.team import thread_count
from halfmoon.lab.lab import Lab, checked_seeds
from halfmoon.lab.results import Comparison
from halfmoon.lab.run import Watcher
from halfmoon.lab.settings import Setting, canonical

if TYPE_CHECKING:
    import optuna

Space = Mapping[str, Any] | Callable[["optuna.Trial"], Setting]
"""What is searched: for each parameter a list of values, a range, or a distribution of Optuna's; or a function of a trial."""


@dataclass(frozen=True, eq=False)
class Search(Comparison):
    """A comparison of the settings that were tried.

    Attributes
    ----------
    runs, settings, factors, seeds, data, folder
        As in :class:`Comparison`.
    study : optuna.Study
        Its trials, its parameters' importances and so on; ``study.best_params`` go into the estimator as they are.

    Examples
    --------
    >>> found = hm.search(lambda trial: {"alpha": trial.suggest_float("alpha", 0, 1)}, X, y, trials=2, seeds=1, epochs=2)
    >>> len(found.settings), len(found.study.trials)
    (2, 2)
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
    name: str = "",
    feature_names: Iterable[str] | None = None,
) -> Search:
    """Search for the setting with the highest mean score over the seeds; needs the extra ``optuna``.

    Parameters
    ----------
    space : dict, or callable
        For each parameter a list of values, a ``range``, or a distribution such as
        ``optuna.distributions.FloatDistribution(1e-4, 1, log=True)``. A callable gets an ``optuna.Trial`` and returns a setting.
    X, y, X_test, y_test, test_size, split_seed, task, estimator, epochs, folder, executor, threads, watcher, name, feature_names
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
        How many settings are proposed before the first of them is evaluated; by default one for each thread.

    Returns
    -------
    Search
        The comparison of all settings of the study that this folder, or this call, has runs of; with the study.

    Raises
    ------
    InputError
        When an argument cannot be used, or Optuna is not installed.

    Examples
    --------
    >>> def space(trial):
    ...     return {"learning_rate_init": trial.suggest_float("rate", 1e-3, 1e-1, log=True)}
    ...
    >>> found = hm.search(space, X, y, trials=3, seeds=2, epochs=5)
    >>> list(found.study.best_params)
    ['learning_rate_init']
    """
    try:
        import optuna  # noqa: PLC0415 - an extra

        from halfmoon.lab.trials import SettingStudy, Trials, suggester  # noqa: PLC0415
    except ImportError:
        raise InputError(f"hm.search needs Optuna: {install_command('optuna')}") from None
    total, numbers = checks.whole("trials", trials), checked_seeds(seeds)
    found = Lab(
        X, y, estimator=estimator, epochs=epochs, folder=folder, X_test=X_test, y_test=y_test, test_size=test_size,
        split_seed=split_seed, task=task, executor=executor, threads=threads, name=name, feature_names=feature_names,
    )  # fmt: skip
    suggest = space if callable(space) else suggester(space)
    if storage is None and found.store is not None:
        storage = f"sqlite:///{(found.store.folder / 'study.db').resolve()}"
    opened = optuna.storages.get_storage(storage)
    name = study_name or _name(found, space, numbers)
    optuna.create_study(study_name=name, storage=opened, direction="maximize", load_if_exists=True)
    study = SettingStudy(name, opened, suggest=suggest, sampler=sampler, pruner=pruner or optuna.pruners.NopPruner())
    if sampler is None:  # one that goes on must not propose again what it began with
        study.sampler = optuna.samplers.TPESampler(seed=len(study.get_trials(deepcopy=False)))
    watcher, at_once = watcher or Watcher(), at_once or thread_count(threads)
    configurations = Trials(found, study, suggest, numbers, watcher, at_once, rounds=pruner is not None).until(total)
    return Search(**found.comparison(configurations, numbers), study=study)


def _name(found: Lab, space: Space, seeds: list[int]) -> str:
    """Return the name of a study, the same for the same search."""
    if isinstance(space, Mapping):
        spelled: Any = sorted((name, repr(values)) for name, values in space.items())
    else:
        spelled = getattr(space, "__qualname__", "space")
    text = canonical([found.problem.digest, found.configure({}).identity, seeds, spelled])
    return f"halfmoon-{hashlib.blake2b(text.encode(), digest_size=8).hexdigest()}"
