"""MLPRegressor."""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.base import RegressorMixin
from sklearn.metrics import r2_score

from halfmoon.base.checks import Array
from halfmoon.estimators.base import MultilayerPerceptron
from halfmoon.estimators.documentation import documented
from halfmoon.estimators.losses import regression_loss
from halfmoon.estimators.parameters import REGRESSOR
from halfmoon.losses.contract import Loss
from halfmoon.losses.pointwise import Quantile

MEDIAN = 0.5


@documented(
    """
    loss : str or Loss, default="squared_error"
        "squared_error" (half of it) or "poisson" (half the deviance, with a log link) as in scikit-learn, a name of
        ``halfmoon.LOSSES`` or a record.
    quantiles : list of float, optional
        Levels between 0 and 1, such as (0.05, 0.5, 0.95): these quantiles of y are predicted instead of its mean.
    """
)
class MLPRegressor(RegressorMixin, MultilayerPerceptron):
    """A multilayer perceptron that predicts numbers: scikit-learn's, name for name and number for number, and more.

    Parameters
    ----------
    {parameters}

    Attributes
    ----------
    {attributes}

    Examples
    --------
    >>> from halfmoon import MLPRegressor
    >>> regressor = MLPRegressor(quantiles=(0.05, 0.5, 0.95), random_state=0).fit(X, y)
    >>> low, high = regressor.predict_interval(X).T
    """

    _parameter_constraints: dict[str, Any] = REGRESSOR
    _numeric = True

    def __init__(
        self,
        loss: Any = "squared_error",
        hidden_layer_sizes: Any = (100,),
        activation: Any = "relu",
        *,
        solver: Any = "adam",
        alpha: float = 0.0001,
        batch_size: Any = "auto",
        learning_rate: Any = "constant",
        learning_rate_init: float = 0.001,
        power_t: float = 0.5,
        max_iter: int = 200,
        shuffle: bool = True,
        random_state: Any = None,
        tol: float = 1e-4,
        verbose: bool | int = False,
        warm_start: bool = False,
        momentum: float = 0.9,
        nesterovs_momentum: bool = True,
        early_stopping: bool = False,
        validation_fraction: float = 0.1,
        beta_1: float = 0.9,
        beta_2: float = 0.999,
        epsilon: float = 1e-8,
        n_iter_no_change: float = 10,
        max_fun: int = 15000,
        quantiles: Any = None,
        dtype: str = "auto",
        layers: Any = None,
        initializer: Any = "auto",
        dropout: Any = 0.0,
        batch_norm: bool = False,
        layer_norm: bool = False,
        weight_decay: float = 0.0,
        l1: float = 0.0,
        clip_norm: float | None = None,
        scoring: Any = None,
        max_seconds: float | None = None,
        callbacks: Any = None,
        n_ensemble: int = 1,
        engine: str = "fused",
        threads: int | None = None,
    ) -> None:
        self._keep(locals())

    def _learn_targets(self, y: Array, *, incremental: bool) -> None:
        if self.quantiles is not None and y.ndim > 1:
            raise ValueError(f"y must have one column where quantiles are predicted, got {y.shape[1]}")

    def encode_targets(self, y: Any) -> Array:
        y = np.asarray(y)
        return y[:, 0] if y.ndim == 2 and y.shape[1] == 1 else y  # noqa: PLR2004 - rows and columns

    def decode_targets(self, y: Array) -> Array:
        return y

    def _outputs(self, y: Array) -> int:
        if self.quantiles is not None:
            return len(self.quantiles)
        return y.shape[1] if y.ndim > 1 else 1

    def _network_loss(self, n_outputs: int, dtype: np.dtype[Any]) -> Loss:
        if self.quantiles is not None:
            return Quantile(level=tuple(sorted(self.quantiles)))
        return regression_loss(self.loss, n_outputs)

    def _score(self, X: Array, y: Array, weights: Array | None) -> float:
        found = self._column(self.model_.network.loss.link.mean(self.model_.scores_of(X)))
        with np.errstate(over="ignore"):
            return float(r2_score(y, found, sample_weight=weights)) if np.isfinite(found).all() else np.nan

    def _mean(self, X: Any) -> Array:
        """Return the mean that the networks predict, (n, outputs); quantiles in their order even where two cross."""
        found = [self.model_.network.loss.link.mean(scores) for scores in self._scores(X)]
        mean = found[0] if len(found) == 1 else np.mean(found, axis=0)
        return mean if self.quantiles is None else np.sort(mean, axis=1)

    def _column(self, mean: Array) -> Array:
        """Return what ``predict`` does: of several quantiles the middle one."""
        if self.quantiles is not None:
            return mean[:, np.abs(np.sort(self.quantiles) - MEDIAN).argmin()]
        return mean[:, 0] if mean.shape[1] == 1 else mean

    def predict(self, X: Any) -> Array:
        """Return what is predicted for rows; where quantiles are predicted, the one that is nearest to the median.

        Parameters
        ----------
        X : array-like or sparse matrix, shape (n_samples, n_features)

        Returns
        -------
        ndarray, shape (n_samples,) or (n_samples, n_outputs)
        """
        return self._column(self._mean(X))

    def predict_quantiles(self, X: Any) -> Array:
        """Return the quantiles of y for rows, from the lowest level to the highest.

        Parameters
        ----------
        X : array-like or sparse matrix, shape (n_samples, n_features)

        Returns
        -------
        ndarray, shape (n_samples, len(quantiles))

        Raises
        ------
        ValueError
            When the regressor was not told which ``quantiles``.
        """
        if self.quantiles is None:
            raise ValueError("quantiles must be given to MLPRegressor for predict_quantiles, such as (0.05, 0.5, 0.95)")
        return self._mean(X)

    def predict_interval(self, X: Any) -> Array:
        """Return the interval from the lowest quantile to the highest: with ``quantiles=(0.05, 0.95)`` it should hold 90 % of all y.

        Parameters
        ----------
        X : array-like or sparse matrix, shape (n_samples, n_features)

        Returns
        -------
        ndarray, shape (n_samples, 2)
        """
        return self.predict_quantiles(X)[:, [0, -1]]
