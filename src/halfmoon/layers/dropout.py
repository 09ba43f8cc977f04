"""Dropout."""

from __future__ import annotations

from typing import ClassVar

from halfmoon.base import checks
from halfmoon.base.checks import Array
from halfmoon.base.philox import words
from halfmoon.base.record import checked, record
from halfmoon.layers.contract import Arrays, Layer, Pass, always, in_inference


@record
class Dropout(Layer):
    """In training each entry is zeroed with probability ``rate`` and the others are scaled up by 1 / (1 - rate) to keep the mean.

    Parameters
    ----------
    rate : float
        Share that is dropped, from 0 up to, not including, 1.

    References
    ----------
    Srivastava et al., JMLR 15, 2014; scaled in training ("inverted"), so that inference is the identity.

    Examples
    --------
    >>> x = np.ones((1, 6))
    >>> hm.Dropout(0.5).forward({}, x, hm.Pass(training=True, seed=3))
    array([[0., 2., 0., 0., 2., 0.]])
    >>> hm.Dropout(0.5).forward({}, x, hm.Pass(training=False))
    array([[1., 1., 1., 1., 1., 1.]])
    """

    random: ClassVar[bool] = True
    identity_in_inference: ClassVar[bool] = True

    rate: float = checked(checks.share, default=0.5)

    row_wise = in_inference  # a mask goes by the row's index in the batch
    element_wise = always

    def _scale(self, x: Array, pass_: Pass) -> Array:
        """Return 0 or 1 / keep for each entry; the same numbers whenever the pass is the same."""
        keep = 1.0 - self.rate
        drawn = words(pass_.seed, *x.shape, first_row=pass_.first_row, update=pass_.update, layer=pass_.layer)
        return (drawn < keep * 2**32) * x.dtype.type(1 / keep)

    def forward(self, p: Arrays, x: Array, pass_: Pass) -> Array:
        # y = x m / keep,  m = 1 with probability keep, else 0
        return x * self._scale(x, pass_) if pass_.training else x.copy()

    def backward(self, p: Arrays, x: Array, y: Array, dy: Array, pass_: Pass) -> tuple[Array, dict[str, Array]]:
        # dx = dy m / keep
        return (dy * self._scale(x, pass_) if pass_.training else dy), {}
