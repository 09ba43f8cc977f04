"""A network: layers and a loss, described but without numbers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from math import prod
from typing import Any

from halfmoon.base import checks
from halfmoon.base.errors import InputError
from halfmoon.base.language import display_width, padded
from halfmoon.base.randomness import Random, generator
from halfmoon.base.record import Record, record
from halfmoon.layers.activations import Activation
from halfmoon.layers.contract import Layer
from halfmoon.layers.parametric import ParametricActivation
from halfmoon.layers.residual import Residual
from halfmoon.losses.contract import Loss
from halfmoon.losses.pointwise import SquaredError
from halfmoon.network.model import Model
from halfmoon.network.parameters import Parameters
from halfmoon.network.program import Layout, Program, Step
from halfmoon.network.translations import say

Part = Layer | Residual

MOST_ACTIVATIONS = 100
"""Different ones in a network, each of which is compiled: that takes a fifth of a second for the simplest."""


@record
class Network(Record):
    """Layers in order, and the loss that they are trained on.

    Parameters
    ----------
    layers : sequence of Layer or Residual
        May be empty: the scores are then the inputs.
    loss : Loss
        On the last layer's output, the scores.

    Raises
    ------
    InputError
        When something else than a layer or a loss is given.

    Examples
    --------
    >>> net = hm.Network([hm.Dense(8), hm.ReLU(), hm.Dense(1)], loss=hm.Logistic())
    >>> net.init(n_inputs=2, seed=0).params["0.W"].shape
    (2, 8)
    """

    layers: Sequence[Part]
    loss: Loss = SquaredError

    def __post_init__(self) -> None:
        if isinstance(self.layers, Part | str) or not isinstance(self.layers, Iterable):
            raise checks.fail("layers", self.layers, "a list of layers")
        layers = tuple(self.layers)
        for layer in layers:
            checks.instance("layers", layer, Part, "a list of layers, such as [Dense(8), ReLU(), Dense(1)]")  # type: ignore[arg-type]
        checks.instance("loss", self.loss, Loss, "a loss such as SquaredError()")
        object.__setattr__(self, "layers", layers)

    def program(self, n_inputs: int) -> Program:
        """Return the flat program for ``n_inputs`` columns."""
        steps = tuple(_flatten(self.layers, "", checks.whole("n_inputs", n_inputs)))
        layers = (step.layer.activation if isinstance(step.layer, ParametricActivation) else step.layer for step in steps)
        different = len({(layer.value, layer.slope) for layer in layers if isinstance(layer, Activation)})
        if different > MOST_ACTIVATIONS:
            raise InputError(f"layers must have at most {MOST_ACTIVATIONS} different activations, got {different:,}")
        n_outputs = steps[-1].n_out if steps else n_inputs
        self.loss.check_width(n_outputs)
        found = [(step.path, step.layer, step.n_in) for step in steps if step.layer is not None]
        parameters = Layout.of((f"{path}.{name}", param) for path, layer, n_in in found for name, param in layer.parameters(n_in).items())
        state = Layout.of((f"{path}.{name}", param) for path, layer, n_in in found for name, param in layer.state(n_in).items())
        return Program(steps, n_outputs, parameters, state)

    def init(self, n_inputs: int, seed: int | Random = 0, dtype: Any = "float32") -> Model:
        """Return a model with fresh numbers.

        Parameters
        ----------
        n_inputs : int
            Columns of X.
        seed : int, RandomState or Generator
            Where the numbers come from; an int means ``RandomState(seed)``. Layers draw in order, each its parameters in
            the order of its ``parameters``.
        dtype : {"float32", "float64"}
            Of the parameters and of everything computed from them.

        Returns
        -------
        Model
        """
        program, random, kind = self.program(n_inputs), generator(seed), checks.dtype("dtype", dtype)
        theta, state = (Parameters.drawn(layout, random, kind).vector for layout in (program.parameters, program.state))
        return Model(self, n_inputs, theta, state)

    def table(self, n_inputs: int) -> list[tuple[str, str, str, str]]:
        """Return a row for each step, and before them what is in it: place, layer, shapes, parameters."""
        program = self.program(n_inputs)
        sizes: Counter[str] = Counter()
        for name, param in program.parameters.entries:
            sizes[name.rpartition(".")[0]] += prod(param.shape)
        rows = [(say("place"), say("layer"), say("in -> out"), say("parameters"))]
        for step in program.steps:
            text = repr(step.layer) if step.layer else step.kind
            rows.append((step.path, text, f"{step.n_in} -> {step.n_out}", f"{sizes[step.path]:,}" if step.kind == "layer" else ""))
        return rows

    def describe(self, n_inputs: int, loss: str | None = None) -> str:
        """Return the :meth:`table` of the steps as text, with how many parameters there are and the loss; ``loss`` is what to call it."""
        loss, total = (
            say("loss: {loss}", loss=loss or repr(self.loss)),
            say("{count:,} parameters", count=self.program(n_inputs).parameters.size),
        )
        return "\n".join([*_aligned(self.table(n_inputs)), loss, total])

    def summary(self, n_inputs: int) -> str:
        """Return the steps as text, with the shape of each one's input, output and arrays for n rows, and what there is in all."""
        program = self.program(n_inputs)
        arrays: dict[str, list[str]] = {}
        for name, param in (*program.parameters.entries, *program.state.entries):
            path, _, letter = name.rpartition(".")
            arrays.setdefault(path, []).append(f"{letter} {param.shape}")
        heading, *rows = self.table(n_inputs)
        lines = [(*heading[:2], say("x -> y"), say("arrays"), heading[3])]
        for step, (path, text, _, count) in zip(program.steps, rows, strict=True):
            own = ", ".join(arrays.get(path, ())) if step.kind == "layer" else ""
            lines.append((path, text, f"(n, {step.n_in}) -> (n, {step.n_out})", own, count))
        totals = [say("loss: {loss}", loss=repr(self.loss)), say("{count:,} parameters", count=program.parameters.size)]
        if program.state.size:
            totals.append(say("{count:,} running statistics", count=program.state.size))
        return "\n".join([*_aligned(lines), *totals])


def _aligned(rows: Sequence[tuple[str, ...]]) -> list[str]:
    """Return a line for each row, its cells below one another: the last, a number, to the right, the others to the left."""
    widths = [max(map(display_width, column)) for column in zip(*rows, strict=True)]
    lines = []
    for *cells, count in rows:
        left = [padded(cell, width) for cell, width in zip(cells, widths, strict=False)]
        lines.append("  ".join([*left, " " * (widths[-1] - display_width(count)) + count]))
    return lines


def _flatten(parts: Sequence[Part], prefix: str, width: int) -> Iterator[Step]:
    """Yield the steps of ``parts``: a residual branch becomes keep, its steps, add."""
    for index, part in enumerate(parts):
        path = f"{prefix}{index}"
        if isinstance(part, Residual):
            yield Step("keep", path, None, width, width)
            *_, last = steps = list(_flatten(part.layers, f"{path}.", width))
            if last.n_out != width:
                raise InputError(f"the residual branch at {path} must keep its {width} columns, its last layer gives {last.n_out}")
            yield from steps
            yield Step("add", path, None, width, width)
            continue
        following = parts[index + 1] if index + 1 < len(parts) else None
        layer = part.before(following) if isinstance(following, Layer) else part
        n_out = layer.width(width)
        yield Step("layer", path, layer, width, n_out)
        width = n_out
