"""Whose slope is wrong: each layer, and the loss, against central differences of itself alone.

A wrong slope spoils the gradients of every layer before it too, so the differences of the whole network say that something is
wrong, but not where. Here a layer stands alone, behind it a loss that is linear in its output; what is wrong then is its own.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from halfmoon.base.checks import Array
from halfmoon.expressions.definition import Definition
from halfmoon.gradcheck.differences import Differences, SlopeCheck
from halfmoon.gradcheck.linear_loss import LinearLoss
from halfmoon.gradcheck.translations import say
from halfmoon.layers.activations import ACTIVATIONS, Activation
from halfmoon.layers.contract import Layer, Pass
from halfmoon.layers.parametric import ParametricActivation
from halfmoon.losses import LOSSES
from halfmoon.losses.contract import Loss
from halfmoon.losses.ensemble import EnsembleLoss
from halfmoon.network.model import Model
from halfmoon.network.network import Network
from halfmoon.network.trace import Trace

MAX_ERROR = 1e-4
"""Relative to the size of the gradient; from a larger one on a slope is called wrong."""

MAX_ROWS = 32
"""Rows that a layer is checked on."""

MAX_ENTRIES = 400
"""Entries of an array among which the one that is furthest off is looked for."""

JITTER = 1e-3
"""Inputs are moved by about so much, relative to their size: a ReLU has no slope at exactly 0, where inputs often lie."""

TRIES = 2
"""A slope is wrong if it is so at each of several draws of the jitter, so that no kink is taken for a fault."""


@dataclass(frozen=True)
class WrongSlope:
    """A layer or a loss whose slope is not that of its value; printed, a sentence.

    Attributes
    ----------
    path : str or None
        The layer's path; None for the loss.
    name : str
        What the layer or the loss is called.
    entry : str
        What its slope is taken by, such as ``"z = 0.531"``, ``"1.dx"`` or ``"1.dW[0,2]"``.
    written, numeric : float
        The slope there, as it is written and by central differences.
    error : float
        How far they are apart, relative to the size of the gradient.
    """

    path: str | None
    name: str
    entry: str
    written: float
    numeric: float
    error: float

    def __str__(self) -> str:
        numbers = say("it gives {written:.4g}, central differences measure {numeric:.4g}", written=self.written, numeric=self.numeric)
        loss = "the slope of the loss ({name}) is wrong: by {entry} {numbers}"
        activation = (
            "the slope of layer {path} ({name}) is wrong: at {entry} {numbers}; leave the slope out, and it is worked out from the value"
        )
        layer = "the backward pass of layer {path} ({name}) is wrong: for {entry} {numbers}"
        values = {"path": self.path, "name": self.name, "entry": self.entry, "numbers": numbers}
        return say(loss if self.path is None else activation if self.entry.startswith("z = ") else layer, **values)


def wrong_slopes(model: Model, trace: Trace, y: Array) -> list[WrongSlope]:
    """Return what has a wrong slope, from the loss to the first layer; what the library brings is known to be right.

    Parameters
    ----------
    model : Model
        Left as it is.
    trace : Trace
        Of this model: the numbers that each layer is checked at.
    y : ndarray
        As :meth:`halfmoon.Model.batch` gives it.
    """
    found = [_wrong_loss(model.network.loss, trace.scores, y)]
    for index, traced in reversed(list(enumerate(trace.steps))):
        layer = traced.step.layer
        if layer is not None and not _is_ours(layer):
            found.append(_wrong_layer(layer, traced.step.path, model.arrays[index], traced.x, trace.pass_))
    return [each for each in found if each is not None]


def _is_ours(part: Layer | Loss) -> bool:
    """Return whether a layer or a loss is one of the library's own, whatever its constants."""
    if isinstance(part, Definition):
        ours: Any = ACTIVATIONS if isinstance(part, Activation) else LOSSES
        known = ours.get(part.name)
        return known is not None and (known.value, known.slope) == (part.value, part.slope)
    if isinstance(part, ParametricActivation):
        return _is_ours(part.activation)
    if isinstance(part, EnsembleLoss):
        return _is_ours(part.of)
    return type(part).__module__.startswith("halfmoon.")


def _wrong_layer(layer: Layer, path: str, arrays: Any, x: Array, pass_: Pass) -> WrongSlope | None:
    x = x[:MAX_ROWS].astype(np.float64)
    if not np.isfinite(x).all():
        return None
    alone = Network((layer,), LinearLoss()).init(x.shape[1], dtype="float64")
    for views in (alone.params, alone.state):
        for name, view in views.items():
            view[...] = arrays[name.rpartition(".")[2]]
    gradients = ["0.dx", *(f"0.d{name.rpartition('.')[2]}" for name in alone.params)]

    def differences(random: np.random.RandomState) -> Differences:
        return Differences(alone, _moved(x, random), random.standard_normal((len(x), layer.width(x.shape[1]))), pass_=pass_)

    found = _worst(differences, gradients)
    if found is None:
        return None
    measured, check = found
    entry = f"{path}.{check.name.removeprefix('0.')}"
    if isinstance(layer, Activation) and check.place is not None:
        scale = float(measured.targets[check.place]) / len(x)  # what the slope was multiplied by
        entry = f"z = {measured.trace['0.x'][check.place]:.4g}"
        return WrongSlope(path, layer.name, entry, check.written / scale, check.numeric / scale, check.error)
    return WrongSlope(path, _name(layer), _indexed(entry, check), check.written, check.numeric, check.error)


def _wrong_loss(loss: Loss, scores: Array, y: Array) -> WrongSlope | None:
    scores, y = scores[:MAX_ROWS].astype(np.float64), y[:MAX_ROWS]
    if _is_ours(loss) or not np.isfinite(scores).all():
        return None
    alone = Network((), loss).init(scores.shape[1], dtype="float64")
    found = _worst(lambda random: Differences(alone, _moved(scores, random), y), ["dX"])
    if found is None:
        return None
    _, check = found
    rows = len(scores) if check.place is not None else 1  # the slope of a row's loss, not of their mean
    return WrongSlope(None, _name(loss), _indexed("scores", check), rows * check.written, rows * check.numeric, check.error)


def _worst(differences: Any, gradients: list[str]) -> tuple[Differences, SlopeCheck] | None:
    """Return the first gradient that is wrong at every draw, by its entry that is furthest off; None where all are right.

    A random direction has all entries in it; only where it is wrong, single ones are measured.
    """
    for name in gradients:
        for seed in range(TRIES):
            measured: Differences = differences(np.random.RandomState(seed))
            along = measured.direction(name)
            if along.error <= MAX_ERROR:
                break
        else:
            worst = max(_entries(measured, name), key=lambda each: each.error)
            return measured, worst if worst.error > MAX_ERROR else along
    return None


def _entries(measured: Differences, name: str) -> Iterator[SlopeCheck]:
    array = measured.gradient(name)
    some = np.unique(np.linspace(0, array.size - 1, min(MAX_ENTRIES, array.size)).astype(int))
    yield from measured.entries(name, [tuple(map(int, np.unravel_index(each, array.shape))) for each in some])


def _moved(x: Array, random: np.random.RandomState) -> Array:
    return x + JITTER * np.maximum(np.abs(x), 1.0) * random.uniform(0.5, 1.0, x.shape) * random.choice([-1.0, 1.0], x.shape)


def _indexed(name: str, check: SlopeCheck) -> str:
    """Return the name of what was measured: an entry, or a whole array along a random direction."""
    return say("{name} along a random direction", name=name) if check.place is None else f"{name}[{','.join(map(str, check.place))}]"


def _name(part: Layer | Loss) -> str:
    return str(getattr(part, "name", type(part).__name__))
