"""A predictor as one Python file that needs NumPy alone, and reads like a forward pass in a textbook."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterator
from typing import Any

from halfmoon.base.checks import Array
from halfmoon.exports import numpy_helpers as parts
from halfmoon.exports.columns import CategoryColumn, DateColumn, NumberColumn, Table, TableColumn
from halfmoon.exports.language import numpy_language, write_expression
from halfmoon.exports.literals import LARGEST_READABLE, base64_lines, constant_names, listed, nested, number
from halfmoon.exports.predictor import Numbers, OneOf, Predictor
from halfmoon.exports.source_file import SourceFile
from halfmoon.network.inference import Affine, Join, Map, NormaliseRows, Operation, Select, Softmax, SortRows
from halfmoon.version import __version__


class _File(SourceFile):
    """The parts of a file, in the order in which they come up."""

    def __init__(self, predictor: Predictor) -> None:
        super().__init__(predictor, numpy_language(predictor.dtype))
        self.dtype = f"np.{predictor.dtype.name}"
        self.imports: set[str] = {"import numpy as np"}

    def array(self, name: str, array: Array) -> str:
        """Have an array in the file, and return its name."""
        if array.size <= LARGEST_READABLE:
            self.arrays.append(f"{name} = np.array({nested(array)}, {self.dtype})")
            return name
        self.imports.add("import base64")
        self.need(parts.ARRAY, letters=f"<f{array.dtype.itemsize}", dtype=self.dtype)
        lines = "\n".join(base64_lines(array))
        self.arrays.append(f'{name} = array({array.shape}, """\n{lines}\n""")')
        return name


def write(predictor: Predictor) -> bytes:
    """Return the file."""
    file = _File(predictor)
    lines = [line for place, operation in enumerate(predictor.operations, 1) for line in _operation(file, operation, place)]
    file.need_words()
    inputs = _table(file, predictor.inputs) if isinstance(predictor.inputs, Table) else _matrix(predictor)
    decoders = [each for each in file.functions if each.startswith("def array")]  # before the arrays, all others after them
    others = [each for each in file.functions if each not in decoders]
    sections = [_head(file), *decoders, "\n".join(file.arrays), *others, inputs, _forward(predictor, lines), *_functions(predictor)]
    return ("\n\n\n".join(each.strip("\n") for each in sections if each) + "\n").encode()


def _head(file: _File) -> str:
    """Return the docstring, the imports and the labels."""
    predictor = file.predictor
    given = "a dict of columns" if isinstance(predictor.inputs, Table) else f"rows of {predictor.inputs.width} numbers"
    text = f'"""{predictor.title}, exported by Halfmoon {__version__}; it needs NumPy alone.\n\nEach function takes {given}.\n"""'
    imports = sorted(file.imports - {"import numpy as np"})
    lines = [text, "", *imports, *([""] if imports else []), "import numpy as np"]
    if isinstance(predictor.prediction, OneOf):
        names = [repr(label) for label in predictor.prediction.labels.tolist()]
        dtype = f", np.{predictor.prediction.labels.dtype.name}" if predictor.prediction.labels.dtype.kind in "iuf" else ""
        lines += ["", f"CLASSES = np.array({listed(names)}{dtype})"]
    if not isinstance(predictor.inputs, Table) and predictor.inputs.names:
        lines += ["", f"COLUMNS = {listed([repr(name) for name in predictor.inputs.names])}"]
    return "\n".join(lines)


# ---- operations -------------------------------------------------------------------------------------------------------------


def _affine(file: _File, each: Affine, x: str, _place: int) -> str:
    place = file.next_affine()
    own = each.W.ndim > 2  # noqa: PLR2004 - a matrix of each block's own
    W = file.array(f"W{place}", each.W)
    n_in, n_out = each.W.shape[-2:]
    text = f"{x} @ {W}"
    if each.blocks > 1 or own:
        product = f'np.einsum("rbi,{"bio" if own else "io"}->rbo", {x}.reshape(-1, {each.blocks}, {n_in}), {W})'
        text = f"{product}.reshape(-1, {each.blocks * n_out})"
    return text if each.b is None else f"{text} + {file.array(f'b{place}', each.b)}"


def _normalise_rows(file: _File, each: NormaliseRows, x: str, place: int) -> str:
    file.need(parts.NORMALISE_ROWS)
    scale, shift = file.array(f"scale_{place}", each.scale), file.array(f"shift_{place}", each.shift)
    return f"normalise_rows({x}, {number(each.epsilon, file.predictor.dtype)}) * {scale} + {shift}"


def _softmax(file: _File, _each: Softmax, x: str, _place: int) -> str:
    file.need(parts.SOFTMAX)
    return f"softmax({x})"


WRITERS: dict[type, Callable[[_File, Any, str, int], str]] = {
    Affine: _affine,
    NormaliseRows: _normalise_rows,
    Softmax: _softmax,
    Select: lambda _file, each, x, _place: f"{x}[:, {list(each.columns)}]",
    Join: lambda _file, each, _x, _place: f"np.hstack([{', '.join(f'x{index}' for index in each.values)}])",
    SortRows: lambda _file, _each, x, _place: f"np.sort({x}, axis=1)",
}
"""From the file, an operation, the name of the value it reads and the number of the one it makes, to its text."""


def _operation(file: _File, operation: Operation, place: int) -> Iterator[str]:
    """Yield the lines that make value number ``place``."""
    if isinstance(operation, Map):
        names = [f"x{index}" for index in operation.values]
        for name, constant in zip(constant_names(operation, place), operation.constants, strict=True):
            text = file.array(name, constant) if constant.ndim else number(constant[()], file.predictor.dtype)
            names.append(f"({text})" if text.startswith("-") else text)
        written = write_expression(operation.expression, names, file.language, f"t{place}_")
        yield from written.lines
        text = written.value
    else:
        text = WRITERS[type(operation)](file, operation, f"x{getattr(operation, 'x', 0)}", place)
    yield f"x{place} = {text}  # (n, {file.predictor.widths[place]})"


def _forward(predictor: Predictor, lines: list[str]) -> str:
    """Return the forward pass."""
    results = ", ".join(f"x{value}" for value in predictor.outputs)
    results = results if len(predictor.outputs) > 1 else f"({results},)"
    told = [name for name, value in _outputs(predictor).items() if value is not None]
    head = f'@np.errstate(all="ignore")\ndef forward(x0):\n    """Return {", ".join(told)}, from the network\'s inputs."""\n'
    return head + textwrap.indent("\n".join([*lines, f"return {results}"]), "    ")


# ---- what goes in -----------------------------------------------------------------------------------------------------------


def _matrix(predictor: Predictor) -> str:
    return parts.MATRIX.format(width=predictor.inputs.width, dtype=f"np.{predictor.dtype.name}", name=predictor.dtype.name)


def _number_column(file: _File, column: NumberColumn, table: Table) -> str:
    file.need(parts.MARKS, marks=_set(table.marks))
    file.need(parts.NUMERAL)
    file.need(parts.STANDARDISED)
    file.need(parts.NUMBER)
    options = [f"kind={column.kind!r}"] if column.kind != "number" else []
    options += ["numerals=True"] if column.numerals else []
    if column.words:
        file.need(parts.WORDS, words=listed([f"{word!r}: {value:g}" for word, value in table.words], "{}"))
        options.append("words=WORDS")
    return _call("number", column, [column.fill, column.mean, column.scale], [*options, *_more(column)])


def _category_column(file: _File, column: CategoryColumn, table: Table) -> str:
    file.need(parts.TEXT_MARKS, marks=_set(table.text_marks))
    file.need(parts.NUMERAL)
    file.need(parts.CATEGORY)
    options = ["has_missing=True"] if column.has_missing else []
    options += ["cut=True"] if column.cut else []
    options += [f"numbers={list(column.numbers)!r}"] if column.numbers else []
    options += [f"ones={list(column.ones)!r}"] if column.ones is not None else []
    options += [f"values={file.array(f'values_{table.columns.index(column)}', column.values)}"] if column.values is not None else []
    return _call("category", column, [list(column.levels)], options)


def _date_column(file: _File, column: DateColumn, table: Table) -> str:
    file.need(parts.MARKS, marks=_set(table.marks))
    file.need(parts.STANDARDISED)
    file.need(parts.DATE)
    options = [f"parts={list(column.parts)!r}"] if column.parts else []
    options += ["clock=True"] if column.clock else []
    return _call("date", column, [column.fill, column.mean, column.scale], [*options, *_more(column)])


COLUMNS: dict[type, Callable[[_File, Any, Table], str]] = {
    NumberColumn: _number_column,
    CategoryColumn: _category_column,
    DateColumn: _date_column,
}
"""From each kind of column to the call that reads it."""


def _more(column: NumberColumn | DateColumn) -> list[str]:
    """Return the options that numbers and dates have."""
    options = [f"others={list(column.others)!r}"] if column.others else []
    options += ["lenient=True"] if column.lenient else []
    options += [f"bound={column.bound!r}"] if column.bound is not None else []
    return [*options, *(["gaps=True"] if column.gaps else [])]


def _call(function: str, column: TableColumn, numbers: list[Any], options: list[str]) -> str:
    return f"        {function}(table, {', '.join([repr(column.name), *map(repr, numbers), *options])}),"


def _set(texts: tuple[str, ...]) -> str:
    return listed([repr(text) for text in texts], "{}")


def _table(file: _File, table: Table) -> str:
    """Return the function that reads a table."""
    file.imports.add("import re")
    file.need(parts.CELLS)
    columns = "\n".join(COLUMNS[type(column)](file, column, table) for column in table.columns)
    return parts.FEATURES.format(width=table.width, columns=columns, dtype=file.dtype, name=file.predictor.dtype.name)


# ---- what comes out ---------------------------------------------------------------------------------------------------------


def _outputs(predictor: Predictor) -> dict[str, int | None]:
    """Return the values that leave the network, by what they are."""
    asked = predictor.prediction
    what = "what decides" if isinstance(asked, OneOf) else "the means"
    return {
        "the raw scores": predictor.scores,
        "the probabilities": predictor.probabilities,
        what: None if asked.value in {predictor.scores, predictor.probabilities} else asked.value,
        "the quantiles": predictor.quantiles,
    }


def _functions(predictor: Predictor) -> Iterator[str]:
    """Yield the functions that people call."""
    given = "table" if isinstance(predictor.inputs, Table) else "X"
    place = {value: f"forward(inputs({given}))[{index}]" for index, value in enumerate(predictor.outputs)}

    def function(name: str, text: str, value: str) -> str:
        return f'def {name}({given}):\n    """Return {text}."""\n    return {value}'

    widths, asked = predictor.widths, predictor.prediction
    yield function("scores", f"the raw scores, (n, {widths[predictor.scores]})", place[predictor.scores])
    if predictor.probabilities is not None:
        text = f"the probability of each class, (n, {widths[predictor.probabilities]})"
        yield function("predict_proba", text, place[predictor.probabilities])
    if predictor.quantiles is not None:
        found = _scaled(predictor, place[predictor.quantiles])
        yield function("predict_quantiles", f"the quantiles, (n, {widths[predictor.quantiles]})", found)
    found = place[asked.value]
    if isinstance(asked, OneOf):
        yield function("predict", "the class of each row, (n,)", f"CLASSES[{found}.argmax(axis=1)]")
    elif isinstance(asked, Numbers):
        found = _scaled(predictor, f"{found}[:, 0]" if asked.flat else found)
        yield function("predict", f"a number for each row, {'(n,)' if asked.flat else f'(n, {widths[asked.value]})'}", found)
    else:
        yield function("predict", f"0 or 1 for each label, (n, {widths[asked.value]})", f"({found} > 0.5).astype(np.int64)")


def _scaled(predictor: Predictor, found: str) -> str:
    """Return the text of numbers in the units of the target."""
    asked = predictor.prediction
    return f"{found}.astype(float) * {asked.scale!r} + {asked.mean!r}" if isinstance(asked, Numbers) and asked.scaled else found
