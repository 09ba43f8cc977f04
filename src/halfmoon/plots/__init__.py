"""Pictures of trainings, of networks, and of their predictions over a plane.

Each picture is a display, as in scikit-learn: ``LossDisplay.from_history(history).plot()`` computes, draws, and keeps what
it drew as attributes. Its ``figure_`` is shown by ``plt.show()`` where pyplot is imported; save it with :func:`save_figure`.
:func:`animate` makes a recorded run a moving picture.
"""

from halfmoon.plots.animation import animate
from halfmoon.plots.boundary import BoundaryDisplay
from halfmoon.plots.calibration import CalibrationDisplay
from halfmoon.plots.confusion import ConfusionDisplay
from halfmoon.plots.flow import FlowDisplay
from halfmoon.plots.histograms import HistogramDisplay
from halfmoon.plots.landscape import LandscapeDisplay
from halfmoon.plots.learning_rate import LearningRateDisplay
from halfmoon.plots.loss import LossDisplay
from halfmoon.plots.network import NetworkDisplay
from halfmoon.plots.neurons import NeuronDisplay
from halfmoon.plots.roc import RocDisplay
from halfmoon.plots.saving import save_figure
from halfmoon.plots.surface import SurfaceDisplay

__all__ = [
    "BoundaryDisplay",
    "CalibrationDisplay",
    "ConfusionDisplay",
    "FlowDisplay",
    "HistogramDisplay",
    "LandscapeDisplay",
    "LearningRateDisplay",
    "LossDisplay",
    "NetworkDisplay",
    "NeuronDisplay",
    "RocDisplay",
    "SurfaceDisplay",
    "animate",
    "save_figure",
]
