"""A network drawn with its real weights."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.colors import CenteredNorm
from matplotlib.patches import FancyArrowPatch

from halfmoon.base import checks
from halfmoon.base.checks import Array
from halfmoon.layers.dense import Dense
from halfmoon.network.model import Model
from halfmoon.plots.display import Display
from halfmoon.plots.fonts import Lettering
from halfmoon.plots.neurons import network_of
from halfmoon.training.recording.statistics import layer_names

WIDEST = 3.0
"""Points: the line of the largest weight."""


@dataclass(frozen=True)
class Column:
    """One column of units.

    Attributes
    ----------
    name : str
        The layers that give these outputs, such as "0 dense, 1 relu"; of the inputs, nothing.
    units : int
        How many there are.
    shown : ndarray of int
        Which of them are drawn.
    """

    name: str
    units: int
    shown: Array

    def heights(self) -> Array:
        """Return where the units stand, between 0 and 1 from the top down; a gap of one stands for those left out."""
        count = len(self.shown)
        slots = np.arange(count, dtype=float)
        if count < self.units:
            slots[count // 2 :] += 1
            count += 1
        return 1 - (slots + 0.5) / count


class NetworkDisplay(Display):
    """The units of a network, column by column, and its weights as lines: blue below 0, orange above, wide where large.

    Parameters
    ----------
    columns : list of Column
        The inputs, then the outputs of each dense layer and of what follows it.
    weights : list of ndarray
        Between one column and the next, (units shown before, units shown).
    skips : list of (int, int)
        From which column to which a residual branch is bridged.

    Attributes
    ----------
    columns, weights, skips
        As given.
    ax_ : matplotlib.axes.Axes
        Set by :meth:`plot`.
    figure_ : matplotlib.figure.Figure
        Set by :meth:`plot`.
    """

    def __init__(self, columns: list[Column], weights: list[Array], skips: list[tuple[int, int]]) -> None:
        self.columns, self.weights, self.skips = columns, weights, skips

    @classmethod
    def from_estimator(cls, estimator: Any, *, most: int = 16) -> Self:
        """Return the display of a network.

        Parameters
        ----------
        estimator : Model, or fitted estimator of Halfmoon's
        most : int
            Units to draw a column at most: the first and the last ones.

        Returns
        -------
        NetworkDisplay
        """
        model = network_of(estimator)
        checks.whole("most", most, least=2)
        columns = [Column("", model.n_inputs, _shown(model.n_inputs, most))]
        weights, names, skips = [], {name.split()[0]: name for name in layer_names(model.program)}, []
        kept: list[int] = []
        for step in model.program.steps:
            if step.kind == "keep":
                kept.append(len(columns) - 1)
            elif step.kind == "add":
                skips.append((kept.pop(), len(columns) - 1))
            elif isinstance(step.layer, Dense):
                shown = _shown(step.n_out, most)
                weights.append(_weights(model, step.path)[np.ix_(columns[-1].shown, shown)])
                columns.append(Column(names[step.path], step.n_out, shown))
            elif len(columns) > 1:
                last = columns.pop()
                columns.append(Column(f"{last.name}\n{names[step.path]}", last.units, last.shown))
        return cls(columns, weights, [(start, end) for start, end in skips if end > start])

    def plot(self, ax: Axes | None = None, *, title: str | None = None, theme: str | None = None, lang: str = "en") -> Self:
        """Draw the units and the weights.

        Parameters
        ----------
        ax : matplotlib.axes.Axes, optional
            A figure of its own is made when None.
        title : str, optional
            May be Chinese.
        theme : {"light", "dark"}, optional
        lang : {"en", "zh"}

        Returns
        -------
        NetworkDisplay
            Itself, with ``ax_`` and ``figure_``.
        """
        ax = self._start(ax, theme, lang)
        heights = [column.heights() for column in self.columns]
        largest = max((float(np.abs(weights).max(initial=0)) for weights in self.weights), default=0.0) or 1.0
        look: dict[str, Any]
        lines = None
        for place, weights in enumerate(self.weights):
            lines = self._connect(place, weights, heights[place], heights[place + 1], largest)
        for place, column in enumerate(self.columns):
            self._stand(place, column, heights[place])
        for start, end in self.skips:
            look = {"arrowstyle": "-|>", "mutation_scale": 8, "linestyle": "--", "color": self._theme.ink, "linewidth": 0.8}
            ax.add_patch(FancyArrowPatch((start, 1.0), (end, 1.0), connectionstyle="arc3,rad=-0.15", **look))
        ax.set(xlim=(-0.4, len(self.columns) - 0.6), ylim=(-0.02, 1.12 if self.skips else 1.02))
        self._frameless()
        if lines is not None:
            self._colourbar(lines, self._say("weight"))
        self._letter(title=title)
        labels = self._labels()
        lettering = Lettering.of(labels)
        look = {"fontsize": self._label_size(), "fontfamily": lettering.families}
        ax.set_xticks(range(len(self.columns)), [lettering(text) for text in labels], **look)
        ax.tick_params(axis="x", length=0)
        self._settle(title)
        return self

    def _labels(self) -> list[str]:
        """Return what stands below the columns: how many units, and in a small network their layers."""
        names = [self._say("inputs"), *(column.name for column in self.columns[1:])]
        roomy = self._room() > 50  # noqa: PLR2004 - points that a layer's name takes
        return [f"{column.units}\n{name}" if roomy else str(column.units) for column, name in zip(self.columns, names, strict=True)]

    def _room(self) -> float:
        """Return the points of print that a column has."""
        return float(self.ax_.get_window_extent().width * 0.8 * 72 / self.figure_.dpi / len(self.columns))

    def _label_size(self) -> float:
        return float(np.clip(self._room() / 3, 5, 8))

    def _connect(self, place: int, weights: Array, before: Array, after: Array, largest: float) -> LineCollection:
        # The largest come last, on top.
        order = np.argsort(np.abs(weights), axis=None)
        rows, columns = np.unravel_index(order, weights.shape)
        values = weights[rows, columns]
        ends = np.empty((len(values), 2, 2))  # line, end, coordinate
        ends[:, 0, 0], ends[:, 1, 0] = place, place + 1
        ends[:, 0, 1], ends[:, 1, 1] = before[rows], after[columns]
        widths = WIDEST * np.abs(values) / largest
        look: dict[str, Any] = {"cmap": self._theme.diverging, "norm": CenteredNorm(0, largest), "zorder": 1}
        lines = LineCollection(list(ends), linewidths=widths, array=values, **look)
        self.ax_.add_collection(lines)
        return lines

    def _stand(self, place: int, column: Column, heights: Array) -> None:
        """Draw the units of a column, and dots for those left out."""
        box = self.ax_.get_window_extent()
        points = min(box.height * 72 / self.figure_.dpi / (len(heights) + 1) * 0.6, self._room() * 0.6, 14)
        look: dict[str, Any] = {"facecolors": self._theme.paper, "edgecolors": self._theme.ink, "linewidths": 0.9, "zorder": 2}
        self.ax_.scatter(np.full(len(heights), place), heights, s=points**2, **look)
        if len(column.shown) < column.units:
            half = len(heights) // 2
            middle, step = (heights[half - 1] + heights[half]) / 2, (heights[0] - heights[-1]) / len(heights) / 4
            self.ax_.scatter([place] * 3, middle + step * np.array([-1, 0, 1]), s=max(points / 3, 1), color=self._theme.ink, zorder=2)


def _shown(units: int, most: int) -> Array:
    """Return which of some units to draw: all, or the first and the last ones."""
    return np.arange(units) if units <= most else np.concatenate([np.arange((most + 1) // 2), np.arange(units - most // 2, units)])


def _weights(model: Model, path: str) -> Array:
    return np.asarray(model.params[f"{path}.W"], np.float64)
