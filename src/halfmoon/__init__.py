"""Halfmoon: neural networks you can see through.

``import halfmoon as hm``: describe a :class:`Network`, let :meth:`Network.init` draw its numbers, :func:`train` the
:class:`Model`, and look at anything on the way. NumPy is all that is loaded; what needs more loads it when called.
"""

from __future__ import annotations

import halfmoon.base.startup  # noqa: F401, isort: skip - first, so that Ctrl-C ends the command in silence while the rest loads

from importlib import import_module
from typing import TYPE_CHECKING, Any

from halfmoon.base.errors import InputError
from halfmoon.base.examples import add_examples
from halfmoon.engines import explain, scorer
from halfmoon.expressions import vocabulary
from halfmoon.gradcheck.layer_trial import LayerTrial, try_layer
from halfmoon.gradcheck.report import GradientReport, check_gradients
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
from halfmoon.layers.embeddings import NumericEmbedding, PeriodicEmbedding, PiecewiseLinearEmbedding, quantile_bins
from halfmoon.layers.ensemble import BatchEnsemble, GroupedDense, Repeat
from halfmoon.layers.initializers import (
    INITIALIZERS,
    Blocks,
    Constant,
    Initializer,
    Normal,
    Ones,
    Orthogonal,
    RandomSigns,
    Scaled,
    Uniform,
    Zeros,
)
from halfmoon.layers.normalise import BatchNorm, LayerNorm
from halfmoon.layers.parametric import ParametricActivation
from halfmoon.layers.residual import Residual
from halfmoon.layers.scale import Scale
from halfmoon.layers.softmax import Softmax
from halfmoon.losses import LOSSES
from halfmoon.losses.contract import Loss
from halfmoon.losses.ensemble import EnsembleLoss
from halfmoon.losses.penalty import Penalty
from halfmoon.losses.pointwise import AbsoluteError, Huber, Logistic, PointwiseLoss, Poisson, Quantile, SquaredError
from halfmoon.losses.softmax import SoftmaxCrossEntropy
from halfmoon.network.initialization import initialize_from_data
from halfmoon.network.model import Model
from halfmoon.network.network import Network
from halfmoon.network.parameters import Parameters
from halfmoon.network.trace import Trace
from halfmoon.optimizers.contract import Optimizer
from halfmoon.optimizers.lbfgs import LBFGS
from halfmoon.optimizers.rules import OPTIMIZERS, Adagrad, Adam, AdamW, Lion, Momentum, RMSprop
from halfmoon.optimizers.schedules import (
    SCHEDULES,
    Cosine,
    CosineLog,
    Exponential,
    Fixed,
    FlatCosine,
    InverseScaling,
    OneCycle,
    Plateau,
    Schedule,
    StepDecay,
    WarmUp,
)
from halfmoon.optimizers.sgd import SGD
from halfmoon.storage.files import load, save
from halfmoon.training.callbacks import Callback
from halfmoon.training.divergence import DivergenceError
from halfmoon.training.ending import Ending, Reason
from halfmoon.training.history import History
from halfmoon.training.many import Job, train_many
from halfmoon.training.metrics import METRICS, Metric
from halfmoon.training.recording.recorder import Recorder
from halfmoon.training.recording.recording import Recording
from halfmoon.training.stopping import EarlyStopping
from halfmoon.training.trainer import Trainer, train
from halfmoon.version import __version__

if TYPE_CHECKING:
    from halfmoon.description.card import ModelCard, describe
    from halfmoon.estimators import MLPClassifier, MLPRegressor, RateSearch, find_learning_rate
    from halfmoon.exports.export import export
    from halfmoon.inspect.health.health import health
    from halfmoon.inspect.xray.xray import xray
    from halfmoon.interchange.pytorch import from_torch, to_torch
    from halfmoon.interchange.scikit_learn import from_sklearn, to_sklearn
    from halfmoon.lab import Comparison, Search, compare, search
    from halfmoon.tabular.ensembles.candidate import Candidate
    from halfmoon.tabular.estimators import TabularClassifier, TabularRegressor

add_examples(globals())
Model.find_scorer = staticmethod(scorer)  # a model asks an engine for its scores, but knows none

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
    "BatchEnsemble",
    "BatchNorm",
    "Blocks",
    "Callback",
    "Candidate",
    "Comparison",
    "Constant",
    "Cosine",
    "CosineLog",
    "Dense",
    "DivergenceError",
    "Dropout",
    "EarlyStopping",
    "Ending",
    "EnsembleLoss",
    "Exponential",
    "Fixed",
    "FlatCosine",
    "Gaussian",
    "GradientReport",
    "GroupedDense",
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
    "LayerTrial",
    "LeakyReLU",
    "Lion",
    "Logistic",
    "Loss",
    "MLPClassifier",
    "MLPRegressor",
    "Metric",
    "Mish",
    "Model",
    "ModelCard",
    "Momentum",
    "Network",
    "Normal",
    "NumericEmbedding",
    "OneCycle",
    "Ones",
    "Optimizer",
    "Orthogonal",
    "Param",
    "Parameters",
    "ParametricActivation",
    "Pass",
    "Penalty",
    "PeriodicEmbedding",
    "PiecewiseLinearEmbedding",
    "Plateau",
    "PointwiseLoss",
    "Poisson",
    "Quantile",
    "RMSprop",
    "RandomSigns",
    "RateSearch",
    "ReLU",
    "Reason",
    "Recorder",
    "Recording",
    "Repeat",
    "Residual",
    "Scale",
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
    "TabularClassifier",
    "TabularRegressor",
    "Tanh",
    "Trace",
    "Trainer",
    "Uniform",
    "WarmUp",
    "Zeros",
    "__version__",
    "check_gradients",
    "compare",
    "describe",
    "explain",
    "export",
    "find_learning_rate",
    "from_sklearn",
    "from_torch",
    "health",
    "initialize_from_data",
    "load",
    "quantile_bins",
    "save",
    "search",
    "to_sklearn",
    "to_torch",
    "train",
    "train_many",
    "try_layer",
    "vocabulary",
    "xray",
]


LATER = {
    **dict.fromkeys(["MLPClassifier", "MLPRegressor", "RateSearch", "find_learning_rate"], "halfmoon.estimators"),
    **dict.fromkeys(["Comparison", "Search", "compare", "search"], "halfmoon.lab"),
    "export": "halfmoon.exports.export",
    **dict.fromkeys(["ModelCard", "describe"], "halfmoon.description.card"),
    **dict.fromkeys(["from_sklearn", "to_sklearn"], "halfmoon.interchange.scikit_learn"),
    **dict.fromkeys(["from_torch", "to_torch"], "halfmoon.interchange.pytorch"),
    "Candidate": "halfmoon.tabular.ensembles.candidate",
    **dict.fromkeys(["TabularClassifier", "TabularRegressor"], "halfmoon.tabular.estimators"),
    "health": "halfmoon.inspect.health.health",
    "xray": "halfmoon.inspect.xray.xray",
}
"""Names whose packages load scikit-learn, data frames or much of our own: they are imported when first used."""


def __dir__() -> list[str]:
    """Return every name, those of ``LATER`` too."""
    return sorted({*globals(), *__all__})


def __getattr__(name: str) -> Any:
    """Return a name of ``LATER``."""
    if name in LATER:
        return getattr(import_module(LATER[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
