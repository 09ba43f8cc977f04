"""MLPRegressor."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

from sklearn.base import RegressorMixin

from halfmoon.base.checks import Array
from halfmoon.estimators.base import Activations, MultilayerPerceptron, Widths
from halfmoon.estimators.documentation import documented
from halfmoon.estimators.parameters import REGRESSOR
from halfmoon.losses.contract import Loss


@documented(
    """
    loss : str or Loss, default="squared_error"
        "squared_error" (half of it) or "poisson" (half the deviance, with a log link) as in scikit-learn, a name of
        ``halfmoon.LOSSES`` or a record.
    quantiles : list of float, optional
        Levels between 0 and 1, such as (0.05, 0.5, 0.95): these quantiles of y are predicted instead of its mean.
    """
)
@dataclass(eq=False, repr=False, kw_only=True)
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
    >>> height = X[:, 0] ** 2 - X[:, 1]
    >>> regressor = MLPRegressor(quantiles=(0.05, 0.95), learning_rate_init=0.02, early_stopping=True, random_state=0).fit(X, height)
    >>> low, high = regressor.predict_interval(X).T
    >>> low.shape
    (200,)
    """

    _parameter_constraints: ClassVar[dict[str, Any]] = REGRESSOR

    loss: str | Loss = field(default="squared_error", kw_only=False)
    hidden_layer_sizes: Widths = field(default=(100,), kw_only=False)
    activation: Activations = field(default="relu", kw_only=False)
    quantiles: Sequence[float] | None = None

    def predict_quantiles(self, X: Any) -> Array:
        """Return the quantiles of y for rows, from the lowest level to the highest.

        Parameters
        ----------
        X : array-like or sparse matrix, shape (n_samples, n_features)
            Rows.

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
        link, scores = self._scores(X)
        return self.fit_state_.targets.means(link, scores)  # type: ignore[attr-defined]

    def predict_interval(self, X: Any) -> Array:
        """Return the interval from the lowest quantile to the highest: with ``quantiles=(0.05, 0.95)`` it should hold 90 % of all y.

        Parameters
        ----------
        X : array-like or sparse matrix, shape (n_samples, n_features)
            Rows.

        Returns
        -------
        ndarray, shape (n_samples, 2)
        """
        return self.predict_quantiles(X)[:, [0, -1]]
