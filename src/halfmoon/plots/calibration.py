"""Calibration: whether what is predicted with a probability of 80% happens in 80% of the cases."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Self

from matplotlib.axes import Axes

from halfmoon.base import checks
from halfmoon.base.checks import Array
from halfmoon.base.errors import InputError
from halfmoon.plots.display import Display
from halfmoon.plots.palette import marker
from halfmoon.plots.translations import class_names
from halfmoon.predictions.adapters import evaluate


class CalibrationDisplay(Display):
    """The reliability diagram, drawn by scikit-learn's CalibrationDisplay; of more than two classes, one against the rest.

    On the diagonal every probability is right.

    Parameters
    ----------
    prob_true, prob_pred : list of ndarray
        For each of ``classes``, bin by bin: the share of rows that are of it, and the mean of what was predicted.
    y_prob : list of ndarray
        The predicted probabilities themselves.
    classes : list of int
        The class that each curve is of, against the rest.
    class_names : list of str, optional
        Of class 0, 1, and so on.

    Attributes
    ----------
    prob_true, prob_pred, y_prob, classes, class_names
        As given.
    displays_ : list of sklearn.calibration.CalibrationDisplay
        Set by :meth:`plot`.
    ax_, figure_
        Set by :meth:`plot`, as in every :class:`~halfmoon.plots.display.Display`.

    Examples
    --------
    >>> from halfmoon.plots import CalibrationDisplay
    >>> display = CalibrationDisplay.from_estimator(model, X, y, bins=5).plot()
    >>> display.classes
    [1]
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
            A fitted classifier, of Halfmoon's, scikit-learn's or another library's, a Model, or a function of rows.
        X : array-like or data frame, shape (n, d)
            Rows to learn from.
        y : array-like, shape (n,)
            Classes as the estimator knows them.
        bins : int
            Of the predicted probabilities.
        strategy : {"uniform", "quantile"}
            Bins of equal width, or of as many rows each.
        class_names : sequence of str, optional
            The name of class 0, of class 1, and so on; by default their numbers.

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
        probabilities = [found.output.probabilities[:, number].clip(0, 1) for number in found.curve_classes]
        options = {"n_bins": checks.whole("bins", bins), "strategy": checks.one_of("strategy", strategy, ("uniform", "quantile"))}
        pairs = zip(found.curve_classes, probabilities, strict=True)
        curves = [calibration_curve(found.y == number, column, pos_label=True, **options) for number, column in pairs]
        prob_true, prob_pred = ([curve[side] for curve in curves] for side in (0, 1))
        return cls(prob_true, prob_pred, probabilities, found.curve_classes, found.class_names)

    def _draw(self, ax: Axes, title: str | None) -> None:
        from sklearn.calibration import CalibrationDisplay as Curve  # noqa: PLC0415 - loaded when used

        names = class_names(self._lang, self.class_names, max(self.classes) + 1)
        self.displays_, legend = [], []
        for index, number in enumerate(self.classes):
            drawn = Curve(self.prob_true[index], self.prob_pred[index], self.y_prob[index])
            look: dict[str, Any] = {"color": self._theme.colour(number), "marker": marker(number), "markersize": 4}
            self.displays_.append(drawn.plot(ax=ax, ref_line=index == 0, **look))
            legend.append((drawn.line_, names[number]))
        reference = next(line for line in ax.lines if all(line is not each for each, _ in legend))
        reference.set(color=self._theme.ink, linewidth=0.8)
        ylabel = self._translate("share of {0}", names[self.classes[0]] if len(self.classes) == 1 else self._translate("class {0}", "k"))
        legend.append((reference, self._translate("perfect")))
        self._label(self._translate("predicted probability"), ylabel, title=title, legend=legend, loc="upper left")
