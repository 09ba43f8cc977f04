"""The losses that treat each score alone, each one entry: its value from score and target, and its slope by the score.

Why ``Logistic`` has the slope p - y: with p = 1 / (1 + exp(-s)), whose slope is p (1 - p), the loss is minus the log-probability of y,
l = -y log p - (1 - y) log(1 - p). So dl/ds = (-y / p + (1 - y) / (1 - p)) p (1 - p) = -y (1 - p) + (1 - y) p = p - y. Written with
log(1 - p) = -log(1 + exp s), the same loss is log(1 + exp s) - y s.

To add one, see the table in CONTRIBUTING.md.

Borrowed, as in the activations: ``definition`` and ``vocabulary`` of :mod:`halfmoon.expressions`; ``checks``, ``record`` and
``errors`` and ``described`` of :mod:`halfmoon.base`; and the links from a score to a mean (:mod:`halfmoon.losses.links`).
"""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np

from halfmoon.base import checks
from halfmoon.base.checks import Array, Between
from halfmoon.base.described import described
from halfmoon.base.errors import InputError
from halfmoon.base.record import checked, record
from halfmoon.expressions.definition import Definition
from halfmoon.expressions.vocabulary import absolute, exp, log1p, maximum, sign, where
from halfmoon.losses.contract import Loss
from halfmoon.losses.links import IDENTITY, LOG, LOGISTIC, PointwiseLink


@record
class PointwiseLoss(Definition, Loss):
    """A loss that compares each score s with its target y alone; a row's loss is the sum over its columns.

    Parameters
    ----------
    name : str
        What to call it.
    value : callable
        A function of s and y, written in ``halfmoon.vocabulary``, whose words are NumPy's.
    slope : callable, optional
        Its derivative by s; without it the value is differentiated.
    constants : dict of str to float, optional
        Further arguments of both functions; of a tuple of numbers each output has one.
    limits : dict of str to Between, optional
        What the constants may be.
    link : PointwiseLink
        From scores to what ``predict`` returns.
    allowed : Between, optional
        What a target may be.
    """

    arguments: ClassVar[tuple[str, ...]] = ("s", "y")  # of value and slope, instead of an activation's z

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


SquaredError = described(
    PointwiseLoss("squared_error", lambda s, y: (s - y) ** 2, lambda s, y: 2 * (s - y)),
    "(s - y)², for numbers; the scores become means.",
    "Bishop, Pattern Recognition and Machine Learning, 2006, section 5.2, without its factor 1/2.",
)
AbsoluteError = described(
    PointwiseLoss("absolute_error", lambda s, y: absolute(s - y), lambda s, y: sign(s - y)),
    "``|s - y|``, for numbers; the scores become medians.",
    "Koenker & Bassett, Econometrica 46, 1978.",
)
Huber = described(
    PointwiseLoss(
        "huber",
        lambda s, y, delta: where(absolute(s - y) <= delta, 0.5 * (s - y) ** 2, delta * (absolute(s - y) - 0.5 * delta)),
        lambda s, y, delta: where(absolute(s - y) <= delta, s - y, delta * sign(s - y)),
        constants={"delta": 1.0},
        limits={"delta": checks.positive},
    ),
    "(s - y)² / 2 within delta and linear beyond, so that outliers weigh less.",
    "Huber, Annals of Mathematical Statistics 35, 1964.",
    delta="The distance from which on it is linear.",
)
Quantile = described(
    PointwiseLoss(
        "quantile",
        lambda s, y, level: where(y > s, level * (y - s), (1 - level) * (s - y)),
        lambda s, y, level: where(y > s, -level, where(y < s, 1 - level, 0)),
        constants={"level": 0.5},
        limits={"level": checks.inner_share},
    ),
    'The "pinball" loss, level (y - s) below y and (1 - level) (s - y) above: the scores become quantiles.',
    "Koenker & Bassett, Econometrica 46, 1978.",
    level="The share of targets that shall lie below the score; of several levels each is of an output of its own.",
)
Poisson = described(
    PointwiseLoss("poisson", lambda s, y: exp(s) - y * s, lambda s, y: exp(s) - y, link=LOG, allowed=checks.not_negative),
    "exp(s) - y s, for counts: minus the log-likelihood of a count with mean exp(s), without the term of y alone.",
    "McCullagh & Nelder, Generalized Linear Models, 1989, chapter 6.",
)
Logistic = described(
    PointwiseLoss(
        "logistic",
        # log(1 + exp s) - y s, in the order that stays exact at any score
        lambda s, y, label_smoothing: maximum(s, 0) - s * _smooth(y, label_smoothing) + log1p(exp(-absolute(s))),
        lambda s, y, label_smoothing: 1 / (1 + exp(-s)) - _smooth(y, label_smoothing),
        constants={"label_smoothing": 0.0},
        limits={"label_smoothing": checks.share},
        link=LOGISTIC,
        allowed=Between(0, 1),
    ),
    "log(1 + exp s) - y s, for two classes or several labels: minus the log-probability of y, where 1 has the log odds s.",
    "Cox, Journal of the Royal Statistical Society B 20, 1958; smoothing: Szegedy et al., CVPR 2016.",
    label_smoothing="Share ε of the target that is spread evenly: y (1 - ε) + ε / 2.",
)
