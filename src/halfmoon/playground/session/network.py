"""From settings to the library's own records: network, optimiser, penalty."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from halfmoon.base.checks import Array
from halfmoon.layers.activations import ACTIVATIONS, Activation
from halfmoon.layers.contract import Layer
from halfmoon.layers.dense import Dense
from halfmoon.layers.dropout import Dropout
from halfmoon.layers.normalise import BatchNorm, LayerNorm
from halfmoon.losses import LOSSES
from halfmoon.losses.penalty import Penalty
from halfmoon.network.network import Network
from halfmoon.optimizers.contract import Optimizer
from halfmoon.optimizers.rules import OPTIMIZERS
from halfmoon.optimizers.schedules import SCHEDULES, Schedule
from halfmoon.playground.session.settings import AUTO, FieldError
from halfmoon.playground.session.typed_activations import compiled

NORMALISE: dict[str, Callable[[], Layer]] = {"batch": BatchNorm, "layer": LayerNorm}

FITTING: dict[str, tuple[str, ...]] = {
    "squared_error": ("two", "numbers"), "absolute_error": ("two", "numbers"), "huber": ("two", "numbers"),
    "logistic": ("two",), "softmax_cross_entropy": ("two", "several"),
}  # fmt: skip
"""What targets each loss is for: two classes, several, or numbers."""

SUITED = {"two": ("squared_error", "sigmoid"), "several": ("softmax_cross_entropy", "identity"), "numbers": ("squared_error", "identity")}
"""The loss that is taken for targets by default, and the activation of the output with it."""

OUTPUTS = {"logistic": "identity", "softmax_cross_entropy": "identity"}
"""The activation of the output that a loss needs where nothing else is said: these two have a link of their own."""

RULES: dict[str, tuple[str, ...]] = {
    "sgd": (), "momentum": ("momentum", "nesterov"), "adam": ("beta1", "beta2"), "adamw": ("beta1", "beta2"), "rmsprop": ("decay",),
    "adagrad": (), "lion": ("beta1", "beta2"),
}  # fmt: skip
"""The settings that each optimiser takes beside those that all take."""

SHARED = ("weight_decay", "clip_norm")

SCHEDULE_FIELDS: dict[str, dict[str, str]] = {
    "fixed": {}, "step": {"every": "schedule_every", "ratio": "schedule_ratio"}, "exponential": {"ratio": "schedule_ratio"},
    "inverse_scaling": {}, "cosine": {"epochs": "schedule_epochs"}, "one_cycle": {},
    "plateau": {"ratio": "schedule_ratio", "patience": "schedule_every"},
}  # fmt: skip
"""What a schedule takes, each from which setting."""


def targets_kind(classes: int) -> str:
    """Return what targets there are: two classes, several, or numbers."""
    return "numbers" if not classes else "two" if classes == 2 else "several"  # noqa: PLR2004 - two classes need one output


@dataclass(frozen=True)
class Resolved:
    """The loss and the output's activation as they are where ``auto`` was said."""

    loss: str
    output_activation: Any
    outputs: int


def resolved(settings: Mapping[str, Any], classes: int) -> Resolved:
    """Return the loss and the output that settings ask for.

    Raises
    ------
    FieldError
        When the loss is for other targets.
    """
    kind = targets_kind(classes)
    loss, output = settings["network.loss"], settings["network.output_activation"]
    if loss == AUTO:
        loss = SUITED[kind][0]
    elif kind not in FITTING[loss]:
        fitting = ", ".join(name for name, kinds in FITTING.items() if kind in kinds)
        raise FieldError(f"network.loss must be one of {fitting} for these data, got {loss!r}", "network.loss")
    if output == AUTO:
        output = OUTPUTS.get(loss, SUITED[kind][1])
    return Resolved(loss, output, max(2, classes) if loss == "softmax_cross_entropy" else 1)


def activation(value: Any) -> Activation:
    """Return an activation by its name, or by its formula."""
    return compiled.activation(value["formula"]) if isinstance(value, Mapping) else ACTIVATIONS[value]


def layers(settings: Mapping[str, Any], classes: int) -> list[Layer]:
    """Return the layers that settings ask for."""
    found: list[Layer] = []
    start = settings["network.initialiser"]
    for each in settings["network.layers"]:
        found.append(Dense(each["width"], weights=start))
        found += [NORMALISE[each["normalise"]]()] if each["normalise"] != "none" else []
        found.append(activation(each["activation"]))
        found += [Dropout(each["dropout"])] if each["dropout"] else []
    last = resolved(settings, classes)
    found.append(Dense(last.outputs, weights=start))
    return found if last.output_activation == "identity" else [*found, activation(last.output_activation)]


def network(settings: Mapping[str, Any], classes: int) -> Network:
    """Return the network that settings ask for."""
    return Network(layers(settings, classes), loss=LOSSES[resolved(settings, classes).loss])


def schedule(settings: Mapping[str, Any]) -> Schedule:
    """Return the schedule that settings ask for."""
    name = settings["training.schedule"]
    return SCHEDULES[name](**{field: settings[f"training.{path}"] for field, path in SCHEDULE_FIELDS[name].items()})


def optimizer(settings: Mapping[str, Any]) -> Optimizer:
    """Return the optimiser that settings ask for."""
    name = settings["training.optimizer"]
    if name == "lbfgs":
        return OPTIMIZERS[name]()
    options = {field: settings[f"training.{field}"] for field in (*RULES[name], *SHARED)}
    return OPTIMIZERS[name](settings["training.rate"], schedule=schedule(settings), **options)


def penalty(settings: Mapping[str, Any]) -> Penalty:
    """Return the penalty that settings ask for."""
    return Penalty(settings["training.l1"], settings["training.l2"])


def decided(mean: Array) -> Array:
    """Return the class of each row of means or probabilities, (n, outputs)."""
    return mean.argmax(axis=1) if mean.shape[1] > 1 else (mean[:, 0] > 0.5).astype(np.intp)  # noqa: PLR2004 - the middle of 0 and 1
