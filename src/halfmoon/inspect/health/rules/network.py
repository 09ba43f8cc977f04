"""Faults of the network itself: its numbers, its units, and the gradient's way through it."""

from __future__ import annotations

import numpy as np

from halfmoon.inspect.health.evidence import ENOUGH, Exam, Found

DEAD = 0.4
"""Share of dead units from which on a layer is called so; a few are dead in many a network that is well."""

SATURATED = 0.1
"""Mean slope, relative to the steepest, below which a layer is called saturated."""

SHRINKS, GROWS = 100.0, 1000.0
"""How many times a gradient may shrink or grow on its way to the first layer."""


def not_finite(exam: Exam) -> Found:
    """Find parameters or scores that are no numbers; what the other rules would say of those means nothing."""
    for name, array in [*exam.model.params.items(), ("scores", exam.trace.scores)]:
        count = array.size - int(np.isfinite(array).sum())
        if count:
            yield name, count, f"{count:,} of {array.size:,} numbers of {name} are not finite: train again with a lower rate"


def dead_units(exam: Exam) -> Found:
    """Find units whose slope is 0 for every row: nothing can reach them any more."""
    for bend in exam.bends if exam.rows >= ENOUGH else ():
        dead = (bend.slopes == 0).all(axis=0)
        count, units = int(dead.sum()), len(dead)
        if count >= DEAD * units:
            silent = not np.any(bend.traced.y[:, dead])
            what = "they output 0 for every row" if silent else "their slope is 0 for every row"
            yield bend.place, count / units, f"{count} of {units} units of layer {bend.place} are dead: {what}"


def saturated(exam: Exam) -> Found:
    """Find hidden activations that lie on their flat parts, where hardly any gradient comes through."""
    for bend in exam.bends:
        mean = float(np.abs(bend.slopes).mean(dtype=np.float64))
        if bend.steepest is not None and mean < SATURATED * bend.steepest:
            told = f"layer {bend.place} ({bend.activation.name}) saturated: mean slope {mean:.2g} of at most {bend.steepest:.2g}"
            yield bend.place, mean, told


def gradient_flow(exam: Exam) -> Found:
    """Find a gradient that fades or explodes on its way from the last layer to the first."""
    if len(exam.reaching) < 2:  # noqa: PLR2004 - a way has two ends
        return
    (first, reaching), (_, sent) = exam.reaching[0], exam.reaching[-1]
    if sent == 0:
        return
    if reaching == 0:
        yield first, 0.0, "no gradient reaches the first layer: its units, or those of a layer behind it, are all dead"
    elif sent / reaching > SHRINKS:
        bounded = any(bend.steepest is not None for bend in exam.bends)
        advice = "He weights or ReLU" if bounded else "He weights, a normalisation, or residual branches"
        yield first, sent / reaching, f"gradient shrinks {sent / reaching:,.0f}-fold from the last layer to the first: try {advice}"
    elif reaching / sent > GROWS:
        advice = "smaller weights, a normalisation, or clip_norm"
        yield first, reaching / sent, f"gradient grows {reaching / sent:,.0f}-fold from the last layer to the first: try {advice}"
