"""The loss against the epoch."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple, Self

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from halfmoon.base import checks
from halfmoon.base.checks import Array
from halfmoon.base.errors import InputError
from halfmoon.plots.display import Display
from halfmoon.plots.translations import CHINESE
from halfmoon.training.history import History


class _Curve(NamedTuple):
    """What is drawn of a curve: the line, the band of several trainings, and the line as it was before it was smoothed."""

    line: Artist
    band: Artist | None
    rough: Artist | None


class LossDisplay(Display):
    """The training loss and the validation loss, epoch by epoch; of several trainings, the median and a band around it.

    Parameters
    ----------
    epochs : array-like, shape (n,)
        From 1 on.
    loss : array-like, shape (n,) or (trainings, n)
        May hold nan and inf, which leave gaps.
    validation : array-like of the same shape, optional
        The loss on the validation set.
    best_epoch : int, optional
        One of ``epochs``, to be marked.

    Attributes
    ----------
    epochs, loss, validation, best_epoch
        As given, the first three as arrays of float64.
    ax_, figure_
        Set by :meth:`plot`, as in every :class:`~halfmoon.plots.display.Display`.

    Raises
    ------
    InputError
        When the lengths differ, there is no epoch, or the best epoch is none of them.

    Examples
    --------
    >>> from halfmoon.plots import LossDisplay
    >>> display = LossDisplay([1, 2, 3], [0.9, 0.4, 0.3]).plot()
    >>> display.ax_.get_xlabel()
    'epoch'
    """

    texts = CHINESE | {"middle {0} of {1} trainings": "{1} 次训练的中间 {0}", "not smoothed": "未平滑"}

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
        if curve.ndim not in {1, 2} or curve.shape[-1] != len(self.epochs) or not curve.size:
            raise InputError(f"{name} must have one value for each of the {len(self.epochs)} epochs, got shape {curve.shape}")
        return curve.astype(np.float64)

    @classmethod
    def from_history(cls, history: History | Iterable[History]) -> Self:
        """Return the display of what one training recorded, or of several that differ in their seeds.

        Parameters
        ----------
        history : History or list of History
            Their column ``val_loss`` is drawn where all have one, and the best epoch marked: the one that was monitored, else
            the one with the lowest validation loss (of several trainings, the lowest median). One that ended
            before the others counts with its last loss from then on.

        Returns
        -------
        LossDisplay

        Raises
        ------
        InputError
            When nothing was recorded.
        """
        given = checks.listed("history", history, History, "a History, which training returns, or a list of them")
        if not given or not all(each.epochs for each in given):
            raise InputError("history must have at least one epoch, got none")
        epochs = max((each["epoch"] for each in given), key=len)
        validated = all("val_loss" in each for each in given)
        curves = [_stacked(given, name, len(epochs)) for name in ("loss", "val_loss")[: 1 + validated]]
        best = given[0].best_epoch if len(given) == 1 else None
        if best is None and validated:
            middle = _median(curves[1])
            best = int(epochs[np.nanargmin(middle)]) if np.isfinite(middle).any() else None
        if len(given) == 1:
            curves = [curve[0] for curve in curves]
        return cls(epochs, curves[0], curves[1] if validated else None, best)

    @classmethod
    def from_estimator(cls, estimator: Any) -> Self:
        """Return the display of an estimator's training; of an ensemble, of all its members.

        Parameters
        ----------
        estimator : fitted estimator
            Of Halfmoon's, or any other with a ``loss_curve_``, such as scikit-learn's MLP.

        Returns
        -------
        LossDisplay
        """
        members = [getattr(each, "history_", None) for each in getattr(estimator, "estimators_", [estimator])]
        if members and all(isinstance(each, History) for each in members):
            return cls.from_history(members)  # type: ignore[arg-type]
        curve = getattr(estimator, "loss_curve_", None)
        if curve is None:
            raise checks.fail("estimator", estimator, "a fitted estimator with a history_ or a loss_curve_")
        return cls(range(1, len(curve) + 1), curve)

    def plot(
        self,
        ax: Axes | None = None,
        *,
        xlabel: str | None = None,
        ylabel: str | None = None,
        title: str | None = None,
        log: bool = False,
        smooth: float = 0.0,
        band: float = 0.5,
        theme: str | None = None,
        lang: str = "en",
    ) -> Self:
        """Draw the curves.

        Parameters
        ----------
        xlabel, ylabel : str, optional
            May be Chinese.
        log : bool
            Whether the loss gets a logarithmic scale; values that are not positive then leave gaps.
        smooth : float
            From 0 (not at all) to below 1: how much each epoch takes over from those before. The true curve stays behind, faint.
        band : float
            Of several trainings, the share in the middle that the band holds.
        ax, title, theme, lang
            As every display takes them: see :meth:`~halfmoon.plots.display.Display.plot`.

        Returns
        -------
        LossDisplay
            Itself, with ``ax_`` and ``figure_``.

        Raises
        ------
        InputError
            When ``log`` is asked for and no loss is positive.
        """
        checks.share("smooth", smooth)
        checks.Between(0, 1)("band", band)
        if checks.flag("log", log) and not any((curve > 0).any() for _, curve in self._curves()):
            raise InputError("log must be False where no loss is positive")
        ax = self._prepare(ax, theme, lang)
        drawn = [self._draw_curve(index, smooth, band) for index in range(len(self._curves()))]
        legend: list[tuple[Any, str]] = [(each.line, self._translate(name)) for each, (name, _) in zip(drawn, self._curves(), strict=True)]
        if drawn[0].band is not None:
            legend.append(
                (tuple(each.band for each in drawn), self._translate("middle {0} of {1} trainings", f"{band:.0%}", len(self.loss)))
            )
        if drawn[0].rough is not None:
            legend.append((tuple(each.rough for each in drawn), self._translate("not smoothed")))
        if self.best_epoch is not None:
            legend.append((self._mark_best(self.best_epoch, smooth), self._translate("best: epoch {0}", f"{self.best_epoch:g}")))
        if log:
            ax.set_yscale("log", nonpositive="mask")
        ax.xaxis.set_major_locator(MaxNLocator("auto", integer=True, steps=[1, 2, 5, 10], min_n_ticks=1))
        ax.grid(visible=True, which="both" if log else "major", color=self._theme.faint, linewidth=0.8)
        ax.set_axisbelow(True)
        ax.spines[["top", "right"]].set_visible(False)
        labels = (self._translate("epoch") if xlabel is None else xlabel, self._translate("loss") if ylabel is None else ylabel)
        self._label(*labels, title=title, legend=legend if len(legend) > 1 else (), frameon=False)
        return self

    def _curves(self) -> list[tuple[str, Array]]:
        named = (("training", self.loss), ("validation", self.validation))
        return [(name, curve) for name, curve in named if curve is not None]

    def _draw_curve(self, index: int, smooth: float, band: float) -> _Curve:
        area, rough = None, None
        ax, colour, curve = self.ax_, self._theme.colour(index), self._curves()[index][1]
        if curve.ndim > 1 and len(curve) > 1:
            low, high = _quantiles(curve, (0.5 - band / 2, 0.5 + band / 2))
            area = ax.fill_between(self.epochs, _smoothed(low, smooth), _smoothed(high, smooth), color=colour, alpha=0.2, linewidth=0)
        middle = _median(curve)
        if smooth:
            (rough,) = ax.plot(self.epochs, middle, color=colour, linewidth=0.8, alpha=0.35)
        # A single epoch makes no line, so it gets a dot. Dashes tell the curves apart in grey print.
        marker = "o" if len(self.epochs) == 1 else None
        look: dict[str, Any] = {"linestyle": ("-", "--")[index], "linewidth": 1.6, "marker": marker}
        return _Curve(ax.plot(self.epochs, _smoothed(middle, smooth), color=colour, **look)[0], area, rough)

    def _mark_best(self, epoch: float, smooth: float) -> Artist:
        """Mark the best epoch on the validation curve, or on the only one."""
        last = len(self._curves()) - 1
        value = _smoothed(_median(self._curves()[last][1]), smooth)[np.flatnonzero(self.epochs == epoch)[0]]
        look: dict[str, Any] = {"markersize": 7, "markeredgecolor": self._theme.paper, "linestyle": "none", "zorder": 3}
        return self.ax_.plot(epoch, value, "o", color=self._theme.colour(last), **look)[0]


def _stacked(histories: list[History], name: str, epochs: int) -> Array:
    """Return a column of several histories; a training that has ended counts with its last value, or the median would jump."""
    curves = np.empty((len(histories), epochs))
    for curve, history in zip(curves, histories, strict=True):
        curve[: history.epochs], curve[history.epochs :] = history[name], history[name][-1]
    return curves


def _quantiles(curves: Array, levels: tuple[float, ...]) -> Array:
    """Return quantiles over trainings, of those that have a finite value there; nan where none has."""
    values = np.where(np.isfinite(curves), curves, np.nan)
    found = np.full((len(levels), curves.shape[1]), np.nan)
    some = ~np.isnan(values).all(axis=0)
    found[:, some] = np.nanquantile(values[:, some], levels, axis=0)
    return found


def _median(curve: Array) -> Array:
    return curve if curve.ndim == 1 else _quantiles(curve, (0.5,))[0]


def _smoothed(curve: Array, weight: float) -> Array:
    """Return the mean of a curve's values so far, each epoch back counting ``weight`` times as much; gaps stay gaps."""
    if not weight:
        return curve
    found, total, count = np.full(len(curve), np.nan), 0.0, 0.0
    for epoch in np.flatnonzero(np.isfinite(curve)):
        total, count = weight * total + curve[epoch], weight * count + 1
        found[epoch] = total / count
    return found
