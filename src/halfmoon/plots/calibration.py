"""Whether things that are said to be 80% sure happen in 80% of the cases."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Self

from matplotlib.axes import Axes

from halfmoon.base import checks
from halfmoon.base.checks import Array
from halfmoon.base.errors import InputError
from halfmoon.plots.display import BESIDE, MANY, Display
from halfmoon.plots.palette import marker
from halfmoon.plots.translations import class_names
from halfmoon.predictions.evaluation import evaluate


class CalibrationDisplay(Display):
    """The reliability diagram, drawn by scikit-learn's CalibrationDisplay; of more than two classes, one against the rest.

    Parameters
    ----------
    prob_true, prob_pred : list of ndarray
        For each of ``classes``, bin by bin: the share of rows that are of it, and the mean of what was predicted.
    y_prob : list of ndarray
        The predicted probabilities themselves.
    classes : list of int
    class_names : list of str, optional
        Of class 0, 1, and so on.

    Attributes
    ----------
    prob_true, prob_pred, y_prob, classes, class_names
        As given.
    displays_ : list of sklearn.calibration.CalibrationDisplay
        Set by :meth:`plot`, as are ``ax_`` and ``figure_``.
    """

    def __init__(
        self, prob_true: list[Array], prob_pred: list[Array], y_prob: list[Array], classes: list[int], class_names: list[str] | None
    ) -> None:
        self.prob_true, self.prob_pred, self.y_prob = prob_true, prob_pred, y_prob
        self.classes, self.class_names = classes, class_names

    @classmethod
    def from_estimator(
        cls, estimator: Any, X: Any, y: Any, *, bins: int = 10, strategy: str = "uniform", class_names: Sequence[str] | None = None
    ) -> Self:
        """Return the display of a classifier's probabilities.

        Parameters
        ----------
        estimator : Model or fitted classifier
        X : array-like or data frame, shape (n, d)
        y : array-like, shape (n,)
            Classes as the estimator knows them.
        bins : int
            Of the predicted probabilities.
        strategy : {"uniform", "quantile"}
            Bins of equal width, or of as many rows each.
        class_names : sequence of str, optional

        Returns
        -------
        CalibrationDisplay

        Raises
        ------
        InputError
            When the classifier has no probabilities.
        """
        from sklearn.calibration import calibration_curve  # noqa: PLC0415 - loaded when used

        found = evaluate(estimator, X, y, class_names)
        if found.output.probabilities is None:
            raise InputError("estimator must have probabilities, got one that has none")
        chances = [found.output.probabilities[:, number].clip(0, 1) for number in found.curve_classes]
        how = {"n_bins": checks.whole("bins", bins), "strategy": checks.one_of("strategy", strategy, ("uniform", "quantile"))}
        pairs = zip(found.curve_classes, chances, strict=True)
        curves = [calibration_curve(found.y == number, chance, pos_label=True, **how) for number, chance in pairs]
        return cls([true for true, _ in curves], [said for _, said in curves], chances, found.curve_classes, found.class_names)

    def plot(self, ax: Axes | None = None, *, title: str | None = None, theme: str | None = None, lang: str = "en") -> Self:
        """Draw the curves, and the diagonal on which every probability is right.

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
        CalibrationDisplay
            Itself, with ``ax_`` and ``figure_``.
        """
        from sklearn.calibration import CalibrationDisplay as Drawn  # noqa: PLC0415 - loaded when used

        ax = self._start(ax, theme, lang)
        names = class_names(lang, self.class_names, max(self.classes) + 1)
        self.displays_, legend = [], []
        for which, number in enumerate(self.classes):
            drawn = Drawn(self.prob_true[which], self.prob_pred[which], self.y_prob[which])
            look: dict[str, Any] = {"color": self._theme.colour(number), "marker": marker(number), "markersize": 4}
            self.displays_.append(drawn.plot(ax=ax, ref_line=not which, **look))
            legend.append((drawn.line_, names[number]))
        reference = next(line for line in ax.lines if all(line is not each for each, _ in legend))
        reference.set(color=self._theme.ink, linewidth=0.8)
        ylabel = self._say("share of {0}", names[self.classes[0]] if len(self.classes) == 1 else self._say("class {0}", "k"))
        legend.append((reference, self._say("perfect")))
        place: dict[str, Any] = BESIDE if len(legend) > MANY else {"loc": "upper left"}
        self._letter(self._say("predicted probability"), ylabel, title=title, legend=legend, **place)
        return self
