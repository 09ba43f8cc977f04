"""The ONNX file predicts in ONNX Runtime as the model does, by standard operators, and has scikit-learn's names."""

from __future__ import annotations

import datetime as dt
import json
import sys
import warnings
from dataclasses import replace

import mpmath
import numpy as np
import onnx
import onnxruntime
import polars as pl
import pytest

import halfmoon as hm
from exports import tables
from exports.networks import CASES, OWN, REAL, SEVERAL, THREE, X, case_of, cases, check, random_model
from halfmoon.base.errors import InputError
from halfmoon.exports.columns import CategoryColumn, DateColumn, NumberColumn, Table
from halfmoon.exports.conversion import predictor_of
from halfmoon.exports.onnx_graph import GraphBuilder, value_info
from halfmoon.exports.onnx_model import OPERATORS, PREDICTIONS, write
from halfmoon.exports.onnx_table import FEATURES, INPUTS, numerals, write_features, write_inputs
from halfmoon.exports.onnx_words import STANDARD, WORDS, write_map
from halfmoon.exports.targets import TARGETS
from halfmoon.expressions.expression import Expression, is_truth
from halfmoon.expressions.tracing import trace
from halfmoon.expressions.vocabulary import ARITY, LOGICAL, MEANING, MIXED, arctan, erf, expm1, log1p
from halfmoon.network.inference import OPERATIONS, Map

NAMES = {"scores": "scores", "probabilities": "predict_proba", "quantiles": "predict_quantiles", "label": "predict", "variable": "predict"}
"""The functions whose values the outputs are."""


def session_of(content):
    """Return a session with the file, as its users start it but for one thread."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    return onnxruntime.InferenceSession(content, options, providers=["CPUExecutionProvider"])


def outputs_of(session, given):
    return dict(zip([each.name for each in session.get_outputs()], session.run(None, given), strict=True))


def answers(case, session, given):
    """Return what the outputs are by the name of the function, of one column flat where the function's value is."""
    found = {NAMES[name]: value for name, value in outputs_of(session, given).items()}
    if "predict_proba" not in found and case.expected["predict"].ndim == 1:
        found["predict"] = found["predict"][:, 0]
    return found


# ---- completeness -----------------------------------------------------------------------------------------------------------


def test_every_word_operation_column_and_prediction_has_a_row():
    assert WORDS.keys() == MEANING.keys()
    assert OPERATORS.keys() == set(OPERATIONS)
    assert FEATURES.keys() == INPUTS.keys() == {NumberColumn, CategoryColumn, DateColumn}
    assert {each.__name__ for each in PREDICTIONS} == {"OneOf", "Flags", "Numbers"}


@pytest.mark.parametrize("word", MEANING)
def test_a_word_without_a_row_fails(word, monkeypatch):
    monkeypatch.delitem(WORDS, word)
    with pytest.raises(KeyError, match=word):
        write_every_word()


def write_every_word():
    for case in cases("layers") + cases("own activations"):
        write(predictor_of(case.model))


# ---- networks and estimators ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", CASES)
def test_the_file_predicts_as_the_model_does(kind):
    for case in cases(kind):
        check(case, answers(case, session_of(write(predictor_of(case.model))), {"X": case.X}))


# ---- tables -------------------------------------------------------------------------------------------------------------------


def _number(cell):
    return np.nan if cell is None else tables.days(cell) if isinstance(cell, dt.timedelta) else float(cell)


def _input(column, cells):
    """Return the cells of a column as what the file takes."""
    if isinstance(column, DateColumn):
        return np.array([[np.nan if cell is None else tables.days(cell)] for cell in cells])
    if isinstance(column, CategoryColumn) or column.kind == "truth":
        return np.array([["" if cell is None else str(cell)] for cell in cells], object)
    return np.array([[_number(cell)] for cell in cells])


def inputs_of(predictor, columns):
    return {each.name: _input(each, columns[each.name]) for each in predictor.inputs.columns}


AS_FILES_READ = {"1.5e0": "1.5", " ? ": "?"}
"""Numerals, and blanks around a mark, that the file does not know, and the same as programs write it."""


def test_the_file_of_a_table_predicts_as_the_model_does():
    for case in tables.every():
        predictor = predictor_of(case.model)
        columns = {name: [AS_FILES_READ.get(cell, cell) for cell in cells] for name, cells in case.columns.items()}
        check(case, answers(case, session_of(write(predictor)), inputs_of(predictor, columns)))


def column_session(*columns, dtype="float64"):
    """Return a session that makes features of columns alone."""
    table = Table(columns, "target")
    build = GraphBuilder(np.dtype(dtype), 18, [*(each.name for each in columns), "features"])
    write_features(build, table, "features")
    return _built(build, write_inputs(table), [value_info("features", dtype, table.width)])


def _built(build, inputs, outputs):
    graph = onnx.helper.make_graph(build.nodes, "part", inputs, outputs, build.constants)
    versions = [onnx.helper.make_opsetid("", build.opset), onnx.helper.make_opsetid("ai.onnx.ml", 3)]
    model = onnx.helper.make_model(graph, opset_imports=versions, ir_version=8)
    onnx.checker.check_model(model, full_check=True)
    return session_of(model.SerializeToString())


def test_dates_have_the_seasons_of_the_calendar():
    days = np.arange(np.datetime64("0001-01-01"), np.datetime64("10000-01-01"), 17)
    days = np.r_[days, [np.datetime64(f"{year}-{day}") for year in range(1, 9999, 7) for day in ("01-01", "12-31", "03-01")]]
    x = days.astype(float)
    column = DateColumn("when", 0.0, 100.0, 10.0, (("season", 365.25), ("weekday", 7.0), ("hour", 1.0)))
    found = column_session(column).run(None, {"when": np.r_[x, x + 0.75, np.nan][:, None]})[0]
    season = 2 * np.pi * (days - days.astype("M8[Y]")).astype(float) / 365.25
    weekday = 2 * np.pi * ((days.astype(int) + 3) % 7) / 7
    wanted = [(x - 100) / 10, np.sin(season), np.cos(season), np.sin(weekday), np.cos(weekday), np.zeros(len(x)), np.ones(len(x))]
    np.testing.assert_allclose(found[: len(x)], np.column_stack(wanted), rtol=0, atol=1e-12 * 1e5)
    np.testing.assert_allclose(found[len(x) : -1, 1:5], np.column_stack(wanted[1:5]), rtol=0, atol=1e-12)
    np.testing.assert_allclose(found[len(x) : -1, 5:], np.tile([-1.0, 0.0], (len(x), 1)), rtol=0, atol=1e-9)
    np.testing.assert_array_equal(found[-1], [-10, 0, 0, 0, 0, 0, 0])


LEVELS = ("07", "1.50", "2", "A", "é")
NUMBERS = ((7.0, "07"), (1.5, "1.50"), (2.0, "2"))
TEXTS = {
    "07": 0, "7": 0, "7.0": 0, "7.000000": 0, "1.50": 1, "1.5": 1, "1.500": 1, "2": 2, "2.0": 2, "02": 2, "A": 3, "é": 4,
}  # fmt: skip
MARKS = ["", "-", "NA", "na", "nA", "NaN", "NULL", "(null)", "#VALUE!", "?", "n/a"]
OTHERS = ["a", "É", "7.5", "None", " A", "x" * 300, "中"]


@pytest.mark.parametrize(("has_missing", "cut"), [(False, False), (False, True), (True, False), (True, True)])
def test_texts_are_the_levels_that_they_are_in_halfmoon(has_missing, cut):
    column = CategoryColumn("code", LEVELS, has_missing, cut, NUMBERS)
    missing = len(LEVELS) if has_missing else -1
    wanted = TEXTS | dict.fromkeys(MARKS, missing) | dict.fromkeys(OTHERS, -1 if cut else missing)
    found = column_session(column, dtype="float32").run(None, {"code": np.array(list(wanted), object)[:, None]})[0]
    assert found.dtype == np.float32
    np.testing.assert_array_equal(found, np.array(list(wanted.values()))[:, None] == np.arange(column.width))


def test_a_text_that_is_a_level_is_that_level_whatever_number_it_is():
    column = CategoryColumn("code", ("07", "7", "7.00"), numbers=())
    found = column_session(column).run(None, {"code": np.array([["07"], ["7"], ["7.00"], ["7.0"]], object)})[0]
    np.testing.assert_array_equal(found, np.eye(4, 3))


@pytest.mark.parametrize("number", [7.0, -3.0, 1.5, 1e22, 1e-7, 123456.0, 0.0])
def test_numerals_are_of_their_number(number):
    found = list(numerals(number, 8))
    assert {float(text) for text in found} == {number}
    assert {repr(number), f"{number:g}" if abs(number) < 1e5 else repr(number)} - {"1e-07"} <= set(found)


def test_truth_values_are_words_in_any_letters():
    column = NumberColumn("lift", 0.5, 0.25, 2.0, "truth", numerals=False, words=True, lenient=True)
    words = {"yes": 1, "YES": 1, "True": 1, "1": 1, "1.0": 1, "wahr": 1, "是": 1, "no": 0, "False": 0, "f": 0, "0": 0}
    texts = [*words, "", "maybe", "2"]
    found = column_session(column).run(None, {"lift": np.array(texts, object)[:, None]})[0][:, 0]
    np.testing.assert_array_equal(found, [(x - 0.25) / 2 for x in [*words.values(), 0.5, 0.5, 0.5]])


COLUMNS = [
    NumberColumn("a", 1.0, 2.0, 4.0), NumberColumn("b", 3.0, 0.0, 1.0, "duration"), CategoryColumn("c", ("x",)),
    NumberColumn("d", 0.0, 1e7, 3.0), DateColumn("e", 5.0, 0.0, 1.0), NumberColumn("f", 1.0, 0.0, 1.0, "truth"),
]  # fmt: skip


@pytest.mark.parametrize("count", range(1, len(COLUMNS) + 1))
@pytest.mark.parametrize("first", range(len(COLUMNS)))
def test_features_stand_in_the_order_of_the_columns(first, count):
    chosen = [COLUMNS[(first + place) % len(COLUMNS)] for place in range(count)]
    given = {"a": 10.0, "b": np.nan, "c": "x", "d": 1e7 + 1, "e": 4.5, "f": "no"}
    features = {"a": 2.0, "b": 3.0, "c": 1.0, "d": 1 / 3, "e": 4.5, "f": 0.0}
    cells = {each.name: np.array([[given[each.name]]], object if isinstance(given[each.name], str) else float) for each in chosen}
    found = column_session(*chosen, dtype="float32").run(None, cells)[0]
    np.testing.assert_array_equal(found, np.array([[features[each.name] for each in chosen]], np.float32))


# ---- words and operators ----------------------------------------------------------------------------------------------------


def word_session(expression, dtype):
    """Return a session that makes ``y`` of ``z``, both of one column, by an expression."""
    build = GraphBuilder(np.dtype(dtype), 18, ["z", "y"])
    write_map(build, Map((0,), expression), ["z"], "y")
    return _built(build, [value_info("z", dtype, 1)], [value_info("y", dtype, 1)])


EDGES = {
    "a cut whose bounds are crossed": trace(lambda z: np.minimum(np.maximum(z, 1), -1), ["z"]),
    "a scale of 0": trace(lambda z: np.where(z > 0, 0 * z, 2 * np.expm1(np.minimum(z, 0))), ["z"]),
    "numbers that float32 lacks": trace(lambda z: np.minimum(np.where(z > 0, z, 1e200 * z), 1e250), ["z"]),
    "what overflows in its own way": trace(lambda z: np.exp(np.log1p(np.exp(100 * z)) / 100), ["z"]),
    "truth values of truth values": trace(lambda z: np.where(np.where(z > 0, z < 1, z < -1), (z > 0.5) < (z > -1), 2 - z), ["z"]),
    "no truth value of a number": trace(lambda z: np.where(~(z * (z > 0)), z, -z), ["z"]),
    "a truth value": trace(lambda z: z > 0.3, ["z"]),
    "z itself": trace(lambda z: z, ["z"]),
}


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("name", EDGES)
def test_expressions_compute_what_they_compute_in_halfmoon(name, dtype):
    z = np.linspace(-2, 2, 41, dtype=dtype)[:, None]
    found = word_session(EDGES[name], dtype).run(None, {"z": z})[0]
    np.testing.assert_allclose(found, EDGES[name](z), rtol=2e-6 if dtype == "float32" else 1e-14)


EXACT = {"log1p": log1p, "expm1": expm1, "erf": erf, "arctan": arctan}


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("word", EXACT)
def test_what_is_written_out_keeps_its_digits(word, dtype):
    reference = {"arctan": mpmath.atan}.get(word, getattr(mpmath, word, None))
    z = np.r_[0, np.geomspace(1e-30, 80, 60), [0.4142, 0.4143, 2.414, 2.415, 1, 6]]
    z = np.r_[z, -z[z < (0.999 if word == "log1p" else 90)]].astype(dtype)
    with mpmath.workdps(40):
        wanted = np.array([float(reference(mpmath.mpf(float(each)))) for each in z])
    found = word_session(trace(EXACT[word], ["z"]), dtype).run(None, {"z": z[:, None]})[0][:, 0]
    np.testing.assert_allclose(found, wanted, rtol=40 * np.finfo(dtype).eps, atol=0)


LIMITS = {
    "log1p": [np.inf, np.nan, np.nan, -np.inf], "expm1": [np.inf, -1, np.nan, np.expm1(-1)], "erf": [1, -1, np.nan, -0.8427007929497149],
    "arctan": [np.pi / 2, -np.pi / 2, np.nan, -np.pi / 4],
}  # fmt: skip


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("word", LIMITS)
def test_what_is_written_out_is_right_at_the_limits(word, dtype):
    z = np.array([[np.inf], [-np.inf], [np.nan], [-1]], dtype)
    found = word_session(trace(EXACT[word], ["z"]), dtype).run(None, {"z": z})[0][:, 0]
    np.testing.assert_allclose(found, np.array(LIMITS[word], dtype), rtol=1e-6 if dtype == "float32" else 1e-15)


def random_expression(seed):
    """Return an expression of up to 20 words, each on numbers or truth values as it takes them."""
    random, steps, truths = np.random.RandomState(seed), [("input", "z"), ("constant", 0.0), ("constant", -1.5)], [False] * 3
    while len(steps) < 23:
        word = str(random.choice(list(MEANING)))
        fitting = [place for place, truth in enumerate(truths) if word in MIXED or truth == (word in LOGICAL)]
        if fitting:
            steps.append((word, *(int(each) for each in random.choice(fitting[-7:], ARITY[word]))))
            truths.append(is_truth(steps[-1], truths))
    needed = {22}
    for place in range(22, 2, -1):
        needed |= set(steps[place][1:]) if place in needed else set()
    kept = {place: index for index, place in enumerate(sorted(needed))}
    moved = [steps[place] if place < 3 else (steps[place][0], *(kept[each] for each in steps[place][1:])) for place in kept]
    return Expression(("z",), tuple(moved))


@pytest.mark.parametrize("seed", range(60))
def test_any_expression_computes_what_it_computes_in_halfmoon(seed):
    expression = random_expression(seed)
    z = np.random.RandomState(seed).normal(size=(30, 1)) * 2
    if expression.uses("z"):
        wanted, found = expression(z), word_session(expression, "float64").run(None, {"z": z})[0]
        sound = np.isfinite(wanted) & (np.abs(wanted) < 1e6)
        np.testing.assert_allclose(found[sound], wanted[sound], rtol=1e-9, atol=1e-9)


USED = {
    "relu": ("Relu", "Relu"), "sigmoid": ("Sigmoid", "Sigmoid"), "tanh": ("Tanh", "Tanh"), "leaky_relu": ("LeakyRelu", None),
    "elu": ("Elu", None), "selu": ("Selu", None), "softplus": ("Softplus", None), "softsign": ("Softsign", None),
    "hard_tanh": ("Clip", "Clip"), "mish": ("Mish", None), "sine": ("Sin", "Sin"),
}  # fmt: skip


@pytest.mark.parametrize("name", USED)
def test_activations_are_operators_where_these_give_the_same_numbers(name):
    for dtype, wanted in zip(("float32", "float64"), USED[name], strict=True):
        model = hm.Network([hm.ACTIVATIONS[name]]).init(3, dtype=dtype)
        operators = [node.op_type for node in onnx.load_from_string(write(predictor_of(model))).graph.node]
        if wanted is None:
            assert not {"LeakyRelu", "Elu", "Selu", "Softplus", "Softsign", "Mish"} & set(operators)
        else:
            assert [each for each in operators if each != "Identity"] == [wanted]


def test_every_row_of_an_operator_is_used():
    found = set()
    for kind in CASES:
        for case in cases(kind):
            for opset in (18, 20):
                found |= {node.op_type for node in onnx.load_from_string(write(predictor_of(case.model), opset)).graph.node}
    assert {row.operator for row in STANDARD} <= found


LONG = CategoryColumn("code", ("7" * 400, "x" * 5000), numbers=((7.0, "7" * 400),))


def test_long_levels_make_no_large_file():
    build = GraphBuilder(np.dtype("float32"), 18, ["code", "features"])
    write_features(build, Table((LONG,), "target"), "features")
    assert len(build.nodes[0].attribute[0].strings) < 40


@pytest.mark.parametrize("opset", [19, 20, 21, 22])
def test_other_opsets_say_the_same(opset):
    for case in cases("layers") + cases("own activations") + cases("regressors"):
        content = write(predictor_of(case.model), opset)
        assert onnx.load_from_string(content).opset_import[0].version == opset
        check(case, answers(case, session_of(content), {"X": case.X}))


def test_per_column_constants_and_own_names_are_no_trouble():
    names = ["X", "label", "scores", "x1", "c0", "", "a\0b"]
    activation = hm.Activation("own", lambda z, *c: z + sum(c), constants=dict.fromkeys(names, (1.0, 2.0, 3.0)))
    case = case_of("own", random_model(hm.Network([hm.Dense(3), activation]), 5, "float64"), "float64")
    check(case, answers(case, session_of(write(predictor_of(case.model))), {"X": case.X}))


# ---- what the file is -------------------------------------------------------------------------------------------------------


def loaded(model):
    return onnx.load_from_string(write(predictor_of(model)))


def some_cases():
    return [cases(kind)[place] for kind in CASES for place in (0, -1)]


def test_shapes_are_what_inference_says_and_rows_are_free():
    for case in [*some_cases(), *tables.cases()[:12]]:
        model = loaded(case.model)
        stated = {each.name: str(each.type) for each in model.graph.output}
        for each in model.graph.output:
            each.type.tensor_type.ClearField("shape")
        inferred = onnx.shape_inference.infer_shapes(model, check_type=True, strict_mode=True, data_prop=True)
        assert {each.name: str(each.type) for each in inferred.graph.output} == stated
        assert {each.type.tensor_type.shape.dim[0].dim_param for each in model.graph.input} == {"n"}


@pytest.mark.parametrize("rows", [0, 1, 1000])
def test_any_number_of_rows(rows):
    for case in some_cases():
        given = np.resize(case.X, (rows, case.X.shape[1])).astype(case.dtype)
        many = outputs_of(session_of(write(predictor_of(case.model))), {"X": given})
        for name, found in many.items():
            wanted = np.asarray(case.expected[NAMES[name]])
            assert len(found) == rows
            assert found.shape[1:] == (wanted.shape[1:] or ((1,) if name == "variable" else ()))
    for case in tables.cases()[:12]:
        predictor = predictor_of(case.model)
        given = {name: np.resize(cells, (rows, 1)) for name, cells in inputs_of(predictor, case.columns).items()}
        assert {len(each) for each in session_of(write(predictor)).run(None, given)} == {rows}


def test_names_are_those_of_scikit_learns_models():
    kinds = {"classifiers": ["label", "probabilities", "scores"], "regressors": ["variable", "scores"], "layers": ["variable", "scores"]}
    for kind, names in kinds.items():
        session = session_of(write(predictor_of(cases(kind)[0].model)))
        assert [each.name for each in session.get_inputs()] == ["X"]
        assert [each.name for each in session.get_outputs()] == names
    quantiles = next(case for case in cases("regressors") if case.name.startswith("quantiles"))
    assert [each.name for each in session_of(write(predictor_of(quantiles.model))).get_outputs()] == ["variable", "quantiles", "scores"]
    case = tables.cases()[5]
    assert [each.name for each in session_of(write(predictor_of(case.model))).get_inputs()] == list(case.columns)


def test_the_file_says_what_made_it():
    case = tables.cases()[1]
    model = loaded(case.model)
    assert (model.producer_name, model.producer_version) == ("halfmoon", hm.__version__)
    assert model.doc_string.startswith("MLPClassifier, ")
    assert (model.ir_version, {each.domain: each.version for each in model.opset_import}) == (8, {"": 18, "ai.onnx.ml": 3})
    props = session_of(model.SerializeToString()).get_modelmeta().custom_metadata_map
    assert {name: json.loads(text) for name, text in props.items()} == {"classes": ["a", "b", 'c\'s "x"'], "target": "target"}
    assert all(each.doc_string for each in [*model.graph.input, *model.graph.output])


def test_constants_are_kept_once():
    for case in some_cases():
        graph = loaded(case.model).graph
        kept = [(each.data_type, tuple(each.dims), each.raw_data, tuple(each.string_data)) for each in graph.initializer]
        assert len(set(kept)) == len(kept)
        used = {name for node in graph.node for name in node.input}
        assert {each.name for each in graph.initializer} <= used
        made = [name for node in graph.node for name in node.output]
        assert set(made) <= used | {each.name for each in graph.output} | {"order"}


def _table_model(names):
    random = np.random.RandomState(0)
    frame = {name: random.normal(size=40) for name in names} | {"target": random.permutation([True, False] * 20)}
    recipe = tables.Recipe().changed({"hidden_layer_sizes": (2,), "max_iter": 1, "validation_fraction": 0.0})
    return tables.fit(tables.prepare(pl.DataFrame(frame), "target", recipe)), frame


def test_a_column_keeps_its_name_and_an_output_of_that_name_yields():
    names = ["label", "scores", "label_", "features", "x1", "t0", "c0", "X", "classes", "中 → \n\"'\\", " "]
    model, frame = _table_model(names)
    session = session_of(write(predictor_of(model)))
    assert [each.name for each in session.get_inputs()] == names
    assert [each.name for each in session.get_outputs()] == ["label__", "probabilities", "scores_"]
    found = session.run(["label__"], {name: np.array(frame[name])[:, None] for name in names})[0]
    np.testing.assert_array_equal(found, model.predict(pl.DataFrame(frame))["target"].to_numpy())


REFUSED_OPSETS = [17, 10**6, "18", 18.0, None, True]


@pytest.mark.parametrize("opset", REFUSED_OPSETS)
def test_an_opset_that_is_none_is_told(opset):
    with pytest.raises(InputError, match="opset must be a whole number from 18 to"):
        write(predictor_of(cases("layers")[0].model), opset)


def test_a_column_without_a_name_is_told():
    predictor = predictor_of(tables.cases()[0].model)
    for name in ("", "a\0b"):
        columns = (replace(predictor.inputs.columns[0], name=name), *predictor.inputs.columns[1:])
        with pytest.raises(InputError, match="the name of a column must be a text that is not empty") as found:
            write(replace(predictor, inputs=replace(predictor.inputs, columns=columns)))
        assert len(str(found.value)) < 300


def test_a_missing_extra_is_told_with_what_installs_it(monkeypatch, tmp_path):
    for name in [name for name in sys.modules if name.startswith("halfmoon.exports.onnx_")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "onnx", None)
    with pytest.raises(InputError, match=r"ONNX files need onnx: .* install .*(onnx|halfmoon\[onnx\])"):
        hm.export(cases("layers")[0].model, tmp_path / "model.onnx")
    assert list(tmp_path.iterdir()) == []


def test_the_file_of_a_large_network_holds_little_but_its_numbers():
    layers = [hm.Dense(256), hm.ReLU, hm.Dense(128), hm.ReLU, hm.Dense(10)]
    predictor = predictor_of(hm.Network(layers, hm.SoftmaxCrossEntropy()).init(784, dtype="float64"))
    content = write(predictor)
    assert len(content) < 8 * (785 * 256 + 257 * 128 + 129 * 10) + 5000


# ---- where skl2onnx 1.20 is wrong -------------------------------------------------------------------------------------------


def _fitted(estimator, y, columns=X):
    with warnings.catch_warnings(action="ignore"):  # of so few epochs
        return estimator(hidden_layer_sizes=(4,), max_iter=2, random_state=0).fit(columns, y)


def test_a_regressor_of_several_outputs_keeps_its_columns():
    regressor = _fitted(hm.MLPRegressor, SEVERAL)
    found = outputs_of(session_of(write(predictor_of(regressor))), {"X": X})["variable"]
    np.testing.assert_allclose(found, regressor.predict(X), rtol=0, atol=1e-10)
    one = outputs_of(session_of(write(predictor_of(_fitted(hm.MLPRegressor, REAL)))), {"X": X})["variable"]
    assert one.shape == (len(X), 1)


LABELS = {
    "floats": (np.array([0.0, 2.0**40, -2.0]), "float64"),
    "booleans": (np.array([False, True, True]), "bool"),
    "whole beyond 2^31": (np.array([2**31 + 1, -(2**40), 2**62 + 1]), "int64"),
    "whole beyond 2^63": (np.array([1, 2**63, 2**64 - 1], np.uint64), "uint64"),
    "texts": (np.array(["no", "yes", "中\n\"'"]), "object"),
}


@pytest.mark.parametrize("kind", LABELS)
def test_labels_stay_what_they_are(kind):
    labels, dtype = LABELS[kind]
    y = labels[THREE]
    classifier = _fitted(hm.MLPClassifier, y)
    found = outputs_of(session_of(write(predictor_of(classifier))), {"X": X})["label"]
    assert (found.dtype, found.shape) == (np.dtype(dtype), (len(X),))
    np.testing.assert_array_equal(found, classifier.predict(X))
    assert set(found) <= set(labels)


def test_a_column_of_texts_is_one_hot():
    column = CategoryColumn("city", ("Lyon", "Nice", "中"), has_missing=True)
    found = column_session(column, dtype="float32").run(None, {"city": np.array([["中"], ["Lyon"], [""], ["Nice"]], object)})[0]
    np.testing.assert_array_equal(found, np.eye(4)[[2, 0, 3, 1]])


def test_own_activations_of_every_word_are_standard_operators():
    for activation in OWN.values():
        model = hm.Network([hm.Dense(5), activation]).init(5)
        assert {each.domain for each in loaded(model).opset_import} == {""}
    assert TARGETS["onnx"].options == ("opset",)
