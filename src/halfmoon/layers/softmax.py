"""Softmax as a layer, with its true Jacobian."""

from __future__ import annotations

import numpy as np

from halfmoon.base.checks import Array
from halfmoon.base.record import record
from halfmoon.layers.contract import Arrays, Layer, Pass, always

NARROW = 8
"""Fewer columns NumPy adds in their order in any memory layout, and faster where each column is contiguous."""


def softmax(scores: Array) -> Array:
    """Return the softmax of each row; the row's largest score is taken off first, which changes nothing but overflow."""
    # p_j = exp(s_j - max s) / Σ_k exp(s_k - max s)          (n, k)
    p = np.array(scores, order="F" if scores.shape[1] < NARROW else "C")
    p -= p.max(axis=1, keepdims=True)
    np.exp(p, out=p)
    p /= p.sum(axis=1, keepdims=True)
    return np.ascontiguousarray(p)


@record
class Softmax(Layer):
    """Rows become probabilities: y_j = exp(x_j) / Σ_k exp(x_k).

    For classification rather end in a Dense layer and use ``SoftmaxCrossEntropy``, which stays exact at any score.

    References
    ----------
    Bridle, "Probabilistic interpretation of feedforward classification network outputs", 1990.

    Examples
    --------
    >>> hm.Softmax().forward({}, np.array([[0.0, 0.0, np.log(2.0)]]), hm.Pass())
    array([[0.25, 0.25, 0.5 ]])
    """

    row_wise = always

    def forward(self, p: Arrays, x: Array, pass_: Pass) -> Array:
        return softmax(x)

    def backward(self, p: Arrays, x: Array, y: Array, dy: Array, pass_: Pass) -> tuple[Array, dict[str, Array]]:
        # ∂y_j/∂x_i = y_j (δ_ij - y_i)   so   dx_i = y_i (dy_i - Σ_j dy_j y_j)
        return y * (dy - (dy * y).sum(axis=1, keepdims=True)), {}
