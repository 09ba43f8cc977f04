"""What the classifier and the regressor share: parameters, ``fit`` and its kin, files."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Self

import numpy as np
from sklearn.utils.validation import check_is_fitted

from halfmoon.base.checks import Array
from halfmoon.base.locks import lock_of
from halfmoon.estimators import saving
from halfmoon.estimators.decorators import fit_with_callbacks, incremental_fit
from halfmoon.estimators.ensemble import new_fit
from halfmoon.estimators.fitted import FittedNetwork
from halfmoon.estimators.sklearn_callbacks import CallbackSupportMixin
from halfmoon.estimators.validation import Validation
from halfmoon.layers.activations import Activation
from halfmoon.layers.contract import Layer
from halfmoon.layers.initializers import Initializer
from halfmoon.layers.residual import Residual
from halfmoon.optimizers.contract import Optimizer
from halfmoon.optimizers.schedules import Schedule
from halfmoon.training.callbacks import Callback

Widths = int | Sequence[int] | Array
Activations = str | Activation | Sequence[str | Activation]


@dataclass(eq=False, repr=False, kw_only=True)
class MultilayerPerceptron(CallbackSupportMixin, FittedNetwork):
    """Base of :class:`MLPClassifier` and :class:`MLPRegressor`; not to be used by itself."""

    solver: str | Optimizer = "adam"
    alpha: float = 0.0001
    batch_size: int | str | None = "auto"
    learning_rate: str | Schedule = "constant"
    learning_rate_init: float = 0.001
    power_t: float = 0.5
    max_iter: int = 200
    shuffle: bool = True
    random_state: int | np.random.RandomState | None = None
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
    layers: Sequence[Layer | Residual] | None = None
    initializer: str | Initializer = "auto"
    dropout: float | Sequence[float] = 0.0
    batch_norm: bool = False
    layer_norm: bool = False
    weight_decay: float = 0.0
    l1: float = 0.0
    clip_norm: float | None = None
    scoring: str | Callable[..., Any] | None = None
    max_seconds: float | None = None
    callbacks: Callback | Sequence[Callback] | None = None
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
            As ``fit`` takes them.

        Returns
        -------
        ndarray
            Of a classifier class numbers (n_samples,); or zeros and ones (n_samples, n_classes) for several labels a row, and for
            a loss that takes the column of each class by itself.
        """
        check_is_fitted(self, "fit_state_")
        targets = self.fit_state_.targets
        return targets.for_loss(targets.encode(y), self.model_)

    def decode_targets(self, encoded: Array) -> Any:
        """Return targets as the caller knows them, from what :meth:`encode_targets` returned."""
        check_is_fitted(self, "fit_state_")
        return self.fit_state_.targets.decode(encoded)

    # ---- fitting ------------------------------------------------------------------------------------------------------

    @fit_with_callbacks
    def fit(
        self, X: Any, y: Any, sample_weight: Any = None, *, X_val: Any = None, y_val: Any = None, sample_weight_val: Any = None,
        groups: Any = None,
    ) -> Self:  # fmt: skip
        """Fit the model.

        Parameters
        ----------
        X : array-like or sparse matrix, shape (n_samples, n_features)
            Rows.
        y : array-like, shape (n_samples,) or (n_samples, n_outputs)
            Their targets.
        sample_weight : array-like, shape (n_samples,), optional
            How much each row counts; by default all alike.
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

    @incremental_fit
    def partial_fit(self, X: Any, y: Any, sample_weight: Any = None) -> Self:
        """Go through the data once more.

        Parameters
        ----------
        X : array-like or sparse matrix, shape (n_samples, n_features)
            Rows.
        y : array-like, shape (n_samples,) or (n_samples, n_outputs)
            Their targets.
        sample_weight : array-like, shape (n_samples,), optional
            How much each row counts; by default all alike.

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

    def predict(self, X: Any) -> Array:
        """Return what is predicted for rows: classes, or numbers; of several quantiles the one nearest to the median, or between two.

        Parameters
        ----------
        X : array-like or sparse matrix, shape (n_samples, n_features)
            Rows.

        Returns
        -------
        ndarray, shape (n_samples,), (n_samples, n_classes) or (n_samples, n_outputs)
        """
        link, scores = self._scores(X)
        return self.fit_state_.targets.predict(link, scores)

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the fitted estimator to a file: its network, its parameters, and what :meth:`resume` and ``partial_fit`` need to go on.

        Parameters
        ----------
        path : str or path-like
            By custom ending in ``.safetensors``. The file holds data alone, no code; ``halfmoon.load`` reads it too.

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
