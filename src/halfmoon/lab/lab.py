"""What a comparison and a search work with: data, an estimator and a way to train; a run that is there already is not made again."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from sklearn.base import clone

from halfmoon.base import checks
from halfmoon.base.errors import InputError
from halfmoon.lab import dispatch
from halfmoon.lab.dispatch import LostWorkersError, Task
from halfmoon.lab.problem import GRID, TASKS, Problem, find_task, problem
from halfmoon.lab.run import RunResult
from halfmoon.lab.settings import Configuration, Setting, configure, factors
from halfmoon.lab.snapshots import SNAPSHOTS
from halfmoon.lab.store import HEAD, Store
from halfmoon.lab.watcher import Watcher

LARGEST_SEED = 2**32 - 1  # of NumPy's RandomState


@dataclass
class Lab:
    """Data, an estimator, and a way to train: what is asked for is trained once.

    Attributes
    ----------
    problem : Problem
    estimator : object
        What settings change.
    store : Store or None
    executor : Executor, client of Dask's, or None
    threads : int or None
    found : dict of str to RunResult
        Runs by key.
    """

    problem: Problem
    estimator: Any
    store: Store | None = None
    executor: Any = None
    threads: int | None = None
    found: dict[str, RunResult] = field(default_factory=dict)

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

        def collect(run: RunResult, *, kept: bool) -> None:
            if self.store is not None and not kept:
                self.store.keep(run)
            self.found[run.key] = run
            for index in indices[run.key]:
                watcher.on_run(index, replace(run, setting=configurations[index].setting), kept=kept)

        for key, task in list(missing.items()):
            run = self.stored(task)
            if run is not None:
                collect(run, kept=True)
                del missing[key]
        if self.store is not None:
            self.store.check_room(sum(self._bytes(each) for each, _ in missing.values()))
        self._train(list(missing.values()), collect)

    def _train(self, tasks: list[Task], collect: dispatch.Collect) -> None:
        before = len(self.found)
        try:
            if self.executor is None:
                dispatch.run_locally(self.problem, tasks, self.stored, collect, threads=self.threads)
            else:
                dispatch.run_on_executor(self.executor, self.problem, tasks, collect)
        except (InputError, LostWorkersError) as error:
            made = len(self.found) - before
            kept = f"{made} of {len(tasks)} runs were made and are kept; the same call goes on from there"
            raise type(error)(f"{error}; {kept if self.store is not None else 'no folder was given, so no run is kept'}") from error

    def stored(self, task: Task) -> RunResult | None:
        """Return a run that was made before, by this lab or any other one in the folder."""
        key = task[0].key(self.problem, task[1])
        if key not in self.found and self.store is not None:
            run = self.store.find(key)
            if run is not None:
                self.found[key] = run
        return self.found.get(key)

    def _bytes(self, each: Configuration) -> int:
        """Return how much the file of a run takes at most, about."""
        return HEAD + SNAPSHOTS * (GRID * GRID + 16) + 4 * each.epochs + 4 * len(self.problem.y_test)

    def comparison(self, configurations: Sequence[Configuration], seeds: Sequence[int]) -> dict[str, Any]:
        """Return the fields of the :class:`Comparison` of configurations that were run."""
        settings = [each.setting for each in configurations]
        keys = [(each, each.key(self.problem, seed)) for each in configurations for seed in seeds]
        runs = [replace(self.found[key], setting=each.setting) for each, key in keys if key in self.found]
        folder = None if self.store is None else self.store.folder
        return {"runs": runs, "settings": settings, "factors": factors(settings), "seeds": list(seeds), "data": _described(self.problem),
                "folder": folder}  # fmt: skip


def _described(data: Problem) -> dict[str, Any]:
    """Return what there is to say and to draw of the data."""

    def numbers(y: checks.Array) -> checks.Array:
        return y.astype(np.float32) if data.task == "regression" else np.searchsorted(data.classes, y).astype(np.int16)

    return {
        "task": data.task,
        "score_name": data.score_name,
        "classes": [str(each) for each in data.classes.tolist()],
        "feature_names": list(data.feature_names),
        "bounds": data.bounds,
        "points": data.points(data.X_test),
        "labels": numbers(data.y_test),
        "train_points": data.points(data.X),
        "train_labels": numbers(data.y),
        "extent": data.extent,
    }


def lab(
    X: Any, y: Any, *, estimator: Any, epochs: int | None, folder: str | os.PathLike[str] | None, X_test: Any, y_test: Any,
    test_size: float, split_seed: int, task: str | None, executor: Any, threads: int | None,
) -> Lab:  # fmt: skip
    """Return the lab for the arguments that :func:`compare` and :func:`halfmoon.search` share, all of them checked."""
    if estimator is not None:
        checks.instance("estimator", estimator, tuple(TASKS.values()), "an MLPClassifier, an MLPRegressor, or None")
        task = "regression" if isinstance(estimator, TASKS["regression"]) else "classification"
    found = checks.one_of("task", task, TASKS) if task is not None else find_task(y)
    checks.optional(checks.whole)("threads", threads)
    base = TASKS[found]() if estimator is None else estimator
    if epochs is not None:
        base = clone(base).set_params(max_iter=checks.whole("epochs", epochs))
    checks.whole("split_seed", split_seed, least=0)
    data = problem(X, y, X_test=X_test, y_test=y_test, test_size=test_size, split_seed=split_seed, task=found)
    return Lab(data, base, None if folder is None else Store(folder), executor, threads)


def checked_seeds(seeds: Any) -> list[int]:
    """Return the seeds that a number of them, or a list, stands for."""
    if not isinstance(seeds, Iterable):
        return list(range(checks.whole("seeds", seeds)))
    found = [checks.whole("seeds", seed, least=0) for seed in seeds]
    if not found or len(set(found)) < len(found) or max(found) > LARGEST_SEED:
        raise checks.fail("seeds", seeds, "a number of seeds, or a list of different whole numbers")
    return found
