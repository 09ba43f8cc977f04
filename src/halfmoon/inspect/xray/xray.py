"""The X-ray: one training step as cards, each number of it traced back to the loss."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from numbers import Integral
from typing import Any

from halfmoon.base import checks
from halfmoon.base.checks import Array
from halfmoon.base.language import current, speaking
from halfmoon.engines.reference import apply_update
from halfmoon.engines.state import TrainingState
from halfmoon.gradcheck.differences import Differences, NumericCheck
from halfmoon.gradcheck.layer_check import WrongSlope, wrong_slopes
from halfmoon.inspect.xray.array_view import exact, rounded
from halfmoon.inspect.xray.cards import Card, cards_of, update_sources
from halfmoon.inspect.xray.chain import Chains
from halfmoon.inspect.xray.chain_link import Chain
from halfmoon.inspect.xray.entries import gradient_of
from halfmoon.inspect.xray.page.content import data
from halfmoon.inspect.xray.sources import Source
from halfmoon.inspect.xray.text import BETWEEN, card_lines
from halfmoon.inspect.xray.translations import say
from halfmoon.layers.contract import TRAINING, Pass
from halfmoon.losses.penalty import NO_PENALTY, Penalty
from halfmoon.network.model import Model, model_of
from halfmoon.optimizers.contract import FirstOrder, Optimizer
from halfmoon.optimizers.rules import Adam
from halfmoon.predictions.adapters import column_names, network_rows
from halfmoon.web.page import page

TOLERANCE = 1e-5
"""Central differences are to agree with the gradients to this."""


class Cards(tuple[Card, ...]):
    """The cards in order, numbered from 0 as layers, rows and columns are; printed, their titles.

    Examples
    --------
    >>> cards = hm.xray(model, X[:1], y[:1]).cards
    >>> cards
      0  Inputs
      1  Forward: layer 0, Dense
      2  Forward: layer 1, relu
      3  Forward: layer 2, Dense
      4  Loss: logistic
      5  Backward: the loss's slopes
      6  Backward: layer 2, Dense
      7  Backward: layer 1, relu
      8  Backward: layer 0, Dense
      9  Update: layer 0, Dense
     10  Update: layer 2, Dense
    >>> cards.titles[0]
    'Inputs'
    """

    __slots__ = ()

    @property
    def titles(self) -> list[str]:
        """The title of each card."""
        return [card.title for card in self]

    def __repr__(self) -> str:
        return "\n".join(f"{index:>3}  {card.title}{'  WRONG' if card.fault else ''}" for index, card in enumerate(self))


class XRay:
    """One forward, loss, backward and update, a card a step; printed, all cards one below the other.

    Made by :func:`halfmoon.xray`. Whatever takes time waits until it is asked for.

    Parameters
    ----------
    model : Model
        A copy of it is looked at, so that training may go on.
    X, y, sample_weight, optimizer, penalty, pass_, lang, feature_names
        As :func:`halfmoon.xray` takes them; y as the model's loss does.

    Attributes
    ----------
    cards : Cards
        A sequence of :class:`halfmoon.inspect.Card`.
    trace : Trace
        What the cards are read from.
    model, after : Model
        Before and after the update.
    X, y, weights : ndarray
        Checked; ``weights`` may be None.
    feature_names : tuple of str
        Empty where the columns of X have none.
    lang : str
        The language of its cards, chains and page.

    Examples
    --------
    >>> xray = hm.xray(model, X[:1], y[:1], optimizer=hm.SGD(0.1))
    >>> len(xray.cards), xray.trace["0.y"].shape
    (11, (1, 8))
    """

    def __init__(
        self, model: Model, X: Any, y: Any, sample_weight: Any, optimizer: Optimizer, penalty: Penalty, pass_: Pass,
        lang: str | None = None, feature_names: Sequence[str] | None = None,
    ) -> None:  # fmt: skip
        with speaking(lang):
            self.lang = current()
        checks.instance("optimizer", optimizer, Optimizer, "an optimiser such as SGD(0.1)")
        self.optimizer: FirstOrder = checks.instance("optimizer", optimizer, FirstOrder, "one that makes single updates, such as SGD(0.1)")
        self.penalty = checks.instance("penalty", penalty, Penalty, "a Penalty(l1, l2)")
        checks.instance("pass_", pass_, Pass, "a Pass, such as Pass(training=True)")
        self.model = model.astype(model.dtype)
        X, self.y, self.weights = self.model.batch(X, y, sample_weight)
        self.X: Array = X.copy()
        self.feature_names = tuple(map(str, () if feature_names is None else checks.listed("feature_names", feature_names, str, "texts")))
        if len(self.feature_names) not in {0, self.X.shape[1]}:
            raise checks.fail("feature_names", feature_names, f"{self.X.shape[1]} names, one for each column of X")
        self.trace = self.model.trace(self.X, self.y, self.weights, penalty=penalty, pass_=pass_)
        self._measured: dict[str, NumericCheck] = {}

    @cached_property
    def cards(self) -> Cards:
        """The card of each step."""
        with speaking(self.lang):
            return Cards(cards_of(self))

    @cached_property
    def wrong_slopes(self) -> list[WrongSlope]:
        """What has a slope that is not that of its value, each with its sentence; see :mod:`halfmoon.gradcheck.layer_check`."""
        with speaking(self.lang):
            return wrong_slopes(self.model, self.trace, self.y)

    @cached_property
    def update_sources(self) -> list[Source]:
        """The lines of the optimiser that make the update."""
        return update_sources(self)

    @cached_property
    def updated(self) -> TrainingState:
        """What a training would be after the update, which is made as the reference engine does, on a copy."""
        state = TrainingState(self.model.astype(self.model.dtype), self.optimizer, self.penalty, self.trace.pass_.seed)
        apply_update(state, self.trace)
        return state

    @property
    def after(self) -> Model:
        """The model after the update."""
        return self.updated.model

    def entry(self, name: str) -> Chain:
        """Return the chain of factors from one number back to the loss.

        Parameters
        ----------
        name : str
            Such as ``"1.dW[2,5]"`` or ``"1.W[2,5]"``, ``"1.y[0,3]"``, ``"X[0,1]"``, ``"scores[0,0]"``, ``"W[2,5] of layer 1"``.

        Returns
        -------
        Chain
            Of the gradient of the loss by that number, along the largest product of each sum.

        Raises
        ------
        InputError
            When there is no such number.
        """
        with speaking(self.lang):
            return self.chains.chain(gradient_of(name, self.chains.names, self.chains.arrays))

    def measured(self, card: Card) -> list[NumericCheck]:
        """Return the central differences of the gradients that a card makes."""
        for view in card.arrays:
            name = view.name
            if name in card.checked and name not in self._measured:
                # Of a parameter's gradient the slope along a random direction too.
                direction = None if name.rpartition(".")[2] in {"dx", "dy", "dX"} else self._differences.direction(name)
                self._measured[name] = NumericCheck(name, tuple(self._differences.entries(name, view.indices())), direction)
        return [self._measured[name] for name in card.checked]

    def text(self, *, all_digits: bool = False) -> str:
        """Return all cards as text, on request with every digit of each number."""
        return BETWEEN.join(self.card_text(index, all_digits=all_digits) for index in range(len(self.cards)))

    def card_text(self, index: int, *, all_digits: bool = False) -> str:
        """Return one card as text; the first is card 0, the last may be called -1.

        Raises
        ------
        InputError
            When there is no such card.
        """
        last = len(self.cards) - 1
        if not isinstance(index, Integral) or not -last - 1 <= index <= last:
            raise checks.fail("index", index, f"the number of a card, from 0 to {last}")
        card = self.cards[index]
        with speaking(self.lang):
            heading = say("card {number} of 0 to {last}", number=index % (last + 1), last=last)
            return "\n".join(card_lines(card, heading, self.measured(card), exact if all_digits else rounded))

    def html(self) -> str:
        """Return the cards as one HTML page that needs nothing else: no network, no other file."""
        with speaking(self.lang):
            content = data(self)
            return page("halfmoon.inspect.xray.page", content["title"], content, texts=say)

    def __iter__(self) -> Iterator[Card]:
        return iter(self.cards)

    def __str__(self) -> str:
        return self.text()

    def __repr__(self) -> str:
        return f"XRay of {len(self.cards)} cards, loss {self.trace.loss:g}\n{self.cards!r}"

    @cached_property
    def chains(self) -> Chains:
        """Every chain of the step."""
        return Chains(self)

    @cached_property
    def _differences(self) -> Differences:
        rows = self.X, self.y, self.weights
        return Differences(self.model, *rows, penalty=self.penalty, pass_=self.trace.pass_, tolerance=TOLERANCE)


def xray(
    model: Any,
    X: Any,
    y: Any,
    sample_weight: Any = None,
    *,
    optimizer: Optimizer | None = None,
    penalty: Penalty = NO_PENALTY,
    pass_: Pass = TRAINING,
    lang: str | None = None,
    feature_names: Sequence[str] | None = None,
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
        How much each row counts; by default all alike.
    optimizer : Optimizer, optional
        One that makes single updates; ``Adam()`` by default, as in training.
    penalty : Penalty
        What is added to the mean loss.
    pass_ : Pass
        As in training by default; ``Pass()`` for inference, without dropout and with running statistics.
    lang : {"en", "zh"}, optional
        Of the cards; by default the language of the locale, or of ``HALFMOON_LANG``.
    feature_names : sequence of str, optional
        What the columns of X are called in the cards; by default as X has them, where it is a frame.

    Returns
    -------
    halfmoon.inspect.XRay
        Print it, ask for an ``entry("1.dW[2,5]")``, or write its ``html()``.

    Raises
    ------
    InputError
        When X, y, the weights or the names do not fit, the optimiser makes no single updates, or ``model`` is neither a Model nor a
        fitted estimator.

    Examples
    --------
    >>> xray = hm.xray(model, X[:1], y[:1], optimizer=hm.SGD(0.1))
    >>> xray.cards.titles[:3]
    ['Inputs', 'Forward: layer 0, Dense', 'Forward: layer 1, relu']
    >>> print(str(xray.entry("0.dW[0,2]")).splitlines()[1])
      +0.19223 = 0.x[0,0] (0.74346) · 0.dy[0,2] (0.25857)
    """
    chosen = Adam() if optimizer is None else optimizer
    names = column_names(X) if feature_names is None else feature_names
    return XRay(model_of(model), *network_rows(model, X, y), sample_weight, chosen, penalty, pass_, lang, names)
