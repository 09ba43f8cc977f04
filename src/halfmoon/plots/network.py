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
from halfmoon.network.model import model_of
from halfmoon.plots.display import Display
from halfmoon.plots.fonts import FontChoice
from halfmoon.training.recording.statistics import layer_names

LETTER_WIDTH = 0.65
"""Of a name's letters on average, as a share of their size."""

WIDEST = 3.0
"""Points: the line of the largest weight."""


@dataclass(frozen=True)
class UnitColumn:
    """The units of one layer, drawn as a column.

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
    columns : list of UnitColumn
        The inputs, then the outputs of each dense layer and of what follows it.
    weights : list of ndarray
        Between one column and the next, (units shown before, units shown).
    skips : list of (int, int)
        From which column to which a residual branch is bridged.

    Attributes
    ----------
    columns, weights, skips
        As given.
    ax_, figure_
        Set by :meth:`plot`, as in every :class:`~halfmoon.plots.display.Display`.

    Examples
    --------
    >>> from halfmoon.plots import NetworkDisplay
    >>> display = NetworkDisplay.from_estimator(model).plot()
    >>> [weights.shape for weights in display.weights]
    [(2, 8), (8, 1)]
    """

    def __init__(self, columns: list[UnitColumn], weights: list[Array], skips: list[tuple[int, int]]) -> None:
        self.columns, self.weights, self.skips = columns, weights, skips

    @classmethod
    def from_estimator(cls, estimator: Any, *, most: int = 16) -> Self:
        """Return the display of a network.

        Parameters
        ----------
        estimator : Model, or fitted estimator of Halfmoon's
            A Model, or a fitted estimator of Halfmoon's or scikit-learn's.
        most : int
            Units to draw a column at most: the first and the last ones.

        Returns
        -------
        NetworkDisplay
        """
        model = model_of(estimator, "estimator")
        checks.whole("most", most, least=2)
        columns = [UnitColumn("", model.n_inputs, _shown(model.n_inputs, most))]
        weights, names, skips = [], {name.split()[0]: name for name in layer_names(model.program)}, []
        kept: list[int] = []
        for step in model.program.steps:
            if step.kind == "keep":
                kept.append(len(columns) - 1)
            elif step.kind == "add":
                skips.append((kept.pop(), len(columns) - 1))
            elif isinstance(step.layer, Dense):
                shown = _shown(step.n_out, most)
                weights.append(model.params[f"{step.path}.W"].astype(np.float64)[np.ix_(columns[-1].shown, shown)])
                columns.append(UnitColumn(names[step.path], step.n_out, shown))
            elif len(columns) > 1:
                last = columns.pop()
                columns.append(UnitColumn(f"{last.name}\n{names[step.path]}", last.units, last.shown))
        return cls(columns, weights, [(start, end) for start, end in skips if end > start])

    def _draw(self, ax: Axes, title: str | None) -> None:
        heights = [column.heights() for column in self.columns]
        largest = max((float(np.abs(weights).max(initial=0)) for weights in self.weights), default=0.0) or 1.0
        lines = None
        for x, weights in enumerate(self.weights):
            lines = self._draw_weights(x, weights, heights[x], heights[x + 1], largest)
        for x, column in enumerate(self.columns):
            self._draw_units(x, column, heights[x])
        for start, end in self.skips:
            look: dict[str, Any] = {"arrowstyle": "-|>", "mutation_scale": 8, "linestyle": "--", "color": self._theme.ink, "linewidth": 0.8}
            ax.add_patch(FancyArrowPatch((start, 1.0), (end, 1.0), connectionstyle="arc3,rad=-0.15", **look))
        ax.set(xlim=(-0.4, len(self.columns) - 0.6), ylim=(-0.02, 1.12 if self.skips else 1.02))
        self._hide_scales()
        if lines is not None:
            self._colourbar(lines, self._translate("weight"))
        self._label(title=title)
        self._place_axes()
        labels = self._labels()
        font = FontChoice.for_texts(labels)
        look = {"fontsize": self._letters(), "fontfamily": font.families}
        ax.set_xticks(range(len(self.columns)), [font.drawable(text) for text in labels], **look)
        ax.tick_params(axis="x", length=0)
        self._lay_out(title)

    def _labels(self) -> list[str]:
        """Return what stands below the columns: how many units, and in a small network their layers."""
        names = [self._translate("inputs"), *(column.name for column in self.columns[1:])]
        longest = max(len(line) for name in names for line in name.split("\n"))
        fits = self._column_width() > LETTER_WIDTH * self._letters() * longest
        return [f"{column.units}\n{name}" if fits else str(column.units) for column, name in zip(self.columns, names, strict=True)]

    def _letters(self) -> float:
        """Return the size of the letters below the columns."""
        return float(np.clip(self._column_width() / 3, 5, 8))

    def _column_width(self) -> float:
        """Return the points of print that a column has."""
        return 0.8 * self._size()[0] / len(self.columns)

    def _draw_weights(self, x: int, weights: Array, before: Array, after: Array, largest: float) -> LineCollection:
        # The largest come last, on top.
        order = np.argsort(np.abs(weights), axis=None)
        rows, columns = np.unravel_index(order, weights.shape)
        values = weights[rows, columns]
        ends = np.empty((len(values), 2, 2))  # line, end, coordinate
        ends[:, 0, 0], ends[:, 1, 0] = x, x + 1
        ends[:, 0, 1], ends[:, 1, 1] = before[rows], after[columns]
        widths = WIDEST * np.abs(values) / largest
        look: dict[str, Any] = {"cmap": self._theme.diverging, "norm": CenteredNorm(0, largest), "zorder": 1}
        lines = LineCollection(list(ends), linewidths=widths, array=values, **look)
        self.ax_.add_collection(lines)
        return lines

    def _draw_units(self, x: int, column: UnitColumn, heights: Array) -> None:
        """Draw the units of a column, and dots for those left out."""
        points = min(self._size()[1] / (len(heights) + 1) * 0.6, self._column_width() * 0.6, 14)
        look: dict[str, Any] = {"facecolors": self._theme.paper, "edgecolors": self._theme.ink, "linewidths": 0.9, "zorder": 2}
        self.ax_.scatter(np.full(len(heights), x), heights, s=points**2, **look)
        if len(column.shown) < column.units:
            half = len(heights) // 2
            middle, step = (heights[half - 1] + heights[half]) / 2, (heights[0] - heights[-1]) / len(heights) / 4
            self.ax_.scatter([x] * 3, middle + step * np.array([-1, 0, 1]), s=max(points / 3, 1), color=self._theme.ink, zorder=2)


def _shown(units: int, most: int) -> Array:
    """Return which of some units to draw: all, or the first and the last ones."""
    return np.arange(units) if units <= most else np.concatenate([np.arange((most + 1) // 2), np.arange(units - most // 2, units)])
