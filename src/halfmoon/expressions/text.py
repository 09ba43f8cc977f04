"""Expressions as text: one table of operators for each target language, and two ways to write with it.

To add a language, add a :class:`Language`. What its table does not name is written as a call, ``exp(x)``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from halfmoon.expressions.vocabulary import TRUTHS

Steps = Sequence[tuple[Any, ...]]
"""The steps of a :class:`~halfmoon.expressions.expression.Expression`."""


@dataclass(frozen=True)
class Language:
    """How a language writes constants and operations.

    Attributes
    ----------
    operators : mapping of str to str
        A template of the operands for each operation that is no call.
    constant : callable
        From a number to its text.
    longest_product : int
        Whole powers up to this one are written as products.
    """

    operators: Mapping[str, str]
    constant: Callable[[float], str]
    longest_product: int = 0

    def operation(self, name: str, operands: Sequence[str], exponent: float | None = None) -> str:
        """Return the text of one operation; ``exponent`` is that of a power, where it is a constant."""
        if name == "power" and exponent in range(1, self.longest_product + 1):
            return " * ".join([operands[0]] * int(exponent))  # type: ignore[arg-type]
        template = self.operators.get(name)
        return f"{name}({', '.join(operands)})" if template is None else template.format(*operands)


PYTHON = Language(
    {"less": "{} < {}", "less_equal": "{} <= {}", "greater": "{} > {}", "greater_equal": "{} >= {}", "logical_or": "{} | {}",
     "logical_and": "{} & {}", "add": "{} + {}", "subtract": "{} - {}", "multiply": "{} * {}", "divide": "{} / {}", "negative": "-{}",
     "logical_not": "~{}", "power": "{} ** {}"},
    lambda number: repr(number).removesuffix(".0"),
)  # fmt: skip

KERNEL = Language(
    {name: text for name, text in PYTHON.operators.items() if name != "power"} | {"logical_not": "not {}"},
    lambda number: f"F({number!r})",
    longest_product=8,
)
"""What Numba compiles; ``F`` is the dtype of the kernel's numbers."""

PRECEDENCE = {"less": 1, "less_equal": 1, "greater": 1, "greater_equal": 1, "logical_or": 2, "logical_and": 3, "add": 4, "subtract": 4,
              "multiply": 5, "divide": 5, "negative": 6, "logical_not": 6, "power": 7}  # fmt: skip
"""How tightly Python's operators bind, from loose to tight."""

ATOM = 9
"""The precedence of names and calls, which need no brackets."""

LONGEST = 1000
"""Characters of a subexpression beyond which it is cut short."""


def one_line(steps: Steps) -> str:
    """Return an expression as one line of Python, with as few brackets as it needs; a very long one is cut short."""
    written: list[tuple[str, int]] = []

    def bracket(index: int, least: int) -> str:
        text, level = written[index]
        return text if level >= least else f"({text})"

    for name, *operands in steps:
        level = PRECEDENCE.get(name, ATOM)
        if name == "input":
            text = operands[0]
        elif name == "constant":
            text, level = PYTHON.constant(operands[0]), ATOM if operands[0] >= 0 else PRECEDENCE["negative"]
        elif level == ATOM:
            text = PYTHON.operation(name, [written[each][0] for each in operands])
        elif len(operands) == 1:
            text = PYTHON.operation(name, [bracket(operands[0], level)])
        else:
            left = level + (name == "power" or name in TRUTHS)
            right = level + (name != "power")
            text = PYTHON.operation(name, [bracket(operands[0], left), bracket(operands[1], right)])
        written.append((text, level) if len(text) <= LONGEST else ("...", ATOM))
    return written[-1][0]


def assignments(steps: Steps, prefix: str, names: Mapping[str, str], language: Language) -> tuple[list[str], str]:
    """Return an expression as one assignment a step, and the name of its value.

    Parameters
    ----------
    steps : sequence of tuple
    prefix : str
        What the names of intermediate values begin with.
    names : mapping of str to str
        What each input is called.
    language : Language
    """
    lines: list[str] = []
    known: list[str] = []
    for index, (name, *operands) in enumerate(steps):
        if name == "input":
            known.append(names[operands[0]])
        elif name == "constant":
            known.append(language.constant(operands[0]))
        else:
            last = steps[operands[-1]]
            exponent = last[1] if name == "power" and last[0] == "constant" else None
            lines.append(f"{prefix}{index} = {language.operation(name, [known[each] for each in operands], exponent)}")
            known.append(f"{prefix}{index}")
    return lines, known[-1]
