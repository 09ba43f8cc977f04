"""A session: one person's playground, by messages."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from halfmoon.base import checks
from halfmoon.base.errors import InputError
from halfmoon.base.language import LANGUAGES, current, speaking
from halfmoon.playground.session import network, settings
from halfmoon.playground.session.frame import EXTRAS, Frames, Snapshot, View, lane_snapshot, layer_steps
from halfmoon.playground.session.health import HealthWatch
from halfmoon.playground.session.lane import Lane, StopRule
from halfmoon.playground.session.limits import LOCAL, Limits
from halfmoon.playground.session.problem import Points, Problem, description, problem
from halfmoon.playground.session.runner import MODES, UNITS, Runner, Speed
from halfmoon.playground.session.settings import FieldError, Settings
from halfmoon.playground.session.translations import say

Reply = dict[str, Any]
Message = Mapping[str, Any]

STEP_SECONDS = 0.5
"""Seconds that the reply to a step waits for it to be made."""

LARGEST_NUMBER = 1e30


class Session:
    """One person's networks in training, and what is looked at of them.

    Every method may be called by any thread.

    Parameters
    ----------
    limits : Limits
        What may be asked for.
    notify : callable
        Called, by the thread that trains too, when a newer frame can be had or something waits in :meth:`pushes`; it must not block.
    folder : path-like, optional
        Under which runs of the lab may be opened; by default none.
    """

    def __init__(self, limits: Limits = LOCAL, notify: Callable[[], None] = lambda: None, *, folder: Path | str | None = None) -> None:
        self.limits, self.notify = limits, notify
        self.folder = None if folder is None else Path(folder)
        self.language = current()
        self._settings: list[Settings] = [settings.defaults()]
        self._points: Points | None = None
        self._problem: Problem = problem(self._settings[0], None, limits)
        self._rule: StopRule | None = None
        self._view = View(grid=min(View.grid, limits.grid))
        self._data_version = 1
        self._sent_data = 0
        self._push_waits = False
        self._number = 0
        self._frame_lock = threading.Lock()
        self._frames, self._health = Frames(), HealthWatch()
        self._closed = False
        self.runner = Runner(self._publish, self._changed)
        self.runner.lanes = [Lane(self._problem, self._settings[0], limits)]
        self._snapshot = self._take()

    # ---- what the host calls ------------------------------------------------------------------------------------------

    def handle(self, message: Any) -> Reply:
        """Do what a message asks for, and return the reply: for bad input ``{"error": sentence, "field": path or None}``."""
        with speaking(self.language):
            try:
                checks.instance("message", message, Mapping, "a dict with a type")
                kind = checks.one_of("type", message.get("type"), MESSAGES)
                return MESSAGES[kind](self, message)
            except InputError as error:
                return {"error": str(error), "field": getattr(error, "field", None)}
            except (ArithmeticError, MemoryError, RecursionError) as error:
                return {"error": f"the message {message.get('type')!r} cannot be done: {error!s:.120}", "field": None}

    def frame(self, ack: int = 0) -> bytes | None:
        """Return the newest frame; None where nothing has changed since the one of the number ``ack``."""
        with self._frame_lock, speaking(self.language):
            snapshot = self._snapshot
            if self._closed or snapshot.number <= ack:
                return None
            self._health.keep({each.id for each in snapshot.lanes})
            health = {each.id: self._health.found(each, running=snapshot.running) for each in snapshot.lanes}
            made = self._frames.frame(snapshot, health)
        self.runner.drawn()
        return made

    def welcome(self) -> Reply:
        """Return what a page needs first: the schema of the settings, and the state."""
        return {"schema": settings.schema(self.limits), "state": self.state()}

    def pushes(self) -> list[Reply]:
        """Return what waits to be pushed, which is then forgotten: the state where it has changed, with the data where those have."""
        if not self._push_waits:
            return []
        return [{"push": "state", "state": self.state(data=self._sent_data != self._data_version)}]

    def state(self, *, data: bool = True) -> Reply:
        """Return everything but numbers of the networks; the data only where they are asked for."""
        with self.runner.turn(), speaking(self.language):
            self._push_waits = False
            runner, lanes = self.runner, self.runner.lanes
            found: Reply = {
                "settings": settings.tree(self._settings[0]),
                "lanes": [_lane_state(lane, self._problem) for lane in lanes],
                "running": runner.running,
                "speed": {"mode": runner.speed.mode, "n": runner.speed.n},
                "data_version": self._data_version,
                "timeline": {"epochs": lanes[0].timeline.epochs if lanes else []},
                "stop_at": None if self._rule is None else {name: value for name, value in vars(self._rule).items() if value is not None},
                "view": {"arrays": list(self._view.arrays), "grid": self._view.grid, "lane": self._view.lane},
                "limits": {name: getattr(self.limits, name) for name in SHOWN_LIMITS},
                "language": self.language,
                "default": settings.tree(settings.other_than_default(self._settings[0])),
            }
            if data:
                self._sent_data = self._data_version
                found["data"] = description(self._problem, self.limits.shown_points)
            return found

    def upload(self, name: str, content: bytes) -> Reply:
        """Read a table, and return its columns."""
        return {"error": "tables cannot be read yet", "field": None}

    def close(self) -> None:
        """End the thread, within a second, and let go of everything."""
        self._closed = True
        self.runner.close()
        self.runner.lanes = []

    # ---- snapshots ----------------------------------------------------------------------------------------------------

    def _take(self) -> Snapshot:
        """Return what the session is now; to be called in a turn, or before the first."""
        self._number += 1
        lanes = tuple(lane_snapshot(lane, self.runner.rates.get(lane.id, 0.0)) for lane in self.runner.lanes)
        return Snapshot(self._number, self.runner.running, lanes, self._view)

    def _publish(self) -> None:
        self._snapshot = self._take()
        self.notify()

    def _changed(self) -> None:
        """Let the state be pushed; to be called in a turn."""
        self._push_waits = True
        self.notify()

    def _lane(self, message: Message, name: str = "lane") -> int:
        return _whole(name, message.get(name, 0), 0, len(self.runner.lanes) - 1)

    # ---- transport ----------------------------------------------------------------------------------------------------

    def _play(self, message: Message) -> Reply:
        speed = self._speed_of(message["speed"]) if message.get("speed") is not None else None
        with self.runner.turn():
            if self._problem.missing is not None:
                raise InputError(self._problem.missing)
            for lane in self.runner.lanes:
                lane.resume()
                lane.watch(self._rule)
            self.runner.play(speed)
            self._publish()
            self._changed()
            return {"running": self.runner.running}

    def _pause(self, _: Message) -> Reply:
        with self.runner.turn():
            self.runner.pause()
            self._publish()
            self._changed()
            return {"running": False}

    def _step(self, message: Message) -> Reply:
        unit = checks.one_of("unit", message.get("unit", "epoch"), UNITS)
        count = _whole("count", message.get("count", 1), 1, self.limits.step_epochs)
        with self.runner.turn():
            if self._problem.missing is not None:
                raise InputError(self._problem.missing)
            for lane in self.runner.lanes:
                lane.resume()
                lane.watch(self._rule)
            self.runner.step(unit, count)
            self._changed()
        done = self.runner.wait_idle(STEP_SECONDS)
        with self.runner.turn():
            lanes = self.runner.lanes
            return {"epoch": lanes[0].epoch if lanes else 0, "update": lanes[0].updates if lanes else 0, "done": done}

    def _speed_of(self, given: Any) -> Speed:
        found = checks.instance("speed", given, Mapping, "a dict of mode and n")
        return Speed(checks.one_of("mode", found.get("mode"), MODES), _whole("n", found.get("n", 1), 1, self.limits.step_epochs))

    def _speed(self, message: Message) -> Reply:
        speed = self._speed_of(message)
        with self.runner.turn():
            self.runner.set_speed(speed)
            self._changed()
            return {"speed": {"mode": speed.mode, "n": speed.n}}

    def _reset(self, message: Message) -> Reply:
        weights = checks.one_of("weights", message.get("weights", "same"), ("same", "new"))
        with self.runner.turn():
            if weights == "new":
                for index, each in enumerate(self._settings):
                    self._settings[index] = each | {"network.seed": (each["network.seed"] + 1) % settings.LARGEST_SEED}
            self._restart(range(len(self.runner.lanes)))
            return {"settings": settings.tree(self._settings[0])}

    def _seek(self, message: Message) -> Reply:
        epoch = _whole("epoch", message.get("epoch"), 0, 1 << 53)
        with self.runner.turn():
            self.runner.pause()
            found = [lane.seek(epoch) for lane in self.runner.lanes]
            self._publish()
            self._changed()
            return {"epoch": found[0] if found else 0}

    def _stop_at(self, message: Message) -> Reply:
        epoch, loss, plateau = message.get("epoch"), message.get("loss"), message.get("plateau")
        rule = StopRule(
            None if epoch is None else _whole("epoch", epoch, 1, 1 << 53),
            None if loss is None else _number("loss", loss),
            None if plateau is None else _whole("plateau", plateau, 1, 1 << 31),
        )
        with self.runner.turn():
            self._rule = None if rule == StopRule() else rule
            for lane in self.runner.lanes:
                lane.watch(self._rule)
            self._changed()
            return {"stop_at": {name: value for name, value in vars(rule).items() if value is not None}}

    def _look(self, message: Message) -> Reply:
        given = dict(message)
        arrays = checks.listed("arrays", given.get("arrays", list(self._view.arrays)), str, "a list of names")
        warp = checks.instance("warp", given.get("warp") or {}, Mapping, "a dict of layer and units")
        pair = checks.instance("warp.units", warp.get("units", [0, 1]), (list, tuple), "a list of two units")
        if len(pair) != 2:  # noqa: PLR2004 - a plane
            raise checks.fail("warp.units", pair, "a list of two units")
        with self.runner.turn():
            self._view = View(
                tuple(dict.fromkeys(checks.one_of("arrays", each, EXTRAS) for each in arrays[: 2 * len(EXTRAS)])),
                _whole("grid", given.get("grid", self._view.grid), 2, self.limits.grid),
                _whole("lane", given.get("lane", self._view.lane), 0, len(self.runner.lanes) - 1),
                (_whole("warp.layer", warp.get("layer", 0), 0, self.limits.layers),
                 *(_whole("warp.units", each, 0, self.limits.units - 1) for each in pair)),  # type: ignore[arg-type]
            )  # fmt: skip
            self._publish()
            return {"view": {"arrays": list(self._view.arrays), "grid": self._view.grid, "lane": self._view.lane}}

    # ---- settings -----------------------------------------------------------------------------------------------------

    def _set(self, message: Message) -> Reply:
        with self.runner.turn():
            index = self._lane(message)
            before = self._settings[index]
            after = settings.merged(before, message.get("settings", {}), self.limits)
            return self._apply(index, before, after, given=settings.flat(message.get("settings", {})))

    def _apply(self, index: int, before: Settings, after: Settings, given: Settings) -> Reply:
        """Take over settings that were checked, whole or not at all."""
        said: list[str] = []
        paths = settings.changed(before, after)
        data = [path for path in paths if path.startswith("data.")]
        points, found = self._points, self._problem
        if data:
            points = self._points_for(after, found)
            found = problem(after, points, self.limits)
        everyone = [settings.part(after, ("data",)) for _ in self._settings]
        wanted = [each | own for each, own in zip(self._settings, everyone, strict=True)]
        wanted[index] = after
        for number, each in enumerate(wanted):
            wanted[number] = self._suited(each, found, said, given if number == index else {})
        for path in settings.changed(after, wanted[index]) + [path for path in paths if path not in given]:
            say_value = _shown(wanted[index][path])
            said.append(say("{setting} is now {value}", setting=path, value=say_value))
        paths = settings.changed(before, wanted[index])
        restarts = bool(data) or any(settings.TABLE[path].restarts for path in paths)
        self._settings = wanted
        if data:
            self._points, self._problem = points, found
            self._data_version += 1
        if restarts:
            self._restart(range(len(wanted)) if data else [index])
        elif paths:
            self.runner.lanes[index].change(wanted[index])
            self._publish()
            self._changed()
        kept = [] if restarts else paths
        return {"settings": settings.tree(wanted[index]), "restarted": restarts, "kept": kept, "said": said}

    def _points_for(self, after: Settings, found: Problem) -> Points | None:
        """Return the points of data that are not drawn at random."""
        kind = after["data.kind"]
        if kind == "drawn":
            points = found.points
            return points if points.classes and points.X.shape[1] == 2 else None  # noqa: PLR2004 - a plane
        if kind == "table":
            raise FieldError("data.upload must name a table that was uploaded, upload one first", "data.upload")
        return self._points

    def _suited(self, wanted: Settings, found: Problem, said: list[str], given: Settings) -> Settings:
        """Return settings whose loss suits the data, unless that loss is what was asked for; and check that all can be made."""
        try:
            network.resolved(wanted, found.classes)
        except FieldError:
            if "network.loss" in given:
                raise
            wanted = wanted | {"network.loss": settings.AUTO}
        width = len(found.points.names)
        network.network(wanted, found.classes).program(width)
        network.optimizer(wanted)
        return wanted

    def _restart(self, indices: Any) -> None:
        """Begin lanes anew; to be called in a turn."""
        wanted = set(indices)
        for index in wanted:
            old = self.runner.lanes[index]
            made = Lane(self._problem, self._settings[index], self.limits)
            made.watch(self._rule)
            self.runner.lanes[index] = made
            old.close()
        if self.runner.running:
            self.runner.play()
        self._publish()
        self._changed()

    def _weight(self, message: Message) -> Reply:
        places = {name: _whole(name, message.get(name), -1, 1 << 20) for name in ("layer", "i", "j")}
        value = _number("value", message.get("value"))
        with self.runner.turn():
            self.runner.lanes[self._lane(message)].set_weight(**places, value=value)
            self._publish()
            self._changed()
            return {"value": value}

    def _speak(self, message: Message) -> Reply:
        language = checks.one_of("lang", message.get("lang"), LANGUAGES)
        with self.runner.turn():
            self.language = language
            self._health = HealthWatch()
            self._publish()
            self._changed()
            return {"language": self.language}


def _lane_state(lane: Lane, found: Problem) -> Reply:
    """Return what the state says of a lane."""
    last = network.resolved(lane.settings, found.classes)
    steps = lane.model.program.steps
    widths = [steps[end].n_out for end in layer_steps(lane.model)]
    return {
        "settings": settings.tree(lane.settings),
        "loss": last.loss,
        "output_activation": last.output_activation,
        "widths": [lane.model.n_inputs, *widths],
        "parameters": int(lane.model.theta.size),
        "first_order": lane.first_order,
        "epochs": lane.timeline.epochs,
        "epoch": lane.epoch,
        "ending": None if lane.ending is None else {"reason": lane.ending.reason.value, "text": str(lane.ending)},
        "changes": len(lane.log),
        "seed": lane.settings["network.seed"],
    }


SHOWN_LIMITS = ("layers", "units", "rows", "classes", "columns", "lanes", "grid", "upload_bytes", "upload_rows", "upload_columns",
                "step_epochs")  # fmt: skip
"""Limits that a page is told."""


def _shown(value: Any) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)


def _whole(name: str, value: Any, least: int, most: int) -> int:
    """Return a whole number of a message, in which JSON may have written it as 3.0."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    try:
        found: int = checks.from_to(least, most)(name, value)
    except InputError as error:
        raise FieldError(error, name) from None
    return found


def _number(name: str, value: Any) -> float:
    """Return a number of a message."""
    try:
        return checks.Between(-LARGEST_NUMBER, LARGEST_NUMBER)(name, value)
    except InputError as error:
        raise FieldError(error, name) from None


MESSAGES: dict[str, Callable[[Session, Message], Reply]] = {
    "settings": Session._set,  # noqa: SLF001 - the table of this class's own methods
    "play": Session._play,  # noqa: SLF001
    "pause": Session._pause,  # noqa: SLF001
    "step": Session._step,  # noqa: SLF001
    "speed": Session._speed,  # noqa: SLF001
    "reset": Session._reset,  # noqa: SLF001
    "seek": Session._seek,  # noqa: SLF001
    "stop_at": Session._stop_at,  # noqa: SLF001
    "view": Session._look,  # noqa: SLF001
    "weight": Session._weight,  # noqa: SLF001
    "language": Session._speak,  # noqa: SLF001
}
"""What each type of message does."""
