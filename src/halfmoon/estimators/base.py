"""What the classifier and the regressor share: parameters, ``fit`` and its kin, files."""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import cache
from typing import Any, Self

from sklearn.base import _fit_context
from sklearn.utils.metaestimators import available_if
from sklearn.utils.validation import check_is_fitted

from halfmoon.base.checks import Array
from halfmoon.base.locks import lock_of
from halfmoon.estimators import network_builder, saving
from halfmoon.estimators.ensemble import new_fit
from halfmoon.estimators.fitted import FittedNetwork
from halfmoon.estimators.sklearn_callbacks import CallbackSupportMixin, with_callbacks
from halfmoon.estimators.validation import Validation


def makes_updates(estimator: Any) -> bool:
    """Return True, or raise scikit-learn's AttributeError where the solver makes no single updates."""
    if not network_builder.is_first_order(estimator.solver):
        raise AttributeError(f"partial_fit is only available for stochastic optimizers. {estimator.solver} is not stochastic.")
    return True


@dataclass(eq=False, repr=False, kw_only=True)
class MultilayerPerceptron(CallbackSupportMixin, FittedNetwork):
    """Base of :class:`MLPClassifier` and :class:`MLPRegressor`; not to be used by itself."""

    solver: Any = "adam"
    alpha: float = 0.0001
    batch_size: Any = "auto"
    learning_rate: Any = "constant"
    learning_rate_init: float = 0.001
    power_t: float = 0.5
    max_iter: int = 200
    shuffle: bool = True
    random_state: Any = None
    tol: float = 1e-4
    verbose: bool | int = False
    warm_start: bool = False
    momentum: float = 0.9
    nesterovs_momentum: bool = True
    early_stopping: bool = False
    validation_fraction: float = 0.1
    beta_1: float = 0.9
    beta_2: float = 0.999
    epsilon: float = 1e-8
    n_iter_no_change: float = 10
    max_fun: int = 15000
    dtype: str = "auto"
    layers: Any = None
    initializer: Any = "auto"
    dropout: Any = 0.0
    batch_norm: bool = False
    layer_norm: bool = False
    weight_decay: float = 0.0
    l1: float = 0.0
    clip_norm: float | None = None
    scoring: Any = None
    max_seconds: float | None = None
    callbacks: Any = None
    n_ensemble: int = 1
    engine: str = "fused"
    threads: int | None = None

    @classmethod
    @cache
    def _get_param_names(cls) -> list[str]:
        return super()._get_param_names()  # which reads the signature each time anew

    @property
    def _no_improvement_count(self) -> int:
        """What scikit-learn's own have under this name, and its tests read."""
        return self.fit_state_.no_improvement_count

    # ---- targets ------------------------------------------------------------------------------------------------------

    def encode_targets(self, y: Any) -> Array:
        """Return targets as the loss takes them.

        Parameters
        ----------
        y : array-like, shape (n_samples,) or (n_samples, n_outputs)

        Returns
        -------
        ndarray
            Of a classifier class numbers (n_samples,), or zeros and ones (n_samples, n_classes) for several labels a row.
        """
        check_is_fitted(self, "fit_state_")
        return self.fit_state_.targets.encode(y)

    def decode_targets(self, encoded: Array) -> Any:
        """Return targets as the caller knows them, from what :meth:`encode_targets` returned."""
        check_is_fitted(self, "fit_state_")
        return self.fit_state_.targets.decode(encoded)

    # ---- fitting ------------------------------------------------------------------------------------------------------

    @with_callbacks
    @_fit_context(prefer_skip_nested_validation=True)
    def fit(
        self, X: Any, y: Any, sample_weight: Any = None, *, X_val: Any = None, y_val: Any = None, sample_weight_val: Any = None,
        groups: Any = None,
    ) -> Self:  # fmt: skip
        """Fit the model.

        Parameters
        ----------
        X : array-like or sparse matrix, shape (n_samples, n_features)
        y : array-like, shape (n_samples,) or (n_samples, n_outputs)
        sample_weight : array-like, shape (n_samples,), optional
        X_val, y_val, sample_weight_val : array-like, optional
            A validation set of one's own, whose score and loss are recorded; with ``early_stopping=True`` it takes the place
            of the rows that would be set aside.
        groups : array-like, shape (n_samples,), optional
            Rows of one group are set aside together.

        Returns
        -------
        self : object
        """
        return new_fit(self, X, y, sample_weight, Validation(X_val, y_val, sample_weight_val, groups)).run()

    @available_if(makes_updates)
    @_fit_context(prefer_skip_nested_validation=True)
    def partial_fit(self, X: Any, y: Any, sample_weight: Any = None) -> Self:
        """Go through the data once more.

        Parameters
        ----------
        X : array-like or sparse matrix, shape (n_samples, n_features)
        y : array-like, shape (n_samples,) or (n_samples, n_outputs)
        sample_weight : array-like, shape (n_samples,), optional

        Returns
        -------
        self : object
        """
        return new_fit(self, X, y, sample_weight, incremental=True).run()

    def resume(
        self, X: Any, y: Any, sample_weight: Any = None, *, X_val: Any = None, y_val: Any = None, sample_weight_val: Any = None
    ) -> Self:
        """Go on with a fit that Ctrl-C, ``max_seconds`` or ``max_iter`` ended, on the same data, up to ``max_iter`` epochs in all.

        The numbers are, to the bit, those of a fit that was never interrupted.

        Parameters
        ----------
        X, y, sample_weight, X_val, y_val, sample_weight_val : array-like
            As in :meth:`fit`.

        Returns
        -------
        self : object

        Raises
        ------
        ValueError
            When there is no fit to go on with.
        """
        with lock_of(self):  # a fit in another thread that has just begun is waited for
            if "fit_state_" not in vars(self) or self.fit_state_.trainer is None:
                raise ValueError("resume must follow a fit by a solver that makes single updates, or load")
            return new_fit(self, X, y, sample_weight, Validation(X_val, y_val, sample_weight_val), resuming=True).run()

    def predict(self, X: Any) -> Any:
        """Return what is predicted for rows: classes, or numbers; of several quantiles the one that is nearest to the median.

        Parameters
        ----------
        X : array-like or sparse matrix, shape (n_samples, n_features)

        Returns
        -------
        ndarray, shape (n_samples,), (n_samples, n_classes) or (n_samples, n_outputs)
        """
        scores = self._scores(X)
        return self.fit_state_.targets.predict(self.model_.network.loss.link, scores)

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the fitted estimator to a file: its network, its parameters, and what :meth:`resume` and ``partial_fit`` need to go on.

        Parameters
        ----------
        path : str or path-like
            By custom ending in ``.safetensors``. The file holds data alone, no code; ``halfmoon.load`` reads its model.

        Raises
        ------
        InputError
            When the file cannot be written, or a parameter (a function, say) is no data.
        """
        check_is_fitted(self)
        saving.save(self, path)

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> Self:
        """Return the estimator that :meth:`save` wrote.

        Raises
        ------
        InputError
            When there is no such file, it is damaged, or it holds something else.
        """
        return saving.load(cls, path)
