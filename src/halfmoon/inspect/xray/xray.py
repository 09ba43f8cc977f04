"""The X-ray: one training step as cards, each number of it traced back to the loss."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import Any, overload

from halfmoon.gradcheck.differences import Differences
from halfmoon.inspect.xray.cards import Card, Planned, plan
from halfmoon.inspect.xray.chain import Chains
from halfmoon.inspect.xray.chain_link import Chain
from halfmoon.inspect.xray.entries import gradient_of
from halfmoon.inspect.xray.numeric_check import Measured, measure
from halfmoon.inspect.xray.step import OneStep
from halfmoon.inspect.xray.text import card_text
from halfmoon.layers.contract import TRAINING, Pass
from halfmoon.losses.penalty import NO_PENALTY, Penalty
from halfmoon.network.model import Model, model_of
from halfmoon.network.trace import Trace
from halfmoon.optimizers.contract import Optimizer
from halfmoon.predictions.adapters import network_rows

TOLERANCE = 1e-5
"""Central differences are to agree with the gradients to this."""


class Cards(Sequence[Card]):
    """The cards in order; each is made when it is first looked at."""

    def __init__(self, planned: Sequence[Planned]) -> None:
        self._planned = planned
        self._made: dict[int, Card] = {}

    @property
    def titles(self) -> list[str]:
        """The title of each card."""
        return [each.title for each in self._planned]

    def __len__(self) -> int:
        return len(self._planned)

    @overload
    def __getitem__(self, which: int) -> Card: ...
    @overload
    def __getitem__(self, which: slice) -> list[Card]: ...
    def __getitem__(self, which: int | slice) -> Card | list[Card]:
        """Return a card by its place."""
        if isinstance(which, slice):
            return [self[each] for each in range(*which.indices(len(self)))]
        place = range(len(self))[which]
        if place not in self._made:
            self._made[place] = self._planned[place].card()
        return self._made[place]

    def __repr__(self) -> str:
        return "\n".join(f"{place:>3}  {title}" for place, title in enumerate(self.titles))


class XRay:
    """One forward, loss, backward and update, a card a step; printed, all cards one below the other.

    Made by :func:`halfmoon.xray`, which names the arguments. Whatever takes time waits until it is asked for.

    Attributes
    ----------
    cards : Cards
        A sequence of :class:`halfmoon.inspect.Card`.
    trace : Trace
        What the cards are read from.
    after : Model
        The model after the update.
    """

    def __init__(self, model: Model, X: Any, y: Any, sample_weight: Any = None, **options: Any) -> None:
        self._one = OneStep(model, X, y, sample_weight, **options)
        self.cards = Cards(list(plan(self._one)))
        self._measured: dict[str, Measured] = {}

    @property
    def trace(self) -> Trace:
        """What the cards are read from."""
        return self._one.trace

    @property
    def after(self) -> Model:
        """The model after the update."""
        return self._one.after

    def entry(self, name: str) -> Chain:
        """Return the chain of factors from one number back to the loss.

        Parameters
        ----------
        name : str
            Such as ``"W[2,5] of layer 1"``, ``"1.W[2,5]"``, ``"1.y[0,3]"``, ``"X[0,1]"`` or ``"scores[0,0]"``.

        Returns
        -------
        Chain
            Of the gradient of the loss by that number, along the largest product of each sum.

        Raises
        ------
        InputError
            When there is no such number.
        """
        return self.chains.chain(gradient_of(name, self.chains.names, self.chains.arrays))

    def measured(self, card: Card) -> list[Measured]:
        """Return the central differences of the gradients that a card makes."""
        found = []
        for shown in card.arrays:
            if shown.name in card.checked:
                if shown.name not in self._measured:
                    self._measured[shown.name] = measure(self._differences, shown)
                found.append(self._measured[shown.name])
        return found

    def text(self, *, all_digits: bool = False) -> str:
        """Return all cards as text, on request with every digit of each number."""
        return "\n\n\n".join(self.card_text(place, all_digits=all_digits) for place in range(len(self.cards)))

    def card_text(self, place: int, *, all_digits: bool = False) -> str:
        """Return one card as text."""
        card = self.cards[place]
        return card_text(card, f"card {place + 1} of {len(self.cards)}", self.measured(card), all_digits=all_digits)

    def html(self) -> str:
        """Return the cards as one HTML page that needs nothing else: no network, no other file."""
        from halfmoon.inspect.xray.page import page  # noqa: PLC0415 - a page is asked for now and then

        return page(self)

    def __iter__(self) -> Iterator[Card]:
        return iter(self.cards)

    def __str__(self) -> str:
        return self.text()

    def __repr__(self) -> str:
        return f"XRay of {len(self.cards)} cards, loss {self.trace.loss:g}\n{self.cards!r}"

    @cached_property
    def chains(self) -> Chains:
        """Every chain of the step."""
        one = self._one
        return Chains(one.model, one.trace, one.y, one.weights, one.penalty)

    @cached_property
    def _differences(self) -> Differences:
        one = self._one
        return Differences(one.model, one.X, one.y, one.weights, penalty=one.penalty, pass_=one.trace.pass_, tolerance=TOLERANCE)


def xray(
    model: Any,
    X: Any,
    y: Any,
    sample_weight: Any = None,
    *,
    optimizer: Optimizer | None = None,
    penalty: Penalty = NO_PENALTY,
    pass_: Pass = TRAINING,
) -> XRay:
    """Take one training step beside a model, and return every number of it as cards to look at.

    Parameters
    ----------
    model : Model or fitted estimator
        Left as it is.
    X : array-like, shape (n, n_inputs)
        One row, or a batch.
    y : array-like, shape (n,) or (n, n_outputs)
        As the model's loss takes them; for an estimator, as its ``fit`` takes them.
    sample_weight : array-like, shape (n,), optional
    optimizer : Optimizer, optional
        One that makes single updates; ``Adam()`` by default, as in training.
    penalty : Penalty
    pass_ : Pass
        As in training by default; ``Pass()`` for inference, without dropout and with running statistics.

    Returns
    -------
    halfmoon.inspect.XRay
        Print it, ask for an ``entry("W[2,5] of layer 1")``, or write its ``html()``.

    Raises
    ------
    InputError
        When X, y or the weights do not fit, the optimiser makes no single updates, or ``model`` is neither a Model nor a
        fitted estimator.
    """
    return XRay(model_of(model), *network_rows(model, X, y), sample_weight, optimizer=optimizer, penalty=penalty, pass_=pass_)
