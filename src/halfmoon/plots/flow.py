"""One statistic of every layer at every recorded epoch: how gradients flow, and which units die."""

from __future__ import annotations

import itertools
from typing import Any, Self

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LogNorm, Normalize
from matplotlib.ticker import MaxNLocator, PercentFormatter

from halfmoon.base import checks
from halfmoon.base.checks import Array
from halfmoon.base.errors import InputError
from halfmoon.plots.display import Display
from halfmoon.training.recording.recording import Recording

QUANTITIES = {
    "gradient": ("gradient_norm", "gradient norm"),
    "parameters": ("parameter_norm", "parameter gradient norm"),
    "mean": ("activation_mean", "activation mean"),
    "std": ("activation_std", "activation std"),
    "dead": ("dead", "dead units"),
    "saturated": ("saturated", "saturated units"),
}
"""What can be shown: its name among a recording's statistics, and how a picture calls it."""


SHARES = ("dead", "saturated")
"""What is a share of units."""

SMALLEST_LETTERS = 4.5
"""Points below which letters cannot be read."""


class FlowDisplay(Display):
    """A statistic of each layer (rows, the first layer on top) at each recorded epoch (columns).

    Norms and deviations are drawn on a logarithmic scale, shares of units from 0 to the largest, with their figures.

    Parameters
    ----------
    epochs : ndarray of int, shape (k,)
        Those that were recorded.
    layers : list of str
        Their names, the first one first.
    values : ndarray, shape (k, layers)
        The statistic of each layer at each of the epochs.
    quantity : str
        One of ``QUANTITIES``.

    Attributes
    ----------
    epochs, layers, values, quantity
        As given.
    ax_, figure_
        Set by :meth:`plot`, as in every :class:`~halfmoon.plots.display.Display`.

    Examples
    --------
    >>> recorder = hm.Recorder(X, y)
    >>> history = hm.train(model, X, y, epochs=5, callbacks=[recorder])
    >>> from halfmoon.plots import FlowDisplay
    >>> display = FlowDisplay.from_recording(recorder.recording).plot()
    >>> display.values.shape  # layers, epochs
    (6, 3)
    """

    def __init__(self, epochs: Array, layers: list[str], values: Array, quantity: str = "gradient") -> None:
        self.epochs, self.layers, self.values = epochs, layers, values
        self.quantity = checks.one_of("quantity", quantity, QUANTITIES)

    @classmethod
    def from_recording(cls, recording: Recording, quantity: str = "gradient") -> Self:
        """Return the display of what a recorder saw.

        Parameters
        ----------
        recording : Recording
            Whose recorder was given rows.
        quantity : {"gradient", "parameters", "mean", "std", "dead", "saturated"}
            The norm of the gradient of the loss by each layer's output, or by each parameter; the mean or the standard deviation
            of each layer's output; or the share of each activation's units that are dead or saturated, as
            :class:`halfmoon.network.units.Units` has it.

        Returns
        -------
        FlowDisplay

        Raises
        ------
        InputError
            When the recording has no statistics.
        """
        name, _ = QUANTITIES[checks.one_of("quantity", quantity, QUANTITIES)]
        values = statistics_of(recording)[name]
        names = [name for name, _ in recording.program.parameters.entries] if quantity == "parameters" else recording.layers
        known: Any = (~np.isnan(values)).any(axis=0)  # layers that are no activations have no dead units
        return cls(recording.epochs, [each for each, some in zip(names, known.tolist(), strict=True) if some], values[:, known], quantity)

    def _draw(self, ax: Axes, title: str | None) -> None:
        edges = np.arange(len(self.epochs) + 1) - 0.5, np.arange(len(self.layers) + 1) - 0.5
        look: dict[str, Any] = {"cmap": self._colours()}
        painted = ax.pcolormesh(*edges, np.ma.masked_invalid(self.values.T), norm=self._norm(), **look)
        ax.invert_yaxis()
        ax.xaxis.set_major_locator(MaxNLocator("auto", integer=True, min_n_ticks=1))
        ax.xaxis.set_major_formatter(lambda column, _: str(self.epochs[int(column)]) if 0 <= column < len(self.epochs) else "")
        options = {"format": PercentFormatter(1, decimals=0)} if self.quantity in SHARES else {}
        self._colourbar(painted, self._translate(QUANTITIES[self.quantity][1]), **options)
        font = self._label(self._translate("epoch"), "", title=title)
        if self.quantity in SHARES:
            self._write_shares(painted)
        step = self._label_step(len(self.layers), 12)
        ax.set_yticks(range(0, len(self.layers), step), [font.drawable(name) for name in self.layers[::step]], fontsize="small")

    def _colours(self) -> Any:
        """Return the colour map: a share of 0 has the colour of the paper, so that a small one is seen."""
        if self.quantity in SHARES:
            return self._theme.counting
        return self._theme.diverging if self.quantity == "mean" else self._theme.sequential

    def _write_shares(self, painted: Any) -> None:
        """Write which share it is, 0 too, once for the epochs in a row that have the same, where there is room."""
        width, height = self._size()
        for layer, shares in enumerate(self.values.T):
            ends = [0, *(np.flatnonzero(np.diff(shares)) + 1).tolist(), len(shares)]
            for first, end in itertools.pairwise(ends):
                share, text = shares[first], f"{shares[first]:.0%}"
                size = min(width / len(shares) * (end - first) / len(text) / 0.9, height / len(self.layers) / 1.2, 8)
                if not np.isnan(share) and size >= SMALLEST_LETTERS:
                    ink = self._theme.legible(painted.to_rgba(share)[:3])
                    self.ax_.text((first + end - 1) / 2, layer, text, ha="center", va="center", fontsize=size, color=ink)

    def _norm(self) -> Normalize:
        finite = self.values[np.isfinite(self.values)]
        if self.quantity in SHARES:
            return Normalize(0, float(finite.max(initial=0)) or 1.0)
        if self.quantity == "mean":
            half = float(np.abs(finite).max(initial=0)) or 1.0
            return Normalize(-half, half)
        above = finite[finite > 0]
        low, high = (float(above.min()), float(above.max())) if above.size else (0.1, 1.0)
        return LogNorm(low, high) if high > low else LogNorm(low / 2, high * 2)


def statistics_of(recording: Recording) -> dict[str, Array]:
    """Return a recording's statistics, or raise InputError where it has none."""
    checks.instance("recording", recording, Recording, "a Recording, such as recorder.recording")
    if not recording.statistics:
        raise InputError("recording must have statistics: give the rows to describe the layers on, as Recorder(X, y)")
    return recording.statistics
