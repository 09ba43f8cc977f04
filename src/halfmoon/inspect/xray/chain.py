"""The chain of factors from one gradient back to the loss: which numbers multiply to give it, and where those came from.

A gradient is a sum of products, each of a number of its own step and of a gradient of the step behind. Every factor is
read from the trace or from the layer's own backward pass; nothing is worked out here but the products themselves.

The factors of a Dense layer are its weights and its inputs; those of an element-wise layer are the slopes of its entries. Of
any other layer, one of ours or of one's own, the backward pass is run with a dy that is 1 in one entry and 0 elsewhere: what
it makes of that is the factor.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from halfmoon.base.checks import Array, Index
from halfmoon.base.language import current
from halfmoon.inspect.xray.chain_link import Chain, ChainLink, Factor, Node, Term
from halfmoon.inspect.xray.entries import entry_name
from halfmoon.inspect.xray.translations import say
from halfmoon.layers.activations import Activation
from halfmoon.layers.dense import Dense
from halfmoon.losses.penalty import NO_PENALTY
from halfmoon.network.trace import TracedStep

if TYPE_CHECKING:
    from halfmoon.inspect.xray.xray import XRay

MAX_TERMS = 5
"""So many products of a sum are shown one by one."""

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


class Chains:
    """Every chain of the step that an X-ray looks at.

    Parameters
    ----------
    xray : XRay
        Has the model as it was when it was traced, the trace after a backward pass, the batch and the penalty.
    """

    def __init__(self, xray: XRay) -> None:
        self.xray, self.model, self.trace = xray, xray.model, xray.trace
        self._steps = {traced.name: step for step, traced in enumerate(self.trace.steps)}
        self._slopes: dict[int, Array] = {}  # of element-wise steps
        gradients = {name: array for name, array in self.trace.arrays().items() if name.rpartition(".")[2].startswith("d")}
        self.arrays: dict[str, Array] = {"dX": self.trace.dx} | gradients  # type: ignore[assignment]

    @cached_property
    def names(self) -> dict[str, str]:
        """For each array that has a gradient, and for each gradient, the gradient's name."""
        made = {name: name for name in self.arrays} | {re.sub(r"\bd(?=\w+$)", "", name): name for name in self.arrays}
        scores = f"{self.trace.steps[-1].name}.dy" if self.trace.steps else "dX"
        return made | {"scores": scores, "dscores": scores}

    def chain(self, node: Node) -> Chain:
        """Return the chain from an entry to the loss."""
        links = [self.link(node)]
        while (following := links[-1].following) is not None:
            links.append(self.link(following))
        return Chain(tuple(links), current())

    def link(self, node: Node) -> ChainLink:
        """Return one gradient as a sum of products."""
        name, index = node
        found = self._products(*self._target(name), index)
        products = found.products
        order = np.argsort(-np.abs(products), kind="stable")[:MAX_TERMS] if products.size else np.zeros(0, int)
        shown = [int(each) for each in order if products[each] != 0] or [int(each) for each in order[:1]]
        terms = [Term(tuple(self._factors(found, which))) for which in shown]
        terms += self._penalty(name, index)
        rest = float(products.sum() - products[shown].sum()) if len(shown) < products.size else 0.0
        rule = found.rule + self._feature(name, index)
        return ChainLink(name, index, self.arrays[name][index], rule, tuple(terms), products.size - len(shown), rest)

    def _feature(self, name: str, index: Index) -> str:
        """Return which feature an entry belongs to, where it is one of the gradients by the inputs or by the weights that meet them."""
        names, path = self.xray.feature_names, self.trace.steps[0].name if self.trace.steps else ""
        if not names or len(index) < 2 or name.rpartition(".")[0] not in {"", path}:  # noqa: PLR2004 - a row and a column
            return ""
        letter = name.rpartition(".")[2]
        if letter in {"dX", "dx"}:
            return say("   of {feature}", feature=names[index[1]])
        meets = letter not in {"dy", "dscores"} and len(self.arrays[name]) == len(names)
        return say("   of {feature}", feature=names[index[0]]) if meets else ""

    def _target(self, name: str) -> tuple[int, str]:
        """Return the step that made a gradient, and its letter: what a step's dy is, the step behind made as its dx."""
        path, _, letter = name.rpartition(".")
        step, letter = self._steps.get(path, 0), letter.removeprefix("d")
        return (step + 1, "x") if letter == "y" else (step, "x" if letter == "X" else letter)

    def _factors(self, found: ProductSum, which: int) -> Iterator[Factor]:
        yield Factor(found.label(which), self.model.dtype.type(found.left[which]))
        dy_entry = found.dy_entry(which)
        if dy_entry is None:
            yield Factor(say("∂loss/∂score of the row"), found.right[which])
            return
        step, index = dy_entry
        dy = f"{self.trace.steps[step].name}.dy"
        made = f"{self.trace.steps[step + 1].name}.dx" if step + 1 < len(self.trace.steps) else dy
        yield Factor(entry_name(dy, index), found.right[which], (made, index))

    def _penalty(self, name: str, index: Index) -> list[Term]:
        path, _, letter = name.rpartition(".")
        xray, entry = self.xray, f"{path}.{letter.removeprefix('d')}"
        known = {entry: param.decayed for entry, param in self.model.program.parameters.entries}
        if xray.penalty == NO_PENALTY or not known.get(entry):
            return []
        total = len(xray.y) if xray.weights is None else float(xray.weights.sum(dtype=np.float64))
        slope = xray.penalty.for_batch(total).gradient(self.model.params[entry][index])
        return [Term((Factor(say("the penalty's slope by {entry}", entry=entry_name(entry, index)), slope),))]

    # ---- products -------------------------------------------------------------------------------------------------------

    def _products(self, step: int, letter: str, index: Index) -> ProductSum:
        """Return a gradient by ``"x"`` or a parameter that a step made, or the loss behind the last one, as a sum of products."""
        if step == len(self.trace.steps):
            return self._loss_products(index)
        layer = self.trace.steps[step].step.layer
        if layer is None:
            return self._branch_products(step, index)
        if type(layer) is Dense:
            return self._dense_products(step, letter, index)
        if letter == "x" and layer.element_wise(self.trace.pass_):
            return self._element_wise_products(step, index)
        return self._probed_products(step, letter, index)

    def _loss_products(self, index: Index) -> ProductSum:
        """Return the slope of the objective by a score: the row's share in the mean, times the slope of the row's loss."""
        row, y, weights = index[0], self.xray.y, self.xray.weights
        share, label = self.model.dtype.type(1 / len(y)), f"1/{len(y)}"
        if weights is not None:
            share, label = (weights[row] / weights.sum(dtype=np.float64)).astype(self.model.dtype), f"w[{row}]/Σw"
        rule = "dscores[n,k] = wₙ/Σw · ∂lossₙ/∂scores[n,k]"
        return ProductSum(rule, np.array([share]), lambda _: label, self._loss_slopes[index][None], lambda _: None)

    @cached_property
    def _loss_slopes(self) -> Array:
        with np.errstate(all="ignore"):
            return self.model.network.loss.gradient(self.trace.scores, self.xray.y)

    def _dense_products(self, step: int, letter: str, index: Index) -> ProductSum:
        traced = self.trace.steps[step]
        dy: Array = traced.dy  # type: ignore[assignment]
        path = traced.step.path
        if letter == "x":
            n, i = index
            row = self.model.params[f"{path}.W"][i]
            return ProductSum("dx[n,i] = Σⱼ W[i,j] · dy[n,j]", row, lambda j: f"{path}.W[{i},{j}]", dy[n], lambda j: (step, (n, j)))
        j = index[-1]
        if letter == "W":
            i = index[0]
            column = traced.x[:, i]
            return ProductSum("dW[i,j] = Σₙ x[n,i] · dy[n,j]", column, lambda n: f"{path}.x[{n},{i}]", dy[:, j], lambda n: (step, (n, j)))
        return ProductSum("db[j] = Σₙ 1 · dy[n,j]", np.ones(len(dy), dy.dtype), lambda _: "∂y/∂b", dy[:, j], lambda n: (step, (n, j)))

    def _branch_products(self, step: int, index: Index) -> ProductSum:
        """Return what a residual branch's ends do: an add hands its gradient on, a keep gets one from the branch and one past it."""
        traced = self.trace.steps[step]
        rule, ends, labels = "dx[n,i] = dy[n,i]", [step], ["∂y/∂x"]
        if traced.step.kind == "keep":
            wanted = replace(traced.step, kind="add")
            rule, labels = say("dx[n,i] = dy[n,i] + dy[n,i] of the add"), [say("through the branch"), say("around the branch")]
            ends.append(next(k for k, each in enumerate(self.trace.steps) if each.step == wanted))
        right = np.array([self.trace.steps[each].dy[index] for each in ends])  # type: ignore[index]
        return ProductSum(rule, np.ones_like(right), labels.__getitem__, right, lambda which: (ends[which], index))

    def _element_wise_products(self, step: int, index: Index) -> ProductSum:
        traced = self.trace.steps[step]
        x, layer = entry_name(f"{traced.name}.x", index), traced.step.layer
        if step not in self._slopes:
            self._slopes[step] = self._backward(traced, step, np.ones_like(traced.dy))[0]
        label = say("slope of {name} at {x}", name=layer.name, x=x) if isinstance(layer, Activation) else say("∂y/∂x at {x}", x=x)
        right = traced.dy[index][None]  # type: ignore[index]
        slope = self._slopes[step][index][None]
        return ProductSum("dx[n,i] = ∂y[n,i]/∂x[n,i] · dy[n,i]", slope, lambda _: label, right, lambda _: (step, index))

    def _backward(self, traced: TracedStep, step: int, dy: Array) -> tuple[Array, dict[str, Array]]:
        with np.errstate(all="ignore"):
            return traced.step.layer.backward(self.model.arrays[step], traced.x, traced.y, dy, self.trace.pass_.at(step))  # type: ignore[union-attr]

    def _probed_products(self, step: int, letter: str, index: Index) -> ProductSum:
        """Return the products of any layer. Differences of its forward pass show which are large; backward gives those exactly."""
        traced = self.trace.steps[step]
        entry, first = entry_name(f"{traced.name}.{letter}", index), 0
        if letter == "x" and traced.step.layer.row_wise(self.trace.pass_):  # type: ignore[union-attr]
            first, index = index[0], (0, *index[1:])
            traced = TracedStep(traced.step, *(each[first : first + 1] for each in (traced.x, traced.y, traced.dy)))  # type: ignore[index]
        dy, columns = traced.dy.ravel(), traced.y.shape[1]  # type: ignore[union-attr]

        def output(which: int) -> Index:
            return first + which // columns, which % columns

        found = ProductSum(
            f"d{letter}[…] = Σₙⱼ ∂y[n,j]/∂{letter}[…] · dy[n,j]",
            self._differences(traced, step, letter, index).ravel(),
            lambda which: f"∂{entry_name('y', output(which))}/∂{entry}",
            dy,
            lambda which: (step, output(which)),
        )
        for which in np.argsort(-np.abs(found.products), kind="stable")[:MAX_BACKWARD].tolist():
            one = np.zeros_like(dy)
            one[which] = 1
            dx, gradients = self._backward(traced, step, one.reshape(traced.y.shape))
            found.left[which] = (dx if letter == "x" else gradients[letter])[index]
        return replace(found)  # whose products are worked out anew

    def _differences(self, traced: TracedStep, step: int, letter: str, index: Index) -> Array:
        """Return ∂y/∂(one entry) for every y, by central differences of this step alone, in float64."""
        arrays = {name: each.astype(np.float64) for name, each in self.model.arrays[step].items()}
        x = traced.x.astype(np.float64)
        array = x if letter == "x" else arrays[letter]
        value = float(array[index])
        h = PERTURBATION * max(1.0, abs(value))
        ends = []
        for each in (value + h, value - h):
            array[index] = each
            with np.errstate(all="ignore"):
                ends.append(traced.step.layer.forward(arrays, x, self.trace.pass_.at(step)))  # type: ignore[union-attr]
        return (ends[0] - ends[1]) / (2 * h)
