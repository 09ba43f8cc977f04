"""Hidden layers of every kind, and a user's own layer, activations and losses."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

import halfmoon as hm
from benchmarks.fingerprints.data import Array


@dataclass(frozen=True)
class Scale(hm.Layer):
    """A user's layer, in NumPy."""

    factor: float = 2.0

    def forward(self, p: Any, x: Array, pass_: hm.Pass) -> Array:
        return x * x.dtype.type(self.factor)

    def backward(self, p: Any, x: Array, y: Array, dy: Array, pass_: hm.Pass) -> tuple[Array, dict[str, Array]]:
        return dy * dy.dtype.type(self.factor), {}


CUBE = hm.Activation("cube", lambda z: 0.1 * z**3, lambda z, a: 0.3 * z * z)
BEND = hm.Activation("bend", lambda z, at: np.where(z > at, np.log1p(np.maximum(z - at, 0)), np.arctan(z - at)), constants={"at": 0.1})
LOG_COSH = hm.PointwiseLoss("log_cosh", lambda s, y: np.log(0.5 * (np.exp(s - y) + np.exp(y - s))), lambda s, y: np.tanh(s - y))
CAUCHY = hm.PointwiseLoss("cauchy", lambda s, y, width: np.log1p(((s - y) / width) ** 2), constants={"width": 2.0})

PLAIN = (hm.Dense(7), hm.Tanh)
NORMALISED = (hm.Dense(7), hm.BatchNorm(), hm.ReLU)
BRANCHED = (hm.Dense(6), hm.Residual(hm.Dense(6), hm.Tanh, hm.Residual(hm.ReLU, hm.Dense(6))), hm.GELU)
MIXED = (
    hm.Dense(8), hm.BatchNorm(), hm.ReLU, hm.Dropout(0.3), hm.Residual(hm.Dense(8), hm.LayerNorm(), hm.SiLU, hm.Dropout(0.1)),
    hm.Dense(5, bias=False), hm.Tanh,
)  # fmt: skip
WIDE = (hm.Dense(48), hm.ReLU, hm.Dense(24), hm.Tanh)
DEEP = (hm.Dense(40), hm.BatchNorm(), hm.ReLU, hm.Dropout(0.2), hm.Residual(hm.Dense(40), hm.LayerNorm(), hm.SiLU))

LAYERS: dict[str, tuple[Any, ...]] = {
    **{f"activation {name}": (hm.Dense(7), activation) for name, activation in hm.ACTIVATIONS.items()},
    "activation leaky_relu by column": (hm.Dense(3), hm.LeakyReLU(alpha=(0.1, 0.2, 0.3))),
    "activation of one's own": (hm.Dense(7), CUBE),
    "activation of one's own, another constant": (hm.Dense(7), BEND(at=-0.2)),
    "no hidden layer": (),
    "dense with rate factors": (hm.Dense(7, rate_factor=0.1), hm.Tanh, hm.Dense(5, rate_factor=0), hm.Tanh),
    "dropout twice": (hm.Dropout(0.1), hm.Dense(7), hm.ReLU, hm.Dropout(0.3)),
    "batch norm with biases": (hm.Dense(7, bias=True), hm.BatchNorm(momentum=0.4, epsilon=1e-3), hm.Tanh),
    "layer norm epsilon": (hm.LayerNorm(epsilon=0.1), hm.Dense(7), hm.Tanh),
    "residual in residual": BRANCHED,
    "softmax": (hm.Dense(7), hm.Softmax()),
    "all layers": MIXED,
    "RealMLP": (hm.PeriodicEmbedding(2), hm.Scale(rate_factor=6.0), hm.Dense(7), hm.ParametricActivation(hm.SELU, rate_factor=0.1)),
    "TabM": (
        hm.PiecewiseLinearEmbedding([[-1.0, 0.0, 1.0]], outputs=4),
        hm.Repeat(3),
        hm.BatchEnsemble(5, 3, inputs="random_signs"),
        hm.ReLU,
        hm.GroupedDense(2, 3),
    ),
    "layer of one's own": (hm.Dense(7), Scale(1.5), hm.Tanh),
}
"""All layers but the last."""
