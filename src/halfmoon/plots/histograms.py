"""Histograms of the outputs of each layer, or of the gradients of the loss by them."""

from __future__ import annotations

from typing import Any, Self

import numpy as np
from matplotlib.axes import Axes

from halfmoon.base import checks
from halfmoon.base.checks import Array
from halfmoon.base.errors import InputError
from halfmoon.plots.display import Display
from halfmoon.plots.flow import statistics_of
from halfmoon.plots.fonts import FontChoice
from halfmoon.training.recording.recording import Recording
from halfmoon.training.recording.statistics import SIDES

BAR_HEIGHT = 0.85
"""Of the highest bar of a histogram, as a share of the distance between two histograms."""


class HistogramDisplay(Display):
    """Histograms one below the other, of every layer at an epoch or of one layer at every epoch, with the shares of idle units.

    Parameters
    ----------
    rows : list of str, or list of int
        The layers that the histograms are of, or the epochs.
    counts : ndarray of int, shape (rows, bins)
    low, high : ndarray, shape (rows,)
        The ranges, which the bins are equal parts of.
    dead, saturated : ndarray, shape (rows,)
        Shares of units; nan where a layer is no activation.
    epoch : int, optional
        Which one, where the rows are layers.
    layer : str, optional
        Which one, where the rows are epochs.
    of : {"activation", "gradient"}

    Attributes
    ----------
    rows, counts, low, high, dead, saturated, epoch, layer, of
        As given.
    ax_, figure_
        Set by :meth:`plot`, as in every :class:`~halfmoon.plots.display.Display`.
    """

    def __init__(
        self,
        rows: list[str] | list[int],
        counts: Array,
        low: Array,
        high: Array,
        *,
        dead: Array,
        saturated: Array,
        epoch: int | None = None,
        layer: str | None = None,
        of: str = "activation",
    ) -> None:
        self.rows, self.counts, self.low, self.high = rows, counts, low, high
        self.dead, self.saturated, self.epoch, self.layer, self.of = dead, saturated, epoch, layer, of

    @classmethod
    def from_recording(
        cls, recording: Recording, epoch: float | None = None, *, layer: int | str | None = None, of: str = "activation"
    ) -> Self:
        """Return the display of every layer at one recorded epoch, or of one layer at all of them.

        Parameters
        ----------
        recording : Recording
            Whose recorder was given rows.
        epoch : int, optional
            The nearest that was recorded is shown; by default the last.
        layer : int or str, optional
            Instead of an epoch: the layer's path in the network, such as 1 or, in a residual branch, "2.1".
        of : {"activation", "gradient"}
            The layers' outputs, or the gradients of the loss by them.

        Returns
        -------
        HistogramDisplay

        Raises
        ------
        InputError
            When the recording has no statistics, there is no such layer, or both an epoch and a layer are given.
        """
        statistics, side = statistics_of(recording), checks.one_of("of", of, SIDES)
        if epoch is not None and layer is not None:
            raise InputError(f"layer must be left out where an epoch is given, got layer {layer} and epoch {epoch:g}")
        if layer is None:
            index: Any = recording.place(recording.epochs[-1].item() if epoch is None else epoch)
            shown: dict[str, Any] = {"rows": recording.layers, "epoch": int(recording.epochs[index])}
        else:
            paths = [name.split()[0] for name in recording.layers]
            position = paths.index(checks.one_of("layer", str(layer), paths))
            index = slice(None), position
            shown = {"rows": recording.epochs.tolist(), "layer": recording.layers[position]}
        shown |= {what: statistics[f"{side}_{what}"][index] for what in ("counts", "low", "high")}
        return cls(**shown, of=side, **{name: statistics[name][index] for name in ("dead", "saturated")})

    def plot(
        self, ax: Axes | None = None, *, scale: str = "shared", title: str | None = None, theme: str | None = None, lang: str = "en"
    ) -> Self:
        """Draw the histograms, each as high as the next.

        Parameters
        ----------
        scale : {"shared", "own"}
            All on one scale; or each on its own, from minus to plus its largest number, which is written beside it: so
            gradients that shrink from layer to layer keep a shape.
        ax, title, theme, lang
            As every display takes them: see :meth:`~halfmoon.plots.display.Display.plot`. The title is by default the epoch or
            the layer.

        Returns
        -------
        HistogramDisplay
            Itself, with ``ax_`` and ``figure_``.
        """
        own = checks.one_of("scale", scale, ("shared", "own")) == "own"
        ax = self._prepare(ax, theme, lang)
        largest = np.maximum(np.maximum(np.abs(self.low), np.abs(self.high)), np.finfo(np.float64).tiny)
        colour, units = self._theme.colour(list(SIDES).index(self.of)), largest if own else np.ones(len(self.rows))
        for row, (counts, low, high) in enumerate(zip(self.counts, self.low / units, self.high / units, strict=True)):
            look: dict[str, Any] = {"baseline": -row, "fill": True, "color": colour, "alpha": 0.75, "linewidth": 0.8}
            ax.stairs(BAR_HEIGHT * counts / max(counts.max(), 1) - row, np.linspace(low, high, len(counts) + 1), **look)
            ax.axhline(-row, color=self._theme.faint, linewidth=0.6, zorder=0)
        ax.axvline(0, color=self._theme.ink, linewidth=0.6, linestyle=":", zorder=0)
        ax.set_ylim(-len(self.rows) + 0.9, 1)
        ax.spines[["top", "right", "left"]].set_visible(False)
        ax.locator_params(axis="x", nbins=4)
        quantity = self._translate(self.of)
        xlabel = self._translate("{0}, each by its largest", quantity) if own else quantity
        if title is None:
            title = self._translate("epoch {0}", self.epoch) if self.layer is None else self._translate("layer {0}", self.layer)
        self._label(xlabel, title=title)
        step = self._label_step(len(self.rows), 28 if own else 20)
        names = [f"{name}\n±{unit:.2g}" if own else str(name) for name, unit in zip(self.rows, units, strict=True)]
        labelled = range(0, len(self.rows), step)
        ax.set_yticks([-row for row in labelled], names[::step], fontsize="small", va="bottom")
        ax.tick_params(axis="y", length=0)
        self._annotate_idle_units(labelled)
        return self

    def _annotate_idle_units(self, rows: range) -> None:
        """Write the shares of dead and saturated units on the right, where there are any."""
        for row in rows:
            shares = {"dead": self.dead[row], "saturated": self.saturated[row]}
            text = "\n".join(self._translate(f"{name} {{0}}", f"{share:.0%}") for name, share in shares.items() if share > 0)
            if text:
                font = FontChoice.for_texts([text])
                look: dict[str, Any] = {"transform": self.ax_.get_yaxis_transform(), "ha": "right", "va": "bottom", "fontsize": "x-small"}
                self.ax_.text(1, -row + 0.05, font.drawable(text), family=font.families, color=self._theme.ink, **look)
