"""``hm.export``: whole files, found by their ending, quickly; what cannot be exported is told in one sentence and costs nothing."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import polars as pl
import pytest

import halfmoon as hm
from exports import tables
from exports.networks import EVEN, random_model
from halfmoon.base.errors import InputError
from halfmoon.exports.conversion import predictor_of
from halfmoon.exports.export import export
from halfmoon.exports.targets import TARGETS
from halfmoon.layers.contract import Layer

NETWORK = random_model(hm.Network([hm.Dense(3), hm.Tanh, hm.Dense(2)], hm.SoftmaxCrossEntropy()), 2, "float32")


@pytest.mark.parametrize(("target", "suffix"), [(name, suffix) for name, row in TARGETS.items() for suffix in row.suffixes])
def test_the_ending_says_what_is_written(target, suffix, tmp_path):
    hm.export(NETWORK, tmp_path / f"model{suffix.upper()}")
    hm.export(NETWORK, str(tmp_path / "model"), target)
    assert (tmp_path / "model").read_bytes() == (tmp_path / f"model{suffix.upper()}").read_bytes()
    assert len(list(tmp_path.iterdir())) == 2


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("target", TARGETS)
def test_a_large_network_is_exported(target, dtype, tmp_path):
    layers = [hm.Dense(256), hm.ReLU, hm.Dense(128), hm.ReLU, hm.Dense(10)]
    model = hm.Network(layers, hm.SoftmaxCrossEntropy()).init(784, dtype=dtype)
    export(model, tmp_path / "model", target)
    assert model.theta.nbytes / 4 < (tmp_path / "model").stat().st_size < 32 * model.theta.size


class Own(Layer):
    def forward(self, p, x, pass_):
        return x

    def backward(self, p, x, y, dy, pass_):
        return dy, {}


class OwnLink(type(EVEN)):
    pass


def with_weight(number):
    model = hm.Network([hm.Dense(2)]).init(2)
    model.theta[0] = number
    return model


def with_link():
    loss = hm.PointwiseLoss("own", lambda s, y: (s - y) ** 2, link=OwnLink(EVEN.name, EVEN.inverse))
    return hm.Network([hm.Dense(2)], loss).init(2)


REFUSED = {
    "no model": (
        lambda: 5,
        "m.py",
        None,
        {},
        "model must be a Model, a Trainer, a fitted estimator of Halfmoon's, a TableModel or a TableEnsemble, got 5",
    ),
    "a class": (lambda: hm.Model, "m.py", None, {}, "model must be a Model, a Trainer, a fitted estimator of Halfmoon's, a"),
    "not fitted": (hm.MLPClassifier, "m.py", None, {}, r"model must be fitted: call its fit first, got MLPClassifier\(\)"),
    "own layer": (lambda: hm.Network([Own()]).init(2), "m.py", None, {}, "the layer at 0 must be one that can be exported, got Own"),
    "own link": (with_link, "m.py", None, {}, "the link of the loss own.* must be one of the library's kinds, got OwnLink"),
    "not a number": (lambda: with_weight(np.nan), "m.py", None, {}, "the model's 0.W must be finite, got nan at index"),
    "no such target": (lambda: NETWORK, "m.py", "numpi", {}, r"to must be one of numpy, js, json.*did you mean 'numpy'"),
    "a target that is no text": (lambda: NETWORK, "m.py", 5, {}, "to must be one of numpy"),
    "no such ending": (
        lambda: NETWORK,
        "m.txt",
        None,
        {},
        r"the ending of path, where to is left out, must be one of \.py, .* got '\.txt'",
    ),
    "no ending": (lambda: NETWORK, "m", None, {}, "the ending of path, where to is left out, must be one of"),
    "no such option": (lambda: NETWORK, "m.py", None, {"opset": 18}, "opset must be an option of numpy, which has none"),
    "no such folder": (lambda: NETWORK, "no/m.py", None, {}, "path must lie in a folder that exists"),
    "no path": (lambda: NETWORK, 5, None, {}, "path must be the path of a file, got 5"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_cannot_be_exported_is_told_and_costs_nothing(what, tmp_path, monkeypatch):
    model, path, to, options, sentence = REFUSED[what]
    monkeypatch.chdir(tmp_path)
    (tmp_path / "m.py").write_text("before")
    with pytest.raises(InputError, match=sentence) as found:
        hm.export(model(), path, to, **options)
    assert len(str(found.value)) < 300
    assert [(each.name, each.read_text()) for each in tmp_path.iterdir()] == [("m.py", "before")]


HOSTILE = ["import os; os.abort()", "x", "x0", "np", "class", 'a"""\nraise SystemExit', "é", "k[0]", "t0", "*/ boom", "`${boom}`"]


def test_names_of_ones_own_become_no_code():
    given = {name: 1.0 + place for place, name in enumerate(HOSTILE)}
    activation = hm.Activation("'''\nboom", lambda z, *c: z + sum(c), constants={name: (v, v, v) for name, v in given.items()})
    model = random_model(hm.Network([hm.Dense(3), activation]), 2, "float64")
    X = np.ones((2, 2))
    for target in ("numpy", "js", "json"):
        text = TARGETS[target].write(predictor_of(model)).decode()
        if target == "numpy":
            found = {}
            exec(compile(text, "model.py", "exec"), found)  # noqa: S102 - is what is tested
            np.testing.assert_allclose(found["scores"](X), model.scores(X))
        if target != "json":
            assert "boom" not in text
            assert "abort" not in text


ALONE = """
import sys
class Hidden:
    def find_spec(name, path=None, target=None):
        if name.partition(".")[0] in {"halfmoon", "scipy", "sklearn", "polars", "pandas", "numba"}:
            raise ModuleNotFoundError(name)
sys.meta_path.insert(0, Hidden)
sys.path.insert(0, "")
import model, table
print(model.predict([[1.0, 2.0]]).tolist())
for call, given in ((model.predict, [1.0]), (model.predict, [[1.0]]), (model.scores, [[1.0, float("nan")]]), (model.scores, [[1e300, 0]]),
                    (table.predict, {})):
    try:
        call(given)
    except ValueError as error:
        print(error)
"""


def test_the_numpy_file_needs_numpy_alone_and_refuses_in_one_sentence(tmp_path):
    export(NETWORK, tmp_path / "model.py")
    export(tables.cases()[0].model, tmp_path / "table.py")
    done = subprocess.run([sys.executable, "-W", "error", "-c", ALONE], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    first = f"[{int(NETWORK.predict([[1.0, 2.0]])[0])}]"
    assert [line.strip() for line in done.stdout.splitlines()] == [
        first, "X must have 2 columns, got shape (1,)", "X must have 2 columns, got shape (1, 1)", "X must be finite, and fit in float32",
        "X must be finite, and fit in float32", "the table must have the column 'number 0'",
    ]  # fmt: skip


CELLS = {
    "text": ("number 0", "abc", "the column 'number 0' must hold numbers, got 'abc'"),
    "too large": ("number 0", 1e200, "the column 'number 0' must hold finite numbers below 1e100"),
    "a date of people": ("date 9", "31.01.2020", "the column 'date 9' must hold dates such as 2020-01-31"),
    "no such date": ("date 9", "2020-02-30", "the column 'date 9' must hold dates such as .*, got '2020-02-30'"),
    "no time": ("clock 11", "25:00", "the column 'clock 11' must hold times such as 08:30:00, got '25:00'"),
}


def test_a_cell_that_cannot_be_read_is_told():
    found = {}
    frame = {}
    random = np.random.RandomState(0)
    names = ["number 0", "date 9", "clock 11"]
    for name in names:
        frame[name] = tables.KINDS[name.split()[0]](random, 40)
    frame["target"] = [bool(x) for x in random.randint(2, size=40)]
    recipe = tables.Recipe().changed({"hidden_layer_sizes": (2,), "max_iter": 1, "validation_fraction": 0.0})
    model = tables.fit(tables.prepare(pl.DataFrame(frame), "target", recipe))
    exec(TARGETS["numpy"].write(predictor_of(model)), found)  # noqa: S102 - is what is tested
    row = {name: [frame[name][0]] for name in names}
    assert found["predict"](row).dtype == bool
    for column, cell, sentence in CELLS.values():
        with pytest.raises(ValueError, match=sentence):
            found["predict"](row | {column: [cell]})


def test_a_trainer_is_exported_as_its_model():
    written = TARGETS["numpy"].write
    assert written(predictor_of(hm.Trainer(NETWORK))) == written(predictor_of(NETWORK))


def test_a_network_is_exported_without_waiting_for_what_reads_estimators(tmp_path):
    program = (
        "import sys, halfmoon as hm\n"
        "model = hm.Network([hm.Dense(3), hm.ReLU(), hm.Dense(2)], loss=hm.SoftmaxCrossEntropy()).init(4)\n"
        "for name in ('m.c', 'm.py', 'm.mjs', 'm.json', 'm.onnx'): hm.export(model, name)\n"
        "sys.exit('sklearn' in sys.modules)\n"
    )
    subprocess.run([sys.executable, "-c", program], cwd=tmp_path, check=True)
    assert len(list(tmp_path.iterdir())) == 5
