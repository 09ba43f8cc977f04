"""Every message does what it says, and what it may not do it refuses in one sentence."""

from __future__ import annotations

import json
import re
import threading
import time

import numpy as np
import pytest

from halfmoon.playground.session import Session
from halfmoon.playground.session.frame import unpacked
from halfmoon.playground.session.limits import CLASSROOM, Limits
from halfmoon.playground.session.settings import TABLE
from playground_sessions import MOST_SECONDS, step, until


def lane(session, index=0):
    return session.runner.lanes[index]


def handle(session, type_, **fields):
    reply = session.handle({"type": type_, **fields})
    assert "error" not in reply, reply
    json.dumps(reply, allow_nan=False)
    return reply


def test_the_welcome_has_what_a_page_makes_its_controls_of(session):
    welcome = session.welcome()
    json.dumps(welcome, allow_nan=False)
    assert welcome["schema"]["settings"].keys() == TABLE.keys()
    state = welcome["state"]
    assert state["settings"]["data"]["kind"] == "moons"
    assert len(state["data"]["points"]) == 1000
    assert state["lanes"][0]["widths"] == [2, 64, 32, 16, 1]
    assert state["default"] == {}


def test_changes_are_pushed_once_and_the_data_only_when_they_change(session):
    woken = []
    session.notify = lambda: woken.append(1)
    session.welcome()
    assert session.pushes() == []
    handle(session, "settings", settings={"training": {"rate": 0.5}})
    (push,) = session.pushes()
    assert push["push"] == "state"
    assert "data" not in push["state"]
    assert push["state"]["default"] == {"training": {"rate": 0.5}}
    assert woken
    assert session.pushes() == []
    handle(session, "settings", settings={"data": {"kind": "xor"}})
    (push,) = session.pushes()
    assert push["state"]["data"]["names"] == ["x1", "x2"]
    assert push["state"]["data_version"] == 2


def test_data_that_change_while_a_push_waits_for_its_turn_are_pushed(session):
    session.welcome()
    handle(session, "settings", settings={"training": {"rate": 0.5}})
    found = []
    with session.runner.turn():
        pushing = threading.Thread(target=lambda: found.extend(session.pushes()))
        pushing.start()
        while not session.runner._waiting:
            time.sleep(0.001)
        handle(session, "settings", settings={"data": {"kind": "xor"}})
    pushing.join()
    assert any("data" in push["state"] for push in [*found, *session.pushes()])


LIVE = [{"training": {"rate": 0.1}}, {"training": {"l1": 0.1}}, {"training": {"batch": 10}}]
RESTARTING = [{"network": {"layers": []}}, {"network": {"seed": 3}}, {"training": {"optimizer": "adam"}}, {"data": {"noise": 0.1}}]


@pytest.mark.parametrize("tree", [*LIVE, *RESTARTING], ids=str)
def test_a_change_says_whether_it_restarts(small, tree):
    step(small, 3)
    reply = handle(small, "settings", settings=tree)
    assert reply["restarted"] == (tree in RESTARTING)
    assert bool(reply["kept"]) == (tree in LIVE)
    assert lane(small).epoch == (0 if tree in RESTARTING else 3)


def test_what_goes_with_a_choice_changes_with_it_and_is_said(small):
    reply = handle(small, "settings", settings={"training": {"optimizer": "adam"}})
    assert reply["settings"]["training"]["rate"] == 0.01
    assert "training.rate is now 0.01" in reply["said"]
    handle(small, "settings", settings={"training": {"rate": 0.2}})
    reply = handle(small, "settings", settings={"training": {"optimizer": "sgd"}})
    assert reply["settings"]["training"]["rate"] == 0.2
    handle(small, "settings", settings={"network": {"loss": "logistic"}})
    reply = handle(small, "settings", settings={"data": {"kind": "blobs"}})
    assert "network.loss is now auto" in reply["said"]
    assert small.state()["lanes"][0]["loss"] == "softmax_cross_entropy"


WRONG = [
    ({"network": {"layers": [{"width": 100}]}}, "network.layers.0.width"),
    ({"network": {"layers": [{}] * 9}}, "network.layers"),
    ({"network": {"layers": [{"activation": "relo"}]}}, "network.layers.0.activation"),
    ({"network": {"layers": [{"activation": {"formula": "import os"}}]}}, "network.layers.0.activation"),
    ({"network": {"depth": 3}}, "network.depth"),
    ({"training": {"rate": 0}}, "training.rate"),
    ({"training": {"rate": float("nan")}}, "training.rate"),
    ({"data": {"rows": 10**9}}, "data.rows"),
    ({"data": {"kind": "rule", "rule": "open('x')"}}, "data.rule"),
    ({"data": {"kind": "table"}}, "data.upload"),
    ({"data": {"kind": "blobs"}, "network": {"loss": "logistic"}}, "network.loss"),
    ({"data": {"classes": 7}}, "data.classes"),
    ({"nothing": {}}, None),
    ([], None),
]


@pytest.mark.parametrize(("tree", "field"), WRONG, ids=str)
def test_what_cannot_be_set_is_refused_by_its_name_and_changes_nothing(small, tree, field):
    before = small.state()
    reply = small.handle({"type": "settings", "settings": tree})
    assert reply["field"] == field
    assert 10 < len(reply["error"]) < 300
    assert small.state() == before


def test_points_are_added_removed_and_taken_back(small):
    before = small.state()["data"]
    reply = handle(small, "points", add=[[0.5, 0.5, 2], [0.6, 0.5, 0]])
    assert reply["restarted"]
    state = small.state()
    assert state["settings"]["data"]["kind"] == "drawn"
    assert state["data"]["points"][-1] == [0.6, 0.5]
    assert state["data"]["classes"] == ["0", "1", "2"]
    assert state["data"]["limits"] == before["limits"]
    handle(small, "points", remove=[[0.5, 0.5]], radius=0.01)
    assert small.state()["data"]["points"][-1] == [0.6, 0.5]
    assert len(small.state()["data"]["points"]) == 61
    handle(small, "undo")
    assert len(small.state()["data"]["points"]) == 62
    handle(small, "undo")
    assert small.state()["data"] == before
    assert small.state()["settings"]["data"]["kind"] == "moons"
    handle(small, "redo")
    handle(small, "redo")
    assert len(small.state()["data"]["points"]) == 61
    assert "error" in small.handle({"type": "redo"})


def test_without_points_of_two_classes_nothing_trains_and_it_says_so(small):
    handle(small, "points", remove=[[0, 0]], radius=100)
    reply = small.handle({"type": "play"})
    assert "add some" in reply["error"]
    assert small.frame(0) is not None
    assert small.handle({"type": "xray", "row": 0})["error"]
    handle(small, "points", add=[[0, 0, 0], [0.1, 0, 0]])
    assert "two classes" in small.handle({"type": "step"})["error"]
    handle(small, "points", add=[[1, 1, 1]])
    step(small, 2)
    assert lane(small).epoch == 2


CSV = "length,width,kind,weight\n" + "\n".join(f"{i % 7},{i % 5},{'abc'[i % 3]},{i * 0.5}" for i in range(60)) + "\n4,,a,2\n"


@pytest.mark.parametrize("features", [["length", "width"], "pca", None], ids=str)
def test_a_table_is_read_and_its_columns_chosen(small, features):
    reply = small.upload("flowers.csv", CSV.encode())
    assert reply["columns"][0] == {"name": "length", "number": True}
    assert reply["columns"][2] == {"name": "kind", "number": False}
    reply = handle(small, "columns", upload="flowers.csv", target="kind", features=features)
    assert reply["restarted"]
    assert reply["settings"]["data"]["standardise"]
    data = small.state()["data"]
    assert data["classes"] == ["a", "b", "c"]
    assert len(data["inputs"]) == (3 if features == "pca" else 2)
    assert len(data["points"][0]) == 2
    assert data["standardised"]["mean"]
    assert "1 rows with missing numbers are left out" in data["said"]
    step(small, 3)
    _, arrays = unpacked(small.frame(0))
    assert arrays["0.boundary_class"].shape == (100, 100)
    reply = handle(small, "columns", upload="flowers.csv", target="weight", features=["length", "width"])
    assert small.state()["data"]["task"] == "regression"
    found: dict = {}
    step(small, 3)
    exec(handle(small, "python")["code"], found)  # noqa: S102 - what is tested
    np.testing.assert_array_equal(found["model"].theta, lane(small).model.theta)


UPLOADS = {
    "empty": b"",
    "packed": b"PK\x03\x04 something",
    "picture": b"\x89PNG\r\n",
    "one column": b"a\n1\n2\n",
    "too many columns": (",".join("abc" * 100) + "\n" + ",".join("123" * 100)).encode(),
    "too many rows": b"a,b,c\n" + b"1,2,3\n" * 250_000,
    "too large": b"x" * 20_000_001,
    "long line": b"a,b,c\n" + b"x" * 5_000_000 + b",1,2\n",
    "no table": bytes(range(256)) * 20,
}


@pytest.mark.parametrize("content", UPLOADS)
def test_what_is_no_table_is_refused_in_a_sentence(small, content):
    reply = small.upload("../../evil\0.csv", UPLOADS[content])
    assert 10 < len(reply["error"]) < 300
    assert "/tmp" not in reply["error"]  # noqa: S108 - no path of the machine


@pytest.mark.parametrize(
    ("kind", "text", "value"), [("activation", "tanh(z)", "tanh(z)"), ("label", "x1^2 + x2^2 < 1", "x1 * x1 + x2 * x2 < 1")]
)
def test_formulas_are_read_and_their_slopes_shown(session, kind, text, value):
    reply = handle(session, "formula", kind=kind, text=text)
    assert reply["value"] == value
    assert (reply["slope"] is None) == (kind == "label")


def test_a_weight_is_set(small):
    step(small, 2)
    handle(small, "weight", layer=1, i=2, j=3, value=0.125)
    assert lane(small).model.params["2.W"][2, 3] == 0.125
    handle(small, "weight", layer=0, i=-1, j=3, value=2)
    assert lane(small).model.params["0.b"][3] == 2
    for wrong in (
        {"layer": 5, "i": 0, "j": 0, "value": 1},
        {"layer": 0, "i": 2, "j": 0, "value": 1},
        {"layer": 0, "i": 0, "j": 0, "value": "x"},
    ):
        assert "error" in small.handle({"type": "weight", **wrong})


def test_frames_have_what_was_asked_for_and_only_when_something_is_new(small):
    step(small, 5)
    header, arrays = unpacked(small.frame(0))
    assert small.frame(header["frame"]) is None
    assert arrays["0.boundary"].shape == (100, 100)
    assert arrays["0.units"].shape == (10, 28, 28)
    assert arrays["0.weights"].size == 2 * 5 + 5 * 4 + 4
    assert len(arrays["0.predicted"]) == 60
    np.testing.assert_array_equal(arrays["0.history"], lane(small).curve.rows)  # to the last digit
    assert arrays["0.history"].shape == (6, 5)
    handle(small, "view", arrays=["confusion", "activations", "gradients", "warp"], grid=40, warp={"layer": 1, "units": [0, 2]})
    header, arrays = unpacked(small.frame(header["frame"]))
    assert arrays["0.boundary"].shape == (40, 40)
    assert arrays["0.confusion"].sum() == 60
    assert arrays["0.activations"].shape == (3, 32)
    assert arrays["0.gradients"].sum() > 0
    assert arrays["0.warp"].shape == (26, 25, 2)
    assert len(arrays["0.warp_points"]) == 60
    assert header["lanes"][0]["history_from"] == 6
    assert len(arrays["0.history"]) == 0
    assert "error" in small.handle({"type": "view", "grid": 1000})


def test_the_boundary_is_the_network_seen_from_above(small):
    step(small, 20)
    _, arrays = unpacked(small.frame(0))
    problem = small.experiment.problem
    (low1, high1), (low2, high2) = problem.limits
    corners = np.array([[low1, high2], [high1, high2], [low1, low2], [high1, low2]])
    wanted = np.clip(lane(small).model.scores(corners)[:, 0], 0, 1) * 255
    seen = arrays["0.boundary"][[0, 0, -1, -1], [0, -1, 0, -1]]
    assert np.abs(seen - wanted).max() <= 1


@pytest.mark.parametrize("mode", ["sample", "batch", "epoch", "n"])
def test_slow_speeds_wait_for_a_frame_to_be_drawn(small, mode):
    handle(small, "settings", settings={"training": {"batch": 20}})
    handle(small, "play", speed={"mode": mode, "n": 3})
    seen = 0
    for _ in range(5):
        seen = unpacked(until(lambda: small.frame(seen)))[0]["frame"]  # noqa: B023 - called at once

    def now():
        time.sleep(0.05)
        return lane(small).epoch, lane(small).updates, lane(small).sample

    until(lambda: now() == now())
    assert now() == now()
    header = unpacked(small.frame(0))[0]["lanes"][0]
    assert {"sample": header["sample"] is not None, "batch": header["update"] >= 9}.get(mode, header["epoch"] >= 4)


def test_stalled_pages_cost_nothing_and_playing_goes_on(small):
    handle(small, "play", speed={"mode": "max"})
    first = until(lambda: unpacked(small.frame(0))[0]["lanes"][0]["epoch"])
    assert until(lambda: unpacked(small.frame(0))[0]["lanes"][0]["epoch"] > first + 100)
    handle(small, "pause")
    assert len(lane(small).timeline.epochs) <= 26
    assert len(lane(small).curve) <= 2001


LOOKED_AT = [
    {"row": 3},
    {"point": [0.1, 0.2]},
    {"unit": [0, 1]},
    {"unit": [2, 0], "row": 5},
    {"unit": [1, 1], "point": [0, 0]},
]


@pytest.mark.parametrize("optimizer", ["sgd", "lbfgs"])
@pytest.mark.parametrize("fields", LOOKED_AT, ids=str)
def test_cards_say_how_a_number_comes_about(small, optimizer, fields):
    handle(small, "settings", settings={"training": {"optimizer": optimizer}})
    step(small, 2)
    card = handle(small, "xray", **fields)["card"]
    assert len(json.dumps(card)) < 100_000
    if card["kind"] == "unit":
        total = sum(each["product"] for each in card["terms"]) + card["bias"] + (card["rest"] or 0)
        np.testing.assert_allclose(total, card["stages"][0]["y"])
        layer, index = card["unit"]
        steps = lane(small).model.forward(np.array([card["x"]])).steps
        np.testing.assert_allclose(card["value"], steps[[1, 3, 5][layer]].y[0, index])
    elif card["kind"] == "row":
        titles = [each["title"] for each in card["cards"]]
        assert any(title.startswith("Loss") for title in titles)
        assert any(title.startswith("Update") for title in titles) == (optimizer == "sgd")


def test_health_looks_at_all_classes_of_rows_that_alternate(session):
    handle(session, "settings", settings={"data": {"kind": "spirals"}})
    step(session, 1)
    assert "constant_target" not in [each["word"] for each in handle(session, "health")["health"]]


def test_health_is_said_in_words(small):
    handle(small, "settings", settings={"network": {"initialiser": "zeros", "layers": [{"width": 4}]}})
    step(small, 2)
    words = handle(small, "health")["health"]
    assert {"dead_units"} <= {each["word"] for each in words}
    assert {each["unit"] for each in words} >= {"0.0", "0.3"}
    assert unpacked(small.frame(0))[0]["lanes"][0]["health"] == words


def test_health_looks_at_rows_of_every_class(small):
    """Where the classes take turns, every second row is of one only."""
    handle(small, "settings", settings={"data": {"kind": "spirals", "rows": 1200}})
    step(small, 2)
    words = [each["word"] for each in handle(small, "health")["health"]]
    assert "constant_target" not in words


def test_a_run_that_diverged_is_told_once_by_the_layers_of_the_diagram(small):
    layers = [{"width": 8, "activation": "identity"}, {"width": 4, "activation": "identity"}]
    tree = {"data": {"kind": "saddle"}, "network": {"layers": layers}, "training": {"rate": 1000}}
    handle(small, "settings", settings=tree)
    small.handle({"type": "step", "count": 100})
    assert small.runner.wait_idle(MOST_SECONDS)
    (state,) = small.state()["lanes"]
    header, _ = unpacked(small.frame(0))
    assert state["ending"]["text"] == header["lanes"][0]["ending"]["text"]
    assert re.search(r"in layer [123] [Wb]$", state["ending"]["text"])
    assert re.search(r"在第 [123] 层的 [Wb]$", in_chinese(small)["ending"]["text"])
    assert not {"diverged", "base_rate"} & {each["word"] for each in handle(small, "health")["health"]}


def in_chinese(session):
    handle(session, "language", lang="zh")
    return session.state()["lanes"][0]


def test_health_and_cards_count_layers_as_the_diagram_does(small):
    handle(small, "settings", settings={"network": {"layers": [{"width": 5, "activation": "relu"}, {"width": 4, "activation": "sigmoid"}]}})
    for unit in range(4):
        handle(small, "weight", lane=0, layer=1, i=-1, j=unit, value=50.0)
    step(small, 1)
    found = {each["word"]: each["text"] for each in handle(small, "health")["health"]}
    assert found["saturated"].startswith("layer 2 (sigmoid) saturated")
    titles = [each["title"] for each in handle(small, "xray", row=0)["card"]["cards"]]
    assert titles[3:5] == ["Forward: layer 2, Dense", "Forward: layer 2, sigmoid"]
    assert titles[-1] == "Update: layer 3, Dense"
    handle(small, "language", lang="zh")
    assert handle(small, "xray", row=0)["card"]["cards"][4]["title"] == "前向：第 2 层，sigmoid"


@pytest.mark.parametrize(
    "message",
    [
        {"type": "settings", "settings": {"training": {"rate": 0.3}}},
        {"type": "weight", "layer": 0, "i": 0, "j": 0, "value": 1.0},
        {"type": "lanes", "copy": 0},
    ],
    ids=lambda message: message["type"],
)
def test_a_change_within_an_epoch_says_that_it_was_finished_first(small, message):
    handle(small, "settings", settings={"training": {"batch": 10}})
    assert small.handle(message)["said"] == []
    step(small, 1, "batch")
    assert small.handle(message | ({"settings": {"training": {"rate": 0.2}}} if "settings" in message else {}))["said"] == [
        "The epoch that had begun was finished first."
    ]


def test_what_is_said_is_said_in_the_language_that_is_chosen(small):
    handle(small, "language", lang="zh")
    reply = handle(small, "settings", settings={"training": {"optimizer": "adam"}})
    assert reply["said"] == ["training.rate 现在是 0.01"]
    handle(small, "stop_at", epoch=2)
    step(small, 5)
    assert small.state()["lanes"][0]["ending"]["text"] == "到了第 2 轮"


def test_a_replay_needs_nothing_else(small):
    handle(small, "settings", settings={"data": {"kind": "blobs", "classes": 3}})
    step(small, 30)
    html = handle(small, "replay")["html"]
    assert "<script" in html
    assert "http" not in html.replace("http-equiv", "").replace("http://www.w3.org/2000/svg", "")
    assert len(html) < 500_000


def test_runs_of_the_lab_are_listed_and_opened(tmp_path):
    from halfmoon.lab import compare

    X, y = np.random.RandomState(0).standard_normal((60, 2)), np.arange(60) % 2
    grid = {"hidden_layer_sizes": [(4, 3)], "activation": ["tanh"], "alpha": [0.1]}
    compare(grid, X, y, seeds=1, folder=tmp_path / "lab")
    session = Session(folder=tmp_path)
    try:
        (run,) = handle(session, "runs")["runs"]
        reply = handle(session, "run", path=run["path"])
        assert [each["width"] for each in reply["settings"]["network"]["layers"]] == [4, 3]
        assert reply["settings"]["training"]["optimizer"] == "adam"
        assert any("alpha" in sentence for sentence in reply["said"])
        for path in ("../x.safetensors", "/etc/passwd", "\0", None, "nothing.safetensors"):
            assert "error" in session.handle({"type": "run", "path": path})
    finally:
        session.close()


def test_runs_are_refused_where_there_is_no_folder(session):
    assert "own machine" in session.handle({"type": "runs"})["error"]


def test_limits_hold_for_lanes(small):
    for _ in range(3):
        handle(small, "lanes", add={})
    assert "at most 4" in small.handle({"type": "lanes", "add": {}})["error"]
    assert "error" in small.handle({"type": "lanes", "add": {}, "remove": 1})
    for _ in range(3):
        handle(small, "lanes", remove=0)
    assert "error" in small.handle({"type": "lanes", "remove": 0})


def test_a_class_has_networks_of_bounded_size():
    session = Session(CLASSROOM)
    try:
        handle(session, "settings", settings={"network": {"layers": [{"width": 64}] * 8}})
        reply = session.handle({"type": "lanes", "copy": 0})
        assert "at most 40,000 weights" in reply["error"]
        assert reply["field"] == "network.layers"
    finally:
        session.close()


def test_closing_ends_every_thread():
    session = Session(limits=Limits(rows=5000))
    session.handle(
        {"type": "settings", "settings": {"data": {"rows": 5000}, "network": {"layers": [{"width": 64}] * 8}, "training": {"batch": 1}}}
    )
    session.handle({"type": "lanes", "add": {"training": {"optimizer": "lbfgs", "batch": None}}})
    session.handle({"type": "play"})
    until(lambda: lane(session).updates)
    session.close()
    assert session.frame(0) is None
    until(lambda: not {"halfmoon playground", "halfmoon L-BFGS"} & {thread.name for thread in threading.enumerate()})
