"""Gradient checking: every number of the backward pass against the slope of the forward pass.

``(L(θ + h) - L(θ - h)) / 2h`` costs two forward passes an entry and needs no calculus, so it is the judge of every
gradient here, and of a user's own layer, activation or loss.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from halfmoon import checks
from halfmoon.checks import Array
from halfmoon.layers.contract import INFERENCE, Pass
from halfmoon.model import Model
from halfmoon.penalty import NO_PENALTY, Penalty

STEPS = (1e-5, 1e-6, 1e-7)
"""Sizes of h that are tried, the first that agrees counts: a kink nearer than h spoils the larger ones."""


@dataclass(frozen=True)
class ArrayCheck:
    """How one gradient compares.

    Attributes
    ----------
    name : str
        Such as ``"0.W"``, or ``"X"`` for the inputs.
    error : float
        Largest difference, relative to the largest entry of this gradient (or a tenth of the largest of all).
    place : tuple of int
        Index of the entry that is furthest off.
    written, numeric : float
        That entry by the backward pass, and by central differences.
    checked : int
        Entries that were compared.
    """

    name: str
    error: float
    place: tuple[int, ...]
    written: float
    numeric: float
    checked: int


@dataclass(frozen=True)
class GradientReport:
    """What :func:`check_gradients` found; printed, a table that names the worst entry of each array."""

    arrays: tuple[ArrayCheck, ...]
    tolerance: float

    @property
    def worst(self) -> ArrayCheck:
        """The array that is furthest off."""
        return max(self.arrays, key=lambda each: each.error)

    @property
    def ok(self) -> bool:
        """Whether every array agrees within the tolerance."""
        return all(each.error <= self.tolerance for each in self.arrays)

    def __str__(self) -> str:
        lines = []
        for each in self.arrays:
            verdict = "ok   " if each.error <= self.tolerance else "WRONG"
            numbers = f"written {each.written:.9g}, numeric {each.numeric:.9g}"
            lines.append(f"{verdict} d{each.name}: error {each.error:.1e} at {list(each.place)}, {numbers}")
        return "\n".join(lines)


def check_gradients(
    model: Model,
    X: Any,
    y: Any,
    sample_weight: Any = None,
    *,
    penalty: Penalty = NO_PENALTY,
    pass_: Pass = INFERENCE,
    tolerance: float = 1e-6,
    entries: int = 200,
) -> GradientReport:
    """Compare the backward pass with central differences, in float64.

    Parameters
    ----------
    model : Model
        Left as it is; a float64 copy is checked.
    X : array-like, shape (n, n_inputs)
    y : array-like, shape (n,) or (n, n_outputs)
    sample_weight : array-like, shape (n,), optional
    penalty : Penalty
    pass_ : Pass
        ``Pass(training=True)`` to check dropout and batch statistics as in training.
    tolerance : float
        Largest relative error that is called ok.
    entries : int
        Most entries of one array to compare, evenly spread.

    Returns
    -------
    GradientReport
        One entry for each parameter and one for X.
    """
    checks.positive("tolerance", tolerance)
    checks.whole("entries", entries)
    twin = Model(model.network, model.n_inputs, model.theta.astype(np.float64), model.state.vector.astype(np.float64))
    inputs, targets, weights = twin.batch(X, y, sample_weight)
    inputs = inputs.copy()  # they are moved a little, and X is the caller's
    trace = twin.trace(inputs, targets, weights, penalty=penalty, pass_=pass_)
    written = {**(trace.gradients or {}), "X": trace.dx}
    arrays = {**twin.params, "X": inputs}
    largest = max((float(np.abs(each).max()) for each in written.values()), default=0.0)

    def objective() -> float:
        return twin.trace(inputs, targets, weights, penalty=penalty, pass_=pass_).loss or 0.0

    found = [_compare(name, arrays[name], written[name], objective, largest, tolerance, entries) for name in arrays]
    return GradientReport(tuple(found), tolerance)


def _compare(
    name: str, array: Array, written: Array, objective: Callable[[], float], largest: float, tolerance: float, entries: int
) -> ArrayCheck:
    """Compare one array's gradient at up to ``entries`` places."""
    scale = max(float(np.abs(written).max()), 0.1 * largest, 1e-12)
    places = np.unique(np.linspace(0, array.size - 1, min(entries, array.size)).astype(int))
    worst = ArrayCheck(name, -1.0, (), 0.0, 0.0, len(places))
    for flat in places:
        place = tuple(int(i) for i in np.unravel_index(flat, array.shape))
        mine = float(written[place])
        errors = []
        for h in STEPS:
            slope = _central(array, place, objective, h)
            errors.append((abs(slope - mine) / scale, slope))
            if errors[-1][0] <= 0.1 * tolerance:
                break
        error, numeric = min(errors, key=lambda pair: np.inf if np.isnan(pair[0]) else pair[0])
        if not error <= worst.error:
            worst = ArrayCheck(name, np.inf if np.isnan(error) else error, place, mine, numeric, len(places))
    return worst


def _central(array: Array, place: tuple[int, ...], objective: Callable[[], float], h: float) -> float:
    """Return (L(v + h) - L(v - h)) / 2h at one entry v, which is put back."""
    value = array[place]
    step = h * max(1.0, abs(float(value)))
    array[place] = value + step
    above = objective()
    array[place] = value - step
    below = objective()
    array[place] = value
    return (above - below) / (2 * step)
