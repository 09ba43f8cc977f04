"""The dense (fully connected, affine) layer: two formulas, and below them what can be chosen.

Number by number, y_nj = Σ_i x_ni w_ij + b_j. So w_ij acts on the loss in every row n, through y_nj, and x_ni through every column j of
its row. By the chain rule the slopes multiply along each way, and add up over all ways:

    dw_ij = Σ_n x_ni dy_nj        db_j = Σ_n dy_nj        dx_ni = Σ_j dy_nj w_ij

``backward`` has the same as matrix products: (in, out) = (in, n)(n, out), (out,), and (n, in) = (n, out)(out, in).

Borrowed: a field of a ``record`` that is ``checked`` names the function of ``checks`` that looks at it (both of
:mod:`halfmoon.base`) when an object is made, in ``__post_init__``; ``initializer`` gives a record by its name, and ``INITIAL`` checks that
there is a name or a record (:mod:`halfmoon.layers.initializers`).
"""

from __future__ import annotations

from dataclasses import replace

from halfmoon.base import checks
from halfmoon.base.checks import Array
from halfmoon.base.record import checked, record
from halfmoon.layers.contract import Arrays, Layer, Param, Pass, always, factors_of
from halfmoon.layers.initializers import INITIAL, Initializer, initializer


@record
class Dense(Layer):
    """Every output is a weighted sum of all inputs plus a bias: Y = X W + b.

    Parameters
    ----------
    units : int
        Columns of the output.
    weights : str or Initializer
        How W (n_in, units) starts: a name of ``INITIALIZERS``, or a record such as ``Constant(array)``.
    bias : bool, optional
        Whether there is b (units,). By default yes, unless a layer that centres its columns (BatchNorm) comes next.
    biases : str or Initializer
        How b starts.
    rate_factor, decay_factor, bias_rate_factor : float
        Multiply the learning rate of W and b, the weight decay of W (by 0: no penalty reaches it either), and the rate of b once more.

    References
    ----------
    Rosenblatt, Psychological Review 65, 1958; its backward pass: Rumelhart, Hinton & Williams, Nature 323, 1986.
    """

    def forward(self, p: Arrays, x: Array, pass_: Pass) -> Array:
        # Y = X W + b          (n, out) = (n, in)(in, out) + (out,)
        y = x @ p["W"]
        return y + p["b"] if "b" in p else y

    def backward(self, p: Arrays, x: Array, y: Array, dy: Array, pass_: Pass) -> tuple[Array, dict[str, Array]]:
        # dX = dY Wᵀ    dW = Xᵀ dY    db = Σ dY over rows
        gradients = {"W": x.T @ dy}
        if "b" in p:
            gradients["b"] = dy.sum(axis=0)
        return dy @ p["W"].T, gradients

    # ---- What can be chosen, and what follows from it.

    units: int = checked(checks.whole)
    weights: str | Initializer = checked(INITIAL, default="glorot_uniform")
    bias: bool | None = checked(checks.optional(checks.flag), default=None)
    biases: str | Initializer = checked(INITIAL, default="zeros")
    rate_factor: float = checked(checks.not_negative, default=1.0)
    decay_factor: float = checked(checks.not_negative, default=1.0)
    bias_rate_factor: float = checked(checks.not_negative, default=1.0)

    row_wise = always

    def __post_init__(self) -> None:
        super().__post_init__()
        initializer("weights", self.weights)
        initializer("biases", self.biases)

    def before(self, following: Layer) -> Layer:
        return replace(self, bias=False) if self.bias is None and following.centres else self

    def width(self, n_in: int) -> int:
        return self.units

    def parameters(self, n_in: int) -> dict[str, Param]:
        factors, rate_factor = factors_of(self), self.rate_factor * self.bias_rate_factor
        weights = Param((n_in, self.units), initializer("weights", self.weights), **factors)
        if self.bias is False:
            return {"W": weights}
        return {"W": weights, "b": Param((self.units,), initializer("biases", self.biases), rate_factor=rate_factor)}
