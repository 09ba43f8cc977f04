"""What a comparison says of itself beside its runs: which data it is about, and how all of its settings train."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from typing import Any

from halfmoon.estimators import network_builder
from halfmoon.lab.problem import Problem
from halfmoon.lab.settings import Configuration, canonical, display_value
from halfmoon.optimizers.contract import FirstOrder

MOST_VALUES = 4
"""Of what differs between settings so many values are named."""


def described(problem: Problem, configurations: Sequence[Configuration], seeds: Sequence[int], name: str) -> dict[str, Any]:
    """Return what there is to say and to draw of the data: see the ``data`` of :class:`halfmoon.lab.Comparison`."""
    return {
        "name": name,
        "identity": _identity(problem, configurations, seeds),
        "task": problem.task,
        "score_name": problem.score_name,
        "classes": [str(each) for each in problem.classes.tolist()],
        "feature_names": list(problem.feature_names),
        "axes": _axes(problem.feature_names),
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


def _axes(names: Sequence[str]) -> list[str]:
    """Return what the axes of the maps are: two columns, or components of more; a lone one has no map."""
    return list(names) if len(names) <= 2 else ["1st principal component", "2nd principal component"]  # noqa: PLR2004 - a plane


def _training(problem: Problem, configurations: Sequence[Configuration]) -> dict[str, str]:
    """Return how the settings train, in words by topic; where they differ, their values."""
    estimators, rows = [each.estimator for each in configurations], len(problem.X)
    return {
        "loss": _together(str(display_value(each.loss)) for each in estimators),
        "optimiser": _together(map(_optimizer, estimators)),
        "batch size": _together(_batch(each, rows) for each in estimators),
        "epochs": _together(f"at most {each.epochs:,}" for each in configurations),
    }


def _together(values: Iterable[str]) -> str:
    found = list(dict.fromkeys(values))
    return " or ".join(found) if len(found) <= MOST_VALUES else f"{len(found)} values"


def _optimizer(estimator: Any) -> str:
    """Return a solver by its name and, where it is given one, its momentum; a rate is often what is compared."""
    if not isinstance(estimator.solver, str):
        return repr(estimator.solver)
    momentum = f" with momentum {estimator.momentum:g}" if estimator.solver == "sgd" and estimator.momentum else ""
    return f"{estimator.solver}{momentum}"


def _batch(estimator: Any, rows: int) -> str:
    """Return how many rows an update takes."""
    size = min(200, rows) if estimator.batch_size == "auto" else estimator.batch_size
    first_order = isinstance(network_builder.optimizer(estimator), FirstOrder)
    return f"{min(size, rows):,}" if first_order and size is not None and size < rows else "all rows"
