"""A session as a document: settings, data and weights, as plain JSON that goes on to the same bits. It holds no code."""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import numpy as np

from halfmoon.base import checks, schema
from halfmoon.base.checks import Array, Check
from halfmoon.base.errors import InputError
from halfmoon.base.randomness import WORDS
from halfmoon.base.record import encode
from halfmoon.engines.state import PROGRESS
from halfmoon.playground.session import settings
from halfmoon.playground.session.curve import COLUMNS, MOST_ROWS, Curve
from halfmoon.playground.session.experiment import Experiment
from halfmoon.playground.session.lane import Change, Lane
from halfmoon.playground.session.limits import Limits
from halfmoon.playground.session.problem import Points
from halfmoon.playground.session.settings import FieldError, Settings
from halfmoon.playground.session.timeline import Checkpoint, Timeline

FORMAT = "halfmoon playground"
VERSION = 1

MOST_CHANGES = 10_000
"""By hand, of one lane."""

LARGEST = 1 << 53
"""Epochs and updates are fewer: whole numbers that JSON's readers keep."""

MOST_BYTES = 64 << 20
"""Of one array in a document."""


# ---- saving ------------------------------------------------------------------------------------------------------------


def document(experiment: Experiment) -> dict[str, Any]:
    """Return the document of an experiment; to be called in a turn. Of an epoch that has begun it holds the beginning."""
    points, first = experiment.problem.points, experiment.settings[0]
    own = first["data.kind"] in {"drawn", "table"}
    return {
        "format": FORMAT,
        "version": VERSION,
        "data": settings.tree(settings.part(first, ("data",)))["data"],
        "points": _points(points) if own else None,
        "lanes": [_lane(lane) for lane in experiment.lanes],
    }


def _points(points: Points) -> dict[str, Any]:
    extent = None if points.extent is None else encode(points.extent)
    return {"X": encode(points.X), "y": encode(points.y), "classes": list(points.classes), "names": list(points.names), "extent": extent}


def _lane(lane: Lane) -> dict[str, Any]:
    found = lane.whole()
    rows = lane.curve.rows
    rows = rows[rows[:, 0] <= found.epoch]
    return {
        "first": settings.tree(lane.first),
        "settings": settings.tree(lane.settings),
        "log": [_change(each) for each in lane.log[: found.log_length]],
        "newest": _checkpoint(found),
        "start": None if found.start is None else _checkpoint(found.start),
        "curve": encode(rows),
    }


def _change(change: Change) -> dict[str, Any]:
    weight = None if change.weight is None else [change.weight[0], list(change.weight[1]), change.weight[2]]
    return {"epoch": change.epoch, "settings": None if change.settings is None else settings.tree(change.settings), "weight": weight}


def _checkpoint(found: Checkpoint) -> dict[str, Any]:
    return {
        "epoch": found.epoch,
        "updates": found.updates,
        "theta": encode(found.numbers[0]),
        "state": encode(found.numbers[1]),
        "slots": encode(found.slots),
        "memory": {name: encode(value) for name, value in found.memory.items()},
        "order": None if found.order is None else encode(np.asarray(found.order, np.int64)),
        "random": encode(np.frombuffer(found.random, np.uint32)),
        "settings": settings.tree(found.settings),
        "log_length": found.log_length,
    }


# ---- loading -----------------------------------------------------------------------------------------------------------


def _array(kinds: str, *shape: int | None) -> Check:
    """Return a check for an array that :func:`halfmoon.base.record.encode` wrote."""
    fitting = schema.array(kinds, *shape)

    def check(name: str, value: object) -> Array:
        found = checks.instance(name, value, Mapping, "an array")
        text = checks.text(f"{name}.base64", found.get("base64"))
        dtype = checks.one_of(f"{name}.dtype", found.get("dtype"), NUMBERS)
        sizes = schema.each(checks.from_to(0, MOST_BYTES))(f"{name}.shape", found.get("shape"))
        if len(text) > MOST_BYTES:
            raise InputError(f"{name} must have at most {MOST_BYTES:,} bytes, got {len(text):,}")
        try:
            array = np.frombuffer(base64.b64decode(text, validate=True), dtype).reshape(sizes)
        except ValueError as error:
            raise InputError(f"{name} must be an array as it was saved, it is damaged: {error!s:.100}") from None
        return fitting(name, array.astype(array.dtype.newbyteorder("=")))

    return check


NUMBERS = ("<f8", "<f4", "<i8", "<i4", "<u4", "|i1", "|u1")
"""Of arrays."""

_count = checks.from_to(0, LARGEST)

CHECKPOINT = schema.entries({
    "epoch": _count, "updates": _count, "theta": _array("f", None), "state": _array("f", None), "slots": _array("f", None, None),
    "memory": schema.mapping(schema.anything),
    "order": checks.optional(_array("i8", None)), "random": _array("u4", WORDS + 1), "settings": schema.anything, "log_length": _count,
})  # fmt: skip
CHANGE = schema.entries({"epoch": _count, "settings": schema.anything, "weight": schema.anything})
LANE = schema.entries({
    "first": schema.anything, "settings": schema.anything, "log": schema.each(CHANGE), "newest": CHECKPOINT,
    "start": checks.optional(CHECKPOINT), "curve": _array("f8", None, len(COLUMNS)),
})  # fmt: skip
POINTS = schema.entries({
    "X": _array("f8", None, None), "y": _array("f i", None), "classes": schema.each(checks.text), "names": schema.each(checks.text),
    "extent": checks.optional(_array("f8", 2, 2)),
})  # fmt: skip
DOCUMENT = schema.entries({
    "format": checks.choice([FORMAT]), "version": checks.from_to(VERSION, VERSION), "data": schema.anything,
    "points": checks.optional(POINTS), "lanes": schema.each(schema.anything),
})  # fmt: skip
"""What a document holds."""


def load(experiment: Experiment, given: Any) -> None:
    """Let an experiment be what a document says, whole or not at all; to be called in a turn.

    Raises
    ------
    InputError
        When it is no document, damaged, or asks for more than a session may.
    """
    limits = experiment.limits
    found = DOCUMENT("document", given)
    if not 0 < len(found["lanes"]) <= limits.lanes:
        raise InputError(f"document.lanes must be 1 to {limits.lanes} networks, got {len(found['lanes'])}")
    data = settings.part(settings.merged(settings.defaults(limits), {"data": found["data"]}, limits), ("data",))
    points = None if found["points"] is None else _loaded_points(found["points"], limits)
    if (points is None) == (data["data.kind"] in {"drawn", "table"}):
        raise InputError("document.points must be there for drawn points and tables, and for no other data")
    lanes = [LANE(f"document.lanes[{index}]", each) for index, each in enumerate(found["lanes"])]
    every = [data | _settings(lane["first"], limits) for lane in lanes]
    restore: list[Callable[[Lane], None]] = [partial(_put_back, saved=lane, limits=limits) for lane in lanes]
    experiment.take(points, every, restore)


def _settings(tree: Any, limits: Limits) -> Settings:
    """Return the settings of a lane that were saved."""
    return settings.part(settings.merged(settings.defaults(limits), tree, limits), ("network", "training"))


def _loaded_points(found: dict[str, Any], limits: Limits) -> Points:
    X, y, classes, names = found["X"], found["y"], found["classes"], found["names"]
    if len(X) > limits.rows:
        raise FieldError(f"document.points must be at most {limits.rows:,}, got {len(X):,}", "data.rows")
    if not 2 <= X.shape[1] <= limits.columns or len(names) != X.shape[1] or len(y) != len(X):  # noqa: PLR2004 - a plane
        raise InputError(f"document.points must have 2 to {limits.columns} named columns and a target a row, got {X.shape} and {y.shape}")
    checks.numeric("document.points.X", X)
    checks.numeric("document.points.y", y)
    known = y.dtype.kind == "i" and (not len(y) or 0 <= y.min() <= y.max() < len(classes))
    if classes and not (known and len(classes) in range(2, limits.classes + 1)):
        raise InputError(f"document.points.classes must be 2 to {limits.classes}, and y numbers of them, got {len(classes)}")
    if any(len(each) > settings.LONGEST_NAME for each in (*classes, *names)):
        raise InputError(f"document.points must have names of at most {settings.LONGEST_NAME} characters, got a longer one")
    extent = found["extent"]
    if extent is not None and not (np.isfinite(extent).all() and (extent[:, 0] < extent[:, 1]).all()):
        raise InputError("document.points.extent must go from less to more for both axes")
    return Points(X, y, classes, names, (), extent)


def _put_back(lane: Lane, saved: dict[str, Any], limits: Limits) -> None:
    """Bring a lane that has just begun to what was saved."""
    now = _settings(saved["settings"], limits)
    log = [_loaded_change(lane, each, limits) for each in saved["log"][:MOST_CHANGES]]
    start = None if saved["start"] is None else _loaded_checkpoint(lane, saved["start"], len(log), limits, None)
    newest = _loaded_checkpoint(lane, saved["newest"], len(log), limits, start)
    changed = [path for path in settings.changed(lane.first, now) if settings.TABLE[path].restarts]
    if changed:
        raise InputError(f"document.lanes must have changed only while training went on, got another {changed[0]}")
    if start is not None and start.epoch > newest.epoch:
        raise InputError(f"document.lanes must begin before they end, got {start.epoch} and {newest.epoch}")
    rows = saved["curve"]
    if len(rows) > MOST_ROWS + 1 or np.isnan(rows[:, 0]).any() or (np.diff(rows[:, 0]) <= 0).any():
        raise InputError(f"document.lanes.curve must be at most {MOST_ROWS + 1:,} rows of rising epochs, got {len(rows):,}")
    timeline = Timeline(lane.timeline.most, lane.timeline.most_bytes)
    if newest.epoch:
        timeline.add(lane.timeline.nearest(0))
    timeline.add(newest)
    lane.put_back(now, log, Curve.of(rows), timeline, newest.epoch)


def _loaded_change(lane: Lane, found: dict[str, Any], limits: Limits) -> Change:
    tree, weight = found["settings"], found["weight"]
    if weight is None:
        return Change(found["epoch"], settings=_settings(tree, limits))
    name, place, value = checks.instance("weight", weight, (list, tuple), "a name, a place and a number")[:3]
    if name not in lane.model.params:
        raise checks.fail("weight", weight, "one of the network's")
    shape = lane.model.params[name].shape
    index = tuple(checks.from_to(0, size - 1)("weight", each) for each, size in zip(place, shape, strict=True))
    return Change(found["epoch"], weight=(name, index, checks.number("weight", value)))


def _loaded_checkpoint(lane: Lane, found: dict[str, Any], changes: int, limits: Limits, start: Checkpoint | None) -> Checkpoint:
    model, state = lane.model, lane.trainer.state
    kind = model.dtype.str[1:]
    theta = schema.array(kind, model.theta.size)("theta", found["theta"])
    running = schema.array(kind, model.state.vector.size)("state", found["state"])
    slots = schema.array(kind, *state.slots.shape)("slots", found["slots"])
    for name, array in (("theta", theta), ("state", running)):
        checks.numeric(name, array)
    if np.isnan(slots).any():
        raise InputError("slots must hold no NaN")
    order = found["order"]
    if order is not None and (len(order) != lane.rows or not np.array_equal(np.sort(order), np.arange(lane.rows))):
        raise InputError(f"order must name each of the {lane.rows} rows once")
    key, position = found["random"][:WORDS], int(found["random"][WORDS])
    if position > WORDS or not key.any():
        raise InputError(f"random must be at a position from 0 to {WORDS} of its state, got {position}")
    memory = PROGRESS["memory"]("memory", {name: _plain(value) for name, value in found["memory"].items()})
    if found["log_length"] > changes:
        raise InputError(f"log_length must be at most {changes}, got {found['log_length']}")
    random = found["random"].astype(np.uint32).tobytes()
    own = _settings(found["settings"], limits)
    return Checkpoint(found["epoch"], (theta, running), slots, found["updates"], memory, order, random, own, found["log_length"], start)


def _plain(value: Any) -> Any:
    """Return a number that may be infinite."""
    return float(value["text"]) if isinstance(value, dict) and isinstance(value.get("text"), str) and len(value["text"]) < 10 else value  # noqa: PLR2004 - "-inf"
