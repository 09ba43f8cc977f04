"""From scikit-learn's MLPClassifier and MLPRegressor to ours, and back where they can express a network."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass
from typing import Any

import numpy as np
from sklearn import neural_network
from sklearn.preprocessing import LabelBinarizer
from sklearn.utils._param_validation import InvalidParameterError, validate_parameter_constraints

from halfmoon.base.checks import Array
from halfmoon.base.errors import InputError
from halfmoon.estimators import MLPClassifier, MLPRegressor, network_builder
from halfmoon.estimators.class_scores import scoring_model
from halfmoon.estimators.fitted import FitState
from halfmoon.estimators.targets import ClassTargets, NumberTargets, Targets
from halfmoon.layers.activations import ACTIVATIONS, Activation, Identity
from halfmoon.layers.dense import Dense
from halfmoon.losses.links import IDENTITY, LOG, LOGISTIC, SOFTMAX
from halfmoon.network.model import Model
from halfmoon.training.ending import Ending, Reason
from halfmoon.training.history import History

OURS: dict[type, Any] = {neural_network.MLPClassifier: MLPClassifier, neural_network.MLPRegressor: MLPRegressor}
"""Which of our estimators stands for which of scikit-learn's."""

RECORDED = ("n_iter_", "t_", "loss_", "loss_curve_", "best_loss_", "validation_scores_", "best_validation_score_", "feature_names_in_")
"""Attributes of the same meaning in both, which are taken over where they are there."""

ACTIVATION_NAMES: dict[Activation, str] = {
    activation: {"sigmoid": "logistic"}.get(name, name)
    for name, activation in ACTIVATIONS.items()
    if name in {"identity", "sigmoid", "tanh", "relu"}
}
"""scikit-learn's activations, by ours."""


# ---- from scikit-learn -----------------------------------------------------------------------------------------------------


def from_sklearn(estimator: Any) -> MLPClassifier | MLPRegressor:
    """Return one of our estimators that predicts what one of scikit-learn's does, with its parameters and what its fit recorded.

    ``fit``, ``partial_fit`` and ``save`` go on from there; the moments of the optimiser are not taken over.

    Parameters
    ----------
    estimator : sklearn.neural_network.MLPClassifier or MLPRegressor
        Fitted.

    Returns
    -------
    MLPClassifier or MLPRegressor
        With arrays of its own, of the same dtype.

    Raises
    ------
    InputError
        When it is no such estimator, or not fitted.

    Examples
    --------
    >>> from sklearn.neural_network import MLPClassifier
    >>> theirs = MLPClassifier((8,), early_stopping=True, random_state=0).fit(X, y)
    >>> bool((hm.from_sklearn(theirs).predict(X) == theirs.predict(X)).all())
    True
    """
    kind = next((ours for theirs, ours in OURS.items() if isinstance(estimator, theirs)), None)
    if kind is None:
        last = "; give its last step, and keep the steps before it" if hasattr(estimator, "named_steps") else ""
        raise InputError(f"estimator must be scikit-learn's MLPClassifier or MLPRegressor, got a {type(estimator).__name__}{last}")
    if not hasattr(estimator, "coefs_"):
        raise InputError(f"estimator must be fitted, got a {type(estimator).__name__} that is not")
    names = kind._get_param_names()  # noqa: SLF001 - scikit-learn's protocol
    ours: Any = kind(**{name: value for name, value in estimator.get_params(deep=False).items() if name in names})
    targets: Targets = NumberTargets()
    if kind is MLPClassifier:
        targets = ClassTargets(deepcopy(estimator._label_binarizer))  # noqa: SLF001 - it is read as converters to ONNX do
        ours.classes_ = targets.classes
    n_inputs, dtype = estimator.coefs_[0].shape[0], estimator.coefs_[0].dtype
    loss = targets.loss(ours.loss, estimator.n_outputs_, dtype)
    network = network_builder.network(ours, n_inputs, estimator.n_outputs_, loss, targets.closing(loss))
    ours.model_ = network.init(n_inputs, dtype=dtype)
    ours.n_features_in_, ours.n_outputs_, ours.fit_state_ = n_inputs, estimator.n_outputs_, FitState(targets)
    ours.coefs_, ours.intercepts_ = estimator.coefs_, estimator.intercepts_
    for name in RECORDED:
        if hasattr(estimator, name):
            setattr(ours, name, deepcopy(getattr(estimator, name)))
    curve = list(getattr(estimator, "loss_curve_", []))
    ending = Ending(Reason.UNKNOWN, {"text": "fitted by scikit-learn"})
    ours.history_ = History({"epoch": range(1, len(curve) + 1), "loss": curve}, ending=ending)
    return ours


# ---- to scikit-learn -------------------------------------------------------------------------------------------------------


def to_sklearn(model: Any) -> Any:
    """Return an estimator of scikit-learn's that predicts what a model, or one of our estimators, does.

    Parameters
    ----------
    model : Model, MLPClassifier or MLPRegressor
        Dense layers with one activation between them that scikit-learn has: identity, sigmoid, tanh or relu. Dropout, which does
        nothing in predictions, is left out. A model whose loss is about classes, or whose last layer is Sigmoid or Softmax, becomes a
        classifier of the classes 0, 1, ...; any other a regressor.

    Returns
    -------
    sklearn.neural_network.MLPClassifier or MLPRegressor
        Fitted, with arrays of its own. A temperature of :meth:`MLPClassifier.calibrate` is in its last weights.

    Raises
    ------
    InputError
        When scikit-learn has no such network; it names the layer.

    Examples
    --------
    >>> hm.to_sklearn(model).predict(X[:3]).shape
    (3,)
    """
    estimator = model if isinstance(model, MLPClassifier | MLPRegressor) else None
    source = _of_estimator(estimator) if estimator is not None else _of_model(model)
    layers = _dense_chain(source.model)
    arrays = [(np.array(weights), np.array(biases)) for weights, biases in layers.arrays]
    weights, biases = arrays[-1]
    if source.link == SOFTMAX and weights.shape[1] == 2:  # noqa: PLR2004 - of two classes scikit-learn has one score
        # softmax(s₀, s₁)₁ = sigmoid(s₁ - s₀)
        weights, biases = weights[:, 1:] - weights[:, :1], biases[1:] - biases[:1]
    arrays[-1] = weights / weights.dtype.type(source.temperature), biases / biases.dtype.type(source.temperature)
    kind = neural_network.MLPRegressor if source.binarizer is None else neural_network.MLPClassifier
    given: dict[str, Any] = {"hidden_layer_sizes": tuple(len(biases) for _, biases in arrays[:-1])}
    if layers.activation is not None:
        given["activation"] = ACTIVATION_NAMES[layers.activation]
    if source.link == LOG:
        given["loss"] = "poisson"
    theirs = kind(**(_shared_parameters(estimator, kind) if estimator is not None else {}) | given)
    theirs.coefs_, theirs.intercepts_ = [list(each) for each in zip(*arrays, strict=True)]
    theirs.n_layers_, theirs.n_outputs_, theirs.n_features_in_ = len(arrays) + 1, len(arrays[-1][1]), source.model.n_inputs
    multiclass = source.link == SOFTMAX and theirs.n_outputs_ > 1
    theirs.out_activation_ = "softmax" if multiclass else {IDENTITY: "identity", LOG: "exp"}.get(source.link, "logistic")
    if source.binarizer is not None:
        theirs._label_binarizer, theirs.classes_ = source.binarizer, source.binarizer.classes_  # noqa: SLF001 - where it looks for them
    recorded: dict[str, Any] = {"n_iter_": 0, "t_": 0, "loss_": np.nan, "loss_curve_": [], "best_loss_": np.inf}
    recorded |= {"validation_scores_": None, "best_validation_score_": None}
    known = {name: deepcopy(getattr(estimator, name)) for name in RECORDED if hasattr(estimator, name)}
    vars(theirs).update(recorded | known | {"_no_improvement_count": 0})
    return theirs


@dataclass(frozen=True)
class _Source:
    """What an estimator of scikit-learn's is made of: a model that gives raw scores, the link from them, and the classes, if any."""

    model: Model
    link: Any
    binarizer: LabelBinarizer | None = None
    temperature: float = 1.0


def _of_estimator(estimator: MLPClassifier | MLPRegressor) -> _Source:
    """Return the source that one of our estimators is."""
    if "model_" not in vars(estimator):
        raise InputError(f"model must be fitted, got an {type(estimator).__name__} that is not")
    if len(estimator.models_) > 1:
        raise InputError(f"model must be one network, got an ensemble of {len(estimator.models_)}; give one of its estimators_")
    targets = estimator.fit_state_.targets
    if isinstance(targets, NumberTargets):
        if targets.quantiles is not None:
            raise InputError("model must predict a mean, got quantiles, which scikit-learn's MLPRegressor has not")
        return _checked(_Source(estimator.model_, estimator.model_.network.loss.link))
    assert isinstance(targets, ClassTargets)  # noqa: S101 - there are no others
    model = scoring_model(estimator.model_)
    link = model.network.loss.link
    if targets.single or (targets.exclusive and link != SOFTMAX and model.program.n_outputs > 1):
        what = "a single class" if targets.single else f"a score for each of {len(targets.classes)} classes against the rest"
        raise InputError(f"model must have the loss log_loss and several classes for scikit-learn's MLPClassifier, got {what}")
    return _checked(_Source(model, link, deepcopy(targets.binarizer), vars(estimator).get("temperature_", 1.0)))


def _of_model(model: Any) -> _Source:
    """Return the source that a model is."""
    if not isinstance(model, Model):
        raise InputError(f"model must be a Model, an MLPClassifier or an MLPRegressor, got a {type(model).__name__}")
    scoring = scoring_model(model)
    link, outputs = scoring.network.loss.link, scoring.program.n_outputs
    if not link.classifies:
        return _checked(_Source(model, link))
    several_labels = link != SOFTMAX and outputs > 1
    return _checked(_Source(scoring, link, LabelBinarizer().fit(np.eye(outputs, dtype=int) if several_labels else range(max(outputs, 2)))))


def _checked(source: _Source) -> _Source:
    """Return a source if scikit-learn has its link."""
    if source.link not in {IDENTITY, LOG, LOGISTIC, SOFTMAX}:
        raise InputError(f"model must have a link that scikit-learn has, got {getattr(source.link, 'name', source.link)!r:.40}")
    return source


@dataclass(frozen=True)
class _DenseChain:
    """The weights and biases of dense layers in a row, and the one activation between them; None where there is one layer."""

    arrays: list[tuple[Array, Array]]
    activation: Activation | None


def _dense_chain(model: Model) -> _DenseChain:
    """Return the layers of a model that scikit-learn's MLP can express.

    Raises
    ------
    InputError
        When one is something else; it is named.
    """
    arrays: list[tuple[Array, Array]] = []
    between: list[Activation] = []
    for step, views in zip(model.program.steps, model.arrays, strict=True):
        layer = step.layer
        if layer is not None and layer.identity_in_inference:
            continue
        if isinstance(layer, Dense):
            between += [Identity] if len(between) < len(arrays) else []  # two in a row have nothing between them
            arrays.append((views["W"], views.get("b", np.zeros(step.n_out, model.dtype))))
        elif isinstance(layer, Activation) and layer in ACTIVATION_NAMES and len(between) < len(arrays):
            between.append(layer)
        else:
            what = "the residual branch" if layer is None else repr(layer)
            raise InputError(f"model must have layers that scikit-learn's MLP has, it has none for {what:.100} at {step.path}")
    if not arrays or len(between) == len(arrays):
        last = model.program.steps[-1].path if model.program.steps else "its end"
        raise InputError(f"model must end in a Dense layer for scikit-learn's MLP, it has {model.network.layers[-1:]!r:.80} at {last}")
    different = list(dict.fromkeys(between))
    if len(different) > 1:
        names = ", ".join(repr(each.name) for each in different)
        raise InputError(f"model must have one activation in all hidden layers for scikit-learn's MLP, it has {names}")
    return _DenseChain(arrays, different[0] if different else None)


def _shared_parameters(estimator: MLPClassifier | MLPRegressor, kind: Any) -> dict[str, Any]:
    """Return the parameters of our estimator that scikit-learn's takes, too; it has its own defaults for the others."""
    constraints = kind._parameter_constraints  # noqa: SLF001 - scikit-learn's table
    found = {}
    for name, value in estimator.get_params(deep=False).items():
        if name in constraints:
            try:
                validate_parameter_constraints({name: constraints[name]}, {name: value}, kind.__name__)
            except InvalidParameterError:
                continue
            found[name] = value
    return found
