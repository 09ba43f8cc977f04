"""The residual branch: ``y = x + layers(x)``."""

from __future__ import annotations

from dataclasses import dataclass

from halfmoon.base import checks
from halfmoon.base.record import Record
from halfmoon.layers.contract import Layer


@dataclass(frozen=True, init=False, eq=False, repr=False)
class Residual(Record):
    """Adds its input to what its layers make of it, y = x + layers(x); they must keep the width.

    It is no layer itself: :class:`halfmoon.Network` flattens it into *keep*, its layers, and *add*, so there is one
    flat program to walk.

    Parameters
    ----------
    *args : Layer or Residual
        The branch, at least one.
    layers : sequence of Layer or Residual
        More of it, after those.

    References
    ----------
    He, Zhang, Ren & Sun, CVPR 2016.

    Examples
    --------
    >>> net = hm.Network([hm.Dense(8), hm.Residual(hm.Dense(8), hm.ReLU()), hm.Dense(1)])
    >>> net.init(n_inputs=2, seed=0).forward(X)["1.1.y"].shape
    (200, 8)
    """

    layers: tuple[Layer | Residual, ...]

    def __init__(self, *args: Layer | Residual, layers: tuple[Layer | Residual, ...] = ()) -> None:
        object.__setattr__(self, "layers", (*args, *layers))
        if not self.layers:
            raise checks.fail("layers", self.layers, "at least one layer")
        for layer in self.layers:
            checks.instance("layers", layer, (Layer, Residual), "layers, such as Dense(8) or ReLU()")
