"""Robust scaling: numbers of any distribution come to about -3 to 3, whatever a few of them are."""

from __future__ import annotations

import numpy as np

from halfmoon.base import checks
from halfmoon.base.checks import Array
from halfmoon.base.record import Record, checked, record

BOUND = 3.0
"""No scaled number is further from 0."""

LARGEST_FACTOR = 1e150
"""Its product with any number of a table is finite."""


@record
class RobustScale(Record):
    """A number x becomes z / √(1 + (z / 3)²) with z = (x - median) factor; a missing one 0, which the median is.

    Parameters
    ----------
    median : float
        Of the training rows.
    factor : float
        One over the distance of their quartiles; where that is 0, two over the distance of their ends; 0 for a constant.

    References
    ----------
    Holzmüller, Grinsztajn & Steinwart, "Better by default", NeurIPS 2024, section 3: "robust scale and smooth clip".
    """

    median: float = checked(checks.number)
    factor: float = checked(checks.Between(0, LARGEST_FACTOR, "both"))

    @classmethod
    def fitted(cls, numbers: Array) -> RobustScale:
        """Return the scale of training numbers; NaN are missing."""
        known = numbers[~np.isnan(numbers)]
        if not known.size:
            return cls(0.0, 0.0)
        low, first, median, third, high = np.quantile(known, [0, 0.25, 0.5, 0.75, 1])
        width = third - first if third > first else (high - low) / 2
        return cls(float(median), float(1 / width) if width > 1 / LARGEST_FACTOR else 0.0)

    def scaled(self, numbers: Array) -> Array:
        """Return scaled numbers, float64."""
        # z / √(1 + (z / 3)²)  with  z = (x - median) factor
        z = np.where(np.isnan(numbers), 0.0, (numbers - self.median) * self.factor)
        return z / np.hypot(1, z / BOUND)
