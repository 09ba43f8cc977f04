"""The data of a session: rows to train and to test on, and the plane that they are shown on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from halfmoon.base.checks import Array
from halfmoon.base.errors import InputError
from halfmoon.playground.session import datasets, formula
from halfmoon.playground.session.limits import Limits
from halfmoon.playground.session.settings import FieldError, Settings
from halfmoon.playground.session.translations import say
from halfmoon.predictions.plane import Plane, plane_of

MARGIN = 0.1
"""Around the points, as a share of what they span."""


@dataclass(frozen=True, eq=False)
class Points:
    """Rows before they are split: from a draw, from a person's clicks, or from a table.

    Attributes
    ----------
    X : ndarray, shape (n, d)
    y : ndarray, shape (n,)
        Class numbers or numbers.
    classes : tuple of str
        Names of the classes; none where y is numbers.
    names : tuple of str
        Of the columns of X.
    said : tuple of str
        What was guessed, left out or changed.
    extent : ndarray, shape (2, 2), or None
        Coordinates that a map of them must show at least, for each axis from and to.
    """

    X: Array
    y: Array
    classes: tuple[str, ...] = ()
    names: tuple[str, ...] = ("x1", "x2")
    said: tuple[str, ...] = ()
    extent: Array | None = None


@dataclass(frozen=True, eq=False)
class Problem:
    """The data that the networks of a session are trained on.

    Attributes
    ----------
    X, y : ndarray, shape (n, d) and (n,)
        To train on; as they go into the network.
    test_rows, test_y : ndarray
        Held out; may have no rows.
    points : Points
        All rows as they were before they were split and standardised.
    test : ndarray of bool, shape (n_all,)
        Which of those are held out.
    plane : Plane
        Of the maps, in the coordinates of the points.
    limits : ndarray, shape (2, 2)
        Lowest and highest coordinate of the maps, for each axis.
    mean, scale : ndarray, shape (d,), or None
        What was subtracted and divided by, of the rows to train on; None where nothing was.
    """

    X: Array
    y: Array
    test_rows: Array
    test_y: Array
    points: Points
    test: Array
    plane: Plane
    limits: Array
    mean: Array | None = None
    scale: Array | None = None

    @property
    def classes(self) -> int:
        """How many classes there are; 0 where the targets are numbers."""
        return len(self.points.classes)

    @property
    def missing(self) -> str | None:
        """Why nothing can be trained on these rows; None where something can."""
        if len(self.X) < 2:  # noqa: PLR2004 - one row shows nothing
            return "data must have at least 2 points to train on, add some"
        if self.classes and self.y.min() == self.y.max():
            return "data must have points of at least two classes to train on, add some of another class"
        return None

    def inputs(self, coordinates: Array) -> Array:
        """Return what goes into a network for coordinates on the plane, (n, 2)."""
        return self.standardised(self.plane.rows_at(coordinates))

    def standardised(self, X: Array) -> Array:
        """Return rows, (n, d), as they go into a network."""
        return X if self.mean is None else (X - self.mean) / self.scale


def problem(settings: Settings, points: Points | None, limits: Limits) -> Problem:
    """Return the data that settings ask for.

    Parameters
    ----------
    settings : dict
        Of the group data, checked.
    points : Points, optional
        For data that is not drawn at random: a person's own, or a table's.
    limits : Limits

    Raises
    ------
    FieldError
        When there are no such data, or their rows are too large.
    """
    kind = settings["data.kind"]
    given = _drawn(settings) if points is None or kind in {*datasets.DRAWN, "rule"} else points
    if len(given.X) > limits.rows:
        raise FieldError(f"data.rows must be at most {limits.rows:,}, got {len(given.X):,}", "data.rows")
    test = _held_out(given, settings["data.test_share"], settings["data.seed"])
    X, held_out, mean, scale = given.X[~test], given.X[test], None, None
    if settings["data.standardise"] and len(X):
        mean, scale = X.mean(axis=0), X.std(axis=0)
        scale = np.where(scale > 0, scale, 1.0)
        X, held_out = (X - mean) / scale, (held_out - mean) / scale
    plane = _plane(given)
    limits_ = _limits(plane.project(given.X), given.extent)
    return Problem(X, given.y[~test], held_out, given.y[test], given, test, plane, limits_, mean, scale)


def _drawn(settings: Settings) -> Points:
    """Return the points of a built-in kind, or of a person's rule."""
    kind, rows, noise, seed = (settings[f"data.{name}"] for name in ("kind", "rows", "noise", "seed"))
    if kind == "rule":
        X, noisy = datasets.square(rows, noise, seed)
        return Points(noisy, labels(rule(settings["data.rule"], "data.rule"), X), ("0", "1"))
    if kind not in datasets.DRAWN:
        return Points(np.empty((0, 2)), np.empty(0, int), ("0", "1"))
    more = (settings["data.classes"],) if kind == "blobs" else ()
    X, y = datasets.DRAWN[kind](rows, noise, seed, *more)
    count = 0 if kind in datasets.REGRESSION else settings["data.classes"] if kind == "blobs" else 2
    return Points(X, y, tuple(map(str, range(count))))


def rule(text: Any, field: str) -> Callable[[Array, Array], Any]:
    """Return what a typed rule, such as ``x2 > sin(x1)``, says of coordinates.

    Raises
    ------
    FieldError
        When it is none.
    """
    try:
        return formula.expression(text, ("x1", "x2"), field)
    except InputError as error:
        raise FieldError(error, field) from None


def labels(rule: Callable[[Array, Array], Any], X: Array) -> Array:
    """Return class 1 where a rule is true, or its number above 0, and else class 0."""
    found = np.broadcast_to(np.asarray(rule(X[:, 0], X[:, 1])), len(X))
    return (found if found.dtype == bool else found > 0).astype(int)


def _held_out(points: Points, share: float, seed: int) -> Array:
    """Return which rows are to test on."""
    test = np.zeros(len(points.X), bool)
    if share and len(points.X) > 2:  # noqa: PLR2004 - one for either part, and one to spare
        from halfmoon.data.split import split_rows  # noqa: PLC0415 - loads data frames

        try:
            test[split_rows(len(points.X), share, seed=seed, classes=points.y if points.classes else None)[1]] = True
        except InputError as error:
            raise FieldError(error, "data.test_share") from None
    return test


def _plane(points: Points) -> Plane:
    if points.X.shape[1] == 2:  # noqa: PLR2004 - the plane itself
        return Plane(np.zeros(2), np.eye(2), np.eye(2), list(points.names))
    return plane_of(points.X, "pca", points.names)


def _limits(points: Array, extent: Array | None) -> Array:
    """Return the lowest and highest coordinates of a map around points, which has room on all sides; those drawn on do not move."""
    if not len(points):
        return np.array([[-1.0, 1.0], [-1.0, 1.0]]) if extent is None else extent
    least, most = points.min(axis=0), points.max(axis=0)
    if extent is not None:
        return np.stack([np.minimum(least, extent[:, 0]), np.maximum(most, extent[:, 1])], axis=1)
    room = np.where(most > least, MARGIN * (most - least), 1.0)
    return np.stack([least - room, most + room], axis=1)


def description(problem: Problem, most: int) -> dict[str, Any]:
    """Return what the state says of the data: at most so many points, evenly taken, as float32."""
    points = problem.points
    shown = np.arange(len(points.X)) if len(points.X) <= most else np.linspace(0, len(points.X) - 1, most).round().astype(int)
    coordinates = problem.plane.project(points.X)[shown].astype(np.float32)
    y = points.y[shown] if problem.classes else points.y[shown].astype(np.float32)
    said = list(points.said)
    if len(shown) < len(points.X):
        said.append(say("{shown:,} of {rows:,} points are shown", shown=len(shown), rows=len(points.X)))
    scaling = None if problem.mean is None or problem.scale is None else {"mean": problem.mean.tolist(), "scale": problem.scale.tolist()}
    return {
        "points": [[float(f"{value:.7g}") for value in row] for row in coordinates.tolist()],
        "labels": [float(f"{value:.7g}") for value in y.tolist()] if not problem.classes else y.tolist(),
        "test": problem.test[shown].astype(int).tolist(),
        "rows": [int(row) for row in shown],
        "limits": problem.limits.tolist(),
        "names": problem.plane.names,
        "inputs": list(points.names),
        "classes": list(points.classes),
        "standardised": scaling,
        "said": said,
        "task": "classification" if problem.classes else "regression",
        "missing": problem.missing,
        "training_rows": len(problem.X),
        "test_rows": len(problem.test_rows),
    }
