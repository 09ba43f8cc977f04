"""Faults of the network itself: its numbers, its units, and the gradient's way through it."""

from __future__ import annotations

import numpy as np

from halfmoon.inspect.health.evidence import MIN_ROWS, Evidence, Faults
from halfmoon.network.units import SATURATED

DEAD = 0.4
"""Share of dead units from which on a layer is called so; a few are dead in many a network that is well."""

SHRINKS, GROWS = 100.0, 1000.0
"""How many times a gradient may shrink or grow on its way to the first layer."""


def not_finite(evidence: Evidence) -> Faults:
    """Find parameters or scores that are no numbers; what the other rules would say of those means nothing."""
    for name, array in [*evidence.model.params.items(), ("scores", evidence.trace.scores)]:
        count = array.size - int(np.isfinite(array).sum())
        if count:
            yield name, count, f"{count:,} of {array.size:,} numbers of {name} are not finite: train again with a lower rate"


def dead_units(evidence: Evidence) -> Faults:
    """Find units whose slope is 0 for every row: nothing can reach them any more."""
    for units in evidence.hidden_activations if evidence.rows >= MIN_ROWS else ():
        flat, path = units.flat, units.traced.step.path
        count, total = int(flat.sum()), len(flat)
        if count >= DEAD * total:
            what = "they output 0 for every row" if (units.dead == flat).all() else "their slope is 0 for every row"
            yield path, count / total, f"{count} of {total} units of layer {path} are dead: {what}"


def saturated(evidence: Evidence) -> Faults:
    """Find hidden activations that lie on their flat parts, where hardly any gradient comes through."""
    for units in evidence.hidden_activations:
        mean, path = float(units.slopes.mean()), units.traced.step.path
        if units.bounded and mean < SATURATED * units.steepest:
            name = units.activation.name
            yield path, mean, f"layer {path} ({name}) saturated: mean slope {mean:.2g} of at most {units.steepest:.2g}"


def gradient_flow(evidence: Evidence) -> Faults:
    """Find a gradient that fades or explodes on its way from the last layer to the first."""
    if len(evidence.gradient_norms) < 2:  # noqa: PLR2004 - a way has two ends
        return
    (first, norm), (_, last_norm) = evidence.gradient_norms[0], evidence.gradient_norms[-1]
    if last_norm == 0:
        return
    if norm == 0:
        yield first, 0.0, "no gradient reaches the first layer: its units, or those of a layer behind it, are all dead"
    elif last_norm / norm > SHRINKS:
        bounded = any(units.bounded for units in evidence.hidden_activations)
        advice = "He weights or ReLU" if bounded else "He weights, a normalisation, or residual branches"
        yield first, last_norm / norm, f"gradient shrinks {last_norm / norm:,.0f}-fold from the last layer to the first: try {advice}"
    elif norm / last_norm > GROWS:
        advice = "smaller weights, a normalisation, or clip_norm"
        yield first, norm / last_norm, f"gradient grows {norm / last_norm:,.0f}-fold from the last layer to the first: try {advice}"
