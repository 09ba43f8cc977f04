"""Ensembles of networks that share most of their weights, side by side: each member has a block of neighbouring columns."""

from __future__ import annotations

from halfmoon.base import checks
from halfmoon.base.checks import Array
from halfmoon.base.errors import InputError
from halfmoon.base.record import checked, record
from halfmoon.layers.contract import Arrays, Layer, Param, Pass, always, factors_of
from halfmoon.layers.initializers import INITIAL, Blocks, Initializer, initializer

MOST = 2**16
"""Members: no file can ask for more columns than can be counted."""


@record
class Repeat(Layer):
    """The columns several times side by side, Y = [X, X, ...]: each member of an ensemble gets the same to begin with.

    Parameters
    ----------
    times : int
        How many members.

    References
    ----------
    Gorishniy, Kotelnikov & Babenko, "TabM", ICLR 2025.

    Examples
    --------
    >>> hm.try_layer(hm.Repeat(2), [[1.0, 2.0]]).forward["y"]
    array([[1., 2., 1., 2.]])
    """

    times: int = checked(checks.from_to(1, MOST))

    row_wise = always

    def width(self, n_in: int) -> int:
        return self.times * n_in

    def forward(self, p: Arrays, x: Array, pass_: Pass) -> Array:
        # Y = [X, X, ...]
        return x[:, None].repeat(self.times, axis=1).reshape(len(x), -1)

    def backward(self, p: Arrays, x: Array, y: Array, dy: Array, pass_: Pass) -> tuple[Array, dict[str, Array]]:
        # dX = dY₀ + dY₁ + ...
        return dy.reshape(len(x), self.times, -1).sum(axis=1), {}


@record
class BatchEnsemble(Layer):
    """Dense layers of several members that share their weights: Yₘ = ((Xₘ r_m) W) s_m + b_m, with factors r and s of each one's own.

    Parameters
    ----------
    units : int
        Columns of each member's output.
    members : int
        How many there are; the columns that come in are those of member 0, then those of member 1 and so on.
    weights : str or Initializer
        How W (columns of a member, units), which all share, starts.
    inputs, outputs : str or Initializer or None
        How the factors r (n_in,) of what comes in and s (members * units,) of what goes out start; None for no such factors.
    biases : str or Initializer
        How b starts, (members * units,), or (units,) where it is shared.
    shared_bias : bool
        Whether all members have the same b. With that and neither r nor s it is the layer of "TabM-mini".
    rate_factor, decay_factor : float
        Multiply the learning rate of all arrays, and the weight decay of W.

    References
    ----------
    Wen, Tran & Ba, "BatchEnsemble", ICLR 2020, equation 5; Gorishniy, Kotelnikov & Babenko, "TabM", ICLR 2025.

    Examples
    --------
    >>> layers = [hm.Repeat(4), hm.BatchEnsemble(8, members=4, inputs=hm.RandomSigns()), hm.ReLU(), hm.GroupedDense(1, groups=4)]
    >>> ensemble = hm.Network(layers, loss=hm.EnsembleLoss(hm.Logistic(), members=4)).init(n_inputs=2, seed=0)
    >>> for name, array in ensemble.params.items():
    ...     print(name, array.shape)
    1.W (2, 8)
    1.r (8,)
    1.s (32,)
    1.b (32,)
    3.W (32, 1)
    3.b (4,)
    """

    units: int = checked(checks.whole)
    members: int = checked(checks.from_to(1, MOST), default=32)
    weights: str | Initializer = checked(INITIAL, default="glorot_uniform")
    inputs: str | Initializer | None = checked(checks.optional(INITIAL), default="ones")
    outputs: str | Initializer | None = checked(checks.optional(INITIAL), default="ones")
    biases: str | Initializer = checked(INITIAL, default="zeros")
    shared_bias: bool = checked(checks.flag, default=False)
    rate_factor: float = checked(checks.not_negative, default=1.0)
    decay_factor: float = checked(checks.not_negative, default=1.0)

    row_wise = always

    def __post_init__(self) -> None:
        super().__post_init__()
        for name in ("weights", "inputs", "outputs", "biases"):
            if getattr(self, name) is not None:
                initializer(name, getattr(self, name))

    def width(self, n_in: int) -> int:
        return self.members * self.units

    def parameters(self, n_in: int) -> dict[str, Param]:
        shape, factor, n_out = (_of_each(n_in, "members", self.members), self.units), self.rate_factor, self.members * self.units
        found = {"W": Param(shape, initializer("weights", self.weights), **factors_of(self))}
        for name, start, size in (("r", self.inputs, n_in), ("s", self.outputs, n_out)):
            if start is not None:
                found[name] = Param((size,), initializer(name, start), rate_factor=factor)
        size = self.units if self.shared_bias else n_out
        return found | {"b": Param((size,), initializer("biases", self.biases), rate_factor=factor)}

    def _products(self, p: Arrays, x: Array) -> tuple[Array, Array]:
        """Return what comes in times r, a row for each row and member, and that times W with a row for each row."""
        # Z = (X r) W, member by member
        scaled = (x * p["r"] if "r" in p else x).reshape(-1, len(p["W"]))
        return scaled, (scaled @ p["W"]).reshape(len(x), -1)

    def forward(self, p: Arrays, x: Array, pass_: Pass) -> Array:
        # Yₘ = Zₘ s_m + b_m
        _, z = self._products(p, x)
        y = z * p["s"] if "s" in p else z
        return (y.reshape(len(x), -1, len(p["b"])) + p["b"]).reshape(y.shape)

    def backward(self, p: Arrays, x: Array, y: Array, dy: Array, pass_: Pass) -> tuple[Array, dict[str, Array]]:
        # db = Σ dY    ds = Σ dY Z    dZ = dY s    dW = Σ (Xₘ r_m)ᵀ dZₘ over members    dXₘ = r_m (dZₘ Wᵀ)    dr = Σ X (dZ Wᵀ)
        scaled, z = self._products(p, x)
        gradients = {"b": dy.reshape(-1, len(p["b"])).sum(axis=0)}
        if "s" in p:
            gradients["s"] = (dy * z).sum(axis=0)
        dz = (dy * p["s"] if "s" in p else dy).reshape(-1, self.units)
        gradients["W"] = scaled.T @ dz
        dx = (dz @ p["W"].T).reshape(x.shape)
        if "r" in p:
            gradients["r"] = (dx * x).sum(axis=0)
            dx = dx * p["r"]
        return dx, gradients


@record
class GroupedDense(Layer):
    """A dense layer of its own for each of several blocks of neighbouring columns: Yₘ = Xₘ Wₘ + b_m. As the heads of an ensemble.

    Parameters
    ----------
    units : int
        Columns that each group gives.
    groups : int
        How many there are; the columns that come in are those of group 0, then those of group 1 and so on.
    weights : str or Initializer
        How each Wₘ starts; they lie one below the other in W (n_in, units).
    biases : str or Initializer
        How b (groups * units,) starts.
    rate_factor, decay_factor : float
        Multiply the learning rate of W and b, and the weight decay of W.

    References
    ----------
    Gorishniy, Kotelnikov & Babenko, "TabM", ICLR 2025: the members' heads.

    Examples
    --------
    >>> hm.try_layer(hm.GroupedDense(1, groups=2, weights=hm.Constant([[1.0], [10.0]])), [[1.0, 2.0]]).forward["y"]
    array([[ 1., 20.]])
    """

    units: int = checked(checks.whole)
    groups: int = checked(checks.from_to(1, MOST), default=32)
    weights: str | Initializer = checked(INITIAL, default="glorot_uniform")
    biases: str | Initializer = checked(INITIAL, default="zeros")
    rate_factor: float = checked(checks.not_negative, default=1.0)
    decay_factor: float = checked(checks.not_negative, default=1.0)

    row_wise = always

    def __post_init__(self) -> None:
        super().__post_init__()
        initializer("weights", self.weights)
        initializer("biases", self.biases)

    def width(self, n_in: int) -> int:
        return self.groups * self.units

    def parameters(self, n_in: int) -> dict[str, Param]:
        _of_each(n_in, "groups", self.groups)
        weights = Blocks(initializer("weights", self.weights), self.groups)
        return {
            "W": Param((n_in, self.units), weights, **factors_of(self)),
            "b": Param((self.groups * self.units,), initializer("biases", self.biases), rate_factor=self.rate_factor),
        }

    def forward(self, p: Arrays, x: Array, pass_: Pass) -> Array:
        # Yₘ = Xₘ Wₘ + b_m          (groups, n, units) = (groups, n, in)(groups, in, units)
        return self._side_by_side(self._by_group(x) @ p["W"].reshape(self.groups, -1, self.units)) + p["b"]

    def backward(self, p: Arrays, x: Array, y: Array, dy: Array, pass_: Pass) -> tuple[Array, dict[str, Array]]:
        # dXₘ = dYₘ Wₘᵀ    dWₘ = Xₘᵀ dYₘ    db = Σ dY over rows
        W, d = p["W"].reshape(self.groups, -1, self.units), self._by_group(dy)
        dW = (self._by_group(x).transpose(0, 2, 1) @ d).reshape(p["W"].shape)
        return self._side_by_side(d @ W.transpose(0, 2, 1)), {"W": dW, "b": dy.sum(axis=0)}

    def _by_group(self, array: Array) -> Array:
        return array.reshape(len(array), self.groups, -1).transpose(1, 0, 2)

    def _side_by_side(self, blocks: Array) -> Array:
        return blocks.transpose(1, 0, 2).reshape(blocks.shape[1], -1)


def _of_each(n_in: int, name: str, parts: int) -> int:
    """Return the columns of each of some parts."""
    if n_in % parts:
        raise InputError(f"{name} must divide the {n_in} columns that come in, got {parts}; Repeat gives each member the same ones")
    return n_in // parts
