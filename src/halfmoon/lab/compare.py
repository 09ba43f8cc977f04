"""Comparing settings: each is trained with several seeds, and kept as it comes."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from typing import Any

from halfmoon.lab.lab import Lab, checked_seeds
from halfmoon.lab.results import Comparison
from halfmoon.lab.run import Watcher
from halfmoon.lab.settings import spelled_out


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
    name: str = "",
    feature_names: Iterable[str] | None = None,
) -> Comparison:
    """Train every setting of a grid with several seeds, and compare them on rows that are held out.

    Parameters
    ----------
    grid : dict of lists, or list of dicts
        Parameters of :class:`MLPClassifier` or :class:`MLPRegressor`: every combination of a dict's lists, or the settings
        themselves.
    X : array-like or sparse matrix, shape (n, features)
        Rows, of which some are held out.
    y : array-like, shape (n,)
        Their targets.
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
        Is called with each run.
    name : str
        Of the data, for the report.
    feature_names : iterable of str, optional
        Of the columns of X, for the report; by default those of a data frame, or x1, x2 and so on.

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
    >>> found = hm.compare({"hidden_layer_sizes": [(8,), (16, 8)], "learning_rate_init": [0.01, 0.1]}, X, y, seeds=2, epochs=5)
    >>> found.table().shape[0]
    4
    """
    numbers = checked_seeds(seeds)
    found = Lab(
        X, y, estimator=estimator, epochs=epochs, folder=folder, X_test=X_test, y_test=y_test, test_size=test_size,
        split_seed=split_seed, task=task, executor=executor, threads=threads, name=name, feature_names=feature_names,
    )  # fmt: skip
    configurations = [found.configure(setting) for setting in spelled_out(grid)]
    found.run(configurations, numbers, watcher or Watcher())
    return Comparison(**found.comparison(configurations, numbers))
