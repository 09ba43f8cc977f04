"""A trained network as plain operations with their arrays, for whatever runs it without this library.

Each operation makes one value, a matrix with a row for each row of X, from values before it. Value 0 is X; operation k makes
value k + 1; the last value is the scores. The fields ``x`` and ``other`` are the indices of the values that an operation reads.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np

from halfmoon.base.checks import Array
from halfmoon.base.errors import InputError
from halfmoon.expressions.expression import Expression
from halfmoon.layers import softmax
from halfmoon.layers.activations import Activation
from halfmoon.layers.contract import Arrays
from halfmoon.layers.dense import Dense
from halfmoon.layers.normalise import BatchNorm, LayerNorm
from halfmoon.network.model import Model


@dataclass(frozen=True)
class Affine:
    """``y = x W + b``; W (n_in, n_out), b (n_out,), or None where there is none."""

    x: int
    W: Array
    b: Array | None


@dataclass(frozen=True)
class Map:
    """``y = value(x, *constants)``, entry by entry; a constant is a number, or a tuple with one for each column."""

    x: int
    value: Expression
    constants: tuple[float | tuple[float, ...], ...]


@dataclass(frozen=True)
class NormaliseColumns:
    """``y = (x - mean) factor + shift``, each (n_in,): batch normalisation by its running statistics."""

    x: int
    mean: Array
    factor: Array
    shift: Array


@dataclass(frozen=True)
class NormaliseRows:
    """``y = (x - m) / √(v + epsilon) scale + shift``, with the mean m and the mean square deviation v of each row."""

    x: int
    epsilon: float
    scale: Array
    shift: Array


@dataclass(frozen=True)
class Softmax:
    """``y = exp(x) / Σ exp(x)`` over each row."""

    x: int


@dataclass(frozen=True)
class Add:
    """``y = x + other``: the end of a residual branch."""

    x: int
    other: int


Operation: TypeAlias = Affine | Map | NormaliseColumns | NormaliseRows | Softmax | Add

OPERATIONS: dict[type, Callable[[Any, Arrays, int], Operation]] = {
    Dense: lambda _layer, p, x: Affine(x, p["W"], p.get("b")),
    Activation: lambda layer, _p, x: Map(x, layer.value, layer.numbers()),
    BatchNorm: lambda layer, p, x: NormaliseColumns(
        x, p["mean"], p["scale"] / np.sqrt(p["variance"] + p["variance"].dtype.type(layer.epsilon)), p["shift"]
    ),
    LayerNorm: lambda layer, p, x: NormaliseRows(x, layer.epsilon, p["scale"], p["shift"]),
    softmax.Softmax: lambda _layer, _p, x: Softmax(x),
}
"""For each kind of layer, from the layer, its arrays and the value that it reads to its operation."""


def operations(model: Model) -> list[Operation]:
    """Return what a model computes in inference, as operations whose arrays are the model's own or made from them.

    Raises
    ------
    InputError
        When a layer is none of ``OPERATIONS``.
    """
    found: list[Operation] = []
    kept: list[int] = []
    for step, arrays in zip(model.program.steps, model.arrays, strict=True):
        x = len(found)
        if step.kind == "keep":
            kept.append(x)
        elif step.layer is None:
            found.append(Add(x, kept.pop()))
        elif type(step.layer) in OPERATIONS:
            found.append(OPERATIONS[type(step.layer)](step.layer, arrays, x))
        elif not step.layer.identity_in_inference:
            raise InputError(f"the layer at {step.path} must be one with plain operations, got {type(step.layer).__name__}")
    return found
