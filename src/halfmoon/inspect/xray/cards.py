"""One card a step: its rule, its shapes, its numbers, and the lines that computed them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

from halfmoon.base.checks import Array
from halfmoon.inspect.xray.array_view import ArrayView
from halfmoon.inspect.xray.sources import Source, definition, sources
from halfmoon.inspect.xray.step import TrainingStep
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


LazyCard = tuple[str, Callable[[str], Card]]
"""A card's title, and what makes the card from it when somebody looks at it."""

BRANCH_RULES = {
    "keep": ("Y = X, and X is kept for the add", "dX = dY + dY of the add"),
    "add": ("Y = X + the kept X", "dX = dY, and dY goes to the keep too"),
}
"""A residual branch's ends, forward and backward."""


def lazy_cards(training: TrainingStep) -> Iterator[LazyCard]:
    """Yield the cards of one training step in the order in which it happens."""
    yield "Inputs", partial(_inputs, training)
    for traced in training.trace.steps:
        yield f"Forward: {_label(traced.step)}", partial(_forward, training, traced)
    yield f"Loss: {_kind(training.model.network.loss)}", partial(_loss, training)
    yield "Backward: the loss's slopes", partial(_slopes, training)
    for traced in reversed(training.trace.steps):
        yield f"Backward: {_label(traced.step)}", partial(_backward, training, traced)
    for traced, arrays in zip(training.trace.steps, training.model.arrays, strict=True):
        if arrays:
            yield f"Update: {_label(traced.step)}", partial(_update, training, traced)


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


def _named(path: str, arrays: dict[str, Array], before: str = "") -> Iterator[ArrayView]:
    for name, array in arrays.items():
        yield ArrayView(f"{path}.{before}{name}", array)


def _inputs(training: TrainingStep, title: str) -> Card:
    given = {"X": training.X, "y": training.y} | ({} if training.weights is None else {"w": training.weights})
    passing = "a training pass: dropout drops, batch normalisation uses this batch"
    passing = passing if training.trace.pass_.training else "an inference pass: no dropout, running statistics"
    rows, columns = training.X.shape
    what = f"{rows:,} row{'s' * (rows > 1)} of {columns:,} numbers go in, as {training.X.dtype}; {passing}."
    return Card(title, what, (), _shape(X=training.X, y=training.y), tuple(ArrayView(*each) for each in given.items()))


def _forward(training: TrainingStep, traced: TracedStep, title: str) -> Card:
    step, layer, name = traced.step, traced.step.layer, traced.name
    shown = [ArrayView(f"{name}.x", traced.x)]
    if layer is None:
        rules: tuple[str, ...] = (BRANCH_RULES[step.kind][0],)
        code = [each for each in sources(training.model, "_walk") if "Model" in each.title]
        if step.kind == "add":
            kept = training.trace.kept(training.trace.steps.index(traced))[-1]
            shown.append(ArrayView(f"{step.path}.keep.x", kept))
    else:
        code = sources(layer, "forward")
        rules = _equations(code, extra=definition(layer)[:1] + definition(layer)[2:])
        shown += [*_named(step.path, training.model.params.at(step.path)), *_named(step.path, training.model.state.at(step.path))]
    what = (
        f"{layer!r} turns its {step.n_in:,} columns x into {step.n_out:,} columns y." if layer is not None else "The columns stay as many."
    )
    shapes = f"{_shape(x=traced.x)} → {_shape(y=traced.y)}" + _with(training.model, step)
    return Card(title, what, rules, shapes, (*shown, ArrayView(f"{name}.y", traced.y)), tuple(code))


def _with(model: Model, step: Step) -> str:
    arrays = model.params.at(step.path) if step.layer is not None else {}
    return f"   with {_shape(**arrays)}" if arrays else ""


def _loss(training: TrainingStep, title: str) -> Card:
    loss = training.model.network.loss
    code = sources(loss, "each") + sources(training.model, "objective")
    what = f"The loss of each row, and their {'weighted ' * (training.weights is not None)}mean: {training.trace.loss!r}"
    what += " with the penalty." if training.penalty != NO_PENALTY else "."
    arrays = [ArrayView("scores", training.trace.scores), ArrayView("y", training.y), ArrayView("loss of each row", training.losses)]
    rules = _equations(code, extra=[line for line in definition(loss) if not line.startswith("slope")])
    shapes = f"{_shape(scores=training.trace.scores, y=training.y)} → one number"
    return Card(title, what, rules, shapes, tuple(arrays), tuple(code))


def _slopes(training: TrainingStep, title: str) -> Card:
    loss, trace = training.model.network.loss, training.trace
    code = sources(loss, "gradient")
    slopes: Array = trace.steps[-1].dy if trace.steps else trace.dx  # type: ignore[assignment]
    rules = (
        "dscores = w / Σw · ∂loss/∂scores",
        *_equations(code, extra=[line for line in definition(loss) if not line.startswith("value")]),
    )
    what = "How much the loss grows with each score: here the way back begins."
    name = f"{trace.steps[-1].name}.dy" if trace.steps else "dX"
    shapes = f"{_shape(scores=trace.scores)} → {_shape(dscores=slopes)}"
    return Card(title, what, rules, shapes, (ArrayView(name, slopes),), tuple(code), (name,))


def _backward(training: TrainingStep, traced: TracedStep, title: str) -> Card:
    step, layer, name = traced.step, traced.step.layer, traced.name
    gradients = training.trace.gradients.at(step.path) if layer is not None and training.trace.gradients else {}
    if layer is None:
        rules: tuple[str, ...] = (BRANCH_RULES[step.kind][1],)
        code = sources(training.model, "_back")
    else:
        code = sources(layer, "backward")
        rules = _equations(code, extra=definition(layer)[1:])
    if gradients and training.penalty != NO_PENALTY:
        rules += (*_equations(sources(training.penalty, "gradient")), "the penalty's slope is added to the gradient of each decayed array")
    made = [ArrayView(f"{name}.dx", traced.dx), *_named(step.path, gradients, before="d")]  # type: ignore[arg-type]
    what = "From the slopes by what came out, the slopes by what went in" + (f" and by {', '.join(gradients)}." if gradients else ".")
    results = _shape(dx=traced.dx, **{f"d{letter}": gradient for letter, gradient in gradients.items()})  # type: ignore[arg-type]
    shapes = f"{_shape(x=traced.x, y=traced.y, dy=traced.dy)} → {results}"  # type: ignore[arg-type]
    arrays = (ArrayView(f"{name}.dy", traced.dy), *made)  # type: ignore[arg-type]
    return Card(title, what, rules, shapes, arrays, tuple(code), tuple(each.name for each in made))


def _update(training: TrainingStep, traced: TracedStep, title: str) -> Card:
    path, optimizer, trace = traced.step.path, training.optimizer, training.trace
    gradients = trace.gradients.at(path) if trace.gradients else {}
    code = sources(optimizer, "constants") + sources(optimizer, "rule") + sources(optimizer, "update")
    own = [source for source in code if "FirstOrder.constants" not in source.title]
    arrays: list[ArrayView] = []
    for letter, before in training.model.params.at(path).items():
        arrays += [ArrayView(f"{path}.{letter}", before), ArrayView(f"{path}.d{letter}", gradients[letter])]
        arrays.append(ArrayView(f"{path}.{letter} after", training.after.params[f"{path}.{letter}"]))
        arrays += [ArrayView(f"{path}.{letter} {slot} after", each.params[f"{path}.{letter}"]) for slot, each in training.slots.items()]
    for letter, before in training.model.state.at(path).items():
        arrays += [ArrayView(f"{path}.{letter}", before), ArrayView(f"{path}.{letter} after", training.after.state[f"{path}.{letter}"])]
    what = f"The first update of {optimizer!r}, at a rate of {training.rate:g}."
    rules = _equations([source for source in own if "FirstOrder" not in source.title], extra=_extras(optimizer))
    return Card(title, what, rules, _shape(**training.model.params.at(path)) or "nothing is trained here", tuple(arrays), tuple(own))


def _extras(optimizer: FirstOrder) -> list[str]:
    """Return what an optimiser does besides its rule."""
    lines = []
    if optimizer.clip_norm is not None:
        lines.append(f"before: g ← g min(1, {optimizer.clip_norm:g} / |g|)")
    if optimizer.weight_decay:
        lines.append(f"before, where decayed: θ ← θ (1 - rate · {optimizer.weight_decay:g})")
    return lines
