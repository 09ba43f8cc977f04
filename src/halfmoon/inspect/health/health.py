"""The health of a network, in words: what a teacher would say who looks over one's shoulder."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from halfmoon.base.language import speaking
from halfmoon.inspect.health.evidence import Evidence
from halfmoon.inspect.health.rules import NEED_FINITE, RULES
from halfmoon.network.model import model_of
from halfmoon.predictions.adapters import network_rows
from halfmoon.training.history import History


@dataclass(frozen=True)
class Finding:
    """Something that is wrong; printed, its sentence.

    Attributes
    ----------
    rule : str
        Which rule says so: a name in ``RULES``.
    place : str
        The layer's path, the column of X, or nothing.
    figure : float
        The number behind it.
    sentence : str
        What a teacher would say.

    Examples
    --------
    >>> finding = hm.health(model, X, np.zeros(len(X)))[0]
    >>> finding.rule
    'constant_target'
    >>> print(finding)
    y is the same in every row: there is nothing to learn
    """

    rule: str
    place: str
    figure: float
    sentence: str

    def __str__(self) -> str:
        return self.sentence


class Health(tuple[Finding, ...]):
    """What is wrong, worst first; empty, and false, where nothing is. Printed, a sentence a line.

    Parameters
    ----------
    iterable : iterable of Finding
        What was found, worst first.

    Examples
    --------
    >>> health = hm.health(model, X, y)
    >>> [finding.rule for finding in health]
    []
    """

    __slots__ = ()

    def __str__(self) -> str:
        return "\n".join(map(str, self))

    def __repr__(self) -> str:
        return f"Health({list(self)!r})"


def health(model: Any, X: Any, y: Any, sample_weight: Any = None, *, history: History | None = None, lang: str | None = None) -> Health:
    """Say what is wrong with a network on these rows, and nothing where nothing is.

    Parameters
    ----------
    model : Model or fitted estimator
        What is looked at.
    X : array-like, shape (n, n_inputs)
        Many rows, such as those it is trained on.
    y : array-like, shape (n,) or (n, n_outputs)
        As the model's loss takes them; for an estimator, as its ``fit`` takes them.
    sample_weight : array-like, shape (n,), optional
        How much each row counts; by default all alike.
    history : History, optional
        As ``train`` returned it, or as the ``DivergenceError`` holds it; then the training is looked at too. An estimator's
        own is its ``history_``.
    lang : {"en", "zh"}, optional
        Of the sentences; by default the language of the locale, or of ``HALFMOON_LANG``.

    Returns
    -------
    halfmoon.inspect.Health
        A sequence of findings, each with its rule, its place, the figure behind it, and a sentence; printed, the sentences.

    Raises
    ------
    InputError
        When X, y or the weights do not fit, or ``model`` is neither a Model nor a fitted estimator.

    Examples
    --------
    >>> layers = [hm.Dense(8, biases=hm.Constant(np.full(8, -100.0))), hm.ReLU(), hm.Dense(1)]
    >>> print(hm.health(hm.Network(layers, loss=hm.Logistic()).init(n_inputs=2, seed=0), X, y)[0])
    8 of 8 units of layer 1 are dead: they output 0 for every row
    """
    history = getattr(model, "history_", None) if history is None else history
    evidence = Evidence(model_of(model), *network_rows(model, X, y), sample_weight, history)
    rules = {name: rule for name, rule in RULES.items() if evidence.finite or name not in NEED_FINITE}
    with speaking(lang):
        return Health(Finding(name, *found) for name, rule in rules.items() for found in rule(evidence))
