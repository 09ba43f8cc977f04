"""What the chain rule multiplies in each step: a number of the step, and the gradient of what came out of it.

Dense layers and those that treat each entry alone are read off. Of any other layer, one of ours or of one's own, the
layer's backward pass is asked for one entry at a time: what it makes of a dy that is 1 there and 0 elsewhere is the factor.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from halfmoon.base.checks import Array
from halfmoon.inspect.xray.entries import Place, written
from halfmoon.layers.activations import Activation
from halfmoon.layers.contract import Layer, Pass
from halfmoon.layers.dense import Dense
from halfmoon.layers.dropout import Dropout
from halfmoon.layers.normalise import BatchNorm, LayerNorm
from halfmoon.layers.softmax import Softmax
from halfmoon.network.model import Model
from halfmoon.network.trace import Trace, TracedStep

ASKED = 16
"""So many of the largest factors are asked of the backward pass; the others are told by differences of the forward pass."""

SMALL = 1e-5
"""How far an entry is moved to see which outputs depend on it."""


@dataclass(frozen=True)
class Sum:
    """A gradient as Σ left · right.

    Attributes
    ----------
    rule : str
        In mathematics.
    left : callable
        From the number of a product to the step's own number in it.
    label : callable
        From the number of a product to the name of that.
    right : ndarray, shape (m,)
        The gradients behind, or the slope of a row's loss.
    products : ndarray, shape (m,)
        In float64.
    behind : callable
        From the number of a product to the step and the place whose ``dy`` is in it; None at the loss.
    """

    rule: str
    left: Callable[[int], Any]
    label: Callable[[int], str]
    right: Array
    products: Array
    behind: Callable[[int], tuple[int, Place] | None]


def _read(rule: str, left: Array, label: Callable[[int], str], right: Array, behind: Callable[[int], tuple[int, Place] | None]) -> Sum:
    """Return a sum whose factors are all at hand."""
    with np.errstate(all="ignore"):
        products = left.astype(np.float64) * right.astype(np.float64)
    return Sum(rule, left.__getitem__, label, right, np.where(left == 0, 0, products), behind)  # what does not count may be infinite


def loss_factors(model: Model, y: Array, weights: Array | None, place: Place, slopes: Array) -> Sum:
    """Return the slope of the objective by a score: the row's share in the mean, times the slope of the row's loss."""
    row = place[0]
    share, label = model.dtype.type(1 / len(y)), f"1/{len(y)}"
    if weights is not None:
        share, label = (weights[row] / weights.sum(dtype=np.float64)).astype(model.dtype), f"w[{row}]/Σw"
    rule = "dscores[n,k] = wₙ/Σw · ∂lossₙ/∂scores[n,k]"
    return _read(rule, np.array([share]), lambda _: label, slopes[place][None], lambda _: None)


def step_factors(model: Model, trace: Trace, step: int, letter: str, place: Place, known: dict[int, Array]) -> Sum:
    """Return a gradient that a step made as a sum of products.

    Parameters
    ----------
    model : Model
    trace : Trace
    step : int
        Its number in the program.
    letter : str
        By what: ``"x"``, or the name of a parameter.
    place : tuple of int
    known : dict
        Slopes of whole steps, remembered from one call to the next.
    """
    traced = trace.steps[step]
    layer = traced.step.layer
    if layer is None:
        return _branch(trace, step, place)
    if type(layer) is Dense:
        return _dense(model, traced, step, letter, place)
    if letter == "x" and _entry_by_entry(layer, trace.pass_):
        if step not in known:
            known[step] = _backward(model, traced, step, trace.pass_, np.ones_like(traced.dy))[0]
        return _pointwise(traced, step, place, known[step])
    return _asked(model, traced, step, trace.pass_, letter, place)


def _dense(model: Model, traced: TracedStep, step: int, letter: str, place: Place) -> Sum:
    dy: Array = traced.dy  # type: ignore[assignment]
    path = traced.step.path
    if letter == "x":
        n, i = place
        row = model.params[f"{path}.W"][i]
        return _read("dx[n,i] = Σⱼ W[i,j] · dy[n,j]", row, lambda j: f"{path}.W[{i},{j}]", dy[n], lambda j: (step, (n, j)))
    j = place[-1]
    if letter == "W":
        i = place[0]
        column = traced.x[:, i]
        return _read("dW[i,j] = Σₙ x[n,i] · dy[n,j]", column, lambda n: f"{path}.x[{n},{i}]", dy[:, j], lambda n: (step, (n, j)))
    return _read("db[j] = Σₙ 1 · dy[n,j]", np.ones(len(dy), dy.dtype), lambda _: "∂y/∂b", dy[:, j], lambda n: (step, (n, j)))


def _branch(trace: Trace, step: int, place: Place) -> Sum:
    """Return what a residual branch's ends do: an add hands its gradient on, a keep gets one from the branch and one past it."""
    traced = trace.steps[step]
    rule, ends, labels = "dx[n,i] = dy[n,i]", [step], ["∂y/∂x"]
    if traced.step.kind == "keep":
        wanted = replace(traced.step, kind="add")
        rule, labels = "dx[n,i] = dy[n,i] + dy[n,i] of the add", ["through the branch", "around the branch"]
        ends.append(next(k for k, each in enumerate(trace.steps) if each.step == wanted))
    right = np.array([trace.steps[each].dy[place] for each in ends])  # type: ignore[index]
    return _read(rule, np.ones_like(right), labels.__getitem__, right, lambda which: (ends[which], place))


def _entry_by_entry(layer: Layer, pass_: Pass) -> bool:
    return type(layer) in ((Activation, Dropout) if pass_.training else (Activation, Dropout, BatchNorm))


def _pointwise(traced: TracedStep, step: int, place: Place, slopes: Array) -> Sum:
    x = written(f"{traced.name}.x", place)
    layer = traced.step.layer
    label = f"slope of {layer.name} at {x}" if isinstance(layer, Activation) else f"∂y/∂x at {x}"
    right = traced.dy[place][None]  # type: ignore[index]
    return _read("dx[n,i] = ∂y[n,i]/∂x[n,i] · dy[n,i]", slopes[place][None], lambda _: label, right, lambda _: (step, place))


def _backward(model: Model, traced: TracedStep, step: int, pass_: Pass, dy: Array) -> tuple[Array, dict[str, Array]]:
    arrays = model.params.at(traced.step.path) | model.state.at(traced.step.path)
    with np.errstate(all="ignore"):
        return traced.step.layer.backward(arrays, traced.x, traced.y, dy, pass_.at(step))  # type: ignore[union-attr]


def _asked(model: Model, traced: TracedStep, step: int, pass_: Pass, letter: str, place: Place) -> Sum:
    """Return the products of any layer. Differences of its forward pass tell which are large; backward gives those exactly."""
    entry, first = written(f"{traced.name}.{letter}", place), 0
    if letter == "x" and type(traced.step.layer) in (LayerNorm, Softmax):  # rows know nothing of one another
        first, place = place[0], (0, *place[1:])
        traced = TracedStep(traced.step, *(each[first : first + 1] for each in (traced.x, traced.y, traced.dy)))  # type: ignore[index]
    dy, columns = traced.dy.ravel(), traced.y.shape[1]  # type: ignore[union-attr]
    lefts = _differences(model, traced, step, pass_, letter, place).ravel()
    with np.errstate(all="ignore"):
        products = np.where(lefts == 0, 0, lefts * dy.astype(np.float64))
    asked: dict[int, Any] = {}
    for which in np.argsort(-np.abs(products), kind="stable")[:ASKED].tolist():
        one = np.zeros_like(dy)
        one[which] = 1
        dx, gradients = _backward(model, traced, step, pass_, one.reshape(traced.y.shape))
        asked[which] = (dx if letter == "x" else gradients[letter])[place]
        products[which] = float(asked[which]) * float(dy[which])

    def at(which: int) -> Place:
        return first + which // columns, which % columns

    return Sum(
        f"d{letter}[…] = Σₙⱼ ∂y[n,j]/∂{letter}[…] · dy[n,j]",
        lambda which: asked.get(which, lefts[which]),
        lambda which: f"∂{written('y', at(which))}/∂{entry}",
        dy,
        products,
        lambda which: (step, at(which)),
    )


def _differences(model: Model, traced: TracedStep, step: int, pass_: Pass, letter: str, place: Place) -> Array:
    """Return ∂y/∂(one entry) for every y, by central differences of this step alone, in float64."""
    path = traced.step.path
    arrays = {name: each.astype(np.float64) for name, each in (model.params.at(path) | model.state.at(path)).items()}
    x = traced.x.astype(np.float64)
    moved = x if letter == "x" else arrays[letter]
    value = float(moved[place])
    h = SMALL * max(1.0, abs(value))
    ends = []
    for each in (value + h, value - h):
        moved[place] = each
        with np.errstate(all="ignore"):
            ends.append(traced.step.layer.forward(arrays, x, pass_.at(step)))  # type: ignore[union-attr]
    return (ends[0] - ends[1]) / (2 * h)
