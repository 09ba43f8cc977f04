"""A gradient as a sum of products, and the chain of such sums that leads to the loss."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from halfmoon.base.checks import Index
from halfmoon.base.language import speaking
from halfmoon.inspect.xray.array_view import exact, rounded
from halfmoon.inspect.xray.entries import entry_name
from halfmoon.inspect.xray.translations import say

Node = tuple[str, Index]
"""A gradient of the trace, and an entry of it."""


@dataclass(frozen=True)
class Factor:
    """One number of a product.

    Attributes
    ----------
    label : str
        What it is, such as ``W[2,5]``.
    value : number
        In the model's dtype, as the trace has it.
    node : Node or None
        The gradient that it is, where the chain can be followed.

    Examples
    --------
    >>> factor = hm.xray(model, X[:1], y[:1]).entry("0.dW[0,2]").links[0].terms[0].factors[0]
    >>> factor.label
    '0.x[0,0]'
    """

    label: str
    value: Any
    node: Node | None = None


@dataclass(frozen=True)
class Term:
    """One product of a sum.

    Attributes
    ----------
    factors : tuple of Factor
        The numbers that are multiplied.

    Examples
    --------
    >>> term = hm.xray(model, X[:1], y[:1]).entry("0.dW[0,2]").links[0].terms[0]
    >>> [factor.label for factor in term.factors]
    ['0.x[0,0]', '0.dy[0,2]']
    """

    factors: tuple[Factor, ...]

    @property
    def product(self) -> float:
        """The product, in float64."""
        return float(np.prod([float(factor.value) for factor in self.factors]))

    @property
    def node(self) -> Node | None:
        """Where the chain goes on, if it does."""
        return next((factor.node for factor in self.factors if factor.node), None)


@dataclass(frozen=True)
class ChainLink:
    """One gradient as a sum of products.

    Attributes
    ----------
    name : str
        Of the array, such as ``"1.dW"``.
    place : tuple of int
        Index of the entry.
    value : number
        As the trace has it.
    rule : str
        The sum in mathematics.
    terms : tuple of Term
        The largest products.
    others : int
        How many more there are.
    rest : float
        What those sum up to, in float64.

    Examples
    --------
    >>> link = hm.xray(model, X[:1], y[:1]).entry("0.dW[0,2]").links[0]
    >>> link.name, link.place, link.rule
    ('0.dW', (0, 2), 'dW[i,j] = Σₙ x[n,i] · dy[n,j]')
    """

    name: str
    place: Index
    value: Any
    rule: str
    terms: tuple[Term, ...]
    others: int
    rest: float

    @property
    def total(self) -> float:
        """The sum of all products, which is ``value`` up to rounding."""
        return sum(term.product for term in self.terms) + self.rest

    @property
    def following(self) -> Node | None:
        """Where the largest product's gradient comes from; None at the loss."""
        return next((term.node for term in self.terms if term.node), None)

    def lines(self, number: Callable[[Any], str]) -> Iterator[str]:
        """Yield it as text, each number written by ``number``."""
        yield f"{entry_name(self.name, self.place)} = {number(self.value)}      {self.rule}"
        for term in self.terms:
            factors = " · ".join(f"{factor.label} ({number(factor.value)})" for factor in term.factors)
            yield f"  {term.product:+.5g} = {factors}"
        if self.others:
            yield say("  {rest:+.5g} = the sum of {others:,} smaller ones", rest=self.rest, others=self.others)


@dataclass(frozen=True)
class Chain:
    """The links from one entry to the loss, each time along the largest product; printed, one below the other.

    Attributes
    ----------
    links : tuple of ChainLink
        The first is the entry that was asked for, the last the slope of the loss by a score.
    lang : str
        The language of its labels, in which it is printed too.

    Examples
    --------
    >>> chain = hm.xray(model, X[:1], y[:1]).entry("0.dW[0,2]")
    >>> [link.name for link in chain.links]
    ['0.dW', '1.dx', '2.dx', '2.dy']
    """

    links: tuple[ChainLink, ...]
    lang: str = "en"

    def text(self, *, all_digits: bool = False) -> str:
        """Return the chain as text, on request with every digit of each factor."""
        number = exact if all_digits else rounded
        with speaking(self.lang):
            return "\n\n".join("\n".join(link.lines(number)) for link in self.links)

    def __str__(self) -> str:
        return self.text()
