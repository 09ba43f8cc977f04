"""What can be said of each layer in a few numbers: its outputs, their gradients, and which of its units do no work."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from halfmoon.base.checks import Array
from halfmoon.layers.activations import Activation
from halfmoon.network.model import Model
from halfmoon.network.program import Program, Step
from halfmoon.network.units import Units

SIDES = {"activation": "y", "gradient": "dy"}
"""What is described of each layer, and the name it has in a trace: the output, and the gradient of the loss by it."""

PER_LAYER = ("mean", "std", "norm", "low", "high", "counts")
"""What is said of each side: moments, Euclidean norm, and a histogram, whose bins are equal parts of ``low`` to ``high``."""


def layers(program: Program) -> list[Step]:
    """Return the steps that are described: the layers, without the copies and sums of residual branches."""
    return [step for step in program.steps if step.layer is not None]


def layer_names(program: Program) -> list[str]:
    """Return a short name for each of the :func:`layers`: its path and what it is, such as "1 relu"."""
    kinds = ((step.path, step.layer) for step in layers(program))
    return [f"{path} {layer.name if isinstance(layer, Activation) else type(layer).__name__.lower()}" for path, layer in kinds]


def shapes(program: Program, bins: int) -> dict[str, tuple[int, ...]]:
    """Return the shape of each array of :func:`measure`."""
    count = len(layers(program))
    sides = {f"{side}_{what}": (count, bins) if what == "counts" else (count,) for side in SIDES for what in PER_LAYER}
    return sides | {"dead": (count,), "saturated": (count,), "parameter_norm": (len(program.parameters.entries),), "loss": ()}


def measure(model: Model, X: Array, y: Array, weights: Array | None, bins: int) -> dict[str, Array]:
    """Describe a model's layers on rows that :meth:`halfmoon.Model.batch` has checked, by one walk forward and one back.

    Returns
    -------
    dict of str to ndarray
        ``activation_mean``, ``_std``, ``_norm``, ``_low``, ``_high`` (L,) and ``_counts`` (L, bins) of each layer's output, and
        the same with ``gradient_`` of the gradient of the loss by that output; ``dead`` and ``saturated`` (L,), the shares of
        such units, nan where a layer is no activation; ``parameter_norm`` (E,), the norm of the gradient by each parameter in
        the order of the layout; and ``loss`` ().
    """
    trace = model.trace(X, y, weights)
    found: dict[str, list[Any]] = {name: [] for name in shapes(model.program, bins)}
    for traced in trace.steps:
        if traced.step.layer is None:
            continue
        for side, letter in SIDES.items():
            for what, value in zip(PER_LAYER, _describe(getattr(traced, letter), bins), strict=True):
                found[f"{side}_{what}"].append(value)
        units = Units(traced) if isinstance(traced.step.layer, Activation) else None
        found["dead"].append(np.nan if units is None else units.dead.mean())
        found["saturated"].append(np.nan if units is None else units.saturated.mean())
    gradients: Any = trace.gradients
    found["parameter_norm"] = [_norm(gradient.astype(np.float64)) for gradient in gradients.values()]
    found["loss"] = [trace.loss]
    return {
        name: np.array(found[name], np.int64 if name.endswith("counts") else np.float64).reshape(shape)
        for name, shape in shapes(model.program, bins).items()
    }


def _describe(values: Array, bins: int) -> Iterator[Any]:
    """Yield what ``PER_LAYER`` names, of the finite values: a network may overflow before training notices."""
    numbers = values[np.isfinite(values)].astype(np.float64)
    if not numbers.size:
        yield from (np.nan, np.nan, np.nan, -1.0, 1.0, np.zeros(bins, np.int64))
        return
    low, high = float(numbers.min()), float(numbers.max())
    size = max(abs(low), abs(high))
    scaled = numbers / (size or 1)  # the square of a large float is no float
    yield from (size * scaled.mean(), size * scaled.std(), _norm(numbers))
    if high - low <= 1e-9 * size:  # numbers all but equal make no bins
        low, high = low - (size or 1), high + (size or 1)
    yield from (low, high, np.histogram(numbers, bins, (low, high))[0])


def _norm(values: Array) -> float:
    """Return the Euclidean norm, even of numbers whose squares are no floats."""
    largest = float(np.max(np.abs(values), initial=0))
    if not 0 < largest < np.inf:
        return largest
    return largest * float(np.linalg.norm(values / largest))
