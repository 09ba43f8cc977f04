"""A whole predictor as plain data: what goes in, the operations, and what comes out. Writers of other languages walk it.

Nothing in it needs this library: it is strings, numbers, arrays, and expressions of named operations.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np

from halfmoon.base.checks import Array
from halfmoon.exports.columns import Table
from halfmoon.network.inference import Operation, reads, width


@dataclass(frozen=True)
class Matrix:
    """Rows of numbers.

    Attributes
    ----------
    width : int
        How many columns.
    names : tuple of str
        Of the columns, where the estimator was fitted on a data frame; else empty.
    """

    width: int
    names: tuple[str, ...] = ()


@dataclass(frozen=True)
class OneOf:
    """The label at the place of each row's largest number, the first of equal ones.

    Attributes
    ----------
    value : int
        With a column for each label.
    labels : ndarray, shape (k,)
        Of int64, uint64, float64, bool or str.
    """

    value: int
    labels: Array


@dataclass(frozen=True)
class Flags:
    """Several labels a row: 1 where a number is above 0.5, else 0, (n, k) of int64.

    Attributes
    ----------
    value : int
        The probability of each label.
    """

    value: int


@dataclass(frozen=True)
class Numbers:
    """Numbers, ``value * scale + mean`` in float64 where these are not 1 and 0.

    Attributes
    ----------
    value : int
    flat : bool
        Whether the only column is given as (n,).
    scale, mean : float
        Of the target as a table has it.
    """

    value: int
    flat: bool
    scale: float = 1.0
    mean: float = 0.0

    @property
    def scaled(self) -> bool:
        """Whether the target has another scale or mean than the network's numbers."""
        return (self.scale, self.mean) != (1.0, 0.0)


Prediction: TypeAlias = OneOf | Flags | Numbers


@dataclass(frozen=True)
class Predictor:
    """What a model is without this library.

    Attributes
    ----------
    title : str
        One line about it.
    inputs : Matrix or Table
    dtype : dtype
        float32 or float64: of X, of every array and of every value.
    operations : tuple of Operation
        See :mod:`halfmoon.network.inference`; value 0 is X, or the features of the table.
    scores : int
        The value that ``scores`` returns: the raw scores, divided by the temperature where a classifier was calibrated; those of the
        networks of an ensemble side by side.
    prediction : OneOf, Flags or Numbers
        What ``predict`` returns.
    probabilities : int or None
        The value that ``predict_proba`` returns: a column for each label. None where there are none.
    quantiles : int or None
        The value that ``predict_quantiles`` returns, scaled as the prediction; None of most regressors.
    """

    title: str
    inputs: Matrix | Table
    dtype: np.dtype[Any]
    operations: tuple[Operation, ...]
    scores: int
    prediction: Prediction
    probabilities: int | None = None
    quantiles: int | None = None

    @property
    def widths(self) -> tuple[int, ...]:
        """The columns of each value, those of X first."""
        found = [self.inputs.width]
        for operation in self.operations:
            found.append(width(operation, found))
        return tuple(found)

    @property
    def outputs(self) -> tuple[int, ...]:
        """The values that leave it, each once."""
        every = (self.scores, self.probabilities, self.prediction.value, self.quantiles)
        return tuple(dict.fromkeys(value for value in every if value is not None))

    def needed(self, outputs: Sequence[int]) -> tuple[int, ...]:
        """Return the indices of the operations that some values need, in order."""
        wanted = set(outputs)
        for index in reversed(range(len(self.operations))):
            if index + 1 in wanted:
                wanted |= set(reads(self.operations[index]))
        return tuple(sorted(value - 1 for value in wanted if value))
