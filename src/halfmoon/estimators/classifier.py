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
from halfmoon.estimators.class_scores import decision
from halfmoon.estimators.decorators import incremental_fit
from halfmoon.estimators.documentation import documented
from halfmoon.estimators.ensemble import new_fit
from halfmoon.estimators.parameters import CLASSIFIER
from halfmoon.estimators.targets import ClassTargets
from halfmoon.losses.contract import Loss

WIDEST = 7.0
"""Largest logarithm of a temperature."""


@documented(
    """
    loss : str or Loss, default="log_loss"
        The log loss of the classes, or of each label. "logistic" has a score for each of more than two classes, against the rest.
        "squared_error", "absolute_error" and "huber" compare probabilities with 0 and 1 (the first is Brier's score): those that a
        sigmoid gives, or a softmax for more than two classes. A record of the library's, or a loss of one's own: about scores where
        its link is the logistic one or softmax, about probabilities where it has none.
    class_weight : dict, "balanced" or None, default=None
        How much the rows of each class count, on top of ``sample_weight``.
    """,
    """
    classes_ : ndarray, shape (n_classes,)
        The labels, in the order of the columns of ``predict_proba``.
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
    >>> clf.predict_proba(X[:3]).shape
    (3, 2)
    """

    _parameter_constraints: ClassVar[dict[str, Any]] = CLASSIFIER

    hidden_layer_sizes: Widths = field(default=(100,), kw_only=False)
    activation: Activations = field(default="relu", kw_only=False)
    loss: str | Loss = "log_loss"
    class_weight: Mapping[Any, float] | str | None = None

    @property
    def _targets(self) -> ClassTargets:
        return self.fit_state_.targets  # type: ignore[return-value]

    @property
    def _label_binarizer(self) -> Any:
        """What scikit-learn's own has under this name, and converters to ONNX read."""
        return self._targets.binarizer

    # ---- what scikit-learn offers -------------------------------------------------------------------------------------

    @incremental_fit
    def partial_fit(self, X: Any, y: Any, sample_weight: Any = None, classes: Any = None) -> Self:
        """Go through the data once more.

        Parameters
        ----------
        X : array-like or sparse matrix, shape (n_samples, n_features)
            Rows to learn from.
        y : array-like, shape (n_samples,) or (n_samples, n_outputs)
            Their targets.
        sample_weight : array-like, shape (n_samples,), optional
            How much each row counts; by default all alike.
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
            Rows.

        Returns
        -------
        ndarray, shape (n_samples, n_classes)
            In the order of ``classes_``.
        """
        link, scores = self._scores(X)
        return self._targets.probabilities(link, scores)

    def predict_log_proba(self, X: Any) -> Array:
        """Return the logarithm of :meth:`predict_proba`, exact where that is too small for a float.

        Parameters
        ----------
        X : array-like or sparse matrix, shape (n_samples, n_features)
            Rows.

        Returns
        -------
        ndarray, shape (n_samples, n_classes)
        """
        link, scores = self._scores(X)
        return self._targets.log_probabilities(link, scores)

    def decision_function(self, X: Any) -> Array:
        """Return what decides: the log odds of the second of two classes or of each label, or a score for each class.

        Of classes the one with the largest score is predicted. Of an ensemble all are those of its mean probability.

        Parameters
        ----------
        X : array-like or sparse matrix, shape (n_samples, n_features)
            Rows.

        Returns
        -------
        ndarray, shape (n_samples,) or (n_samples, n_classes)
        """
        link, scores = self._scores(X)
        return decision(link, scores, exclusive=self._targets.exclusive)

    # ---- calibration --------------------------------------------------------------------------------------------------

    def calibrate(self, X: Any, y: Any, sample_weight: Any = None) -> Self:
        """Scale the scores by one number, the temperature, so that probabilities fit rows that were not trained on.

        Classes stay as they are. ``temperature_`` is above 1 where the network was too sure.

        Parameters
        ----------
        X : array-like or sparse matrix, shape (n_samples, n_features)
            Rows that were not trained on.
        y : array-like, shape (n_samples,) or (n_samples, n_outputs)
            Their classes.
        sample_weight : array-like, shape (n_samples,), optional
            How much each row counts; by default all alike.

        Returns
        -------
        self : object

        References
        ----------
        Guo, Pleiss, Sun & Weinberger, "On calibration of modern neural networks", ICML 2017.
        """
        _, scores = super()._scores(X)
        model = self._targets.scoring_model(self.model_)
        targets = model.targets(self._targets.for_loss(self._targets.encode(y), model), len(scores[0]))
        weights = checks.weights("sample_weight", sample_weight, len(targets), model.dtype)
        self.temperature_ = best_temperature(np.mean(scores, axis=0), targets, weights, model.network.loss)
        return self

    def _scores(self, X: Any) -> tuple[Any, list[Array]]:
        link, scores = super()._scores(X)
        temperature = vars(self).get("temperature_", 1.0)
        return link, scores if temperature == 1.0 else [each / each.dtype.type(temperature) for each in scores]

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
