"""Faults of a training, from what its history holds."""

from __future__ import annotations

import numpy as np

from halfmoon.base.checks import Array
from halfmoon.inspect.health.evidence import Evidence, Faults
from halfmoon.training.ending import Reason

MIN_EPOCHS = 10
"""Fewer epochs say too little of a training."""

LAST_EPOCHS, REMAINING_FALL = 0.1, 0.05
"""The last part of the epochs, and the share of the whole fall of the loss that may be left for it."""

STANDARD_ERRORS = 4.0
"""How many standard errors a trend must be steep to be none of chance."""

MAX_RISE = 0.1
"""Share by which the validation loss may rise above its best."""

MAX_GROWTH = 10.0
"""How many times the first loss the last may be."""


def diverged(evidence: Evidence) -> Faults:
    """Find a training that left the finite numbers, or went up instead of down."""
    history = evidence.history
    figures = history.ending.figures if history.ending is not None and history.ending.reason is Reason.DIVERGED else {}
    recorded = float(history["rate"][-1]) if "rate" in history and history.epochs else None
    rate = figures.get("rate", recorded)
    advice = "try a lower rate" if rate is None else f"try {rate / 10:g}"
    epoch = figures.get("epoch")
    if epoch is not None:
        yield "", float(epoch), f"diverged at epoch {epoch}; {advice}"
        return
    loss = history["loss"] if history.epochs else np.zeros(1)
    first, last = abs(float(loss[0])), float(loss[-1])
    if last > MAX_GROWTH * first > 0:
        times, epoch = last / first, int(np.argmax(loss > MAX_GROWTH * first)) + 1
        yield "", times, f"diverged at epoch {epoch}: the loss is {times:,.0f} times that of the first; {advice}"


def not_converged(evidence: Evidence) -> Faults:
    """Find a training that ended with its last epoch while its loss was still falling."""
    history = evidence.history
    if history.epochs < MIN_EPOCHS or history.ending is None or history.ending.reason is not Reason.ALL_EPOCHS:
        return
    loss = history["loss"]
    late = max(5, round(LAST_EPOCHS * len(loss)))
    slope, error = _trend(loss[-2 * late :])
    fall, last_fall = float(loss[0]) - float(loss[-late:].mean()), -slope * late
    if last_fall > REMAINING_FALL * fall > 0 and -slope > STANDARD_ERRORS * error:
        share = last_fall / fall
        sentence = f"not yet converged: {share:.0%} of the fall of the loss came in the last {late} epochs; train longer, or raise the rate"
        yield "", share, sentence


def _trend(values: Array) -> tuple[float, float]:
    """Return the slope of the straight line through values, and its standard error."""
    position = np.arange(len(values)) - (len(values) - 1) / 2
    spread = float((position * position).sum())
    slope = float((position * values).sum()) / spread
    left = values - values.mean() - slope * position
    return slope, float(np.sqrt((left * left).sum() / (len(values) - 2) / spread))


def overfitting(evidence: Evidence) -> Faults:
    """Find a validation loss that rises while the training loss falls, where the best epoch was not gone back to."""
    history = evidence.history
    if history.epochs < MIN_EPOCHS or "val_loss" not in history or history.best_epoch is not None:
        return
    held_out, loss = history["val_loss"], history["loss"]
    best, end = int(held_out.argmin()), float(np.median(held_out[-max(1, len(held_out) // 20) :]))
    least, first = float(held_out[best]), float(held_out[0])
    if end - least > MAX_RISE * abs(least) and end - least > REMAINING_FALL * (first - least) and loss[-1] < loss[best]:
        sentence = f"overfits since epoch {best + 1}: the validation loss rose from {least:.3g} to {end:.3g} while the training loss fell"
        yield "", end / least if least else np.inf, f"{sentence}; stop there, or try dropout or weight decay"
