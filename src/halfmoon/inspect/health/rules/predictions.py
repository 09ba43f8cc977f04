"""Faults of what a network predicts."""

from __future__ import annotations

import numpy as np

from halfmoon.base.checks import Array
from halfmoon.inspect.health.evidence import MIN_ROWS, Evidence, Faults

MIN_GAIN = 0.01
"""Share of the base rate's loss by which a network must be better."""


def one_class(evidence: Evidence) -> Faults:
    """Find a classifier that gives every row the same class, where there are several."""
    link = evidence.model.network.loss.link
    if evidence.rows < MIN_ROWS or not link.classifies:
        return
    wanted, predicted = _classes(evidence.y), _columns(link.decide(evidence.trace.scores))
    for column in range(predicted.shape[1]):
        first, where = predicted[0, column], f" in output {column}" * (predicted.shape[1] > 1)
        if (predicted[:, column] == first).all() and (wanted[:, column] != wanted[0, column]).any():
            share = float((wanted[:, column] == first).mean())
            yield (
                str(column) * bool(where),
                share,
                f"every row is predicted as class {first}{where}, though {share:.1%} of the rows are of it",
            )


def _classes(y: Array) -> Array:
    """Return class numbers, (n, outputs): of classes, of probabilities of one output each, or of shares of all classes."""
    if y.ndim == 1:
        return y[:, None]
    return y.argmax(axis=1)[:, None] if y.shape[1] > 1 and np.allclose(y.sum(axis=1), 1, atol=1e-3) else (y > 0.5).astype(int)  # noqa: PLR2004


def _columns(classes: Array) -> Array:
    return classes[:, None] if classes.ndim == 1 else classes


def base_rate(evidence: Evidence) -> Faults:
    """Find a loss that always giving the same answer has too."""
    if evidence.rows < MIN_ROWS or (evidence.y == evidence.y[0]).all():
        return
    loss, base = float(evidence.trace.loss or 0.0), evidence.base_loss
    if loss >= (1 - MIN_GAIN) * base:
        yield "", loss, f"the loss, {loss:.4g}, is no better than the {base:.4g} of always giving the same answer"
