"""Whatever is sent, the reply is a dict, nothing is raised, and the thread goes on."""

from __future__ import annotations

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from halfmoon.playground.session import Session
from halfmoon.playground.session.frame import unpacked
from halfmoon.playground.session.limits import Limits
from halfmoon.playground.session.session import MESSAGES, UNFORESEEN
from halfmoon.playground.session.settings import TABLE
from playground_sessions import MOST_SECONDS, step, until

PLAIN = [0, 1, -1, 0.5, "pca", "same"]
ANY = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(-(2**70), 2**70),
        st.floats(),
        st.text(max_size=8),
        st.sampled_from(PLAIN),
    ),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(st.text(max_size=6), inner, max_size=4)),
    max_leaves=8,
)
FIELDS = [
    *("settings", "speed", "unit", "count", "mode", "n", "weights", "epoch", "loss", "plateau", "arrays", "grid", "lane", "warp", "add"),
    *("remove", "radius", "layer", "i", "j", "value", "row", "point", "text", "kind", "copy", "document", "path", "upload", "target"),
    *("features", "lang"),
]


def valued(setting):
    """Return a strategy of values that a setting may have, and of some that it may not."""
    usual = [setting.default, *setting.choices]
    if setting.least is not None and setting.kind in {"whole", "number"}:
        usual += [setting.least, min(setting.most or 50, 50)]
    return st.one_of(st.sampled_from(usual), ANY) if setting.path != "network.layers" else st.one_of(LAYERS, ANY)


LAYERS = st.lists(
    st.fixed_dictionaries({}, optional={
        "width": st.integers(0, 66), "activation": st.sampled_from(["relu", "tanh", "no", {"formula": "z * z"}, {"formula": "q"}]),
        "dropout": st.sampled_from([0, 0.5, 1]), "normalise": st.sampled_from(["none", "batch", "layer", "x"]),
    }), max_size=9,
)  # fmt: skip


@st.composite
def trees(draw):
    """Draw a partial tree of settings."""
    tree: dict = {}
    for path in draw(st.lists(st.sampled_from(sorted(TABLE)), max_size=4)):
        group, _, name = path.partition(".")
        tree.setdefault(group, {})[name] = draw(valued(TABLE[path]))
    if "rows" in tree.get("data", {}) and isinstance(tree["data"]["rows"], int):
        tree["data"]["rows"] = min(tree["data"]["rows"], 80)
    return tree


CLICKS = [
    {"type": "play"},
    {"type": "play", "speed": {"mode": "n", "n": 3}},
    {"type": "pause"},
    {"type": "undo"},
    {"type": "redo"},
    {"type": "reset", "weights": "new"},
    {"type": "python"},
    {"type": "lanes", "add": {}},
    {"type": "lanes", "remove": 0},
    {"type": "lanes", "copy": 0},
]
UNITS = st.sampled_from(["sample", "batch", "epoch"])
POINTS = st.lists(st.tuples(st.floats(-2, 2), st.floats(-2, 2), st.integers(-1, 7)).map(list), max_size=5)

MESSAGE = st.one_of(
    ANY,
    st.builds(
        lambda kind, fields: {"type": kind, **fields},
        st.sampled_from(sorted(MESSAGES)),
        st.dictionaries(st.sampled_from(FIELDS), ANY, max_size=5),
    ),
    trees().map(lambda tree: {"type": "settings", "settings": tree}),
    st.builds(lambda unit, count: {"type": "step", "unit": unit, "count": count}, UNITS, st.integers(0, 5)),
    st.builds(lambda add: {"type": "points", "add": add}, POINTS),
    st.builds(lambda epoch: {"type": "seek", "epoch": epoch}, st.integers(0, 20)),
    st.sampled_from(CLICKS),
)


@pytest.fixture(scope="module")
def limits():
    """Return limits of a session that is fuzzed: what it may ask for is small, so that it is quick."""
    return Limits(rows=100, units=66, layers=8, grid=50)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(st.lists(MESSAGE, max_size=12))
def test_any_messages_are_answered(limits, messages):
    session = Session(limits)
    try:
        session.handle({"type": "settings", "settings": {"data": {"rows": 40}, "network": {"layers": [{"width": 3}]}}})
        for message in messages:
            reply = session.handle(message)
            json.dumps(reply, allow_nan=False)
            assert isinstance(reply, dict)
            if "error" in reply:
                assert 0 < len(reply["error"]) < 300
                assert not reply["error"].startswith(UNFORESEEN)
            frame = session.frame(0)
            assert frame is not None
            unpacked(frame)
            json.dumps(session.state(), allow_nan=False)
        assert session.handle({"type": "pause"}) == {"running": False}
        assert session.runner.wait_idle(MOST_SECONDS)
        reply = session.handle({"type": "load", "document": json.loads(json.dumps(session.handle({"type": "document"})["document"]))})
        assert "error" not in reply, reply
    finally:
        session.close()
        until(lambda: not session.runner._thread.is_alive())


def damaged(data, document):
    """Return a document with one part of it replaced by anything."""
    document = json.loads(json.dumps(document))
    place, key = document, None
    while True:
        items = list(place.items()) if isinstance(place, dict) else list(enumerate(place))
        if not items:
            return document
        key, inner = data.draw(st.sampled_from(items))
        if not isinstance(inner, dict | list) or data.draw(st.integers(0, 4)) == 0:
            break
        place = inner
    place[key] = data.draw(ANY)
    return document


@settings(max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(st.data())
def test_a_damaged_document_is_refused_or_sound(small, data):
    step(small, 1)
    sound = small.handle({"type": "document"})["document"]
    reply = small.handle({"type": "load", "document": damaged(data, sound)})
    if "error" in reply:
        assert 0 < len(reply["error"]) < 300
        assert not reply["error"].startswith(UNFORESEEN)
    else:
        json.dumps(small.state(), allow_nan=False)
        small.handle({"type": "step"})
        assert small.runner.wait_idle(MOST_SECONDS)
        assert small.frame(0)
        small.handle({"type": "load", "document": sound})
