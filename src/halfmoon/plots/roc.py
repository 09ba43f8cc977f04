"""The receiver operating characteristic: the share of a class that is found, against the share of the others taken for it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Self

from matplotlib.axes import Axes

from halfmoon.base.checks import Array
from halfmoon.base.errors import InputError
from halfmoon.plots.display import LONG_LEGEND, Display
from halfmoon.plots.palette import line
from halfmoon.plots.translations import CHINESE, class_names
from halfmoon.predictions.adapters import evaluate


class RocDisplay(Display):
    """The receiver operating characteristic, drawn by scikit-learn's RocCurveDisplay; of more than two classes, one against the rest.

    On the diagonal lie classifiers that guess; AUC is the area under a curve, 1 at best.

    Parameters
    ----------
    fpr, tpr : list of ndarray
        A curve for each of ``classes``.
    roc_auc : list of float
        The areas below them.
    classes : list of int
        The class that each curve is of, against the rest.
    class_names : list of str, optional
        Of class 0, 1, and so on.

    Attributes
    ----------
    fpr, tpr, roc_auc, classes, class_names
        As given.
    display_ : sklearn.metrics.RocCurveDisplay
        Set by :meth:`plot`.
    ax_, figure_
        Set by :meth:`plot`, as in every :class:`~halfmoon.plots.display.Display`.

    Examples
    --------
    >>> from halfmoon.plots import RocDisplay
    >>> display = RocDisplay.from_estimator(model, X, y).plot()
    >>> len(display.roc_auc)
    1
    """

    texts = CHINESE | {"{0}: AUC {1}": "{0}：AUC {1}"}

    def __init__(self, fpr: list[Array], tpr: list[Array], roc_auc: list[float], classes: list[int], class_names: list[str] | None) -> None:
        self.fpr, self.tpr, self.roc_auc, self.classes, self.class_names = fpr, tpr, roc_auc, classes, class_names

    @classmethod
    def from_estimator(cls, estimator: Any, X: Any, y: Any, *, class_names: Sequence[str] | None = None) -> Self:
        """Return the display of a classifier's scores.

        Parameters
        ----------
        estimator : Model or fitted classifier
            A fitted classifier, of Halfmoon's, scikit-learn's or another library's, a Model, or a function of rows.
        X : array-like or data frame, shape (n, d)
            Rows to learn from.
        y : array-like, shape (n,)
            Classes as the estimator knows them; each must be there, and not alone.
        class_names : sequence of str, optional
            The name of class 0, of class 1, and so on; by default their numbers.

        Returns
        -------
        RocDisplay

        Raises
        ------
        InputError
            When the classifier has no scores, or y has too few classes.
        """
        from sklearn.metrics import auc, roc_curve  # noqa: PLC0415 - loaded when used

        found = evaluate(estimator, X, y, class_names)
        scores = found.output.probabilities if found.output.scores is None else found.output.scores
        if scores is None:
            raise InputError("estimator must have scores or probabilities, got one that says classes alone")
        for number in found.curve_classes:
            if not 0 < (found.y == number).sum() < len(found.y):
                raise InputError(f"y must have rows of class {number} and of others, got {(found.y == number).sum()} of {len(found.y)}")
        curves = [roc_curve(found.y == number, scores[:, number])[:2] for number in found.curve_classes]
        fpr, tpr = ([curve[side] for curve in curves] for side in (0, 1))
        return cls(fpr, tpr, [float(auc(*curve)) for curve in curves], found.curve_classes, found.class_names)

    def _draw(self, ax: Axes, title: str | None) -> None:
        from sklearn.metrics import RocCurveDisplay  # noqa: PLC0415 - loaded when used

        names = class_names(self._lang, self.class_names, max(self.classes) + 1)
        look = [{"color": self._theme.colour(number), "linewidth": 1.6, "linestyle": line(number), "alpha": 1} for number in self.classes]
        drawn = RocCurveDisplay(fpr=self.fpr, tpr=self.tpr, roc_auc=self.roc_auc, name=[names[number] for number in self.classes])
        chance = {"color": self._theme.ink, "linewidth": 0.8}
        self.display_ = drawn.plot(ax=ax, curve_kwargs=look, plot_chance_level=True, chance_level_kw=chance)
        lines = [*ax.lines[: len(self.classes)], self.display_.chance_level_]
        areas = [
            self._translate("{0}: AUC {1}", names[number], f"{area:.3f}") for number, area in zip(self.classes, self.roc_auc, strict=True)
        ]
        legend = list(zip(lines, [*areas, self._translate("chance")], strict=True))
        if len(legend) > LONG_LEGEND:
            ax.set_aspect("auto")  # a square beside a legend would be small
        labels = self._translate("false positive rate"), self._translate("true positive rate")
        self._label(*labels, title=title, legend=legend, loc="lower right")
