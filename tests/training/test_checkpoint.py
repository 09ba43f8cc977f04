"""Files of models."""

import copy
import inspect
import json
import struct
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import halfmoon as hm
from halfmoon.base.errors import InputError
from halfmoon.base.record import Record
from halfmoon.training.checkpoint import read, save
from twins import TWINS, WIDTH

RANDOM = np.random.RandomState(4)
X = RANDOM.normal(size=(20, 4))

Cube = hm.Activation("cube", lambda z, scale: scale * z**3 + np.where(z > 0, z, 0.1), None, {"scale": (0.1, 0.2, 0.3, 0.4, 0.5)})
Fourth = hm.PointwiseLoss("fourth", lambda s, y, weight: weight * (s - y) ** 4 + np.abs(s - y), constants={"weight": 0.5})

# networks by name; together they hold every kind of layer
NETWORKS = {
    "layers": hm.Network(
        [
            hm.Dense(6, hm.Constant(np.arange(24.0).reshape(4, 6) / 24), biases=hm.Normal(0.5)),
            hm.BatchNorm(momentum=0.3),
            hm.ReLU,
            hm.Residual(hm.Dense(3, "orthogonal", rate_factor=0.5), hm.LayerNorm(1e-3), hm.Residual(hm.Tanh, hm.Dropout(0.2)), hm.Dense(6)),
            hm.Dense(3, bias=False),
            hm.Softmax(),
            hm.Dense(2, hm.Scaled(2, "in", "normal"), biases="ones"),
        ],
        hm.SoftmaxCrossEntropy(label_smoothing=0.1),
    ),
    "own": hm.Network([hm.Dense(5), Cube, hm.Dense(1)], Fourth),
    "quantiles": hm.Network([hm.Dense(2)], hm.Quantile(level=(0.1, 0.9))),
    "counts": hm.Network([hm.Dense(2), hm.LeakyReLU(alpha=0.3)], hm.Poisson),
    "empty": hm.Network([], hm.Huber(delta=2)),
    "ensemble": hm.Network(
        [hm.Repeat(2), hm.BatchEnsemble(3, 2, inputs="random_signs"), hm.ReLU, hm.GroupedDense(1, 2)], hm.EnsembleLoss(hm.Logistic, 2)
    ),
} | {name: hm.Network([hm.Dense(WIDTH), row.examples[0], hm.Dense(1)], hm.Logistic) for name, row in TWINS.items()}


def trained(name, dtype="float64"):
    """Return a model whose numbers are none of an initialiser's, and its history."""
    network = NETWORKS[name]
    model = network.init(4, 1, dtype)
    random = np.random.RandomState(2)
    model.theta[...] += 0.01 * random.normal(size=model.theta.size)
    model.state.vector[...] += random.uniform(0.1, 1, model.state.vector.size)
    outputs = model.program.n_outputs
    y = random.randint(0, 2, (20, outputs))
    y = y[:, 0] if isinstance(network.loss, hm.SoftmaxCrossEntropy | hm.EnsembleLoss) else y
    optimizer = hm.SGD(1e-3) if name != "empty" else hm.SGD()
    return model, hm.train(model, X, y, optimizer=optimizer, epochs=3, batch_size=6, metrics=[], stopping=hm.EarlyStopping())


def same(one, other):
    assert one.network == other.network
    assert hash(one.network) == hash(other.network)
    assert (one.n_inputs, one.dtype) == (other.n_inputs, other.dtype)
    assert one.theta.tobytes() == other.theta.tobytes()
    assert one.state.vector.tobytes() == other.state.vector.tobytes()
    assert one.scores(X).tobytes() == other.scores(X).tobytes()
    assert one.predict(X).tobytes() == other.predict(X).tobytes()


def test_every_kind_of_layer_is_saved_here():
    kinds = {kind for kind in Record.kinds.values() if kind.__module__.startswith("halfmoon.layers") and issubclass(kind, hm.Layer)}
    ours = {kind for kind in kinds if not inspect.isabstract(kind)}
    assert {type(step.layer) for network in NETWORKS.values() for step in network.program(4).steps} - {type(None)} == ours


@pytest.mark.parametrize("name", NETWORKS)
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_round_trip(tmp_path, name, dtype):
    model, history = trained(name, dtype)
    path = tmp_path / "model.safetensors"
    hm.save(path, model, history=history)
    same(hm.load(path), model)
    same(hm.load(str(path)), model)
    found = read(path).history
    assert list(found) == list(history)
    assert all(found[column].tobytes() == history[column].tobytes() for column in history)
    assert (found.stopped, found.best_epoch) == (history.stopped, history.best_epoch)
    assert path.read_bytes().find(b"pickle") == -1


@pytest.mark.smoke
def test_what_is_loaded_is_a_model_of_its_own(tmp_path):
    model, _ = trained("layers")
    hm.save(tmp_path / "a", model)
    first, second = hm.load(tmp_path / "a"), hm.load(tmp_path / "a")
    first.theta[...] = 0
    same(second, model)
    second.params[0]["W"][...] = 7  # still a view
    assert (second.theta == 7).sum() == 24
    assert read(tmp_path / "a").history is None


def test_saving_changes_nothing_and_twice_is_the_same_bytes(tmp_path):
    model, history = trained("layers")
    before = copy.deepcopy(model)
    hm.save(tmp_path / "a", model, history=history)
    hm.save(tmp_path / "b", hm.load(tmp_path / "a"), history=history)
    same(model, before)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


def test_gradients_and_training_go_on_alike(tmp_path):
    model, _ = trained("own")
    hm.save(tmp_path / "a", model)
    other = hm.load(tmp_path / "a")
    y = X[:, 0]
    first, second = (hm.train(each, X, y, epochs=4, batch_size=5) for each in (model, other))
    assert first["loss"].tobytes() == second["loss"].tobytes()
    same(model, other)


def test_extras(tmp_path):
    model, _ = trained("counts")
    save(tmp_path / "a", model, extras={"how": hm.EarlyStopping(patience=3), "penalty": hm.Penalty(0.1)})
    found = read(tmp_path / "a")
    assert found.get("how") == hm.EarlyStopping(patience=3)
    assert found.get("penalty") == hm.Penalty(0.1)
    assert found.get("other") is None


# ---- classes and functions of the user's own ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class Twice(hm.Layer):
    """A layer of a user's own."""

    factor: float = 2.0

    def forward(self, p, x, pass_):
        return self.factor * x

    def backward(self, p, x, y, dy, pass_):
        return self.factor * dy, {}


LOAD = "import sys, numpy, halfmoon; print(halfmoon.load(sys.argv[1]).predict(numpy.arange(8.0).reshape(2, 4)).tobytes().hex())"


def elsewhere(path):
    """Load in a process that knows nothing of this module."""
    return subprocess.run([sys.executable, "-c", LOAD, str(path)], capture_output=True, text=True, check=False, cwd=path.parent)


@pytest.mark.parametrize("name", ["own", "layers"])
def test_loads_where_the_users_functions_do_not_exist(tmp_path, name):
    model, _ = trained(name)
    hm.save(tmp_path / "a", model)
    found = elsewhere(tmp_path / "a")
    assert found.returncode == 0, found.stderr
    assert found.stdout.strip() == model.predict(np.arange(8.0).reshape(2, 4)).tobytes().hex()


def test_a_layer_class_must_be_defined(tmp_path):
    model = hm.Network([Twice(3.0), hm.Dense(2)]).init(4, 1)
    path = tmp_path / "a"
    hm.save(path, model)
    same(hm.load(path), model)
    found = elsewhere(path)
    assert found.returncode == 1
    last = found.stderr.strip().splitlines()[-1]
    assert last.startswith("halfmoon.base.errors.InputError: ")
    assert f"{Twice.__module__}.Twice" in last
    assert "not defined" in last


# ---- damaged files -----------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def good(tmp_path_factory):
    model, history = trained("layers")
    path = tmp_path_factory.mktemp("good") / "good.safetensors"
    hm.save(path, model, history=history)
    return path.read_bytes()


@pytest.fixture
def damaged(tmp_path):
    """Return what loads given bytes, which must fail in one sentence that names the file."""
    path = tmp_path / "damaged.safetensors"

    def check(content, words=None):
        path.write_bytes(content)
        with pytest.raises(InputError, match=words) as caught:
            hm.load(path)
        assert "damaged.safetensors" in str(caught.value)
        assert "\n" not in str(caught.value)

    return check


@pytest.mark.parametrize("share", [0, 1e-9, 0.001, 0.1, 0.5, 0.9, 0.9999])
def test_cut_off(good, damaged, share):
    damaged(good[: int(np.ceil(share * len(good)))] if share < 0.9999 else good[:-1])


def test_too_long(good, damaged):
    damaged(good + b"\0")


@pytest.mark.parametrize("size", [1, 7, 8, 9, 100, 5000])
def test_random_bytes(damaged, size):
    damaged(np.random.RandomState(size).bytes(size))


def test_other_files(damaged):
    damaged(b'{"version": 1}')
    damaged(struct.pack("<Q", 2) + b"{}")
    damaged(struct.pack("<Q", 2**63) + b"{}")


@pytest.mark.parametrize("number", [np.nan, np.inf])
def test_a_model_that_is_not_finite_is_neither_saved_nor_loaded(tmp_path, damaged, number):
    model = hm.Network([hm.Dense(3, bias=False)]).init(2)
    hm.save(tmp_path / "a", model)
    content = (tmp_path / "a").read_bytes()
    assert content.endswith(model.params["0.W"].tobytes())
    damaged(content[:-4] + np.float32(number).tobytes(), r"0\.W must be finite, got (nan|inf) at index \(1, 2\)")
    model.theta[0] = number
    with pytest.raises(InputError, match=r"^model: 0\.W must be finite, got (nan|inf) at index \(0, 0\)$"):
        hm.save(tmp_path / "b", model)
    assert not (tmp_path / "b").exists()


def test_no_file(tmp_path):
    with pytest.raises(InputError, match="path must be the path of a file, got 3"):
        hm.load(3)
    with pytest.raises(InputError, match=r"nothing\.safetensors' does not exist$"):
        hm.load(tmp_path / "nothing.safetensors")
    with pytest.raises(InputError, match=r"cannot be read|must be a model"):
        hm.load(tmp_path)


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(data=st.data())
def test_a_changed_byte_is_refused_or_loads_a_model(good, tmp_path, data):
    head = 8 + struct.unpack("<Q", good[:8])[0]
    place = data.draw(st.integers(0, head - 1))
    content = bytearray(good)
    content[place] = data.draw(st.integers(0, 255))
    path = tmp_path / "changed"
    path.write_bytes(content)
    try:
        found = hm.load(path)
    except InputError as error:
        assert "changed" in str(error)  # noqa: PT017 - either is fine
    else:
        assert isinstance(found, hm.Model)


def edited(good, change):
    """Return a file whose head was changed, our JSON in it by ``change`` in place or anew."""
    size = struct.unpack("<Q", good[:8])[0]
    outer = json.loads(good[8 : 8 + size])
    head = json.loads(outer["__metadata__"]["halfmoon"])
    new = change(head)
    outer["__metadata__"]["halfmoon"] = json.dumps(head if new is None else new)
    text = json.dumps(outer).encode()
    text += b" " * (-len(text) % 8)
    return struct.pack("<Q", len(text)) + text + good[8 + size :]


def put(*keys, value):
    """Return a change that puts ``value`` in a place of the head."""

    def change(head):
        for key in keys[:-1]:
            head = head[key]
        head[keys[-1]] = value

    return change


def drop(key):
    return lambda head: head.pop(key) and None


def nested(depth):
    inner = []
    for _ in range(depth):
        inner = [inner]
    return inner


# by what was changed: the change, and what the sentence must say
EDITS = {
    "unknown layer": (put("network", "layers", 0, "kind", value="Dance"), "needs the class 'Dance', which is not defined here"),
    "no layer": (put("network", "layers", 0, value=3), "damaged"),
    "a loss as a layer": (put("network", "layers", 0, value={"kind": "SoftmaxCrossEntropy", "label_smoothing": 0}), "damaged"),
    "an abstract class": (put("network", "layers", 0, value={"kind": "Layer"}), "damaged"),
    "no network": (put("network", value={"kind": "Penalty", "l1": 0.0, "l2": 0.0}), "damaged"),
    "network missing": (drop("network"), "damaged"),
    "unknown field": (put("network", "layers", 0, "colour", value="red"), "damaged"),
    "wrong number": (put("network", "layers", 1, "momentum", value="much"), "damaged"),
    "newer version": (put("version", value=2), r"must be of format 1, got 2"),
    "no version": (drop("version"), "must be of format 1"),
    "other shape": (put("n_inputs", value=5), "damaged"),
    "more units": (put("network", "layers", 4, "units", value=7), "damaged"),
    "inputs as text": (put("n_inputs", value="4"), "damaged"),
    "inputs missing": (drop("n_inputs"), "damaged"),
    "other dtype": (put("dtype", value="float32"), "damaged"),
    "object dtype": (put("dtype", value="object"), "damaged"),
    "a list": (lambda head: [1, 2], "damaged|must be"),
    "a number": (lambda head: 3, "damaged|must be"),
    "history as text": (put("history", value="none"), "damaged"),
    "history of other columns": (put("history", "columns", value=["lost"]), "damaged"),
    "history of parameters": (put("history", "columns", value=[["loss"]]), "damaged"),
    "extras missing": (drop("extras"), "damaged"),
    "pickled objects": (put("network", "layers", 0, "weights", "array", "dtype", value="|O"), "must hold numbers|damaged"),
    "array of no numbers": (put("network", "layers", 0, "weights", "array", "base64", value="%%%"), "damaged"),
    "huge layer": (put("network", "layers", 4, "units", value=10**15), "damaged"),
    "huge input": (put("n_inputs", value=10**15), "damaged"),
    "deep": (put("network", value=nested(900)), "damaged"),
}


def test_an_edit_that_changes_nothing_loads(good, tmp_path):
    (tmp_path / "a").write_bytes(edited(good, lambda head: None))
    same(hm.load(tmp_path / "a"), trained("layers")[0])


@pytest.mark.parametrize("name", EDITS)
def test_an_edited_head(good, damaged, name):
    change, words = EDITS[name]
    damaged(edited(good, change), words)


# ---- writing -----------------------------------------------------------------------------------------------------------------


def test_a_failing_write_leaves_the_old_file(tmp_path, monkeypatch):
    model, _ = trained("counts")
    path = tmp_path / "a.safetensors"
    hm.save(path, model)
    before = path.read_bytes()

    def fail(self, target):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", fail)
    model.theta[...] = 0
    with pytest.raises(InputError, match=r"a\.safetensors' cannot be written: No space left on device"):
        hm.save(path, model)
    assert path.read_bytes() == before
    assert [each.name for each in tmp_path.iterdir()] == ["a.safetensors"]


@pytest.mark.parametrize(("place", "words"), [("no/folder/a", "folder that exists"), (".", "ordinary file")])
def test_where_it_cannot_be_written(tmp_path, place, words):
    with pytest.raises(InputError, match=words):
        hm.save(tmp_path / place, trained("counts")[0])


def test_only_models_are_saved(tmp_path):
    with pytest.raises(InputError, match=r"^model must be a Model"):
        save(tmp_path / "a", NETWORKS["own"])
    assert not (tmp_path / "a").exists()
