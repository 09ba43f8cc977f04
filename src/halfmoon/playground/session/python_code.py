"""A run as Python that reproduces it to the bit."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator, Mapping
from typing import Any

import halfmoon
from halfmoon.base.errors import InputError
from halfmoon.expressions.vocabulary import WORDS
from halfmoon.layers import activations as activation_names
from halfmoon.layers.activations import Activation
from halfmoon.layers.contract import Layer
from halfmoon.losses.pointwise import PointwiseLoss
from halfmoon.playground.session import datasets, formula, network
from halfmoon.playground.session import lane as lanes
from halfmoon.playground.session.lane import Change, Lane
from halfmoon.playground.session.problem import Points
from halfmoon.playground.session.settings import Settings
from halfmoon.playground.session.typed_activations import is_interpreted

LONGEST = 4_000_000
"""Characters of the code: data that were drawn or read stand in it."""

NAMES = {value.name: name for name, value in vars(activation_names).items() if isinstance(value, Activation)}
"""The name in Python of each activation."""

LOSS_NAMES = {value.name: name for name, value in vars(halfmoon).items() if isinstance(value, PointwiseLoss)}
LOSS_NAMES["softmax_cross_entropy"] = "SoftmaxCrossEntropy"

SKLEARN = {"moons": "make_moons(n_samples={rows}, noise={noise!r}, random_state={seed})",
           "circles": "make_circles(n_samples={rows}, noise={noise!r}, random_state={seed}, factor=0.5)"}  # fmt: skip
"""Data that scikit-learn draws to the same bits."""


def code(lane: Lane, settings: Settings) -> str:
    """Return the Python of a lane as it is after its last whole epoch; to be called in a turn.

    Parameters
    ----------
    lane : Lane
    settings : dict
        With those of the data.

    Raises
    ------
    InputError
        When the data would make it too long.
    """
    body = "\n".join([*_data(lane, settings), "", *_network(lane), "", *_training(lane)])
    library = sorted(name for name in set(re.findall(r"\b[A-Za-z]\w*\b", _without_strings(body))) & set(halfmoon.__all__))
    words = sorted(set(re.findall(r"\b[a-z]\w*(?=\()", _own_formulas(lane))) & set(WORDS))
    imports = ["import numpy as np"] if "np." in body else []
    imports += [f"from halfmoon import {', '.join(library)}"]
    imports += ["from halfmoon.data import split_rows"] if "split_rows(" in body else []
    imports += ["from halfmoon.engines.contract import Data"] if "Data(" in body else []
    imports += [f"from halfmoon.expressions.vocabulary import {', '.join(words)}"] if words else []
    imports += [f"from sklearn.datasets import {name}" for name in ("make_moons", "make_circles") if f"{name}(" in body]
    text = "\n".join([*imports, "", body, ""])
    if len(text) > LONGEST:
        raise InputError(f"the code must have at most {LONGEST:,} characters, these data make it {len(text):,}; save the document instead")
    return text


def _without_strings(text: str) -> str:
    return re.sub(r"""("[^"\n]*"|'[^'\n]*')""", "", text)


# ---- the data ----------------------------------------------------------------------------------------------------------


def _data(lane: Lane, settings: Settings) -> Iterator[str]:
    kind, problem = settings["data.kind"], lane.problem
    values = {name: settings[f"data.{name}"] for name in ("rows", "noise", "seed", "classes")}
    if kind in SKLEARN:
        yield "X, y = " + SKLEARN[kind].format(**values)
    elif kind in datasets.DRAWN:
        yield from (inspect.getsource(datasets.DRAWN[kind]).replace("tuple[Array, Array]", "tuple"), "")
        yield f"X, y = {kind}({', '.join(repr(values[name]) for name in _arguments(kind))})"
    elif kind == "rule":
        yield from (inspect.getsource(datasets.square).replace("tuple[Array, Array]", "tuple"), "")
        yield f"exact, X = square({values['rows']}, {values['noise']!r}, {values['seed']})"
        yield "x1, x2 = exact.T"
        truth = formula.expression(settings["data.rule"], ("x1", "x2"))
        text = _prefixed(str(truth))
        yield f"y = np.broadcast_to({text}, len(X)).astype(int)" if truth.truth else f"y = np.broadcast_to({text} > 0, len(X)).astype(int)"
    else:
        yield from _literal(problem.points)
    if problem.test.any():
        classes = ", classes=y" if problem.classes else ""
        yield f"rows, test_rows = split_rows(len(X), {settings['data.test_share']!r}, seed={values['seed']}{classes})"
        yield "rows, test_rows = np.sort(rows), np.sort(test_rows)"
        yield "X, y, X_test, y_test = X[rows], y[rows], X[test_rows], y[test_rows]"
    if problem.mean is not None:
        yield "mean, scale = X.mean(axis=0), X.std(axis=0)"
        yield "X = (X - mean) / np.where(scale > 0, scale, 1.0)"
        if problem.test.any():
            yield "X_test = (X_test - mean) / np.where(scale > 0, scale, 1.0)"


def _arguments(kind: str) -> list[str]:
    return ["rows", "noise", "seed", *(["classes"] if kind == "blobs" else [])]


def _prefixed(text: str) -> str:
    """Return an expression's text with NumPy's words."""
    text = re.sub(r"\b([a-z]\w*)\(", r"np.\1(", text)
    if "np.erf(" in text:
        raise InputError("the rule must have NumPy's words to be copied as Python, erf is none of them")
    return text


def _literal(points: Points) -> Iterator[str]:
    """Yield points as they are."""
    yield "X = np.array(["
    yield from (f"    {row!r}," for row in points.X.tolist())
    yield "])"
    yield f"y = np.array({points.y.tolist()!r})"


# ---- the network -------------------------------------------------------------------------------------------------------


def _network(lane: Lane) -> Iterator[str]:
    settings, classes = lane.first, lane.problem.classes
    described = network.network(settings, classes)
    yield "network = Network(["
    for layer in described.layers:
        yield f"    {_layer(layer)},"  # type: ignore[arg-type]
    loss = LOSS_NAMES[network.resolved(settings, classes).loss]
    yield f"], loss={loss}())"
    yield f'model = network.init(n_inputs={lane.model.n_inputs}, seed={settings["network.seed"]}, dtype="{settings["network.precision"]}")'


def _layer(layer: Layer) -> str:
    if not isinstance(layer, Activation):
        return repr(layer)
    if layer.name in NAMES and getattr(activation_names, NAMES[layer.name]) == layer:
        return f"{NAMES[layer.name]}()"
    return f"Activation({layer.name!r}, lambda z: {layer.value})"


def _own_formulas(lane: Lane) -> str:
    """Return the formulas of a person's own activations."""
    layers = network.layers(lane.first, lane.problem.classes)
    return "; ".join(str(each.value) for each in layers if isinstance(each, Activation) and "lambda" in _layer(each))


# ---- training ----------------------------------------------------------------------------------------------------------


def _training(lane: Lane) -> Iterator[str]:
    found = lane.whole()
    log = lane.log[: found.log_length]
    if found.epoch == 0 and not log:
        yield 'print("loss", model.loss(X, y))'
        return
    one_cycle = lane.first["training.schedule"] == "one_cycle" and found.epoch != lane.first["training.schedule_epochs"]
    yield from _in_pieces(lane, log, found.epoch) if log or one_cycle else _at_once(lane, found.epoch)
    yield 'print("loss", float(history["loss"][-1]))'
    if lane.problem.classes == 2:  # noqa: PLR2004 - one output, or two
        yield 'print("accuracy", float((model.predict_class(X) == y).mean()))'


def _options(lane: Lane, settings: Mapping[str, Any]) -> str:
    """Return the trainer's own options in a call."""
    penalty = network.penalty(settings)
    engine = ', engine="reference"' if is_interpreted(lane.model.network) else ""
    text = f"optimizer={network.optimizer(settings)!r}"
    return text + (f", penalty={penalty!r}" if penalty.l1 or penalty.l2 else "") + f", seed={settings['training.seed']}{engine}"


def _batch(lane: Lane, settings: Mapping[str, Any]) -> int | None:
    size = settings["training.batch"]
    return None if size is None or size >= lane.rows or settings["training.optimizer"] == "lbfgs" else size


def _at_once(lane: Lane, epochs: int) -> Iterator[str]:
    settings = lane.first
    batch = _batch(lane, settings)
    text = "" if batch is None else f", batch_size={batch}" + ("" if settings["training.shuffle"] else ", shuffle=False")
    yield f"history = train(model, X, y, {_options(lane, settings)}, epochs={epochs}{text})"


def _in_pieces(lane: Lane, log: list[Change], end: int) -> Iterator[str]:
    """Yield a training that was changed by hand while it went on."""
    settings = lane.first
    yield from (inspect.getsource(lanes.continued), "")
    yield f"trainer = Trainer(model, {_options(lane, settings)})"
    yield f"trainer.state.epochs = {settings['training.schedule_epochs']}"
    yield "data = Data(*model.batch(X, y))"
    done = 0
    for change in [*log, Change(end)]:
        if change.epoch > done:
            size = _batch(lane, settings) or lane.rows
            options = f"shuffle={settings['training.shuffle']}, going_on=True, epochs={change.epoch - done}"
            yield f"history = trainer.run(data, {size}, {options}).history"
            done = change.epoch
        if change.weight is not None:
            name, place, value = change.weight
            yield f"model.params[{name!r}][{', '.join(map(str, place))}] = {value!r}"
        if change.settings is not None:
            settings = change.settings
        if change.weight is not None or change.settings is not None:
            yield f"trainer = continued(trainer, {network.optimizer(settings)!r}, {network.penalty(settings)!r})"
    if not done:
        yield 'history = {"loss": [model.loss(X, y)]}'
