"""X-ray cards as a page shows them beside the running network: a unit, a row, a place on the plane."""

from __future__ import annotations

import re
from typing import Any

import numpy as np

from halfmoon.base.checks import Array
from halfmoon.base.language import current
from halfmoon.inspect.xray.array_view import ArrayView, exact
from halfmoon.inspect.xray.cards import Card
from halfmoon.inspect.xray.xray import xray
from halfmoon.layers.activations import Activation
from halfmoon.layers.contract import INFERENCE
from halfmoon.layers.dense import Dense
from halfmoon.network.model import Model
from halfmoon.network.trace import Trace
from halfmoon.optimizers.contract import FirstOrder, Optimizer
from halfmoon.optimizers.sgd import SGD
from halfmoon.playground.session.diagram import in_diagram, layer_steps
from halfmoon.playground.session.frame import number
from halfmoon.playground.session.network import decided
from halfmoon.playground.session.problem import Problem
from halfmoon.playground.session.settings import FieldError

MOST_TERMS = 12
"""Products of a sum that are shown, the largest."""


def _number(value: Any) -> Any:
    return number(float(value))


def row_cards(model: Model, X: Array, y: Any, optimizer: Optimizer) -> dict[str, Any]:
    """Return one training step of a row as cards, (1, d) and its target: forward, loss, backward, update.

    With L-BFGS, which makes no single updates, there are no cards of the update.
    """
    first_order = isinstance(optimizer, FirstOrder)
    found = xray(model, X, np.array([y]), optimizer=optimizer if first_order else SGD(1.0), pass_=INFERENCE, lang=current())
    updates = sum(1 for arrays in model.arrays if arrays)
    cards = found.cards if first_order else found.cards[: len(found.cards) - updates]
    return {"kind": "row", "loss": _number(found.trace.loss), "cards": [_card(each, model) for each in cards]}


STEP = re.compile(r"\b\d+\.(?=[A-Za-z])")
"""What an array's name begins with: the step that it belongs to, which is the card's."""


def _card(card: Card, model: Model) -> dict[str, Any]:
    return {
        "title": in_diagram(card.title, model),
        "what": STEP.sub("", card.what),
        "rules": list(card.rules),
        "shapes": STEP.sub("", card.shapes),
        "fault": card.fault,
        "arrays": [_array(view) for view in card.arrays],
    }


def _array(view: ArrayView) -> dict[str, Any]:
    low, high = view.range
    return {
        "name": STEP.sub("", view.name),
        "shape": list(view.array.shape),
        "whole": view.whole,
        "range": [number(low), number(high)],
        "bins": list(view.histogram()),
        "values": [[exact(value) for value in row] for row in view.corner],
    }


def unit_card(model: Model, problem: Problem, layer: int, index: int, X: Array, y: Any) -> dict[str, Any]:
    """Return how a unit of the diagram comes to its number for one row: each input times its weight, their sum, the activation.

    Parameters
    ----------
    model : Model
    problem : Problem
    layer, index : int
        Of the diagram: hidden layers from 0 on, then the output.
    X : ndarray, shape (1, d)
    y : number or None
        The row's target; without it nothing goes back.
    """
    ends = layer_steps(model)
    if not 0 <= layer < len(ends):
        raise FieldError(f"unit must be of a layer from 0 to {len(ends) - 1}, got {layer}", "unit")
    first = ends[layer - 1] + 1 if layer else 0
    steps = model.program.steps[first : ends[layer] + 1]
    width = steps[0].n_out
    if not 0 <= index < width:
        raise FieldError(f"unit must be from 0 to {width - 1} in layer {layer}, got {index}", "unit")
    trace = _trace(model, X, y)
    dense = trace.steps[first]
    W = model.params[f"{dense.step.path}.W"]
    b = model.params[f"{dense.step.path}.b"][index] if f"{dense.step.path}.b" in model.params else None
    names = list(problem.points.names) if layer == 0 else [f"a{unit}" for unit in range(dense.step.n_in)]
    products = dense.x[0] * W[:, index]
    largest = np.argsort(-np.abs(products), kind="stable")[:MOST_TERMS]
    terms = [{"input": names[i], "index": int(i), "x": _number(dense.x[0, i]), "weight": _number(W[i, index]),
              "product": _number(products[i])} for i in sorted(largest)]  # fmt: skip
    rest = products.sum() - products[largest].sum() if len(products) > len(largest) else None
    stages = [_stage(trace, number_, index) for number_ in range(first, ends[layer] + 1)]
    gradients = None
    if trace.gradients is not None and dense.dy is not None:
        dW = trace.gradients[f"{dense.step.path}.W"][:, index]
        gradients = {"dz": _number(dense.dy[0, index]), "dW": [{"index": int(i), "value": _number(dW[i])} for i in sorted(largest)]}
    return {
        "kind": "unit",
        "unit": [layer, index],
        "terms": terms,
        "others": len(products) - len(largest),
        "rest": None if rest is None else _number(rest),
        "bias": None if b is None else _number(b),
        "stages": stages,
        "value": _number(trace.steps[ends[layer]].y[0, index]),
        "loss": None if trace.loss is None or y is None else _number(trace.loss),
        "gradients": gradients,
    }


def point_card(model: Model, problem: Problem, X: Array) -> dict[str, Any]:
    """Return what a network says of a place, (1, d), and what each layer makes of it, its first units."""
    trace = model.forward(X)
    with np.errstate(all="ignore"):
        mean = model.network.loss.link.mean(trace.scores)[0]
    ends = layer_steps(model)
    layers = [{"layer": at, "values": [_number(each) for each in trace.steps[end].y[0, :MOST_TERMS]], "units": trace.steps[end].step.n_out}
              for at, end in enumerate(ends)]  # fmt: skip
    classes = problem.points.classes
    found = {"kind": "point", "means": [_number(each) for each in mean], "layers": layers, "class": None}
    return found | ({"class": classes[int(decided(mean[None])[0])]} if classes else {})


def _trace(model: Model, X: Array, y: Any) -> Trace:
    if y is None:
        return model.forward(X)
    return model.trace(*model.batch(X, np.array([y])), pass_=INFERENCE)


def _stage(trace: Trace, at: int, index: int) -> dict[str, Any]:
    """Return what one step does to a unit's number."""
    traced = trace.steps[at]
    layer = traced.step.layer
    found: dict[str, Any] = {
        "kind": getattr(layer, "name", type(layer).__name__),
        "path": traced.step.path,
        "y": _number(traced.y[0, index]),
    }
    if isinstance(layer, Activation):
        z, a = traced.x[:, [index]], traced.y[:, [index]]
        with np.errstate(all="ignore"):
            slope = np.broadcast_to(layer.slope(z, a, *layer.numbers()), z.shape)
        found |= {"value_text": str(layer.value), "slope_text": str(layer.slope), "slope": _number(slope[0, 0])}
    if not isinstance(layer, Dense):
        found["x"] = _number(traced.x[0, index])
    if traced.dy is not None:
        found["dy"] = _number(traced.dy[0, index])
    return found
