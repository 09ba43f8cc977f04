"""A C file's own test: inputs, and what must come out, in the dtype of the inputs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from halfmoon.base.checks import Array
from halfmoon.exports import c_helpers as parts
from halfmoon.exports.c_operations import CFile
from halfmoon.exports.c_text import c_array, c_numbers, text_literal
from halfmoon.exports.columns import CategoryColumn, DateColumn, NumberColumn, Table, TableColumn
from halfmoon.exports.evaluation import evaluate, features
from halfmoon.exports.literals import listed
from halfmoon.exports.predictor import Flags, Numbers, OneOf, Predictor

ROWS = 6
TOLERANCE = {"float": 1e-5, "double": 1e-10}
"""Of max(1, largest expected number)."""

CLEAR = 1e-3
"""By how much, likewise, a class must be ahead in a row that the test has."""

FUNCTIONS = {"SCORES": "scores", "PROBABILITIES": "predict_proba", "QUANTILES": "predict_quantiles"}


def _cells(column: TableColumn, count: int) -> list[Any]:
    """Return cells of a column, some of them missing."""
    if isinstance(column, CategoryColumn):
        levels = [*column.levels, None]
        return [levels[place % len(levels)] for place in range(count)]
    missing = [place % 5 == 4 for place in range(count)]  # noqa: PLR2004 - every fifth
    if isinstance(column, NumberColumn) and column.kind == "truth":
        found = [float(place % 2) for place in range(count)]
    elif isinstance(column, DateColumn) and column.clock:
        found = [place / count for place in range(count)]
    else:
        most = 3.6e6 if isinstance(column, DateColumn) else 1e99
        found = [round(min(max(column.mean + column.scale * (place % 7 - 3) / 2, -most), most), 3) for place in range(count)]
    return [float("nan") if gap else each for gap, each in zip(missing, found, strict=True)]


def _inputs(predictor: Predictor) -> tuple[list[list[Any]], Array]:
    """Return cells of a table, column by column, if it is one, and inputs; of a scale at which everything stays finite."""
    count = 8 * ROWS
    if isinstance(predictor.inputs, Table):
        cells = [_cells(column, count) for column in predictor.inputs.columns]
        return cells, features(predictor.inputs.columns, cells, predictor.dtype)
    X = np.random.RandomState(0).standard_normal((count, predictor.inputs.width)).astype(predictor.dtype)
    return [], X


def clear_rows(predictor: Predictor, decision: Array) -> Array:
    """Return the places of rows whose class no rounding changes."""
    margin = CLEAR * max(1.0, float(np.abs(decision).max(initial=0)))
    asked = predictor.prediction
    if isinstance(asked, OneOf) and decision.shape[1] > 1:
        ordered = np.sort(decision, axis=1)
        return np.flatnonzero(ordered[:, -1] - ordered[:, -2] > margin)
    if isinstance(asked, Flags):
        return np.flatnonzero((np.abs(decision - 0.5) > margin).all(axis=1))
    return np.arange(len(decision))


def self_test(file: CFile, name: str, outputs: dict[int, str]) -> str:
    """Return the test; it needs a little of a C file's own functions."""
    predictor = file.predictor
    cells, X = _inputs(predictor)
    values = evaluate(predictor.operations, {0: X})
    finite = np.flatnonzero(np.all([np.isfinite(values[value]).all(axis=1) for value in outputs], axis=0))
    clear = np.intersect1d(finite, clear_rows(predictor, values[predictor.prediction.value]))
    chosen = (clear if len(clear) else finite)[:ROWS]
    if not len(chosen):
        chosen = finite[:0]
    tables, body = [], []
    given = "TEST_X[row]"
    tables.append(_table(file.type, "TEST_X", X[chosen]))
    if isinstance(predictor.inputs, Table):
        tables.append(_rows(predictor.inputs, cells, chosen, name))
        width = X.shape[1]
        same = f"agreeing(x, TEST_X[row], {width}, {_tolerance(file, X[chosen])}) == {width}"
        body += [f"        {file.type} x[{width}];", f"        wrong += {name}_inputs(&TEST_ROWS[row], x) != 0 || !({same});"]
        given = "x"
    asked = predictor.prediction
    in_units = isinstance(asked, Numbers) and asked.scaled  # those of quantiles are double
    for value, output in outputs.items():
        if output in FUNCTIONS and not (output == "QUANTILES" and in_units):
            table, width, expected = f"TEST_{output}", values[value].shape[1], values[value][chosen]
            tables.append(_table(file.type, table, expected))
            body += [
                f"        {file.type} {output.lower()}[{width}];",
                f"        {name}_{FUNCTIONS[output]}({given}, {output.lower()});",
                f"        wrong += agreeing({output.lower()}, {table}[row], {width}, {_tolerance(file, expected)}) != {width};",
            ]
    if isinstance(predictor.prediction, OneOf) and len(clear):
        tables.append(c_array("int", "TEST_CLASSES", values[predictor.prediction.value][chosen].argmax(axis=1)))
        body.append(f"        wrong += {name}_predict({given}) != TEST_CLASSES[row];")
    return parts.SELF_TEST.format(
        macro=name.upper(), name=name, type=file.type, rows=len(chosen), tables="\n".join(tables), body="\n".join(body)
    )


def _tolerance(file: CFile, expected: Array) -> str:
    return f"{TOLERANCE[file.type] * max(1.0, float(np.abs(expected).max(initial=0))):.3g}"


def _table(kind: str, name: str, array: Array) -> str:
    return c_array(kind, name, array)


def _rows(table: Table, cells: Sequence[Sequence[Any]], chosen: Array, name: str) -> str:
    """Return rows as structs."""
    found = [listed([_cell(column, each[row]) for column, each in zip(table.columns, cells, strict=True)], "{}") for row in chosen.tolist()]
    return f"static const {name}_row TEST_ROWS[{len(found)}] = {{\n" + ",\n".join(found) + "};"


def _cell(column: TableColumn, cell: Any) -> str:
    if isinstance(column, CategoryColumn):
        return "NULL" if cell is None else text_literal(cell, "")
    return "NAN" if cell != cell else c_numbers(np.array([cell], np.float64))[0]  # noqa: PLR0124 - NaN
