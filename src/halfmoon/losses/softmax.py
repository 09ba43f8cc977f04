"""Cross-entropy on the softmax of the scores, for several classes."""

from __future__ import annotations

import math
from typing import Any, ClassVar

import numpy as np

from halfmoon.base import checks
from halfmoon.base.checks import Array
from halfmoon.base.errors import InputError
from halfmoon.base.record import checked, record
from halfmoon.layers.softmax import softmax
from halfmoon.losses.contract import Loss
from halfmoon.losses.links import SOFTMAX, SoftmaxLink


@record
class SoftmaxCrossEntropy(Loss):
    """Minus the log-probability of the true class, log Σ exp s - s_true, where the probabilities are the softmax of the scores.

    Targets are class numbers 0 to k - 1, as (n,), or probabilities, as (n, k) with rows that sum to 1.

    Parameters
    ----------
    label_smoothing : float
        Share ε of the target that is spread evenly over all classes (Szegedy et al., CVPR 2016).
    clip : float
        The loss of a row is read as that of a probability of at least ``clip`` and at most 1 - ``clip``, as scikit-learn
        reads it; the gradient is that of the loss as it is.

    References
    ----------
    Bridle, "Probabilistic interpretation of feedforward classification network outputs", 1990.

    Examples
    --------
    >>> loss = hm.SoftmaxCrossEntropy()
    >>> loss.each(np.log([[0.5, 0.25, 0.25]]), loss.targets([0], 3, np.dtype(float))).round(3)  # -log 0.5
    array([0.693])
    """

    name: ClassVar[str] = "softmax_cross_entropy"
    link: ClassVar[SoftmaxLink] = SOFTMAX

    label_smoothing: float = checked(checks.share, default=0.0)
    clip: float = checked(checks.share, default=0.0, kw_only=True)

    def check_width(self, n_outputs: int) -> None:
        if n_outputs < 2:  # noqa: PLR2004 - two classes
            raise InputError(f"SoftmaxCrossEntropy must have a network of at least 2 outputs, got {n_outputs}; use Logistic for one")

    def targets(self, y: Any, n_outputs: int, dtype: np.dtype[Any]) -> Array:
        """Return class numbers as integers (n,), or probabilities as (n, k) of ``dtype``."""
        array = checks.numeric("y", y)
        if array.ndim == 2 and array.shape[1] == n_outputs:  # noqa: PLR2004 - rows, columns
            shares = checks.matrix("y", array, dtype)
            if shares.min() < 0 or np.abs(shares.sum(axis=1) - 1).max() > 1e-4:  # noqa: PLR2004 - rounding
                raise InputError("y must hold probabilities whose rows sum to 1, or class numbers as one column")
            return shares
        flat = array[:, 0] if array.ndim == 2 and array.shape[1] == 1 else array  # noqa: PLR2004 - rows, columns
        if flat.ndim != 1 or not len(flat):
            raise InputError(f"y must be class numbers (n,) or probabilities (n, {n_outputs}), got shape {array.shape}")
        wrong = (flat < 0) | (flat >= n_outputs) | (flat != np.floor(flat))
        if wrong.any():
            raise InputError(f"y must hold class numbers from 0 to {n_outputs - 1}, got {flat[wrong][0]}")
        return np.ascontiguousarray(flat, np.intp)

    def each(self, scores: Array, y: Array) -> Array:
        # log Σ exp s - Σ_j q_j s_j     with q = (1 - ε) target + ε / k
        centred = scores - scores.max(axis=1, keepdims=True)
        total = np.log(np.exp(centred).sum(axis=1))
        wanted = np.take_along_axis(centred, y[:, None], axis=1)[:, 0] if y.ndim == 1 else (y * centred).sum(axis=1)
        if self.label_smoothing:
            wanted = (1 - self.label_smoothing) * wanted + self.label_smoothing * centred.mean(axis=1)
        return np.clip(total - wanted, *loss_bounds(self.clip)) if self.clip else total - wanted

    def gradient(self, scores: Array, y: Array) -> Array:
        # l = log Σ_i exp s_i - Σ_j q_j s_j, so dl/ds_j = exp s_j / Σ_i exp s_i - q_j = softmax(s)_j - q_j
        # ds = softmax(s) - q
        share = scores.dtype.type(1 - self.label_smoothing)
        ds = softmax(scores) - scores.dtype.type(self.label_smoothing / scores.shape[1])
        if y.ndim == 1:
            ds[np.arange(len(y)), y] -= share
            return ds
        return ds - share * y


def loss_bounds(clip: float) -> tuple[float, float]:
    """Return the log loss of a probability of 1 - ``clip``, and of one of ``clip``."""
    return -math.log1p(-clip), -math.log(clip) if clip else math.inf
