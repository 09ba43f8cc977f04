"""One card a step: its rule, its shapes, its numbers, and the lines that computed them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from halfmoon.base.checks import Array
from halfmoon.engines.reference import apply_update
from halfmoon.engines.state import TrainingState
from halfmoon.inspect.xray.array_view import ArrayView
from halfmoon.inspect.xray.sources import Source, definition, sources
from halfmoon.inspect.xray.translations import say
from halfmoon.losses.penalty import NO_PENALTY
from halfmoon.network.parameters import Parameters
from halfmoon.network.program import Step
from halfmoon.network.trace import Trace, TracedStep
from halfmoon.optimizers.contract import FirstOrder

if TYPE_CHECKING:
    from halfmoon.inspect.xray.xray import XRay


@dataclass(frozen=True)
class Card:
    """What one step did.

    Attributes
    ----------
    title : str
        Such as ``"Backward: layer 1, relu"``.
    what : str
        What happens here, in a sentence.
    rules : tuple of str
        In mathematics.
    shapes : str
        What goes in and what comes out.
    arrays : tuple of ArrayView
        Named as the Trace names them.
    sources : tuple of Source
        The functions that computed it.
    checked : tuple of str
        The gradients that are made here, which can be measured.
    fault : str
        What is wrong with the slope that is written here; nothing where it is right.
    spoiled : str
        By which card before the numbers here are wrong, where that is so.

    Examples
    --------
    >>> card = hm.xray(model, X[:1], y[:1]).cards[1]
    >>> card.title, card.rules
    ('Forward: layer 0, Dense', ('Y = X W + b          (n, out) = (n, in)(in, out) + (out,)',))
    """

    title: str
    what: str
    rules: tuple[str, ...]
    shapes: str
    arrays: tuple[ArrayView, ...]
    sources: tuple[Source, ...] = ()
    checked: tuple[str, ...] = ()
    fault: str = ""
    spoiled: str = ""


BRANCH_RULES = {
    "keep": ("Y = X, and X is kept for the add", "dX = dY + dY of the add"),
    "add": ("Y = X + the kept X", "dX = dY, and dY goes to the keep too"),
}
"""A residual branch's ends, forward and backward."""


def cards_of(xray: XRay) -> Iterator[Card]:
    """Yield the cards of one training step in the order in which it happens."""
    steps = xray.trace.steps
    ahead = [_inputs(xray), *(_forward(xray, traced) for traced in steps), _loss(xray)]
    yield from ahead
    faults = {wrong.path: say("{sentence}.", sentence=wrong) for wrong in xray.wrong_slopes}
    back: list[tuple[str | None, bool, Card]] = [(None, False, _slopes(xray))]
    back += [(traced.step.path, traced.step.layer is None, _backward(xray, traced)) for traced in reversed(steps)]
    culprit, spoiled = "", dict[str | None, str]()
    for index, (path, is_branch, card) in enumerate(back, len(ahead)):
        fault = faults.get(path, "") if card.sources and not is_branch else ""
        spoiled[path] = culprit
        yield replace(card, fault=fault, spoiled=culprit)
        if fault and not culprit:
            title = card.title[0].lower() + card.title[1:]
            culprit = say("These numbers are wrong because of card {index}, {title}.", index=index, title=title)
            spoiled[path] = culprit  # the gradients of its own parameters
    for traced, arrays in zip(steps, xray.model.arrays, strict=True):
        if arrays:
            yield replace(_update(xray, traced), spoiled=spoiled[traced.step.path])


def _kind(thing: object) -> str:
    return str(getattr(thing, "name", type(thing).__name__))


def _label(step: Step) -> str:
    if step.layer is None:
        return say("residual branch {path}, {kind}", path=step.path, kind=step.kind)
    return say("layer {path}, {kind}", path=step.path, kind=_kind(step.layer))


def _equations(*lists: list[Source], extra: list[str] | None = None) -> tuple[str, ...]:
    """Return the equations of functions, each once, and more lines after them."""
    found = [equation for several in lists for source in several for equation in source.equations]
    return tuple(dict.fromkeys([*found, *(extra or [])]))


def _shape(arrays: Mapping[str, Array]) -> str:
    return ", ".join(f"{name} {array.shape}" for name, array in arrays.items())


def _named(path: str, arrays: Mapping[str, Array], before: str = "") -> dict[str, Array]:
    """Return arrays of a layer under the names that the Trace gives them."""
    return {f"{path}.{before}{name}": array for name, array in arrays.items()}


def _views(xray: XRay, arrays: Mapping[str, Array]) -> tuple[ArrayView, ...]:
    """Return arrays to look at; the features have their names where they go in, and where the first layer's parameters meet them."""
    names = xray.feature_names
    first = xray.trace.steps[0].name if xray.trace.steps else ""
    found = []
    for name, array in arrays.items():
        path, _, letter = name.rpartition(".")
        is_input = letter in {"X", "dX"} or (path == first and letter in {"x", "dx"})
        meets = path == first and letter not in {"x", "dx", "y", "dy"} and array.ndim > 1 and len(array) == len(names)
        found.append(ArrayView(name, array, names if meets else (), names if is_input else ()))
    return tuple(found)


def _inputs(xray: XRay) -> Card:
    given = {"X": xray.X, "y": xray.y} | ({} if xray.weights is None else {"w": xray.weights})
    passing = say("a training pass: dropout drops, batch normalisation uses this batch")
    passing = passing if xray.trace.pass_.training else say("an inference pass: no dropout, running statistics")
    rows, columns = xray.X.shape
    what = "{rows:,} row of {columns:,} numbers goes in, as {dtype}; {passing}."
    what = what if rows == 1 else "{rows:,} rows of {columns:,} numbers go in, as {dtype}; {passing}."
    what = say(what, rows=rows, columns=columns, dtype=xray.X.dtype, passing=passing)
    return Card(say("Inputs"), what, (), _shape({"X": xray.X, "y": xray.y}), _views(xray, given))


def _forward(xray: XRay, traced: TracedStep) -> Card:
    step, layer, name = traced.step, traced.step.layer, traced.name
    index = xray.trace.steps.index(traced)
    shown, result = {f"{name}.x": traced.x}, {f"{name}.y": traced.y}
    shapes = f"{_shape(shown)} → {_shape(result)}"
    if layer is None:
        what = say("The columns stay as many.")
        rules: tuple[str, ...] = (say(BRANCH_RULES[step.kind][0]),)
        kept = xray.trace.kept(index)
        walk = xray.model._walk(traced.x, xray.trace.pass_, index, kept)  # noqa: SLF001 - whose lines are shown
        code = sources(xray.model, ["_walk"], lambda: next(walk))
        shown |= {f"{step.path}.keep.x": kept[-1]} if step.kind == "add" else {}
    else:
        arrays, pass_ = xray.model.arrays[index], xray.trace.pass_.at(index)
        code = sources(layer, ["forward"], lambda: _quietly(layer.forward, arrays, traced.x, pass_))
        rules = _equations(code, extra=definition(layer)[:1] + definition(layer)[2:])
        params = _named(step.path, xray.model.params.at(step.path))
        shown |= params | _named(step.path, xray.model.state.at(step.path))
        what = say("{layer} turns its {n_in:,} columns x into {n_out:,} columns y.", layer=repr(layer), n_in=step.n_in, n_out=step.n_out)
        shapes += say("   with {shapes}", shapes=_shape(params)) if params else ""
    return Card(say("Forward: {label}", label=_label(step)), what, rules, shapes, _views(xray, shown | result), tuple(code))


def _quietly(function: Callable[..., Any], *arguments: Any) -> Any:
    with np.errstate(all="ignore"):
        return function(*arguments)


def _loss(xray: XRay) -> Card:
    loss, model, scores = xray.model.network.loss, xray.model, xray.trace.scores
    losses = _quietly(loss.each, scores, xray.y)
    code = sources(loss, ["each"], lambda: _quietly(loss.each, scores, xray.y))
    code += sources(model, ["objective"], lambda: model.objective(scores, xray.y, xray.weights, xray.penalty))
    plain, weighted = "The loss of each row, and their mean: {loss}", "The loss of each row, and their weighted mean: {loss}"
    what = say(plain if xray.weights is None else weighted, loss=repr(xray.trace.loss))
    what += say(" with the penalty.") if xray.penalty != NO_PENALTY else say(".")
    given = {"scores": scores, "y": xray.y}
    rules = _equations(code, extra=[line for line in definition(loss) if not line.startswith("slope")])
    shapes = say("{shapes} → one number", shapes=_shape(given))
    arrays = _views(xray, given | {say("loss of each row"): losses})
    return Card(say("Loss: {kind}", kind=_kind(loss)), what, rules, shapes, arrays, tuple(code))


def _slopes(xray: XRay) -> Card:
    loss, trace = xray.model.network.loss, xray.trace
    code = sources(loss, ["gradient"], lambda: _quietly(loss.gradient, trace.scores, xray.y))
    slopes: Array = trace.steps[-1].dy if trace.steps else trace.dx  # type: ignore[assignment]
    name = f"{trace.steps[-1].name}.dy" if trace.steps else "dX"
    rules = (
        "dscores = w / Σw · ∂loss/∂scores",
        *_equations(code, extra=[line for line in definition(loss) if not line.startswith("value")]),
    )
    what = say("How much the loss grows with each score, dscores, which is {name}: here the way back begins.", name=name)
    shapes = f"{_shape({'scores': trace.scores})} → {_shape({name: slopes})}"
    return Card(say("Backward: the loss's slopes"), what, rules, shapes, (ArrayView(name, slopes),), tuple(code), (name,))


def _backward(xray: XRay, traced: TracedStep) -> Card:
    step, layer, name = traced.step, traced.step.layer, traced.name
    given: dict[str, Array] = {f"{name}.dy": traced.dy}  # type: ignore[dict-item]
    made: dict[str, Array] = {f"{name}.dx": traced.dx}  # type: ignore[dict-item]
    if layer is None:
        rules: tuple[str, ...] = (say(BRANCH_RULES[step.kind][1]),)
        code = sources(xray.model, ["_back"], lambda: xray.model._back(_branch(xray.trace, traced), traced.dy))  # type: ignore[arg-type] # noqa: SLF001
    else:
        index = xray.trace.steps.index(traced)
        arrays, pass_ = xray.model.arrays[index], xray.trace.pass_.at(index)
        code = sources(layer, ["backward"], lambda: _quietly(layer.backward, arrays, traced.x, traced.y, traced.dy, pass_))
        rules = _equations(code, extra=definition(layer)[1:])
        made |= _named(step.path, xray.trace.gradients.at(step.path), before="d") if xray.trace.gradients else {}
    if len(made) > 1 and xray.penalty != NO_PENALTY:
        penalty = sources(xray.penalty, ["gradient"], lambda: xray.penalty.gradient(xray.model.theta))
        rules += (*_equations(penalty), say("the penalty's slope is added to the gradient of each decayed array"))
    parameters = say(" and ").join(filter(None, [", ".join(list(made)[1:-1]), *list(made)[1:][-1:]]))
    alone = "{name}.dy, the slope of the loss by what came out, makes {name}.dx, the slope by what went in."
    both = (
        "{name}.dy, the slope of the loss by what came out, makes {name}.dx, the slope by what went in, "
        "and {parameters}, by the parameters."
    )
    what = say(both if parameters else alone, name=name, parameters=parameters)
    shapes = f"{_shape({f'{name}.x': traced.x, f'{name}.y': traced.y} | given)} → {_shape(made)}"
    return Card(say("Backward: {label}", label=_label(step)), what, rules, shapes, _views(xray, given | made), tuple(code), tuple(made))


def _branch(trace: Trace, traced: TracedStep) -> Trace:
    """Return a trace of one end of a residual branch; before a keep stands its add, which hands it its dy."""
    ends = [each for each in trace.steps if each.step.path == traced.step.path and each.step.layer is None]
    return replace(trace, steps=[replace(each) for each in ends if each is traced or traced.step.kind == "keep"])


def _update(xray: XRay, traced: TracedStep) -> Card:
    path, optimizer, trace = traced.step.path, xray.optimizer, xray.trace
    gradients = trace.gradients.at(path) if trace.gradients else {}
    entries = xray.model.program.parameters
    slots = {name: Parameters(entries, slot) for name, slot in zip(optimizer.slots, xray.updated.slots, strict=True)}
    shown: dict[str, Array] = {}
    for letter, before in xray.model.params.at(path).items():
        name = f"{path}.{letter}"
        shown |= {name: before, f"{path}.d{letter}": gradients[letter], f"{name} after": xray.after.params[name]}
        shown |= {f"{name} {slot} after": each[name] for slot, each in slots.items()}
    for letter, before in xray.model.state.at(path).items():
        shown |= {f"{path}.{letter}": before, f"{path}.{letter} after": xray.after.state[f"{path}.{letter}"]}
    what = say("The first update of {optimizer}, at a rate of {rate:g}.", optimizer=repr(optimizer), rate=xray.updated.rate_at(0) or 0.0)
    code = xray.update_sources
    rules = _equations([source for source in code if source.title.startswith(type(optimizer).__name__)], extra=_extras(optimizer))
    shapes = _shape(_named(path, xray.model.params.at(path))) or say("nothing is trained here")
    return Card(say("Update: {label}", label=_label(traced.step)), what, rules, shapes, _views(xray, shown), tuple(code))


def update_sources(xray: XRay) -> list[Source]:
    """Return the lines of the optimiser that ran in the update; its rule comes first."""
    optimizer, state = xray.optimizer, TrainingState(xray.model.astype(xray.model.dtype), xray.optimizer, xray.penalty, 0)
    found = sources(optimizer, ["constants", "rule", "update"], lambda: apply_update(state, xray.trace))
    return sorted((each for each in found if "FirstOrder.constants" not in each.title), key=lambda each: "FirstOrder" in each.title)


def _extras(optimizer: FirstOrder) -> list[str]:
    """Return what an optimiser does besides its rule."""
    lines = []
    if optimizer.clip_norm is not None:
        lines.append(say("before: g ← g min(1, {clip_norm:g} / |g|)", clip_norm=optimizer.clip_norm))
    if optimizer.weight_decay:
        lines.append(say("before, where decayed: θ ← θ (1 - rate · {weight_decay:g})", weight_decay=optimizer.weight_decay))
    return lines
