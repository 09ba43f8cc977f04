"""MLPClassifier."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Self

import numpy as np
from sklearn.base import ClassifierMixin
from sklearn.utils.multiclass import _check_partial_fit_first_call, type_of_target

from halfmoon.base import checks
from halfmoon.base.checks import Array
from halfmoon.estimators.base import Activations, MultilayerPerceptron, Widths
from halfmoon.estimators.decorators import incremental_fit
from halfmoon.estimators.documentation import documented
from halfmoon.estimators.ensemble import new_fit
from halfmoon.estimators.parameters import CLASSIFIER
from halfmoon.estimators.targets import ClassTargets
from halfmoon.losses.contract import Loss
from halfmoon.losses.links import LOGISTIC, SOFTMAX

SMALL = 1e-3
"""Probabilities below this lose digits, or all, before their logarithm is taken."""

WIDEST = 7.0
"""Largest logarithm of a temperature."""


@documented(
    """
    loss : str or Loss, default="log_loss"
        The log loss of the classes, or of each label; or a name of ``halfmoon.LOSSES`` or a record. "squared_error" is that of the
        probability of the second of two classes, which a sigmoid gives.
    class_weight : dict, "balanced" or None, default=None
        How much the rows of each class count, on top of ``sample_weight``.
    """,
    """
    classes_ : ndarray, shape (n_classes,)
    temperature_ : float
        What scores are divided by, after :meth:`calibrate`.
    """,
)
@dataclass(eq=False, repr=False, kw_only=True)
class MLPClassifier(ClassifierMixin, MultilayerPerceptron):
    """A multilayer perceptron that classifies: scikit-learn's, name for name and number for number, and more.

    Parameters
    ----------
    {parameters}

    Attributes
    ----------
    {attributes}

    Examples
    --------
    >>> from halfmoon import MLPClassifier
    >>> clf = MLPClassifier((64, 32), ["relu", "tanh"], dropout=0.1, random_state=0).fit(X, y)
    >>> clf.predict_proba(X).shape
    (1000, 2)
    """

    _parameter_constraints: ClassVar[dict[str, Any]] = CLASSIFIER

    hidden_layer_sizes: Widths = field(default=(100,), kw_only=False)
    activation: Activations = field(default="relu", kw_only=False)
    loss: str | Loss = "log_loss"
    class_weight: Mapping[Any, float] | str | None = None

    @property
    def _label_binarizer(self) -> Any:
        """What scikit-learn's own has under this name, and converters to ONNX read."""
        return self.fit_state_.targets.binarizer  # type: ignore[attr-defined]

    # ---- what scikit-learn offers -------------------------------------------------------------------------------------

    @incremental_fit
    def partial_fit(self, X: Any, y: Any, sample_weight: Any = None, classes: Any = None) -> Self:
        """Go through the data once more.

        Parameters
        ----------
        X : array-like or sparse matrix, shape (n_samples, n_features)
        y : array-like, shape (n_samples,) or (n_samples, n_outputs)
        sample_weight : array-like, shape (n_samples,), optional
        classes : array-like, shape (n_classes,), optional
            Needed at the first call: all classes that will come.

        Returns
        -------
        self : object
        """
        _check_partial_fit_first_call(self, classes)
        # at the first call, and after one that failed
        multilabel = type_of_target(y).startswith("multilabel")
        known = None if "fit_state_" in vars(self) else ClassTargets.learn(y if multilabel else self.classes_)
        return new_fit(self, X, y, sample_weight, incremental=True, known_targets=known).run()

    def predict_proba(self, X: Any) -> Array:
        """Return the probability of each class, the mean of an ensemble's.

        Parameters
        ----------
        X : array-like or sparse matrix, shape (n_samples, n_features)

        Returns
        -------
        ndarray, shape (n_samples, n_classes)
            In the order of ``classes_``.
        """
        found = [self.model_.network.loss.link.probabilities(scores) for scores in self._scores(X)]
        return found[0] if len(found) == 1 else np.mean(found, axis=0)

    def predict_log_proba(self, X: Any) -> Array:
        """Return the logarithm of :meth:`predict_proba`, exact where that is too small for a float.

        Parameters
        ----------
        X : array-like or sparse matrix, shape (n_samples, n_features)

        Returns
        -------
        ndarray, shape (n_samples, n_classes)
        """
        found = [log_probabilities(scores, exclusive=self.out_activation_ == "softmax") for scores in self._scores(X)]
        return found[0] if len(found) == 1 else np.logaddexp.reduce(found, axis=0) - np.log(len(found))

    def decision_function(self, X: Any) -> Array:
        """Return the raw scores: the log odds of the second of two classes, else one score a class; the mean of an ensemble's.

        Parameters
        ----------
        X : array-like or sparse matrix, shape (n_samples, n_features)

        Returns
        -------
        ndarray, shape (n_samples,) or (n_samples, n_classes)
        """
        scores = np.mean(self._scores(X), axis=0)
        return scores[:, 0] if scores.shape[1] == 1 else scores

    # ---- calibration --------------------------------------------------------------------------------------------------

    def calibrate(self, X: Any, y: Any, sample_weight: Any = None) -> Self:
        """Scale the scores by one number, the temperature, so that probabilities fit rows that were not trained on.

        Classes stay as they are. ``temperature_`` is above 1 where the network was too sure.

        Parameters
        ----------
        X : array-like or sparse matrix, shape (n_samples, n_features)
        y : array-like, shape (n_samples,) or (n_samples, n_outputs)
        sample_weight : array-like, shape (n_samples,), optional

        Returns
        -------
        self : object

        References
        ----------
        Guo, Pleiss, Sun & Weinberger, "On calibration of modern neural networks", ICML 2017.
        """
        scores = super()._scores(X)
        model = self.model_
        targets = model.targets(self.encode_targets(y), len(scores[0]))
        weights = checks.weights("sample_weight", sample_weight, len(targets), model.dtype)
        self.temperature_ = best_temperature(np.mean(scores, axis=0), targets, weights, model.network.loss)
        return self

    def _scores(self, X: Any) -> list[Array]:
        scores = super()._scores(X)
        temperature = vars(self).get("temperature_", 1.0)
        return scores if temperature == 1.0 else [each / each.dtype.type(temperature) for each in scores]

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.classifier_tags.multi_label = True
        return tags


def best_temperature(scores: Array, targets: Array, weights: Array | None, loss: Loss) -> float:
    """Return the temperature T for which scores / T have the smallest loss.

    Parameters
    ----------
    scores : ndarray, shape (n, k)
    targets : ndarray
        As the loss takes them.
    weights : ndarray, shape (n,), optional
    loss : Loss
    """
    from scipy.optimize import minimize_scalar  # noqa: PLC0415 - when it is used

    scores = scores.astype(np.float64)

    def mean_loss(logarithm: float) -> float:
        with np.errstate(over="ignore"):
            return float(np.average(loss.each(scores / np.exp(logarithm), targets), weights=weights))

    return float(np.exp(minimize_scalar(mean_loss, bounds=(-WIDEST, WIDEST), method="bounded").x))


def log_probabilities(scores: Array, *, exclusive: bool) -> Array:
    """Return log probabilities from scores: of p itself where it is large, without p where it is small and would lose digits."""
    if exclusive:
        centred = scores - scores.max(axis=1, keepdims=True)
        small, p = centred - np.log(np.exp(centred).sum(axis=1, keepdims=True)), SOFTMAX.mean(scores)
    else:
        # log p = -log(1 + exp -s)     log (1 - p) = -log(1 + exp s)
        signed = np.hstack([-scores, scores]) if scores.shape[1] == 1 else scores
        small, p = -np.logaddexp(0, -signed), LOGISTIC.probabilities(scores)
    with np.errstate(divide="ignore"):
        return np.where(p < SMALL, small, np.log(p))
