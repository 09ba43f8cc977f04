"""One card a step: its rule, its shapes, its numbers, and the lines that computed them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from halfmoon.base.checks import Array
from halfmoon.inspect.xray.array_view import ArrayView
from halfmoon.inspect.xray.sources import Source, definition, sources
from halfmoon.inspect.xray.translations import say
from halfmoon.losses.penalty import NO_PENALTY
from halfmoon.network.parameters import Parameters
from halfmoon.network.program import Step
from halfmoon.network.trace import TracedStep
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
    """

    title: str
    what: str
    rules: tuple[str, ...]
    shapes: str
    arrays: tuple[ArrayView, ...]
    sources: tuple[Source, ...] = ()
    checked: tuple[str, ...] = ()


BRANCH_RULES = {
    "keep": ("Y = X, and X is kept for the add", "dX = dY + dY of the add"),
    "add": ("Y = X + the kept X", "dX = dY, and dY goes to the keep too"),
}
"""A residual branch's ends, forward and backward."""


def cards_of(xray: XRay) -> Iterator[Card]:
    """Yield the cards of one training step in the order in which it happens."""
    steps = xray.trace.steps
    yield _inputs(xray)
    for traced in steps:
        yield _forward(xray, traced)
    yield _loss(xray)
    yield _slopes(xray)
    for traced in reversed(steps):
        yield _backward(xray, traced)
    for traced, arrays in zip(steps, xray.model.arrays, strict=True):
        if arrays:
            yield _update(xray, traced)


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


def _shape(**arrays: Array) -> str:
    return ", ".join(f"{name} {array.shape}" for name, array in arrays.items())


def _named(path: str, arrays: dict[str, Array], before: str = "") -> Iterator[ArrayView]:
    for name, array in arrays.items():
        yield ArrayView(f"{path}.{before}{name}", array)


def _inputs(xray: XRay) -> Card:
    given = {"X": xray.X, "y": xray.y} | ({} if xray.weights is None else {"w": xray.weights})
    passing = say("a training pass: dropout drops, batch normalisation uses this batch")
    passing = passing if xray.trace.pass_.training else say("an inference pass: no dropout, running statistics")
    rows, columns = xray.X.shape
    what = "{rows:,} row of {columns:,} numbers goes in, as {dtype}; {passing}."
    what = what if rows == 1 else "{rows:,} rows of {columns:,} numbers go in, as {dtype}; {passing}."
    what = say(what, rows=rows, columns=columns, dtype=xray.X.dtype, passing=passing)
    return Card(say("Inputs"), what, (), _shape(X=xray.X, y=xray.y), tuple(ArrayView(*each) for each in given.items()))


def _forward(xray: XRay, traced: TracedStep) -> Card:
    step, layer, name = traced.step, traced.step.layer, traced.name
    shown, shapes = [ArrayView(f"{name}.x", traced.x)], f"{_shape(x=traced.x)} → {_shape(y=traced.y)}"
    if layer is None:
        what = say("The columns stay as many.")
        rules: tuple[str, ...] = (say(BRANCH_RULES[step.kind][0]),)
        code = [each for each in sources(xray.model, "_walk") if "Model" in each.title]
        if step.kind == "add":
            kept = xray.trace.kept(xray.trace.steps.index(traced))[-1]
            shown.append(ArrayView(f"{step.path}.keep.x", kept))
    else:
        code = sources(layer, "forward")
        rules = _equations(code, extra=definition(layer)[:1] + definition(layer)[2:])
        params = xray.model.params.at(step.path)
        shown += [*_named(step.path, params), *_named(step.path, xray.model.state.at(step.path))]
        what = say("{layer} turns its {n_in:,} columns x into {n_out:,} columns y.", layer=repr(layer), n_in=step.n_in, n_out=step.n_out)
        shapes += say("   with {shapes}", shapes=_shape(**params)) if params else ""
    return Card(say("Forward: {label}", label=_label(step)), what, rules, shapes, (*shown, ArrayView(f"{name}.y", traced.y)), tuple(code))


def _loss(xray: XRay) -> Card:
    loss = xray.model.network.loss
    with np.errstate(all="ignore"):
        losses = loss.each(xray.trace.scores, xray.y)
    code = sources(loss, "each") + sources(xray.model, "objective")
    plain, weighted = "The loss of each row, and their mean: {loss}", "The loss of each row, and their weighted mean: {loss}"
    what = say(plain if xray.weights is None else weighted, loss=repr(xray.trace.loss))
    what += say(" with the penalty.") if xray.penalty != NO_PENALTY else say(".")
    arrays = [ArrayView("scores", xray.trace.scores), ArrayView("y", xray.y), ArrayView(say("loss of each row"), losses)]
    rules = _equations(code, extra=[line for line in definition(loss) if not line.startswith("slope")])
    shapes = say("{shapes} → one number", shapes=_shape(scores=xray.trace.scores, y=xray.y))
    return Card(say("Loss: {kind}", kind=_kind(loss)), what, rules, shapes, tuple(arrays), tuple(code))


def _slopes(xray: XRay) -> Card:
    loss, trace = xray.model.network.loss, xray.trace
    code = sources(loss, "gradient")
    slopes: Array = trace.steps[-1].dy if trace.steps else trace.dx  # type: ignore[assignment]
    rules = (
        "dscores = w / Σw · ∂loss/∂scores",
        *_equations(code, extra=[line for line in definition(loss) if not line.startswith("value")]),
    )
    what = say("How much the loss grows with each score: here the way back begins.")
    name = f"{trace.steps[-1].name}.dy" if trace.steps else "dX"
    shapes = f"{_shape(scores=trace.scores)} → {_shape(dscores=slopes)}"
    return Card(say("Backward: the loss's slopes"), what, rules, shapes, (ArrayView(name, slopes),), tuple(code), (name,))


def _backward(xray: XRay, traced: TracedStep) -> Card:
    step, layer, name = traced.step, traced.step.layer, traced.name
    gradients = xray.trace.gradients.at(step.path) if layer is not None and xray.trace.gradients else {}
    if layer is None:
        rules: tuple[str, ...] = (say(BRANCH_RULES[step.kind][1]),)
        code = sources(xray.model, "_back")
    else:
        code = sources(layer, "backward")
        rules = _equations(code, extra=definition(layer)[1:])
    if gradients and xray.penalty != NO_PENALTY:
        rules += (*_equations(sources(xray.penalty, "gradient")), say("the penalty's slope is added to the gradient of each decayed array"))
    made = [ArrayView(f"{name}.dx", traced.dx), *_named(step.path, gradients, before="d")]  # type: ignore[arg-type]
    alone = "From the slopes by what came out, the slopes by what went in."
    both = "From the slopes by what came out, the slopes by what went in and by {names}."
    what = say(both if gradients else alone, names=", ".join(gradients))
    results = _shape(dx=traced.dx, **{f"d{letter}": gradient for letter, gradient in gradients.items()})  # type: ignore[arg-type]
    shapes = f"{_shape(x=traced.x, y=traced.y, dy=traced.dy)} → {results}"  # type: ignore[arg-type]
    arrays = (ArrayView(f"{name}.dy", traced.dy), *made)  # type: ignore[arg-type]
    return Card(say("Backward: {label}", label=_label(step)), what, rules, shapes, arrays, tuple(code), tuple(each.name for each in made))


def _update(xray: XRay, traced: TracedStep) -> Card:
    path, optimizer, trace = traced.step.path, xray.optimizer, xray.trace
    gradients = trace.gradients.at(path) if trace.gradients else {}
    code = sources(optimizer, "constants") + sources(optimizer, "rule") + sources(optimizer, "update")
    own = [source for source in code if "FirstOrder.constants" not in source.title]
    entries = xray.model.program.parameters
    slots = {name: Parameters(entries, slot) for name, slot in zip(optimizer.slots, xray.updated.slots, strict=True)}
    arrays: list[ArrayView] = []
    for letter, before in xray.model.params.at(path).items():
        arrays += [ArrayView(f"{path}.{letter}", before), ArrayView(f"{path}.d{letter}", gradients[letter])]
        arrays.append(ArrayView(f"{path}.{letter} after", xray.after.params[f"{path}.{letter}"]))
        arrays += [ArrayView(f"{path}.{letter} {slot} after", each[f"{path}.{letter}"]) for slot, each in slots.items()]
    for letter, before in xray.model.state.at(path).items():
        arrays += [ArrayView(f"{path}.{letter}", before), ArrayView(f"{path}.{letter} after", xray.after.state[f"{path}.{letter}"])]
    what = say("The first update of {optimizer}, at a rate of {rate:g}.", optimizer=repr(optimizer), rate=xray.updated.rate_at(0) or 0.0)
    rules = _equations([source for source in own if "FirstOrder" not in source.title], extra=_extras(optimizer))
    shapes = _shape(**xray.model.params.at(path)) or say("nothing is trained here")
    return Card(say("Update: {label}", label=_label(traced.step)), what, rules, shapes, tuple(arrays), tuple(own))


def _extras(optimizer: FirstOrder) -> list[str]:
    """Return what an optimiser does besides its rule."""
    lines = []
    if optimizer.clip_norm is not None:
        lines.append(say("before: g ← g min(1, {clip_norm:g} / |g|)", clip_norm=optimizer.clip_norm))
    if optimizer.weight_decay:
        lines.append(say("before, where decayed: θ ← θ (1 - rate · {weight_decay:g})", weight_decay=optimizer.weight_decay))
    return lines
