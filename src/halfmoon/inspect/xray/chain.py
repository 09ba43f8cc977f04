"""The chain of factors from one gradient back to the loss: which numbers multiply to give it, and where those came from.

A gradient is a sum of products, each of a number of its own step and of a gradient of the step behind. Every factor is
read from the trace or from the layer's own backward pass; nothing is worked out here but the products themselves.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from halfmoon.base.checks import Array, Index
from halfmoon.inspect.xray.chain_link import Chain, ChainLink, Factor, Node, Term
from halfmoon.inspect.xray.entries import entry_name
from halfmoon.inspect.xray.factors import ProductSum, step_products
from halfmoon.losses.penalty import NO_PENALTY

if TYPE_CHECKING:
    from halfmoon.inspect.xray.xray import XRay

MAX_TERMS = 5
"""So many products of a sum are shown one by one."""


class Chains:
    """Every chain of one trace.

    Parameters
    ----------
    xray : XRay
    """

    def __init__(self, xray: XRay) -> None:
        self.xray, self.trace = xray, xray.trace
        self._steps = {traced.name: step for step, traced in enumerate(self.trace.steps)}
        self._slopes: dict[int, Array] = {}
        gradients = {name: array for name, array in self.trace.arrays().items() if name.rpartition(".")[2].startswith("d")}
        self.arrays: dict[str, Array] = {"dX": self.trace.dx} | gradients  # type: ignore[assignment]

    @cached_property
    def names(self) -> dict[str, str]:
        """For each array that has a gradient, and for each gradient, the gradient's name."""
        made = {name: name for name in self.arrays}
        for gradient in self.arrays:
            path, _, letter = f".{gradient}".rpartition(".d")
            made[f"{path}.{letter}"[1:]] = gradient
        scores = f"{self.trace.steps[-1].name}.dy" if self.trace.steps else "dX"
        return made | {"scores": scores, "dscores": scores}

    def chain(self, node: Node) -> Chain:
        """Return the chain from an entry to the loss."""
        links = [self.link(node)]
        while (following := links[-1].following) is not None:
            links.append(self.link(following))
        return Chain(tuple(links))

    def link(self, node: Node) -> ChainLink:
        """Return one gradient as a sum of products."""
        name, index = node
        found = step_products(self.xray, *self._target(name), index, self._slopes)
        products = found.products
        order = np.argsort(-np.abs(products), kind="stable")[:MAX_TERMS] if products.size else np.zeros(0, int)
        shown = [int(each) for each in order if products[each] != 0] or [int(each) for each in order[:1]]
        terms = [Term(tuple(self._factors(found, which))) for which in shown]
        terms += self._penalty(name, index)
        rest = float(products.sum() - products[shown].sum()) if len(shown) < products.size else 0.0
        return ChainLink(name, index, self.arrays[name][index], found.rule, tuple(terms), products.size - len(shown), rest)

    def _target(self, name: str) -> tuple[int, str]:
        """Return the step that made a gradient, and its letter: what a step's dy is, the step behind made as its dx."""
        path, _, letter = name.rpartition(".")
        step, letter = self._steps.get(path, 0), letter.removeprefix("d")
        return (step + 1, "x") if letter == "y" else (step, "x" if letter == "X" else letter)

    def _factors(self, found: ProductSum, which: int) -> Iterator[Factor]:
        yield Factor(found.label(which), self.xray.model.dtype.type(found.left[which]))
        dy_entry = found.dy_entry(which)
        if dy_entry is None:
            yield Factor("∂loss/∂score of the row", found.right[which])
            return
        step, index = dy_entry
        dy = f"{self.trace.steps[step].name}.dy"
        made = f"{self.trace.steps[step + 1].name}.dx" if step + 1 < len(self.trace.steps) else dy
        yield Factor(entry_name(dy, index), found.right[which], (made, index))

    def _penalty(self, name: str, index: Index) -> list[Term]:
        path, _, letter = name.rpartition(".")
        xray, entry = self.xray, f"{path}.{letter.removeprefix('d')}"
        known = {entry: param.decayed for entry, param in xray.model.program.parameters.entries}
        if xray.penalty == NO_PENALTY or not known.get(entry):
            return []
        total = len(xray.y) if xray.weights is None else float(xray.weights.sum(dtype=np.float64))
        slope = xray.penalty.on(total).gradient(xray.model.params[entry][index])
        return [Term((Factor(f"the penalty's slope by {entry_name(entry, index)}", slope),))]
