"""The plane that a picture shows: two columns of a table, or the two directions in which its rows differ most."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from halfmoon.base import checks
from halfmoon.base.checks import Array
from halfmoon.base.errors import InputError

Limits = tuple[tuple[float, float], tuple[float, float]]


@dataclass(frozen=True)
class Plane:
    """A plane in the space of d columns.

    Attributes
    ----------
    origin : ndarray, shape (d,)
        Where both coordinates are 0.
    across : ndarray, shape (2, d)
        What a step along each coordinate adds to the columns.
    down : ndarray, shape (d, 2)
        From columns, less the origin, to coordinates.
    names : list of str
        Of the coordinates.
    """

    origin: Array
    across: Array
    down: Array
    names: list[str]

    def project(self, X: Array) -> Array:
        """Return the coordinates of rows, (n, 2)."""
        return (X - self.origin) @ self.down

    def lift(self, points: Array) -> Array:
        """Return the rows that lie at coordinates, (n, d)."""
        return self.origin + points @ self.across


def plane(X: Array, features: Any = None, names: Sequence[str] | None = None) -> Plane:
    """Return the plane to show rows on.

    Parameters
    ----------
    X : ndarray, shape (n, d)
    features : None, "pca" or two columns
        Two columns by place or name; the others stay at their medians. "pca": through the mean, along the two principal
        components of the standardised columns. None: the two columns there are, or "pca" where there are more.
    names : sequence of str, optional
        Of the columns.
    """
    wide = X.shape[1]
    known = [f"x{'₁₂'[place]}" if wide == 2 else f"x{place + 1}" for place in range(wide)] if names is None else list(names)  # noqa: PLR2004
    if wide < 2:  # noqa: PLR2004 - a plane
        raise InputError("X must have at least 2 columns, got 1")
    if (features is None and wide == 2) or (not isinstance(features, str) and features is not None):  # noqa: PLR2004
        one, other = (0, 1) if features is None else _places(features, known)
        origin = np.median(X, axis=0)
        origin[[one, other]] = 0
        across = np.eye(wide)[[one, other]]
        return Plane(origin, across, across.T, [known[one], known[other]])
    checks.one_of("features", "pca" if features is None else features, ("pca",))
    return _principal(X)


def _places(features: Any, known: list[str]) -> tuple[int, int]:
    """Return the places of two columns."""
    chosen = list(features) if isinstance(features, Sequence) else []
    places = [known.index(each) if each in known else each for each in chosen]
    if len(places) != 2 or places[0] == places[1] or not all(isinstance(each, int) and 0 <= each < len(known) for each in places):  # noqa: PLR2004
        raise checks.fail("features", features, f"'pca' or two columns of {', '.join(known[:6])}{', ...' if len(known) > 6 else ''}")  # noqa: PLR2004
    return places[0], places[1]


def _principal(X: Array) -> Plane:
    """Return the plane of the first two principal components of the standardised columns."""
    if len(X) < 2:  # noqa: PLR2004
        raise InputError("X must have at least two rows for a plane of principal components, got 1")
    mean, std = X.mean(axis=0), X.std(axis=0)
    std[std == 0] = 1
    _, sizes, directions = np.linalg.svd((X - mean) / std, full_matrices=False)
    first = directions[:2]
    first = first * np.sign(first[[0, 1], np.abs(first).argmax(axis=1)])[:, None]  # the largest entry is positive
    shares = sizes**2 / max((sizes**2).sum(), np.finfo(float).tiny)
    return Plane(mean, first * std, (first / std).T, [f"PC {place + 1} ({shares[place]:.0%})" for place in range(2)])


def grid(points: Array, resolution: int, margin: float, limits: Limits | None = None) -> tuple[Array, Array, Array]:
    """Return places along both coordinates around points, or between limits, and the points of the grid, (places², 2)."""
    places, room = checks.whole("resolution", resolution, least=2), checks.not_negative("margin", margin)
    if limits is None:
        x1, x2 = (_span(column, places, room) for column in points.T)
    else:
        x1, x2 = (np.linspace(*ends, places) for ends in _limits(limits))
    return x1, x2, np.stack(np.meshgrid(x1, x2), axis=-1).reshape(-1, 2)


def _limits(limits: Any) -> Limits:
    ends = np.asarray(limits, object)
    if ends.shape != (2, 2) or not all(checks.number("limits", low) < checks.number("limits", high) for low, high in ends):
        raise checks.fail("limits", limits, "((low, high), (low, high)) for the two axes")
    return tuple((float(low), float(high)) for low, high in ends)  # type: ignore[return-value]


def _span(column: Array, places: int, margin: float) -> Array:
    """Return places from the least to the greatest value and a margin beyond; a lone value gets room around it."""
    low, high = column.min(), column.max()
    room = margin * (high - low) if high > low else 1
    return np.linspace(low - room, high + room, places)


def columns(X: Any) -> list[str] | None:
    """Return the column names of a data frame; None of anything else."""
    return [str(name) for name in X.columns] if hasattr(X, "columns") else None


def framed(X: Any) -> Callable[[Array], Any]:
    """Return a function that makes rows a table of X's kind: what was fitted on a data frame wants one."""
    if not hasattr(X, "columns"):
        return lambda rows: rows
    names = list(X.columns)
    naming = "schema" if type(X).__module__.startswith("polars") else "columns"
    return lambda rows: type(X)(rows, **{naming: names})
