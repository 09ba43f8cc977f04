"""What every run of a comparison shares: the rows to train on, the rows that are held out, and a plane to look at."""

from __future__ import annotations

import hashlib
import warnings
from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from functools import cache, cached_property, partial
from typing import Any

import numpy as np
from sklearn.exceptions import DataConversionWarning
from sklearn.metrics import r2_score
from sklearn.utils import check_array, check_X_y, column_or_1d

from halfmoon.base import checks
from halfmoon.base.checks import Array
from halfmoon.base.errors import InputError
from halfmoon.data import split_rows
from halfmoon.estimators.targets import ClassTargets, NumberTargets, Targets
from halfmoon.predictions.plane import Plane, grid, plane_of

GRID = 32
"""Grid points a side of a map."""

MARGIN = 0.1
"""Room around the points of a map, as a share of what they span."""


@dataclass(frozen=True)
class Problem:
    """The data of a comparison.

    Attributes
    ----------
    X, y : ndarray, shape (n, features) and (n,)
        To train on.
    X_test, y_test : ndarray
        Held out: what scores are taken on.
    task : {"classification", "regression"}
    feature_names : tuple of str
    """

    X: Array
    y: Array
    X_test: Array
    y_test: Array
    task: str
    feature_names: tuple[str, ...]

    def named(self, feature_names: Any) -> Problem:
        """Return the same data with other names of the features; None leaves them as they are.

        Raises
        ------
        InputError
            When there is not one name for each feature.
        """
        if feature_names is None:
            return self
        names = tuple(checks.listed("feature_names", feature_names, str, "a list of names"))
        if len(names) != len(self.feature_names):
            raise InputError(f"feature_names must have one name for each of the {len(self.feature_names)} columns of X, got {len(names)}")
        return replace(self, feature_names=names)

    @property
    def score_name(self) -> str:
        """What scores are: the share of right classes, or the coefficient of determination."""
        return "accuracy" if self.task == "classification" else "r2"

    def score(self, truth: Array, predicted: Array) -> float:
        """Return how good predictions are; NaN where they are not finite."""
        if self.task == "classification":
            return float(np.mean(predicted == truth))
        return float(r2_score(truth, predicted)) if np.isfinite(predicted).all() else np.nan

    def compact(self, values: Array) -> Array:
        """Return targets or predictions as numbers of few bytes: of a classification the class numbers."""
        return values.astype(np.float32) if self.task == "regression" else np.searchsorted(self.classes, values).astype(np.int16)

    @cached_property
    def classes(self) -> Array:
        """The classes in order; of a regression none."""
        return np.unique(self.y) if self.task == "classification" else np.empty(0)

    def targets(self, estimator: Any) -> Targets:
        """Return what an estimator learns of the targets."""
        return self._class_targets if self.task == "classification" else NumberTargets.learn(self.y, estimator.quantiles)

    @cached_property
    def _class_targets(self) -> ClassTargets:
        return ClassTargets.learn(self.y)

    @cached_property
    def bounds(self) -> tuple[float, float]:
        """The least and the greatest number to be predicted: what 0 and 255 in a regression's maps stand for."""
        return (0.0, 1.0) if self.task == "classification" else (float(self.y.min()), float(self.y.max()))

    @cached_property
    def digest(self) -> str:
        """A hash of every byte that a run sees."""
        found = hashlib.blake2b(self.task.encode(), digest_size=16)
        for array in (self.X, self.y, self.X_test, self.y_test):
            plain = array if array.dtype.kind in "biuf" else array.astype(str)
            found.update(f"{plain.dtype.str}{plain.shape}".encode())
            found.update(np.ascontiguousarray(plain).tobytes())
        if self.X.shape[1] > 2:  # noqa: PLR2004
            found.update(b"standardised")  # a stored run whose maps lie on the components of the raw columns must not be taken for one
        return found.hexdigest()

    def __getstate__(self) -> dict[str, Any]:
        return {each.name: getattr(self, each.name) for each in fields(self)}  # what was derived is derived again elsewhere

    # ---- the plane ----------------------------------------------------------------------------------------------------

    @cached_property
    def _plane(self) -> Plane | None:
        """The plane of the maps: of the two features, or of two principal components of more; None for a lone feature."""
        return None if self.X.shape[1] == 1 else plane_of(self.X.astype(np.float64))

    def points(self, X: Array) -> Array:
        """Return where rows lie on the plane, (n, 2) float32; a lone feature lies on the first axis."""
        points = np.column_stack([X, np.zeros(len(X))]) if self._plane is None else self._plane.project(X)
        return points.astype(np.float32)

    @cached_property
    def _grid(self) -> tuple[Array, Array, Array]:
        return grid(self.points(self.X).astype(float), GRID, MARGIN)

    @cached_property
    def extent(self) -> tuple[float, float, float, float]:
        """The plane's x0, x1, y0, y1."""
        x1, x2, _ = self._grid
        return float(x1[0]), float(x1[-1]), float(x2[0]), float(x2[-1])

    @cached_property
    def grid(self) -> Array | None:
        """The rows that a map is asked at, (GRID², features), the lowest row of the map first; None for a lone feature."""
        return None if self._plane is None else self._plane.rows_at(self._grid[2]).astype(self.X.dtype)

    def dtype(self, estimator: Any) -> np.dtype[Any]:
        """Return the dtype that an estimator trains in."""
        return self.X.dtype if estimator.dtype == "auto" else np.dtype(estimator.dtype)

    @cached_property
    def training_rows(self) -> Callable[[np.dtype[Any]], Array]:
        """From a dtype to X as a network of it takes it."""
        return cache(partial(np.ascontiguousarray, self.X))

    @cached_property
    def test_rows(self) -> Callable[[np.dtype[Any]], Array]:
        """From a dtype to the rows held out, and below them those of the grid, as a network of it takes them."""
        return cache(partial(np.ascontiguousarray, self.X_test if self.grid is None else np.vstack([self.X_test, self.grid])))


def problem(X: Any, y: Any, *, X_test: Any = None, y_test: Any = None, test_size: float = 0.25, split_seed: int = 0, task: str) -> Problem:
    """Return the data of a comparison, checked and split.

    Parameters
    ----------
    X : array-like or sparse matrix, shape (n, features)
    y : array-like, shape (n,)
    X_test, y_test : array-like, optional
        Rows to hold out; without them a share of X and y is, of each class the same.
    test_size : float
    split_seed : int
    task : {"classification", "regression"}

    Raises
    ------
    InputError
        When the data cannot be used.
    """
    names = tuple(str(name) for name in getattr(X, "columns", ())) or None
    X, y = _checked("X", X, "y", y, task)
    if (X_test is None) != (y_test is None):
        raise InputError("X_test and y_test must be given both, or neither")
    if X_test is None:
        share = checks.inner_share("test_size", test_size)
        train, test = split_rows(len(X), share, seed=split_seed, classes=y if task == "classification" else None)
        X, X_test, y, y_test = X[train], X[test], y[train], y[test]
    else:
        X_test, y_test = _checked("X_test", X_test, "y_test", y_test, task)
        if X_test.shape[1] != X.shape[1]:
            raise InputError(f"X_test must have {X.shape[1]} columns as X, got {X_test.shape[1]}")
    if task == "classification" and len(np.unique(y)) < 2:  # noqa: PLR2004
        raise InputError(f"y must hold at least two classes, got only {y[0]!r}")
    features = names or tuple(f"x{index}" for index in range(1, X.shape[1] + 1))
    return Problem(X, y, np.asarray(X_test, X.dtype), y_test, task, features)


def _checked(name: str, X: Any, target: str, y: Any, task: str) -> tuple[Array, Array]:
    """Return rows and targets as arrays."""
    try:
        X = X.toarray() if hasattr(X, "toarray") else X
        X = check_array(X, dtype=(np.float64, np.float32), input_name=name)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DataConversionWarning)
            y = column_or_1d(np.asarray(y), warn=True)
        return check_X_y(X, y, dtype=X.dtype, y_numeric=task == "regression")
    except ValueError as error:
        raise InputError(f"{name} and {target} must be rows of finite numbers with one target each: {error}") from error
