"""No cell is read in another way than the library reads it: an exported file gives the same answer, or refuses it in one sentence."""

from __future__ import annotations

import datetime as dt
import json
import math
import subprocess
import warnings

import numpy as np
import polars as pl
import pytest

from exports import tables
from exports.test_javascript_source import NODE, needs_node, plain
from halfmoon.base.errors import InputError
from halfmoon.data import ColumnOptions
from halfmoon.exports import javascript_source, numpy_source
from halfmoon.exports.conversion import predictor_of
from halfmoon.tabular import Recipe, fit, prepare

KINDS = ("number", "binary", "truth", "duration", "city", "code", "date", "clock")
TEXTS = [
    "", " ", "\t", "?", "-", "NA", "#N/A", "NaN", "null", "None", "none", "abc", "5 kg", "1.2.3",
    "inf", "-inf", "infinity", "1e400", "1e99",
    "1e100", "1e-400", "007", "7", "1.5", "1.50", "+1.5", "-1.5",
    "\u22121.5", " 1.5 ", "\u00a01.5", "\ufeff1.5", "1_000", "1,5", "1,234", "1 234", "<1.5",
    "12%", "$5", "(5)", "0x10", "1e3", "1E3", "1e+3", "1.", ".", ".5", "-0", "0", "1", "2", "٣",
    "０１", "true", "TRUE", "tRuE ", "Yes", "no",
    "on", "f", "是", "Paris", "paris", " Paris", "Paris ", "中文", "x" * 200, "odd", "Odd",
    "2020-01-31", "2020-02-30", "2020-02-29", "2021-02-29",
    "2020-1-5", "20200131", "2020", "31.01.2020", "0050-01-01", "9999-12-31", "12345-01-01",
    "2020-01-31T08:30", "2020-01-31 08:30:00.5",
    "2020-01-31T08:30:00Z",
    "2020-01-31T25:00", "2020-01-31T08:30:60", "2020-01-31T08:30:00.1234567", "1969-12-31T23:59:59.999999", "08:30", "8:30:15",
    "24:00", "23:59:59.999999", "8:3", "08:30 pm",
]  # fmt: skip
VALUES = [
    None, math.nan, math.inf, 0, 1, 2, -1, 7, 1.5, 2.5, 1e99, 1e100, 2**60, True, False, dt.date(2020, 2, 29),
    dt.datetime(2020, 2, 29, 8, 30),  # noqa: DTZ001
    dt.time(8, 30), dt.timedelta(days=2, hours=3), dt.date(9999, 12, 31), dt.date(1, 1, 1),
]  # fmt: skip


@pytest.fixture(scope="module")
def table():
    """A model of a column of each kind, and a row for it."""
    random = np.random.RandomState(0)
    columns = {kind: tables.KINDS[kind](random, 80) for kind in KINDS}
    columns["odd"] = ["odd" if place == 7 else f"{place % 11}.0" for place in range(80)]
    frame = pl.DataFrame(columns | {"target": [float(x) for x in random.normal(size=80)]}, strict=False)
    recipe = Recipe().changed({"hidden_layer_sizes": (5,), "max_iter": 2, "validation_fraction": 0.0, "dtype": "float64"})
    model = fit(prepare(frame, "target", recipe, columns=ColumnOptions(category=["code"])))
    return model, {name: cells[0] for name, cells in columns.items()}


def features(column, cell):
    """Return the numbers that the library makes of a cell, None where it refuses it."""
    with warnings.catch_warnings(action="ignore"):
        try:
            return column.features(column.read(pl.Series(column.name, [cell], strict=False)).values)
        except InputError:
            return None


@pytest.fixture(scope="module")
def strange(table):
    """Each row that has a strange cell, with what the library predicts, None where it refuses."""
    model, row = table
    columns = model.preparation.columns
    usual = [features(column, row[column.name]) for column in columns]
    found = []
    for place, column in enumerate(columns):
        for cell in [*TEXTS, *VALUES]:
            made = features(column, cell)
            X = None if made is None else np.hstack([*usual[:place], made, *usual[place + 1 :]])
            found.append((column.name, cell, row | {column.name: cell}, X))
    read = [X for *_, X in found if X is not None]
    predicted = iter(model.preparation.target.decode(model.estimator.predict(np.vstack(read))))
    return [(*each, None if X is None else next(predicted)) for *each, X in found]


def takes_more(name, cell):
    """Return whether a file takes a cell that the library refuses: NaN, days for a duration, a duration as an unknown level."""
    days = name == "duration" and isinstance(cell, int | float)
    return days or cell != cell or (name in {"city", "code"} and isinstance(cell, dt.timedelta))  # noqa: PLR0124 - NaN


def hold(strange, answers):
    """Compare answers, of which a refusal is its sentence."""
    wrong = []
    for (name, cell, _, wanted), found in zip(strange, answers, strict=True):
        if isinstance(found, str):
            assert found.startswith(("the column", "a row", "the table")), found
            assert len(found.splitlines()) == 1
            assert len(found) < 300
        elif (wanted is None and not takes_more(name, cell)) or (wanted is not None and abs(found - wanted) > 1e-10 * max(1, abs(wanted))):
            wrong.append((name, cell, found, wanted))
    assert not wrong
    assert sum(isinstance(found, str) for found in answers) < 0.6 * len(answers)


def test_a_numpy_file_reads_no_cell_in_another_way(table, strange):
    module = {}
    exec(numpy_source.write(predictor_of(table[0])), module)  # noqa: S102 - is what is tested

    def answer(row):
        try:
            return float(module["predict"]({name: [cell] for name, cell in row.items()})[0])
        except ValueError as error:
            return str(error)

    hold(strange, [answer(row) for _, _, row, _ in strange])


JSON = (str, int, float, bool, type(None))
"""What JSON has, but for numbers that are not finite."""

RUNNER = """
import { readFileSync } from "node:fs";
import { predict } from "./model.mjs";
const answer = (row) => {
  try {
    return predict([row])[0];
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return error.message;
  }
};
process.stdout.write(JSON.stringify(JSON.parse(readFileSync("rows.json", "utf8")).map(answer)));
"""


@needs_node
def test_a_javascript_module_reads_no_cell_in_another_way(table, strange, tmp_path):
    known = [each for each in strange if isinstance(each[1], JSON) and (not isinstance(each[1], float) or math.isfinite(each[1]))]
    given = [{name: plain(cell) for name, cell in row.items()} for _, _, row, _ in known]
    (tmp_path / "model.mjs").write_bytes(javascript_source.write(predictor_of(table[0])))
    (tmp_path / "rows.json").write_text(json.dumps(given))
    (tmp_path / "run.mjs").write_text(RUNNER)
    done = subprocess.run([NODE, "run.mjs"], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    hold(known, json.loads(done.stdout))
