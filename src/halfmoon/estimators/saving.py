"""A fitted estimator's file: its model's, with its parameters and all that a fit needs to go on. Nothing in it is code."""

from __future__ import annotations

import os
from collections.abc import Mapping
from copy import copy
from typing import TYPE_CHECKING, Any

import numpy as np
from sklearn.base import is_classifier
from sklearn.metrics import get_scorer_names
from sklearn.preprocessing import LabelBinarizer
from sklearn.utils.class_weight import compute_sample_weight

from halfmoon.base import checks, schema
from halfmoon.base.checks import Array
from halfmoon.base.errors import InputError
from halfmoon.base.randomness import to_data
from halfmoon.base.tensorfile import damage_told
from halfmoon.estimators import network_builder
from halfmoon.estimators.convergence import BY_LOSS, BY_SCORE
from halfmoon.estimators.fitted import FitState
from halfmoon.estimators.parameters import validate_parameters
from halfmoon.estimators.seen import Seen
from halfmoon.estimators.targets import ClassTargets, NumberTargets, Targets
from halfmoon.training import checkpoint
from halfmoon.training.trainer import Trainer, saved_options

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

SEEN = ("low", "high", "targets")
"""Arrays of what the fit saw of its data."""

PAIRS = ("best", "latest", "rows")
"""Pairs of arrays of the state that belong to early stopping."""

MOST_LABEL_BYTES = 1 << 26
"""Of all labels, each as long as the longest, as NumPy keeps text."""

ESTIMATOR = schema.entries({"class": checks.text, "parameters": schema.mapping(schema.anything)})
"""What a file says an estimator is; the parameters are checked by scikit-learn's table."""

LABELS = schema.entries({
    "classes": schema.each(checks.kind((str, bool, int, float), "texts, numbers or truth values")),
    "dtype": checks.text,
    "target": checks.choice(["binary", "multiclass", "multilabel-indicator"]),
    "sparse": checks.flag,
})  # fmt: skip

FITTED = schema.entries(
    {"n_outputs_": checks.from_to(1, 2**31), "n_features_in_": checks.from_to(1, 2**31), "n_iter_": checks.counter, "t_": checks.counter},
    {
        "best_loss_": checks.optional(checks.real),
        "best_validation_score_": checks.optional(checks.real),
        "loss_": checks.real,
        "temperature_": checks.positive,
        NO_IMPROVEMENT: checks.counter,
        "feature_names": schema.each(checks.text),
        "labels": LABELS,
        "rows": checks.counter,
    },
)
"""What a file says a fit has learned."""


def save(estimator: MultilayerPerceptron, path: str | os.PathLike[str], further: Mapping[str, Any] | None = None) -> None:
    """Write a fitted estimator to a file, whole or not at all, and ``further`` records with it."""
    known, state = vars(estimator), estimator.fit_state_
    if "estimators_" in known or estimator.n_ensemble > 1:
        raise InputError("save must be of one network, got an ensemble; save each of estimators_")
    arrays = {name: np.asarray(known[name], float) for name in CURVES if known.get(name) is not None}
    fitted: dict[str, Any] = {name: known[name] for name in NUMBERS if name in known} | {NO_IMPROVEMENT: state.no_improvement_count}
    if "feature_names_in_" in known:
        fitted["feature_names"] = list(known["feature_names_in_"])
    if state.seen is not None:
        fitted["rows"] = state.seen.rows
        arrays |= {f"seen.{name}": getattr(state.seen, name) for name in SEEN}
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
    with damage_told(path, "estimator"):
        described = saved.get("estimator", ESTIMATOR)
        held = "a model alone" if described is None else f"an {described['class']}"
        if described is not None and described["class"] == cls.__name__:
            return rebuilt(cls(**described["parameters"]), saved)
    raise InputError(f"the file {os.fspath(path)!r} must hold an {cls.__name__}, it holds {held:.40}")


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
        raise InputError(f"the classes must be numbers or text to be saved, got {classes!r:.80}")
    if classes.nbytes > MOST_LABEL_BYTES:
        raise InputError(f"the classes must take at most {MOST_LABEL_BYTES:,} bytes to be saved, got {classes.nbytes:,}")
    return {"classes": classes.tolist(), "dtype": classes.dtype.str, "target": binarizer.y_type_, "sparse": bool(binarizer.sparse_input_)}


def labels_from_data(data: dict[str, Any]) -> LabelBinarizer:
    """Return a fitted binarizer from what has passed :data:`LABELS`."""
    given, dtype = list(data["classes"]), np.dtype(data["dtype"])
    if dtype.kind not in "biufUO" or dtype.itemsize * len(given) > MOST_LABEL_BYTES:
        raise checks.fail("labels.dtype", data["dtype"], f"of numbers or text, at most {MOST_LABEL_BYTES:,} bytes in all")
    classes = np.array(given, dtype)
    kinds = {type(each) for each in given}
    if len(kinds) > 1 or classes.tolist() != given or not (classes[1:] > classes[:-1]).all() or (dtype.kind == "O" and kinds != {str}):
        raise checks.fail("labels.classes", given, f"different labels of one type in order, as {dtype} holds them")
    if not given or (data["target"] == "binary" and len(given) > 2):  # noqa: PLR2004 - two classes
        raise checks.fail("labels.classes", given, f"as many as {data['target']} targets have")
    binarizer = LabelBinarizer()
    binarizer.classes_ = classes
    binarizer.y_type_, binarizer.sparse_input_ = data["target"], data["sparse"]
    return binarizer


def rebuilt(estimator: MultilayerPerceptron, saved: checkpoint.Saved) -> MultilayerPerceptron:
    """Return an estimator of the parameters in a file, fitted as that says.

    Raises
    ------
    InputError
        When a parameter cannot have its value, or something does not belong to the model.
    """
    _check_parameters(estimator)
    fitted, arrays = saved.get("fitted", FITTED), saved.arrays
    if fitted is None or saved.history is None:
        raise InputError("it must say what the fit has learned, and its history")
    own = estimator.__dict__
    own.update({name: fitted[name] for name in NUMBERS if name in fitted})
    own.update({name: schema.array("f8", None)(name, arrays[name]).tolist() for name in CURVES if name in arrays})
    own.setdefault("validation_scores_", None)
    own.update({"model_": saved.model, "history_": saved.history})
    if "feature_names" in fitted:
        estimator.feature_names_in_ = np.array(fitted["feature_names"], object)
    targets: Targets = NumberTargets(getattr(estimator, "quantiles", None))
    if is_classifier(estimator):
        targets = ClassTargets(labels_from_data(fitted["labels"]))
        estimator.classes_ = targets.classes
    targets.loss(estimator.loss, estimator.n_outputs_, saved.model.dtype)
    _check_sizes(estimator, targets)
    estimator.fit_state_ = FitState(targets)
    estimator.fit_state_.no_improvement_count = fitted.get(NO_IMPROVEMENT, 0)
    if "rows" in fitted:
        estimator.fit_state_.seen = _seen(fitted["rows"], arrays, saved.model.n_inputs, targets, estimator.n_outputs_)
    for name, beginning in (BY_SCORE if estimator.early_stopping else BY_LOSS).items():
        if "slots" in arrays and getattr(estimator, name, None) is None:
            setattr(estimator, name, copy(beginning))
    if isinstance(targets, ClassTargets) and not targets.multilabel:
        weights = compute_sample_weight(estimator.class_weight, targets.classes)
        checks.weights("class_weight", weights, len(targets.classes), np.dtype(float))
    if "slots" in arrays:
        _restore_training(estimator, saved)
    return estimator


def _seen(rows: int, arrays: Mapping[str, Array], n_inputs: int, targets: Targets, n_outputs: int) -> Seen:
    """Return what a fit saw of its data."""
    single = isinstance(targets, NumberTargets) and targets.quantiles is not None  # several of one target
    shape = (len(targets.classes),) if isinstance(targets, ClassTargets) else (2, 1 if single else n_outputs)
    shapes: tuple[tuple[int, ...], ...] = ((n_inputs,), (n_inputs,), shape)
    low, high, held = (schema.array("f8", *each)(f"seen.{name}", arrays[f"seen.{name}"]) for name, each in zip(SEEN, shapes, strict=True))
    if not all(checks.finite(each) for each in (low, high, held)):
        raise InputError("what its fit saw of the rows must be finite")
    if isinstance(targets, ClassTargets) and ((held < 0) | (held > rows) | (held % 1 != 0)).any():
        raise InputError(f"what its fit saw must be a number of rows for each class, at most {rows:,}")
    return Seen(rows, low, high, held)


def _check_parameters(estimator: MultilayerPerceptron) -> None:
    """Raise an error where parameters can make no network, optimiser, penalty or score."""
    validate_parameters(estimator)
    network_builder.sizes(estimator.hidden_layer_sizes)
    network_builder.optimizer(estimator)
    network_builder.penalty(estimator)
    if estimator.scoring is not None:
        checks.one_of("scoring", estimator.scoring, ["loss", *get_scorer_names()])
    if estimator.n_ensemble > 1:
        raise checks.fail("n_ensemble", estimator.n_ensemble, "1 in the file of one network")


def _check_sizes(estimator: MultilayerPerceptron, targets: Targets) -> None:
    """Raise InputError where a model does not belong to what its estimator has learned of rows and targets."""
    model, quantiles = estimator.model_, getattr(estimator, "quantiles", None)
    outputs, rows = estimator.n_outputs_, len(vars(estimator).get("feature_names_in_", range(model.n_inputs)))
    if isinstance(targets, ClassTargets):
        wanted = 1 if targets.binarizer.y_type_ == "binary" else len(targets.classes)
    else:
        wanted = outputs if quantiles is None else len(quantiles)
    held = model.program.n_outputs
    if not (estimator.n_features_in_ == rows == model.n_inputs and outputs == wanted and (held == outputs or (outputs == 1 and held == 2))):  # noqa: PLR2004 - of two classes
        raise InputError(f"it must have learned of {model.n_inputs} inputs and {held} outputs, as its model has")


def _restore_training(estimator: MultilayerPerceptron, saved: checkpoint.Saved) -> None:
    """Bring back what a fit needs to go on."""
    arrays, state, model = saved.arrays, estimator.fit_state_, saved.model
    state.trainer = Trainer(model, engine=estimator.engine, threads=estimator.threads, **saved_options(saved))
    state.trainer.go_on_from(saved)
    state.random = state.trainer.random
    for name in PAIRS:
        if f"{name}.0" in arrays:
            setattr(state, name, (arrays[f"{name}.0"], arrays[f"{name}.1"]))
    for name in ("best", "latest"):
        for index, (vector, ours) in enumerate(zip(getattr(state, name) or (), model.snapshot(), strict=False)):
            checks.numeric(f"{name}.{index}", schema.array(ours.dtype.str[1:], *ours.shape)(f"{name}.{index}", vector))
    if state.rows is not None:
        _check_permutation("rows", np.concatenate([schema.array("i8", None)("rows", each) for each in state.rows]))
    if "order" in arrays:
        order = state.trainer.order = schema.array("i8", None)("order", arrays["order"])
        among = np.arange(len(order)) if state.rows is None else np.sort(state.rows[0])
        _check_permutation("order", order, among)


def _check_permutation(name: str, order: Array, among: Array | None = None) -> None:
    """Raise InputError where an array does not hold each of some rows once, by default those from 0 on."""
    if not (len(order) and np.array_equal(np.sort(order), np.arange(len(order)) if among is None else among)):
        raise checks.fail(name, order, "each row once, in any order")
