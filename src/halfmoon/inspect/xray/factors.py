"""What the chain rule multiplies in each step: a number of the step, and the gradient of what came out of it.

The factors of a Dense layer are its weights and its inputs; those of an element-wise layer are the slopes of its entries. Of
any other layer, one of ours or of one's own, the backward pass is run with a dy that is 1 in one entry and 0 elsewhere: what
it makes of that is the factor.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from halfmoon.base.checks import Array, Index
from halfmoon.inspect.xray.entries import entry_name
from halfmoon.layers.activations import Activation
from halfmoon.layers.contract import Pass
from halfmoon.layers.dense import Dense
from halfmoon.network.model import Model
from halfmoon.network.trace import Trace, TracedStep

if TYPE_CHECKING:
    from halfmoon.inspect.xray.xray import XRay

MAX_BACKWARD = 16
"""So many of the largest factors are computed by the backward pass; the others by differences of the forward pass."""

PERTURBATION = 1e-5
"""How far an entry is moved to see which outputs depend on it."""


@dataclass(frozen=True)
class ProductSum:
    """A gradient as Σ left · right.

    Attributes
    ----------
    rule : str
        In mathematics.
    left : ndarray, shape (m,)
        The step's own numbers.
    label : callable
        From the number of a product to the name of that in it.
    right : ndarray, shape (m,)
        Entries of the step's ``dy``, or the slope of a row's loss.
    dy_entry : callable
        From the number of a product to the step whose ``dy`` is in it, and the index there; None at the loss.
    """

    rule: str
    left: Array
    label: Callable[[int], str]
    right: Array
    dy_entry: Callable[[int], tuple[int, Index] | None]

    @cached_property
    def products(self) -> Array:
        """The products, in float64."""
        with np.errstate(all="ignore"):
            products = self.left.astype(np.float64) * self.right.astype(np.float64)
        return np.where(self.left == 0, 0, products)  # what does not count may be infinite


def step_products(xray: XRay, step: int, letter: str, index: Index, known: dict[int, Array]) -> ProductSum:
    """Return a gradient that a step made, or the loss behind the last one, as a sum of products.

    The letter says by what: ``"x"``, or the name of a parameter; ``known`` keeps slopes of whole steps from one call to the next.
    """
    model, trace = xray.model, xray.trace
    if step == len(trace.steps):
        if step not in known:
            with np.errstate(all="ignore"):
                known[step] = model.network.loss.gradient(trace.scores, xray.y)
        return _loss_products(xray, index, known[step])
    traced = trace.steps[step]
    layer = traced.step.layer
    if layer is None:
        return _branch_products(trace, step, index)
    if type(layer) is Dense:
        return _dense_products(model, traced, step, letter, index)
    if letter == "x" and layer.element_wise(trace.pass_):
        if step not in known:
            known[step] = _backward(model, traced, step, trace.pass_, np.ones_like(traced.dy))[0]
        return _element_wise_products(traced, step, index, known[step])
    return _probed_products(model, traced, step, trace.pass_, letter, index)


def _loss_products(xray: XRay, index: Index, slopes: Array) -> ProductSum:
    """Return the slope of the objective by a score: the row's share in the mean, times the slope of the row's loss."""
    row, dtype, weights = index[0], xray.model.dtype, xray.weights
    share, label = dtype.type(1 / len(xray.y)), f"1/{len(xray.y)}"
    if weights is not None:
        share, label = (weights[row] / weights.sum(dtype=np.float64)).astype(dtype), f"w[{row}]/Σw"
    rule = "dscores[n,k] = wₙ/Σw · ∂lossₙ/∂scores[n,k]"
    return ProductSum(rule, np.array([share]), lambda _: label, slopes[index][None], lambda _: None)


def _dense_products(model: Model, traced: TracedStep, step: int, letter: str, index: Index) -> ProductSum:
    dy: Array = traced.dy  # type: ignore[assignment]
    path = traced.step.path
    if letter == "x":
        n, i = index
        row = model.params[f"{path}.W"][i]
        return ProductSum("dx[n,i] = Σⱼ W[i,j] · dy[n,j]", row, lambda j: f"{path}.W[{i},{j}]", dy[n], lambda j: (step, (n, j)))
    j = index[-1]
    if letter == "W":
        i = index[0]
        column = traced.x[:, i]
        return ProductSum("dW[i,j] = Σₙ x[n,i] · dy[n,j]", column, lambda n: f"{path}.x[{n},{i}]", dy[:, j], lambda n: (step, (n, j)))
    return ProductSum("db[j] = Σₙ 1 · dy[n,j]", np.ones(len(dy), dy.dtype), lambda _: "∂y/∂b", dy[:, j], lambda n: (step, (n, j)))


def _branch_products(trace: Trace, step: int, index: Index) -> ProductSum:
    """Return what a residual branch's ends do: an add hands its gradient on, a keep gets one from the branch and one past it."""
    traced = trace.steps[step]
    rule, ends, labels = "dx[n,i] = dy[n,i]", [step], ["∂y/∂x"]
    if traced.step.kind == "keep":
        wanted = replace(traced.step, kind="add")
        rule, labels = "dx[n,i] = dy[n,i] + dy[n,i] of the add", ["through the branch", "around the branch"]
        ends.append(next(k for k, each in enumerate(trace.steps) if each.step == wanted))
    right = np.array([trace.steps[each].dy[index] for each in ends])  # type: ignore[index]
    return ProductSum(rule, np.ones_like(right), labels.__getitem__, right, lambda which: (ends[which], index))


def _element_wise_products(traced: TracedStep, step: int, index: Index, slopes: Array) -> ProductSum:
    x = entry_name(f"{traced.name}.x", index)
    layer = traced.step.layer
    label = f"slope of {layer.name} at {x}" if isinstance(layer, Activation) else f"∂y/∂x at {x}"
    right = traced.dy[index][None]  # type: ignore[index]
    return ProductSum("dx[n,i] = ∂y[n,i]/∂x[n,i] · dy[n,i]", slopes[index][None], lambda _: label, right, lambda _: (step, index))


def _backward(model: Model, traced: TracedStep, step: int, pass_: Pass, dy: Array) -> tuple[Array, dict[str, Array]]:
    with np.errstate(all="ignore"):
        return traced.step.layer.backward(model.arrays[step], traced.x, traced.y, dy, pass_.at(step))  # type: ignore[union-attr]


def _probed_products(model: Model, traced: TracedStep, step: int, pass_: Pass, letter: str, index: Index) -> ProductSum:
    """Return the products of any layer. Differences of its forward pass show which are large; backward gives those exactly."""
    entry, first = entry_name(f"{traced.name}.{letter}", index), 0
    if letter == "x" and traced.step.layer.row_wise(pass_):  # type: ignore[union-attr]
        first, index = index[0], (0, *index[1:])
        traced = TracedStep(traced.step, *(each[first : first + 1] for each in (traced.x, traced.y, traced.dy)))  # type: ignore[index]
    dy, columns = traced.dy.ravel(), traced.y.shape[1]  # type: ignore[union-attr]
    lefts = _differences(model, traced, step, pass_, letter, index).ravel()

    def output(which: int) -> Index:
        return first + which // columns, which % columns

    found = ProductSum(
        f"d{letter}[…] = Σₙⱼ ∂y[n,j]/∂{letter}[…] · dy[n,j]",
        lefts,
        lambda which: f"∂{entry_name('y', output(which))}/∂{entry}",
        dy,
        lambda which: (step, output(which)),
    )
    for which in np.argsort(-np.abs(found.products), kind="stable")[:MAX_BACKWARD].tolist():
        one = np.zeros_like(dy)
        one[which] = 1
        dx, gradients = _backward(model, traced, step, pass_, one.reshape(traced.y.shape))
        found.left[which] = (dx if letter == "x" else gradients[letter])[index]
    return replace(found)


def _differences(model: Model, traced: TracedStep, step: int, pass_: Pass, letter: str, index: Index) -> Array:
    """Return ∂y/∂(one entry) for every y, by central differences of this step alone, in float64."""
    arrays = {name: each.astype(np.float64) for name, each in model.arrays[step].items()}
    x = traced.x.astype(np.float64)
    array = x if letter == "x" else arrays[letter]
    value = float(array[index])
    h = PERTURBATION * max(1.0, abs(value))
    ends = []
    for each in (value + h, value - h):
        array[index] = each
        with np.errstate(all="ignore"):
            ends.append(traced.step.layer.forward(arrays, x, pass_.at(step)))  # type: ignore[union-attr]
    return (ends[0] - ends[1]) / (2 * h)
