"""The losses that treat each score alone, each one entry: its value from score and target, and its slope by the score.

To add one, see the table in CONTRIBUTING.md.

Borrowed, as in the activations: ``definition`` and ``vocabulary`` of :mod:`halfmoon.expressions`; ``checks``, ``record`` and
``errors`` of :mod:`halfmoon.base`; and the links from a score to a mean (:mod:`halfmoon.losses.links`).
"""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np

from halfmoon.base import checks
from halfmoon.base.checks import Array, Between
from halfmoon.base.errors import InputError
from halfmoon.base.record import checked, record
from halfmoon.expressions.definition import Definition
from halfmoon.expressions.vocabulary import absolute, exp, log1p, maximum, sign, where
from halfmoon.losses.contract import Loss
from halfmoon.losses.links import IDENTITY, LOG, LOGISTIC, PointwiseLink


@record
class PointwiseLoss(Definition, Loss):
    """A loss that compares each score s with its target y alone; a row's loss is the sum over its columns.

    The value and the slope are functions of s and y, and of constants after those. See
    :class:`halfmoon.expressions.definition.Definition` for the parameters that are not listed.

    Parameters
    ----------
    link : PointwiseLink
        From scores to what ``predict`` returns.
    allowed : Between, optional
        What a target may be.
    """

    arguments: ClassVar[tuple[str, ...]] = ("s", "y")

    link: PointwiseLink = checked(checks.kind(PointwiseLink, "a pointwise link of halfmoon.losses.links"), default=IDENTITY)
    allowed: Between | None = checked(checks.optional(checks.kind(Between, "a Between")), default=None, compare=False)

    def check_width(self, n_outputs: int) -> None:
        for name, number in self.constants:
            if isinstance(number, tuple) and len(number) not in {1, n_outputs}:
                raise InputError(f"{name} must have one number for each of the {n_outputs} outputs, got {len(number)}")

    def targets(self, y: Any, n_outputs: int, dtype: np.dtype[Any]) -> Array:
        """Return y as (n, n_outputs) of ``dtype``; one column is repeated when a constant has a number for each output."""
        array = checks.numeric("y", y)
        array = checks.matrix("y", array[:, None] if array.ndim == 1 else array, dtype)
        repeated = any(isinstance(number, tuple) for number in self.numbers())
        if array.shape[1] == 1 and repeated:
            array = np.repeat(array, n_outputs, axis=1)
        if array.shape[1] != n_outputs:
            raise InputError(f"y must have {n_outputs} columns, as the network has outputs, got {array.shape[1]}")
        if self.allowed is not None and not self.allowed.holds(array):
            raise InputError(f"y must lie in {self.allowed} for the loss {self.name}, got values from {array.min():g} to {array.max():g}")
        return array

    def each(self, scores: Array, y: Array) -> Array:
        return self.value(scores, y, *self.numbers()).sum(axis=1)

    def gradient(self, scores: Array, y: Array) -> Array:
        return self.slope(scores, y, *self.numbers())


def _smooth(y: Any, label_smoothing: Any) -> Any:
    return y * (1 - label_smoothing) + 0.5 * label_smoothing


SquaredError = PointwiseLoss("squared_error", lambda s, y: (s - y) ** 2, lambda s, y: 2 * (s - y))
AbsoluteError = PointwiseLoss("absolute_error", lambda s, y: absolute(s - y), lambda s, y: sign(s - y))
# Huber, 1964: quadratic within delta, linear beyond
Huber = PointwiseLoss(
    "huber",
    lambda s, y, delta: where(absolute(s - y) <= delta, 0.5 * (s - y) ** 2, delta * (absolute(s - y) - 0.5 * delta)),
    lambda s, y, delta: where(absolute(s - y) <= delta, s - y, delta * sign(s - y)),
    constants={"delta": 1.0},
    limits={"delta": checks.positive},
)
# Koenker & Bassett, 1978 ("pinball"); several levels, several outputs
Quantile = PointwiseLoss(
    "quantile",
    lambda s, y, level: where(y > s, level * (y - s), (1 - level) * (s - y)),
    lambda s, y, level: where(y > s, -level, where(y < s, 1 - level, 0)),
    constants={"level": 0.5},
    limits={"level": checks.inner_share},
)
# minus the log-likelihood of a count with mean exp(s), without the term of y alone
Poisson = PointwiseLoss("poisson", lambda s, y: exp(s) - y * s, lambda s, y: exp(s) - y, link=LOG, allowed=checks.not_negative)
# log(1 + exp s) - y s, in the order that stays exact at any score
Logistic = PointwiseLoss(
    "logistic",
    lambda s, y, label_smoothing: maximum(s, 0) - s * _smooth(y, label_smoothing) + log1p(exp(-absolute(s))),
    lambda s, y, label_smoothing: 1 / (1 + exp(-s)) - _smooth(y, label_smoothing),
    constants={"label_smoothing": 0.0},
    limits={"label_smoothing": checks.share},
    link=LOGISTIC,
    allowed=Between(0, 1),
)
