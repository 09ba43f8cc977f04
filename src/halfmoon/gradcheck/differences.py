"""Central differences: the slope of the loss by any number of a pass, without any calculus.

``(L(v + h) - L(v - h)) / 2h`` runs the steps behind the number v again, twice, and compares nothing else. It is the judge
of every gradient; :mod:`halfmoon.gradcheck.report` lets it judge a whole network, the X-ray the numbers that it shows.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from math import ceil
from typing import Any, NamedTuple

import numpy as np

from halfmoon.base.checks import Array, Index
from halfmoon.layers.contract import INFERENCE, Pass
from halfmoon.losses.penalty import NO_PENALTY, Penalty
from halfmoon.network.model import Model

STEPS = (1e-5, 1e-6, 1e-7)
"""Sizes of h that are tried, the first that agrees counts: a kink nearer than h spoils the larger ones."""

ROWS_AT_ONCE = 4096
"""Rows that go through the network at a time, where variants of the batch may stand below one another."""


@dataclass(frozen=True)
class SlopeCheck:
    """One slope, by the backward pass and by central differences.

    Attributes
    ----------
    name : str
        The gradient, such as ``"0.dW"``.
    place : tuple of int, or None
        Index of the entry; None for a random direction.
    written, numeric : float
        By the backward pass, and by central differences.
    error : float
        How far they are apart, relative to the size of the gradient; infinite where one of them is no number.
    """

    name: str
    place: Index | None
    written: float
    numeric: float
    error: float

    def __str__(self) -> str:
        return f"error {self.error:.1e}, written {self.written:.9g}, numeric {self.numeric:.9g}"


@dataclass(frozen=True)
class NumericCheck:
    """The central differences of one gradient.

    Attributes
    ----------
    name : str
        As the Trace names it.
    entries : tuple of SlopeCheck
        Of every entry that is shown, row by row.
    direction : SlopeCheck or None
        Along a random direction; of a parameter only.

    Examples
    --------
    >>> xray = hm.xray(model, X[:1], y[:1])
    >>> card = next(card for card in reversed(xray.cards) if xray.measured(card))
    >>> [check.name for check in xray.measured(card)]
    ['0.dx', '0.dW', '0.db']
    """

    name: str
    entries: tuple[SlopeCheck, ...]
    direction: SlopeCheck | None

    @property
    def worst(self) -> SlopeCheck:
        """The entry that is furthest off."""
        return max(self.entries, key=lambda each: each.error)

    @property
    def error(self) -> float:
        """The largest error of all."""
        return max(self.worst.error, self.direction.error if self.direction else 0.0)


Change = tuple[Any, Any]
"""The index of an entry that changes, ``...`` for all of them, and the direction, which is multiplied by h."""


class Variant(NamedTuple):
    """The input of a step after a change, which row of the pass each of its rows is, and the penalty with the changed parameter."""

    x: Array
    rows: Array
    penalty: float = 0.0


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
        self.penalty, self.tolerance = penalty, tolerance
        self.trace = self.model.trace(inputs, self.targets, self.weights, penalty=penalty, pass_=pass_)
        self._inputs = inputs
        self._steps = {traced.name: step for step, traced in enumerate(self.trace.steps)}
        self._total = float(len(inputs) if self.weights is None else self.weights.sum(dtype=np.float64))
        largest = [float(np.abs(each).max(initial=0.0)) for each in (self.trace.gradients.vector, self.trace.dx)]  # type: ignore[union-attr, arg-type]
        self._largest = max(largest)

    def gradient(self, name: str) -> Array:
        """Return a gradient by the backward pass, in float64."""
        return self.trace.dx if name == "dX" else self.trace[name]  # type: ignore[return-value]

    def entries(self, name: str, indices: Sequence[Index]) -> list[SlopeCheck]:
        """Measure single entries of a gradient; errors are relative to its largest entry, or a tenth of the largest of all."""
        scale = max(float(np.abs(self.gradient(name)).max(initial=0.0)), 0.1 * self._largest, 1e-12)
        return self._measure(name, [(index, 1.0) for index in indices], scale)

    def direction(self, name: str, seed: int = 0) -> SlopeCheck:
        """Measure the slope along a random direction of +1 and -1; the error is relative to the gradient's Euclidean norm."""
        written = self.gradient(name)
        signs = np.random.RandomState(seed).randint(0, 2, written.shape) * 2.0 - 1.0
        with np.errstate(all="ignore"):
            scale = max(float(np.linalg.norm(written)), 0.1 * self._largest, 1e-12)
        return self._measure(name, [(..., signs)], scale)[0]

    def _measure(self, name: str, changes: Sequence[Change], scale: float) -> list[SlopeCheck]:
        """Return the best of all sizes of h for each change, with errors relative to a scale; one that agrees is not tried again."""
        gradient, best, untested = self.gradient(name), dict[int, SlopeCheck](), list(range(len(changes)))
        for h in STEPS:
            with np.errstate(all="ignore"):
                slopes = self._slopes(name, [changes[each] for each in untested], h)
                written = [float((by * gradient[index]).sum()) for index, by in changes]
            for which, numeric in zip(untested, slopes, strict=True):
                index, error = changes[which][0], abs(numeric - written[which]) / scale
                error = np.inf if np.isnan(error) else error
                found = SlopeCheck(name, None if index is ... else index, written[which], numeric, error)
                best[which] = min(best.get(which, found), found, key=lambda check: check.error)
            untested = [which for which, check in best.items() if not check.error <= 0.1 * self.tolerance]
        return list(best.values())

    def _slopes(self, name: str, changes: Sequence[Change], h: float) -> list[float]:
        """Return (L(v + h) - L(v - h)) / 2h for each change."""
        step, path, array = self._locate(name)
        behind = (traced.step.layer for traced in self.trace.steps[step:])
        row_wise = all(layer is None or layer.row_wise(self.trace.pass_) for layer in behind)
        sizes = [h if index is ... else h * max(1.0, abs(float(array[index]))) for index, _ in changes]
        both = ((index, signed * by) for (index, by), size in zip(changes, sizes, strict=True) for signed in (size, -size))
        variants = self._with_parameter(path, array, both) if path else self._with_input(array, both, row_wise=row_wise)
        objectives = list(self._objectives(step, variants, at_once=ROWS_AT_ONCE if row_wise else 1))
        return [(above - below) / (2 * size) for above, below, size in zip(objectives[::2], objectives[1::2], sizes, strict=True)]

    def _locate(self, name: str) -> tuple[int, str | None, Array]:
        """Return the step that a number goes into, the path of the layer whose parameter it is, if it is one, and its array."""
        if name == "dX":
            return 0, None, self._inputs
        path, _, letter = name.rpartition(".")
        step = self._steps[path]
        if letter == "dx":
            return step, None, self.trace.steps[step].x
        if letter == "dy":
            return step + 1, None, self.trace.steps[step].y
        return step + 1, path, self.model.params[f"{path}.{letter[1:]}"]

    def _with_input(self, array: Array, changes: Iterable[Change], *, row_wise: bool) -> Iterator[Variant]:
        """Yield an array after each change; only the row that changes, where the others do not depend on it."""
        for index, by in changes:
            rows = np.arange(len(array)) if index is ... or not row_wise else np.array([index[0]])
            x = array[rows]
            x[index if len(rows) > 1 or index is ... else (0, *index[1:])] += by
            yield Variant(x, rows)

    def _with_parameter(self, path: str, array: Array, changes: Iterable[Change]) -> Iterator[Variant]:
        """Yield what a layer makes after each change of one of its parameters, which is put back."""
        step = self._steps[path]
        traced, rows, penalty = self.trace.steps[step], np.arange(len(self._inputs)), self.penalty.for_batch(self._total)
        decayed = self.model.theta[: self.model.program.parameters.decayed]
        for index, by in changes:
            before = np.array(array[index])
            array[index] = before + by
            with np.errstate(all="ignore"):
                y = traced.step.layer.forward(self.model.arrays[step], traced.x, self.trace.pass_.at(step))  # type: ignore[union-attr]
            variant = Variant(y, rows, penalty.value(decayed) if self.penalty != NO_PENALTY else 0.0)
            array[index] = before
            yield variant

    def _objectives(self, step: int, variants: Iterable[Variant], *, at_once: int) -> Iterator[float]:
        """Yield what the rows of each variant of a step's input add to the objective."""
        left = iter(variants)
        while first := next(left, None):
            together = [first, *islice(left, ceil(at_once / len(first.rows)) - 1)]
            x, rows = (np.concatenate(each) for each in zip(*((variant.x, variant.rows) for variant in together), strict=True))
            scores = self.model.scores_from(self.trace, step, x, rows)
            ends = np.cumsum([len(variant.rows) for variant in together])
            for part, variant in zip(np.split(scores, ends[:-1]), together, strict=True):
                weights = None if self.weights is None else self.weights[variant.rows]
                share = (len(variant.rows) if weights is None else float(weights.sum())) / self._total
                objective = share * self.model.objective(part, self.targets[variant.rows], weights) if share else 0.0
                yield objective + variant.penalty
