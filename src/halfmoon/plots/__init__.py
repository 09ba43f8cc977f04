"""Pictures: the loss of a training and the boundary of a classifier.

Each picture is a display, as in scikit-learn: ``LossDisplay.from_history(history).plot()`` computes, draws, and keeps what
it drew as attributes. Its ``figure_`` is not pyplot's, so nothing pops up or piles up; save it with :func:`save_figure`.
"""

from halfmoon.plots.boundary import BoundaryDisplay
from halfmoon.plots.loss import LossDisplay
from halfmoon.plots.saving import save_figure

__all__ = ["BoundaryDisplay", "LossDisplay", "save_figure"]
