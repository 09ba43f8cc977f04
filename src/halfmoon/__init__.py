"""Halfmoon: neural networks you can see through.

``import halfmoon as hm``: describe a :class:`Network`, let :meth:`Network.init` draw its numbers, :func:`train` the
:class:`Model`, and look at anything on the way. NumPy is all that is loaded; what needs more loads it when called.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from halfmoon import vocabulary
from halfmoon.errors import InputError
from halfmoon.gradcheck import GradientReport, check_gradients
from halfmoon.history import History
from halfmoon.initialise import INITIALIZERS, Constant, Initializer, Normal, Ones, Orthogonal, Scaled, Uniform, Zeros
from halfmoon.layers.activations import (
    ACTIVATIONS,
    ELU,
    GELU,
    SELU,
    Activation,
    Gaussian,
    HardTanh,
    Identity,
    LeakyReLU,
    Mish,
    ReLU,
    Sigmoid,
    SiLU,
    Sine,
    Softplus,
    Softsign,
    Tanh,
)
from halfmoon.layers.contract import Layer, Param, Pass
from halfmoon.layers.dense import Dense
from halfmoon.layers.dropout import Dropout
from halfmoon.layers.normalise import BatchNorm, LayerNorm
from halfmoon.layers.residual import Residual
from halfmoon.layers.softmax import Softmax
from halfmoon.losses import (
    LOSSES,
    AbsoluteError,
    Huber,
    Logistic,
    Loss,
    PointwiseLoss,
    Poisson,
    Quantile,
    SoftmaxCrossEntropy,
    SquaredError,
)
from halfmoon.model import Model
from halfmoon.network import Network
from halfmoon.optimise import LBFGS, OPTIMIZERS, SGD, Adagrad, Adam, AdamW, Lion, Momentum, Optimizer, RMSprop
from halfmoon.parameters import Parameters
from halfmoon.penalty import Penalty
from halfmoon.saving import load, save
from halfmoon.schedules import SCHEDULES, Cosine, Exponential, Fixed, InverseScaling, OneCycle, Plateau, Schedule, StepDecay, WarmUp
from halfmoon.trace import Trace
from halfmoon.training.callbacks import Callback
from halfmoon.training.divergence import DivergenceError
from halfmoon.training.many import Job, train_many
from halfmoon.training.metrics import METRICS, Metric
from halfmoon.training.recorder import Recorder
from halfmoon.training.recording import Recording
from halfmoon.training.stopping import EarlyStopping
from halfmoon.training.trainer import Trainer, train

if TYPE_CHECKING:
    from halfmoon.estimators import MLPClassifier, MLPRegressor, RateSearch, find_learning_rate
    from halfmoon.lab import Comparison, Search, compare, search

__version__ = "0.1.0"

__all__ = [
    "ACTIVATIONS",
    "ELU",
    "GELU",
    "INITIALIZERS",
    "LBFGS",
    "LOSSES",
    "METRICS",
    "OPTIMIZERS",
    "SCHEDULES",
    "SELU",
    "SGD",
    "AbsoluteError",
    "Activation",
    "Adagrad",
    "Adam",
    "AdamW",
    "BatchNorm",
    "Callback",
    "Comparison",
    "Constant",
    "Cosine",
    "Dense",
    "DivergenceError",
    "Dropout",
    "EarlyStopping",
    "Exponential",
    "Fixed",
    "Gaussian",
    "GradientReport",
    "HardTanh",
    "History",
    "Huber",
    "Identity",
    "Initializer",
    "InputError",
    "InverseScaling",
    "Job",
    "Layer",
    "LayerNorm",
    "LeakyReLU",
    "Lion",
    "Logistic",
    "Loss",
    "MLPClassifier",
    "MLPRegressor",
    "Metric",
    "Mish",
    "Model",
    "Momentum",
    "Network",
    "Normal",
    "OneCycle",
    "Ones",
    "Optimizer",
    "Orthogonal",
    "Param",
    "Parameters",
    "Pass",
    "Penalty",
    "Plateau",
    "PointwiseLoss",
    "Poisson",
    "Quantile",
    "RMSprop",
    "RateSearch",
    "ReLU",
    "Recorder",
    "Recording",
    "Residual",
    "Scaled",
    "Schedule",
    "Search",
    "SiLU",
    "Sigmoid",
    "Sine",
    "Softmax",
    "SoftmaxCrossEntropy",
    "Softplus",
    "Softsign",
    "SquaredError",
    "StepDecay",
    "Tanh",
    "Trace",
    "Trainer",
    "Uniform",
    "WarmUp",
    "Zeros",
    "check_gradients",
    "compare",
    "find_learning_rate",
    "load",
    "save",
    "search",
    "train",
    "train_many",
    "vocabulary",
]


ESTIMATORS = {"MLPClassifier", "MLPRegressor", "RateSearch", "find_learning_rate"}
LAB = {"Comparison", "Search", "compare", "search"}


def __getattr__(name: str) -> Any:
    """Load the estimators and the lab, and scikit-learn with them, when they are first asked for."""
    if name in ESTIMATORS:
        from halfmoon import estimators  # noqa: PLC0415 - importing halfmoon must not load scikit-learn

        return getattr(estimators, name)
    if name in LAB:
        from halfmoon import lab  # noqa: PLC0415 - nor data frames

        return getattr(lab, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
