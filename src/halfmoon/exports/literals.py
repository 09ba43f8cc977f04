"""Numbers, arrays and names as text in source code."""

from __future__ import annotations

import base64
import keyword
import textwrap
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from halfmoon.base.checks import Array
from halfmoon.expressions.expression import Expression
from halfmoon.network.inference import Map

LARGEST_READABLE = 1000
"""Numbers of an array that is written out; a larger one is written as the base64 text of its bytes."""

LINE = 120
"""Characters of a line."""


def number(value: Any, dtype: np.dtype[np.floating]) -> str:
    """Return the shortest text of a finite number that is this number in a dtype; a whole one without a point."""
    return str(dtype.type(value)).removesuffix(".0")


def nested(array: Array, brackets: str = "[]") -> str:
    """Return an array of one or more dimensions as nested lists, each row of numbers on lines of its own."""
    opening, closing = brackets[0], brackets[1]
    if array.ndim > 1:
        rows = ",\n".join(nested(each, brackets) for each in array)
        return f"{opening}\n{textwrap.indent(rows, '    ')},\n{closing}"
    return listed([number(value, array.dtype) for value in array], brackets)


def listed(items: Sequence[str], brackets: str = "[]") -> str:
    """Return a list of items in one line, or where they are many on several."""
    opening, closing = brackets[0], brackets[1]
    lines = [""]
    for item in items:
        if lines[-1] and len(lines[-1]) + len(item) > LINE:
            lines.append("")
        lines[-1] += f"{item}, "
    text = "\n".join(line.rstrip() for line in lines)
    return f"{opening}{text.removesuffix(',')}{closing}" if len(lines) == 1 else f"{opening}\n{textwrap.indent(text, '    ')}\n{closing}"


def base64_lines(array: Array) -> Iterator[str]:
    """Yield the lines of the base64 text of an array's bytes, little-endian in C order."""
    text = base64.b64encode(np.ascontiguousarray(array, array.dtype.newbyteorder("<")).tobytes()).decode()
    for start in range(0, len(text), LINE):
        yield text[start : start + LINE]


def constant_names(operation: Map, place: int) -> list[str]:
    """Return what the constants of an expression are called in source code: as its inputs are, with the number of its value behind.

    What is no plain name (a definition of one's own may call its constants as it likes) is called c.
    """
    expression: Expression = operation.expression
    found: list[str] = []
    for index, name in enumerate(expression.inputs[len(operation.values) :]):
        plain = name.isascii() and name.isidentifier() and not keyword.iskeyword(name) and len(name) < LINE // 4
        found.append(f"{name if plain else f'c{index}'}_{place}")
    return found
