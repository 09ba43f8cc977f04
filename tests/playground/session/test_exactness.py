"""What runs is the library: however a session is played, its losses and weights are those of ``train`` to the bit."""

from __future__ import annotations

import json

import numpy as np
import pytest
from sklearn.datasets import make_circles, make_moons

import halfmoon as hm
from halfmoon.playground.session import datasets
from halfmoon.playground.session.diagram import in_diagram
from halfmoon.playground.session.frame import unpacked
from playground_sessions import check_code, step


def lane(session):
    return session.runner.lanes[0]


def play_until(session, epoch):
    """Play flat out up to an epoch, as a stop rule has it."""
    session.handle({"type": "stop_at", "epoch": epoch})
    session.handle({"type": "play", "speed": {"mode": "max"}})
    assert session.runner.wait_idle(30)


def exercise():
    pairs = [(64, hm.ReLU), (32, hm.Sigmoid), (16, hm.Sigmoid), (1, hm.Sigmoid)]
    layers = [layer for units, activation in pairs for layer in (hm.Dense(units, weights="normal"), activation())]
    return hm.Network(layers, loss=hm.SquaredError()).init(n_inputs=2, seed=0, dtype="float64")


def test_the_default_is_the_exercise_to_the_last_bit(session):
    X, y = make_moons(n_samples=1000, noise=0.2, random_state=666)
    model = exercise()
    history = hm.train(model, X, y, optimizer=hm.SGD(0.8), epochs=200)
    assert lane(session).loss == exercise().loss(X, y)
    play_until(session, 150)
    step(session, 20)
    step(session, 30, "batch")
    assert lane(session).epoch == 200
    assert lane(session).loss == history["loss"][-1]
    np.testing.assert_array_equal(lane(session).model.theta, model.theta)
    header, _ = unpacked(session.frame(0))
    assert header["lanes"][0]["loss"] == history["loss"][-1]


def trained(session, epochs):
    """Return the model and history of ``train`` with a session's settings, made by the code that it gives for another one."""
    from halfmoon.playground.session import network

    settings, problem = lane(session).settings, lane(session).problem
    seed, dtype = settings["network.seed"], settings["network.precision"]
    model = network.network(settings, problem.classes).init(problem.X.shape[1], seed=seed, dtype=dtype)
    batch = settings["training.batch"]
    history = hm.train(
        model, problem.X, problem.y, optimizer=network.optimizer(settings), penalty=network.penalty(settings), epochs=epochs,
        seed=settings["training.seed"], batch_size=batch, shuffle=settings["training.shuffle"], threads=1,
    )  # fmt: skip
    return model, history


CASES = {
    "batches": {"training": {"batch": 16, "rate": 0.1}},
    "last batch smaller, float32": {"training": {"batch": 25, "rate": 0.1}, "network": {"precision": "float32"}},
    "no shuffle": {"training": {"batch": 16, "shuffle": False}},
    "adam": {"training": {"optimizer": "adam", "batch": 20}},
    "momentum, cosine": {"training": {"optimizer": "momentum", "schedule": "cosine", "schedule_epochs": 20}},
    "plateau": {"training": {"optimizer": "rmsprop", "schedule": "plateau", "schedule_every": 1, "batch": 30}},
    "dropout and batch norm": {
        "network": {"layers": [{"width": 6, "normalise": "batch", "dropout": 0.3}, {"width": 4, "normalise": "layer"}]},
        "training": {"batch": 20, "rate": 0.05},
    },
    "penalty, clipping": {"training": {"l1": 0.001, "l2": 0.01, "clip_norm": 0.5}},
    "several classes": {"data": {"kind": "blobs", "classes": 4}},
    "numbers": {"data": {"kind": "saddle"}},
    "test rows, standardised": {"data": {"test_share": 0.3, "standardise": True}},
    "own activation": {"network": {"layers": [{"width": 5, "activation": {"formula": "z / (1 + abs(z))"}}]}},
    "no hidden layer": {"network": {"layers": []}},
    "one cycle": {"training": {"schedule": "one_cycle", "schedule_epochs": 24}},
    "L-BFGS": {"training": {"optimizer": "lbfgs"}},
}


@pytest.mark.parametrize("case", CASES)
def test_any_way_of_playing_gives_the_bits_of_train(small, case):
    """Chunks, single epochs, batches and rows, pauses, and back and forth on the timeline."""
    assert "error" not in small.handle({"type": "settings", "settings": CASES[case]})
    model, history = trained(small, 24)
    play_until(small, 7)
    step(small, 2, "batch")
    step(small, 1, "sample")
    step(small, 3)
    assert small.handle({"type": "seek", "epoch": 5})["epoch"] <= lane(small).epoch
    step(small, 3, "batch")
    small.handle({"type": "seek", "epoch": 0})
    step(small, 9)
    assert small.handle({"type": "seek", "epoch": 9})["epoch"] == 9
    assert lane(small).loss == history["loss"][8]
    play_until(small, 24)
    assert lane(small).epoch == 24
    assert lane(small).loss == history["loss"][-1]
    np.testing.assert_array_equal(lane(small).model.theta, model.theta)


@pytest.mark.parametrize("optimizer", ["momentum", "lbfgs"])
def test_a_fork_forgets_what_came_later(small, optimizer):
    small.handle({"type": "settings", "settings": {"training": {"optimizer": optimizer}}})
    for _ in range(6):
        step(small, 2)
    small.handle({"type": "seek", "epoch": 6})
    assert lane(small).timeline.epochs[-1] == 12  # one may go forward again
    step(small, 1)
    assert lane(small).timeline.epochs[-1] == 7
    assert lane(small).curve.last[0] == 7


CHANGES = [
    {"type": "settings", "settings": {"training": {"rate": 0.05, "l2": 0.01}}},
    {"type": "settings", "settings": {"training": {"batch": 20}}},
    {"type": "weight", "layer": 0, "i": 1, "j": 2, "value": 0.25},
    {"type": "weight", "layer": 1, "i": -1, "j": 0, "value": -1},
]

OPTIMIZERS = {
    "sgd": {"rate": 0.3, "batch": 16},
    "adam": {"optimizer": "adam", "batch": 16},
    "lbfgs": {"optimizer": "lbfgs"},
}


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_the_python_of_a_run_that_was_changed_by_hand_gives_its_bits(small, optimizer):
    small.handle({"type": "settings", "settings": {"training": OPTIMIZERS[optimizer]}})
    for change in CHANGES:
        step(small, 3)
        assert not small.handle(change).get("restarted")
    step(small, 3)
    check_code(small)
    small.handle({"type": "seek", "epoch": 4})
    check_code(small)
    step(small, 5)
    check_code(small)


DATA = {
    "circles": {"kind": "circles"},
    "xor": {"kind": "xor", "test_share": 0.25},
    "spirals": {"kind": "spirals", "standardise": True},
    "blobs": {"kind": "blobs", "classes": 5},
    "rule": {"kind": "rule", "rule": "x2 > sin(x1) and x1 < 2", "noise": 0.1},
    "plane": {"kind": "plane", "test_share": 0.2, "standardise": True},
    "saddle": {"kind": "saddle"},
    "drawn": {"kind": "drawn"},
}


@pytest.mark.parametrize("kind", DATA)
def test_the_python_of_any_data_gives_its_bits(small, kind, capsys):
    small.handle({"type": "settings", "settings": {"data": DATA[kind]}})
    step(small, 4)
    check_code(small)
    assert f"loss {lane(small).loss!r}" in capsys.readouterr().out


@pytest.mark.parametrize("case", CASES)
def test_the_python_of_any_network_gives_its_bits(small, case):
    small.handle({"type": "settings", "settings": CASES[case]})
    step(small, 5)
    check_code(small)


@pytest.mark.parametrize("case", CASES)
def test_a_document_goes_on_to_the_same_bits(small, session, case):
    small.handle({"type": "settings", "settings": CASES[case]})
    step(small, 4)
    if lane(small).first_order:
        small.handle({"type": "settings", "settings": {"training": {"rate": 0.02}}})
    step(small, 3)
    text = json.dumps(small.handle({"type": "document"})["document"], allow_nan=False)
    step(small, 5)
    theta, loss, code = lane(small).model.theta.copy(), lane(small).loss, small.handle({"type": "python"})["code"]
    small.handle({"type": "settings", "settings": {"data": {"kind": "xor"}, "network": {"layers": []}}})
    reply = small.handle({"type": "load", "document": json.loads(text)})
    assert "error" not in reply, reply
    assert lane(small).epoch == 7
    step(small, 5)
    np.testing.assert_array_equal(lane(small).model.theta, theta)
    assert lane(small).loss == loss
    assert small.handle({"type": "python"})["code"] == code


def test_lanes_are_trained_by_the_same_epochs_and_each_as_it_would_alone(small):
    small.handle({"type": "lanes", "add": {"training": {"optimizer": "adam"}}})
    step(small, 4)
    small.handle({"type": "lanes", "copy": 1})
    small.handle({"type": "settings", "lane": 2, "settings": {"training": {"rate": 0.002}}})
    step(small, 4)
    lanes = small.runner.lanes
    assert [each.epoch for each in lanes] == [8, 8, 8]
    assert lanes[0].loss == trained(small, 8)[1]["loss"][-1]
    assert lanes[1].loss != lanes[2].loss
    code = small.handle({"type": "python", "lane": 2})["code"]
    found: dict = {}
    exec(code, found)  # noqa: S102 - what is tested
    np.testing.assert_array_equal(found["model"].theta, lanes[2].model.theta)
    small.handle({"type": "lanes", "remove": 1})
    assert len(small.runner.lanes) == 2


@pytest.mark.parametrize("rows", [1000, 7])
def test_data_are_those_of_scikit_learn(rows):
    for mine, theirs in (
        (datasets.moons(rows, 0.2, 5), make_moons(rows, noise=0.2, random_state=5)),
        (datasets.circles(rows, 0.1, 5), make_circles(rows, noise=0.1, random_state=5, factor=0.5)),
    ):
        np.testing.assert_array_equal(mine[0], theirs[0])
        np.testing.assert_array_equal(mine[1], theirs[1])


@pytest.mark.parametrize("rule", [{"loss": 0.1}, {"plateau": 2}], ids=str)
def test_a_rule_stops_at_its_very_epoch(small, rule):
    small.handle({"type": "settings", "settings": {"training": {"optimizer": "adam", "rate": 0.1, "batch": 16}}})
    losses = trained(small, 400)[1]["loss"]
    if "loss" in rule:
        wanted = int(np.argmax(losses <= rule["loss"])) + 1
    else:
        best, waited, wanted = np.inf, 0, 0
        for wanted, loss in enumerate(losses, 1):  # noqa: B007 - where it ends
            best, waited = (loss, 0) if loss < best else (best, waited + 1)
            if waited >= rule["plateau"]:
                break
    small.handle({"type": "stop_at", **rule})
    small.handle({"type": "play"})
    assert small.runner.wait_idle(30)
    assert lane(small).epoch == wanted
    assert lane(small).loss == losses[wanted - 1]
    assert small.state(data=False)["lanes"][0]["ending"]["reason"] == "callback"


@pytest.mark.parametrize("mode", ["sample", "batch", "max"])
def test_a_rule_that_is_met_already_stops_at_once(small, mode):
    step(small, 5)
    small.handle({"type": "stop_at", "epoch": 3})
    small.handle({"type": "play", "speed": {"mode": mode}})
    assert small.runner.wait_idle(30)
    assert lane(small).epoch == 5
    assert small.state()["stop_at"] is None
    assert small.handle({"type": "play"})["running"]


def test_what_diverges_freezes_at_its_last_whole_epoch_and_says_why(small):
    small.handle({"type": "settings", "settings": {"network": {"output_activation": "identity"}, "training": {"rate": 500}}})
    small.handle({"type": "play"})
    assert small.runner.wait_idle(30)
    header, arrays = unpacked(small.frame(0))
    found = header["lanes"][0]
    assert found["diverged"]
    assert "rate" in found["ending"]["text"]
    with pytest.raises(hm.DivergenceError) as caught:
        trained(small, 1000)
    assert found["ending"]["text"] == in_diagram(str(caught.value), lane(small).model)
    assert np.isfinite(arrays["0.weights"]).all()
    assert not any(each["word"] == "diverged" for each in found["health"])  # its ending says it
    check_code(small)
    small.handle({"type": "seek", "epoch": 2})
    small.handle({"type": "settings", "settings": {"training": {"rate": 0.001}}})
    step(small, 2)
    assert lane(small).ending is None
    assert np.isfinite(lane(small).loss)
