"""A definition called with symbols gives its expression.

A definition such as ``lambda z: 1 / (1 + exp(-z))`` is called once with symbols instead of arrays. Every operation writes
one step on a tape, and the tape, cut down to what the result needs, is the expression: data, without any code. It is
what the engines evaluate, what is differentiated, printed, compared, hashed and saved.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from halfmoon.base.errors import InputError
from halfmoon.expressions.expression import LARGEST, Expression, Step, is_truth
from halfmoon.expressions.vocabulary import LOGICAL, MEANING, MIXED, OPERATORS, WORDS

UFUNC_NAMES = {"true_divide": "divide", "square": "square", "abs": "absolute", "bitwise_and": "logical_and",
               "bitwise_or": "logical_or", "invert": "logical_not"}  # fmt: skip


class Tape:
    """The steps written so far, equal steps only once."""

    def __init__(self) -> None:
        self.steps: list[Step] = []
        self.truths: list[bool] = []
        """Whether the value of each step is true or false."""
        self.indices: dict[Step, int] = {}

    def write(self, *step: Any) -> Symbol:
        """Return the symbol of a step, which is written unless it stands already."""
        if step not in self.indices:
            self.indices[step] = len(self.steps)
            self.steps.append(step)
            self.truths.append(is_truth(step, self.truths))
        return Symbol(self, self.indices[step])

    def lift(self, value: Any) -> Symbol:
        """Return a symbol as it is, and a number as a constant."""
        if isinstance(value, Symbol):
            if value.tape is not self:
                raise InputError("a definition must not keep symbols from one call to the next")
            return value
        number: Any = value[()] if isinstance(value, np.ndarray) and value.ndim == 0 else value
        known = isinstance(number, bool | int | float | np.integer | np.floating | np.bool_)
        if known and abs(number if isinstance(number, int) else float(number)) < LARGEST:
            return self.write("constant", float(number) + 0.0)  # no -0.0, which would equal 0.0 and yet differ
        raise InputError(f"a definition must combine its arguments with finite numbers, got {type(value).__name__}")

    def expression(self, result: Symbol, inputs: Sequence[str]) -> Expression:
        """Return the steps that ``result`` needs, as an expression."""
        kept: dict[int, int] = {}  # from an index on the tape to that in the expression
        moved: list[Step] = []
        waiting = [result.index]
        while waiting:  # each step after its operands, those from left to right, whatever order they were written in
            index = waiting[-1]
            operation, *operands = self.steps[index]
            leaf = operation in {"input", "constant"}
            missing = [] if leaf else [operand for operand in operands if operand not in kept]
            if missing:
                waiting.extend(reversed(missing))
                continue
            waiting.pop()
            if index not in kept:
                kept[index] = len(moved)
                moved.append((operation, *(operands if leaf else (kept[operand] for operand in operands))))
        return Expression(tuple(inputs), tuple(moved))


class Symbol:
    """Stands for an array while a definition is traced; every operation on it is written on its tape."""

    __slots__ = ("index", "tape")
    __hash__ = None  # type: ignore[assignment]

    def __init__(self, tape: Tape, index: int) -> None:
        self.tape = tape
        self.index = index

    @property
    def constant(self) -> float | None:
        """The value of a constant, None for anything else."""
        step = self.tape.steps[self.index]
        return step[1] if step[0] == "constant" else None

    @property
    def truth(self) -> bool:
        """Whether it stands for truth values, which become 0 and 1 before they are calculated with."""
        return self.tape.truths[self.index]

    def __bool__(self) -> bool:
        raise InputError("a definition must not branch on a value; write where(condition, a, b) instead")

    def __float__(self) -> float:
        raise InputError("a definition must use functions of halfmoon.expressions.vocabulary or NumPy, not of math")

    def __eq__(self, other: object) -> bool:
        raise InputError("a definition must not ask whether floats are equal; compare with < or > instead")

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        raise InputError(f"a definition must not use .{name}; its words are {', '.join(WORDS)}")

    def erf(self) -> Symbol:
        """Trace the one word that is not NumPy's."""
        return emit(self.tape, "erf", self)

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **options: Any) -> Symbol:
        name = UFUNC_NAMES.get(ufunc.__name__, ufunc.__name__)
        if name == "square" and method == "__call__" and not options:
            return emit(self.tape, "multiply", inputs[0], inputs[0])
        if method != "__call__" or options or name not in MEANING:
            raise InputError(f"np.{ufunc.__name__} must not stand in a definition; its words are {', '.join(WORDS)}")
        return emit(self.tape, name, *inputs)

    def __array_function__(self, function: Any, _types: Any, arguments: Any, options: Any) -> Symbol:
        if function is np.where and not options and len(arguments) == 3:  # noqa: PLR2004 - condition, a, b
            return emit(self.tape, "where", *arguments)
        if function is np.clip and not options and len(arguments) == 3:  # noqa: PLR2004 - value, low, high
            return emit(self.tape, "minimum", emit(self.tape, "maximum", *arguments[:2]), arguments[2])
        raise InputError(f"np.{function.__name__} must not stand in a definition; its words are {', '.join(WORDS)}")


def _operator(name: str, *, reflected: bool = False) -> Callable[..., Symbol]:
    def operate(self: Symbol, *other: Any) -> Symbol:
        operands = (*other, self) if reflected else (self, *other)
        return emit(self.tape, name, *operands)

    return operate


for _name, _method in {"add": "add", "subtract": "sub", "multiply": "mul", "divide": "truediv", "power": "pow",
                       "logical_and": "and", "logical_or": "or"}.items():  # fmt: skip
    setattr(Symbol, f"__{_method}__", _operator(_name))
    setattr(Symbol, f"__r{_method}__", _operator(_name, reflected=True))
for _name, _method in {"less": "lt", "less_equal": "le", "greater": "gt", "greater_equal": "ge",
                       "negative": "neg", "absolute": "abs", "logical_not": "invert"}.items():  # fmt: skip
    setattr(Symbol, f"__{_method}__", _operator(_name))


ARITHMETIC = {"add", "subtract", "multiply", "negative"}


def emit(tape: Tape, operation: str, *operands: Any) -> Symbol:  # noqa: PLR0911 - one identity, one return
    """Write an operation on the tape, after the identities that leave the number as it is (x + 0, 1 x, x / 1, ...)."""
    symbols = [tape.lift(operand) for operand in operands]
    if operation not in MIXED:
        symbols = [(_as_truth if operation in LOGICAL else _as_number)(each) for each in symbols]
    numbers = [symbol.constant for symbol in symbols]
    match operation, numbers:
        case (_, [*known]) if operation in ARITHMETIC and None not in known:
            return tape.lift(float(OPERATORS[operation](*known)))
        case ("add", [0.0, _]) | ("multiply", [1.0, _]):
            return symbols[1]
        case ("add" | "subtract", [_, 0.0]) | ("multiply" | "divide" | "power", [_, 1.0]):
            return symbols[0]
        case "multiply", [-1.0, _]:
            return emit(tape, "negative", symbols[1])
        case "multiply", [_, -1.0]:
            return emit(tape, "negative", symbols[0])
        case "power", [_, 0.0]:
            return tape.lift(1.0)
        case "power", [_, 2.0]:
            return emit(tape, "multiply", symbols[0], symbols[0])
        case "power", [_, 0.5]:
            return emit(tape, "sqrt", symbols[0])
    return tape.write(operation, *(symbol.index for symbol in symbols))


def _as_number(symbol: Symbol) -> Symbol:
    """Return a symbol, in place of a truth value 1 or 0."""
    return emit(symbol.tape, "where", symbol, 1.0, 0.0) if symbol.truth else symbol


def _as_truth(symbol: Symbol) -> Symbol:
    """Return a symbol, in place of a number whether it is other than 0."""
    return symbol if symbol.truth else emit(symbol.tape, "greater", emit(symbol.tape, "absolute", symbol), 0.0)


def trace(function: Callable[..., Any] | Expression, inputs: Sequence[str], name: str = "definition") -> Expression:
    """Return the expression of a function of ``inputs``.

    Parameters
    ----------
    function : callable
        Takes as many arguments as ``inputs`` has names; an :class:`Expression` is given back as it is.
    inputs : sequence of str
        Names for the arguments.
    name : str
        What to call the function in an error.

    Raises
    ------
    InputError
        When the function branches on a value, leaves the vocabulary, or takes other arguments.
    """
    if isinstance(function, Expression):
        if function.inputs != tuple(inputs):
            raise InputError(f"{name} must be an expression of ({', '.join(inputs)}), got one of ({', '.join(function.inputs)})")
        return function
    if not callable(function):
        raise InputError(f"{name} must be a function of ({', '.join(inputs)}), got {function!r}")
    tape = Tape()
    try:
        result = tape.lift(function(*(tape.write("input", each) for each in inputs)))
    except (TypeError, OverflowError) as error:
        raise InputError(f"{name} must be a function of ({', '.join(inputs)}) in halfmoon's vocabulary: {error}") from error
    return tape.expression(result, inputs)
