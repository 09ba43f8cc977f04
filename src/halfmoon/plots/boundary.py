"""The classes that a model gives to the plane, and the points that it was to tell apart."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import sqrt
from typing import Any, Self

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes

from halfmoon import checks
from halfmoon.checks import Array
from halfmoon.errors import InputError
from halfmoon.model import Model
from halfmoon.plots.display import Display, letter
from halfmoon.plots.palette import colour, marker, tint

# Corners of the axes, as shares of width and height.
_CORNERS = {"upper right": (1, 1), "upper left": (0, 1), "lower right": (1, 0), "lower left": (0, 0)}


class BoundaryDisplay(Display):
    """Decision regions over two features, with the points on top.

    Parameters
    ----------
    x1, x2 : ndarray, shape (columns,) and (rows,)
        Where the regions were asked for.
    regions : ndarray of int, shape (rows, columns)
        The class there.
    X : ndarray, shape (n, 2)
    y : ndarray of int, shape (n,)
    feature_names : sequence of 2 str, optional
    class_names : sequence of str, optional
        The name of class 0, of class 1, and so on.

    Attributes
    ----------
    x1, x2, regions, X, y
        As given.
    classes : list of int
        Those that appear among the points or the regions.
    feature_names : list of str
    class_names : list of str
        One for each of ``classes``.
    ax_ : matplotlib.axes.Axes
        Set by :meth:`plot`.
    figure_ : matplotlib.figure.Figure
        Set by :meth:`plot`.

    Examples
    --------
    >>> def above(points):
    ...     return points[:, 1] > 0
    >>> display = BoundaryDisplay.from_model(above, [[0, 1], [0, -1]], [1, 0]).plot()
    >>> display.class_names
    ['class 0', 'class 1']
    """

    def __init__(
        self,
        x1: Array,
        x2: Array,
        regions: Array,
        X: Array,
        y: Array,
        *,
        feature_names: Sequence[str] | None = None,
        class_names: Sequence[str] | None = None,
    ) -> None:
        self.x1, self.x2, self.regions, self.X, self.y = x1, x2, regions, X, y
        self.classes: list[int] = np.union1d(y, regions).tolist()
        self.feature_names = ["x₁", "x₂"] if feature_names is None else _names("feature_names", feature_names)
        if len(self.feature_names) != 2:  # noqa: PLR2004 - a plane
            raise checks.fail("feature_names", feature_names, "two names")
        self.class_names = self._named(class_names)

    def _named(self, names: Sequence[str] | None) -> list[str]:
        if names is None:
            return [f"class {number}" for number in self.classes]
        known = _names("class_names", names)
        if len(known) <= self.classes[-1]:
            raise checks.fail("class_names", names, f"a name for each of the classes 0 to {self.classes[-1]}")
        return [known[number] for number in self.classes]

    @classmethod
    def from_model(
        cls,
        model: Model | Callable[[Array], Any],
        X: Any,
        y: Any,
        *,
        resolution: int = 300,
        margin: float = 0.1,
        feature_names: Sequence[str] | None = None,
        class_names: Sequence[str] | None = None,
    ) -> Self:
        """Return the display of a model's classes around the points.

        Parameters
        ----------
        model : Model or callable
            A callable gets points, shape (m, 2), and returns their class numbers, shape (m,). It is called once.
        X : array-like, shape (n, 2)
        y : array-like, shape (n,)
            Class numbers 0, 1, ...
        resolution : int
            How many places a side the model is asked at.
        margin : float
            Room around the points, as a share of what they span.
        feature_names : sequence of 2 str, optional
            For the axes' labels; may be Chinese.
        class_names : sequence of str, optional
            For the legend: the name of class 0, of class 1, and so on; may be Chinese.

        Returns
        -------
        BoundaryDisplay

        Raises
        ------
        InputError
            When X has not exactly two columns, y or the model's answer is not one class number a point, or a name is
            missing.
        """
        points = checks.matrix("X", X, np.dtype(np.float64), columns=2)
        numbers = _class_numbers("y", y, len(points))
        places, room = checks.whole("resolution", resolution, least=2), checks.not_negative("margin", margin)
        x1, x2 = (_span(column, places, room) for column in points.T)
        grid = np.stack(np.meshgrid(x1, x2), axis=-1)
        answer = _class_numbers("the model's answer", _predictor(model)(grid.reshape(-1, 2)), places * places)
        return cls(x1, x2, answer.reshape(places, places), points, numbers, feature_names=feature_names, class_names=class_names)

    def plot(self, ax: Axes | None = None, *, title: str | None = None) -> Self:
        """Draw the regions, the boundary between them, and the points.

        Parameters
        ----------
        ax : matplotlib.axes.Axes, optional
            A figure of its own is made when None.
        title : str, optional
            May be Chinese.

        Returns
        -------
        BoundaryDisplay
            Itself, with ``ax_`` and ``figure_``.
        """
        ax = self._start(ax)
        self._fill(ax)
        size = self._point_size(ax)
        legend = [(self._scatter(ax, number, size), name) for number, name in zip(self.classes, self.class_names, strict=True)]
        ax.set_xlim(self.x1[0], self.x1[-1])
        ax.set_ylim(self.x2[0], self.x2[-1])
        xlabel, ylabel = self.feature_names
        look = {"markerscale": sqrt(36 / size), "framealpha": 0.9, "handletextpad": 0.2}
        letter(ax, xlabel, ylabel, title=title, legend=legend, **look, **self._legend_place())
        return self

    def _fill(self, ax: Axes) -> None:
        # Each class is painted over those before it, opaque: contours of the class numbers themselves would run a strip of
        # class 1 between neighbours 0 and 2.
        lowest, *others = np.unique(self.regions).tolist()
        for number in (lowest, *others):
            ax.contourf(self.x1, self.x2, self.regions >= number, levels=[0.5, 1.5], colors=[tint(number)], zorder=0)
        for number in others:
            ax.contour(self.x1, self.x2, self.regions == number, levels=[0.5], colors="0.3", linewidths=0.8, zorder=1)

    def _point_size(self, ax: Axes) -> float:
        """Return the area of a point in square points of print: a quarter of its share of the axes, within reason."""
        box = ax.get_window_extent()
        area = box.width * box.height * (72 / self.figure_.dpi) ** 2
        return float(np.clip(area / len(self.y) / 4, 7, 30))

    def _scatter(self, ax: Axes, number: int, size: float) -> Artist:
        x1, x2 = self.X[self.y == number].T
        return ax.scatter(x1, x2, s=size, c=colour(number), marker=marker(number), edgecolors="white", linewidths=sqrt(size) / 12, zorder=2)

    def _legend_place(self) -> dict[str, Any]:
        """Return where few points are, or beside the axes for a legend that would cover much of them."""
        if len(self.classes) > 4:  # noqa: PLR2004 - more lines than fit in a corner
            return {"loc": "upper left", "bbox_to_anchor": (1, 1)}
        low, high = (np.array([self.x1[end], self.x2[end]]) for end in (0, -1))
        shares = (self.X - low) / (high - low)
        near = {name: (np.abs(shares - corner) < 0.35).all(axis=1).sum() for name, corner in _CORNERS.items()}  # noqa: PLR2004
        return {"loc": min(near, key=lambda name: near[name])}


def _names(name: str, value: Sequence[str]) -> list[str]:
    if isinstance(value, str):
        raise checks.fail(name, value, "a list of names")
    return [str(each) for each in value]


def _class_numbers(name: str, value: Any, rows: int) -> Array:
    """Return one whole number from 0 for each row."""
    array = checks.numeric(name, value)
    if array.shape != (rows,):
        raise InputError(f"{name} must have one class number for each of {rows} points, got shape {array.shape}")
    numbers = array.astype(np.intp)
    if (numbers != array).any() or numbers.min() < 0:
        raise InputError(f"{name} must hold class numbers 0, 1, ..., got {array[(numbers != array) | (numbers < 0)][0]}")
    return numbers


def _span(column: Array, places: int, margin: float) -> Array:
    """Return places from the least to the greatest value and a margin beyond; a lone value gets room around it."""
    low, high = column.min(), column.max()
    room = margin * (high - low) if high > low else 1
    return np.linspace(low - room, high + room, places)


def _predictor(model: Any) -> Callable[[Array], Any]:
    if isinstance(model, Model):
        return model.predict_class
    if not callable(model):
        raise checks.fail("model", model, "a Model, or a function from points to class numbers")
    return model
