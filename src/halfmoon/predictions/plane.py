"""The plane that a picture shows: two columns of a table, or the two directions in which its rows differ most."""

from __future__ import annotations

from collections.abc import Sequence
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
        The row at which both coordinates are 0.
    basis : ndarray, shape (2, d)
        What a step of 1 along each coordinate adds to a row.
    projection : ndarray, shape (d, 2)
        From rows, less the origin, to coordinates.
    names : list of str
        Of the coordinates.
    """

    origin: Array
    basis: Array
    projection: Array
    names: list[str]

    def project(self, X: Array) -> Array:
        """Return the coordinates of rows, (n, 2)."""
        return (X - self.origin) @ self.projection

    def rows_at(self, points: Array) -> Array:
        """Return the rows, (n, d), that lie in the plane at coordinates, (n, 2)."""
        return self.origin + points @ self.basis


def plane_of(X: Array, features: Any = None, names: Sequence[str] | None = None) -> Plane:
    """Return the plane to show rows, (n, d), on.

    Parameters
    ----------
    features : None, "pca" or two columns
        Two columns by number or name; the others stay at their medians. "pca": through the mean, along the two principal
        components of the standardised columns. None: the two columns there are, or "pca" where there are more.
    names : sequence of str, optional

    Raises
    ------
    InputError
        When there is one column, or one row for "pca", or there are no such columns.
    """
    width = X.shape[1]
    if width < 2:  # noqa: PLR2004 - a plane
        raise InputError("X must have at least 2 columns, got 1")
    if names is None:
        names = ["x₁", "x₂"] if width == 2 else [f"x{number}" for number in range(1, width + 1)]  # noqa: PLR2004
    if features is None:
        features = (0, 1) if width == 2 else "pca"  # noqa: PLR2004
    if isinstance(features, str):
        checks.one_of("features", features, ("pca",))
        return _principal_plane(X)
    chosen = _column_indices(features, list(names))
    origin = np.median(X, axis=0)
    origin[chosen] = 0
    basis = np.eye(width)[chosen]
    return Plane(origin, basis, basis.T, [names[column] for column in chosen])


def _column_indices(features: Any, names: list[str]) -> list[int]:
    """Return the indices of two columns that are given by number or name."""
    given = list(features) if isinstance(features, Sequence) else []
    found = [names.index(each) if each in names else each for each in given]
    if len(found) != 2 or found[0] == found[1] or not all(isinstance(each, int) and 0 <= each < len(names) for each in found):  # noqa: PLR2004
        raise checks.fail("features", features, f"'pca' or two columns of {', '.join(names[:6])}{', ...' if len(names) > 6 else ''}")  # noqa: PLR2004
    return found


def _principal_plane(X: Array) -> Plane:
    """Return the plane of the first two principal components of the standardised columns."""
    if len(X) < 2:  # noqa: PLR2004
        raise InputError("X must have at least two rows for a plane of principal components, got 1")
    mean, std = X.mean(axis=0), X.std(axis=0)
    std[np.ptp(X, axis=0) == 0] = 1  # a constant column's own comes from rounding its mean, and would make it the largest of all
    standardised = (X - mean) / std
    if len(X) > X.shape[1]:  # the covariance is the smaller matrix: several times quicker
        _, variances, directions = np.linalg.svd(standardised.T @ standardised, hermitian=True)
    else:
        _, sizes, directions = np.linalg.svd(standardised, full_matrices=False)
        variances = sizes**2
    first = directions[:2]
    first = first * np.sign(first[[0, 1], np.abs(first).argmax(axis=1)])[:, None]  # the largest entry is positive
    shares = variances / max(variances.sum(), np.finfo(float).tiny)
    return Plane(mean, first * std, (first / std).T, [f"PC {number + 1} ({shares[number]:.0%})" for number in range(2)])


def grid(points: Array, resolution: int, margin: float, limits: Limits | None = None) -> tuple[Array, Array, Array]:
    """Return the coordinates x1 and x2 of a regular grid and its points, (resolution², 2), the lowest x2 first.

    It lies between limits, or around points (n, 2) with a margin, a share of what they span; a coordinate of one value alone
    gets 1 on both sides.
    """
    count, share = checks.whole("resolution", resolution, least=2), checks.not_negative("margin", margin)
    least, most = points.min(axis=0), points.max(axis=0)
    room = np.where(most > least, share * (most - least), 1)
    ends = np.stack([least - room, most + room], axis=1) if limits is None else _checked(limits)
    x1, x2 = (np.linspace(low, high, count) for low, high in ends)
    return x1, x2, np.stack(np.meshgrid(x1, x2), axis=-1).reshape(-1, 2)


def _checked(limits: Any) -> Array:
    ends = np.asarray(limits, object)
    if ends.shape != (2, 2) or not all(checks.number("limits", low) < checks.number("limits", high) for low, high in ends):
        raise checks.fail("limits", limits, "((low, high), (low, high)) for the two axes")
    return ends.astype(float)
