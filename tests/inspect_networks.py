"""Networks of every kind of layer and loss, for the tests of the X-ray."""

from __future__ import annotations

import numpy as np

import halfmoon as hm
from halfmoon.layers.activations import GELU, SELU, Activation, LeakyReLU, ReLU, Sigmoid, Tanh
from halfmoon.layers.contract import Layer, Param
from halfmoon.layers.dense import Dense
from halfmoon.layers.dropout import Dropout
from halfmoon.layers.embeddings import PeriodicEmbedding, PiecewiseLinearEmbedding
from halfmoon.layers.ensemble import BatchEnsemble, GroupedDense, Repeat
from halfmoon.layers.initializers import Normal
from halfmoon.layers.normalise import BatchNorm, LayerNorm
from halfmoon.layers.parametric import ParametricActivation
from halfmoon.layers.residual import Residual
from halfmoon.layers.scale import Scale
from halfmoon.layers.softmax import Softmax
from halfmoon.losses.ensemble import EnsembleLoss
from halfmoon.losses.pointwise import AbsoluteError, Huber, Logistic, Poisson, Quantile, SquaredError
from halfmoon.losses.softmax import SoftmaxCrossEntropy
from halfmoon.network.network import Network


class Mirror(Layer):
    """A layer of one's own, whose columns and rows know of one another."""

    def parameters(self, n_in):
        return {"centre": Param((n_in,), Normal())}

    def forward(self, p, x, pass_):
        # Y = (X - centre)² - mean of all X
        return (x - p["centre"]) ** 2 - x.mean()

    def backward(self, p, x, y, dy, pass_):
        # dX = 2 (X - centre) dY - mean of all dY
        slope = 2 * (x - p["centre"]) * dy
        return slope - dy.sum() / dy.size, {"centre": -slope.sum(axis=0)}


bump = Activation("bump", lambda z: z / (1 + z * z))

NETWORKS = {
    "linear": Network([Dense(1)], SquaredError),
    "nothing": Network([], SquaredError),
    "exercise": Network([Dense(8), ReLU(), Dense(4), Sigmoid(), Dense(1), Sigmoid()], SquaredError),
    "dropout": Network([Dense(6), Tanh, Dropout(0.4), Dense(1)], Logistic(label_smoothing=0.1)),
    "batch norm": Network([Dense(6), BatchNorm(), GELU, Dense(3)], SoftmaxCrossEntropy()),
    "layer norm": Network([Dense(6), LayerNorm(), LeakyReLU(alpha=0.2), Dense(1)], Huber),
    "residual": Network([Dense(5), Residual(Dense(5), Tanh, Residual(Dense(5), ReLU)), Dense(1)], AbsoluteError),
    "softmax": Network([Dense(5), bump, Dense(3), Softmax()], SquaredError),
    "quantiles": Network([Dense(5), Tanh, Dense(2)], Quantile(level=(0.1, 0.9))),
    "counts": Network([Dense(5), Tanh, Dense(1)], Poisson),
    "table": Network(
        [PeriodicEmbedding(2, outputs=2, frequencies=3), Scale(), Dense(5), ParametricActivation(SELU), Dense(3)], SoftmaxCrossEntropy()
    ),
    "ensemble": Network(
        [PiecewiseLinearEmbedding([[-1.0, 0.0, 1.0]], outputs=2), Repeat(2), BatchEnsemble(3, 2), Tanh, GroupedDense(1, 2)],
        EnsembleLoss(SquaredError, 2),
    ),
    "one's own": Network([Dense(5), Mirror(), Tanh, Dense(1)], SquaredError),
}


def rows(name, n=7):
    """Return X and y that suit a network of the table."""
    random = np.random.RandomState(3)
    X = random.standard_normal((n, 4))
    network = NETWORKS[name]
    outputs = network.program(4).n_outputs
    if isinstance(network.loss, EnsembleLoss):
        return X, random.standard_normal((n, 1))
    if isinstance(network.loss, SoftmaxCrossEntropy):
        return X, random.randint(0, outputs, n)
    if network.loss == Poisson or network.loss == Logistic(label_smoothing=0.1):
        return X, random.randint(0, 2, n)
    return X, random.standard_normal((n, 1 if name == "quantiles" else outputs))


def xray(name, n=7, dtype="float32", **options):
    """Return the X-ray of a network of the table."""
    return hm.xray(NETWORKS[name].init(4, seed=1, dtype=dtype), *rows(name, n), **options)
