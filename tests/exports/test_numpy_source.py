"""The NumPy file predicts as the model does, and needs NumPy alone."""

from __future__ import annotations

import numpy as np
import pandas as pd
import polars as pl
import pytest

from exports import tables
from exports.networks import CASES, cases, check
from halfmoon.exports.conversion import predictor_of
from halfmoon.exports.numpy_source import WRITERS, write
from halfmoon.network.inference import OPERATIONS, Map

FUNCTIONS = ("scores", "predict", "predict_proba", "predict_quantiles")


def module_of(model):
    """Return what the file defines."""
    found = {"__name__": "exported"}
    exec(compile(write(predictor_of(model)), "exported.py", "exec"), found)  # noqa: S102 - is what is tested
    return found


def answers(model, given):
    module = module_of(model)
    return {name: module[name](given) for name in FUNCTIONS if name in module}


def test_every_operation_has_a_writer():
    assert WRITERS.keys() | {Map} == set(OPERATIONS)


@pytest.mark.parametrize("kind", CASES)
def test_the_file_predicts_as_the_model_does(kind):
    for case in cases(kind):
        check(case, answers(case.model, case.X))


GIVEN = {
    "columns": lambda case: case.columns,
    "texts": lambda case: case.texts,
    "Polars": lambda case: pl.DataFrame(case.columns, strict=False),
    "pandas": lambda case: pd.DataFrame(case.columns),
    "arrays": lambda case: {name: np.array(pd.Series(cells)) for name, cells in case.columns.items()},
}


@pytest.mark.parametrize("given", GIVEN)
def test_the_file_of_a_table_predicts_as_the_model_does(given):
    for case in tables.every():
        if GIVEN[given](case) is not case.texts or case.texts:
            check(case, answers(case.model, GIVEN[given](case)))
