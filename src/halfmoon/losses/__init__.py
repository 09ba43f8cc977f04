"""The losses, and a table of them all."""

from halfmoon.losses.contract import Loss
from halfmoon.losses.pointwise import AbsoluteError, Huber, Logistic, Poisson, Quantile, SquaredError
from halfmoon.losses.softmax import SoftmaxCrossEntropy

LOSSES: dict[str, Loss] = {
    each.name: each for each in (SquaredError, AbsoluteError, Huber, Quantile, Poisson, Logistic, SoftmaxCrossEntropy())
}
"""Every loss by name."""
