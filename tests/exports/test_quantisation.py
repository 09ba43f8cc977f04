"""Networks in whole numbers: compiled they compute exactly what the library says, without floating point, and lose little."""

from __future__ import annotations

import ctypes
import re
import subprocess
import warnings

import numpy as np
import pytest
from sklearn.datasets import load_breast_cancer, load_diabetes, load_digits, load_iris, load_wine
from sklearn.preprocessing import StandardScaler

import halfmoon as hm
from exports import tables
from exports.c_files import COMPILERS, SANITIZED, STRICT, built, compiled, needs_compiler
from exports.networks import OWN, random_model
from halfmoon.base.errors import InputError
from halfmoon.exports.c_quantised import Decision
from halfmoon.exports.c_source import write
from halfmoon.exports.calibration import Calibration, calibration_of
from halfmoon.exports.conversion import predictor_of
from halfmoon.exports.linear import linear_form
from halfmoon.exports.predictor import Numbers
from halfmoon.exports.quantisation import quantise
from halfmoon.expressions.tracing import trace
from halfmoon.network.inference import Map

RANDOM = np.random.RandomState(0)
X = RANDOM.standard_normal((60, 5)).astype(np.float32)


def network(*layers, loss=hm.SquaredError, dtype="float32"):
    return random_model(hm.Network(list(layers), loss), 5, dtype)


NETWORKS = {
    "relu": network(hm.Dense(9), hm.ReLU, hm.Dense(4), hm.ReLU, hm.Dense(2)),
    "tanh": network(hm.Dense(9), hm.Tanh, hm.Dense(2)),
    "own": network(hm.Dense(9), OWN["bump"], hm.Dense(2)),
    "no layer but one": network(hm.Dense(3)),
    "an activation first": network(hm.Tanh, hm.Dense(3)),
    "an activation last": network(hm.Dense(3), hm.Tanh),
    "normalised": network(hm.BatchNorm(), hm.Dense(6), hm.BatchNorm(), hm.ReLU, hm.BatchNorm(), hm.Dense(2), hm.BatchNorm()),
    "branches": network(hm.Dense(6), hm.Residual(hm.Dense(6), hm.ReLU), hm.Residual(hm.BatchNorm()), hm.Dense(2)),
    "a branch of an activation": network(hm.Dense(6), hm.Residual(hm.ReLU), hm.ReLU, hm.Dense(2)),
    "a branch last": network(hm.Dense(3), hm.Residual(hm.Tanh)),
    "dead": network(hm.Dense(3), hm.Activation("zero", lambda z: 0 * np.maximum(z, 0)), hm.Dense(2)),
    "two classes": network(hm.Dense(4), hm.ReLU, hm.Dense(1), loss=hm.Logistic),
    "labels": network(hm.Dense(4), hm.ReLU, hm.Dense(3), loss=hm.Logistic),
    "classes": network(hm.Dense(4), hm.ReLU, hm.Dense(3), loss=hm.SoftmaxCrossEntropy()),
    "counts": network(hm.Dense(4), hm.Tanh, hm.Dense(1), loss=hm.Poisson),
    "wide": network(hm.Dense(400), hm.ReLU, hm.Dense(300), hm.Sigmoid, hm.Dense(2)),
    "float64": network(hm.Dense(9), hm.Tanh, hm.Dense(2), dtype="float64"),
}


def network_of(model, rows):
    """Return a model in whole numbers, what it decides by, and its description."""
    predictor = predictor_of(model)
    asked = predictor.prediction
    made = quantise(predictor, asked.value if isinstance(asked, Numbers) else predictor.scores, rows)
    return made, None if isinstance(asked, Numbers) else Decision(predictor, made), predictor


@needs_compiler
def test_the_file_computes_exactly_what_the_library_says(tmp_path):
    sources = [
        write(predictor_of(model), name=f"m{place}", int8=True, calibration=Calibration(X)) for place, model in enumerate(NETWORKS.values())
    ]
    library = built(tmp_path, [*NETWORKS.values()], ["-O2"], sources=sources)
    given = np.vstack([RANDOM.randint(-128, 128, (200, 5)), np.full(5, -128), np.full(5, 127)]).astype(np.int8)
    for place, (name, model) in enumerate(NETWORKS.items()):
        made, decision, _ = network_of(model, X)
        expected = made.run(given.astype(np.int64))
        function = library[f"m{place}_scores" if decision else f"m{place}_predict"]
        found = np.zeros(expected.shape, np.int16)
        for row, y in zip(given, found, strict=True):
            function(row.ctypes.data_as(ctypes.c_void_p), y.ctypes.data_as(ctypes.c_void_p))
        np.testing.assert_array_equal(found, expected, name)


@pytest.mark.parametrize("name", NETWORKS)
def test_whole_numbers_are_near_the_network(name):
    made, decision, predictor = network_of(NETWORKS[name], X)
    found = made.output.real(made.run(made.inputs.quantised(X.astype(float))))
    wanted = NETWORKS[name].scores(X) if decision else NETWORKS[name].predict(X).reshape(found.shape)
    scale = max(np.abs(wanted).max(), 1e-6)
    assert np.sqrt(np.mean((found - wanted) ** 2)) < 0.02 * scale
    if decision:
        asked = predictor.prediction
        chosen = decision.of(made.run(made.inputs.quantised(X.astype(float))))
        chosen = asked.labels[chosen] if hasattr(asked, "labels") else chosen
        assert (chosen == NETWORKS[name].predict(X)).mean() > 0.97


@needs_compiler
@pytest.mark.parametrize("compiler", COMPILERS)
def test_an_object_file_has_no_floating_point_and_no_library(compiler, tmp_path):
    """``-mgeneral-regs-only`` makes every floating-point number an error."""
    for name, model in NETWORKS.items():
        if name in {"relu", "branches", "labels", "counts"}:
            (tmp_path / f"{name}.c").write_bytes(write(predictor_of(model), name=name, int8=True, calibration=Calibration(X)))
            compiled([compiler, *STRICT, "-O2", "-mgeneral-regs-only", "-fno-builtin", "-c", f"{name}.c"], tmp_path)
            assert compiled(["nm", "--undefined-only", f"{name}.o"], tmp_path).stdout == ""
            assert not re.search(
                r"\b(float|double)\b", (tmp_path / f"{name}.c").read_text().split("_FLOAT\n#include")[0].split("_HEADER\n\n")[1]
            )


@needs_compiler
def test_self_tests_pass_under_sanitizers_and_fail_when_a_number_is_another(tmp_path):
    text = write(predictor_of(NETWORKS["classes"]), name="m", int8=True, calibration=Calibration(X)).decode()
    first = re.search(r"W1\[4\]\[5\] = \{\n\{(-?\d+)", text)[1]
    for altered, said in (
        (text, (0, "m: all 8 rows as expected\n")),
        (text.replace(f"{{{first},", f"{{{int(first) // 2},", 1), (1, "m: NOT as expected\n")),
    ):
        (tmp_path / "m.c").write_text(altered)
        compiled(["gcc", *STRICT, *SANITIZED, "-DM_SELF_TEST", "-DM_FLOAT", "m.c", "-lm"], tmp_path)
        done = subprocess.run([tmp_path / "a.out"], capture_output=True, text=True, check=False)
        assert (done.returncode, done.stdout) == said


SETS = {
    # from a set to the most that may be lost, in accuracy or in R²
    "iris": (load_iris, 0.02),
    "wine": (load_wine, 0.012),
    "breast cancer": (load_breast_cancer, 0.01),
    "digits": (load_digits, 0.01),
    "diabetes": (load_diabetes, 0.01),
}


@pytest.mark.parametrize("activation", ["relu", "tanh", "gelu"])
@pytest.mark.parametrize("name", SETS)
def test_little_is_lost_on_rows_that_calibration_never_saw(name, activation):
    load, most = SETS[name]
    rows, y = load(return_X_y=True)
    rows = StandardScaler().fit_transform(rows).astype(np.float32)
    order = np.random.RandomState(0).permutation(len(y))
    training, test = order[::2], order[1::2]
    regression = name == "diabetes"
    with warnings.catch_warnings(action="ignore"):
        model = (hm.MLPRegressor if regression else hm.MLPClassifier)(
            hidden_layer_sizes=(24, 12), activation=activation, max_iter=150, random_state=0
        )
        y = (y - y.mean()) / y.std() if regression else y
        model.fit(rows[training], y[training])
    made, decision, predictor = network_of(model, rows[training])
    whole = made.run(made.inputs.quantised(rows[test].astype(float)))
    if regression:
        lost = [np.mean((each.ravel() - y[test]) ** 2) / y[test].var() for each in (made.output.real(whole), model.predict(rows[test]))]
        assert lost[0] - lost[1] < most
    else:
        accuracy = (predictor.prediction.labels[decision.of(whole)] == y[test]).mean()
        assert (model.predict(rows[test]) == y[test]).mean() - accuracy <= most


def network_tables(text):
    """Return the bytes of a file's tables, but for those of its own test, and those that read a table's row."""
    sizes = {"float": 4, "int8_t": 1, "uint8_t": 1, "int16_t": 2, "uint16_t": 2, "int32_t": 4, "int": 4}
    found = re.findall(r"^static const (\w+) (?!TEST_|FLOAT_|NUMBERS_|PLACES_)\w+((?:\[\d+\])+) = ", text, re.MULTILINE)
    return sum(sizes[kind] * int(np.prod([int(each) for each in re.findall(r"\d+", shape)])) for kind, shape in found)


def dense(n_in, *widths, loss=None, activation=hm.ReLU):
    layers = [layer for width in widths[:-1] for layer in (hm.Dense(width), activation)]
    model = random_model(hm.Network([*layers, hm.Dense(widths[-1])], loss or hm.SoftmaxCrossEntropy()), n_in, "float32")
    return model, np.random.RandomState(0).standard_normal((40, n_in)).astype(np.float32)


def table():
    case = next(each for each in tables.cases() if each.model.estimator.n_ensemble == 1 and each.dtype == "float32")
    with warnings.catch_warnings(action="ignore"):
        return case.model, calibration_of(case.model, predictor_of(case.model), tables.pl.DataFrame(case.columns, strict=False)).X


QUARTERS = {
    # from a name to a model with its rows, and the bytes of its lookups
    "784-256-128-10": (lambda: dense(784, 256, 128, 10), 0),
    "20-16-1": (lambda: dense(20, 16, 1, loss=hm.SquaredError), 0),
    "labels": (lambda: dense(20, 16, 9, loss=hm.Logistic), 0),
    "tanh": (lambda: dense(20, 16, 3, activation=hm.Tanh), 256),
    "normalised": (lambda: (network(hm.Dense(9), hm.BatchNorm(), hm.ReLU, hm.BatchNorm(), hm.Dense(2)), X), 0),
    "table": (table, 0),
}


@pytest.mark.parametrize("name", QUARTERS)
def test_tables_are_a_quarter(name):
    """Every weight, and every bias, has a byte; an activation but ReLU has a table of 256 besides."""
    make, lookups = QUARTERS[name]
    model, rows = make()
    whole = write(predictor_of(model), int8=True, calibration=Calibration(rows)).decode()
    size = network_tables(whole)
    assert f"Its tables have {size:,} bytes" in whole
    assert size - lookups <= network_tables(write(predictor_of(model)).decode()) / 4


REFUSED = {
    "layer normalisation": (lambda: network(hm.Dense(3), hm.LayerNorm()), "layer normalisation cannot be done with whole numbers"),
    "softmax": (lambda: network(hm.Dense(3), hm.Softmax(), hm.Dense(1)), "softmax within the network or of an ensemble cannot be done"),
    "columns of their own": (lambda: network(hm.Dense(5), OWN["every word"]), "another one for each column, cannot be done"),
    "nothing": (network, "int8 must be left out of a network without layers"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_whole_numbers_cannot_do_is_told(what, tmp_path):
    model, sentence = REFUSED[what]
    with pytest.raises(InputError, match=sentence) as found:
        hm.export(model(), tmp_path / "m.c", int8=True, calibration=X)
    assert len(str(found.value)) < 300
    assert not list(tmp_path.iterdir())


GIVEN = {
    "too few columns": (X[:, :4], "calibration must have 5 columns"),
    "no rows": (X[:0], "calibration must have"),
    "answers of other rows": ((X, np.zeros(3)), "calibration must have an answer for each of the 60 rows"),
    "not finite": (X * np.nan, "calibration must be finite"),
    "text": ("rows", "calibration must hold real numbers"),
}


@pytest.mark.parametrize("what", GIVEN)
def test_rows_that_are_none_are_told(what, tmp_path):
    given, sentence = GIVEN[what]
    with pytest.raises(InputError, match=sentence):
        hm.export(NETWORKS["tanh"], tmp_path / "m.c", int8=True, calibration=given)


def test_what_it_costs_is_told_and_written(tmp_path):
    told = []
    y = NETWORKS["classes"].predict(X)
    hm.export(NETWORKS["classes"], tmp_path / "m.c", int8=True, calibration=(X, y), tell=told.append)
    assert re.fullmatch(
        r"On 60 calibration rows int8 predicts what float32 does in \S+%; its accuracy is \S+% instead of 100.00%\.", told[0]
    )
    assert f" * {told[0]}\n" in (tmp_path / "m.c").read_text()


@needs_compiler
def test_tables_models_in_whole_numbers(tmp_path):
    """Every kind of column and target, of single networks; the struct is there with floating point."""
    single = [case for case in tables.cases() if case.model.estimator.n_ensemble == 1][::4]
    for place, case in enumerate(single):
        frame = tables.pl.DataFrame(case.columns, strict=False)
        with warnings.catch_warnings(action="ignore"):
            given = calibration_of(case.model, predictor_of(case.model), frame)
        assert given.y is None
        (tmp_path / f"m{place}.c").write_bytes(write(predictor_of(case.model), name=f"m{place}", int8=True, calibration=given))
    floats = [f"-DM{place}_FLOAT" for place in range(len(single))]
    compiled(["gcc", *STRICT, *floats, "-c", *(f"m{place}.c" for place in range(len(single)))], tmp_path)


CLASSES = {"one": np.full(60, 5), "two": X[:, 0] > 0, "texts": np.where(X[:, 1] > 0, "a", "b"), "labels": (X[:, :2] > 0).astype(int)}


@needs_compiler
def test_every_kind_of_classes_compiles(tmp_path):
    for name, y in CLASSES.items():
        with warnings.catch_warnings(action="ignore"):
            model = hm.MLPClassifier(hidden_layer_sizes=(4,), max_iter=20, random_state=0).fit(X, y)
        hm.export(model, tmp_path / f"{name}.c", int8=True, calibration=(X, y))
    for compiler in COMPILERS:
        compiled([compiler, *STRICT, "-O2", "-c", *(f"{name}.c" for name in CLASSES)], tmp_path)
        compiled([compiler, *STRICT, "-DONE_FLOAT", "-DTWO_FLOAT", "-DLABELS_FLOAT", "-c", *(f"{name}.c" for name in CLASSES)], tmp_path)
    compiled(["gcc", *STRICT, "-DONE_SELF_TEST", "one.c"], tmp_path)
    compiled(["./a.out"], tmp_path)


def test_an_ensemble_of_classifiers_is_told(tmp_path):
    with warnings.catch_warnings(action="ignore"):
        model = hm.MLPClassifier(hidden_layer_sizes=(4,), max_iter=2, random_state=0, n_ensemble=2).fit(X, CLASSES["two"])
    with pytest.raises(InputError, match="an ensemble decides by the mean of its probabilities"):
        hm.export(model, tmp_path / "m.c", int8=True, calibration=X)


@pytest.mark.parametrize(("place", "kind"), [(0, "TabularClassifier"), (-1, "TableEnsemble")])
def test_an_ensemble_for_tables_is_told(tmp_path, place, kind):
    case = tables.ensembles()[place]
    with pytest.raises(InputError, match=f"int8 must be left out of a {kind}"):
        hm.export(case.model, tmp_path / "m.c", int8=True, calibration=tables.pl.DataFrame(case.columns, strict=False))


def test_an_ensemble_of_regressors_is_a_sum(tmp_path):
    y = X[:, 0]
    with warnings.catch_warnings(action="ignore"):
        model = hm.MLPRegressor(hidden_layer_sizes=(6,), max_iter=20, n_ensemble=3, random_state=0).fit(X, y)
    made, _, _ = network_of(model, X)
    found = made.output.real(made.run(made.inputs.quantised(X.astype(float))))[:, 0]
    assert np.sqrt(np.mean((found - model.predict(X)) ** 2)) < 0.02


LINEAR = {
    "sums": (lambda z: 2 * (z - 1) / 4 + 3, (0.5, 2.5)),
    "minus": (lambda z: -z - -z * 3, (2.0, 0.0)),
    "constants": (lambda z: z * np.exp(0 * 1.0 + 1) + np.sqrt(4.0), (np.e, 2.0)),
    "no": (lambda z: z * z, None),
    "nor": (lambda z: 1 / z, None),
    "nor maximum": (lambda z: np.maximum(z, 0), None),
}


@pytest.mark.parametrize("name", LINEAR)
def test_what_is_linear(name):
    function, expected = LINEAR[name]
    found = linear_form(Map((0,), trace(function, ["z"])))
    assert (found is None) == (expected is None)
    if expected:
        np.testing.assert_allclose((found[0][0], found[1]), expected)
