"""Gradient checking: every number of the backward pass against the slope of the forward pass.

Central differences need no calculus, so they are the judge of every gradient here, and of a user's own layer, activation
or loss.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from halfmoon.base import checks
from halfmoon.gradcheck.differences import Differences, SlopeCheck
from halfmoon.layers.contract import INFERENCE, Pass
from halfmoon.losses.penalty import NO_PENALTY, Penalty
from halfmoon.network.model import Model
from halfmoon.network.trace import gradient_name

TOLERANCE = 1e-6
"""Largest relative error that is called ok."""

ENTRIES = 200
"""Most entries of one array that are compared."""


@dataclass(frozen=True)
class ArrayCheck(SlopeCheck):
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

    checked: int


@dataclass(frozen=True)
class GradientReport:
    """What :func:`check_gradients` found; printed, a table that names the worst entry of each array.

    Attributes
    ----------
    arrays : tuple of ArrayCheck
        One for each parameter and one for X.
    tolerance : float
        Largest relative error that is called ok.

    Examples
    --------
    >>> report = hm.check_gradients(model, X, y)
    >>> report.ok, report.worst.name in {each.name for each in report.arrays}
    (True, True)
    """

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
            gradient = gradient_name(each.name) if "." in each.name else f"d{each.name}"
            lines.append(f"{verdict} {gradient}: error {each.error:.1e} at {list(each.place or ())}, {numbers}")
        return "\n".join(lines)


def check_gradients(
    model: Model,
    X: Any,
    y: Any,
    sample_weight: Any = None,
    *,
    penalty: Penalty = NO_PENALTY,
    pass_: Pass = INFERENCE,
    tolerance: float = TOLERANCE,
    entries: int = ENTRIES,
) -> GradientReport:
    """Compare the backward pass with central differences, in float64.

    Parameters
    ----------
    model : Model
        Left as it is; a float64 copy is checked.
    X : array-like, shape (n, n_inputs)
        Rows to learn from.
    y : array-like, shape (n,) or (n, n_outputs)
        Their targets.
    sample_weight : array-like, shape (n,), optional
        How much each row counts; by default all alike.
    penalty : Penalty
        What is added to the mean loss.
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

    Examples
    --------
    >>> report = hm.check_gradients(model, X, y)
    >>> report.ok
    True
    """
    checks.positive("tolerance", tolerance)
    checks.whole("entries", entries)
    differences = Differences(model, X, y, sample_weight, penalty=penalty, pass_=pass_, tolerance=tolerance)
    return compared(differences, tolerance=tolerance, entries=entries)


def compared(differences: Differences, *, tolerance: float = TOLERANCE, entries: int = ENTRIES) -> GradientReport:
    """Return how the gradients of a pass, by each parameter and by X, compare with its central differences."""
    gradients = {name: gradient_name(name) for name in differences.model.params} | {"X": "dX"}
    arrays = []
    for name, gradient in gradients.items():
        array = differences.gradient(gradient)
        flat = np.unique(np.linspace(0, array.size - 1, min(entries, array.size)).astype(int))
        indices = [tuple(int(i) for i in np.unravel_index(each, array.shape)) for each in flat]
        worst = max(differences.entries(gradient, indices), key=lambda each: each.error)
        arrays.append(ArrayCheck(name, worst.place, worst.written, worst.numeric, worst.error, len(indices)))
    return GradientReport(tuple(arrays), tolerance)
