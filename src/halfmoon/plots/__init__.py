"""Pictures of trainings, of networks, and of what they give to the plane.

Each picture is a display, as in scikit-learn: ``LossDisplay.from_history(history).plot()`` computes, draws, and keeps what
it drew as attributes. Its ``figure_`` is not pyplot's, so nothing pops up or piles up; save it with :func:`save_figure`.
"""

from halfmoon.plots.boundary import BoundaryDisplay
from halfmoon.plots.learning_rate import LearningRateDisplay
from halfmoon.plots.loss import LossDisplay
from halfmoon.plots.network import NetworkDisplay
from halfmoon.plots.neurons import NeuronDisplay
from halfmoon.plots.saving import save_figure
from halfmoon.plots.surface import SurfaceDisplay

__all__ = ["BoundaryDisplay", "LossDisplay", "NetworkDisplay", "NeuronDisplay", "SurfaceDisplay", "save_figure"]
