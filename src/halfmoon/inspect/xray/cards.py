"""One card a step: its rule, its shapes, its numbers, and the lines that computed them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from halfmoon.base.checks import Array
from halfmoon.inspect.xray.array_view import Shown
from halfmoon.inspect.xray.sources import Source, definition, sources
from halfmoon.inspect.xray.step import OneStep
from halfmoon.losses.penalty import NO_PENALTY
from halfmoon.network.model import Model
from halfmoon.network.program import Step
from halfmoon.network.trace import TracedStep
from halfmoon.optimizers.contract import FirstOrder


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
    arrays : tuple of Shown
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
    arrays: tuple[Shown, ...]
    sources: tuple[Source, ...] = ()
    checked: tuple[str, ...] = ()


@dataclass(frozen=True)
class Planned:
    """A card that is made when somebody looks at it."""

    title: str
    make: Callable[[str], Card]

    def card(self) -> Card:
        """Return the card."""
        return self.make(self.title)


BRANCH_RULES = {
    "keep": ("Y = X, and X is kept for the add", "dX = dY + dY of the add"),
    "add": ("Y = X + the kept X", "dX = dY, and dY goes to the keep too"),
}
"""A residual branch's ends, forward and backward."""


def plan(one: OneStep) -> Iterator[Planned]:
    """Yield the cards of one training step in the order in which it happens."""
    yield Planned("Inputs", lambda title: _inputs(one, title))
    for traced in one.trace.steps:
        yield Planned(f"Forward: {_label(traced.step)}", lambda title, traced=traced: _forward(one, traced, title))  # type: ignore[misc]
    yield Planned(f"Loss: {_kind(one.model.network.loss)}", lambda title: _loss(one, title))
    yield Planned("Backward: the loss's slopes", lambda title: _slopes(one, title))
    for traced in reversed(one.trace.steps):
        yield Planned(f"Backward: {_label(traced.step)}", lambda title, traced=traced: _backward(one, traced, title))  # type: ignore[misc]
    for traced in one.trace.steps:
        if traced.step.layer is not None and (one.model.params.at(traced.step.path) or one.model.state.at(traced.step.path)):
            yield Planned(f"Update: {_label(traced.step)}", lambda title, traced=traced: _update(one, traced, title))  # type: ignore[misc]


def _kind(thing: object) -> str:
    return str(getattr(thing, "name", type(thing).__name__))


def _label(step: Step) -> str:
    return f"layer {step.path}, {_kind(step.layer)}" if step.layer is not None else f"residual branch {step.path}, {step.kind}"


def _equations(*lists: list[Source], extra: list[str] | None = None) -> tuple[str, ...]:
    """Return the equations of functions, each once, and more lines after them."""
    found = [equation for several in lists for source in several for equation in source.equations]
    return tuple(dict.fromkeys([*found, *(extra or [])]))


def _shape(**arrays: Array) -> str:
    return ", ".join(f"{name} {array.shape}" for name, array in arrays.items())


def _named(path: str, arrays: dict[str, Array], before: str = "", after: str = "") -> Iterator[Shown]:
    for name, array in arrays.items():
        yield Shown(f"{path}.{before}{name}{after}", array)


def _inputs(one: OneStep, title: str) -> Card:
    arrays = [Shown("X", one.X), Shown("y", one.y), *([] if one.weights is None else [Shown("w", one.weights)])]
    passing = "a training pass: dropout drops, batch normalisation uses this batch"
    passing = passing if one.trace.pass_.training else "an inference pass: no dropout, running statistics"
    what = f"{len(one.X):,} row{'s' * (len(one.X) > 1)} of {one.X.shape[1]:,} numbers go in, as {one.X.dtype}; {passing}."
    return Card(title, what, (), _shape(X=one.X, y=one.y), tuple(arrays))


def _forward(one: OneStep, traced: TracedStep, title: str) -> Card:
    step, layer, name = traced.step, traced.step.layer, traced.name
    shown = [Shown(f"{name}.x", traced.x)]
    if layer is None:
        rules: tuple[str, ...] = (BRANCH_RULES[step.kind][0],)
        code = [each for each in sources(one.model, "_walk") if "Model" in each.title]
        if step.kind == "add":
            kept = one.trace.kept(one.trace.steps.index(traced))[-1]
            shown.append(Shown(f"{step.path}.keep.x", kept))
    else:
        code = sources(layer, "forward")
        rules = _equations(code, extra=definition(layer)[:1] + definition(layer)[2:])
        shown += [*_named(step.path, one.model.params.at(step.path)), *_named(step.path, one.model.state.at(step.path))]
    what = (
        f"{layer!r} turns its {step.n_in:,} columns x into {step.n_out:,} columns y." if layer is not None else "The columns stay as many."
    )
    shapes = f"{_shape(x=traced.x)} → {_shape(y=traced.y)}" + _with(one.model, step)
    return Card(title, what, rules, shapes, (*shown, Shown(f"{name}.y", traced.y)), tuple(code))


def _with(model: Model, step: Step) -> str:
    arrays = model.params.at(step.path) if step.layer is not None else {}
    return f"   with {_shape(**arrays)}" if arrays else ""


def _loss(one: OneStep, title: str) -> Card:
    loss = one.model.network.loss
    code = sources(loss, "each") + sources(one.model, "objective")
    what = f"The loss of each row, and their {'weighted ' * (one.weights is not None)}mean: {one.trace.loss!r}"
    what += " with the penalty." if one.penalty != NO_PENALTY else "."
    arrays = [Shown("scores", one.trace.scores), Shown("y", one.y), Shown("loss of each row", one.losses)]
    rules = _equations(code, extra=[line for line in definition(loss) if not line.startswith("slope")])
    shapes = f"{_shape(scores=one.trace.scores, y=one.y)} → one number"
    return Card(title, what, rules, shapes, tuple(arrays), tuple(code))


def _slopes(one: OneStep, title: str) -> Card:
    loss, trace = one.model.network.loss, one.trace
    code = sources(loss, "gradient")
    slopes: Array = trace.steps[-1].dy if trace.steps else trace.dx  # type: ignore[assignment]
    rules = (
        "dscores = w / Σw · ∂loss/∂scores",
        *_equations(code, extra=[line for line in definition(loss) if not line.startswith("value")]),
    )
    what = "How much the loss grows with each score: here the way back begins."
    name = f"{trace.steps[-1].name}.dy" if trace.steps else "dX"
    shapes = f"{_shape(scores=trace.scores)} → {_shape(dscores=slopes)}"
    return Card(title, what, rules, shapes, (Shown(name, slopes),), tuple(code), (name,))


def _backward(one: OneStep, traced: TracedStep, title: str) -> Card:
    step, layer, name = traced.step, traced.step.layer, traced.name
    gradients = one.trace.gradients.at(step.path) if layer is not None and one.trace.gradients else {}
    if layer is None:
        rules: tuple[str, ...] = (BRANCH_RULES[step.kind][1],)
        code = sources(one.model, "_back")
    else:
        code = sources(layer, "backward")
        rules = _equations(code, extra=definition(layer)[1:])
    if gradients and one.penalty != NO_PENALTY:
        rules += (*_equations(sources(one.penalty, "gradient")), "the penalty's slope is added to the gradient of each decayed array")
    made = [Shown(f"{name}.dx", traced.dx), *_named(step.path, gradients, before="d")]  # type: ignore[arg-type]
    what = "From the slopes by what came out, the slopes by what went in" + (f" and by {', '.join(gradients)}." if gradients else ".")
    results = _shape(dx=traced.dx, **{f"d{letter}": gradient for letter, gradient in gradients.items()})  # type: ignore[arg-type]
    shapes = f"{_shape(x=traced.x, y=traced.y, dy=traced.dy)} → {results}"  # type: ignore[arg-type]
    arrays = (Shown(f"{name}.dy", traced.dy), *made)  # type: ignore[arg-type]
    return Card(title, what, rules, shapes, arrays, tuple(code), tuple(each.name for each in made))


def _update(one: OneStep, traced: TracedStep, title: str) -> Card:
    path, optimizer, trace = traced.step.path, one.optimizer, one.trace
    gradients = trace.gradients.at(path) if trace.gradients else {}
    code = sources(optimizer, "constants") + sources(optimizer, "rule") + sources(optimizer, "update")
    own = [source for source in code if "FirstOrder.constants" not in source.title]
    arrays: list[Shown] = []
    for letter, before in one.model.params.at(path).items():
        arrays += [Shown(f"{path}.{letter}", before), Shown(f"{path}.d{letter}", gradients[letter])]
        arrays.append(Shown(f"{path}.{letter} after", one.after.params[f"{path}.{letter}"]))
        arrays += [Shown(f"{path}.{letter} {slot} after", each.params[f"{path}.{letter}"]) for slot, each in one.slots.items()]
    for letter, before in one.model.state.at(path).items():
        arrays += [Shown(f"{path}.{letter}", before), Shown(f"{path}.{letter} after", one.after.state[f"{path}.{letter}"])]
    what = f"The first update of {optimizer!r}, at a rate of {one.rate:g}."
    rules = _equations([source for source in own if "FirstOrder" not in source.title], extra=_extras(optimizer))
    return Card(title, what, rules, _shape(**one.model.params.at(path)) or "nothing is trained here", tuple(arrays), tuple(own))


def _extras(optimizer: FirstOrder) -> list[str]:
    """Return what an optimiser does besides its rule."""
    lines = []
    if optimizer.clip_norm is not None:
        lines.append(f"before: g ← g min(1, {optimizer.clip_norm:g} / |g|)")
    if optimizer.weight_decay:
        lines.append(f"before, where decayed: θ ← θ (1 - rate · {optimizer.weight_decay:g})")
    return lines
