"""scikit-learn's losses as it reads them: their gradients are the plain ones, what ``loss_curve_`` shows is scaled or clipped."""

from __future__ import annotations

from typing import Any

import numpy as np

from halfmoon.base import checks
from halfmoon.base.checks import Between
from halfmoon.base.errors import InputError
from halfmoon.expressions.vocabulary import absolute, exp, log, log1p, maximum, minimum, where
from halfmoon.losses import LOSSES
from halfmoon.losses.contract import Loss
from halfmoon.losses.links import IDENTITY, LOG, LOGISTIC, SOFTMAX
from halfmoon.losses.pointwise import AbsoluteError, Huber, Logistic, PointwiseLoss, Quantile, SquaredError
from halfmoon.losses.softmax import SoftmaxCrossEntropy, loss_bounds

# half the squared error; read as the mean over the outputs (share = 1 / outputs), trained on their sum
HalfSquaredError = PointwiseLoss(
    "half_squared_error",
    lambda s, y, share: share * 0.5 * (s - y) ** 2,
    lambda s, y, share: s - y,
    {"share": 1.0},
    {"share": checks.positive},
)
# half the Poisson deviance, with the terms of y alone; y log y is 0 at 0
HalfPoissonDeviance = PointwiseLoss(
    "half_poisson_deviance",
    lambda s, y: where(y > 0, y * (log(y) - s), 0) - y + exp(s),
    lambda s, y: exp(s) - y,
    link=LOG,
    allowed=checks.not_negative,
)
# the log loss of a probability that is read as at least clip and at most 1 - clip: from ``least`` to ``most``
ClippedLogistic = PointwiseLoss(
    "clipped_logistic",
    lambda s, y, least, most: minimum(maximum(maximum(s, 0) - s * y + log1p(exp(-absolute(s))), least), most),
    lambda s, y, least, most: 1 / (1 + exp(-s)) - y,
    {"least": 0.0, "most": 1e30},
    {"least": checks.not_negative, "most": checks.positive},
    link=LOGISTIC,
    allowed=Between(0, 1),
)

READINGS: tuple[Loss, ...] = (HalfSquaredError, HalfPoissonDeviance, ClippedLogistic)
"""What is compiled ahead beside the library's own losses."""


CLASSIFICATION_LOSSES = ("log_loss", *(each.name for each in (Logistic, SoftmaxCrossEntropy, SquaredError, AbsoluteError, Huber)))
"""Names of losses for classes: of their scores, or of their probabilities, as the last three."""


def classification_loss(loss: str | Loss, *, exclusive: bool, dtype: np.dtype[Any], multilabel: bool = False) -> Loss:
    """Return the loss of a classifier: of one class out of many (``exclusive``), or of a yes or no for each output.

    Raises
    ------
    InputError
        When a loss is not about classes: neither about their scores, as its link says, nor about a number that may be their probability.
    """
    if loss != "log_loss":
        found = _named(loss)
        if found.link not in {IDENTITY, LOGISTIC, SOFTMAX} or _name(found) == Quantile.name:
            raise InputError(f"loss must be one about classes, such as {', '.join(CLASSIFICATION_LOSSES)}, got {_name(found)!r}")
        if multilabel and found.link == SOFTMAX:
            names = ", ".join(name for name in CLASSIFICATION_LOSSES if name != SoftmaxCrossEntropy.name)
            raise InputError(f"loss must be one of {names} where a row may have several labels, got {_name(found)!r}")
        return found
    clip = float(np.finfo(dtype).eps)
    if exclusive:
        return SoftmaxCrossEntropy(clip=clip)
    least, most = loss_bounds(clip)
    return ClippedLogistic(least=least, most=most)


def regression_loss(loss: str | Loss, outputs: int) -> Loss:
    """Return the loss of a regressor."""
    if loss == "squared_error":
        return HalfSquaredError(share=1 / outputs)
    return HalfPoissonDeviance if loss == "poisson" else _named(loss)


def _name(loss: Loss) -> str:
    return str(getattr(loss, "name", loss))


def _named(loss: str | Loss) -> Loss:
    return LOSSES[loss] if isinstance(loss, str) else loss
