"""Decision regions of a classifier over a plane of its inputs, with the points on top."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import sqrt
from typing import Any, Self

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes

from halfmoon.base import checks
from halfmoon.base.checks import Array
from halfmoon.base.errors import InputError
from halfmoon.network.model import Model
from halfmoon.plots.display import Display
from halfmoon.plots.palette import marker
from halfmoon.plots.translations import class_names as names_of_classes
from halfmoon.predictions.adapters import Classifier, column_names, table_like
from halfmoon.predictions.plane import Limits, grid, plane_of

# Corners of the axes, as shares of width and height.
_CORNERS = {"upper right": (1, 1), "upper left": (0, 1), "lower right": (1, 0), "lower left": (0, 0)}


class BoundaryDisplay(Display):
    """Decision regions over a plane, with the points on top.

    Parameters
    ----------
    x1, x2 : ndarray, shape (columns,) and (rows,)
        Where the regions were asked for.
    regions : ndarray of int, shape (rows, columns)
        The class there.
    X : ndarray, shape (n, 2)
        The points, in the plane.
    y : ndarray of int, shape (n,)
        The class of each.
    feature_names : sequence of 2 str, optional
        What the axes are called.
    class_names : sequence of str, optional
        The name of class 0, of class 1, and so on.
    scores : ndarray, shape (rows, columns, k), optional
        One for each class, the largest for the class in ``regions``: the boundary is then drawn between the grid points.
    probabilities : ndarray, shape (rows, columns, k), optional
        Of each class, where the classifier has them.
    predicted : ndarray of int, shape (n,), optional
        What the classifier says of the points themselves; wrong ones are ringed.

    Attributes
    ----------
    x1, x2, regions, X, y, scores, probabilities, predicted
        As given.
    wrong : ndarray of bool, shape (n,)
        Which points it says another class of.
    classes : list of int
        Those that appear among the points or the regions.
    feature_names : list of str
        What the axes are called.
    class_names : list of str
        One for each of ``classes``.
    ax_, figure_
        Set by :meth:`plot`, as in every :class:`~halfmoon.plots.display.Display`.

    Examples
    --------
    >>> from halfmoon.plots import BoundaryDisplay
    >>> def above(points):
    ...     return points[:, 1] > 0
    >>> display = BoundaryDisplay.from_estimator(above, [[0, 1], [0, -1]], [1, 0]).plot()
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
        scores: Array | None = None,
        probabilities: Array | None = None,
        predicted: Array | None = None,
    ) -> None:
        self.x1, self.x2, self.regions, self.X, self.y = x1, x2, regions, X, y
        self.scores, self.probabilities, self.predicted = scores, probabilities, predicted
        self.wrong = np.zeros(len(y), bool) if predicted is None else predicted != y
        self.classes: list[int] = np.union1d(y, regions).tolist()
        self.feature_names = ["x₁", "x₂"] if feature_names is None else _names("feature_names", feature_names)
        if len(self.feature_names) != 2:  # noqa: PLR2004 - a plane
            raise checks.fail("feature_names", feature_names, "two names")
        self._given_names = None if class_names is None else _names("class_names", class_names)
        if self._given_names is not None and len(self._given_names) <= self.classes[-1]:
            raise checks.fail("class_names", class_names, f"a name for each of the classes 0 to {self.classes[-1]}")
        self.class_names = self._named("en")

    def _named(self, lang: str) -> list[str]:
        names = names_of_classes(lang, self._given_names, self.classes[-1] + 1)
        return [names[number] for number in self.classes]

    @classmethod
    def from_estimator(
        cls,
        estimator: Any,
        X: Any,
        y: Any,
        *,
        features: Any = None,
        resolution: int = 100,
        margin: float = 0.1,
        limits: Limits | None = None,
        feature_names: Sequence[str] | None = None,
        class_names: Sequence[str] | None = None,
    ) -> Self:
        """Return the display of a classifier's classes around the points.

        Parameters
        ----------
        estimator : Model, fitted classifier or callable
            A Model, any classifier of scikit-learn's kind, or a function from points to their class numbers. It is asked once,
            for the plane and the points together.
        X : array-like or data frame, shape (n, d)
            The points.
        y : array-like, shape (n,)
            Classes as the estimator knows them: its labels, else class numbers 0, 1, ...
        features : "pca" or two columns, optional
            For more than two columns, which plane to show: two columns by number or name, the others at their medians; or the
            first two principal components of the standardised columns, the default.
        resolution : int
            How many grid points a side the estimator is asked at.
        margin : float
            Room around the points, as a share of what they span.
        limits : ((low, high), (low, high)), optional
            Of the two axes, instead of a margin.
        feature_names : sequence of str, optional
            Of the columns, or of the two axes; may be Chinese.
        class_names : sequence of str, optional
            For the legend: the name of class 0, of class 1, and so on; may be Chinese.

        Returns
        -------
        BoundaryDisplay

        Raises
        ------
        InputError
            When X has fewer than two columns, y or the estimator's answer is not one class a point, or a name is missing.
        """
        rows = checks.matrix("X", X, np.dtype(np.float64))
        adapter = Classifier(estimator)
        numbers = adapter.numbers("y", y, len(rows))
        names = column_names(X) if feature_names is None else _names("feature_names", feature_names)
        fits = names is not None and len(names) == rows.shape[1]
        plane = plane_of(rows, features, names if fits else None)
        points = plane.project(rows)
        x1, x2, grid_points = grid(points, resolution, margin, limits)
        output = adapter.predict(table_like(X)(np.vstack([plane.rows_at(grid_points), rows])))
        count, shape = len(grid_points), (len(x2), len(x1))
        scores, probabilities = (
            None if each is None else each[:count].reshape(*shape, -1) for each in (output.scores, output.probabilities)
        )
        return cls(
            x1,
            x2,
            output.classes[:count].reshape(shape),
            points,
            numbers,
            feature_names=plane.names if fits or names is None else names,
            class_names=adapter.class_names() if class_names is None else class_names,
            scores=scores,
            probabilities=probabilities,
            predicted=output.classes[count:],
        )

    @classmethod
    def from_model(cls, model: Model | Callable[[Array], Any], X: Any, y: Any, **options: Any) -> Self:
        """Return the display of a Model's classes, or a function's; another name of :meth:`from_estimator`."""
        return cls.from_estimator(model, X, y, **options)

    def plot(
        self, ax: Axes | None = None, *, fill: str = "classes", title: str | None = None, theme: str | None = None, lang: str = "en"
    ) -> Self:
        """Draw the regions, the boundary between them, the points, and rings around wrong ones.

        Parameters
        ----------
        fill : {"classes", "probability"}
            Each region in one tint, or in tints as strong as the estimator is sure.
        ax, title, theme, lang
            As every display takes them: see :meth:`~halfmoon.plots.display.Display.plot`.

        Returns
        -------
        BoundaryDisplay
            Itself, with ``ax_`` and ``figure_``.

        Raises
        ------
        InputError
            When probabilities are to be drawn and there are none.
        """
        if checks.one_of("fill", fill, ("classes", "probability")) == "probability" and self.probabilities is None:
            raise InputError("fill must be 'classes' where the estimator gives no probabilities, got 'probability'")
        ax = self._prepare(ax, theme, lang)
        names = self._named(lang)
        if fill == "probability":
            self._shade(names)
        else:
            self._fill()
        for above in self._above():
            ax.contour(self.x1, self.x2, above, levels=[0], colors=[self._theme.ink], linewidths=0.9, zorder=1)
        size = self._point_size()
        legend = [(self._scatter(number, size), name) for number, name in zip(self.classes, names, strict=True)]
        if self.wrong.any():
            x1, x2 = self.X[self.wrong].T
            rings = ax.scatter(x1, x2, s=2.7 * size, facecolors="none", edgecolors=self._theme.ink, linewidths=1, zorder=3)
            legend.append((rings, self._translate("wrong ({0})", int(self.wrong.sum()))))
        self._span(self.x1, self.x2)
        look: dict[str, Any] = {"markerscale": sqrt(36 / size), "framealpha": 0.9, "handletextpad": 0.2}
        self._label(*self.feature_names, title=title, legend=legend, loc=self._emptiest_corner(), **look)
        return self

    def _above(self) -> list[Array]:
        """Return for each class but the lowest where it or a higher one is decided on: above 0 there, below 0 elsewhere."""
        present = np.unique(self.regions).tolist()
        if self.scores is None:
            return [np.where(self.regions >= number, 0.5, -0.5) for number in present[1:]]
        among = self.scores[..., present]
        return [among[..., index:].max(axis=-1) - among[..., :index].max(axis=-1) for index in range(1, len(present))]

    def _fill(self) -> None:
        # Each class is painted over those before it, opaque: contours of the class numbers themselves would run a strip of
        # class 1 between neighbours 0 and 2.
        lowest, *others = np.unique(self.regions).tolist()
        everywhere = np.ones(self.regions.shape)
        for number, above in zip((lowest, *others), (everywhere, *self._above()), strict=True):
            self.ax_.contourf(self.x1, self.x2, above, [0, float(above.max()) + 1], colors=[self._theme.tint(number)], zorder=0)

    def _shade(self, names: list[str]) -> None:
        probabilities: Any = self.probabilities
        if probabilities.shape[-1] == 2:  # noqa: PLR2004 - one probability says both
            # The soft middle of the map: the points keep the strong ends to themselves.
            look: dict[str, Any] = {"cmap": self._theme.diverging, "vmin": -0.75, "vmax": 1.75, "zorder": 0}
            shades = self.ax_.contourf(self.x1, self.x2, np.clip(probabilities[..., 1], 0, 1), np.linspace(0, 1, 21), **look)
            name = names[self.classes.index(1)] if 1 in self.classes else self._translate("class {0}", 1)
            self._colourbar(shades, self._translate("probability of {0}", name), ticks=[0, 0.25, 0.5, 0.75, 1])
            return
        count = probabilities.shape[-1]
        confidence = (probabilities.max(axis=-1) * count - 1) / (count - 1)  # 0 where all are as likely
        tints = np.array([self._theme.tint(number, 1) for number in range(count)])[probabilities.argmax(axis=-1)]
        paper = np.array(self._theme.tint(0, 0))
        strength = 0.65 * np.clip(confidence, 0, 1)[..., None]
        steps = (self.x1[1] - self.x1[0]) / 2, (self.x2[1] - self.x2[0]) / 2
        extent = (self.x1[0] - steps[0], self.x1[-1] + steps[0], self.x2[0] - steps[1], self.x2[-1] + steps[1])
        look = {"extent": extent, "origin": "lower", "aspect": "auto", "interpolation": "bilinear"}
        self.ax_.imshow(strength * tints + (1 - strength) * paper, zorder=0, **look)

    def _point_size(self) -> float:
        """Return the area of a point in square points of print: a quarter of its share of the axes, within reason."""
        area = float(np.prod(self._size()))
        return float(np.clip(area / len(self.y) / 4, 7, np.clip(area / 1000, 20, 60)))

    def _scatter(self, number: int, size: float) -> Artist:
        x1, x2 = self.X[self.y == number].T
        look: dict[str, Any] = {"edgecolors": self._theme.paper, "linewidths": sqrt(size) / 12, "zorder": 2}
        return self.ax_.scatter(x1, x2, s=size, c=self._theme.colour(number), marker=marker(number), **look)

    def _emptiest_corner(self) -> str:
        """Return the corner of the axes that has the fewest points around it."""
        low, high = (np.array([self.x1[end], self.x2[end]]) for end in (0, -1))
        shares = (self.X - low) / (high - low)
        near = {name: (np.abs(shares - corner) < 0.35).all(axis=1).sum() for name, corner in _CORNERS.items()}  # noqa: PLR2004
        return min(near, key=lambda name: near[name])


def _names(name: str, value: Sequence[str]) -> list[str]:
    if isinstance(value, str):
        raise checks.fail(name, value, "a list of names")
    return [str(each) for each in value]
