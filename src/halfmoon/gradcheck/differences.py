"""Central differences: the slope of the loss by any number of a pass, without any calculus.

``(L(v + h) - L(v - h)) / 2h`` runs the steps behind the number v again, twice, and compares nothing else. It is the judge
of every gradient; :mod:`halfmoon.gradcheck.report` lets it judge a whole network, the X-ray the numbers that it shows.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from halfmoon.base.checks import Array
from halfmoon.layers.activations import Activation
from halfmoon.layers.contract import INFERENCE, Pass
from halfmoon.layers.dense import Dense
from halfmoon.layers.dropout import Dropout
from halfmoon.layers.normalise import BatchNorm, LayerNorm
from halfmoon.layers.softmax import Softmax
from halfmoon.losses.penalty import NO_PENALTY, Penalty
from halfmoon.network.model import Model
from halfmoon.network.program import Step

STEPS = (1e-5, 1e-6, 1e-7)
"""Sizes of h that are tried, the first that agrees counts: a kink nearer than h spoils the larger ones."""

TOGETHER = 4096
"""Rows that go through the network at a time, where variants of the batch may stand below one another."""

ROW_BY_ROW = {Dense, Activation, LayerNorm, Softmax}
"""Layers whose rows know nothing of one another, nor of their own place."""

ROW_BY_ROW_IN_INFERENCE = {BatchNorm, Dropout}

Place = tuple[int, ...]


@dataclass(frozen=True)
class Difference:
    """One slope, by the backward pass and by central differences.

    Attributes
    ----------
    name : str
        The gradient, such as ``"0.dW"``.
    place : tuple of int, or None
        The entry; None for a random direction.
    written, numeric : float
        By the backward pass, and by central differences.
    error : float
        How far they are apart, relative to the size of the gradient; infinite where one of them is no number.
    """

    name: str
    place: Place | None
    written: float
    numeric: float
    error: float


@dataclass(frozen=True)
class Move:
    """A way to move an array: by how much at which places, and the slope along it by the backward pass."""

    at: Any
    by: Any
    written: float
    scale: float


@dataclass(frozen=True)
class Variant:
    """What goes into a step once a number was moved: rows of the pass, which ones, and the penalty then."""

    x: Array
    rows: Array
    penalty: float = 0.0


Shift = tuple[Any, Any]
"""Where an array is moved, and by how much."""


class Differences:
    """A pass, in float64, of which every gradient can be measured.

    Parameters
    ----------
    model : Model
        Left as it is; a float64 copy is measured.
    X, y, sample_weight
        As :meth:`halfmoon.Model.gradients` takes them.
    penalty : Penalty
    pass_ : Pass
    tolerance : float
        A smaller h is tried where the error is above a tenth of it.

    Attributes
    ----------
    trace : Trace
        In float64. Gradients are named as it names them, and ``"dX"`` for the inputs.
    """

    def __init__(
        self,
        model: Model,
        X: Any,
        y: Any,
        sample_weight: Any = None,
        *,
        penalty: Penalty = NO_PENALTY,
        pass_: Pass = INFERENCE,
        tolerance: float = 1e-6,
    ) -> None:
        self.model = Model(model.network, model.n_inputs, model.theta.astype(np.float64), model.state.vector.astype(np.float64))
        inputs, self.targets, self.weights = self.model.batch(X, y, sample_weight)
        self.penalty = penalty
        self.tolerance = tolerance
        self.trace = self.model.trace(inputs, self.targets, self.weights, penalty=penalty, pass_=pass_)
        self._inputs = inputs
        self._places = {traced.name: place for place, traced in enumerate(self.trace.steps)}
        self._total = float(len(inputs) if self.weights is None else self.weights.sum(dtype=np.float64))
        largest = [float(np.abs(each).max(initial=0.0)) for each in (self.trace.gradients.vector, self.trace.dx)]  # type: ignore[union-attr, arg-type]
        self._largest = max(largest)

    def gradient(self, name: str) -> Array:
        """Return a gradient by the backward pass, in float64."""
        return self.trace.dx if name == "dX" else self.trace[name]  # type: ignore[return-value]

    def entries(self, name: str, places: Sequence[Place]) -> list[Difference]:
        """Measure single entries of a gradient; errors are relative to its largest entry, or a tenth of the largest of all."""
        written = self.gradient(name)
        scale = max(float(np.abs(written).max(initial=0.0)), 0.1 * self._largest, 1e-12)
        moves = [Move(place, 1.0, float(written[place]), scale) for place in places]
        return self._measure(name, moves, places)

    def direction(self, name: str, seed: int = 0) -> Difference:
        """Measure the slope along a random direction of +1 and -1; the error is relative to the gradient's Euclidean norm."""
        written = self.gradient(name)
        signs = np.random.RandomState(seed).randint(0, 2, written.shape) * 2.0 - 1.0
        with np.errstate(all="ignore"):
            scale = max(float(np.linalg.norm(written)), 0.1 * self._largest, 1e-12)
            move = Move(..., signs, float((signs * written).sum()), scale)
        return self._measure(name, [move], [None])[0]

    def _measure(self, name: str, moves: Sequence[Move], places: Sequence[Place | None]) -> list[Difference]:
        """Return the best of all sizes of h for each move; a move that agrees is not tried again."""
        best: dict[int, tuple[float, float]] = {}
        waiting = list(range(len(moves)))
        for h in STEPS:
            with np.errstate(all="ignore"):
                slopes = self._slopes(name, [moves[each] for each in waiting], h)
            for which, numeric in zip(waiting, slopes, strict=True):
                error = abs(numeric - moves[which].written) / moves[which].scale
                found = (np.inf if np.isnan(error) else error, numeric)
                best[which] = min(best.get(which, found), found, key=lambda pair: pair[0])
            waiting = [which for which in waiting if not best[which][0] <= 0.1 * self.tolerance]
        return [
            Difference(name, place, move.written, *best[which][::-1]) for which, (place, move) in enumerate(zip(places, moves, strict=True))
        ]

    def _slopes(self, name: str, moves: Sequence[Move], h: float) -> list[float]:
        """Return (L(v + h) - L(v - h)) / 2h for each move."""
        place, path, array = self._found(name)
        alone = all(_row_by_row(traced.step, self.trace.pass_) for traced in self.trace.steps[place:])
        sizes = [h if move.at is ... else h * max(1.0, abs(float(array[move.at]))) for move in moves]
        shifts = ((move.at, signed * move.by) for move, size in zip(moves, sizes, strict=True) for signed in (size, -size))
        variants = self._parameter_moved(path, array, shifts) if path else self._moved(array, shifts, alone=alone)
        objectives = list(self._objectives(place, variants, together=TOGETHER if alone else 1))
        return [(above - below) / (2 * size) for above, below, size in zip(objectives[::2], objectives[1::2], sizes, strict=True)]

    def _found(self, name: str) -> tuple[int, str | None, Array]:
        """Return the step that a number goes into, the layer whose parameter it is, if it is one, and its array."""
        if name == "dX":
            return 0, None, self._inputs
        path, _, letter = name.rpartition(".")
        place = self._places[path]
        if letter == "dx":
            return place, None, self.trace.steps[place].x
        if letter == "dy":
            return place + 1, None, self.trace.steps[place].y
        return place + 1, path, self.model.params[f"{path}.{letter[1:]}"]

    def _moved(self, array: Array, shifts: Iterable[Shift], *, alone: bool) -> Iterator[Variant]:
        """Yield an array with one number moved; where rows know nothing of one another, that row alone."""
        for at, by in shifts:
            rows = np.arange(len(array)) if at is ... or not alone else np.array([at[0]])
            x = array[rows]
            x[at if len(rows) > 1 or at is ... else (0, *at[1:])] += by
            yield Variant(x, rows)

    def _parameter_moved(self, path: str, array: Array, shifts: Iterable[Shift]) -> Iterator[Variant]:
        """Yield what a layer makes with one of its parameters moved; the parameter is put back."""
        place = self._places[path]
        traced, rows, penalty = self.trace.steps[place], np.arange(len(self._inputs)), self.penalty.on(self._total)
        arrays = self.model.params.at(path) | self.model.state.at(path)
        decayed = self.model.theta[: self.model.program.parameters.decayed]
        for at, by in shifts:
            before = np.array(array[at])
            array[at] = before + by
            with np.errstate(all="ignore"):
                y = traced.step.layer.forward(arrays, traced.x, self.trace.pass_.at(place))  # type: ignore[union-attr]
            variant = Variant(y, rows, penalty.value(decayed) if self.penalty != NO_PENALTY else 0.0)
            array[at] = before
            yield variant

    def _objectives(self, place: int, variants: Iterator[Variant], *, together: int) -> Iterator[float]:
        """Yield what the rows of each variant of a step's input add to the objective."""
        waiting: list[Variant] = []
        for variant in variants:
            waiting.append(variant)
            if sum(len(each.rows) for each in waiting) >= together:
                yield from self._run(place, waiting)
                waiting = []
        if waiting:
            yield from self._run(place, waiting)

    def _run(self, place: int, variants: Sequence[Variant]) -> Iterator[float]:
        x, rows = (np.concatenate(each) for each in zip(*((variant.x, variant.rows) for variant in variants), strict=True))
        scores = self.model.resume(self.trace, place, x, rows)
        ends = np.cumsum([len(variant.rows) for variant in variants])
        for part, variant in zip(np.split(scores, ends[:-1]), variants, strict=True):
            weights = None if self.weights is None else self.weights[variant.rows]
            share = (len(variant.rows) if weights is None else float(weights.sum())) / self._total
            yield share * self.model.objective(part, self.targets[variant.rows], weights) + variant.penalty if share else variant.penalty


def _row_by_row(step: Step, pass_: Pass) -> bool:
    kind = type(step.layer)
    return step.layer is None or kind in ROW_BY_ROW or (kind in ROW_BY_ROW_IN_INFERENCE and not pass_.training)
