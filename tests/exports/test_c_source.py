"""The C file predicts as the model does, compiled by strict compilers."""

from __future__ import annotations

import ctypes
import datetime as dt
import math
import re
import shutil
import subprocess
import timeit
import warnings

import numpy as np
import polars as pl
import pytest

import halfmoon as hm
from exports import tables
from exports.c_files import COMPILERS, SANITIZED, STRICT, answers, built, compiled, needs_compiler
from exports.networks import CASES, cases, check, random_model
from exports.test_cells import TEXTS
from halfmoon.base.errors import InputError
from halfmoon.exports.c_operations import WRITERS
from halfmoon.exports.c_source import write
from halfmoon.exports.c_text import c_numbers, identifiers
from halfmoon.exports.columns import CategoryColumn, NumberColumn, Table
from halfmoon.exports.conversion import predictor_of
from halfmoon.exports.evaluation import EVALUATORS
from halfmoon.exports.predictor import Numbers, OneOf, Predictor
from halfmoon.network.inference import OPERATIONS, Affine


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
    table = predictor_of(model).inputs
    members = identifiers(column.name for column in table.columns)
    kinds = [ctypes.c_char_p if isinstance(column, CategoryColumn) else ctypes.c_double for column in table.columns]
    row_type = type("Row", (ctypes.Structure,), {"_fields_": list(zip(members, kinds, strict=True))})
    rows = zip(*(columns[column.name] for column in table.columns), strict=True)
    found, refused = [], []
    for row in rows:
        given = row_type(*(cell_for(cell, column) for cell, column in zip(row, table.columns, strict=True)))
        found.append(np.zeros(table.width, predictor_of(model).dtype))
        refused.append(library[f"m{place}_inputs"](ctypes.byref(given), found[-1].ctypes.data_as(ctypes.c_void_p)))
    return np.array(found), refused


@needs_compiler
def test_the_file_of_a_table_predicts_as_the_model_does(tmp_path):
    library = built(tmp_path, [case.model for case in tables.every()])
    for place, case in enumerate(tables.every()):
        X, refused = inputs_of(library, place, case.model, case.columns)
        assert not any(refused), case.name
        check(case, answers(library, place, case.model, X))


# ---- compilers --------------------------------------------------------------------------------------------------------------


def sampled():
    """Return models of every kind."""
    found = [case.model for kind in CASES for case in cases(kind)[:: max(1, len(cases(kind)) // 3)]]
    return found + [case.model for case in tables.cases()[::5] + tables.ensembles()[::3]]


@pytest.fixture(scope="module")
def sample(tmp_path_factory):
    """A folder with the files of some models of every kind."""
    folder = tmp_path_factory.mktemp("sample")
    for place, model in enumerate(sampled()):
        (folder / f"m{place}.c").write_bytes(write(predictor_of(model), name=f"m{place}"))
    return folder


@pytest.mark.parametrize("compiler", COMPILERS)
def test_compilers_have_nothing_to_say(compiler, sample):
    files = sorted(path.name for path in sample.glob("*.c"))
    assert len(files) > 30
    if compiler == "gcc":  # whose warnings need its optimiser
        compiled([compiler, *STRICT, "-O2", "-c", *files], sample)
    compiled([compiler, *STRICT, "-fsyntax-only", *(f"-DM{place}_SELF_TEST" for place in range(len(files))), *files], sample)


@needs_compiler
def test_self_tests_pass_under_sanitizers(sample, tmp_path):
    """All in one program, each with a main of its own name."""
    names = sorted(path.stem for path in sample.glob("*.c"))[::3]
    for name in names:
        text = (sample / f"{name}.c").read_text().replace("int main(void)", f"int {name}_main(void)")
        (tmp_path / f"{name}.c").write_text(f"#define {name.upper()}_SELF_TEST\n{text}")
    calls = "".join(f"    wrong += {name}_main();\n" for name in names)
    declared = "".join(f"int {name}_main(void);\n" for name in names)
    (tmp_path / "all.c").write_text(f"{declared}int main(void)\n{{\n    int wrong = 0;\n{calls}    return wrong;\n}}\n")
    compiled(["gcc", "-std=c99", *SANITIZED, "-o", "all", "all.c", *(f"{name}.c" for name in names), "-lm"], tmp_path)
    done = compiled(["./all"], tmp_path)
    assert [line.partition(": ")[2] for line in done.stdout.splitlines()] == ["all 6 rows as expected"] * len(names)


@needs_compiler
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_a_self_test_fails_when_a_number_is_another(dtype, tmp_path):
    model = random_model(hm.Network([hm.Dense(3), hm.Tanh, hm.Dense(2)]), 2, dtype)
    text = write(predictor_of(model), name="m").decode()
    number = re.search(r"W1\[2\]\[3\] = \{\n\{(-?[\d.]+)", text)[1]
    (tmp_path / "m.c").write_text(text.replace(f"{{{number}", f"{{{float(number) + 0.01}", 1))
    compiled(["gcc", *STRICT, "-DM_SELF_TEST", "m.c", "-lm"], tmp_path)
    done = subprocess.run([tmp_path / "a.out"], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (1, "m: NOT as expected\n")


@needs_compiler
def test_a_file_is_its_own_header_in_c_and_in_c_plus_plus(sample, tmp_path):
    (tmp_path / "use.c").write_text(
        '#define M0_HEADER\n#include "m0.c"\n#define M1_HEADER\n#include "m1.c"\nint main(void) { return 0; }\n'
    )
    for language in ("c", "c++"):
        command = ["gcc", "-x", language, "-Wall", "-Wextra", "-pedantic", "-Werror", "-I", sample, "-fsyntax-only", "use.c"]
        if language == "c" or shutil.which("g++"):
            compiled(command, tmp_path)


# ---- names ------------------------------------------------------------------------------------------------------------------

HOSTILE = [
    "*/ int main",
    "int",
    "中文",
    "",
    "a b",
    "a_b",
    "A",
    "a",
    'q"uo"te\\',
    "??/",
    "/*",
    "2nd",
    "x\ny",
    "NAN",
    "double",
    "é",
    "\u202eright",
]


@needs_compiler
def test_hostile_names_become_identifiers(tmp_path):
    """Of columns, of levels, of labels and of the file."""
    assert len(set(identifiers(HOSTILE))) == len(HOSTILE)
    assert identifiers(["int", "中文", "中文 2", "a b", "a_b", "NAN"]) == ["int_", "column_2", "column_2_2", "a_b", "a_b_2", "nan"]
    columns = tuple(
        CategoryColumn(name, ("*/", "??/", '"', "\\", "中", "x" * 5000, "%d\n")) if place % 2 else NumberColumn(name, 0.0, 0.0, 1.0)
        for place, name in enumerate(HOSTILE)
    )
    table = Table(columns, "*/")
    operations = (Affine(0, np.ones((table.width, 2), np.float32)),)
    labels = np.array(["*/ \\", "??/\n中"])
    predictor = Predictor("network", table, np.dtype(np.float32), operations, 1, OneOf(1, labels))
    for compiler in COMPILERS:
        (tmp_path / "model.c").write_bytes(write(predictor, name='*/ "中" x'))
        compiled([compiler, *STRICT, "-DX_SELF_TEST", "model.c", "-lm"], tmp_path)
        compiled(["./a.out"], tmp_path)


def test_what_c_cannot_hold_is_told():
    with pytest.raises(InputError, match="the levels of the column 'c' must have no NUL character"):
        write(Predictor("", Table((CategoryColumn("c", ("a\0b",)),), "y"), np.dtype("f4"), (), 0, Numbers(0, flat=True)))


# ---- numbers ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_tables_are_the_same_numbers_again(dtype):
    bits = np.random.RandomState(0).randint(0, 2**63, 2000, np.uint64).view(np.float64 if dtype == "float64" else np.float32)
    numbers = np.append(bits[np.isfinite(bits)], np.array([0.0, -0.0, np.finfo(dtype).max, np.finfo(dtype).smallest_subnormal], dtype))
    again = np.array([each.rstrip("f") for each in c_numbers(numbers)]).astype(dtype)
    assert again.tobytes() == numbers.tobytes()


@needs_compiler
def test_a_chain_needs_two_buffers():
    layers = [layer for width in (9, 8, 7, 6, 5) for layer in (hm.Dense(width), hm.Tanh)]
    text = write(predictor_of(random_model(hm.Network(layers), 3, "float32"))).decode()
    assert re.findall(r"float (v\d)\[(\d)\];", text) == [("v1", "9"), ("v2", "8")]


@needs_compiler
def test_a_row_is_quicker_than_a_call_of_python(tmp_path):
    """A row of 20-16-1 by ctypes takes well under a microsecond where nothing else runs; runtimes called from Python take 6 and more."""
    model = random_model(hm.Network([hm.Dense(16), hm.ReLU, hm.Dense(1)]), 20, "float32")
    predict, x, y = built(tmp_path, [model], ["-O2"]).m0_scores, np.ones(20, np.float32), np.zeros(1, np.float32)
    given = x.ctypes.data_as(ctypes.c_void_p), y.ctypes.data_as(ctypes.c_void_p)
    assert min(timeit.repeat(lambda: predict(*given), number=300, repeat=7)) / 300 < 5e-6


@needs_compiler
def test_cells_are_read_as_the_library_reads_them(tmp_path):
    """Texts of categories, and numbers and days at their limits."""
    random = np.random.RandomState(0)
    frame = {kind: tables.KINDS[kind](random, 80) for kind in ("city", "code", "number", "truth", "date", "clock")}
    frame |= {"target": [float(x) for x in random.normal(size=80)]}
    recipe = tables.Recipe().changed({"hidden_layer_sizes": (3,), "max_iter": 1, "validation_fraction": 0.0, "dtype": "float64"})
    options = tables.ColumnOptions(category=("code",))
    model = tables.fit(tables.prepare(pl.DataFrame(frame), "target", recipe, columns=options))
    library = built(tmp_path, [model])
    row = {name: cells[0] for name, cells in frame.items() if name != "target"}
    given = [(name, text) for name in ("city", "code") for text in TEXTS]
    given += [("number", each) for each in (0, 1e99, -1e99, None)] + [("truth", each) for each in (True, False, None)]
    given += [("date", dt.date(*each)) for each in ((1, 1, 1), (9999, 12, 31), (2000, 2, 29), (1900, 3, 1), (1969, 12, 31), (1600, 1, 1))]
    rows = {column: [row[column] if column != name else cell for name, cell in given] for column in row}
    X, refused = inputs_of(library, 0, model, rows)
    assert not any(refused)
    with warnings.catch_warnings(action="ignore"):
        wanted = np.vstack(
            [model.features(model.read(pl.DataFrame({n: [c[k]] for n, c in rows.items()}, strict=False)).frame) for k in range(len(given))]
        )
    for (name, cell), ours, theirs in zip(given, X, wanted, strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-12, atol=1e-12, err_msg=f"{name}: {cell!r}")
    places = [column.name for column in predictor_of(model).inputs.columns]
    for name, cell in {"number": 1e100, "truth": None, "date": 3_650_000.0, "clock": 1.0}.items():
        _, refused = inputs_of(library, 0, model, {column: [row[column] if column != name else cell] for column in row})
        assert refused == [0 if name == "truth" else places.index(name) + 1]


@needs_compiler
def test_days_of_a_date(tmp_path):
    model = next(case.model for case in tables.cases() if any(name.startswith("moment") for name in case.columns))
    days = built(tmp_path, [model]).m0_days
    days.restype, days.argtypes = ctypes.c_double, [*[ctypes.c_int] * 5, ctypes.c_double]
    for date in (dt.datetime(1, 1, 1), dt.datetime(2000, 2, 29, 5, 6, 7), dt.datetime(9999, 12, 31, 23, 59, 59), dt.datetime(1969, 12, 31)):  # noqa: DTZ001
        found = days(date.year, date.month, date.day, date.hour, date.minute, float(date.second))
        assert abs(found - tables.days(date)) < 1e-9, date
    for wrong in (
        (2021, 2, 29, 0, 0, 0.0),
        (2020, 13, 1, 0, 0, 0.0),
        (0, 1, 1, 0, 0, 0.0),
        (2020, 1, 1, 24, 0, 0.0),
        (2020, 1, 1, 0, 0, 60.0),
    ):
        assert math.isnan(days(*wrong)), wrong
