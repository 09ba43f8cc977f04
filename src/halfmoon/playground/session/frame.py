"""Frames: what a page draws of the newest parameters, as a header and arrays of bytes."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from halfmoon.base.checks import Array
from halfmoon.layers.contract import INFERENCE
from halfmoon.layers.dense import Dense
from halfmoon.network.model import Model
from halfmoon.network.trace import Trace
from halfmoon.playground.session.diagram import ending_text, layer_steps
from halfmoon.playground.session.lane import Lane, Measured
from halfmoon.playground.session.problem import Problem
from halfmoon.playground.session.settings import Settings
from halfmoon.predictions.plane import grid
from halfmoon.training.ending import Ending

ALIGNMENT = 8
"""Bytes, of which each array begins at a multiple."""

MOST_ROWS = 500
"""Rows that histograms are made of."""

BINS = 32
WARP_LINES, WARP_STEPS = 13, 25
"""Lines in either direction of the grid that is warped, and places on each."""

EXTRAS = ("confusion", "activations", "gradients", "warp")
"""Arrays that are made where they are asked for."""


@dataclass(frozen=True)
class View:
    """What is looked at.

    Attributes
    ----------
    arrays : tuple of str
        Of ``EXTRAS``.
    grid : int
        Places along one side of the boundary's map.
    lane : int
        Whose units are drawn, and whose extra arrays.
    warp : tuple of int
        A hidden layer and two units of it.
    unit_grid : int
        Places along one side of a unit's map.
    """

    arrays: tuple[str, ...] = ()
    grid: int = 100
    lane: int = 0
    warp: tuple[int, int, int] = (0, 0, 1)
    unit_grid: int = 28


@dataclass(frozen=True, eq=False)
class LaneSnapshot:
    """What a lane was at the end of a chunk; nothing of it changes any more."""

    id: int
    model: Model
    problem: Problem
    numbers: tuple[Array, Array]
    epoch: int
    update: int
    sample: int | None
    loss: float
    measured: Measured
    rate: float | None
    speed: float
    ending: Ending | None
    rows: Array
    serials: Array
    settings: Settings


@dataclass(frozen=True, eq=False)
class Snapshot:
    """What a session was at the end of a chunk; ``begun`` counts the quotas of a frame that had begun."""

    number: int
    running: bool
    begun: int
    lanes: tuple[LaneSnapshot, ...]
    view: View


def lane_snapshot(lane: Lane, speed: float) -> LaneSnapshot:
    """Return what a lane is now; to be called in a turn."""
    return LaneSnapshot(
        lane.id, lane.model, lane.problem, lane.model.snapshot(), lane.epoch, lane.updates, lane.sample, lane.loss, lane.measured,
        lane.rate, speed, lane.ending, lane.curve.rows, lane.curve.serials, lane.settings,
    )  # fmt: skip


# ---- a network as it is drawn ------------------------------------------------------------------------------------------


@dataclass(eq=False)
class Drawing:
    """A twin of a network in float32, with the places that its maps are made of, and how far its curve was sent."""

    model: Model
    problem: Problem
    sent: int = -1
    _grids: dict[int, Array] = field(default_factory=dict)

    @staticmethod
    def twin(model: Model, problem: Problem) -> Drawing:
        """Return the drawing of a network."""
        return Drawing(Model(model.network, model.n_inputs, *_float32(model.snapshot())), problem)

    def put(self, numbers: tuple[Array, Array]) -> None:
        """Take over other parameters and running statistics."""
        self.model.restore(_float32(numbers))

    def places(self, size: int) -> Array:
        """Return what goes into the network at the places of a map, the row of the highest x2 first."""
        if size not in self._grids:
            limits: Any = tuple(map(tuple, self.problem.limits.tolist()))
            points = grid(np.zeros((1, 2)), size, 0.0, limits)[2].reshape(size, size, 2)[::-1].reshape(-1, 2)
            self._grids[size] = np.ascontiguousarray(self.problem.inputs(points), np.float32)
        return self._grids[size]

    def means(self, X: Array) -> Array:
        """Return what the network says of rows: probabilities, or numbers."""
        with np.errstate(all="ignore"):
            return self.model.network.loss.link.mean(self.model.scores_of(X, 1))


LARGEST = float(np.finfo(np.float32).max)


def as_float32(values: Array) -> Array:
    """Return numbers as float32, which are as large as that can be where they are larger."""
    return np.clip(values, -LARGEST, LARGEST).astype(np.float32)


def _float32(numbers: tuple[Array, Array]) -> tuple[Array, Array]:
    return as_float32(numbers[0]), as_float32(numbers[1])


def scaled(values: Array, low: Any, high: Any) -> Array:
    """Return numbers as 0 to 255 where they lie from ``low`` to ``high``; what is no number is in the middle."""
    with np.errstate(all="ignore"):
        steps = np.asarray((values - low) * (255 / np.where(high > low, high - low, 1)), np.float32)
        if not np.isfinite(steps).all():
            steps = np.nan_to_num(steps, nan=127.5, posinf=255.0, neginf=0.0)
    np.clip(steps, 0, 255, out=steps)
    steps += 0.5
    return steps.astype(np.uint8)


Arrays = Iterator[tuple[str, Array]]


def boundary(drawing: Drawing, size: int) -> Arrays:
    """Yield the map of what the network says: how probable class 1 is, the class and its probability, or the number."""
    means, classes = drawing.means(drawing.places(size)), drawing.problem.classes
    if classes > 2 or means.shape[1] > 2:  # noqa: PLR2004 - two classes are one number
        yield "boundary_class", means.argmax(axis=1).astype(np.uint8).reshape(size, size)
        values, low, high = means.max(axis=1), 0.0, 1.0
    elif classes:
        values, low, high = means[:, -1], 0.0, 1.0
    else:
        values, (low, high) = means[:, 0], target_range(drawing.problem)
    yield "boundary", scaled(values, low, high).reshape(size, size)


def target_range(problem: Problem) -> tuple[float, float]:
    """Return the least and the largest number to learn; of classes 0 and 1."""
    y = problem.points.y
    return (0.0, 1.0) if problem.classes or not len(y) else (float(y.min()), float(y.max()))


def units(drawing: Drawing, size: int) -> Arrays:
    """Yield the map of each unit, and what 0 and 255 stand for in it."""
    trace = drawing.model.forward(drawing.places(size))
    maps = np.hstack([trace.steps[index].y for index in layer_steps(drawing.model)])
    finite = maps if np.isfinite(maps).all() else np.nan_to_num(maps)
    low, high = finite.min(axis=0), finite.max(axis=0)
    yield "units", np.ascontiguousarray(scaled(maps, low, high).T).reshape(-1, size, size)
    yield "unit_range", np.stack([low, high], axis=1)


def parameters(drawing: Drawing) -> Arrays:
    """Yield the weights and biases of the dense layers, layer by layer."""
    weights, biases = [], []
    for index, step in enumerate(drawing.model.program.steps):
        if isinstance(step.layer, Dense):
            arrays = drawing.model.arrays[index]
            weights.append(arrays["W"].ravel())
            biases.append(arrays.get("b", np.zeros(step.n_out, np.float32)))
    yield "weights", np.concatenate(weights)
    yield "biases", np.concatenate(biases)


def confusion(drawing: Drawing, snapshot: LaneSnapshot) -> Arrays:
    """Yield how many rows of each class were taken for which, (class, predicted)."""
    problem, k = drawing.problem, drawing.problem.classes
    for name, y, predicted in (("confusion", problem.y, snapshot.measured.predicted),
                               ("test_confusion", problem.test_y, snapshot.measured.test_predicted)):  # fmt: skip
        if k and len(predicted) == len(y):
            yield name, np.bincount(y.astype(int) * k + predicted, minlength=k * k).reshape(k, k).astype(np.int32)


def spread_rows(y: Array, most: int) -> Any:
    """Return the indices of rows, at most so many, with a share of each class, or of low and high targets, as all rows have it."""
    if len(y) <= most:
        return slice(None)
    order = np.lexsort((np.random.default_rng(0).permutation(len(y)), y))
    return np.sort(order[np.linspace(0, len(y) - 1, most).astype(int)])


def _trace(drawing: Drawing) -> Trace | None:
    """Return what some of the rows to train on do in the network, forward and back."""
    problem, model = drawing.problem, drawing.model
    if not len(problem.X):
        return None
    rows = spread_rows(problem.y, MOST_ROWS)
    return model.trace(*model.batch(problem.X[rows], problem.y[rows]), pass_=INFERENCE)


def histograms(name: str, lists: Sequence[Array]) -> Arrays:
    """Yield the histogram of each list of numbers, and from where to where it goes."""
    counts, ranges = np.zeros((len(lists), BINS), np.uint16), np.zeros((len(lists), 2), np.float32)
    for index, values in enumerate(lists):
        finite = values[np.isfinite(values)]
        if len(finite):
            ranges[index] = low, high = float(finite.min()), float(finite.max())
            counts[index] = np.histogram(finite, BINS, (low, high if high > low else low + 1))[0]
    yield name, counts
    yield f"{name}_range", ranges


def activations(drawing: Drawing) -> Arrays:
    """Yield the histogram of what each layer puts out."""
    trace = _trace(drawing)
    if trace is not None:
        yield from histograms("activations", [trace.steps[index].y.ravel() for index in layer_steps(drawing.model)])


def gradients(drawing: Drawing) -> Arrays:
    """Yield the histogram of log10 |dW| of each dense layer; what is 0 is left out."""
    trace = _trace(drawing)
    if trace is None or trace.gradients is None:
        return
    found = []
    for step in drawing.model.program.steps:
        if isinstance(step.layer, Dense):
            sizes = np.abs(trace.gradients[f"{step.path}.W"].ravel())
            found.append(np.log10(sizes[sizes > 0]))
    yield from histograms("gradients", found)


def warp(drawing: Drawing, layer: int, first: int, second: int) -> Arrays:
    """Yield where the lines of a grid, and the rows, lie for two units of a layer."""
    model, problem = drawing.model, drawing.problem
    ends = layer_steps(model)
    if not 0 <= layer < len(ends):
        return
    width = model.program.steps[ends[layer]].n_out
    pair = [min(first, width - 1), min(second, width - 1)]
    (low1, high1), (low2, high2) = problem.limits
    lines = []
    for low, high, axis in ((low1, high1, 0), (low2, high2, 1)):
        other = (low2, high2) if axis == 0 else (low1, high1)
        place, along = np.meshgrid(np.linspace(low, high, WARP_LINES), np.linspace(*other, WARP_STEPS), indexing="ij")
        lines.append(np.stack([place, along] if axis == 0 else [along, place], axis=-1).reshape(-1, 2))
    points = problem.inputs(np.vstack(lines))
    both = model.forward(np.vstack([points, problem.X]) if len(problem.X) else points).steps[ends[layer]].y[:, pair]
    count = len(points)
    yield "warp", both[:count].reshape(2 * WARP_LINES, WARP_STEPS, 2).astype(np.float32)
    yield "warp_points", both[count:].astype(np.float32)


# ---- the frame ---------------------------------------------------------------------------------------------------------


class Frames:
    """Makes frames, and remembers what was sent with those before. One thread at a time."""

    def __init__(self) -> None:
        self._drawings: dict[int, Drawing] = {}

    def forget(self) -> None:
        """Let the next frame have the whole curves again."""
        for drawing in self._drawings.values():
            drawing.sent = -1

    def frame(self, snapshot: Snapshot, health: Mapping[int, Any]) -> bytes:
        """Return the frame of a snapshot; ``health`` is what is said of each lane, by its id."""
        self._drawings = {each.id: self._drawings.get(each.id) or Drawing.twin(each.model, each.problem) for each in snapshot.lanes}
        arrays: list[tuple[str, Array]] = []
        lanes = []
        for index, each in enumerate(snapshot.lanes):
            drawing = self._drawings[each.id]
            drawing.put(each.numbers)
            start = int(np.searchsorted(each.serials, drawing.sent, "right"))
            drawing.sent = int(each.serials[-1]) if len(each.serials) else -1
            arrays += [(f"{index}.{name}", array) for name, array in _arrays(drawing, each, snapshot.view, start, drawn=index)]
            lanes.append(_header(each, start, health.get(each.id, [])))
        return packed({"frame": snapshot.number, "running": snapshot.running, "lanes": lanes}, arrays)


def _arrays(drawing: Drawing, each: LaneSnapshot, view: View, start: int, drawn: int) -> Arrays:
    yield from boundary(drawing, view.grid)
    yield from parameters(drawing)
    yield "history", each.rows[start:]
    yield "predicted", each.measured.predicted
    yield "test_predicted", each.measured.test_predicted
    if drawn != view.lane:
        return
    yield from units(drawing, view.unit_grid)
    makers = {
        "confusion": lambda: confusion(drawing, each),
        "activations": lambda: activations(drawing),
        "gradients": lambda: gradients(drawing),
        "warp": lambda: warp(drawing, *view.warp),
    }
    for name in view.arrays:
        yield from makers[name]()


def _header(each: LaneSnapshot, start: int, health: Any) -> dict[str, Any]:
    seen = each.measured
    ending = None if each.ending is None else {"reason": each.ending.reason.value, "text": ending_text(each.ending, each.model)}
    return {
        "epoch": each.epoch,
        "update": each.update,
        "sample": each.sample,
        "loss": number(each.loss),
        "test_loss": number(seen.test_loss),
        "accuracy": number(seen.accuracy),
        "test_accuracy": number(seen.test_accuracy),
        "rate": number(each.rate),
        "epochs_per_second": number(each.speed),
        "range": list(target_range(each.problem)),
        "ending": ending,
        "health": health,
        "history_from": start,
        "diverged": each.ending is not None and each.ending.reason.value == "diverged",
    }


def number(value: float | None) -> float | str | None:
    """Return a number as JSON can hold it: what is not finite as text."""
    if value is None or math.isfinite(value):
        return None if value is None else float(value)
    return "nan" if math.isnan(value) else "inf" if value > 0 else "-inf"


def packed(header: dict[str, Any], arrays: Sequence[tuple[str, Array]]) -> bytes:
    """Return a header and arrays as bytes: the header's length, the header as JSON, and each array at a multiple of 8."""
    parts: list[bytes] = []
    listed, offset = [], 0
    for name, array in arrays:
        data = np.ascontiguousarray(array, array.dtype.newbyteorder("<")).tobytes()
        listed.append({"name": name, "dtype": array.dtype.name, "shape": list(array.shape), "offset": offset})
        data += b"\0" * (-len(data) % ALIGNMENT)
        parts.append(data)
        offset += len(data)
    text = json.dumps(header | {"arrays": listed}, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()
    text += b" " * (-(4 + len(text)) % ALIGNMENT)
    return b"".join([len(text).to_bytes(4, "little"), text, *parts])


def unpacked(frame: bytes) -> tuple[dict[str, Any], dict[str, Array]]:
    """Return the header and the arrays of a frame."""
    length = int.from_bytes(frame[:4], "little")
    header = json.loads(frame[4 : 4 + length])
    arrays = {}
    for each in header["arrays"]:
        dtype, count = np.dtype(each["dtype"]), math.prod(each["shape"])
        arrays[each["name"]] = np.frombuffer(frame, dtype, count, 4 + length + each["offset"]).reshape(each["shape"])
    return header, arrays
