"""Expressions: traced definitions as data, without any code. What engines evaluate, differentiate, print, compare and save."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

import numpy as np

from halfmoon.base import checks, schema
from halfmoon.base.errors import InputError
from halfmoon.base.record import Record, checked, record
from halfmoon.expressions.text import one_line
from halfmoon.expressions.vocabulary import ARITY, LOGICAL, MEANING, MIXED, TRUTHS

Step = tuple[Any, ...]
"""One operation: ("input", name), ("constant", value), or (operation, index of an earlier step, ...)."""

MOST_STEPS = 500
"""Of one expression. Those of the library have under 30; the time to compile one grows with the square of its steps, and LLVM
aborts the process at some ten thousand."""

MOST_INPUTS = 100
"""Of one expression: arguments and constants, each of which a kernel loads."""

LARGEST = 1e300
"""Constants are smaller than this."""

MOST: dict[type, float] = {float: LARGEST, int: 2.0**53}
"""What constants of each type are smaller than: whole ones are floats, too."""


@record
class Expression(Record):
    """A traced definition: steps in order, the last of which is its value.

    Parameters
    ----------
    inputs : tuple of str
        Names of the arguments, in the order a call takes them.
    steps : tuple of tuple
        ``("input", name)``, ``("constant", value)`` or ``(operation, index, ...)`` with indices of earlier steps.

    Attributes
    ----------
    truth : bool
        Whether its value is true or false, and no number.

    Notes
    -----
    Constants take the dtype of the first argument, so float32 in gives float32 out.
    """

    inputs: tuple[str, ...] = checked(schema.each(checks.text))
    steps: tuple[Step, ...] = checked(checks.kind(tuple, "a tuple of steps"))
    truth: ClassVar[bool]

    def __post_init__(self) -> None:
        super().__post_init__()
        if not 0 < len(self.steps) <= MOST_STEPS:
            raise InputError(f"an expression must have 1 to {MOST_STEPS} steps, got {len(self.steps):,}")
        if len(set(self.inputs)) < len(self.inputs) or len(self.inputs) > MOST_INPUTS:
            raise checks.fail("inputs", self.inputs, f"at most {MOST_INPUTS} different names")
        truths: list[bool] = []
        for index, step in enumerate(self.steps):
            if not _valid(step, truths, self.inputs):
                raise checks.fail(f"step {index} of an expression", step, "a known operation on earlier steps of the kinds that it takes")
            truths.append(is_truth(step, truths))
        needed = {operand for operation, *operands in self.steps if operation in MEANING for operand in operands}
        idle = set(range(len(self.steps) - 1)) - needed
        if idle:
            raise InputError(f"an expression must need each of its steps for its value, it does not need step {min(idle)}")
        object.__setattr__(self, "truth", truths[-1])

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

    def as_number(self) -> Expression:
        """Return the expression itself or, where its value is true or false, one that is 1 or 0."""
        if not self.truth:
            return self
        end = len(self.steps)
        return Expression(self.inputs, (*self.steps, ("constant", 1.0), ("constant", 0.0), ("where", end - 1, end, end + 1)))

    def uses(self, name: str) -> bool:
        """Return whether the argument ``name`` matters to the value."""
        return ("input", name) in self.steps

    def __str__(self) -> str:
        return one_line(self.steps)


def is_truth(step: Step, truths: Sequence[bool]) -> bool:
    """Return whether the value of a step is true or false and no number, from the same of the steps before it."""
    operation, *operands = step
    return operation in TRUTHS or (operation == "where" and truths[operands[1]] and truths[operands[2]])


def _valid(step: Any, truths: Sequence[bool], inputs: tuple[str, ...]) -> bool:
    """Return whether a step is an input, a constant that compiles, or an operation on as many earlier steps, of the kinds, as it takes."""
    match step:
        case ("input", str(name)):
            return name in inputs
        case ("constant", number):  # of which NaN is below nothing
            return type(number) in MOST and abs(number) < MOST[type(number)]
        case (str(operation), *operands) if ARITY.get(operation) == len(operands):
            if not all(type(operand) is int and 0 <= operand < len(truths) for operand in operands):
                return False
            return operation in MIXED or all(truths[operand] == (operation in LOGICAL) for operand in operands)
    return False
