"""Expressions that are linear in their values, and networks in which those are part of the affine maps beside them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

import numpy as np

from halfmoon.base.checks import Array
from halfmoon.base.errors import InputError
from halfmoon.expressions.vocabulary import MEANING
from halfmoon.network.inference import Affine, Join, Map, Operation, Select


@dataclass(frozen=True)
class Dense:
    """``y = x W + b`` with a matrix W, (n_in, n_out)."""

    x: int
    W: Array
    b: Array


@dataclass(frozen=True)
class Linear:
    """``y = Σ slope * value + intercept``, entry by entry; slopes and the intercept are numbers or have one for each column."""

    values: tuple[int, ...]
    slopes: tuple[Array, ...]
    intercept: Array


@dataclass(frozen=True)
class Curve:
    """``y = function(x)``, the same for every entry."""

    x: int
    function: Callable[[Array], Array]


Node: TypeAlias = Dense | Linear | Curve | Select | Join

Nodes = dict[int, Node]
"""By the number of the value that each makes, in order."""


def node_reads(node: Node) -> tuple[int, ...]:
    """Return the values that a node reads."""
    return node.values if isinstance(node, Linear | Join) else (node.x,)


_Form = tuple[tuple[Any, ...], Any]
"""Slopes, one a value, and the intercept."""


def linear_form(each: Map) -> _Form | None:
    """Return the slopes and the intercept of a map that is linear in its values, else None."""
    count = len(each.values)
    none = (0.0,) * count
    inputs: dict[str, _Form] = {}
    for place, name in enumerate(each.expression.inputs):
        if place < count:
            inputs[name] = (tuple(float(place == other) for other in range(count)), 0.0)
        else:
            inputs[name] = (none, each.constants[place - count].astype(np.float64))
    forms: list[_Form | None] = []
    for operation, *operands in each.expression.as_number().steps:
        if operation in {"input", "constant"}:
            forms.append(inputs[operands[0]] if operation == "input" else (none, float(operands[0])))
            continue
        given = [forms[operand] for operand in operands]
        forms.append(_combined(operation, [form for form in given if form is not None], none) if None not in given else None)
    return forms[-1]


def _combined(operation: str, forms: Sequence[_Form], none: tuple[Any, ...]) -> _Form | None:
    """Return what an operation makes of linear forms, None where that is not linear."""
    fixed = [not any(np.any(slope) for slope in slopes) for slopes, _ in forms]
    if all(fixed):
        with np.errstate(all="ignore"):
            return none, MEANING[operation](*(np.asarray(intercept, np.float64) for _, intercept in forms))
    if operation in {"add", "subtract"}:
        (left, a), (right, b) = forms
        sign = 1 if operation == "add" else -1
        return tuple(p + sign * q for p, q in zip(left, right, strict=True)), a + sign * b
    if operation == "negative":
        return tuple(-slope for slope in forms[0][0]), -forms[0][1]
    if (operation == "multiply" and any(fixed)) or (operation == "divide" and fixed[1]):
        (slopes, intercept), (_, factor) = forms if fixed[1] else (forms[1], forms[0])
        factor = 1 / factor if operation == "divide" else factor
        return tuple(slope * factor for slope in slopes), intercept * factor
    return None


# ---- from operations to nodes -----------------------------------------------------------------------------------------------


def _dense(each: Affine) -> Node:
    if each.W.ndim == 2 and each.blocks == 1:  # noqa: PLR2004 - a matrix
        W = each.W.astype(np.float64)
    else:  # blocks along the diagonal
        own = each.W if each.W.ndim > 2 else np.broadcast_to(each.W, (each.blocks, *each.W.shape))  # noqa: PLR2004
        n_in, n_out = own.shape[1:]
        W = np.zeros((each.blocks * n_in, each.blocks * n_out))
        for place, block in enumerate(own):
            W[place * n_in : (place + 1) * n_in, place * n_out : (place + 1) * n_out] = block
    return Dense(each.x, W, np.zeros(W.shape[1]) if each.b is None else each.b.astype(np.float64))


def _map(each: Map) -> Node:
    form = linear_form(each)
    if form is not None:
        return Linear(each.values, tuple(np.asarray(slope, np.float64) for slope in form[0]), np.asarray(form[1], np.float64))
    if len(each.values) > 1:
        raise InputError(f"int8 must be left out: {each.expression} of several values cannot be done with whole numbers")
    if any(constant.ndim for constant in each.constants):
        raise InputError(f"int8 must be left out: {each.expression}, another one for each column, cannot be done with whole numbers")
    expression, constants = each.expression.as_number(), [constant.astype(np.float64) for constant in each.constants]
    return Curve(each.values[0], lambda x: np.asarray(expression(x, *constants)))


NODES: dict[type, Callable[[Any], Node]] = {Affine: _dense, Map: _map, Select: lambda each: each, Join: lambda each: each}
"""From each kind of operation that whole numbers can do."""

NAMES = {"NormaliseRows": "layer normalisation", "Softmax": "softmax within the network or of an ensemble", "SortRows": "sorting quantiles"}
"""What people call operations that they cannot."""


def nodes_of(operations: Sequence[Operation], result: int, widths: Sequence[int]) -> Nodes:
    """Return what is needed for a value, with linear maps folded into the affine ones.

    Raises
    ------
    InputError
        When an operation cannot be done with whole numbers.
    """
    nodes: Nodes = {}
    wanted = {result}
    for value in range(len(operations), 0, -1):
        if value in wanted:
            operation = operations[value - 1]
            if type(operation) not in NODES:
                raise InputError(f"int8 must be left out: {NAMES[type(operation).__name__]} cannot be done with whole numbers")
            nodes[value] = NODES[type(operation)](operation)
            wanted |= set(node_reads(nodes[value]))
    nodes = dict(sorted(nodes.items()))
    return _folded_forward(_folded_back(nodes), widths)


def _uses(nodes: Nodes) -> Counter[int]:
    return Counter(value for node in nodes.values() for value in node_reads(node))


def _folded_back(nodes: Nodes) -> Nodes:
    """Return nodes in which what is linear in the value of one affine map alone is part of that."""
    uses, found = _uses(nodes), dict(nodes)
    for value, node in nodes.items():
        source = found.get(node.values[0]) if isinstance(node, Linear) and len(node.values) == 1 else None
        if isinstance(node, Linear) and isinstance(source, Dense) and uses[node.values[0]] == 1:
            found[value] = Dense(source.x, source.W * node.slopes[0], source.b * node.slopes[0] + node.intercept)
            del found[node.values[0]]
    return dict(sorted(found.items()))


def _folded_forward(nodes: Nodes, widths: Sequence[int]) -> Nodes:
    """Return nodes in which what is linear in one value, and that affine maps alone read, is part of those."""
    found = dict(nodes)
    for value, node in nodes.items():
        readers = [each for each, other in found.items() if value in node_reads(other)]
        if isinstance(node, Linear) and len(node.values) == 1 and readers and all(isinstance(found[each], Dense) for each in readers):
            slope = np.broadcast_to(node.slopes[0], widths[value])
            intercept = np.broadcast_to(node.intercept, widths[value])
            for each in readers:
                reader = found[each]
                assert isinstance(reader, Dense)
                found[each] = replace(reader, x=node.values[0], W=slope[:, None] * reader.W, b=reader.b + intercept @ reader.W)
            del found[value]
    return found


def node_values(nodes: Nodes, X: Array) -> dict[int, Array]:
    """Return the value of each node in float64, from inputs, which are value 0."""
    values = {0: X.astype(np.float64)}
    with np.errstate(all="ignore"):
        for value, node in nodes.items():
            if isinstance(node, Dense):
                values[value] = values[node.x] @ node.W + node.b
            elif isinstance(node, Linear):
                total = np.broadcast_to(node.intercept, values[node.values[0]].shape)
                for slope, each in zip(node.slopes, node.values, strict=True):
                    total = total + slope * values[each]
                values[value] = total
            elif isinstance(node, Curve):
                values[value] = node.function(values[node.x])
            elif isinstance(node, Select):
                values[value] = values[node.x][:, list(node.columns)]
            else:
                values[value] = np.hstack([values[each] for each in node.values])
    return values
