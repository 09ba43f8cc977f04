"""TabularRegressor."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from sklearn.base import RegressorMixin
from sklearn.utils import check_array

from halfmoon.base import checks
from halfmoon.base.checks import Array
from halfmoon.base.errors import InputError
from halfmoon.data import values
from halfmoon.estimators.targets import middle
from halfmoon.tabular.ensembles.metric import REGRESSION, Cost, check_metric, quantile_loss, root_mean_squared_error, scored
from halfmoon.tabular.ensembles.task import NumberTask, Task
from halfmoon.tabular.estimators.base import ScoreOfColumn, TabularEstimator
from halfmoon.tabular.estimators.documentation import documented


def _numbers(y: Array) -> Array:
    """Return targets as float64."""
    if y.dtype.kind in "mM":
        raise InputError(f"y must hold numbers, got an array of dtype {y.dtype}")
    try:
        found: Array = check_array(y, ensure_2d=False, dtype=np.float64, input_name="y")
    except ValueError as error:
        if "could not convert" not in str(error):  # of what is missing scikit-learn's own message speaks
            raise
        raise InputError(f"y must hold numbers, {error}") from error
    return found


@documented(
    'by default "rmse", or "mae", by which medians are predicted',
    """
    quantiles : sequence of float, optional
        Levels of the quantiles to predict instead of the mean, between 0 and 1.
    """,
    """
    target_mean_, target_scale_ : float
        Of the training targets, which networks know standardised.
    """,
)
@dataclass(eq=False, repr=False, kw_only=True)
class TabularRegressor(ScoreOfColumn, RegressorMixin, TabularEstimator):
    """An ensemble of multilayer perceptrons that predicts a number for the rows of a table as it is.

    Like :class:`TabularClassifier`; no prediction lies beyond the training targets.

    Parameters
    ----------
    {parameters}

    Attributes
    ----------
    {attributes}

    Examples
    --------
    >>> import halfmoon as hm
    >>> frame = {"rooms": [1, 2, 3, 4] * 10, "city": ["a", "b", "b", "a"] * 10}
    >>> prices = [100.0, 180.0, 260.0, 330.0] * 10
    >>> regressor = hm.TabularRegressor(effort="low", max_epochs=8, quantiles=(0.05, 0.5, 0.95)).fit(frame, prices)
    >>> low, high = regressor.predict_interval(frame).T
    >>> low.shape
    (40,)
    """

    quantiles: Sequence[float] | None = None

    def _learn_target(self, y: Array) -> tuple[Task, Array]:
        check_metric(self.metric, REGRESSION)
        levels = self._levels()
        numbers = _numbers(y)
        if np.abs(numbers).max() >= values.LARGEST:
            raise InputError(f"y must hold numbers below {values.LARGEST:g}, got {np.abs(numbers).max():g}")
        self.target_mean_, self.target_scale_ = values.mean_and_scale(numbers)
        found = (numbers - self.target_mean_) / self.target_scale_
        return NumberTask(levels, self.metric == "mae", float(found.min()), float(found.max())), found

    def _levels(self) -> tuple[float, ...]:
        if self.quantiles is None:
            return ()
        given = checks.instance("quantiles", self.quantiles, (list, tuple, np.ndarray), "a list of levels between 0 and 1")
        found = tuple(sorted(checks.inner_share(f"quantiles[{index}]", each) for index, each in enumerate(given)))
        if not found:
            raise checks.fail("quantiles", self.quantiles, "a list of levels between 0 and 1")
        return found

    def _encoded(self, y: Array) -> Array:
        return (_numbers(y) - self.target_mean_) / self.target_scale_

    def _cost(self, task: Task) -> Cost:
        if task.quantiles:  # type: ignore[attr-defined]
            return quantile_loss(task.quantiles)  # type: ignore[attr-defined]
        if self.metric is None:
            return root_mean_squared_error
        if isinstance(self.metric, str) and self.metric in REGRESSION:
            return REGRESSION[self.metric]
        return scored(self.metric, None, self.in_units)

    def _row_weights(self, y: Array, weights: Array | None) -> Array | None:
        return weights

    def in_units(self, standardised: Array) -> Array:
        """Return standardised numbers in the units of the training targets."""
        return standardised * self.target_scale_ + self.target_mean_

    def _decoded(self, predictions: Array) -> Array:
        found = self.in_units(predictions)
        return found if self.quantiles is not None else found[:, 0]

    def predict(self, X: Any) -> Array:
        """Return the number of each row; of several quantiles the one nearest to the median, the mean of two that are as near.

        Parameters
        ----------
        X : DataFrame, Arrow table, dict of columns, or array-like, shape (n_samples, n_features)
            With the columns of the training; others are ignored, and their order does not matter.

        Returns
        -------
        ndarray, shape (n_samples,)
            In the units of the training targets, float64.
        """
        found = self.in_units(self._predictions(X))
        return found[:, 0] if self.quantiles is None else middle(found, self.quantiles)

    def predict_quantiles(self, X: Any) -> Array:
        """Return all quantiles of each row, in rising order.

        Parameters
        ----------
        X : as for :meth:`predict`
            The rows to be predicted.

        Returns
        -------
        ndarray, shape (n_samples, len(quantiles))

        Raises
        ------
        InputError
            When the regressor has no ``quantiles``.
        """
        if self.quantiles is None:
            raise InputError("quantiles must be given to TabularRegressor for predict_quantiles, such as (0.05, 0.5, 0.95)")
        return self.in_units(self._predictions(X))

    def predict_interval(self, X: Any) -> Array:
        """Return the interval from the lowest quantile to the highest: with ``quantiles=(0.05, 0.95)`` it should hold 90 % of all y.

        Parameters
        ----------
        X : as for :meth:`predict`
            The rows to be predicted.

        Returns
        -------
        ndarray, shape (n_samples, 2)

        Raises
        ------
        InputError
            When the regressor has fewer than two ``quantiles``.
        """
        if self.quantiles is None or len(self.quantiles) < 2:  # noqa: PLR2004 - two ends
            given = "None" if self.quantiles is None else repr(tuple(self.quantiles))
            raise InputError(f"quantiles must have two levels or more for predict_interval, such as (0.05, 0.95), got {given}")
        return self.predict_quantiles(X)[:, [0, -1]]
