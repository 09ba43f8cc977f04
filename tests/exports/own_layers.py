"""Layers of one's own, of kinds that the library lacks, and their rows: with those alone each target can export them."""

from __future__ import annotations

import numpy as np

from halfmoon.base.record import record
from halfmoon.layers.contract import Layer, Param
from halfmoon.layers.initializers import INITIALIZERS
from halfmoon.network.inference import LAYERS, Affine, Join, Select

NORMAL = INITIALIZERS["normal"]


class Forward(Layer):
    """A layer that is not trained here."""

    def backward(self, p, x, y, dy, pass_):
        raise NotImplementedError


@record
class Scale(Forward):
    """y = x s."""

    def parameters(self, n_in):
        return {"s": Param((n_in,), NORMAL)}

    def forward(self, p, x, pass_):
        return x * p["s"]


@record
class Blend(Forward):
    """y = x + a (tanh x - x)."""

    def parameters(self, n_in):
        return {"a": Param((n_in,), NORMAL)}

    def forward(self, p, x, pass_):
        return x + p["a"] * (np.tanh(x) - x)


@record
class Periodic(Forward):
    """For each column x: x itself and cos(2π w x + c) V, with 3 frequencies w and 2 outputs."""

    def width(self, n_in):
        return 3 * n_in

    def parameters(self, n_in):
        return {"w": Param((3 * n_in,), NORMAL), "c": Param((3 * n_in,), NORMAL), "V": Param((n_in, 3, 2), NORMAL)}

    def forward(self, p, x, pass_):
        waves = np.cos(x.dtype.type(2 * np.pi) * p["w"] * np.repeat(x, 3, axis=1) + p["c"]).reshape(len(x), -1, 3)
        return np.dstack([x[:, :, None], np.einsum("rji,jio->rjo", waves, p["V"])]).reshape(len(x), -1)


@record
class SharedWeights(Forward):
    """For each of 3 members, whose columns stand side by side: ((x r) W) s + b, with W of all."""

    units: int
    first: bool = False

    def width(self, n_in):
        return 3 * self.units

    def parameters(self, n_in):
        n, k = (n_in if self.first else n_in // 3), self.units
        return {"W": Param((n, k), NORMAL), "r": Param((3 * n,), NORMAL), "s": Param((3 * k,), NORMAL), "b": Param((3 * k,), NORMAL)}

    def forward(self, p, x, pass_):
        members = (np.tile(x, 3) if self.first else x) * p["r"]
        return (members.reshape(len(x), 3, -1) @ p["W"]).reshape(len(x), -1) * p["s"] + p["b"]


def _periodic(graph, _layer, p, x):
    n = graph.widths[x]
    repeated = graph.add(Select(x, tuple(np.repeat(np.arange(n), 3).tolist())))
    waves = graph.map(lambda z, w, c: np.cos(2 * np.pi * w * z + c), repeated, constants=(p["w"], p["c"]))
    both = graph.add(Join((x, graph.add(Affine(waves, p["V"], None, n)))))
    return graph.add(Select(both, tuple(place for k in range(n) for place in (k, n + 2 * k, n + 2 * k + 1))))


def _shared_weights(graph, layer, p, x):
    if layer.first:
        x = graph.add(Select(x, tuple(range(graph.widths[x])) * 3))
    scaled = graph.map(lambda z, r: z * r, x, constants=(p["r"],))
    product = graph.add(Affine(scaled, p["W"], None, 3))
    return graph.map(lambda z, s, b: z * s + b, product, constants=(p["s"], p["b"]))


LAYERS |= {
    Scale: lambda graph, _layer, p, x: graph.map(lambda z, s: z * s, x, constants=(p["s"],)),
    Blend: lambda graph, _layer, p, x: graph.map(lambda z, a: z + a * (np.tanh(z) - z), x, constants=(p["a"],)),
    Periodic: _periodic,
    SharedWeights: _shared_weights,
}
