"""The loss against the epoch."""

from __future__ import annotations

from typing import Any, Self

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from halfmoon import checks
from halfmoon.checks import Array
from halfmoon.errors import InputError
from halfmoon.history import History
from halfmoon.plots.display import Display, letter
from halfmoon.plots.palette import colour


class LossDisplay(Display):
    """The training loss and the validation loss, epoch by epoch.

    Parameters
    ----------
    epochs : array-like, shape (n,)
    loss : array-like, shape (n,)
        May hold nan and inf, which leave gaps.
    validation : array-like, shape (n,), optional
    best_epoch : int, optional
        One of ``epochs``, to be marked.

    Attributes
    ----------
    epochs, loss, validation, best_epoch
        As given, the first three as arrays of float64.
    ax_ : matplotlib.axes.Axes
        Set by :meth:`plot`.
    figure_ : matplotlib.figure.Figure
        Set by :meth:`plot`.

    Raises
    ------
    InputError
        When the lengths differ, there is no epoch, or the best epoch is none of them.

    Examples
    --------
    >>> display = LossDisplay([1, 2, 3], [0.9, 0.4, 0.3]).plot()
    >>> display.ax_.get_xlabel()
    'epoch'
    """

    def __init__(self, epochs: Any, loss: Any, validation: Any = None, best_epoch: int | None = None) -> None:
        self.epochs = checks.numeric("epochs", epochs).astype(np.float64)
        if self.epochs.ndim != 1 or not self.epochs.size:
            raise InputError(f"epochs must be a vector with at least one epoch, got shape {self.epochs.shape}")
        self.loss = self._curve("loss", loss)
        self.validation = None if validation is None else self._curve("validation", validation)
        self.best_epoch = best_epoch
        if best_epoch is not None and best_epoch not in self.epochs:
            raise checks.fail("best_epoch", best_epoch, "one of the epochs")

    def _curve(self, name: str, values: Any) -> Array:
        curve = np.asarray(values)
        if curve.dtype.kind not in "biuf":
            raise InputError(f"{name} must hold real numbers, got an array of dtype {curve.dtype}")
        if curve.shape != self.epochs.shape:
            raise InputError(f"{name} must have one value for each of the {len(self.epochs)} epochs, got shape {curve.shape}")
        return curve.astype(np.float64)

    @classmethod
    def from_history(cls, history: History) -> Self:
        """Return the display of what training recorded.

        Parameters
        ----------
        history : History
            Its column ``val_loss`` is drawn where there is one.

        Returns
        -------
        LossDisplay

        Raises
        ------
        InputError
            When nothing was recorded.
        """
        checks.instance("history", history, History, "a History, which training returns")
        if not history.epochs:
            raise InputError("history must have at least one epoch, got none")
        validation = history.get("val_loss")
        return cls(history["epoch"], history["loss"], validation, history.best_epoch)

    def plot(
        self, ax: Axes | None = None, *, xlabel: str = "epoch", ylabel: str = "loss", title: str | None = None, log: bool = False
    ) -> Self:
        """Draw the curves.

        Parameters
        ----------
        ax : matplotlib.axes.Axes, optional
            A figure of its own is made when None.
        xlabel, ylabel, title : str
            May be Chinese.
        log : bool
            Whether the loss gets a logarithmic scale; values that are not positive then leave gaps.

        Returns
        -------
        LossDisplay
            Itself, with ``ax_`` and ``figure_``.

        Raises
        ------
        InputError
            When ``log`` is asked for and no loss is positive.
        """
        if checks.flag("log", log) and not any((curve > 0).any() for _, curve in self._curves()):
            raise InputError("log must be False where no loss is positive")
        ax = self._start(ax)
        legend = [(self._draw(ax, place, curve), name) for place, (name, curve) in enumerate(self._curves())]
        if self.best_epoch is not None:
            legend.append((self._mark(ax, self.best_epoch), f"best: epoch {self.best_epoch:g}"))
        if log:
            ax.set_yscale("log", nonpositive="mask")
        ax.xaxis.set_major_locator(MaxNLocator("auto", integer=True, steps=[1, 2, 5, 10], min_n_ticks=1))
        ax.grid(visible=True, which="both" if log else "major", color="0.9", linewidth=0.8)
        ax.set_axisbelow(True)
        ax.spines[["top", "right"]].set_visible(False)
        letter(ax, xlabel, ylabel, title=title, legend=legend if len(legend) > 1 else (), frameon=False)
        return self

    def _curves(self) -> list[tuple[str, Array]]:
        named = (("training", self.loss), ("validation", self.validation))
        return [(name, curve) for name, curve in named if curve is not None]

    def _draw(self, ax: Axes, place: int, curve: Array) -> Artist:
        # A single epoch makes no line, so it gets a dot. Dashes tell the curves apart in grey print.
        marker = "o" if len(curve) == 1 else None
        return ax.plot(self.epochs, curve, color=colour(place), linestyle=("-", "--")[place], linewidth=1.6, marker=marker)[0]

    def _mark(self, ax: Axes, epoch: float) -> Artist:
        """Mark the best epoch on the validation curve, or on the only one."""
        place = len(self._curves()) - 1
        value = self._curves()[place][1][np.flatnonzero(self.epochs == epoch)[0]]
        return ax.plot(epoch, value, "o", color=colour(place), markersize=7, markeredgecolor="white", linestyle="none", zorder=3)[0]
