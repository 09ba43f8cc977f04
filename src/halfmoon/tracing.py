"""A definition called with symbols: its expression, the derivative of it, its text.

A definition such as ``lambda z: 1 / (1 + exp(-z))`` is called once with symbols instead of arrays. Every operation writes
one step on a tape, and the tape, cut down to what the result needs, is the expression: data, without any code. It is
what the engines evaluate, what is differentiated, printed, compared, hashed and saved.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from halfmoon.errors import InputError
from halfmoon.record import Record, record
from halfmoon.vocabulary import ARITY, MEANING, OPERATORS, WORDS

Step = tuple[Any, ...]
"""One operation: ("input", name), ("constant", value), or (operation, index of an earlier step, ...)."""

LARGEST = 1e300
"""Constants are smaller than this."""

UFUNC_NAMES = {"true_divide": "divide", "square": "square", "abs": "absolute", "bitwise_and": "logical_and",
               "bitwise_or": "logical_or", "invert": "logical_not"}  # fmt: skip


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
        return _text(self)


def _valid(step: Any, index: int, inputs: tuple[str, ...]) -> bool:
    """Return whether a step is an input, a finite constant, or a known operation on as many earlier steps as it takes."""
    match step:
        case ("input", str(name)):
            return name in inputs
        case ("constant", int() | float()):
            return True
        case (str(operation), *operands):
            places = all(isinstance(operand, int) and 0 <= operand < index for operand in operands)
            return places and ARITY.get(operation) == len(operands)
    return False


class Tape:
    """The steps written so far, equal steps only once."""

    def __init__(self) -> None:
        self.steps: list[Step] = []
        self.places: dict[Step, int] = {}

    def write(self, *step: Any) -> Symbol:
        """Return the symbol of a step, which is written unless it stands already."""
        if step not in self.places:
            self.places[step] = len(self.steps)
            self.steps.append(step)
        return Symbol(self, self.places[step])

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
        kept: dict[int, int] = {}  # from a place on the tape to its place in the expression
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
        return self.tape.steps[self.index][0] in TRUTHS

    def __bool__(self) -> bool:
        raise InputError("a definition must not branch on a value; write where(condition, a, b) instead")

    def __float__(self) -> float:
        raise InputError("a definition must use functions of halfmoon.vocabulary or NumPy, not of math")

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
    if operation in ARITHMETIC or operation in {"divide", "power"}:
        symbols = [emit(tape, "where", each, 1.0, 0.0) if each.truth else each for each in symbols]
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


TRUTHS = {"less", "less_equal", "greater", "greater_equal", "logical_and", "logical_or", "logical_not"}
"""Operations whose value is true or false."""

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


INFIX = {"less": ("<", 1), "less_equal": ("<=", 1), "greater": (">", 1), "greater_equal": (">=", 1),
         "logical_or": ("|", 2), "logical_and": ("&", 3), "add": ("+", 4), "subtract": ("-", 4), "multiply": ("*", 5),
         "divide": ("/", 5), "negative": ("-", 6), "logical_not": ("~", 6), "power": ("**", 7)}  # fmt: skip
ATOM = 9


def _text(expression: Expression) -> str:
    """Return the expression as one line of Python, with as few brackets as it needs; a very long one is cut short."""
    lines: list[tuple[str, int]] = []
    longest = 1000

    def bracket(index: int, least: int) -> str:
        text, level = lines[index]
        return text if level >= least else f"({text})"

    for operation, *operands in expression.steps:
        symbol, level = INFIX.get(operation, ("", ATOM))
        if operation == "input":
            lines.append((operands[0], ATOM))
        elif operation == "constant":
            lines.append((repr(operands[0]).removesuffix(".0"), ATOM if operands[0] >= 0 else INFIX["negative"][1]))
        elif not symbol:
            lines.append((f"{operation}({', '.join(lines[o][0] for o in operands)})", ATOM))
        elif len(operands) == 1:
            lines.append((f"{symbol}{bracket(operands[0], level)}", level))
        else:
            left = level + (operation == "power" or operation in TRUTHS)
            right = level + (operation != "power")
            lines.append((f"{bracket(operands[0], left)} {symbol} {bracket(operands[1], right)}", level))
        if len(lines[-1][0]) > longest:
            lines[-1] = ("...", ATOM)
    return lines[-1][0]
