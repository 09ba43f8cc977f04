"""The losses, and a table of them all."""

from halfmoon.base.described import Registry
from halfmoon.losses.contract import Loss
from halfmoon.losses.pointwise import AbsoluteError, Huber, Logistic, Poisson, Quantile, SquaredError
from halfmoon.losses.softmax import SoftmaxCrossEntropy

LOSSES = Registry[Loss](
    "Every loss by name.",
    {each.name: each for each in (SquaredError, AbsoluteError, Huber, Quantile, Poisson, Logistic, SoftmaxCrossEntropy())},
)
