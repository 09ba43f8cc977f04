"""The output of each unit of a layer over a plane of the inputs."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil, sqrt
from typing import Any, Self

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import CenteredNorm

from halfmoon.base import checks
from halfmoon.base.checks import Array
from halfmoon.network.model import model_of
from halfmoon.plots.display import Display
from halfmoon.predictions.adapters import column_names
from halfmoon.predictions.plane import Limits, grid, plane_of
from halfmoon.training.recording.statistics import layers

GAP = 0.08
"""Between two maps, as a share of one."""


class NeuronDisplay(Display):
    """A small map for each unit of a layer: its output over a plane of the inputs.

    All maps have one scale, 0 in the colour of the paper, and the same axes, whose ends stand at the lowest map on the left. The
    title is by default the layer.

    Parameters
    ----------
    x1, x2 : ndarray, shape (columns,) and (rows,)
        Where the network was asked.
    maps : ndarray, shape (units, rows, columns)
        Each unit's output there.
    layer : str
        The layer's path in the network, such as "1" or "2.1".
    units : int, optional
        How many units the layer has, where ``maps`` are the first of them only.
    feature_names : sequence of 2 str, optional
        What the axes are called.

    Attributes
    ----------
    x1, x2, maps, layer, units, feature_names
        As given.
    ax_, figure_
        Set by :meth:`plot`, as in every :class:`~halfmoon.plots.display.Display`.

    Examples
    --------
    >>> from halfmoon.plots import NeuronDisplay
    >>> display = NeuronDisplay.from_estimator(model, X, layer=1).plot()
    >>> display.maps.shape
    (8, 48, 48)
    """

    def __init__(
        self, x1: Array, x2: Array, maps: Array, layer: str, units: int | None = None, *, feature_names: Sequence[str] = ("x₁", "x₂")
    ) -> None:
        self.x1, self.x2, self.maps, self.layer = x1, x2, maps, layer
        self.units = len(maps) if units is None else units
        self.feature_names = [str(name) for name in feature_names]

    @classmethod
    def from_estimator(
        cls, estimator: Any, X: Any, layer: int | str = 0, *, features: Any = None, resolution: int = 48, margin: float = 0.1,
        limits: Limits | None = None, most: int = 64,
    ) -> Self:  # fmt: skip
        """Return the display of a layer's units over a plane through rows.

        Parameters
        ----------
        estimator : Model, or fitted estimator of Halfmoon's
            A Model, or a fitted estimator of Halfmoon's or scikit-learn's.
        X : array-like, shape (n, d)
            Rows that the plane is laid around.
        layer : int or str
            The layer's path in the network, such as 1 or, in a residual branch, "2.1".
        features, resolution, margin, limits
            As :meth:`halfmoon.plots.BoundaryDisplay.from_estimator` takes them.
        most : int
            Units to show at most, the first ones.

        Returns
        -------
        NeuronDisplay

        Raises
        ------
        InputError
            When there is no such layer, or X does not fit the network.
        """
        model = model_of(estimator, "estimator")
        path = checks.one_of("layer", str(layer), [step.path for step in layers(model.program)])
        rows = model.inputs(X).astype(np.float64)
        plane = plane_of(rows, features, column_names(X))
        x1, x2, grid_points = grid(plane.project(rows), resolution, margin, limits)
        outputs = model.forward(plane.rows_at(grid_points))[f"{path}.y"]
        maps = outputs.T[: checks.whole("most", most)].reshape(-1, len(x2), len(x1))
        return cls(x1, x2, maps.astype(np.float64), path, outputs.shape[1], feature_names=plane.names)

    def _draw(self, ax: Axes, title: str | None) -> None:
        columns = ceil(sqrt(len(self.maps)))
        rows = ceil(len(self.maps) / columns)
        half = float(np.abs(self.maps[np.isfinite(self.maps)]).max(initial=0)) or 1.0
        look: dict[str, Any] = {"cmap": self._theme.diverging, "norm": CenteredNorm(0, half), "origin": "lower"}
        width, height = self._size()
        points = min(width / columns, height / rows)  # that a map has
        for unit, values in enumerate(self.maps):
            row, column = divmod(unit, columns)
            left, bottom = column * (1 + GAP), (rows - 1 - row) * (1 + GAP)
            image = ax.imshow(values, extent=(left, left + 1, bottom, bottom + 1), **look)
            outline = [(left, left + 1, left + 1, left, left), (bottom, bottom, bottom + 1, bottom + 1, bottom)]
            ax.plot(*outline, color=self._theme.faint, linewidth=0.6)
            if points > 30:  # noqa: PLR2004 - smaller letters cannot be read
                box = {"boxstyle": "square,pad=0.1", "facecolor": self._theme.paper, "alpha": 0.75, "linewidth": 0}
                where = (left + 0.05, bottom + 0.95)
                ax.text(*where, str(unit), fontsize=min(points / 6, 9), color=self._theme.ink, ha="left", va="top", bbox=box)
        ax.set(xlim=(-GAP, columns * (1 + GAP)), ylim=(-GAP, rows * (1 + GAP)), aspect="auto")
        ax.spines[:].set_visible(False)
        self._colourbar(image, self._translate("output"))
        more = self.units - len(self.maps)
        title = self._translate("layer {0}", self.layer) if title is None else title
        across, up = self.feature_names
        self._label(f"{across}   ({self._translate('{0} more', more)})" if more else across, up, title=title)
        self._draw_scales(points)

    def _draw_scales(self, points: float) -> None:
        """Write where the plane begins and ends at the lowest map on the left, which has so many points of print; all are alike."""
        look: dict[str, Any] = {"fontsize": float(np.clip(points / 5, 5, 8))}
        for axis, ends in ((self.ax_.xaxis, self.x1), (self.ax_.yaxis, self.x2)):
            low, high = (f"{end:.3g}".replace("-", "−") for end in (ends[0], ends[-1]))
            fits = (
                points > look["fontsize"] * (len(low) + len(high) + 1) / 2 * 0.65
                if axis is self.ax_.xaxis
                else points > 2 * look["fontsize"]
            )
            axis.set_ticks([0, 1] if fits else [], [low, high] if fits else [], **look)
        self.ax_.tick_params(length=2, width=0.6)
