"""MLPRegressor."""

from __future__ import annotations

from typing import Any

from sklearn.base import RegressorMixin

from halfmoon.base.checks import Array
from halfmoon.estimators.base import MultilayerPerceptron
from halfmoon.estimators.documentation import documented
from halfmoon.estimators.parameters import REGRESSOR


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

    def predict(self, X: Any) -> Array:
        """Return what is predicted for rows; where quantiles are predicted, the one that is nearest to the median.

        Parameters
        ----------
        X : array-like or sparse matrix, shape (n_samples, n_features)

        Returns
        -------
        ndarray, shape (n_samples,) or (n_samples, n_outputs)
        """
        scores = self._scores(X)
        return self.fit_state_.targets.predict(self.model_.network.loss.link, scores)

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
            When the regressor has no ``quantiles``.
        """
        if self.quantiles is None:
            raise ValueError("quantiles must be given to MLPRegressor for predict_quantiles, such as (0.05, 0.5, 0.95)")
        scores = self._scores(X)
        return self.fit_state_.targets.means(self.model_.network.loss.link, scores)

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
