"""The C file predicts as the model does, compiled by strict compilers."""

from __future__ import annotations

import ctypes
import math

import numpy as np
import pytest

from exports import tables
from exports.c_files import answers, built, needs_compiler
from exports.networks import CASES, cases, check
from halfmoon.exports.c_operations import WRITERS
from halfmoon.exports.c_text import identifiers
from halfmoon.exports.columns import CategoryColumn
from halfmoon.exports.description import describe
from halfmoon.exports.evaluation import EVALUATORS
from halfmoon.network.inference import OPERATIONS


def test_every_operation_has_a_writer():
    assert WRITERS.keys() == EVALUATORS.keys() == set(OPERATIONS)


@needs_compiler
@pytest.mark.parametrize("kind", CASES)
def test_the_file_predicts_as_the_model_does(kind, tmp_path):
    library = built(tmp_path, [case.model for case in cases(kind)])
    for place, case in enumerate(cases(kind)):
        check(case, answers(library, place, case.model, case.X))


def cell_for(cell, column):
    """Return a plain cell as a C file takes it."""
    if isinstance(column, CategoryColumn):
        return None if cell is None else str(cell).encode()
    if cell is None:
        return math.nan
    return tables.days(cell) if hasattr(cell, "isoformat") or hasattr(cell, "total_seconds") else float(cell)


def inputs_of(library, place, model, columns):
    """Return what a file makes of rows of a table, and for each row the number of the column that it refuses, or 0."""
    table = describe(model).inputs
    members = identifiers(column.name for column in table.columns)
    kinds = [ctypes.c_char_p if isinstance(column, CategoryColumn) else ctypes.c_double for column in table.columns]
    row_type = type("Row", (ctypes.Structure,), {"_fields_": list(zip(members, kinds, strict=True))})
    rows = zip(*(columns[column.name] for column in table.columns), strict=True)
    found, refused = [], []
    for row in rows:
        given = row_type(*(cell_for(cell, column) for cell, column in zip(row, table.columns, strict=True)))
        found.append(np.zeros(table.width, describe(model).dtype))
        refused.append(library[f"m{place}_inputs"](ctypes.byref(given), found[-1].ctypes.data_as(ctypes.c_void_p)))
    return np.array(found), refused


@needs_compiler
def test_the_file_of_a_table_predicts_as_the_model_does(tmp_path):
    library = built(tmp_path, [case.model for case in tables.cases()])
    for place, case in enumerate(tables.cases()):
        X, refused = inputs_of(library, place, case.model, case.columns)
        assert not any(refused), case.name
        check(case, answers(library, place, case.model, X))
