"""Formulas that a person types, such as ``x2 > sin(x1)``: read as data, and never run as code.

Python's own parser makes a tree of the text; of that tree only numbers, the arguments' names, operators and calls of the
:mod:`~halfmoon.expressions.vocabulary` are taken, and each becomes a step of an
:class:`~halfmoon.expressions.expression.Expression`.
"""

from __future__ import annotations

import ast
import math
import operator
import warnings
from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar

from halfmoon.base import checks
from halfmoon.base.errors import InputError
from halfmoon.expressions.expression import Expression
from halfmoon.expressions.tracing import trace
from halfmoon.expressions.vocabulary import ARITY, WORDS
from halfmoon.layers.activations import Activation

LONGEST = 200
"""Characters of a formula."""

MOST_NODES = 200
"""Parts of a formula: names, numbers, operations."""

LARGEST_NUMBER = 1e100

CONSTANTS = {"pi": math.pi, "e": math.e}

ALIASES = {"abs": "absolute", "max": "maximum", "min": "minimum", "ln": "log", "atan": "arctan"}
"""Words that people write for those of the vocabulary."""

SIGNS = {"²": "**2", "³": "**3", "×": "*", "·": "*", "−": "-", "≤": "<=", "≥": ">=", "^": "**", "π": "pi", "，": ",", "（": "(", "）": ")"}
"""What is written in formulas, and what Python has for it."""

Call = Callable[..., Any]

BINARY: dict[type[ast.AST], Call] = {
    ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: operator.truediv, ast.Pow: operator.pow,
    ast.BitAnd: operator.and_, ast.BitOr: operator.or_,
}  # fmt: skip
UNARY: dict[type[ast.AST], Call] = {
    ast.USub: operator.neg,
    ast.UAdd: lambda value: value,
    ast.Invert: operator.invert,
    ast.Not: operator.invert,
}
COMPARISONS: dict[type[ast.AST], Call] = {ast.Lt: operator.lt, ast.LtE: operator.le, ast.Gt: operator.gt, ast.GtE: operator.ge}
LOGICAL: dict[type[ast.AST], Call] = {ast.And: operator.and_, ast.Or: operator.or_}


def expression(text: Any, arguments: Sequence[str], name: str = "formula") -> Expression:
    """Return the expression of a formula.

    Parameters
    ----------
    text : str
        Such as ``"x2 > sin(x1)"``; ``^`` is a power, as ``**`` is.
    arguments : sequence of str
        Names of what it may depend on.
    name : str
        What an error calls it.

    Raises
    ------
    InputError
        When it is no formula of these arguments, numbers and words, is too long, or does not depend on an argument.
    """
    tree = _tree(text, name)
    found = trace(lambda *symbols: _Reader(name, dict(zip(arguments, symbols, strict=True))).value(tree), arguments, name)
    if not any(found.uses(each) for each in arguments):
        raise InputError(f"{name} must depend on {' or '.join(arguments)}, got {text!r}")
    return found


def activation(text: Any, name: str = "formula") -> Activation:
    """Return the activation of a formula of z, its slope derived.

    Raises
    ------
    InputError
        As :func:`expression` does.
    """
    return Activation(" ".join(str(text).split()), expression(text, ("z",), name).as_number())


def _tree(text: Any, name: str) -> ast.expr:
    """Return the tree of a text that is short enough to be one of a formula."""
    given = checks.text(name, text)
    if not 0 < len(given.strip()) <= LONGEST:
        raise InputError(f"{name} must be a formula of 1 to {LONGEST} characters, got {len(given.strip())}")
    for sign, written in SIGNS.items():
        given = given.replace(sign, written)
    try:
        with warnings.catch_warnings(action="ignore"):  # of the parser's, such as for 1(2)
            tree = ast.parse(given.strip(), mode="eval").body
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        raise checks.fail(name, text, "a formula such as 'x2 > sin(x1)'") from None
    if sum(1 for _ in ast.walk(tree)) > 3 * MOST_NODES:
        raise InputError(f"{name} must have at most {MOST_NODES} parts, it has more")
    return tree


class _Reader:
    """Reads the tree of a formula, whose arguments stand for values."""

    def __init__(self, name: str, values: Mapping[str, Any]) -> None:
        self.name = name
        self.values = values

    def value(self, node: ast.AST) -> Any:
        """Return what a part of the tree stands for."""
        read = self.READERS.get(type(node))
        if read is None:
            raise self._wrong(node)
        return read(self, node)

    def _constant(self, node: ast.Constant) -> float:
        if type(node.value) not in {int, float} or not abs(node.value) < LARGEST_NUMBER:  # type: ignore[arg-type]
            raise self._wrong(node)
        return float(node.value)  # type: ignore[arg-type]

    def _named(self, node: ast.Name) -> Any:
        if node.id in self.values:
            return self.values[node.id]
        if node.id in CONSTANTS:
            return CONSTANTS[node.id]
        raise self._wrong(node)

    def _binary(self, node: ast.BinOp) -> Any:
        if type(node.op) not in BINARY:
            raise self._wrong(node)
        return self._applied(BINARY[type(node.op)], node.left, node.right)

    def _unary(self, node: ast.UnaryOp) -> Any:
        return self._applied(UNARY[type(node.op)], node.operand)

    def _logical(self, node: ast.BoolOp) -> Any:
        first, *others = (self._truth(self.value(each)) for each in node.values)
        for other in others:
            first = LOGICAL[type(node.op)](first, other)
        return first

    def _chosen(self, node: ast.IfExp) -> Any:
        return WORDS["where"](self._truth(self.value(node.test)), self.value(node.body), self.value(node.orelse))

    def _called(self, node: ast.Call) -> Any:
        word = ALIASES.get(node.func.id, node.func.id) if isinstance(node.func, ast.Name) else ""
        if word not in WORDS or node.keywords:
            raise self._wrong(node)
        if len(node.args) != ARITY[word]:
            raise InputError(f"{self.name} must give {word} {ARITY[word]} arguments, got {len(node.args)}")
        return self._applied(WORDS[word], *node.args)

    def _applied(self, call: Call, *nodes: ast.AST) -> Any:
        values = [self.value(node) for node in nodes]
        try:
            found = call(*values)
        except (ArithmeticError, TypeError, ValueError) as error:
            if isinstance(error, InputError):
                raise
            raise InputError(f"{self.name} must have numbers that can be worked out, got {error}") from None
        if isinstance(found, complex) or (isinstance(found, float) and not math.isfinite(found)):
            raise InputError(f"{self.name} must have numbers that are finite, got {found}")
        return found

    def _compared(self, node: ast.Compare) -> Any:
        values = [self.value(each) for each in (node.left, *node.comparators)]
        total: Any = None
        for op, left, right in zip(node.ops, values, values[1:], strict=False):
            if type(op) not in COMPARISONS:
                raise self._wrong(node)
            found = COMPARISONS[type(op)](left, right)
            total = found if total is None else self._truth(total) & self._truth(found)
        return total

    @staticmethod
    def _truth(value: Any) -> Any:
        return value != 0 if isinstance(value, float) else value

    def _wrong(self, node: ast.AST) -> InputError:
        words = ", ".join([*WORDS, *CONSTANTS])
        what = ast.unparse(node)[:40]
        return InputError(f"{self.name} must be made of {', '.join(self.values)}, numbers, operators and the words {words}; got {what!r}")

    READERS: ClassVar[dict[type[ast.AST], Call]] = {
        ast.Constant: _constant,
        ast.Name: _named,
        ast.BinOp: _binary,
        ast.UnaryOp: _unary,
        ast.BoolOp: _logical,
        ast.Compare: _compared,
        ast.IfExp: _chosen,
        ast.Call: _called,
    }
    """What reads each kind of part; there are no others."""
