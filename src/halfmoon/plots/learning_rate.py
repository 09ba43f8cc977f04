"""The loss against the learning rate, from a search for a good one."""

from __future__ import annotations

from typing import Any, Self

import numpy as np
from matplotlib.axes import Axes

from halfmoon.base import checks
from halfmoon.base.checks import Array
from halfmoon.base.errors import InputError
from halfmoon.plots.display import Display

HEADROOM = 1.5
"""Where the loss has risen without bound, the picture ends at so many times its first value."""


class LearningRateDisplay(Display):
    """The losses of a training at ever higher rates, smoothed, and the rate that is suggested.

    Parameters
    ----------
    rates, losses, smoothed : array-like, shape (n,)
        Learning rates above 0; the loss at each, and its running mean.
    suggestion : float
        One of ``rates``, to be marked.

    Attributes
    ----------
    rates, losses, smoothed, suggestion
        As given, the first three as arrays of float64.
    ax_, figure_
        Set by :meth:`plot`, as in every :class:`~halfmoon.plots.display.Display`.

    Raises
    ------
    InputError
        When the lengths differ, or a rate is not above 0.

    Examples
    --------
    >>> from halfmoon.plots import LearningRateDisplay
    >>> search = hm.find_learning_rate(hm.MLPClassifier((8,), random_state=0), X, y)
    >>> display = LearningRateDisplay.from_search(search).plot()
    >>> display.suggestion == search.suggestion
    True
    """

    def __init__(self, rates: Any, losses: Any, smoothed: Any, suggestion: float) -> None:
        self.rates: Array = checks.numeric("rates", rates).astype(np.float64)
        self.losses, self.smoothed = np.asarray(losses, np.float64), np.asarray(smoothed, np.float64)
        if self.rates.ndim != 1 or not self.rates.shape == self.losses.shape == self.smoothed.shape or not self.rates.size:
            raise InputError(
                f"rates, losses and smoothed must be vectors of one length, got shapes {self.rates.shape}, {self.losses.shape}"
                f" and {self.smoothed.shape}"
            )
        if self.rates.min() <= 0:
            raise InputError(f"rates must be above 0, got {self.rates.min():g}")
        self.suggestion = checks.positive("suggestion", suggestion)

    @classmethod
    def from_search(cls, search: Any) -> Self:
        """Return the display of what :func:`halfmoon.find_learning_rate` found.

        Parameters
        ----------
        search : RateSearch
            What it found.

        Returns
        -------
        LearningRateDisplay
        """
        return cls(search.rates, search.losses, search.smoothed, search.suggestion)

    def _draw(self, ax: Axes, title: str | None) -> None:
        (each,) = ax.plot(self.rates, self.losses, color=self._theme.colour(0), alpha=0.35, linewidth=1)
        (mean,) = ax.plot(self.rates, self.smoothed, color=self._theme.colour(0))
        marked = ax.axvline(self.suggestion, color=self._theme.colour(1), linestyle="--")
        ax.set_xscale("log")
        ax.spines[["top", "right"]].set_visible(False)
        seen = self.smoothed[np.isfinite(self.smoothed)]
        if seen.size and seen.max() > HEADROOM * seen[0]:
            low = float(seen.min())
            ax.set_ylim(low - 0.1 * abs(seen[0] - low), HEADROOM * float(seen[0]))
        suggestion = self._translate("suggestion: {0}", f"{self.suggestion:.2g}")
        legend = [(each, self._translate("loss of a batch")), (mean, self._translate("smoothed")), (marked, suggestion)]
        self._label(self._translate("learning rate"), self._translate("loss"), title=title, legend=legend, framealpha=0.9)
