"""A run as one HTML page that needs nothing else: what the network said at the epochs that were kept, to be scrubbed through."""

from __future__ import annotations

import base64
from typing import Any

import numpy as np

from halfmoon.base.checks import Array
from halfmoon.playground.session.frame import Drawing, boundary, number, target_range
from halfmoon.playground.session.lane import Still
from halfmoon.playground.session.translations import say
from halfmoon.web.page import page

GRID = 60
"""Places along one side of a map."""

MOST_FRAMES, MOST_POINTS, MOST_ROWS = 60, 1000, 600
"""Of the page: maps, points and rows of the curve."""


def html(lane: Still) -> str:
    """Return the page of a lane, in the language that is spoken."""
    problem = lane.problem
    drawing = Drawing.twin(lane.model, problem)
    kept = list(lane.timeline)
    chosen = np.unique(np.linspace(0, len(kept) - 1, min(len(kept), MOST_FRAMES)).round().astype(int))
    losses = dict(lane.rows[:, :2].tolist())
    frames = []
    for index in chosen:
        drawing.put(kept[index].numbers)
        maps = dict(boundary(drawing, GRID))
        frames.append(
            {"epoch": kept[index].epoch, "loss": number(losses.get(kept[index].epoch)), "maps": {k: _text(v) for k, v in maps.items()}}
        )
    rows = lane.rows
    rows = rows[np.unique(np.linspace(0, len(rows) - 1, min(len(rows), MOST_ROWS)).round().astype(int))]
    points = problem.plane.project(problem.points.X)[:: -(-len(problem.points.X) // MOST_POINTS) or 1]
    labels = problem.points.y[:: -(-len(problem.points.X) // MOST_POINTS) or 1]
    content: dict[str, Any] = {
        "title": say("A training in {epochs:,} epochs", epochs=lane.epoch),
        "grid": GRID,
        "frames": frames,
        "curve": [[int(row[0]), number(row[1]), number(row[2])] for row in rows],
        "points": points.astype(np.float32).round(4).tolist(),
        "labels": labels.tolist(),
        "limits": problem.limits.tolist(),
        "range": list(target_range(problem)),
        "classes": list(problem.points.classes),
        "names": problem.plane.names,
        "network": lane.model.network.describe(lane.model.n_inputs),
        "ending": "" if lane.ending is None else str(lane.ending),
    }
    return page("halfmoon.playground.session.page", content["title"], content, texts=say)


def _text(array: Array) -> str:
    return base64.b64encode(array.tobytes()).decode("ascii")
