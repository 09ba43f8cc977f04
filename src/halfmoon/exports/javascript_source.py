"""A predictor as one ECMAScript module without dependencies: typed arrays, a row at a time, every number computed in float64."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from halfmoon.base.checks import Array
from halfmoon.exports import javascript_helpers as parts
from halfmoon.exports.columns import CategoryColumn, DateColumn, NumberColumn, Table, TableColumn
from halfmoon.exports.language import javascript_language, write_expression
from halfmoon.exports.literals import LARGEST_READABLE, base64_lines, constant_names, listed, number
from halfmoon.exports.predictor import Numbers, OneOf, Predictor
from halfmoon.exports.source_file import SourceFile
from halfmoon.network.inference import Affine, Join, Map, NormaliseRows, Operation, Select, Softmax, SortRows
from halfmoon.version import __version__

LARGEST_WHOLE = 2**53
"""Whole numbers from here on are not all numbers of JavaScript; labels are big integers then."""

ARRAYS = {"float32": "Float32Array", "float64": "Float64Array"}


class _File(SourceFile):
    """The parts of a module, in the order in which they come up."""

    def array(self, name: str, array: Array) -> str:
        """Have an array in the module, and return its name."""
        kind = ARRAYS[array.dtype.name]
        if array.size <= LARGEST_READABLE:
            self.arrays.append(f"const {name} = new {kind}({listed([number(each, array.dtype) for each in array.ravel()])});")
        else:
            self.need(parts.ARRAY, array=kind)
            lines = "\n".join(base64_lines(array))
            self.arrays.append(f"const {name} = array(`\n{lines}\n`);")
        return name


def write(predictor: Predictor) -> bytes:
    """Return the module."""
    file = _File(predictor, javascript_language())
    lines = [line for place, operation in enumerate(predictor.operations, 1) for line in _operation(file, operation, place)]
    file.need_words()
    if isinstance(predictor.prediction, OneOf):
        file.need(parts.LARGEST_PLACE)
    inputs = _table(file, predictor.inputs) if isinstance(predictor.inputs, Table) else _matrix(predictor)
    sections = [_head(predictor), "\n".join(file.arrays), *file.functions, inputs, _forward(predictor, lines), *_functions(predictor)]
    return ("\n\n".join(each.strip("\n") for each in sections if each) + "\n").encode()


def _text(value: object) -> str:
    """Return a text, or a list of texts and numbers, as JavaScript reads it; in ASCII, so that no encoding changes it."""
    return json.dumps(value)


def _head(predictor: Predictor) -> str:
    """Return the comment on top and the labels."""
    given = "rows as objects with a value for each column" if isinstance(predictor.inputs, Table) else "rows as arrays of numbers"
    lines = [f"// {predictor.title}, exported by Halfmoon {__version__}. Each function takes an array of {given}."]
    if isinstance(predictor.prediction, OneOf):
        lines += ["", f"export const CLASSES = {listed(_labels(predictor.prediction.labels))};"]
    if not isinstance(predictor.inputs, Table) and predictor.inputs.names:
        lines += ["", f"export const COLUMNS = {listed([_text(name) for name in predictor.inputs.names])};"]
    return "\n".join(lines)


def _labels(labels: Array) -> list[str]:
    """Return labels as literals; whole numbers of which one is large are all big integers."""
    big = labels.dtype.kind in "iu" and any(abs(int(label)) >= LARGEST_WHOLE for label in labels)
    return [f"{label}n" if big else _text(label) for label in labels.tolist()]


# ---- operations -------------------------------------------------------------------------------------------------------------


def _affine(file: _File, each: Affine, x: str, _place: int) -> str:
    file.need(parts.AFFINE)
    place = file.next_affine()
    W = file.array(f"W{place}", each.W)
    b = "null" if each.b is None else file.array(f"b{place}", each.b)
    return f"affine({x}, {W}, {b}, {each.W.shape[-1]}{f', {each.blocks}' if each.blocks > 1 else ''})"


def _normalise_rows(file: _File, each: NormaliseRows, x: str, place: int) -> str:
    file.need(parts.NORMALISE_ROW)
    scale, shift = file.array(f"scale_{place}", each.scale), file.array(f"shift_{place}", each.shift)
    return f"normaliseRow({x}, {number(each.epsilon, file.predictor.dtype)}, {scale}, {shift})"


def _softmax(file: _File, _each: Softmax, x: str, _place: int) -> str:
    file.need(parts.SOFTMAX)
    return f"softmax({x})"


def _map(file: _File, each: Map, x: str, place: int) -> str:
    names = ["x", *(f"x{index}[k]" for index in each.values[1:])]
    for name, constant in zip(constant_names(each, place), each.constants, strict=True):
        text = f"{file.array(name, constant)}[k]" if constant.ndim else number(constant[()], file.predictor.dtype)
        names.append(f"({text})" if text.startswith("-") else text)
    written = write_expression(each.expression, names, file.language, "t")
    arguments = "(x, k)" if any(name.endswith("[k]") for name in names) else "(x)"
    if not written.lines:
        return f"{x}.map({arguments} => {written.value})"
    lines = textwrap.indent("\n".join([*written.lines, f"return {written.value};"]), "  ")
    return f"{x}.map({arguments} => {{\n{lines}\n}})"


WRITERS: dict[type, Callable[[_File, Any, str, int], str]] = {
    Affine: _affine,
    Map: _map,
    NormaliseRows: _normalise_rows,
    Softmax: _softmax,
    Select: lambda _file, each, x, _place: f"Float64Array.from({list(each.columns)}, (k) => {x}[k])",
    Join: lambda _file, each, _x, _place: f"Float64Array.from([{', '.join(f'...x{index}' for index in each.values)}])",
    SortRows: lambda _file, _each, x, _place: f"Float64Array.from({x}).sort()",
}
"""From the file, an operation, the name of the value it reads first and the number of the one it makes, to its text."""


def _operation(file: _File, operation: Operation, place: int) -> Iterator[str]:
    first = operation.values[0] if isinstance(operation, Map | Join) else operation.x
    yield f"const x{place} = {WRITERS[type(operation)](file, operation, f'x{first}', place)};"


def _forward(predictor: Predictor, lines: list[str]) -> str:
    """Return the forward pass."""
    body = textwrap.indent("\n".join([*lines, f"return [{', '.join(f'x{value}' for value in predictor.outputs)}];"]), "  ")
    return f"// All that leaves the network, from one row.\nfunction forward(x0) {{\n{body}\n}}"


# ---- what goes in -----------------------------------------------------------------------------------------------------------


def _convert(predictor: Predictor, name: str) -> str:
    rounded = ", Math.fround" if predictor.dtype == np.float32 else ""
    return f"Float64Array.from({name}{rounded})"


def _matrix(predictor: Predictor) -> str:
    return parts.MATRIX.format(width=predictor.inputs.width, convert=_convert(predictor, "row"), name=predictor.dtype.name)


def _number_column(file: _File, column: NumberColumn, table: Table) -> str:
    file.need(parts.MARKS, marks=_texts(table.marks))
    file.need(parts.NUMERAL)
    file.need(parts.STANDARDISED)
    file.need(parts.NUMBER)
    options = [f"kind: {_text(column.kind)}"] if column.kind == "truth" else []
    options += ["numerals: true"] if column.numerals else []
    if column.words:
        file.need(parts.WORDS, words=listed([f"[{_text(word)}, {value:g}]" for word, value in table.words]))
        options.append("words: WORDS")
    return _call("number", column, [column.fill, column.mean, column.scale], [*options, *_more(column)])


def _category_column(file: _File, column: CategoryColumn, table: Table) -> str:
    file.need(parts.TEXT_MARKS, marks=_texts(table.text_marks))
    file.need(parts.NUMERAL)
    file.need(parts.CATEGORY)
    options = ["hasMissing: true"] if column.has_missing else []
    options += ["cut: true"] if column.cut else []
    options += [f"numbers: {_text(column.numbers)}"] if column.numbers else []
    options += [f"ones: {_text(column.ones)}"] if column.ones is not None else []
    options += [f"values: {file.array(f'values_{table.columns.index(column)}', column.values)}"] if column.values is not None else []
    return _call("category", column, [list(column.levels)], options)


def _date_column(file: _File, column: DateColumn, table: Table) -> str:
    file.need(parts.MARKS, marks=_texts(table.marks))
    file.need(parts.STANDARDISED)
    file.need(parts.DATE)
    options = [f"parts: {_text(column.parts)}"] if column.parts else []
    options += ["clock: true"] if column.clock else []
    return _call("date", column, [column.fill, column.mean, column.scale], [*options, *_more(column)])


COLUMNS: dict[type, Callable[[_File, Any, Table], str]] = {
    NumberColumn: _number_column,
    CategoryColumn: _category_column,
    DateColumn: _date_column,
}
"""From each kind of column to the call that reads it."""


def _more(column: NumberColumn | DateColumn) -> list[str]:
    """Return the options that numbers and dates have."""
    options = [f"others: {_text(column.others)}"] if column.others else []
    options += ["lenient: true"] if column.lenient else []
    options += [f"bound: {_text(column.bound)}"] if column.bound is not None else []
    return [*options, *(["gaps: true"] if column.gaps else [])]


def _call(function: str, column: TableColumn, numbers: list[Any], options: list[str]) -> str:
    given = [_text(column.name), *map(_text, numbers), *([f"{{ {', '.join(options)} }}"] if options else [])]
    return f"    ...{function}(row, {', '.join(given)}),"


def _texts(texts: tuple[str, ...]) -> str:
    return listed([_text(text) for text in texts])


def _table(file: _File, table: Table) -> str:
    """Return the function that reads a row of a table."""
    file.need(parts.CELLS)
    columns = "\n".join(COLUMNS[type(column)](file, column, table) for column in table.columns)
    return parts.FEATURES.format(columns=columns, convert=_convert(file.predictor, "features"), name=file.predictor.dtype.name)


# ---- what comes out ---------------------------------------------------------------------------------------------------------


def _functions(predictor: Predictor) -> Iterator[str]:
    """Yield the functions that people call."""
    place = {value: f"forward(input(row))[{index}]" for index, value in enumerate(predictor.outputs)}

    def function(name: str, text: str, value: str) -> str:
        return f"// {text}\nexport function {name}(rows) {{\n  return Array.from(listOf(rows), (row) => {value});\n}}"

    yield parts.LIST_OF

    widths, asked = predictor.widths, predictor.prediction
    scaled = f" * {_text(asked.scale)} + {_text(asked.mean)}" if isinstance(asked, Numbers) and asked.scaled else ""
    yield function("scores", f"For each row the {widths[predictor.scores]} raw scores.", place[predictor.scores])
    if predictor.probabilities is not None:
        text = f"For each row the {widths[predictor.probabilities]} probabilities of the classes."
        yield function("predictProba", text, place[predictor.probabilities])
    if predictor.quantiles is not None:
        found = f"Array.from({place[predictor.quantiles]}, (y) => y{scaled})" if scaled else place[predictor.quantiles]
        yield function("predictQuantiles", f"For each row the {widths[predictor.quantiles]} quantiles.", found)
    found = place[asked.value]
    if isinstance(asked, OneOf):
        yield function("predict", "For each row its class.", f"CLASSES[largestPlace({found})]")
    elif isinstance(asked, Numbers):
        single = f"{found}[0]{scaled}" if asked.flat else f"{found}.map((y) => y{scaled})" if scaled else found
        yield function("predict", f"For each row {'a number' if asked.flat else f'{widths[asked.value]} numbers'}.", single)
    else:
        text = f"For each row a 1 for each of the {widths[asked.value]} labels that it has, else 0."
        yield function("predict", text, f"Array.from({found}, (p) => Number(p > 0.5))")
