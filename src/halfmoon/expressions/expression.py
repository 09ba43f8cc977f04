"""Expressions: traced definitions as data, without any code. What engines evaluate, differentiate, print, compare and save."""

from __future__ import annotations

from typing import Any

import numpy as np

from halfmoon.base.errors import InputError
from halfmoon.base.record import Record, record
from halfmoon.expressions.text import one_line
from halfmoon.expressions.vocabulary import ARITY, MEANING

Step = tuple[Any, ...]
"""One operation: ("input", name), ("constant", value), or (operation, index of an earlier step, ...)."""


@record
class Expression(Record):
    """A traced definition: steps in order, the last of which is its value.

    Parameters
    ----------
    inputs : tuple of str
        Names of the arguments, in the order a call takes them.
    steps : tuple of tuple
        ``("input", name)``, ``("constant", value)`` or ``(operation, index, ...)`` with indices of earlier steps.

    Notes
    -----
    Constants take the dtype of the first argument, so float32 in gives float32 out.
    """

    inputs: tuple[str, ...]
    steps: tuple[Step, ...]

    def __post_init__(self) -> None:
        if not self.steps:
            raise InputError("an expression must have at least one step, got none")
        for index, step in enumerate(self.steps):
            if not _valid(step, index, self.inputs):
                raise InputError(f"step {index} of an expression must be a known operation on earlier steps, got {step}")

    def __call__(self, *arguments: Any) -> Any:
        """Evaluate with arrays or numbers, one for each name in ``inputs``."""
        if len(arguments) != len(self.inputs):
            raise InputError(f"an expression of ({', '.join(self.inputs)}) must have {len(self.inputs)} arguments, got {len(arguments)}")
        dtype = np.result_type(arguments[0])
        dtype = dtype if dtype.kind == "f" else np.dtype(float)
        given = dict(zip(self.inputs, arguments, strict=True))
        results: list[Any] = []
        with np.errstate(all="ignore"):
            for operation, *operands in self.steps:
                if operation == "input":
                    results.append(np.asarray(given[operands[0]], dtype))
                elif operation == "constant":
                    results.append(dtype.type(operands[0]))
                else:
                    results.append(MEANING[operation](*(results[o] for o in operands)))
        return results[-1].copy() if self.steps[-1][0] == "input" else results[-1]  # never the caller's own array

    def uses(self, name: str) -> bool:
        """Return whether the argument ``name`` matters to the value."""
        return ("input", name) in self.steps

    def __str__(self) -> str:
        return one_line(self.steps)


def _valid(step: Any, index: int, inputs: tuple[str, ...]) -> bool:
    """Return whether a step is an input, a finite constant, or a known operation on as many earlier steps as it takes."""
    match step:
        case ("input", str(name)):
            return name in inputs
        case ("constant", int() | float()):
            return True
        case (str(operation), *operands):
            earlier = all(isinstance(operand, int) and 0 <= operand < index for operand in operands)
            return earlier and ARITY.get(operation) == len(operands)
    return False
