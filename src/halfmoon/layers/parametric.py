"""The parametric activation: how much of an activation each column gets is learned."""

from __future__ import annotations

from halfmoon.base import checks
from halfmoon.base.checks import Array
from halfmoon.base.record import checked, record
from halfmoon.layers.activations import Activation
from halfmoon.layers.contract import Arrays, Layer, Param, Pass, always, factors_of
from halfmoon.layers.initializers import INITIAL, Initializer, initializer


@record
class ParametricActivation(Layer):
    """An activation σ of which each column gets a learned share a: Y = X + a (σ(X) - X).

    At a = 0 a column passes as it is, at a = 1 it is activated; beyond, it is bent further.

    Parameters
    ----------
    activation : Activation
        One of the library's, such as ``SELU``, or one's own.
    shares : str or Initializer
        How the shares a (n_in,) start.
    rate_factor, decay_factor : float
        Multiply the learning rate and the weight decay of the shares, which by default do not decay. RealMLP has 0.1 and 0.1.

    References
    ----------
    Holzmüller, Grinsztajn & Steinwart, "Better by default", NeurIPS 2024, section 3, for any activation; He et al., ICCV 2015, for ReLU.

    Examples
    --------
    >>> layer = hm.ParametricActivation(hm.ReLU, shares=hm.Constant([1.0, 0.5, 0.0]))
    >>> hm.try_layer(layer, [[-2.0, -2.0, -2.0]]).forward["y"]
    array([[ 0., -1., -2.]])
    """

    activation: Activation = checked(checks.kind(Activation, "an activation such as SELU"))
    shares: str | Initializer = checked(INITIAL, default="ones")
    rate_factor: float = checked(checks.not_negative, default=1.0)
    decay_factor: float = checked(checks.not_negative, default=0.0)

    row_wise = element_wise = always

    def __post_init__(self) -> None:
        super().__post_init__()
        initializer("shares", self.shares)

    def width(self, n_in: int) -> int:
        return self.activation.width(n_in)

    def parameters(self, n_in: int) -> dict[str, Param]:
        return {"a": Param((n_in,), initializer("shares", self.shares), **factors_of(self))}

    def forward(self, p: Arrays, x: Array, pass_: Pass) -> Array:
        # Y = X + a (σ(X) - X)
        return x + p["a"] * (self.activation.forward({}, x, pass_) - x)

    def backward(self, p: Arrays, x: Array, y: Array, dy: Array, pass_: Pass) -> tuple[Array, dict[str, Array]]:
        # V = σ(X)    da = Σ dY (V - X) over rows    dX = (1 - a) dY + a (dY σ'(X))
        v = self.activation.forward({}, x, pass_)
        sloped, _ = self.activation.backward({}, x, v, dy, pass_)
        return (1 - p["a"]) * dy + p["a"] * sloped, {"a": (dy * (v - x)).sum(axis=0)}
