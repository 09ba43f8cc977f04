"""A session: one person's playground, by messages."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from halfmoon.base import checks
from halfmoon.base.errors import InputError
from halfmoon.base.language import LANGUAGES, current, speaking
from halfmoon.network.model import Model
from halfmoon.playground.session import document, formula, network, settings, table
from halfmoon.playground.session.diagram import ending_text, layer_steps
from halfmoon.playground.session.experiment import FINISHED, Applied, Experiment
from halfmoon.playground.session.frame import EXTRAS, Frames, LaneSnapshot, Snapshot, View, lane_snapshot
from halfmoon.playground.session.health import HealthWatch, findings
from halfmoon.playground.session.lane import Lane, StopRule
from halfmoon.playground.session.limits import LOCAL, Limits
from halfmoon.playground.session.problem import Problem, description
from halfmoon.playground.session.runner import CLOSED, MODES, UNITS, Runner, Speed
from halfmoon.playground.session.settings import FieldError
from halfmoon.playground.session.shares import Shares
from halfmoon.playground.session.translations import say

Reply = dict[str, Any]
Message = Mapping[str, Any]

STEP_SECONDS = 0.5
"""Seconds that the reply to a step waits for it to be made."""

LARGEST_NUMBER = 1e30

LOG = logging.getLogger(__name__)

UNFORESEEN = "something went wrong here"
"""How the reply begins to what no check has refused and yet failed."""


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
    shares : Shares, optional
        Of the sessions that train beside this one on the same machine; by default there are none.
    """

    def __init__(
        self,
        limits: Limits = LOCAL,
        notify: Callable[[], None] = lambda: None,
        *,
        folder: Path | str | None = None,
        shares: Shares | None = None,
    ) -> None:
        self.limits, self.notify = limits, notify
        self.folder = None if folder is None else Path(folder)
        self.language = current()
        self._view = View(grid=min(View.grid, limits.grid), unit_grid=limits.unit_grid)
        self._sent_data = 0
        self._push_waits = False
        self._number = self._sent_frame = 0
        self._frame_lock = threading.Lock()
        self._frames, self._health = Frames(), HealthWatch(limits.health_seconds)
        self._closed = False
        self.runner = Runner(self._publish, self._stopped, lambda: self.language, shares)
        self.experiment = Experiment(limits, self.runner)
        self._snapshot = self._take()

    # ---- what the host calls ------------------------------------------------------------------------------------------

    def handle(self, message: Any) -> Reply:
        """Do what a message asks for, and return the reply: for bad input ``{"error": sentence, "field": path or None}``."""

        def answer() -> Reply:
            given = checks.instance("message", message, Mapping, "a dict with a type")
            reply: Reply = getattr(self, MESSAGES[checks.one_of("type", given.get("type"), MESSAGES)])(given)
            return reply

        return self._answered(answer)

    def _answered(self, answer: Callable[[], Reply]) -> Reply:
        """Return an answer, or what is wrong with what was asked; whatever fails, nothing is raised."""
        with speaking(self.language):
            try:
                if self._closed:
                    raise InputError(CLOSED)  # noqa: TRY301 - answered as any other
                return answer()
            except InputError as error:
                return {"error": str(error), "field": getattr(error, "field", None)}
            except Exception as error:
                LOG.exception("a message")
                return {"error": f"{UNFORESEEN}: {type(error).__name__} {error!s:.120}", "field": None}

    def news(self, ack: int = 0) -> tuple[list[Reply], bytes | None]:
        """Return :meth:`pushes` and :meth:`frame`, of one moment: a frame never comes before the state that it is of."""
        snapshot = self._snapshot
        if not self._push_waits:
            return [], self._framed(snapshot, ack)
        with self.runner.turn():
            pushes, snapshot = self.pushes(), self._snapshot
        return pushes, self._framed(snapshot, ack)

    def frame(self, ack: int = 0) -> bytes | None:
        """Return the newest frame; None where nothing has changed since the one of the number ``ack``."""
        return self._framed(self._snapshot, ack)

    def _framed(self, snapshot: Snapshot, ack: int) -> bytes | None:
        """Return the frame of a snapshot, where it is newer than the one of the number ``ack``."""
        with self._frame_lock, speaking(self.language):
            if self._closed or snapshot.number <= ack:
                return None
            if ack != self._sent_frame:  # the one before was not drawn, or there was none
                self._frames.forget()
            self._sent_frame = snapshot.number
            self._health.keep({each.id for each in snapshot.lanes})
            health = {each.id: self._health.found(each, running=snapshot.running) for each in snapshot.lanes}
            made = self._frames.frame(snapshot, health)
        self.runner.drawn(snapshot.begun)
        return made

    def welcome(self) -> Reply:
        """Return what a page needs first: the schema of the settings, and the state."""
        return {"schema": settings.schema(self.limits), "state": self.state()}

    def pushes(self) -> list[Reply]:
        """Return what waits to be pushed, which is then forgotten: the state where it has changed, with the data where those have."""
        if not self._push_waits:
            return []
        with self.runner.turn():  # or other data could come between the question and the answer
            return [{"push": "state", "state": self.state(data=self._sent_data != self.experiment.data_version)}]

    def state(self, *, data: bool = True) -> Reply:
        """Return everything but numbers of the networks; the data only where they are asked for."""
        with self.runner.turn(), speaking(self.language):
            self._push_waits = False
            runner, experiment = self.runner, self.experiment
            first = experiment.settings[0]
            found: Reply = {
                "settings": settings.tree(first),
                "default": settings.tree(settings.other_than_default(first)),
                "lanes": [_lane_state(lane, experiment.problem) for lane in experiment.lanes],
                "running": runner.running,
                "speed": _speed_state(runner.speed),
                "data_version": experiment.data_version,
                "stop_at": _rule_state(experiment.rule),
                "view": self._view_state(),
                "upload": None if experiment.upload is None else _upload_state(experiment.upload),
                "undo": experiment.can_undo,
                "redo": experiment.can_redo,
                "limits": {name: getattr(self.limits, name) for name in SHOWN_LIMITS},
                "language": self.language,
                "runs": self.folder is not None,
            }
            if data:
                self._sent_data = experiment.data_version
                found["data"] = description(experiment.problem, self.limits.shown_points)
            return found

    def upload(self, name: str, content: bytes) -> Reply:
        """Read a table and return its columns, of which ``columns`` then chooses; for bad input the same as :meth:`handle`."""

        def answer() -> Reply:
            found = table.read(checks.text("name", name), content, self.limits)
            reply = _upload_state(found)
            with self.runner.turn():
                self.experiment.upload = found
                self._changed()
            return reply

        return self._answered(answer)

    def close(self) -> None:
        """End the thread, within a second, and let go of everything."""
        self._closed = True
        self.runner.close()

    # ---- snapshots ----------------------------------------------------------------------------------------------------

    def _take(self) -> Snapshot:
        """Return what the session is now; to be called in a turn, or before the first."""
        self._number += 1
        lanes = tuple(lane_snapshot(lane, self.runner.rates.get(lane.id, 0.0)) for lane in self.runner.lanes)
        return Snapshot(self._number, self.runner.running, self.runner.begun, lanes, self._view)

    def _publish(self) -> None:
        self._snapshot = self._take()
        self.notify()

    def _changed(self) -> None:
        """Let the state be pushed; to be called in a turn."""
        self._push_waits = True
        self.notify()

    def _renew(self) -> None:
        """Let the state be pushed, and then a frame of the lanes as they are; to be called in a turn.

        In this order: a frame that is newer than what was pushed is known by the push that waits.
        """
        self._push_waits = True
        self._publish()

    def _stopped(self) -> None:
        """Take note that nothing trains any more; a rule that was followed is done."""
        if any(lane.rule is None for lane in self.experiment.lanes):
            self.experiment.rule = None
        self._changed()

    def _lane(self, message: Message, name: str = "lane") -> int:
        return _whole(name, message.get(name, 0), 0, len(self.runner.lanes) - 1)

    # ---- transport ----------------------------------------------------------------------------------------------------

    def _play(self, message: Message) -> Reply:
        speed = self._speed_of(message["speed"]) if message.get("speed") is not None else None
        with self._ready_to_train():
            self.runner.play(speed)
            return {"running": self.runner.running}

    @contextmanager
    def _ready_to_train(self) -> Iterator[None]:
        """Take a turn in which training is let go on, where it can."""
        with self.runner.turn():
            if self.experiment.problem.missing is not None:
                raise InputError(self.experiment.problem.missing)
            for lane in self.experiment.lanes:
                lane.resume()
                lane.watch(self.experiment.rule)
            yield
            self._renew()

    def _pause(self, _: Message) -> Reply:
        with self.runner.turn():
            self.runner.pause()
            self._renew()
            return {"running": False}

    def _step(self, message: Message) -> Reply:
        unit = checks.one_of("unit", message.get("unit", "epoch"), UNITS)
        count = _whole("count", message.get("count", 1), 1, self.limits.step_epochs)
        with self._ready_to_train():
            self.runner.step(unit, count)
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
            return {"speed": _speed_state(speed)}

    def _reset(self, message: Message) -> Reply:
        weights = checks.one_of("weights", message.get("weights", "same"), ("same", "new"))
        with self.runner.turn():
            self.experiment.reset(new_weights=weights == "new")
            self._renew()
            return {"settings": settings.tree(self.experiment.settings[0])}

    def _seek(self, message: Message) -> Reply:
        epoch = _whole("epoch", message.get("epoch"), 0, 1 << 53)
        with self.runner.turn():
            self.runner.pause()
            found = [lane.seek(epoch) for lane in self.runner.lanes]
            self._renew()
            return {"epoch": found[0] if found else 0}

    def _stop_at(self, message: Message) -> Reply:
        epoch, loss, plateau = message.get("epoch"), message.get("loss"), message.get("plateau")
        rule = StopRule(
            None if epoch is None else _whole("epoch", epoch, 1, 1 << 53),
            None if loss is None else _number("loss", loss),
            None if plateau is None else _whole("plateau", plateau, 1, 1 << 31),
        )
        with self.runner.turn():
            self.experiment.rule = None if rule == StopRule() else rule
            for lane in self.experiment.lanes:
                lane.watch(self.experiment.rule)
            self._changed()
            return {"stop_at": _rule_state(self.experiment.rule)}

    def _look(self, message: Message) -> Reply:
        given = dict(message)
        warp = checks.instance("warp", given.get("warp") or {}, Mapping, "a dict of layer and units")
        pair = _pair("warp.units", warp.get("units", [0, 1]), "a list of two units")
        with self.runner.turn():
            arrays = checks.listed("arrays", given.get("arrays", list(self._view.arrays)), str, "a list of names")
            self._view = View(
                tuple(dict.fromkeys(checks.one_of("arrays", each, EXTRAS) for each in arrays[: 2 * len(EXTRAS)])),
                _whole("grid", given.get("grid", self._view.grid), 2, self.limits.grid),
                _whole("lane", given.get("lane", self._view.lane), 0, len(self.runner.lanes) - 1),
                (_whole("warp.layer", warp.get("layer", 0), 0, self.limits.layers),
                 *(_whole("warp.units", each, 0, self.limits.units - 1) for each in pair)),  # type: ignore[arg-type]
                self.limits.unit_grid,
            )  # fmt: skip
            self._publish()
            return {"view": self._view_state()}

    def _view_state(self) -> Reply:
        layer, *pair = self._view.warp
        warp = {"layer": layer, "units": pair}
        return {"arrays": list(self._view.arrays), "grid": self._view.grid, "lane": self._view.lane, "warp": warp}

    # ---- settings -----------------------------------------------------------------------------------------------------

    def _set(self, message: Message) -> Reply:
        with self.runner.turn():
            return self._applied(self.experiment.change(self._lane(message), message.get("settings", {})))

    def _applied(self, applied: Applied) -> Reply:
        """Let a change be seen, and return the reply to what asked for it."""
        self._renew()
        return applied.reply()

    def _draw_points(self, message: Message) -> Reply:
        with self.runner.turn():
            return self._applied(self.experiment.draw(message.get("add"), message.get("remove"), message.get("radius")))

    def _undo(self, _: Message) -> Reply:
        with self.runner.turn():
            return self._applied(self.experiment.undo())

    def _redo(self, _: Message) -> Reply:
        with self.runner.turn():
            return self._applied(self.experiment.redo())

    def _choose_columns(self, message: Message) -> Reply:
        with self.runner.turn():
            applied = self.experiment.choose(message.get("upload"), message.get("target"), message.get("features"))
            return self._applied(applied)

    def _change_lanes(self, message: Message) -> Reply:
        actions = [name for name in ("add", "remove", "copy") if message.get(name) is not None]
        if len(actions) != 1:
            raise InputError(f"lanes must have one of add, remove and copy, got {', '.join(actions) or 'none'}")
        with self.runner.turn():
            experiment, said = self.experiment, []
            if actions == ["add"]:
                experiment.add(message["add"])
            elif actions == ["copy"]:
                said = experiment.copy(self._lane(message, "copy"))
            else:
                experiment.remove(self._lane(message, "remove"))
                self._view = replace(self._view, lane=min(self._view.lane, len(experiment.lanes) - 1))
            self._renew()
            return {"lanes": len(experiment.lanes), "said": said}

    def _weight(self, message: Message) -> Reply:
        places = {name: _whole(name, message.get(name), -1, 1 << 20) for name in ("layer", "i", "j")}
        value = _number("value", message.get("value"))
        with self.runner.turn():
            finished = self.runner.lanes[self._lane(message)].set_weight(**places, value=value)
            self._renew()
            return {"value": value, "said": [say(FINISHED)] if finished else []}

    # ---- looking closely ----------------------------------------------------------------------------------------------

    def _newest(self, message: Message) -> LaneSnapshot:
        """Return the newest snapshot of the lane of a message."""
        lanes = self._snapshot.lanes
        return lanes[_whole("lane", message.get("lane", 0), 0, len(lanes) - 1)]

    def _xray(self, message: Message) -> Reply:
        from halfmoon.playground.session import cards  # noqa: PLC0415 - loads the X-ray

        found = self._newest(message)
        problem, model = found.problem, Model(found.model.network, found.model.n_inputs, *found.numbers)
        row, X, y = _looked_at(found, message)
        if message.get("unit") is not None:
            layer, index = (_whole("unit", each, 0, 1 << 20) for each in _pair("unit", message["unit"], "a layer and an index"))
            card = cards.unit_card(model, problem, layer, index, X, y)
        elif row is None:
            card = cards.point_card(model, problem, X)
        else:
            card = cards.row_cards(model, X, y, network.optimizer(found.settings))
        return {"card": card | {"row": row, "x": X[0].tolist(), "y": None if y is None else float(y), "epoch": found.epoch}}

    def _read_formula(self, message: Message) -> Reply:
        kind = checks.one_of("kind", message.get("kind", "activation"), ("label", "activation"))
        if kind == "label":
            return {"value": str(formula.expression(message.get("text"), ("x1", "x2"), "text")), "slope": None, "ok": True}
        made = formula.activation(message.get("text"), "text")
        return {"value": str(made.value), "slope": str(made.slope), "ok": True}

    def _look_at_health(self, message: Message) -> Reply:
        return {"health": findings(self._newest(message))}

    # ---- keeping and sharing ------------------------------------------------------------------------------------------

    def _save(self, _: Message) -> Reply:
        with self.runner.turn():
            return {"document": document.document(self.experiment)}

    def _load(self, message: Message) -> Reply:
        with self.runner.turn():
            document.load(self.experiment, message.get("document"))
            self._view = replace(self._view, lane=0)
            self._renew()
            return {"settings": settings.tree(self.experiment.settings[0]), "epoch": self.experiment.lanes[0].epoch}

    def _copy_as_python(self, message: Message) -> Reply:
        from halfmoon.playground.session import python_code  # noqa: PLC0415 - loaded when used

        with self.runner.turn():
            index = self._lane(message)
            return {"code": python_code.code(self.experiment.lanes[index], self.experiment.settings[index])}

    def _make_replay(self, message: Message) -> Reply:
        from halfmoon.playground.session import replay  # noqa: PLC0415 - loaded when used

        with self.runner.turn():
            lane = self.experiment.lanes[self._lane(message)].still()
        return {"html": replay.html(lane)}

    def _list_runs(self, _: Message) -> Reply:
        from halfmoon.playground.session import lab_runs  # noqa: PLC0415 - loads the lab

        return {"runs": lab_runs.listed(self._runs_folder())}

    def _open_run(self, message: Message) -> Reply:
        from halfmoon.playground.session import lab_runs  # noqa: PLC0415 - loads the lab

        tree, said = lab_runs.tree(lab_runs.opened(self._runs_folder(), message.get("path")), self.limits)
        with self.runner.turn():
            applied = self.experiment.change(self._lane(message), tree)
            return self._applied(replace(applied, said=[*said, *applied.said]))

    def _runs_folder(self) -> Path:
        if self.folder is None:
            raise InputError("runs can be opened only in a playground on one's own machine")
        return self.folder

    def _speak(self, message: Message) -> Reply:
        language = checks.one_of("lang", message.get("lang"), LANGUAGES)
        with self.runner.turn():
            self.language = language
            self._renew()
            return {"language": language}


def _speed_state(speed: Speed) -> Reply:
    return {"mode": speed.mode, "n": speed.n}


def _rule_state(rule: StopRule | None) -> Reply | None:
    return None if rule is None else {name: value for name, value in vars(rule).items() if value is not None}


def _upload_state(upload: table.Upload) -> Reply:
    return {"upload": upload.name, "rows": upload.frame.height, "columns": upload.columns(), "said": list(upload.said)}


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
        "ending": None if lane.ending is None else {"reason": lane.ending.reason.value, "text": ending_text(lane.ending, lane.model)},
        "changes": len(lane.log),
        "seed": lane.settings["network.seed"],
    }


SHOWN_LIMITS = ("layers", "units", "rows", "classes", "columns", "lanes", "parameters", "grid", "upload_bytes", "upload_rows",
                "upload_columns", "step_epochs")  # fmt: skip
"""Limits that a page is told."""


def _looked_at(found: LaneSnapshot, message: Message) -> tuple[int | None, Any, Any]:
    """Return the row of a message, by default the one that the cursor is at, with what goes into the network and the target.

    For a place on the plane the row and the target are None.
    """
    problem = found.problem
    if message.get("point") is not None:
        place = [_number("point", each) for each in _pair("point", message["point"], "two coordinates")]
        return None, problem.inputs(np.array([place])), None
    if not len(problem.X):
        raise InputError("data must have points for an X-ray of one, add some")
    given = message.get("row")
    row = found.sample or 0 if given is None else _whole("row", given, 0, len(problem.X) - 1)
    return row, problem.X[[row]], problem.y[row]


def _pair(name: str, value: Any, expected: str) -> Any:
    """Return the two items of a list in a message."""
    if not isinstance(value, list | tuple) or len(value) != 2:  # noqa: PLR2004 - a pair
        raise FieldError(checks.fail(name, value, expected), name)
    return value


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


MESSAGES = {
    "settings": "_set",
    "play": "_play",
    "pause": "_pause",
    "step": "_step",
    "speed": "_speed",
    "reset": "_reset",
    "seek": "_seek",
    "stop_at": "_stop_at",
    "view": "_look",
    "weight": "_weight",
    "language": "_speak",
    "points": "_draw_points",
    "undo": "_undo",
    "redo": "_redo",
    "columns": "_choose_columns",
    "lanes": "_change_lanes",
    "xray": "_xray",
    "formula": "_read_formula",
    "health": "_look_at_health",
    "document": "_save",
    "load": "_load",
    "python": "_copy_as_python",
    "replay": "_make_replay",
    "runs": "_list_runs",
    "run": "_open_run",
}
"""The method that does what each type of message asks for."""
