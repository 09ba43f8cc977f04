"""The scaling layer: one learned factor a column."""

from __future__ import annotations

from halfmoon.base import checks
from halfmoon.base.checks import Array
from halfmoon.base.record import checked, record
from halfmoon.layers.contract import Arrays, Layer, Param, Pass, always, factors_of
from halfmoon.layers.initializers import INITIAL, Initializer, initializer


@record
class Scale(Layer):
    """Each column times a factor of its own, Y = X scale: columns that do not help can be turned down, those that do up.

    Parameters
    ----------
    scales : str or Initializer
        How the factors (n_in,) start.
    rate_factor, decay_factor : float
        Multiply the learning rate and the weight decay of the factors, which by default do not decay. RealMLP has 6 and 6.

    References
    ----------
    Holzmüller, Grinsztajn & Steinwart, "Better by default", NeurIPS 2024, section 3, as the first layer; as the first "adapter" of a
    :class:`BatchEnsemble`: Gorishniy, Kotelnikov & Babenko, "TabM", ICLR 2025.

    Examples
    --------
    >>> hm.try_layer(hm.Scale(hm.Constant([1.0, 0.0])), [[3.0, 4.0]]).forward["y"]
    array([[3., 0.]])
    """

    scales: str | Initializer = checked(INITIAL, default="ones")
    rate_factor: float = checked(checks.not_negative, default=1.0)
    decay_factor: float = checked(checks.not_negative, default=0.0)

    row_wise = element_wise = always

    def __post_init__(self) -> None:
        super().__post_init__()
        initializer("scales", self.scales)

    def parameters(self, n_in: int) -> dict[str, Param]:
        return {"scale": Param((n_in,), initializer("scales", self.scales), **factors_of(self))}

    def forward(self, p: Arrays, x: Array, pass_: Pass) -> Array:
        # Y = X scale          (n, in) = (n, in)(1, in)
        return x * p["scale"]

    def backward(self, p: Arrays, x: Array, y: Array, dy: Array, pass_: Pass) -> tuple[Array, dict[str, Array]]:
        # dX = dY scale    dscale = Σ dY X over rows
        return dy * p["scale"], {"scale": (dy * x).sum(axis=0)}
