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
from halfmoon.plots.translations import CHINESE
from halfmoon.training.recording.recording import Recording
from halfmoon.training.recording.statistics import SIDES

BAR_HEIGHT = 0.85
"""Of the highest bar of a histogram, as a share of the distance between two histograms."""

SPIKE = 2.0
"""How many times as high as every other bar the one at 0 must be to be cut: a ReLU's would leave nothing to be seen of the rest."""

CUT_HEIGHT = 0.7
"""Of the highest other bar then, as a share of the distance."""


def spike_of(counts: Array, low: float, high: float) -> int | None:
    """Return which bar holds 0, where it is so high beside each other one that it must be cut; else None.

    Parameters
    ----------
    counts : ndarray of int, shape (bins,)
    low, high : float
        The range, which the bins are equal parts of.
    """
    if not low <= 0 <= high or low == high:
        return None
    index = min(int(-low / (high - low) * len(counts)), len(counts) - 1)
    others = np.delete(counts, index).max(initial=0)
    return index if others and counts[index] > SPIKE * others else None


class HistogramDisplay(Display):
    """Histograms one below the other, of every layer at an epoch or of one layer at every epoch, with the shares of idle units.

    A bar at 0 that is more than twice as high as every other one, as a ReLU has, is cut, and its share written beside it.

    Parameters
    ----------
    rows : list of str, or list of int
        The layers that the histograms are of, or the epochs.
    counts : ndarray of int, shape (rows, bins)
        How many numbers lie in each bin.
    low, high : ndarray, shape (rows,)
        The ranges, which the bins are equal parts of.
    dead, saturated : ndarray, shape (rows,)
        Shares of units; nan where a layer is no activation.
    epoch : int, optional
        Which one, where the rows are layers.
    layer : str, optional
        Which one, where the rows are epochs.
    of : {"activation", "gradient"}
        What is counted: what layers give out, or the gradient that comes back to it.

    Attributes
    ----------
    rows, counts, low, high, dead, saturated, epoch, layer, of
        As given.
    ax_, figure_
        Set by :meth:`plot`, as in every :class:`~halfmoon.plots.display.Display`.

    Examples
    --------
    >>> recorder = hm.Recorder(X, y)
    >>> history = hm.train(model, X, y, epochs=5, callbacks=[recorder])
    >>> from halfmoon.plots import HistogramDisplay
    >>> display = HistogramDisplay.from_recording(recorder.recording).plot()
    >>> display.counts.shape  # layers, bins
    (3, 40)
    """

    texts = CHINESE | {"{0} near 0": "{0} 接近 0"}

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
        spikes: dict[int, tuple[float, float]] = {}  # where a bar is cut, and which share of all it is, by row
        for row, (counts, low, high) in enumerate(zip(self.counts, self.low / units, self.high / units, strict=True)):
            look: dict[str, Any] = {"baseline": -row, "fill": True, "color": colour, "alpha": 0.75, "linewidth": 0.8}
            heights, edges, spike = (
                BAR_HEIGHT * counts / max(counts.max(), 1),
                np.linspace(low, high, len(counts) + 1),
                spike_of(counts, low, high),
            )
            if spike is not None:
                others = np.delete(counts, spike).max()
                heights = np.minimum(CUT_HEIGHT * counts / others, BAR_HEIGHT)
                spikes[row] = float(edges[spike : spike + 2].mean()), counts[spike] / counts.sum()
            ax.stairs(heights - row, edges, **look)
            ax.axhline(-row, color=self._theme.faint, linewidth=0.6, zorder=0)
        ax.axvline(0, color=self._theme.ink, linewidth=0.6, linestyle=":", zorder=0)
        ax.set_ylim(-len(self.rows) + 0.9, 1)
        ax.spines[["top", "right", "left"]].set_visible(False)
        ax.locator_params(axis="x", nbins=4)
        quantity = self._translate(self.of)
        xlabel = self._translate("{0}, each by its largest", quantity) if own else quantity
        if title is None:
            title = self._translate("epoch {0}", self.epoch) if self.layer is None else self._translate("layer {0}", self.layer)
        self._label(xlabel, "" if self.layer is None else self._translate("epoch"), title=title)
        step = self._label_step(len(self.rows), 28 if own else 20)
        names = [f"{name}\n±{unit:.2g}" if own else str(name) for name, unit in zip(self.rows, units, strict=True)]
        labelled = range(0, len(self.rows), step)
        ax.set_yticks([-row for row in labelled], names[::step], fontsize="small", va="bottom")
        ax.tick_params(axis="y", length=0)
        self._mark_cuts(spikes)
        self._annotate(labelled, {row: share for row, (_, share) in spikes.items()})
        return self

    def _mark_cuts(self, spikes: dict[int, tuple[float, float]]) -> None:
        """Draw a gap through each bar that is cut."""
        look: dict[str, Any] = {"marker": [(-1, -0.3), (1, 0.3)], "markersize": 9, "markeredgewidth": 2, "linestyle": "none"}
        for row, (x, _) in spikes.items():
            self.ax_.plot(x, BAR_HEIGHT - 0.12 - row, markeredgecolor=self._theme.paper, **look)

    def _annotate(self, rows: range, cut: dict[int, float]) -> None:
        """Write on the right the share that a bar holds that is cut, and those of dead and saturated units, where there are any."""
        box = {"boxstyle": "square,pad=0.1", "facecolor": self._theme.paper, "alpha": 0.75, "linewidth": 0}
        look: dict[str, Any] = {
            "transform": self.ax_.get_yaxis_transform(),
            "ha": "right",
            "va": "bottom",
            "fontsize": "x-small",
            "bbox": box,
        }
        for row in rows:
            shares = {"dead": self.dead[row], "saturated": self.saturated[row]}
            idle = [self._translate(f"{name} {{0}}", f"{share:.0%}") for name, share in shares.items() if share > 0]
            near = [self._translate("{0} near 0", f"{cut[row]:.0%}")] if row in cut else []
            text = "\n".join([*near, ", ".join(idle)] if near and idle else [*near, *idle])
            if text:
                font = FontChoice.for_texts([text])
                self.ax_.text(1, -row + 0.05, font.drawable(text), family=font.families, color=self._theme.ink, **look)
