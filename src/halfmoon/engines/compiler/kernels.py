"""Texts of kernels: the traced expression of an activation, a loss or an optimiser's rule as a loop, or a compiled function.

Every kernel is a C function of pointers and counts that returns a float64; whoever has its address can call it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any

import numpy as np

from halfmoon.engines.compiler.cache import kernel
from halfmoon.expressions.definition import Definition
from halfmoon.expressions.expression import Expression
from halfmoon.expressions.text import PYTHON, operation
from halfmoon.expressions.tracing import trace
from halfmoon.optimizers.contract import FirstOrder

DEFINITION_KERNEL = """import numpy as np
from numba import types

from halfmoon.engines.compiler.jit import c_function
from halfmoon.engines.compiler.math_functions import *

F = np.{dtype}
P, I = types.CPointer(types.{dtype}), types.int64


@c_function({argument_types})
def kernel({arguments}):
{body}    return {result}
"""

FUNCTION_KERNEL = """from numba import types

from {module} import {name}
from halfmoon.engines.compiler.jit import c_function

I, W, F, P = types.int64, types.CPointer(types.int64), types.{dtype}, types.CPointer(types.{dtype})


@c_function({argument_types})
def kernel({arguments}):
    return {name}({arguments})
"""

Writer = Callable[[Any, str], str]
"""Returns the text of a definition's kernel for a dtype."""


OPERATORS = {name: text for name, text in PYTHON.items() if name != "power"} | {"logical_not": "not {}"}
"""How compiled code writes operators."""

LONGEST_PRODUCT = 8
"""Whole powers up to this one are products."""


def _assignments(expression: Expression, prefix: str, names: Mapping[str, str]) -> tuple[list[str], str]:
    """Return an expression as one assignment a step, and the name of its value; inputs are called as ``names`` says."""
    lines: list[str] = []
    known: list[str] = []
    for index, (name, *operands) in enumerate(expression.steps):
        if name == "input":
            known.append(names[operands[0]])
        elif name == "constant":
            known.append(f"F({operands[0]!r})")
        else:
            text, last = operation(name, [known[each] for each in operands], OPERATORS), expression.steps[operands[-1]]
            if name == "power" and last[0] == "constant" and last[1] in range(1, LONGEST_PRODUCT + 1):
                text = " * ".join([known[operands[0]]] * int(last[1]))
            lines.append(f"{prefix}{index} = {text}")
            known.append(f"{prefix}{index}")
    return lines, known[-1]


def _constants(definition: Definition) -> tuple[list[str], list[str], dict[str, str]]:
    """Return the lines in which a kernel loads a definition's constants, once and once a column; and the constants' names."""
    single: list[str] = []
    column: list[str] = []
    names: dict[str, str] = {}
    offset = "0"
    for index, (name, number) in enumerate(definition.constants):
        per_column = isinstance(number, tuple) and len(number) > 1
        (column if per_column else single).append(f"c{index} = c[{offset}{' + k' if per_column else ''}]")
        offset = f"{offset} + {'columns' if per_column else '1'}"
        names[name] = f"c{index}"
    return single, column, names


def constant_values(definition: Definition) -> list[float]:
    """Return a definition's constants in the order in which its kernels load them."""
    return [each for number in definition.numbers() for each in (number if isinstance(number, tuple) else (number,))]


def _indented(lines: Sequence[str], depth: int) -> str:
    return "".join(f"{'    ' * depth}{line}\n" for line in lines)


def _kernel(dtype: str, pointers: str, sizes: str, body: str, result: str = "0.0") -> str:
    """Return the text of a kernel, from the names of its pointers and sizes."""
    letters = ["P" for _ in pointers.split(", ")] + ["I" for _ in sizes.split(", ")]
    argument_types, arguments = ", ".join(letters), f"{pointers}, {sizes}"
    return DEFINITION_KERNEL.format(dtype=dtype, argument_types=argument_types, arguments=arguments, body=body, result=result)


def _loop(definition: Definition, expression: Expression, names: dict[str, str], loads: Sequence[str], store: str) -> str:
    """Return the text of a loop over all entries: flat, or by rows and columns where a constant has a value a column."""
    single, column, constants = _constants(definition)
    body, value = _assignments(expression, "t", names | constants)
    inner = [*loads, *column, *body, store.format(value=value)]
    if not column:
        return _indented([*single, "for q in range(rows * columns):"], 1) + _indented(inner, 2)
    rows = [*single, "for r in range(rows):", "    for k in range(columns):", "        q = r * columns + k"]
    return _indented(rows, 1) + _indented(inner, 3)


def activation_text(activation: Definition, dtype: str) -> str:
    """Return the kernel of an activation: ``A = value(Z)``."""
    loop = _loop(activation, activation.value, {"z": "z"}, ["z = z_[q]"], "a_[q] = F({value})")
    return _kernel(dtype, "z_, a_, c", "rows, columns", loop)


def slope_text(activation: Definition, dtype: str) -> str:
    """Return the kernel of an activation's slope: ``D = D slope(Z, A)``."""
    loads = [f"{name} = {name}_[q]" for name in ("z", "a") if activation.slope.uses(name)]
    loop = _loop(activation, activation.slope, {"z": "z", "a": "a"}, loads, "d[q] = d[q] * F({value})")
    return _kernel(dtype, "z_, a_, d, c", "rows, columns", loop)


def loss_text(loss: Definition, dtype: str) -> str:
    """Return the kernel of a pointwise loss: ``Σ w l`` and ``dS = w ∂l/∂S``; a row without weight may be infinite."""
    single, column, constants = _constants(loss)
    names = {"s": "s", "y": "y"} | constants
    (value_lines, value), (slope_lines, slope) = _assignments(loss.value, "t", names), _assignments(loss.slope, "u", names)
    inner = [
        "s = s_[q]",
        "y = y_[q]",
        *column,
        *value_lines,
        *slope_lines,
        f"d[q] = where(share > F(0), share * F({slope}), F(0))",
        f"total += where(share > F(0), np.float64(share) * np.float64(F({value})), 0.0)",
    ]
    one = ["for q in range(rows):", "    k = 0", "    share = w[q]", *(f"    {line}" for line in inner)]
    several = ["for r in range(rows):", "    share = w[r]", "    for k in range(columns):", "        q = r * columns + k"]
    several += [f"        {line}" for line in inner]
    body = _indented(["total = 0.0", *single, "if columns == 1:"], 1) + _indented(one, 2) + "    else:\n" + _indented(several, 2)
    return _kernel(dtype, "s_, y_, w, d, c", "rows, columns", body, "total")


def rule_text(optimizer: FirstOrder, dtype: str) -> str:
    """Return the kernel of an optimiser's rule, on ``n`` neighbouring parameters.

    The constants are ``c = (factor of the gradient, factor of a parameter by weight decay, the rule's own ...)``.
    """
    slots = [f"s{index}" for index in range(len(optimizer.slots))]
    constants = [f"c{index + 2}" for index in range(len(optimizer.constants(1, 1.0)))]
    inputs = ["theta", "g", *slots, *constants]
    body = ["theta = theta_[q] * c[1]", "g = g_[q] * c[0]", *(f"{slot} = slots[{index} * stride + q]" for index, slot in enumerate(slots))]
    stores = []
    for index in range(1 + len(slots)):
        part = trace(lambda *given, index=index: optimizer.rule(*given)[index], inputs, f"the rule of {type(optimizer).__name__}")
        lines, value = _assignments(part, f"t{index}_", {name: name for name in inputs})
        body += lines
        stores.append(f"{'theta_[q]' if index == 0 else f'slots[{index - 1} * stride + q]'} = F({value})")
    loads = [f"{name} = c[{index + 2}]" for index, name in enumerate(constants)]
    loop = _indented([*loads, "for q in range(n):"], 1) + _indented([*body, *stores], 2)
    return _kernel(dtype, "theta_, g_, slots, c", "stride, n", loop)


def function_text(module: str, name: str, argument_types: str, dtype: str) -> str:
    """Return the kernel of a compiled function of some module.

    ``argument_types`` has a letter for each argument: I for int64, F for a number of ``dtype``, W and P for pointers to the two.
    """
    arguments = ", ".join(f"x{index}" for index in range(len(argument_types.split())))
    types = ", ".join(argument_types.split())
    return FUNCTION_KERNEL.format(module=module, name=name, dtype=dtype, argument_types=types, arguments=arguments)


@cache
def kernel_address(write: Writer, definition: Any, dtype: np.dtype[Any]) -> int:
    """Return the address of a definition's kernel, which is compiled or loaded at the first call."""
    return kernel(write(definition, dtype.name))
