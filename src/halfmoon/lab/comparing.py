"""Comparing settings: what is there already is taken from the folder, the rest is trained and kept as it comes."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from halfmoon import checks
from halfmoon.errors import InputError
from halfmoon.lab import executing
from halfmoon.lab.executing import LostWorkersError, Task
from halfmoon.lab.looking import SNAPSHOTS
from halfmoon.lab.problem import GRID, TASKS, Problem, find_task, problem
from halfmoon.lab.results import Comparison, Run
from halfmoon.lab.settings import Plan, Setting, factors, plan, spelled_out
from halfmoon.lab.store import HEAD, Store
from halfmoon.lab.watching import Watcher

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
    found : dict of str to Run
        Runs by key.
    """

    problem: Problem
    estimator: Any
    store: Store | None = None
    executor: Any = None
    threads: int | None = None
    found: dict[str, Run] = field(default_factory=dict)

    def plan(self, setting: Setting) -> Plan:
        """Return a setting, checked."""
        return plan(self.estimator, setting, self.problem)

    def run(self, plans: Sequence[Plan], seeds: Sequence[int], watcher: Watcher) -> None:
        """Make the runs of plans with seeds that are not there yet."""
        watcher.on_start([each.setting for each in plans], seeds)
        places: dict[str, list[int]] = {}  # equal settings share their runs
        lacking: dict[str, Task] = {}
        for place, each in enumerate(plans):
            for seed in seeds:
                key = each.key(self.problem, seed)
                places.setdefault(key, []).append(place)
                lacking.setdefault(key, (each, seed))

        def take(run: Run, *, kept: bool) -> None:
            if self.store is not None and not kept:
                self.store.keep(run)
            self.found[run.key] = run
            for place in places[run.key]:
                watcher.on_run(place, replace(run, setting=plans[place].setting), kept=kept)

        for key, task in list(lacking.items()):
            run = self.stored(task)
            if run is not None:
                take(run, kept=True)
                del lacking[key]
        if self.store is not None:
            self.store.check_room(sum(self._bytes(each) for each, _ in lacking.values()))
        self._train(list(lacking.values()), take)

    def _train(self, tasks: list[Task], take: executing.Take) -> None:
        before = len(self.found)
        try:
            if self.executor is None:
                executing.here(self.problem, tasks, self.stored, take, threads=self.threads)
            else:
                executing.elsewhere(self.executor, self.problem, tasks, take)
        except (InputError, LostWorkersError) as error:
            made = len(self.found) - before
            kept = f"{made} of {len(tasks)} runs were made and are kept; the same call goes on from there"
            raise type(error)(f"{error}; {kept if self.store is not None else 'no folder was given, so no run is kept'}") from error

    def stored(self, task: Task) -> Run | None:
        """Return a run that was made before, by this lab or any other one in the folder."""
        key = task[0].key(self.problem, task[1])
        if key not in self.found and self.store is not None:
            run = self.store.find(key)
            if run is not None:
                self.found[key] = run
        return self.found.get(key)

    def _bytes(self, each: Plan) -> int:
        """Return how much the file of a run takes at most, about."""
        return HEAD + SNAPSHOTS * (GRID * GRID + 16) + 4 * each.epochs + 4 * len(self.problem.y_test)

    def comparison(self, plans: Sequence[Plan], seeds: Sequence[int]) -> dict[str, Any]:
        """Return the fields of the :class:`Comparison` of plans that were run."""
        settings = [each.setting for each in plans]
        keys = [(each, each.key(self.problem, seed)) for each in plans for seed in seeds]
        runs = [replace(self.found[key], setting=each.setting) for each, key in keys if key in self.found]
        folder = None if self.store is None else self.store.folder
        return {"runs": runs, "settings": settings, "factors": factors(settings), "seeds": list(seeds), "data": described(self.problem),
                "folder": folder}  # fmt: skip


def described(data: Problem) -> dict[str, Any]:
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
        from sklearn.base import clone  # noqa: PLC0415

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


def compare(
    grid: Mapping[str, Iterable[Any]] | Iterable[Mapping[str, Any]],
    X: Any,
    y: Any,
    *,
    seeds: int | Iterable[int] = 5,
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
    watcher: Watcher | None = None,
) -> Comparison:
    """Train every setting of a grid with several seeds, and compare them on rows that are held out.

    Parameters
    ----------
    grid : dict of lists, or list of dicts
        Parameters of :class:`MLPClassifier` or :class:`MLPRegressor`: every combination of a dict's lists, or the settings
        themselves.
    X : array-like or sparse matrix, shape (n, features)
    y : array-like, shape (n,)
    seeds : int or list of int
        How many, or which: ``random_state`` of the runs of each setting.
    folder : str or path-like, optional
        Where each run is kept as soon as it is finished. The same call goes on where one before was interrupted, and a run that
        is there is not made again; one with another setting, seed, data or version of Halfmoon is. Without a folder nothing is
        kept.
    estimator : MLPClassifier or MLPRegressor, optional
        What the settings change; by default the one for ``task``.
    epochs : int, optional
        ``max_iter`` of the estimator.
    X_test, y_test : array-like, optional
        Rows to take scores on; without them a share of X and y is held out, the same in all runs.
    test_size : float
        That share.
    split_seed : int
        What draws it.
    task : {"classification", "regression"}, optional
        By default what y looks like.
    executor : concurrent.futures.Executor or dask.distributed.Client, optional
        Where to train; by default in this process, several runs at a time, each on one thread of compiled code.
    threads : int, optional
        How many at a time in this process; by default ``HALFMOON_THREADS`` or one for each core.
    watcher : halfmoon.lab.Watcher, optional
        Hears of each run.

    Returns
    -------
    Comparison
        After Ctrl-C with the runs that were finished. A training that diverged is a run like another, without a score.

    Raises
    ------
    InputError
        When an argument cannot be used, before anything is trained; or a run cannot be written.
    LostWorkersError
        When the executor breaks down; what was finished is kept.

    Examples
    --------
    >>> found = hm.compare({"hidden_layer_sizes": [(8,), (64, 32, 16)], "learning_rate_init": [0.01, 0.8]}, X, y, seeds=5)
    >>> found.table()
    """
    numbers = checked_seeds(seeds)
    found = lab(
        X, y, estimator=estimator, epochs=epochs, folder=folder, X_test=X_test, y_test=y_test, test_size=test_size,
        split_seed=split_seed, task=task, executor=executor, threads=threads,
    )  # fmt: skip
    plans = [found.plan(setting) for setting in spelled_out(grid)]
    found.run(plans, numbers, watcher or Watcher())
    return Comparison(**found.comparison(plans, numbers))
