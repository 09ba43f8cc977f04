"""The health of the networks in training, in words, looked at once in a while."""

from __future__ import annotations

import threading
import time
from functools import cache
from importlib import import_module
from typing import Any

import numpy as np

from halfmoon.base.errors import InputError
from halfmoon.base.language import current
from halfmoon.inspect.health.health import health
from halfmoon.layers.activations import Activation
from halfmoon.network.model import Model
from halfmoon.network.units import Units
from halfmoon.playground.session.diagram import in_diagram, layer_steps
from halfmoon.playground.session.frame import LaneSnapshot, spread_rows
from halfmoon.training.ending import Reason
from halfmoon.training.history import History

MOST_ROWS = 300
"""Rows that are looked at."""

MOST_UNITS = 20
"""Units that are named."""

SEVERITY = {"diverged": 3, "not_finite": 3, "dead_units": 2, "saturated": 2, "gradient_flow": 2, "overfitting": 2}
"""How bad a finding is, from 1 to 3; those that are not named, 1."""

SAID_BY_ENDING = ("diverged", "base_rate")
"""Findings that say no more of a run that has diverged than its ending does."""


class HealthWatch:
    """Looks at networks, each again only when it has changed and some time has passed.

    Parameters
    ----------
    seconds : float
        Between two looks at a network that trains.
    """

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._seen: dict[int, tuple[tuple[Any, ...], float, list[dict[str, Any]]]] = {}

    def found(self, snapshot: LaneSnapshot, *, running: bool) -> list[dict[str, Any]]:
        """Return what is wrong with a lane, as it was when it was last looked at, in the language that is spoken."""
        kind, moment = (current(), snapshot.ending is not None), (snapshot.epoch, snapshot.update)
        seen, looked, words = self._seen.get(snapshot.id, ((), -self.seconds, []))
        if seen == (*kind, *moment) or (running and time.monotonic() - looked < self.seconds and seen[:2] == kind):
            return words
        if running and _loading().is_alive():
            return words
        words = findings(snapshot)
        self._seen[snapshot.id] = (*kind, *moment), time.monotonic(), words
        return words

    def keep(self, ids: set[int]) -> None:
        """Forget all lanes but these."""
        self._seen = {each: seen for each, seen in self._seen.items() if each in ids}


@cache
def _loading() -> threading.Thread:
    """Load what the first look needs beside the frames, which would stand still for it: SciPy takes most of a second."""
    thread = threading.Thread(target=import_module, args=("scipy.optimize",), name="halfmoon playground: SciPy", daemon=True)
    thread.start()
    return thread


def findings(snapshot: LaneSnapshot) -> list[dict[str, Any]]:
    """Return what is wrong with a lane, worst first, and its units that are dead."""
    problem = snapshot.problem
    if problem.missing is not None or snapshot.epoch == 0:
        return []
    model = Model(snapshot.model.network, snapshot.model.n_inputs, *snapshot.numbers)
    rows = spread_rows(problem.y, MOST_ROWS)
    history = History({"epoch": snapshot.rows[:, 0], "loss": snapshot.rows[:, 1]}, ending=snapshot.ending)
    try:
        with np.errstate(all="ignore"):  # of what is about to diverge
            found = health(model, problem.X[rows], problem.y[rows], history=history)
    except (InputError, ArithmeticError):  # rows of one class, or numbers that are none
        return []
    is_lost = snapshot.ending is not None and snapshot.ending.reason is Reason.DIVERGED
    words = [{"word": each.rule, "text": in_diagram(str(each), model), "place": each.place, "unit": None,
              "severity": SEVERITY.get(each.rule, 1)} for each in found if not (is_lost and each.rule in SAID_BY_ENDING)]  # fmt: skip
    return words + dead_units(model, problem.X[rows])


def dead_units(model: Model, X: Any) -> list[dict[str, Any]]:
    """Return the hidden units through which no gradient comes, by layer and index."""
    trace = model.forward(X)
    found: list[dict[str, Any]] = []
    ends = layer_steps(model)[:-1]
    for layer, end in enumerate(ends):
        activation = next((each for each in reversed(trace.steps[: end + 1]) if isinstance(each.step.layer, Activation)), None)
        if activation is not None:
            flat = np.flatnonzero(Units(activation).flat)
            found += [
                {"word": "dead", "text": "", "place": activation.step.path, "unit": f"{layer}.{unit}", "severity": 2} for unit in flat
            ]
    return found[:MOST_UNITS]
