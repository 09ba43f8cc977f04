"""Expressions as nodes of ONNX: a row for every word of :mod:`halfmoon.expressions.vocabulary`, and rows of what has an operator whole.

In float64 some are written out, as log1p and expm1 are everywhere: ONNX Runtime's CPU lacks Erf, Atan and Softsign there, its Softplus
overflows, and attributes of operators are float32.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from halfmoon.exports.onnx_graph import GraphBuilder
from halfmoon.expressions.expression import Expression, Step, is_truth
from halfmoon.expressions.tracing import trace
from halfmoon.expressions.vocabulary import (
    ARITY,
    COMPARISONS,
    LOGICAL,
    absolute,
    erf,
    exp,
    expm1,
    log1p,
    maximum,
    minimum,
    tanh,
    where,
)
from halfmoon.network.inference import Map

SINGLE, BOTH = ("float32",), ("float32", "float64")
"""The dtypes in which an operator gives the same numbers."""

LARGEST = 1e38
"""Numbers of float32, as attributes are, are smaller than this."""

Word = Callable[..., str]
"""From a builder, the names of the operands and the name of the result, which may be empty, to its name."""


def _operator(operator: str) -> Word:
    return lambda build, *operands, name="": build.node(operator, *operands, name=name)


def _polynomial(build: GraphBuilder, coefficients: Sequence[float], x: str) -> str:
    """Append a polynomial, the constant term first."""
    *rest, last = coefficients
    value = build.constant(last)
    for each in reversed(rest):
        value = build.node("Add", build.node("Mul", value, x), build.constant(each))
    return value


def _erf(build: GraphBuilder, x: str, name: str = "") -> str:
    # erf a = a + a P(a²) up to 1, 1 - exp Q(a - 1) beyond
    if build.dtype == np.float32:
        return build.node("Erf", x, name=name)
    from halfmoon.engines.compiler.math_coefficients import ERROR_ABOVE_1, ERROR_BELOW_1  # noqa: PLC0415 - with what they are used for

    one, a = build.constant(1.0), build.node("Abs", x)
    small = build.node("Min", a, one)
    below = build.node("Mul", small, _polynomial(build, ERROR_BELOW_1[np.float64], build.node("Mul", small, small)))
    near = build.node("Add", small, below)
    large = build.node("Sub", build.node("Clip", a, one, build.constant(6.0)), one)
    far = build.node("Sub", one, build.node("Exp", _polynomial(build, ERROR_ABOVE_1[np.float64], large)))
    return build.node("Mul", build.node("Sign", x), build.node("Where", build.node("Less", a, one), near, far), name=name)


def _arctan(build: GraphBuilder, x: str, name: str = "") -> str:
    # arctan a = π/2 - arctan(1 / a) = π/4 + arctan((a - 1) / (a + 1)), arctan t = t + t³ P(t²)
    if build.dtype == np.float32:
        return build.node("Atan", x, name=name)
    from halfmoon.engines.compiler.math_coefficients import ARCTANGENT  # noqa: PLC0415 - with what they are used for

    one, a = build.constant(1.0), build.node("Abs", x)
    beyond = build.node("Greater", a, one)
    a = build.node("Where", beyond, build.node("Div", one, a), a)
    upper = build.node("Greater", a, build.constant(math.sqrt(2) - 1))
    t = build.node("Where", upper, build.node("Div", build.node("Sub", a, one), build.node("Add", a, one)), a)
    square = build.node("Mul", t, t)
    cubic = build.node("Mul", build.node("Mul", t, square), _polynomial(build, ARCTANGENT[np.float64], square))
    angle = build.node("Add", t, cubic)
    angle = build.node("Where", upper, build.node("Add", angle, build.constant(math.pi / 4)), angle)
    angle = build.node("Where", beyond, build.node("Sub", build.constant(math.pi / 2), angle), angle)
    return build.node("Mul", build.node("Sign", x), angle, name=name)


def _log1p(build: GraphBuilder, x: str, name: str = "") -> str:
    # log(1 + x) = log u + (x - (u - 1)) / u, of u = 1 + x as it is rounded; where that is 0 or infinite, log u alone
    one = build.constant(1.0)
    u = build.node("Add", x, one)
    rest = build.node("Div", build.node("Sub", x, build.node("Sub", u, one)), u)
    sound = build.node("LessOrEqual", build.node("Abs", rest), one)
    return build.node("Add", build.node("Log", u), build.node("Where", sound, rest, build.constant(0.0)), name=name)


def _expm1(build: GraphBuilder, x: str, name: str = "") -> str:
    # exp x - 1 = tanh(x / 2) (exp x + 1)
    half = build.node("Tanh", build.node("Mul", x, build.constant(0.5)))
    return build.node("Mul", half, build.node("Add", build.node("Exp", x), build.constant(1.0)), name=name)


WORDS: Mapping[str, Word] = {
    "absolute": _operator("Abs"), "add": _operator("Add"), "arctan": _arctan, "cos": _operator("Cos"), "divide": _operator("Div"),
    "erf": _erf, "exp": _operator("Exp"), "expm1": _expm1, "floor": _operator("Floor"), "greater": _operator("Greater"),
    "greater_equal": _operator("GreaterOrEqual"), "less": _operator("Less"), "less_equal": _operator("LessOrEqual"),
    "log": _operator("Log"), "log1p": _log1p, "logical_and": _operator("And"), "logical_not": _operator("Not"),
    "logical_or": _operator("Or"), "maximum": _operator("Max"), "minimum": _operator("Min"), "multiply": _operator("Mul"),
    "negative": _operator("Neg"), "power": _operator("Pow"), "sign": _operator("Sign"), "sin": _operator("Sin"), "sqrt": _operator("Sqrt"),
    "subtract": _operator("Sub"), "tanh": _operator("Tanh"), "where": _operator("Where"),
}  # fmt: skip
"""What writes each word."""


# ---- operators of their own ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Standard:
    """An operator for a whole expression.

    Attributes
    ----------
    operator : str
    expression : Expression
        Its first input is any value, the others are numbers.
    dtypes : tuple of str
        Where it gives the same numbers.
    attributes : callable
        From those numbers to its attributes, None where it has none for them.
    as_inputs : bool
        Whether the numbers are its further inputs.
    since : int
        The first opset that has it.
    """

    operator: str
    expression: Expression
    dtypes: tuple[str, ...] = BOTH
    attributes: Callable[..., dict[str, Any] | None] = lambda *_numbers: {}
    as_inputs: bool = False
    since: int = 18


STANDARD: tuple[Standard, ...] = (
    Standard("Relu", trace(lambda z: maximum(z, 0), ["z"])),
    Standard("Sigmoid", trace(lambda z: 1 / (1 + exp(-z)), ["z"])),
    Standard("Softsign", trace(lambda z: z / (1 + absolute(z)), ["z"]), SINGLE),
    Standard("Clip", trace(lambda z, low, high: minimum(maximum(z, low), high), ["z", "low", "high"]), as_inputs=True),
    Standard("Mish", trace(lambda z: z * tanh(maximum(z, 0) + log1p(exp(-absolute(z)))), ["z"]), SINGLE),
    Standard("Softplus", trace(lambda z: maximum(z, 0) + log1p(exp(-absolute(z))), ["z"]), SINGLE),
    Standard("Gelu", trace(lambda z: z * 0.5 * (1 + erf(z / math.sqrt(2))), ["z"]), SINGLE, since=20),
    Standard("LeakyRelu", trace(lambda z, alpha: where(z > 0, z, alpha * z), ["z", "alpha"]), SINGLE, lambda alpha: {"alpha": alpha}),
    Standard(
        "Elu",
        trace(lambda z, alpha: where(z > 0, z, alpha * expm1(minimum(z, 0))), ["z", "alpha"]),
        SINGLE,
        lambda alpha: {"alpha": alpha},
    ),
    Standard(
        "Selu",
        trace(lambda z, scale, below: where(z > 0, scale * z, below * expm1(minimum(z, 0))), ["z", "scale", "below"]),
        SINGLE,
        lambda scale, below: {"gamma": scale, "alpha": below / scale} if scale else None,
    ),
)
"""What has an operator of its own."""


@dataclass(frozen=True)
class _Found:
    """An operator that stands for a step and all below it: the step of its value, its further inputs, and its attributes."""

    operator: str
    value: int
    inputs: tuple[float, ...]
    attributes: dict[str, Any]


class _Reader:
    """An expression with what its inputs are."""

    def __init__(self, operation: Map, values: Sequence[str]) -> None:
        self.steps = operation.expression.steps
        names = operation.expression.inputs
        self.values = dict(zip(names, values, strict=False))
        self.constants = dict(zip(names[len(values) :], operation.constants, strict=True))
        self.truths: list[bool] = []
        for step in self.steps:
            self.truths.append(is_truth(step, self.truths))

    def number(self, index: int) -> float | None:
        """Return the number that a step is, None where it is something else."""
        kind, value = self.steps[index][:2]
        if kind == "constant":
            return float(value)
        constant = self.constants.get(value) if kind == "input" else None
        return float(constant) if constant is not None and constant.ndim == 0 else None

    def plan(self, build: GraphBuilder) -> dict[int, _Found | None]:
        """Return the steps that are written, in order, with the operator that stands for each; None where that is its word's."""
        found: dict[int, _Found | None] = {}
        needed = {len(self.steps) - 1}
        for index in range(len(self.steps) - 1, -1, -1):
            if index in needed:
                found[index] = operator = self._operator(index, build)
                if operator is not None:
                    needed.add(operator.value)
                elif self.steps[index][0] in ARITY:
                    needed |= set(self.steps[index][1:])
        return dict(sorted(found.items()))

    def _operator(self, index: int, build: GraphBuilder) -> _Found | None:
        for row in STANDARD:
            places: dict[str, int] = {}
            known = build.dtype.name in row.dtypes and build.opset >= row.since
            if known and _fits(self.steps, index, row.expression.steps, len(row.expression.steps) - 1, places):
                value, *others = (places[name] for name in row.expression.inputs)
                numbers = [number for number in map(self.number, others) if number is not None and abs(number) < LARGEST]
                attributes = row.attributes(*numbers) if len(numbers) == len(others) else None
                if attributes is not None:
                    return _Found(row.operator, value, tuple(numbers) if row.as_inputs else (), attributes)
        return None


def _fits(steps: Sequence[Step], index: int, pattern: Sequence[Step], place: int, found: dict[str, int]) -> bool:
    """Return whether a step is what a step of a pattern says, and put down which steps its inputs are."""
    (operation, *operands), (wanted, *those) = steps[index], pattern[place]
    if wanted == "input":
        return found.setdefault(those[0], index) == index
    if wanted == "constant" or operation != wanted:
        return operation == wanted and operands == those
    return all(_fits(steps, each, pattern, that, found) for each, that in zip(operands, those, strict=True))


# ---- whole expressions ----------------------------------------------------------------------------------------------------------


def write_map(build: GraphBuilder, operation: Map, values: Sequence[str], name: str) -> None:
    """Append an expression of values; what it makes is called ``name``."""
    reader = _Reader(operation, values)
    last = len(reader.steps) - 1
    made: dict[int, str] = {}
    for index, found in reader.plan(build).items():
        own_name = name if index == last and not reader.truths[index] else ""
        kind, *operands = reader.steps[index]
        if found is not None:
            numbers = [build.constant(each) for each in found.inputs]
            made[index] = build.node(found.operator, made[found.value], *numbers, name=own_name, **found.attributes)
        elif kind == "constant":
            made[index] = build.constant(operands[0])
        elif kind == "input":
            given = operands[0]
            made[index] = reader.values[given] if given in reader.values else build.constant(reader.constants[given])
        else:
            made[index] = _write_word(build, kind, [(made[each], reader.truths[each]) for each in operands], own_name)
    if reader.truths[last]:
        build.cast(made[last], build.dtype, name)
    elif made[last] != name:
        build.node("Identity", made[last], name=name)


def _write_word(build: GraphBuilder, word: str, operands: Sequence[tuple[str, bool]], name: str) -> str:
    """Append a word, after its operands, with whether each is a truth value, are made of the kind that it takes."""

    def truth(value: str, already: bool) -> str:  # noqa: FBT001 - a pair as it is
        return value if already else build.cast(value, bool)

    def number(value: str, truth: bool) -> str:  # noqa: FBT001 - a pair as it is
        return build.cast(value, build.dtype) if truth else value

    if word in LOGICAL or word == "logical_not":
        return WORDS[word](build, *(truth(*each) for each in operands), name=name)
    if word in COMPARISONS or word != "where":
        return WORDS[word](build, *(number(*each) for each in operands), name=name)
    condition, x, y = operands
    chosen = truth(*condition)
    if x[1] and y[1]:  # Where of truth values is not there in ONNX Runtime
        return build.node("Or", build.node("And", chosen, x[0]), build.node("And", build.node("Not", chosen), y[0]))
    return WORDS["where"](build, chosen, number(*x), number(*y), name=name)
