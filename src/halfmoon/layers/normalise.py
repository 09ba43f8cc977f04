"""Batch and layer normalisation: centre, divide by the deviation, then scale and shift."""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from halfmoon.base import checks
from halfmoon.base.checks import Array
from halfmoon.base.record import checked, record
from halfmoon.layers.contract import Arrays, Layer, Param, Pass, always, in_inference
from halfmoon.layers.initializers import INITIALIZERS


def _scale_and_shift(n_in: int) -> dict[str, Param]:
    return {"scale": Param((n_in,), INITIALIZERS["ones"]), "shift": Param((n_in,), INITIALIZERS["zeros"])}


def _standardise(x: Array, axis: int, epsilon: float) -> tuple[Array, Array]:
    """Return (x - mean) / deviation along an axis, and 1 / deviation."""
    # μ = mean x    v = mean (x - μ)²    r = 1 / √(v + ε)    x̂ = (x - μ) r
    centred = x - x.mean(axis=axis, keepdims=True)
    variance = np.square(centred).mean(axis=axis, keepdims=True)
    reciprocal = 1 / np.sqrt(variance + x.dtype.type(epsilon))
    return centred * reciprocal, reciprocal


def _backward(scale: Array, standardised: Array, reciprocal: Array, dy: Array, axis: int) -> tuple[Array, dict[str, Array]]:
    """Return the gradients of ``y = scale x̂ + shift`` where the mean and the deviation depend on x."""
    # dscale = Σ dY x̂    dshift = Σ dY    g = dY scale    dx = r (g - mean g - x̂ mean(g x̂))
    gradients = {"scale": (dy * standardised).sum(axis=0), "shift": dy.sum(axis=0)}
    g = dy * scale
    dx = reciprocal * (g - g.mean(axis=axis, keepdims=True) - standardised * (g * standardised).mean(axis=axis, keepdims=True))
    return dx, gradients


@record
class BatchNorm(Layer):
    """Each column is normalised, y = scale (x - mean) / √(variance + ε) + shift, in training by its own mean and variance.

    In inference it is by running statistics.

    Parameters
    ----------
    momentum : float
        Share of the newest batch in the running mean and variance (as in PyTorch).
    epsilon : float
        Added to the variance.

    Notes
    -----
    The running variance is the unbiased one (n - 1), the batch's own the biased one, as in PyTorch. A batch of one row
    leaves the running variance as it is. Sample weights do not enter the statistics.

    References
    ----------
    Ioffe & Szegedy, ICML 2015.

    Examples
    --------
    >>> layer = hm.Network([hm.BatchNorm()]).init(n_inputs=2, seed=0)
    >>> trace = layer.forward(X, pass_=hm.Pass(training=True))
    >>> (abs(trace.scores.mean(axis=0)).round(3) + 0.0, trace.scores.std(axis=0).round(3))
    (array([0., 0.], dtype=float32), array([1., 1.], dtype=float32))
    """

    centres: ClassVar[bool] = True

    momentum: float = checked(checks.Between(0, 1), default=0.1)
    epsilon: float = checked(checks.positive, default=1e-5)

    row_wise = element_wise = in_inference

    def parameters(self, n_in: int) -> dict[str, Param]:
        return _scale_and_shift(n_in)

    def state(self, n_in: int) -> dict[str, Param]:
        return {"mean": Param((n_in,), INITIALIZERS["zeros"]), "variance": Param((n_in,), INITIALIZERS["ones"], least=0.0)}

    def _normalise(self, p: Arrays, x: Array, pass_: Pass) -> tuple[Array, Array]:
        if pass_.training:
            return _standardise(x, 0, self.epsilon)
        reciprocal = 1 / np.sqrt(p["variance"] + x.dtype.type(self.epsilon))
        return (x - p["mean"]) * reciprocal, reciprocal

    def forward(self, p: Arrays, x: Array, pass_: Pass) -> Array:
        # Y = x̂ scale + shift
        return self._normalise(p, x, pass_)[0] * p["scale"] + p["shift"]

    def backward(self, p: Arrays, x: Array, y: Array, dy: Array, pass_: Pass) -> tuple[Array, dict[str, Array]]:
        standardised, reciprocal = self._normalise(p, x, pass_)
        dx, gradients = _backward(p["scale"], standardised, reciprocal, dy, axis=0)
        return (dx if pass_.training else dy * p["scale"] * reciprocal), gradients

    def observe(self, p: Arrays, x: Array, pass_: Pass) -> dict[str, Array]:
        # running = (1 - momentum) running + momentum batch
        share, n = self.momentum, len(x)
        mean = (1 - share) * p["mean"] + share * x.mean(axis=0)
        variance = (1 - share) * p["variance"] + share * x.var(axis=0, ddof=1) if n > 1 else p["variance"]
        return {"mean": mean, "variance": variance}


@record
class LayerNorm(Layer):
    """Each row is normalised by its own mean and variance: y = scale (x - mean) / √(variance + ε) + shift.

    Parameters
    ----------
    epsilon : float
        Added to the variance.

    References
    ----------
    Ba, Kiros & Hinton, arXiv:1607.06450, 2016.

    Examples
    --------
    >>> hm.Network([hm.LayerNorm()]).init(n_inputs=3).forward([[1.0, 2.0, 3.0]]).scores.round(3)
    array([[-1.225,  0.   ,  1.225]], dtype=float32)
    """

    epsilon: float = checked(checks.positive, default=1e-5)

    row_wise = always

    def parameters(self, n_in: int) -> dict[str, Param]:
        return _scale_and_shift(n_in)

    def forward(self, p: Arrays, x: Array, pass_: Pass) -> Array:
        # Y = x̂ scale + shift
        return _standardise(x, 1, self.epsilon)[0] * p["scale"] + p["shift"]

    def backward(self, p: Arrays, x: Array, y: Array, dy: Array, pass_: Pass) -> tuple[Array, dict[str, Array]]:
        return _backward(p["scale"], *_standardise(x, 1, self.epsilon), dy, axis=1)
