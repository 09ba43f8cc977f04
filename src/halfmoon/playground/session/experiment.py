"""What a session experiments on: the data, the networks' settings, and the lanes in training, changed together or not at all."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from halfmoon.base.errors import InputError
from halfmoon.playground.session import drawn_points, network, settings, table
from halfmoon.playground.session.lane import Lane, StopRule
from halfmoon.playground.session.limits import Limits
from halfmoon.playground.session.problem import Points, Problem, problem
from halfmoon.playground.session.runner import Runner
from halfmoon.playground.session.settings import FieldError, Settings
from halfmoon.playground.session.translations import say
from halfmoon.playground.session.typed_activations import is_interpreted

MOST_UNDONE, MOST_UNDO_BYTES = 50, 2 << 20
"""Changes of the points that can be taken back, and their bytes."""


FINISHED = "The epoch that had begun was finished first."
"""What is said where a change came within an epoch."""

INTERPRETED = "Many formulas have been typed in this playground, so yours is not compiled: it trains more slowly."
"""What is said where a formula runs as it is written."""


@dataclass(frozen=True)
class Applied:
    """What came of a change of settings.

    Attributes
    ----------
    settings : dict
        Of the lane that was changed.
    restarted : bool
        Whether training began anew.
    kept : list of str
        The settings that were changed while training went on.
    said : list of str
        What was changed beside what was asked for.
    """

    settings: Settings
    restarted: bool
    kept: list[str]
    said: list[str]

    def reply(self) -> dict[str, Any]:
        """Return it as a message has it."""
        return {"settings": settings.tree(self.settings), "restarted": self.restarted, "kept": self.kept, "said": self.said}


@dataclass(frozen=True)
class DataState:
    """The data as they were, to be gone back to."""

    settings: Settings
    points: Points | None

    @property
    def nbytes(self) -> int:
        """Bytes of the points, about."""
        return 0 if self.points is None else self.points.X.nbytes + self.points.y.nbytes


class Experiment:
    """The data, the settings of each lane, and the lanes. Every method is to be called in a turn of the runner.

    Parameters
    ----------
    limits : Limits
    runner : Runner
        Trains the lanes.
    settings : dict, optional
        Of the first lane, with the data's.

    Attributes
    ----------
    settings : list of dict
        Of each lane, with those of the data, which all share.
    problem : Problem
    points : Points or None
        Of data that are not drawn at random.
    upload : Upload or None
        The newest table.
    data_version : int
        Counts the changes of the data.
    rule : StopRule or None
    """

    def __init__(self, limits: Limits, runner: Runner) -> None:
        self.limits, self.runner = limits, runner
        self.settings: list[Settings] = [settings.defaults(limits)]
        self.points: Points | None = None
        self.upload: table.Upload | None = None
        self.problem: Problem = problem(self.settings[0], None, limits)
        self.data_version = 1
        self.rule: StopRule | None = None
        self._undone: list[DataState] = []
        self._done: list[DataState] = []
        runner.lanes = [Lane(self.problem, self.settings[0], limits)]

    @property
    def lanes(self) -> list[Lane]:
        """The lanes in training."""
        return self.runner.lanes

    @property
    def can_undo(self) -> bool:
        """Whether a change of the points can be taken back."""
        return bool(self._done)

    @property
    def can_redo(self) -> bool:
        """Whether one that was taken back can be made again."""
        return bool(self._undone)

    # ---- settings -----------------------------------------------------------------------------------------------------

    def change(self, index: int, tree: Any) -> Applied:
        """Change settings of a lane, and of the data, by a message's tree."""
        before = self.settings[index]
        after = settings.merged(before, tree, self.limits)
        return self._apply(index, after, settings.flat(tree))

    def _apply(self, index: int, after: Settings, given: Settings, points: Points | None = None) -> Applied:
        """Take over settings of a lane that were checked, and points; whole or not at all."""
        before, found = self.settings[index], self.problem
        new_data = points is not None or settings.changed(settings.part(before, ("data",)), settings.part(after, ("data",)))
        if new_data:
            points = self._points_of(after) if points is None else points
            found = problem(after, points, self.limits)
        wanted = [each | settings.part(after, ("data",)) for each in self.settings]
        wanted[index] = after
        said = self._suit(wanted, found, index, given)
        paths = settings.changed(before, wanted[index])
        said += [_said(path, wanted[index][path]) for path in paths if path not in given]
        restarts = bool(new_data) or any(settings.TABLE[path].restarts for path in paths)
        made = {number: self._lane(found, wanted[number]) for number in (range(len(wanted)) if new_data else [index] if restarts else [])}
        if index in made and is_interpreted(made[index].model.network):
            said.append(say(INTERPRETED))
        self.settings = wanted
        if new_data:
            self.points, self.problem = points, found
            self.data_version += 1
        self._replace(made)
        if paths and not restarts and self.lanes[index].change(wanted[index]):
            said.append(say(FINISHED))
        return Applied(wanted[index], restarts, [] if restarts else paths, said)

    def _points_of(self, after: Settings) -> Points | None:
        """Return the points of data that are not drawn at random."""
        kind = after["data.kind"]
        if kind == "table":
            return table.points(after, self.upload, self.limits)
        if kind != "drawn":
            return None
        try:
            return drawn_points.to_draw_on(self.problem)
        except InputError:
            return None  # which begins with none

    def _suit(self, wanted: list[Settings], found: Problem, index: int, given: Settings) -> list[str]:
        """Give lanes a loss that suits the data where theirs does not, unless it was asked for; check that all can be made."""
        said = []
        for number, each in enumerate(wanted):
            try:
                network.resolved(each, found.classes)
            except FieldError:
                if number == index and "network.loss" in given:
                    raise
                wanted[number] = each | {"network.loss": settings.AUTO}
                if number != index:
                    said.append(_said("network.loss", settings.AUTO))
        self._check_size(wanted, found)
        return said

    def _check_size(self, wanted: Iterable[Settings], found: Problem) -> None:
        """Raise FieldError where networks cannot be, or are too large together."""
        width = len(found.points.names)
        total = sum(network.network(each, found.classes).program(width).parameters.size for each in wanted)
        most = self.limits.parameters
        if total > most:
            raise FieldError(f"the networks must have at most {most:,} weights and biases together, got {total:,}", "network.layers")

    def _lane(self, found: Problem, own: Settings) -> Lane:
        made = Lane(found, own, self.limits)
        made.watch(self.rule)
        return made

    def _replace(self, made: Mapping[int, Lane]) -> None:
        """Put lanes in the places of others."""
        for index, lane in made.items():
            self.lanes[index].close()
            self.lanes[index] = lane
        if made and self.runner.running:
            self.runner.play()

    def reset(self, *, new_weights: bool) -> None:
        """Begin all lanes anew, on request with other first weights."""
        step = 1 if new_weights else 0
        wanted = [each | {"network.seed": (each["network.seed"] + step) % (settings.LARGEST_SEED + 1)} for each in self.settings]
        made = {index: self._lane(self.problem, each) for index, each in enumerate(wanted)}
        self.settings = wanted
        self._replace(made)

    # ---- points -------------------------------------------------------------------------------------------------------

    def draw(self, add: Any, remove: Any, radius: Any) -> Applied:
        """Add and remove points by hand, which makes the data a person's own."""
        points = drawn_points.to_draw_on(self.problem)
        points = drawn_points.without_points(points, remove, radius)
        points = drawn_points.with_points(points, add, self.limits)
        before = self._data_state()
        drawn = self.settings[0] | {"data.kind": "drawn"}
        applied = self._apply(0, drawn, {"data.kind": "drawn"}, points)
        self._remember(self._done, before)
        self._undone.clear()
        return applied

    def undo(self) -> Applied:
        """Take back the newest change of the points."""
        return self._exchange(self._done, self._undone, "undo must follow a change of the points, there is none to take back")

    def redo(self) -> Applied:
        """Make a change of the points that was taken back again."""
        return self._exchange(self._undone, self._done, "redo must follow an undo, there is nothing to make again")

    def _exchange(self, source: list[DataState], target: list[DataState], empty: str) -> Applied:
        if not source:
            raise InputError(empty)
        found, before = source[-1], self._data_state()
        points = found.points if found.settings["data.kind"] in {"drawn", "table"} else None
        after = self.settings[0] | found.settings
        given = found.settings
        applied = self._apply(0, after, given, points if points is not None else None)
        source.pop()
        self._remember(target, before)
        return applied

    def _data_state(self) -> DataState:
        kept = self.problem.points if self.settings[0]["data.kind"] in {"drawn", "table"} else None
        return DataState(settings.part(self.settings[0], ("data",)), kept)

    @staticmethod
    def _remember(states: list[DataState], state: DataState) -> None:
        states.append(state)
        while len(states) > MOST_UNDONE or (len(states) > 1 and sum(each.nbytes for each in states) > MOST_UNDO_BYTES):
            del states[0]

    # ---- tables -------------------------------------------------------------------------------------------------------

    def choose(self, upload: Any, target: Any, features: Any) -> Applied:
        """Take an uploaded table for the data."""
        return self.change(0, {"data": {"kind": "table", "upload": upload, "target": target, "features": features}})

    # ---- lanes --------------------------------------------------------------------------------------------------------

    def add(self, tree: Any) -> None:
        """Add a lane that begins anew, with the first one's settings but those given."""
        self._check_room()
        own = settings.merged(self.settings[0], tree, self.limits)
        if settings.changed(settings.part(own, ("data",)), settings.part(self.settings[0], ("data",))):
            raise InputError("add must hold settings of network and training, the data are shared")
        network.resolved(own, self.problem.classes)
        self._check_size([*self.settings, own], self.problem)
        self.lanes.append(self._lane(self.problem, own))
        self.settings.append(own)

    def copy(self, index: int) -> list[str]:
        """Add a lane that goes on from where another one is; return what is to be said."""
        self._check_room()
        self._check_size([*self.settings, self.settings[index]], self.problem)
        within = self.lanes[index].part is not None
        self.lanes.append(self.lanes[index].copy())
        self.settings.append(dict(self.settings[index]))
        return [say(FINISHED)] if within else []

    def remove(self, index: int) -> None:
        """Remove a lane; the last one stays."""
        if len(self.lanes) == 1:
            raise InputError("remove must leave one network, there is only one")
        self.lanes.pop(index).close()
        del self.settings[index]

    def _check_room(self) -> None:
        if len(self.lanes) >= self.limits.lanes:
            raise InputError(f"there must be at most {self.limits.lanes} networks side by side, there are {len(self.lanes)}")

    # ---- a saved one --------------------------------------------------------------------------------------------------

    def take(self, data: Points | None, every: Iterable[Settings], restore: Iterable[Callable[[Lane], None]]) -> None:
        """Take over what was saved: points that were not drawn at random, each lane's settings, and what puts its numbers back."""
        wanted = list(every)
        if not 0 < len(wanted) <= self.limits.lanes:
            raise InputError(f"lanes must be 1 to {self.limits.lanes}, got {len(wanted)}")
        found = problem(wanted[0], data, self.limits)
        self._check_size(wanted, found)
        made = [self._lane(found, each) for each in wanted]
        for lane, put_back in zip(made, restore, strict=True):
            put_back(lane)
        for old in self.lanes:
            old.close()
        self.runner.pause()
        self.runner.lanes = made
        self.settings = [lane.settings | settings.part(wanted[0], ("data",)) for lane in made]
        self.points, self.problem = data, found
        self._done, self._undone = [], []
        self.data_version += 1


def _said(path: str, value: Any) -> str:
    shown = f"{value:g}" if isinstance(value, float) else str(value)
    return say("{setting} is now {value}", setting=path, value=shown)
