"""Pictures: the loss of a training, over epochs and over learning rates, and the boundary of a classifier.

Each picture is a display, as in scikit-learn: ``LossDisplay.from_history(history).plot()`` computes, draws, and keeps what
it drew as attributes. Its ``figure_`` is not pyplot's, so nothing pops up or piles up; save it with :func:`save_figure`.
"""

from halfmoon.plots.boundary import BoundaryDisplay
from halfmoon.plots.learning_rate import LearningRateDisplay
from halfmoon.plots.loss import LossDisplay
from halfmoon.plots.saving import save_figure

__all__ = ["BoundaryDisplay", "LearningRateDisplay", "LossDisplay", "save_figure"]
