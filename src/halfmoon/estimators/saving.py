"""A fitted estimator's file: its model's, with its parameters and all that a fit needs to go on. Nothing in it is code."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from sklearn.preprocessing import LabelBinarizer

from halfmoon.base.errors import InputError
from halfmoon.base.randomness import from_data, to_data
from halfmoon.estimators.fitted import FitState
from halfmoon.estimators.targets import ClassTargets, NumberTargets
from halfmoon.training import checkpoint
from halfmoon.training.trainer import Trainer

if TYPE_CHECKING:
    from halfmoon.estimators.base import MultilayerPerceptron

CURVES = ("loss_curve_", "validation_scores_", "validation_loss_curve_")
NUMBERS = (
    "n_iter_",
    "t_",
    "best_loss_",
    "best_validation_score_",
    "loss_",
    "n_outputs_",
    "n_features_in_",
    "temperature_",
)
"""What is written as it is, where it is there."""

NO_IMPROVEMENT = "_no_improvement_count"
"""The name of the state's counter in a file."""

PAIRS = ("best", "latest", "rows")
"""Pairs of arrays of the state that belong to early stopping."""


def save(estimator: MultilayerPerceptron, path: str | os.PathLike[str], further: Mapping[str, Any] | None = None) -> None:
    """Write a fitted estimator to a file, whole or not at all, and ``further`` records with it."""
    known, state = vars(estimator), estimator.fit_state_
    if "estimators_" in known:
        raise InputError("save must be of one network, got an ensemble; save each of estimators_")
    arrays = {name: np.asarray(known[name], float) for name in CURVES if known.get(name) is not None}
    fitted: dict[str, Any] = {name: known[name] for name in NUMBERS if name in known} | {NO_IMPROVEMENT: state.no_improvement_count}
    if "feature_names_in_" in known:
        fitted["feature_names"] = list(known["feature_names_in_"])
    if isinstance(state.targets, ClassTargets):
        fitted["labels"] = labels_to_data(state.targets.binarizer)
    described = {"class": type(estimator).__name__, "parameters": _parameters(estimator)}
    extras: dict[str, Any] = {"estimator": described, "fitted": fitted} | dict(further or {})
    if state.trainer is not None:
        trainer, training = state.trainer, state.trainer.state
        extras |= {"optimizer": training.optimizer, "penalty": training.penalty, "progress": training.progress()}
        extras |= {"random": to_data(trainer.random)}
        arrays |= {"slots": training.slots}
        arrays |= {"order": trainer.order} if trainer.order is not None else {}
        for name in PAIRS if estimator.early_stopping else ():
            arrays |= {f"{name}.{index}": each for index, each in enumerate(getattr(state, name) or ())}
    checkpoint.save(path, estimator.model_, history=estimator.history_, extras=extras, arrays=arrays)


def load(cls: type, path: str | os.PathLike[str]) -> Any:
    """Return an estimator of a class from a file that :func:`save` wrote."""
    saved = checkpoint.read(path)
    described = saved.get("estimator")
    if described is None or described["class"] != cls.__name__:
        held = "a model alone" if described is None else f"an {described['class']}"
        raise InputError(f"the file {os.fspath(path)!r} must hold an {cls.__name__}, it holds {held}")
    try:
        return rebuilt(cls(**described["parameters"]), saved)
    except (LookupError, TypeError, ValueError) as error:
        raise InputError(f"the estimator in the file {os.fspath(path)!r} is damaged: {error}") from error


def _parameters(estimator: Any) -> dict[str, Any]:
    """Return an estimator's parameters, each of which must be plain data or a record."""
    parameters = dict(estimator.get_params(deep=False))
    for name, value in parameters.items():
        if name == "random_state" and isinstance(value, np.random.RandomState):
            parameters[name] = None
        elif name in {"callbacks", "scoring"} and not isinstance(value, str | None):
            raise InputError(f"{name} must be given by name, or not at all, to be saved, got {value!r}")
    return parameters


def labels_to_data(binarizer: LabelBinarizer) -> dict[str, Any]:
    """Return what a fitted binarizer knows of labels, as plain data."""
    classes = binarizer.classes_
    kind = classes.dtype.kind
    if kind == "O" and not all(isinstance(each, str) for each in classes):
        raise InputError(f"the classes must be numbers or text to be saved, got {classes!r}")
    return {"classes": classes.tolist(), "dtype": classes.dtype.str, "target": binarizer.y_type_, "sparse": bool(binarizer.sparse_input_)}


def _labels_from_data(data: dict[str, Any]) -> LabelBinarizer:
    binarizer = LabelBinarizer()
    binarizer.classes_ = np.array(list(data["classes"]), np.dtype(data["dtype"]))
    binarizer.y_type_, binarizer.sparse_input_ = data["target"], data["sparse"]
    return binarizer


def rebuilt(estimator: MultilayerPerceptron, saved: checkpoint.Saved) -> MultilayerPerceptron:
    """Return an estimator of the parameters in a file, fitted as that says."""
    fitted, arrays = saved.get("fitted"), saved.arrays
    own = estimator.__dict__
    own.update({name: fitted[name] for name in NUMBERS if name in fitted})
    own.update({name: arrays[name].tolist() for name in CURVES if name in arrays})
    own.setdefault("validation_scores_", None)
    own.update({"model_": saved.model, "history_": saved.history})
    if "feature_names" in fitted:
        estimator.feature_names_in_ = np.array(fitted["feature_names"], object)
    if "labels" in fitted:
        targets = ClassTargets(_labels_from_data(fitted["labels"]))
        estimator.classes_ = targets.classes
        estimator.fit_state_ = FitState(targets)
    else:
        estimator.fit_state_ = FitState(NumberTargets(estimator.quantiles))
    estimator.fit_state_.no_improvement_count = fitted.get(NO_IMPROVEMENT, 0)
    if "slots" in arrays:
        _restore_training(estimator, saved)
    return estimator


def _restore_training(estimator: MultilayerPerceptron, saved: checkpoint.Saved) -> None:
    """Bring back what a fit needs to go on."""
    arrays, state = saved.arrays, estimator.fit_state_
    options = {"penalty": saved.get("penalty"), "engine": estimator.engine, "threads": estimator.threads}
    state.trainer = Trainer(saved.model, saved.get("optimizer"), **options)
    state.trainer.random = state.random = from_data(saved.get("random"))
    state.trainer.order = arrays.get("order")
    state.trainer.state.resume(saved.get("progress"), arrays["slots"])
    for name in PAIRS:
        if f"{name}.0" in arrays:
            setattr(state, name, (arrays[f"{name}.0"], arrays[f"{name}.1"]))
