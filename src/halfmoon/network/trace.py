"""The trace of one pass: everything that went into and came out of each step, by name."""

from __future__ import annotations

from dataclasses import dataclass

from halfmoon.base.checks import Array, one_of
from halfmoon.layers.contract import Pass
from halfmoon.network.parameters import Parameters
from halfmoon.network.program import Step


@dataclass
class TracedStep:
    """One step with its arrays; ``dx`` and ``dy`` are there after a backward pass."""

    step: Step
    x: Array
    y: Array
    dy: Array | None = None
    dx: Array | None = None

    @property
    def name(self) -> str:
        """What the names of its arrays begin with: its path, and whether it keeps or adds."""
        return self.step.path + {"layer": "", "keep": ".keep", "add": ".add"}[self.step.kind]


@dataclass
class Trace:
    """What one forward pass made, and one backward pass after it.

    ``trace["0.y"]`` is the output of the layer at index 0; likewise ``x``, and after a backward pass ``dy``, ``dx`` and
    ``dW``, ``db`` and so on: the gradient of the loss by that thing.

    Attributes
    ----------
    steps : list of TracedStep
        The steps in order, each with its arrays.
    pass_ : Pass
        What the pass was for.
    scores : ndarray, shape (n, n_outputs)
        The last step's output.
    loss : float or None
        The objective, after a backward pass.
    gradients : Parameters or None
        By parameter, after a backward pass.
    dx : ndarray, shape (n, n_inputs), or None
        By X, after a backward pass.

    Examples
    --------
    >>> trace = model.forward(X[:5])
    >>> trace["0.y"].shape, trace.names()[:4]
    ((5, 8), ['0.x', '0.y', '1.x', '1.y'])
    """

    pass_: Pass
    steps: list[TracedStep]
    scores: Array
    loss: float | None = None
    gradients: Parameters | None = None
    dx: Array | None = None

    def names(self) -> list[str]:
        """Return the name of every array."""
        return list(self.arrays())

    def kept(self, step: int) -> list[Array]:
        """Return what residual branches that are open before the step at index ``step`` have kept, the newest last."""
        stack: list[Array] = []
        for traced in self.steps[:step]:
            if traced.step.kind == "keep":
                stack.append(traced.x)
            elif traced.step.kind == "add":
                stack.pop()
        return stack

    def __getitem__(self, name: str) -> Array:
        """Return an array by its name."""
        arrays = self.arrays()
        return arrays[one_of("name", name, arrays)]

    def arrays(self) -> dict[str, Array]:
        """Return every array by its name."""
        arrays: dict[str, Array] = {}
        for traced in self.steps:
            for name in ("x", "y", "dy", "dx"):
                array = getattr(traced, name)
                if array is not None:
                    arrays[f"{traced.name}.{name}"] = array
        return arrays | {gradient_name(name): gradient for name, gradient in (self.gradients or {}).items()}


def gradient_name(parameter: str) -> str:
    """Return what the gradient by a parameter is called, such as ``"0.dW"`` for ``"0.W"``."""
    path, _, letter = parameter.rpartition(".")
    return f"{path}.d{letter}"
