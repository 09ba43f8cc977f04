"""Why a training ended: a reason and its figures, from which the sentence is made."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import field
from enum import StrEnum
from typing import Any

from halfmoon.base import checks, schema
from halfmoon.base.checks import Check
from halfmoon.base.record import Record, checked, record
from halfmoon.training.translations import say


class Reason(StrEnum):
    """Why a training ended; each names the figures that an :class:`Ending` of it has.

    Examples
    --------
    >>> hm.train(model, X, y, epochs=3).ending.reason
    <Reason.ALL_EPOCHS: 'all epochs'>
    """

    ALL_EPOCHS = "all epochs"
    """``epochs``."""
    EARLY_STOPPING = "early stopping"
    """``monitor``, a column of the history, and ``patience``, in epochs."""
    CONVERGED = "converged"
    """``text``: what the rule, or SciPy's L-BFGS, says."""
    SOLVER_LIMIT = "solver limit"
    """``text``: which limit SciPy's L-BFGS has met."""
    TIME_LIMIT = "time limit"
    """``seconds``."""
    CALLBACK = "callback"
    """``text``: what the callback, or another thread, has given as the reason."""
    INTERRUPTED = "interrupted"
    """None: Ctrl-C."""
    DIVERGED = "diverged"
    """``loss``, "NaN" or "infinite", and either ``largest_input``, where it was so from the first, or ``update``, ``gradient``
    (the largest entry, of the ``parameter``), the learning ``rate`` or None, and the ``epoch`` or None."""
    UNKNOWN = "unknown"
    """``text``: the sentence of a file that holds no reason."""


@record
class Ending(Record):
    """Why a training ended; printed, a sentence.

    Parameters
    ----------
    reason : Reason
        Which of the reasons it was.
    figures : dict
        What :class:`Reason` lists.

    Examples
    --------
    >>> history = hm.train(model, X, y, epochs=3)
    >>> print(history.ending)
    all 3 epochs done
    >>> history.ending.figures
    {'epochs': 3}
    """

    reason: Reason = checked(lambda name, value: Reason(checks.one_of(name, value, list(Reason))))
    figures: dict[str, Any] = field(default_factory=dict)

    __hash__ = None  # type: ignore[assignment]

    def __post_init__(self) -> None:
        super().__post_init__()
        object.__setattr__(self, "figures", FIGURES[self.reason]("figures", self.figures))

    def __str__(self) -> str:
        return SENTENCES[self.reason](self.figures)


def _of_divergence(name: str, value: Any) -> dict[str, Any]:
    """Check the figures of a divergence: before the first update, or later."""
    return FROM_THE_FIRST(name, value) if isinstance(value, dict) and "largest_input" in value else LATER(name, value)


FROM_THE_FIRST = schema.entries({"loss": checks.text, "largest_input": checks.real})
LATER = schema.entries({
    "loss": checks.text, "update": checks.count, "gradient": checks.real, "parameter": checks.text, "rate": checks.optional(checks.real),
    "epoch": checks.optional(checks.count),
})  # fmt: skip
TEXT = schema.entries({"text": checks.text})

FIGURES: dict[Reason, Check] = {
    Reason.ALL_EPOCHS: schema.entries({"epochs": checks.count}),
    Reason.EARLY_STOPPING: schema.entries({"monitor": checks.text, "patience": checks.count}),
    Reason.TIME_LIMIT: schema.entries({"seconds": checks.real}),
    Reason.INTERRUPTED: schema.entries({}),
    Reason.DIVERGED: _of_divergence,
    **dict.fromkeys((Reason.CONVERGED, Reason.SOLVER_LIMIT, Reason.CALLBACK, Reason.UNKNOWN), TEXT),
}
"""What figures each ending has."""


def _diverged(figures: dict[str, Any]) -> str:
    """Say what a teacher would: when it happened, the likely cause, and the figure behind it."""
    loss = say("infinite") if figures["loss"] == "infinite" else figures["loss"]
    if "largest_input" in figures:
        cause = say("X or the first weights are too large (largest entry of X {largest_input:.2g}): standardise X", **figures)
        return say("loss is {loss} before the first update; {cause}", loss=loss, cause=cause)
    rate, epoch = figures["rate"], figures["epoch"]
    when = say("update {update}", **figures) if epoch is None else say("epoch {epoch}, update {update}", **figures)
    cause = "" if rate is None else say("the rate {rate:g} is likely too high, try {lower:g}; ", rate=rate, lower=rate / 10)
    path, _, name = figures["parameter"].rpartition(".")
    text = "loss became {loss} at {when}; {cause}largest gradient {gradient:.2g} in layer {path} {name}"
    return say(text, loss=loss, when=when, cause=cause, gradient=figures["gradient"], path=path, name=name)


SENTENCES: dict[Reason, Callable[[dict[str, Any]], str]] = {
    Reason.ALL_EPOCHS: lambda figures: say("all {epochs} epochs done", **figures),
    Reason.EARLY_STOPPING: lambda figures: say("{monitor} has not got better for {patience} epochs", **figures),
    Reason.TIME_LIMIT: lambda figures: say("the time limit of {seconds:g} s is reached", **figures),
    Reason.INTERRUPTED: lambda _: say("interrupted"),
    Reason.DIVERGED: _diverged,
    **dict.fromkeys((Reason.CONVERGED, Reason.SOLVER_LIMIT, Reason.CALLBACK, Reason.UNKNOWN), lambda figures: figures["text"]),
}
"""How each ending is said."""

INTERRUPTED = Ending(Reason.INTERRUPTED)
