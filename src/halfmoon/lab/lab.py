"""What a comparison and a search work with: data, an estimator and a way to train; a run that is there already is not made again."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from sklearn.base import clone

from halfmoon.base import checks
from halfmoon.base.errors import InputError
from halfmoon.data.split import LARGEST_SEED
from halfmoon.data.targets import task_of
from halfmoon.lab.description import described
from halfmoon.lab.dispatch import LostWorkersError, Task, run_tasks
from halfmoon.lab.problem import GRID, problem
from halfmoon.lab.run import RunResult, Watcher
from halfmoon.lab.settings import Configuration, Setting, configure, factors
from halfmoon.lab.store import HEAD, Store
from halfmoon.lab.worker import SNAPSHOTS
from halfmoon.tabular.recipe import ESTIMATORS


class Lab:
    """Data, an estimator, and a way to train: what is asked for is trained once.

    Parameters
    ----------
    X, y, estimator, epochs, folder, X_test, y_test, test_size, split_seed, task, executor, threads, name, feature_names
        As :func:`halfmoon.compare` and :func:`halfmoon.search` take them; all of them are checked.

    Attributes
    ----------
    problem : Problem
    estimator : object
        What settings change.
    store : Store or None
    found : dict of str to RunResult
        Runs by key.
    """

    def __init__(
        self, X: Any, y: Any, *, estimator: Any, epochs: int | None, folder: str | os.PathLike[str] | None, X_test: Any, y_test: Any,
        test_size: float, split_seed: int, task: str | None, executor: Any, threads: int | None, name: str = "", feature_names: Any = None,
    ) -> None:  # fmt: skip
        self.name: str = checks.instance("name", name, str, "text")
        if estimator is not None:
            checks.instance("estimator", estimator, tuple(ESTIMATORS.values()), "an MLPClassifier, an MLPRegressor, or None")
            task = "regression" if isinstance(estimator, ESTIMATORS["regression"]) else "classification"
        task, _ = task_of(y, task)
        checks.optional(checks.whole)("threads", threads)
        self.estimator = ESTIMATORS[task]() if estimator is None else estimator
        if epochs is not None:
            self.estimator = clone(self.estimator).set_params(max_iter=checks.whole("epochs", epochs))
        checks.whole("split_seed", split_seed, least=0)
        self.problem = problem(X, y, X_test=X_test, y_test=y_test, test_size=test_size, split_seed=split_seed, task=task)
        self.problem = self.problem.named(feature_names)
        self.store = None if folder is None else Store(folder)
        self.executor, self.threads = executor, threads
        self.found: dict[str, RunResult] = {}

    def configure(self, setting: Setting) -> Configuration:
        """Return a setting, checked."""
        return configure(self.estimator, setting, self.problem)

    def run(self, configurations: Sequence[Configuration], seeds: Sequence[int], watcher: Watcher) -> None:
        """Make the runs of configurations with seeds that are not there yet."""
        watcher.on_start([each.setting for each in configurations], seeds)
        indices: dict[str, list[int]] = {}  # equal settings share their runs
        missing: dict[str, Task] = {}
        for index, each in enumerate(configurations):
            for seed in seeds:
                key = each.key(self.problem, seed)
                indices.setdefault(key, []).append(index)
                missing.setdefault(key, (each, seed))

        def collect(run: RunResult) -> None:
            kept = run.key in self.found  # where it was stored before
            if self.store is not None and not kept:
                self.store.keep(run)
            self.found[run.key] = run
            for index in indices[run.key]:
                watcher.on_run(index, replace(run, setting=configurations[index].setting), kept=kept)

        for key, task in list(missing.items()):
            run = self.stored(task)
            if run is not None:
                collect(run)
                del missing[key]
        if self.store is not None:
            rows = len(self.problem.y_test)
            self.store.check_room(sum(HEAD + SNAPSHOTS * (GRID**2 + 16) + 4 * (each.epochs + rows) for each, _ in missing.values()))
        before = len(self.found)
        try:
            run_tasks(self.executor, self.problem, missing.values(), self.stored, collect, threads=self.threads)
        except (InputError, LostWorkersError) as error:
            kept = f"{len(self.found) - before} of {len(missing)} runs were made and are kept; the same call goes on from there"
            raise type(error)(f"{error}; {kept if self.store is not None else 'no folder was given, so no run is kept'}") from error

    def stored(self, task: Task) -> RunResult | None:
        """Return a run that was made before, by this lab or any other one in the folder."""
        key = task[0].key(self.problem, task[1])
        if key not in self.found and self.store is not None and (run := self.store.find(key)) is not None:
            self.found[key] = run
        return self.found.get(key)

    def comparison(self, configurations: Sequence[Configuration], seeds: Sequence[int]) -> dict[str, Any]:
        """Return the fields of the :class:`Comparison` of configurations that were run."""
        settings = [each.setting for each in configurations]
        keys = [(each, each.key(self.problem, seed)) for each in configurations for seed in seeds]
        runs = [replace(self.found[key], setting=each.setting) for each, key in keys if key in self.found]
        folder = None if self.store is None else self.store.folder
        return {"runs": runs, "settings": settings, "factors": factors(settings), "seeds": list(seeds), "folder": folder,
                "data": described(self.problem, configurations, seeds, self.name)}  # fmt: skip


def checked_seeds(seeds: Any) -> list[int]:
    """Return the seeds that a number of them, or a list, stands for."""
    if not isinstance(seeds, Iterable):
        return list(range(checks.whole("seeds", seeds)))
    found = [checks.whole("seeds", seed, least=0) for seed in seeds]
    if not found or len(set(found)) < len(found) or max(found) > LARGEST_SEED:
        raise checks.fail("seeds", seeds, "a number of seeds, or a list of different whole numbers")
    return found
