"""The X-ray: one training step as cards, each number of it traced back to the loss."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import Any, overload

from halfmoon.gradcheck.differences import Differences
from halfmoon.inspect.xray.cards import Card, LazyCard, lazy_cards
from halfmoon.inspect.xray.chain import Chains
from halfmoon.inspect.xray.chain_link import Chain
from halfmoon.inspect.xray.entries import gradient_of
from halfmoon.inspect.xray.numeric_check import NumericCheck, measure
from halfmoon.inspect.xray.step import TrainingStep
from halfmoon.inspect.xray.text import card_text
from halfmoon.layers.contract import TRAINING, Pass
from halfmoon.losses.penalty import NO_PENALTY, Penalty
from halfmoon.network.model import Model, model_of
from halfmoon.network.trace import Trace
from halfmoon.optimizers.contract import Optimizer
from halfmoon.optimizers.rules import Adam
from halfmoon.predictions.adapters import network_rows

TOLERANCE = 1e-5
"""Central differences are to agree with the gradients to this."""


class Cards(Sequence[Card]):
    """The cards in order; each is made when it is first looked at."""

    def __init__(self, cards: Sequence[LazyCard]) -> None:
        self._cards = cards
        self._made: dict[int, Card] = {}

    @property
    def titles(self) -> list[str]:
        """The title of each card."""
        return [title for title, _ in self._cards]

    def __len__(self) -> int:
        return len(self._cards)

    @overload
    def __getitem__(self, which: int) -> Card: ...
    @overload
    def __getitem__(self, which: slice) -> list[Card]: ...
    def __getitem__(self, which: int | slice) -> Card | list[Card]:
        """Return a card by its index."""
        if isinstance(which, slice):
            return [self[each] for each in range(*which.indices(len(self)))]
        index = range(len(self))[which]
        if index not in self._made:
            title, make = self._cards[index]
            self._made[index] = make(title)
        return self._made[index]

    def __repr__(self) -> str:
        return "\n".join(f"{index:>3}  {title}" for index, title in enumerate(self.titles))


class XRay:
    """One forward, loss, backward and update, a card a step; printed, all cards one below the other.

    Made by :func:`halfmoon.xray`. Whatever takes time waits until it is asked for.

    Parameters
    ----------
    training : TrainingStep

    Attributes
    ----------
    cards : Cards
        A sequence of :class:`halfmoon.inspect.Card`.
    trace : Trace
        What the cards are read from.
    after : Model
        The model after the update.
    """

    def __init__(self, training: TrainingStep) -> None:
        self._training = training
        self.cards = Cards(list(lazy_cards(training)))
        self._measured: dict[str, NumericCheck] = {}

    @property
    def trace(self) -> Trace:
        """What the cards are read from."""
        return self._training.trace

    @property
    def after(self) -> Model:
        """The model after the update."""
        return self._training.after

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

    def measured(self, card: Card) -> list[NumericCheck]:
        """Return the central differences of the gradients that a card makes."""
        found = []
        for view in card.arrays:
            if view.name in card.checked:
                if view.name not in self._measured:
                    self._measured[view.name] = measure(self._differences, view)
                found.append(self._measured[view.name])
        return found

    def text(self, *, all_digits: bool = False) -> str:
        """Return all cards as text, on request with every digit of each number."""
        return "\n\n\n".join(self.card_text(index, all_digits=all_digits) for index in range(len(self.cards)))

    def card_text(self, index: int, *, all_digits: bool = False) -> str:
        """Return one card as text."""
        card = self.cards[index]
        return card_text(card, f"card {index + 1} of {len(self.cards)}", self.measured(card), all_digits=all_digits)

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
        training = self._training
        return Chains(training.model, training.trace, training.y, training.weights, training.penalty)

    @cached_property
    def _differences(self) -> Differences:
        training = self._training
        rows, pass_ = (training.X, training.y, training.weights), training.trace.pass_
        return Differences(training.model, *rows, penalty=training.penalty, pass_=pass_, tolerance=TOLERANCE)


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
    chosen = Adam() if optimizer is None else optimizer
    return XRay(TrainingStep(model_of(model), *network_rows(model, X, y), sample_weight, chosen, penalty, pass_))
