"""The JavaScript module predicts as the model does, in Node."""

from __future__ import annotations

import json
import shutil
import subprocess

import numpy as np
import pytest

import halfmoon as hm
from exports import tables
from exports.networks import CASES, cases, check
from halfmoon.exports.conversion import predictor_of
from halfmoon.exports.javascript_source import WRITERS, write
from halfmoon.network.inference import OPERATIONS

NODE = shutil.which("node") or shutil.which("nodejs")
needs_node = pytest.mark.skipif(NODE is None, reason="Node is not installed")
FUNCTIONS = {"scores": "scores", "predict": "predict", "predict_proba": "predictProba", "predict_quantiles": "predictQuantiles"}
RUNNER = """
import { readFileSync } from "node:fs";
const answers = [];
for (const [module, rows] of JSON.parse(readFileSync("cases.json", "utf8"))) {
  const functions = await import(module);
  const found = {};
  for (const [name, each] of Object.entries(functions)) if (typeof each === "function") found[name] = each(rows);
  answers.push(found);
}
const plain = (_, value) => (typeof value === "bigint" ? { big: String(value) } : ArrayBuffer.isView(value) ? Array.from(value) : value);
process.stdout.write(JSON.stringify(answers, plain));
"""


def plain(cell):
    """Return a cell of a table as JSON has it."""
    if hasattr(cell, "isoformat"):
        return cell.isoformat()
    return tables.days(cell) if hasattr(cell, "total_seconds") else cell


def run(folder, given):
    """Return for each model and rows what its module's functions return, in one process."""
    listed = []
    for place, (model, rows) in enumerate(given):
        (folder / f"model{place}.mjs").write_bytes(write(predictor_of(model)))
        listed.append((f"./model{place}.mjs", rows))
    (folder / "cases.json").write_text(json.dumps(listed))
    (folder / "run.mjs").write_text(RUNNER)
    done = subprocess.run([NODE, "run.mjs"], cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def as_arrays(found, expected):
    """Return what JavaScript returned under the names of Python, with numbers of the kind that is expected: it has but one."""
    arrays = {}
    for name, theirs in FUNCTIONS.items():
        if theirs in found:
            values = [int(each["big"]) if isinstance(each, dict) else each for each in found[theirs]]
            wanted = np.asarray(expected.get(name)).dtype
            number = values and isinstance(values[0], int | float) and not isinstance(values[0], bool)
            arrays[name] = np.array(values, wanted if number and wanted.kind in "iuf" else None)
    assert len(arrays) == len(found)
    return arrays


def test_every_operation_has_a_writer():
    assert WRITERS.keys() == set(OPERATIONS)


@needs_node
@pytest.mark.parametrize("kind", CASES)
def test_the_module_predicts_as_the_model_does(kind, tmp_path):
    found = run(tmp_path, [(case.model, case.X.tolist()) for case in cases(kind)])
    for case, each in zip(cases(kind), found, strict=True):
        check(case, as_arrays(each, case.expected))


@needs_node
@pytest.mark.parametrize("cells", ["columns", "texts"])
def test_the_module_of_a_table_predicts_as_the_model_does(cells, tmp_path):
    given = [case for case in tables.every() if getattr(case, cells)]
    rows = [
        [dict(zip(columns, map(plain, row), strict=True)) for row in zip(*columns.values(), strict=True)]
        for columns in (getattr(case, cells) for case in given)
    ]
    found = run(tmp_path, [(case.model, each) for case, each in zip(given, rows, strict=True)])
    for case, each in zip(given, found, strict=True):
        check(case, as_arrays(each, case.expected))


@needs_node
@pytest.mark.parametrize("rows", ["{}", '{"x0": [1]}', "null", "7", '"text"'])
def test_what_is_no_array_of_rows_is_refused(tmp_path, rows):
    model = hm.Network([hm.Dense(2)], hm.SoftmaxCrossEntropy()).init(2, 0)
    (tmp_path / "model.mjs").write_bytes(write(predictor_of(model)))
    code = f"import {{ predict }} from './model.mjs'; predict({rows})"
    done = subprocess.run([NODE, "--input-type=module", "-e", code], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode
    assert "TypeError: rows must be an array of rows, got " in done.stderr
