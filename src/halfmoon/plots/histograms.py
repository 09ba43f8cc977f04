"""How the outputs of each layer, or their gradients, are spread."""

from __future__ import annotations

from typing import Any, Self

import numpy as np
from matplotlib.axes import Axes

from halfmoon import checks
from halfmoon.checks import Array
from halfmoon.plots.display import Display
from halfmoon.plots.flow import told
from halfmoon.plots.fonts import Lettering
from halfmoon.training.recording import Recording
from halfmoon.training.statistics import SIDES

HEIGHT = 0.85
"""Of the highest bar, as a share of the room of a layer."""


class HistogramDisplay(Display):
    """A histogram for each layer, the first on top, with the shares of dead and saturated units.

    Parameters
    ----------
    layers : list of str
    counts : ndarray of int, shape (layers, bins)
    low, high : ndarray, shape (layers,)
        The ranges, which the bins are equal parts of.
    dead, saturated : ndarray, shape (layers,)
        Shares of units; nan where a layer is no activation.
    epoch : int
    of : {"activation", "gradient"}

    Attributes
    ----------
    layers, counts, low, high, dead, saturated, epoch, of
        As given.
    ax_ : matplotlib.axes.Axes
        Set by :meth:`plot`.
    figure_ : matplotlib.figure.Figure
        Set by :meth:`plot`.
    """

    def __init__(
        self,
        layers: list[str],
        counts: Array,
        low: Array,
        high: Array,
        *,
        dead: Array,
        saturated: Array,
        epoch: int,
        of: str = "activation",
    ) -> None:
        self.layers, self.counts, self.low, self.high = layers, counts, low, high
        self.dead, self.saturated, self.epoch, self.of = dead, saturated, epoch, of

    @classmethod
    def from_recording(cls, recording: Recording, epoch: float, *, of: str = "activation") -> Self:
        """Return the display of the layers at the nearest recorded epoch.

        Parameters
        ----------
        recording : Recording
            Whose recorder was given rows.
        epoch : int
        of : {"activation", "gradient"}
            The layers' outputs, or the gradients of the loss by them.

        Returns
        -------
        HistogramDisplay

        Raises
        ------
        InputError
            When the recording has no statistics.
        """
        statistics, side = told(recording), checks.one_of("of", of, SIDES)
        place = recording.place(epoch)
        counts, low, high = (statistics[f"{side}_{what}"][place] for what in ("counts", "low", "high"))
        idle = {name: statistics[name][place] for name in ("dead", "saturated")}
        return cls(recording.layers, counts, low, high, epoch=int(recording.epochs[place]), of=side, **idle)

    def plot(self, ax: Axes | None = None, *, title: str | None = None, theme: str | None = None, lang: str = "en") -> Self:
        """Draw the histograms, each as high as the next.

        Parameters
        ----------
        ax : matplotlib.axes.Axes, optional
            A figure of its own is made when None.
        title : str, optional
            May be Chinese; by default the epoch.
        theme : {"light", "dark"}, optional
        lang : {"en", "zh"}

        Returns
        -------
        HistogramDisplay
            Itself, with ``ax_`` and ``figure_``.
        """
        ax = self._start(ax, theme, lang)
        colour = self._theme.colour(list(SIDES).index(self.of))
        for place, (counts, low, high) in enumerate(zip(self.counts, self.low, self.high, strict=True)):
            look: dict[str, Any] = {"baseline": -place, "fill": True, "color": colour, "alpha": 0.75, "linewidth": 0.8}
            ax.stairs(HEIGHT * counts / max(counts.max(), 1) - place, np.linspace(low, high, len(counts) + 1), **look)
            ax.axhline(-place, color=self._theme.faint, linewidth=0.6, zorder=0)
        ax.axvline(0, color=self._theme.ink, linewidth=0.6, linestyle=":", zorder=0)
        ax.set_ylim(-len(self.layers) + 0.9, 1)
        ax.spines[["top", "right", "left"]].set_visible(False)
        ax.locator_params(axis="x", nbins=4)
        lettering = self._letter(self._say(self.of), title=self._say("epoch {0}", self.epoch) if title is None else title)
        step, size = self._step(), "small"
        places = range(0, len(self.layers), step)
        ax.set_yticks([-place for place in places], [lettering(self.layers[place]) for place in places], fontsize=size, va="bottom")
        ax.tick_params(axis="y", length=0)
        self._note(places)
        return self

    def _note(self, places: range) -> None:
        """Write the shares of idle units on the right, where there are any."""
        for place in places:
            shares = {"dead": self.dead[place], "saturated": self.saturated[place]}
            text = "\n".join(self._say(f"{name} {{0}}", f"{share:.0%}") for name, share in shares.items() if share > 0)
            if text:
                lettering = Lettering.of([text])
                where: dict[str, Any] = {"transform": self.ax_.get_yaxis_transform(), "ha": "right", "va": "bottom", "fontsize": "x-small"}
                self.ax_.text(1, -place + 0.05, lettering(text), family=lettering.families, color=self._theme.ink, **where)

    def _step(self) -> int:
        """Return to every how many layers there is room to write a name and a note."""
        points = self.ax_.get_window_extent().height * 0.8 * 72 / self.figure_.dpi
        return max(1, int(np.ceil(20 * len(self.layers) / points)))
