"""The rules of health: each looks at the evidence and says what is wrong, with the figure behind it, or nothing.

To add one, write a function from :class:`halfmoon.inspect.health.evidence.Evidence` to faults, and enter it in ``RULES``.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from halfmoon.base.checks import Array
from halfmoon.base.described import Registry
from halfmoon.gradcheck.layer_check import wrong_slopes
from halfmoon.inspect.health.evidence import MIN_ROWS, Evidence, Faults
from halfmoon.inspect.health.translations import say
from halfmoon.layers.activations import Activation
from halfmoon.layers.contract import Layer
from halfmoon.layers.dense import Dense
from halfmoon.layers.ensemble import BatchEnsemble, GroupedDense, Repeat
from halfmoon.layers.normalise import BatchNorm
from halfmoon.layers.parametric import ParametricActivation
from halfmoon.layers.scale import Scale
from halfmoon.layers.softmax import Softmax
from halfmoon.losses.links import IDENTITY, AnyLink, EnsembleLink, PointwiseLink
from halfmoon.network.units import SATURATED, value_range
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

DEAD = 0.4
"""Share of dead units from which on a layer is called so; a few are dead in many a network that is well."""

SHRINKS, GROWS = 100.0, 1000.0
"""How many times a gradient may shrink or grow on its way to the first layer."""

MAX_SPREAD = 100.0
"""How many times as widely one column may spread as another, from its least to its largest, and how large numbers may be."""

MAX_NAMED = 5
"""So many columns are named."""

MAX_OFFSET = 10.0
"""How many times its own range a column may lie from 0."""

FULL = 0.001, 0.999
"""A link whose means begin above the first, or end below the second, cannot tell how sure it is."""

MIN_GAIN = 0.01
"""Share of the base rate's loss by which a network must be better."""


# ---- Faults of a training, from what its history holds.


def diverged(evidence: Evidence) -> Faults:
    """Find a training that left the finite numbers, or went up instead of down."""
    history = evidence.history
    figures = history.ending.figures if history.ending is not None and history.ending.reason is Reason.DIVERGED else {}
    recorded = float(history["rate"][-1]) if "rate" in history and history.epochs else None
    rate = figures.get("rate", recorded)
    advice = say("try a lower rate") if rate is None else say("try {rate:g}", rate=rate / 10)
    epoch = figures.get("epoch")
    if epoch is not None:
        yield "", float(epoch), say("diverged at epoch {epoch}; {advice}", epoch=epoch, advice=advice)
        return
    loss = history["loss"] if history.epochs else np.zeros(1)
    first, last = abs(float(loss[0])), float(loss[-1])
    if last > MAX_GROWTH * first > 0:
        times, epoch = last / first, int(np.argmax(loss > MAX_GROWTH * first)) + 1
        sentence = "diverged at epoch {epoch}: the loss is {times:,.0f} times that of the first; {advice}"
        yield "", times, say(sentence, epoch=epoch, times=times, advice=advice)


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
        sentence = "not yet converged: {share:.0%} of the fall of the loss came in the last {late} epochs; train longer, or raise the rate"
        yield "", share, say(sentence, share=share, late=late)


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
        sentence = (
            "overfits since epoch {epoch}: the validation loss rose from {least:.3g} to {end:.3g} while the training loss fell; "
            "stop there, or try dropout or weight decay"
        )
        yield "", end / least if least else np.inf, say(sentence, epoch=best + 1, least=least, end=end)


# ---- Faults of the network itself: its numbers, its units, and the gradient's way through it.


def not_finite(evidence: Evidence) -> Faults:
    """Find parameters or scores that are no numbers; what the other rules would say of those means nothing."""
    for name, array in [*evidence.model.params.items(), ("scores", evidence.trace.scores)]:
        count = array.size - int(np.isfinite(array).sum())
        if count:
            sentence = "{count:,} of {size:,} numbers of {name} are not finite: train again with a lower rate"
            yield name, count, say(sentence, count=count, size=array.size, name=name)


def dead_units(evidence: Evidence) -> Faults:
    """Find units whose slope is 0 for every row: nothing can reach them any more."""
    for units in evidence.hidden_activations if evidence.rows >= MIN_ROWS else ():
        flat, path = units.flat, units.traced.step.path
        count, total = int(flat.sum()), len(flat)
        if count >= DEAD * total:
            silent = "{count} of {total} units of layer {path} are dead: they output 0 for every row"
            level = "{count} of {total} units of layer {path} are dead: their slope is 0 for every row"
            yield path, count / total, say(silent if (units.dead == flat).all() else level, count=count, total=total, path=path)


def saturated(evidence: Evidence) -> Faults:
    """Find hidden activations that lie on their flat parts, where hardly any gradient comes through."""
    for units in evidence.hidden_activations:
        mean, path = float(units.slopes.mean()), units.traced.step.path
        if units.bounded and mean < SATURATED * units.steepest:
            name = units.activation.name
            sentence = "layer {path} ({name}) saturated: mean slope {mean:.2g} of at most {steepest:.2g}"
            yield path, mean, say(sentence, path=path, name=name, mean=mean, steepest=units.steepest)


def gradient_flow(evidence: Evidence) -> Faults:
    """Find a gradient that fades or explodes on its way from the last layer to the first."""
    if len(evidence.gradient_norms) < 2:  # noqa: PLR2004 - a way has two ends
        return
    (first, norm), (_, last_norm) = evidence.gradient_norms[0], evidence.gradient_norms[-1]
    if last_norm == 0:
        return
    if norm == 0:
        yield first, 0.0, say("no gradient reaches the first layer: its units, or those of a layer behind it, are all dead")
    elif last_norm / norm > SHRINKS:
        bounded = any(units.bounded for units in evidence.hidden_activations)
        advice = say("He weights or ReLU") if bounded else say("He weights, a normalisation, or residual branches")
        sentence = "gradient shrinks {times:,.0f}-fold from the last layer to the first: try {advice}"
        yield first, last_norm / norm, say(sentence, times=last_norm / norm, advice=advice)
    elif norm / last_norm > GROWS:
        advice = say("smaller weights, a normalisation, or clip_norm")
        sentence = "gradient grows {times:,.0f}-fold from the last layer to the first: try {advice}"
        yield first, norm / last_norm, say(sentence, times=norm / last_norm, advice=advice)


# ---- Faults of how the network is put together.


def wrong_slope(evidence: Evidence) -> Faults:
    """Find a layer or a loss of one's own whose slope is not that of its value."""
    for wrong in wrong_slopes(evidence.model, evidence.trace, evidence.y):
        yield wrong.path or "loss", wrong.error, str(wrong)


def bounded_scores(evidence: Evidence) -> Faults:
    """Find a last layer after which the loss's link cannot reach all means: the link itself, such as a sigmoid, or another bound."""
    loss, steps = evidence.model.network.loss, evidence.trace.steps
    link = loss.link.of if isinstance(loss.link, EnsembleLink) else loss.link
    last = next((each.step for each in reversed(steps) if each.step.layer is None or not each.step.layer.identity_in_inference), None)
    if last is None or not isinstance(last.layer, Activation | Softmax) or link == IDENTITY:
        return
    low, high = (0.0, 1.0) if isinstance(last.layer, Softmax) else value_range(last.layer)
    least, most = _means(loss.link, low, high, last.n_out)
    if least <= FULL[0] and most >= FULL[1]:
        return
    limits = [say("below {least:.2g}", least=least)] * (least > FULL[0]) + [say("above {most:.2g}", most=most)] * (most < FULL[1])
    behind = say("the loss ({name})", name=getattr(loss, "name", "softmax_cross_entropy"))
    own = None if isinstance(last.layer, Softmax) else last.layer.value
    twice = own == getattr(link, "inverse", None)  # both None where a softmax meets a softmax
    again = "{name} is applied twice, by layer {path} and by {behind}: no {mean} can be {limits}; leave layer {path} out"
    bound = "layer {path} ({name}) bounds the scores of {behind}: no {mean} can be {limits}; leave layer {path} out"
    values = {
        "name": getattr(last.layer, "name", "softmax"),
        "path": last.path,
        "behind": behind,
        "mean": say("probability" if loss.link.classifies else "predicted mean"),
        "limits": say(" or ").join(limits),
    }
    yield last.path, most if most < FULL[1] else least, say(again if twice else bound, **values)


def _means(link: AnyLink, low: float, high: float, outputs: int) -> tuple[float, float]:
    """Return the least and the largest mean that scores from ``low`` to ``high`` can have."""
    if isinstance(link, EnsembleLink):
        return _means(link.of, low, high, outputs // link.members)
    with np.errstate(all="ignore"):
        if isinstance(link, PointwiseLink):
            least, most = link.mean(np.array([[low], [high]])).ravel().tolist()
            return least, most
        # e^high / (e^high + (k - 1) e^low), and the other way round
        most, least = (1 / (1 + (outputs - 1) * np.exp(sign * (low - high))) for sign in (1, -1))
        return float(least), float(most)


def no_activations(evidence: Evidence) -> Faults:
    """Find Dense layers with nothing between them that is not linear: together they are one."""
    layers = [each.step.layer for each in evidence.trace.steps]
    dense = [index for index, layer in enumerate(layers) if type(layer) is Dense]
    if len(dense) > 1 and all(map(_is_linear, layers[: dense[-1]])):
        sentence = (
            "{count} Dense layers without an activation between them can learn no more than one: put, say, ReLU() after each but the last"
        )
        yield "", len(dense), say(sentence, count=len(dense))


LINEAR = {Dense, BatchNorm, Scale, Repeat, BatchEnsemble, GroupedDense}
"""Layers whose output, in inference, is linear in what comes in."""


def _is_linear(layer: Layer | None) -> bool:
    if isinstance(layer, ParametricActivation):
        return _is_linear(layer.activation)
    if isinstance(layer, Activation):
        return not any(layer.slope.uses(name) for name in ("z", "a"))
    return layer is None or type(layer) in LINEAR or layer.identity_in_inference


# ---- Faults of the rows: inputs and targets that are hard to learn from.


def constant_columns(evidence: Evidence) -> Faults:
    """Find inputs that are the same in every row."""
    if evidence.rows < 2:  # noqa: PLR2004 - a single row is always the same
        return
    same = np.flatnonzero((evidence.X[0] == evidence.X).all(axis=0))
    if len(same) == 1:
        sentence = "column {column} of X is {value:g} in every row: it tells nothing, leave it out"
        yield str(same[0]), 1, say(sentence, column=same[0], value=evidence.X[0, same[0]])
    elif len(same):
        some = ", ".join(map(str, same[:MAX_NAMED])) + ", ..." * (len(same) > MAX_NAMED)
        sentence = "{count} columns of X are the same in every row ({some}): they tell nothing, leave them out"
        yield str(same[0]), len(same), say(sentence, count=len(same), some=some)


def input_scales(evidence: Evidence) -> Faults:
    """Find inputs of very different or very large scale. Columns of 0 and 1 are as they are."""
    X = evidence.X.astype(np.float64)
    measured = np.flatnonzero(~((X == 0) | (X == 1)).all(axis=0) & (X[0] != X).any(axis=0))
    if evidence.rows < MIN_ROWS or not len(measured):
        return
    columns = X[:, measured]
    spread, centre, largest = np.ptp(columns, axis=0), np.abs(columns.mean(axis=0)), float(np.abs(columns).max())
    (wide, narrow), distances = (int(spread.argmax()), int(spread.argmin())), centre / spread
    ratio, far = float(spread[wide] / spread[narrow]), int(distances.argmax())
    if ratio > MAX_SPREAD:
        sentence = "column {wide} of X spreads {ratio:,.0f} times as widely as column {narrow}: standardise X"
        yield str(measured[wide]), ratio, say(sentence, wide=measured[wide], ratio=ratio, narrow=measured[narrow])
    elif distances[far] > MAX_OFFSET:
        sentence = "column {far} of X lies {distance:,.0f} times its range from 0: standardise X"
        yield str(measured[far]), float(distances[far]), say(sentence, far=measured[far], distance=distances[far])
    elif largest > MAX_SPREAD:
        yield "", largest, say("the numbers of X reach {largest:,.4g}: standardise X", largest=largest)


def constant_target(evidence: Evidence) -> Faults:
    """Find a target that is the same in every row."""
    if evidence.rows >= MIN_ROWS and (evidence.y == evidence.y[0]).all():
        yield "", float(evidence.y.ravel()[0]), say("y is the same in every row: there is nothing to learn")


# ---- Faults of what a network predicts.


def one_class(evidence: Evidence) -> Faults:
    """Find a classifier that gives every row the same class, where there are several."""
    link = evidence.model.network.loss.link
    if evidence.rows < MIN_ROWS or not link.classifies:
        return
    predicted = link.decide(evidence.trace.scores).reshape(evidence.rows, -1)
    wanted = _classes(evidence.y, predicted.shape[1])
    for column in range(predicted.shape[1]):
        first, several = predicted[0, column], predicted.shape[1] > 1
        if (predicted[:, column] == first).all() and (wanted[:, column] != wanted[0, column]).any():
            share = float((wanted[:, column] == first).mean())
            alone = "every row is predicted as class {first}, though {share:.1%} of the rows are of it"
            one_of_several = "every row is predicted as class {first} in output {column}, though {share:.1%} of the rows are of it"
            yield str(column) * several, share, say(one_of_several if several else alone, first=first, column=column, share=share)


def _classes(y: Array, columns: int) -> Array:
    """Return class numbers, (n, columns): of classes, of probabilities of one output each, or of shares of all classes in one column."""
    if y.ndim == 1:
        return y[:, None]
    return y.argmax(axis=1)[:, None] if y.shape[1] > columns else (y > 0.5).astype(int)  # noqa: PLR2004 - the middle of 0 and 1


def base_rate(evidence: Evidence) -> Faults:
    """Find a loss that always giving the same answer has too."""
    if evidence.rows < MIN_ROWS or (evidence.y == evidence.y[0]).all():
        return
    loss, base = float(evidence.trace.loss or 0.0), evidence.base_loss
    if loss >= (1 - MIN_GAIN) * base:
        sentence = "the loss, {loss:.4g}, is no better than the {base:.4g} of always giving the same answer"
        yield "", loss, say(sentence, loss=loss, base=base)


RULES = Registry[Callable[[Evidence], Faults]]("""Every rule of health by name, in the order of the findings.

Examples
--------
>>> from halfmoon.inspect import RULES
>>> list(RULES)[:3]
['diverged', 'not_finite', 'wrong_slope']
""", {
    rule.__name__: rule
    for rule in (diverged, not_finite, wrong_slope, bounded_scores, no_activations, dead_units, saturated, gradient_flow,
                 constant_columns, input_scales, constant_target, one_class, base_rate, not_converged, overfitting)
})  # fmt: skip

NEED_FINITE = {"wrong_slope", "dead_units", "saturated", "gradient_flow", "one_class", "base_rate"}
"""Rules that mean nothing where the network gives no numbers."""
