"""The derivative of an expression, by the chain rule and one table of partial derivatives."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from halfmoon.expressions.expression import Expression
from halfmoon.expressions.tracing import Symbol, Tape, emit
from halfmoon.expressions.vocabulary import TRUTHS

FLAT = {"floor", "sign", *TRUTHS}
"""Operations whose derivative is zero wherever it exists."""

CHOICES: dict[str, Callable[..., tuple[Any, Any, Any]]] = {
    "where": lambda slopes, condition, _a, _b: (condition, slopes[1], slopes[2]),
    "maximum": lambda slopes, a, b: (a > b, *slopes),
    "minimum": lambda slopes, a, b: (a < b, *slopes),
}
"""Operations that choose one of two operands: the condition, and the slope of either; at a tie the second counts."""

PARTIALS: dict[str, Callable[..., Sequence[Any]]] = {
    "add": lambda _y, _a, _b: (1.0, 1.0),
    "subtract": lambda _y, _a, _b: (1.0, -1.0),
    "multiply": lambda _y, a, b: (b, a),
    "divide": lambda y, _a, b: (1.0 / b, -y / b),
    "power": lambda y, a, b: (b * a ** (b - 1.0), y * np.log(a)),
    "negative": lambda _y, _a: (-1.0,),
    "absolute": lambda _y, a: (np.sign(a),),
    "arctan": lambda _y, a: (1.0 / (1.0 + a * a),),
    "cos": lambda _y, a: (-np.sin(a),),
    "erf": lambda _y, a: (2.0 / np.sqrt(np.pi) * np.exp(-a * a),),
    "exp": lambda y, _a: (y,),
    "expm1": lambda y, _a: (y + 1.0,),
    "log": lambda _y, a: (1.0 / a,),
    "log1p": lambda _y, a: (1.0 / (1.0 + a),),
    "sin": lambda _y, a: (np.cos(a),),
    "sqrt": lambda y, _a: (0.5 / y,),
    "tanh": lambda y, _a: (1.0 - y * y,),
}
"""For each operation, from its value y and its operands: the partial derivative by each operand."""


def derivative(expression: Expression, name: str, *, value_as: str | None = None) -> Expression:
    """Return the derivative by the input ``name``, by the chain rule from the first step to the last.

    Each step carries its value and its slope: ``d step = sum over operands of partial * d operand``, with the table
    ``PARTIALS``. Operands that do not depend on ``name`` drop out.

    Parameters
    ----------
    expression : Expression
        What to differentiate.
    name : str
        The input to differentiate by.
    value_as : str, optional
        An input that will hold the value of ``expression``; the derivative then uses it instead of computing the last
        step again, as in ``1 - a * a`` for tanh.
    """
    tape = Tape()
    values: list[Symbol] = []
    slopes: list[Symbol | None] = []
    last = len(expression.steps) - 1
    for index, (operation, *operands) in enumerate(expression.steps):
        if operation in {"input", "constant"}:
            values.append(tape.write(operation, *operands))
            slopes.append(tape.lift(1.0) if (operation, *operands) == ("input", name) else None)
            continue
        arguments = [values[o] for o in operands]
        inner = [slopes[o] for o in operands]
        known = index == last and value_as is not None
        values.append(tape.write("input", value_as) if known else emit(tape, operation, *arguments))
        slopes.append(None if operation in FLAT else _chain(tape, operation, values[-1], arguments, inner))
    result = tape.lift(0.0) if slopes[-1] is None else slopes[-1]
    first, *others = expression.inputs
    return tape.expression(result, (first, value_as, *others) if value_as else expression.inputs)


def _chain(tape: Tape, operation: str, value: Symbol, operands: Sequence[Symbol], inner: Sequence[Symbol | None]) -> Symbol | None:
    """Return the slope of one step: of a choice, the slope of the side that is chosen; else by the chain rule."""
    if all(slope is None for slope in inner):
        return None
    if operation in CHOICES:  # no product with 0, which would turn an infinite slope of the other side into NaN
        return emit(tape, "where", *CHOICES[operation]([0.0 if slope is None else slope for slope in inner], *operands))
    total: Symbol | None = None
    if operation == "power" and operands[1].constant is not None:
        inner = [inner[0], None]
    partials = PARTIALS[operation](value, *operands)
    for partial, slope in zip(partials, inner, strict=True):
        if slope is not None:
            term = emit(tape, "multiply", partial, slope)
            total = term if total is None else emit(tape, "add", total, term)
    return total
