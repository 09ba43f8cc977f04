"""A regressor's predictions over a plane of its inputs, with the points on top."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Self

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from halfmoon.base import checks
from halfmoon.base.checks import Array
from halfmoon.base.errors import InputError
from halfmoon.plots.display import Display
from halfmoon.predictions.adapters import column_names, regressor, table_like
from halfmoon.predictions.plane import Limits, grid, plane_of


class SurfaceDisplay(Display):
    """A regressor's predictions over a plane, with the points in the colours of their targets on top.

    The surface, its level lines and the points have one scale.

    Parameters
    ----------
    x1, x2 : ndarray, shape (columns,) and (rows,)
        Where the predictions were asked for.
    surface : ndarray, shape (rows, columns)
        The predictions there.
    X : ndarray, shape (n, 2)
        The points, in the plane.
    y : ndarray, shape (n,)
        The target of each.
    feature_names : sequence of 2 str
        What the axes are called.

    Attributes
    ----------
    x1, x2, surface, X, y, feature_names
        As given.
    ax_, figure_
        Set by :meth:`plot`, as in every :class:`~halfmoon.plots.display.Display`.

    Examples
    --------
    >>> from halfmoon.plots import SurfaceDisplay
    >>> display = SurfaceDisplay.from_estimator(lambda rows: rows.sum(axis=1), [[0, 1], [2, 3]], [1, 5]).plot()
    >>> display.surface.shape
    (100, 100)
    """

    def __init__(self, x1: Array, x2: Array, surface: Array, X: Array, y: Array, *, feature_names: Sequence[str]) -> None:
        self.x1, self.x2, self.surface, self.X, self.y = x1, x2, surface, X, y
        self.feature_names = [str(name) for name in feature_names]

    @classmethod
    def from_estimator(
        cls, estimator: Any, X: Any, y: Any, *, features: Any = None, resolution: int = 100, margin: float = 0.1,
        limits: Limits | None = None, feature_names: Sequence[str] | None = None,
    ) -> Self:  # fmt: skip
        """Return the display of a regressor's predictions around the points.

        Parameters
        ----------
        estimator : Model, fitted regressor or callable
            A Model, any regressor of scikit-learn's kind, or a function from points to numbers. It is asked once.
        X : array-like or data frame, shape (n, d)
            The points.
        y : array-like, shape (n,)
            Their targets.
        features, resolution, margin, limits, feature_names
            As :meth:`halfmoon.plots.BoundaryDisplay.from_estimator` takes them.

        Returns
        -------
        SurfaceDisplay

        Raises
        ------
        InputError
            When X has fewer than two columns, or y or the estimator's answer is not one number a point.
        """
        rows, targets = checks.matrix("X", X, np.dtype(np.float64)), checks.numeric("y", y).astype(np.float64)
        if targets.shape not in {(len(rows),), (len(rows), 1)}:
            raise InputError(f"y must have one number for each of {len(rows)} points, got shape {targets.shape}")
        plane = plane_of(rows, features, column_names(X) if feature_names is None else feature_names)
        points = plane.project(rows)
        x1, x2, grid_points = grid(points, resolution, margin, limits)
        surface = regressor(estimator)(table_like(X)(plane.rows_at(grid_points))).reshape(len(x2), len(x1))
        return cls(x1, x2, surface, points, targets.reshape(-1), feature_names=plane.names)

    def _draw(self, ax: Axes, title: str | None) -> None:
        low, high = (float(end) for end in (min(self.surface.min(), self.y.min()), max(self.surface.max(), self.y.max())))
        if high <= low:  # a flat surface has no levels
            low, high = low - 0.5, high + 0.5
        look: dict[str, Any] = {"cmap": self._theme.sequential, "vmin": low, "vmax": high}
        painted = ax.contourf(self.x1, self.x2, self.surface, levels=np.linspace(low, high, 33), zorder=0, **look)
        if np.ptp(self.surface) > 0:
            ax.contour(self.x1, self.x2, self.surface, levels=8, colors=[self._theme.paper], linewidths=0.5, alpha=0.6, zorder=1)
        ax.scatter(self.X[:, 0], self.X[:, 1], c=self.y, s=18, edgecolors=self._theme.paper, linewidths=0.6, zorder=2, **look)
        self._span(self.x1, self.x2)
        self._colourbar(painted, self._translate("prediction, target"), ticks=MaxNLocator(5))  # contours would have ticks at their levels
        self._label(*self.feature_names, title=title)
