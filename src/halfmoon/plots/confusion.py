"""The confusion matrix: how often each class is predicted as which."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil
from typing import Any, Self

import numpy as np
from matplotlib.axes import Axes

from halfmoon.base.checks import Array
from halfmoon.plots.display import Display
from halfmoon.plots.fonts import FontChoice
from halfmoon.plots.translations import class_names
from halfmoon.predictions.adapters import evaluate

NAME_HEIGHT = 6.0
"""Points that the name of a class needs."""


class ConfusionDisplay(Display):
    """How many rows of each true class (down) are predicted to be of each class (across), drawn by scikit-learn's ConfusionMatrixDisplay.

    Parameters
    ----------
    confusion_matrix : ndarray of int, shape (k, k)
        Rows of true class i that are predicted to be of class j, at [i, j].
    class_names : list of str, optional
        The name of class 0, of class 1, and so on; by default their numbers.

    Attributes
    ----------
    confusion_matrix, class_names
        As given.
    display_ : sklearn.metrics.ConfusionMatrixDisplay
        Set by :meth:`plot`.
    ax_, figure_
        Set by :meth:`plot`, as in every :class:`~halfmoon.plots.display.Display`.

    Examples
    --------
    >>> from halfmoon.plots import ConfusionDisplay
    >>> display = ConfusionDisplay.from_estimator(model, X, y).plot()
    >>> display.confusion_matrix.shape
    (2, 2)
    """

    def __init__(self, confusion_matrix: Array, class_names: list[str] | None = None) -> None:
        self.confusion_matrix, self.class_names = confusion_matrix, class_names

    @classmethod
    def from_estimator(cls, estimator: Any, X: Any, y: Any, *, class_names: Sequence[str] | None = None) -> Self:
        """Return the display of a classifier's answers.

        Parameters
        ----------
        estimator : Model, fitted classifier or callable
            A fitted classifier, of Halfmoon's, scikit-learn's or another library's, a Model, or a function of rows.
        X : array-like or data frame, shape (n, d)
            Rows to learn from.
        y : array-like, shape (n,)
            Classes as the estimator knows them.
        class_names : sequence of str, optional
            The name of class 0, of class 1, and so on; by default their numbers.

        Returns
        -------
        ConfusionDisplay
        """
        from sklearn.metrics import confusion_matrix  # noqa: PLC0415 - loaded when used

        found = evaluate(estimator, X, y, class_names)
        return cls(confusion_matrix(found.y, found.output.classes, labels=found.classes), found.class_names)

    def _draw(self, ax: Axes, title: str | None) -> None:
        from sklearn.metrics import ConfusionMatrixDisplay  # noqa: PLC0415 - loaded when used

        count = len(self.confusion_matrix)
        names = class_names(self._lang, self.class_names, count)
        font = FontChoice.for_texts(names)
        names = [font.drawable(name) for name in names]
        cell = min(self._size()) * 0.8 / count
        digits = len(str(self.confusion_matrix.max()))
        size = min(0.6 * cell, 1.25 * cell / digits)  # points that fit in a cell, as high and as wide as it is
        look: dict[str, Any] = {"include_values": size >= 4, "text_kw": {"fontsize": min(size, 14)}}  # noqa: PLR2004
        drawn = ConfusionMatrixDisplay(self.confusion_matrix, display_labels=names)
        rotation = "vertical" if max(map(len, names)) * 5 > cell else "horizontal"
        self.display_ = drawn.plot(ax=ax, cmap=self._theme.counting, colorbar=False, values_format="d", xticks_rotation=rotation, **look)
        if self.display_.text_ is not None:
            for text, ground in zip(self.display_.text_.flat, self.display_.im_.to_rgba(self.confusion_matrix).reshape(-1, 4), strict=True):
                text.set_color(self._theme.legible(ground[:3]))
        step = ceil(NAME_HEIGHT / cell)  # of very many classes, every second or third is named
        ax.set_xticks(range(0, count, step), names[::step])
        ax.set_yticks(range(0, count, step), names[::step])
        ax.tick_params(labelsize=float(np.clip(0.9 * step * cell, 5, 9)))
        self._label(self._translate("predicted"), self._translate("true"), title=title)
        ax.tick_params(labelfontfamily=font.families)
