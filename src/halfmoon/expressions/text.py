"""Expressions as text: a table of operators, and what is written with it. What a table does not name is a call, ``exp(x)``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from halfmoon.expressions.vocabulary import TRUTHS

PYTHON = {"less": "{} < {}", "less_equal": "{} <= {}", "greater": "{} > {}", "greater_equal": "{} >= {}", "logical_or": "{} | {}",
          "logical_and": "{} & {}", "add": "{} + {}", "subtract": "{} - {}", "multiply": "{} * {}", "divide": "{} / {}",
          "negative": "-{}", "logical_not": "~{}", "power": "{} ** {}"}  # fmt: skip
"""Templates of the operators' operands."""

PRECEDENCE = {"less": 1, "less_equal": 1, "greater": 1, "greater_equal": 1, "logical_or": 2, "logical_and": 3, "add": 4, "subtract": 4,
              "multiply": 5, "divide": 5, "negative": 6, "logical_not": 6, "power": 7}  # fmt: skip
"""How tightly Python's operators bind, from loose to tight."""

ATOM = 9
"""The precedence of names and calls, which need no brackets."""

LONGEST = 1000
"""Characters of a subexpression beyond which it is cut short."""


def operation(name: str, operands: Sequence[str], templates: Mapping[str, str] = PYTHON) -> str:
    """Return the text of one operation."""
    return templates[name].format(*operands) if name in templates else f"{name}({', '.join(operands)})"


def one_line(steps: Sequence[tuple[Any, ...]]) -> str:
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
            text, level = repr(operands[0]).removesuffix(".0"), ATOM if operands[0] >= 0 else PRECEDENCE["negative"]
        elif level == ATOM:
            text = operation(name, [written[each][0] for each in operands])
        elif len(operands) == 1:
            text = operation(name, [bracket(operands[0], level)])
        else:
            left = level + (name == "power" or name in TRUTHS)
            right = level + (name != "power")
            text = operation(name, [bracket(operands[0], left), bracket(operands[1], right)])
        written.append((text, level) if len(text) <= LONGEST else ("...", ATOM))
    return written[-1][0]
