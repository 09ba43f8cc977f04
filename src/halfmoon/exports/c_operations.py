"""Operations as statements of C: loops over arrays of known length, which compilers unroll and vectorise."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

import numpy as np

from halfmoon.base.checks import Array
from halfmoon.exports import c_helpers as parts
from halfmoon.exports.buffers import Buffers, Step, buffers_of
from halfmoon.exports.c_text import c_array
from halfmoon.exports.language import c_language, write_expression
from halfmoon.exports.predictor import Predictor
from halfmoon.exports.source_file import SourceFile
from halfmoon.network.inference import Affine, Join, Map, NormaliseRows, Operation, Select, Softmax, SortRows, reads

C_TYPES = {"float32": "float", "float64": "double"}


class CFile(SourceFile):
    """The parts of a C file, in the order in which they come up."""

    def __init__(self, predictor: Predictor) -> None:
        super().__init__(predictor, c_language(predictor.dtype))
        self.type = C_TYPES[predictor.dtype.name]
        self.suffix = "f" if predictor.dtype == np.float32 else ""
        """Behind the names of math.h."""

    def need_part(self, function: str) -> None:
        """Have one of the helpers in the file, in its dtype."""
        self.need(function, type=self.type, suffix=self.suffix)

    def array(self, name: str, array: Array, kind: str = "") -> str:
        """Have a table in the file, by default of its dtype, and return its name."""
        self.arrays.append(c_array(kind or self.type, name, array))
        return name

    def number(self, value: Any) -> str:
        """Return a literal; a negative one in brackets."""
        text = self.language.number(float(value))
        return f"({text})" if text.startswith("-") else text


# ---- operations: from the file, an operation, the names of values, that of the new one and its number, to statements -------------


def _loop(letter: str, count: int, body: str) -> str:
    return f"for (int {letter} = 0; {letter} < {count}; {letter}++) {body}"


def _affine(file: CFile, each: Affine, names: Mapping[int, str], y: str, _place: int) -> Iterator[str]:
    place, x = file.next_affine(), names[each.x]
    W = file.array(f"W{place}", each.W)
    b = None if each.b is None else file.array(f"b{place}", each.b)
    n_in, n_out = each.W.shape[-2:]
    yield _loop("j", each.blocks * n_out, f"{y}[j] = {f'{b}[j]' if b else file.number(0)};")
    if each.blocks == 1 and each.W.ndim == 2:  # noqa: PLR2004 - a matrix
        yield _loop("i", n_in, _loop("j", n_out, f"{y}[j] += {x}[i] * {W}[i][j];"))
        return
    entry = f"{W}[k][i][j]" if each.W.ndim > 2 else f"{W}[i][j]"  # noqa: PLR2004 - a matrix of each block's own
    yield _loop("k", each.blocks, "{")
    yield f"    {_loop('i', n_in, _loop('j', n_out, f'{y}[k * {n_out} + j] += {x}[k * {n_in} + i] * {entry};'))}"
    yield "}"


def _map(file: CFile, each: Map, names: Mapping[int, str], y: str, place: int) -> Iterator[str]:
    given = [f"{names[index]}[j]" for index in each.values]
    for index, constant in enumerate(each.constants):
        given.append(f"{file.array(f'c{place}_{index}', constant)}[j]" if constant.ndim else file.number(constant[()]))
    written = write_expression(each.expression.as_number(), given, file.language, "t")
    width = max([len(constant) for constant in each.constants if constant.ndim], default=0) or file.predictor.widths[each.values[0]]
    if not written.lines:
        yield _loop("j", width, f"{y}[j] = {written.value};")
        return
    yield _loop("j", width, "{")
    yield from (f"    {line}" for line in (*written.lines, f"{y}[j] = {written.value};"))
    yield "}"


def _normalise_rows(file: CFile, each: NormaliseRows, names: Mapping[int, str], y: str, place: int) -> Iterator[str]:
    file.need_part(parts.NORMALISE_ROW)
    scale, shift = file.array(f"scale_{place}", each.scale), file.array(f"shift_{place}", each.shift)
    yield f"normalise_row({names[each.x]}, {y}, {len(each.scale)}, {file.number(each.epsilon)}, {scale}, {shift});"


def _softmax(file: CFile, each: Softmax, names: Mapping[int, str], y: str, _place: int) -> Iterator[str]:
    file.need_part(parts.SOFTMAX)
    yield f"softmax({names[each.x]}, {y}, {file.predictor.widths[each.x]});"


def _select(file: CFile, each: Select, names: Mapping[int, str], y: str, place: int) -> Iterator[str]:
    columns = file.array(f"columns_{place}", np.array(each.columns), "int")
    yield _loop("j", len(each.columns), f"{y}[j] = {names[each.x]}[{columns}[j]];")


def _join(file: CFile, each: Join, names: Mapping[int, str], y: str, _place: int) -> Iterator[str]:
    start = 0
    for index in each.values:
        width = file.predictor.widths[index]
        yield _loop("j", width, f"{y}[{start} + j] = {names[index]}[j];" if start else f"{y}[j] = {names[index]}[j];")
        start += width


def _sort_rows(file: CFile, each: SortRows, names: Mapping[int, str], y: str, _place: int) -> Iterator[str]:
    file.need_part(parts.SORT_ROW)
    yield f"sort_row({names[each.x]}, {y}, {file.predictor.widths[each.x]});"


WRITERS: dict[type, Callable[[CFile, Any, Mapping[int, str], str, int], Iterator[str]]] = {
    Affine: _affine,
    Map: _map,
    NormaliseRows: _normalise_rows,
    Softmax: _softmax,
    Select: _select,
    Join: _join,
    SortRows: _sort_rows,
}
"""From each kind of operation to its statements."""


IN_PLACE = (Map, NormaliseRows, Softmax, SortRows)
"""Operations whose statements may write over what they read."""

# ---- a function of them all -------------------------------------------------------------------------------------------------


def forward(file: CFile, indices: Sequence[int], given: Mapping[int, str], outputs: Mapping[int, str]) -> tuple[list[str], Buffers]:
    """Return the statements of a function that computes one of several values, and its buffers.

    Parameters
    ----------
    file : CFile
    indices : sequence of int
        Operations of the predictor, in order; what each reads is made by one before it, or given.
    given : dict of int to str
        Names of values that are there.
    outputs : dict of int to str
        The values that may be asked for and what ``output`` is then; it is written to ``y``. One alone is always asked for.
    """
    operations, widths = file.predictor.operations, file.predictor.widths
    buffers = buffers_of([_step(operations[index], index + 1, widths) for index in indices])
    names = dict(given) | {index + 1: f"v{buffers.of[index + 1] + 1}" for index in indices}
    needs = {value: file.predictor.needed((value,)) for value in outputs}
    # statements, and what they are for
    groups: list[tuple[tuple[str, ...], list[str]]]
    groups = [((outputs[value],), _copy(names[value], widths[value])) for value in given if value in outputs]
    for index in indices:
        made = WRITERS[type(operations[index])](file, operations[index], names, names[index + 1], index + 1)
        groups.append((tuple(outputs[value] for value in outputs if index in needs[value]), list(made)))
        if index + 1 in outputs:
            groups.append(((outputs[index + 1],), _copy(names[index + 1], widths[index + 1])))
    lines: list[str] = []
    for asked, run in groupby(groups, key=lambda group: group[0]):
        statements = [line for _, each in run for line in each]
        if len(asked) < len(outputs):
            condition = " || ".join(f"output == {name}" for name in asked)
            lines += [f"if ({condition}) {{", *(f"    {line}" for line in statements), "}"]
        else:
            lines += statements
    return lines, buffers


def _step(operation: Operation, value: int, widths: Sequence[int]) -> Step:
    return Step(value, widths[value], reads(operation), isinstance(operation, IN_PLACE))


def _copy(name: str, width: int) -> list[str]:
    return [_loop("j", width, f"y[j] = {name}[j];")]
