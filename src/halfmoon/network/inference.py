"""A trained network as plain operations with their arrays, for whatever runs it without this library.

Each operation makes one value, a matrix with a row for each row of X, from values before it. Value 0 is X; operation k makes
value k + 1. The fields ``x`` and ``values`` hold the indices of the values that an operation reads.

To export a layer of a new kind, add its row to ``LAYERS``: from the layer and its arrays to operations. That is all.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from inspect import signature
from typing import Any, TypeAlias

import numpy as np

from halfmoon.base.checks import Array
from halfmoon.base.errors import InputError
from halfmoon.expressions.expression import Expression
from halfmoon.expressions.tracing import trace
from halfmoon.expressions.vocabulary import cos, maximum, minimum
from halfmoon.layers.activations import Activation
from halfmoon.layers.contract import Arrays
from halfmoon.layers.dense import Dense
from halfmoon.layers.dropout import Dropout
from halfmoon.layers.embeddings import PeriodicEmbedding, PiecewiseLinearEmbedding
from halfmoon.layers.ensemble import BatchEnsemble, GroupedDense, Repeat
from halfmoon.layers.normalise import BatchNorm, LayerNorm
from halfmoon.layers.parametric import ParametricActivation
from halfmoon.layers.scale import Scale
from halfmoon.layers.softmax import Softmax as SoftmaxLayer
from halfmoon.network.model import Model


@dataclass(frozen=True)
class Affine:
    """``y = x W + b``, for each block of columns.

    Attributes
    ----------
    x : int
        A value of ``blocks * n_in`` columns.
    W : ndarray, shape (n_in, n_out) or (blocks, n_in, n_out)
        The same for every block, or one of each block's own.
    b : ndarray, shape (blocks * n_out,), or None
        None where there is none.
    blocks : int
        1 but for layers that are several narrow ones side by side.
    """

    x: int
    W: Array
    b: Array | None = None
    blocks: int = 1


@dataclass(frozen=True)
class Map:
    """``y = expression(*values, *constants)``, entry by entry: activations, sums, running statistics, links.

    Attributes
    ----------
    values : tuple of int
        Values of one shape, for the first inputs of the expression.
    expression : Expression
    constants : tuple of ndarray, each of shape () or (n,)
        For its further inputs: a number, or one for each column.
    """

    values: tuple[int, ...]
    expression: Expression
    constants: tuple[Array, ...] = ()


@dataclass(frozen=True)
class NormaliseRows:
    """``y = (x - m) / √(v + epsilon) scale + shift``, with the mean m and the mean square deviation v of each row.

    Attributes
    ----------
    x : int
    epsilon : float
    scale, shift : ndarray, shape (n,)
    """

    x: int
    epsilon: float
    scale: Array
    shift: Array


@dataclass(frozen=True)
class Softmax:
    """``y = exp(x - max x) / Σ exp(x - max x)`` over each row."""

    x: int


@dataclass(frozen=True)
class Select:
    """Some columns of ``x``, in some order, any of them more than once.

    Attributes
    ----------
    x : int
    columns : tuple of int
    """

    x: int
    columns: tuple[int, ...]


@dataclass(frozen=True)
class Join:
    """The columns of several values, side by side."""

    values: tuple[int, ...]


@dataclass(frozen=True)
class SortRows:
    """Each row's numbers from the smallest to the largest."""

    x: int


Operation: TypeAlias = Affine | Map | NormaliseRows | Softmax | Select | Join | SortRows

OPERATIONS: tuple[type, ...] = (Affine, Map, NormaliseRows, Softmax, Select, Join, SortRows)
"""Every kind of operation; whoever writes them for another language has a row for each."""


def reads(operation: Operation) -> tuple[int, ...]:
    """Return the values that an operation reads."""
    return operation.values if isinstance(operation, Map | Join) else (operation.x,)


def width(operation: Operation, widths: Sequence[int]) -> int:
    """Return the columns of an operation's value, from those of the values before it."""
    if isinstance(operation, Affine):
        return operation.blocks * operation.W.shape[-1]
    if isinstance(operation, Select):
        return len(operation.columns)
    if isinstance(operation, Join):
        return sum(widths[each] for each in operation.values)
    return widths[reads(operation)[0]]


@dataclass
class Graph:
    """Operations in the order in which they are made.

    Attributes
    ----------
    dtype : dtype
        Of every array.
    widths : list of int
        The columns of each value, those of X first.
    operations : list of Operation
    """

    dtype: np.dtype[Any]
    widths: list[int]
    operations: list[Operation] = field(default_factory=list)

    def add(self, operation: Operation) -> int:
        """Append an operation and return the index of its value."""
        self.widths.append(width(operation, self.widths))
        self.operations.append(operation)
        return len(self.operations)

    def map(self, value: Callable[..., Any] | Expression, *values: int, constants: Sequence[Any] = ()) -> int:
        """Append an expression of values, entry by entry; a function is traced, and one that returns its argument adds nothing."""
        expression = value if isinstance(value, Expression) else _traced(value, len(values) + len(constants))
        if expression.steps[-1][0] == "input" and len(values) == 1 and not constants:
            return values[0]
        return self.add(Map(values, expression, tuple(_constant(each, self.dtype) for each in constants)))


def _traced(value: Callable[..., Any], count: int) -> Expression:
    """Return a function of so many arguments as an expression; its inputs are called as they are."""
    parameters = signature(value).parameters.values()
    names = [each.name for each in parameters if each.kind is each.POSITIONAL_OR_KEYWORD]
    return trace(value, names if len(names) == count else [f"x{place}" for place in range(count)], "an operation")


def _constant(value: Any, dtype: np.dtype[Any]) -> Array:
    """Return a constant as an array of shape () or (n,)."""
    array = np.asarray(value, dtype)
    return array.reshape(()) if array.size == 1 else array


def _dense(graph: Graph, _layer: Dense, p: Arrays, x: int) -> int:
    return graph.add(Affine(x, p["W"], p.get("b")))


def _activation(graph: Graph, layer: Activation, _p: Arrays, x: int) -> int:
    return graph.map(layer.value, x, constants=layer.numbers())


def _batch_norm(graph: Graph, layer: BatchNorm, p: Arrays, x: int) -> int:
    # y = (x - mean) factor + shift,  factor = scale / √(variance + ε)
    factor = p["scale"] / np.sqrt(p["variance"] + graph.dtype.type(layer.epsilon))
    return graph.map(lambda x, mean, factor, shift: (x - mean) * factor + shift, x, constants=(p["mean"], factor, p["shift"]))


def _layer_norm(graph: Graph, layer: LayerNorm, p: Arrays, x: int) -> int:
    return graph.add(NormaliseRows(x, layer.epsilon, p["scale"], p["shift"]))


def _parametric(graph: Graph, layer: ParametricActivation, p: Arrays, x: int) -> int:
    activated = _activation(graph, layer.activation, {}, x)
    return graph.map(lambda x, activated, a: x + a * (activated - x), x, activated, constants=(p["a"],))


def _periodic(graph: Graph, layer: PeriodicEmbedding, p: Arrays, x: int) -> int:
    n, h = p["frequency"].shape
    repeated = graph.add(Select(x, _columns(np.repeat(np.arange(n), h))))
    waves = graph.map(
        lambda z, f, phase: cos(2 * math.pi * z * f + phase), repeated, constants=(p["frequency"].ravel(), p["phase"].ravel())
    )
    embedded = graph.add(Affine(waves, p["W"].reshape(n, h, layer.outputs), p["b"].ravel(), n))
    return graph.add(Join((embedded, x)))


def _piecewise_linear(graph: Graph, layer: PiecewiseLinearEmbedding, p: Arrays, x: int) -> int:
    n, counts, outputs = len(layer.bins), layer.counts, layer.outputs
    most, rest = max(counts), range(n, graph.widths[x])
    straight = graph.add(Select(x, _columns(np.repeat(np.arange(n), outputs))))
    embedded = graph.map(lambda z, V, b: z * V + b, straight, constants=(p["V"].ravel(), p["b"].ravel()))
    if most:
        # as many bins for each column; those it has not are 0 wide and weigh nothing
        own = np.arange(most) < np.array(counts)[:, None]
        left, over, W = np.zeros(own.shape, graph.dtype), np.zeros(own.shape, graph.dtype), np.zeros((n, most, outputs), graph.dtype)
        left[own], over[own] = layer.lines(graph.dtype)
        W[own] = p["W"]
        repeated = graph.add(Select(x, _columns(np.repeat(np.arange(n), most))))
        shares = graph.map(
            lambda z, left, over: minimum(maximum((z - left) * over, 0), 1), repeated, constants=(left.ravel(), over.ravel())
        )
        embedded = graph.map(lambda line, curve: line + curve, embedded, graph.add(Affine(shares, W, None, n)))
    return graph.add(Join((embedded, graph.add(Select(x, tuple(rest)))))) if rest else embedded


def _repeat(graph: Graph, layer: Repeat, _p: Arrays, x: int) -> int:
    return graph.add(Select(x, tuple(range(graph.widths[x])) * layer.times))


def _batch_ensemble(graph: Graph, layer: BatchEnsemble, p: Arrays, x: int) -> int:
    if "r" in p:
        x = graph.map(lambda x, r: x * r, x, constants=(p["r"],))
    b = np.tile(p["b"], layer.members) if layer.shared_bias else p["b"]
    if "s" not in p:
        return graph.add(Affine(x, p["W"], b, layer.members))
    return graph.map(lambda z, s, b: z * s + b, graph.add(Affine(x, p["W"], None, layer.members)), constants=(p["s"], b))


def _grouped_dense(graph: Graph, layer: GroupedDense, p: Arrays, x: int) -> int:
    return graph.add(Affine(x, p["W"].reshape(layer.groups, -1, layer.units), p["b"], layer.groups))


def _columns(numbers: Array) -> tuple[int, ...]:
    return tuple(numbers.tolist())


LAYERS: dict[type, Callable[[Graph, Any, Arrays, int], int]] = {
    Dense: _dense,
    Activation: _activation,
    BatchNorm: _batch_norm,
    LayerNorm: _layer_norm,
    SoftmaxLayer: lambda graph, _layer, _p, x: graph.add(Softmax(x)),
    Dropout: lambda _graph, _layer, _p, x: x,  # of training alone
    Scale: lambda graph, _layer, p, x: graph.map(lambda x, scale: x * scale, x, constants=(p["scale"],)),
    ParametricActivation: _parametric,
    PeriodicEmbedding: _periodic,
    PiecewiseLinearEmbedding: _piecewise_linear,
    Repeat: _repeat,
    BatchEnsemble: _batch_ensemble,
    GroupedDense: _grouped_dense,
}
"""For each kind of layer: from the graph, the layer, its arrays and the value it reads, the index of the value it makes."""


def append(graph: Graph, model: Model, x: int = 0) -> int:
    """Append what a model computes of a value, by default of X, in inference, and return the index of its scores.

    Raises
    ------
    InputError
        When a layer is none of ``LAYERS``.
    """
    kept: list[int] = []
    for step, arrays in zip(model.program.steps, model.arrays, strict=True):
        if step.kind == "keep":
            kept.append(x)
        elif step.layer is None:
            x = graph.map(lambda branch, kept: branch + kept, x, kept.pop())
        elif type(step.layer) in LAYERS:
            x = LAYERS[type(step.layer)](graph, step.layer, arrays, x)
        else:
            raise InputError(f"the layer at {step.path} must be one that can be exported, got {type(step.layer).__name__}")
    return x
