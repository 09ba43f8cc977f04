"""Points that a person adds and removes by hand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from halfmoon.base import checks
from halfmoon.base.errors import InputError
from halfmoon.playground.session.limits import Limits
from halfmoon.playground.session.problem import Points, Problem

LARGEST = 1e6
"""A coordinate may be so large."""

RADIUS = 0.1
"""Around a place from which points are removed, where nothing else is said."""


def to_draw_on(found: Problem) -> Points:
    """Return the points of a problem as ones that may be added to.

    Raises
    ------
    InputError
        When they have numbers for targets, or more than two columns.
    """
    if not found.classes:
        raise InputError("points must be of classes to be drawn, these data have numbers; choose data of classes first")
    if found.points.X.shape[1] != 2:  # noqa: PLR2004 - a plane
        raise InputError(f"points must have two coordinates to be drawn, these data have {found.points.X.shape[1]} columns")
    return replace(found.points, said=(), extent=found.limits)


def with_points(points: Points, given: Any, limits: Limits) -> Points:
    """Return points and those that a message adds, ``[[x1, x2, class], ...]``."""
    rows = _rows("add", given, 3)
    if len(points.X) + len(rows) > limits.rows:
        raise InputError(f"add must leave at most {limits.rows:,} points, got {len(points.X) + len(rows):,}")
    if not len(rows):
        return points
    labels = rows[:, 2]
    if (labels != np.floor(labels)).any() or labels.min() < 0 or labels.max() >= limits.classes:
        raise InputError(f"add must have classes from 0 to {limits.classes - 1}, got {labels.min():g} to {labels.max():g}")
    classes = (*points.classes, *map(str, range(len(points.classes), int(labels.max()) + 1)))
    return replace(points, X=np.vstack([points.X, rows[:, :2]]), y=np.append(points.y, labels.astype(points.y.dtype)), classes=classes)


def without_points(points: Points, given: Any, radius: Any) -> Points:
    """Return points without those that lie around the places of a message, ``[[x1, x2], ...]``."""
    places = _rows("remove", given, 2)
    reach = checks.Between(0, LARGEST)("radius", RADIUS if radius is None else radius)
    kept = np.ones(len(points.X), bool)
    for place in places:
        kept &= np.hypot(*(points.X - place).T) > reach
    return points if kept.all() else replace(points, X=points.X[kept], y=points.y[kept])


MOST_AT_ONCE = 1000
"""Points of one message."""


def _rows(name: str, given: Any, width: int) -> Any:
    """Return the rows of numbers in a message."""
    items: Sequence[Any] = checks.instance(name, [] if given is None else given, (list, tuple), f"a list of lists of {width} numbers")
    if len(items) > MOST_AT_ONCE:
        raise InputError(f"{name} must have at most {MOST_AT_ONCE} points, got {len(items):,}")
    rows = []
    for item in items:
        if not isinstance(item, list | tuple) or len(item) != width:
            raise checks.fail(name, item, f"a list of lists of {width} numbers")
        rows.append([checks.Between(-LARGEST, LARGEST)(name, each) for each in item])
    return np.array(rows, float).reshape(-1, width)
