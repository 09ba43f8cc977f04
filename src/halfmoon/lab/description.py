"""What a comparison says of itself beside its runs: which data it is about, and how all of its settings train."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from typing import Any

from halfmoon.estimators import network_builder
from halfmoon.lab.problem import Problem
from halfmoon.lab.settings import Configuration, canonical, display_value
from halfmoon.optimizers.contract import FirstOrder


def described(problem: Problem, configurations: Sequence[Configuration], seeds: Sequence[int], name: str) -> dict[str, Any]:
    """Return what there is to say and to draw of the data: see the ``data`` of :class:`halfmoon.lab.Comparison`."""
    return {
        "name": name,
        "identity": _identity(problem, configurations, seeds),
        "task": problem.task,
        "score_name": problem.score_name,
        "classes": [str(each) for each in problem.classes.tolist()],
        "feature_names": list(problem.feature_names),
        "bounds": problem.bounds,
        "points": problem.points(problem.X_test),
        "labels": problem.compact(problem.y_test),
        "train_points": problem.points(problem.X),
        "train_labels": problem.compact(problem.y),
        "extent": problem.extent,
        "training": _training(problem, configurations),
    }


def _identity(problem: Problem, configurations: Sequence[Configuration], seeds: Sequence[int]) -> str:
    """Return a hash that is the same for the same data, trained in the same ways, in whatever order those are given."""
    what = [sorted(each.identity for each in configurations), sorted(seeds), problem.digest]
    return hashlib.blake2b(canonical(what).encode(), digest_size=16).hexdigest()


def _training(problem: Problem, configurations: Sequence[Configuration]) -> dict[str, list[Any]]:
    """Return how the settings train: by topic, each value that some of them have."""
    estimators, rows = [each.estimator for each in configurations], len(problem.X)
    return {
        "loss": _different(str(display_value(each.loss)) for each in estimators),
        "optimiser": _different(map(_optimizer, estimators)),
        "batch size": _different(_batch(each, rows) for each in estimators),
        "epochs": _different(each.epochs for each in configurations),
    }


def _different(values: Iterable[Any]) -> list[Any]:
    return list(dict.fromkeys(values))


def _optimizer(estimator: Any) -> tuple[str, float]:
    """Return a solver's name and, where it is given one, its momentum; a rate is often what is compared."""
    if not isinstance(estimator.solver, str):
        return repr(estimator.solver), 0.0
    return estimator.solver, float(estimator.momentum) if estimator.solver == "sgd" else 0.0


def _batch(estimator: Any, rows: int) -> int | None:
    """Return how many rows an update takes; None where it takes all of them."""
    size = min(200, rows) if estimator.batch_size == "auto" else estimator.batch_size
    first_order = isinstance(network_builder.optimizer(estimator), FirstOrder)
    return min(size, rows) if first_order and size is not None and size < rows else None
