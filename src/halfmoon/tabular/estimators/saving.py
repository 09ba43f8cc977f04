"""The file of an estimator for tables: how a table is read, the members that count, and what held-out rows said. No code."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

import numpy as np
import polars as pl
from sklearn.base import is_classifier
from sklearn.preprocessing import LabelBinarizer

from halfmoon.base import checks, schema, tensorfile
from halfmoon.base.checks import Array
from halfmoon.base.errors import InputError
from halfmoon.base.record import encode
from halfmoon.estimators.saving import LABELS, labels_from_data, labels_to_data
from halfmoon.network.model import Model
from halfmoon.network.network import Network
from halfmoon.tabular.encoding.encoder import Encoder
from halfmoon.tabular.ensembles.ensemble import Ensemble, Part
from halfmoon.tabular.ensembles.metric import CLASSIFICATION, REGRESSION, check_metric
from halfmoon.tabular.ensembles.task import ClassTask, Task
from halfmoon.training.provenance import versions

KEY = "halfmoon tabular"
"""Under which the head of such a file stands."""

VERSION = 1
"""Of the format; a file says which it is."""

MEMBER = schema.entries({"network": checks.count, "dtype": checks.dtype})

TEMPERATURE = checks.Between(1e-3, 1e3, "both")
"""Fitted ones lie from exp(-1.5) to exp(1.5)."""

PART = schema.entries({"share": checks.Between(0, 1, "right"), "temperature": TEMPERATURE, "members": schema.each(MEMBER)})

BOARD = schema.entries(
    {
        "candidate": checks.text,
        "epochs": checks.counter,
        "members": checks.counter,
        "cost": checks.optional(checks.real),
        "weight": checks.real,
        "seconds": checks.real,
    }
)
"""A row of the leaderboard."""

HEAD = schema.entries(
    {
        "class": checks.text,
        "parameters": schema.decoded(schema.mapping(schema.anything)),
        "encoder": schema.decoded(checks.kind(Encoder, "an encoder")),
        "task": schema.decoded(checks.kind(Task, "a task")),
        "networks": schema.each(schema.decoded(checks.kind(Network, "a network"))),
        "parts": schema.each(PART),
        "temperature": TEMPERATURE,
        "columns": checks.whole,
        "notes": schema.each(checks.text),
        "leaderboard": schema.decoded(schema.each(BOARD)),
    },
    {
        "names": schema.each(checks.text),
        "labels": schema.decoded(LABELS),
        "target": schema.entries({"mean": checks.number, "scale": checks.positive}),
        "extras": schema.mapping(schema.anything),
    },
)
"""What the head holds."""


def save(estimator: Any, path: str | os.PathLike[str], extras: Mapping[str, Any] | None = None) -> None:
    """Write a fitted estimator to a file, whole or not at all, with ``extras``, encoded, of whoever knows what they are."""
    ensemble: Ensemble = estimator.ensemble_
    networks = list(dict.fromkeys(model.network for model in ensemble.models))
    numbers = {network: number for number, network in enumerate(networks)}
    head: dict[str, Any] = {
        "version": VERSION,
        "class": type(estimator).__name__,
        "parameters": encode(_parameters(estimator)),
        "encoder": encode(estimator.encoder_),
        "task": encode(ensemble.task),
        "networks": [encode(network) for network in networks],
        "parts": [
            {
                "share": part.share,
                "temperature": part.temperature,
                "members": [{"network": numbers[model.network], "dtype": model.dtype.name} for model in part.models],
            }
            for part in ensemble.parts
        ],
        "temperature": ensemble.temperature,
        "columns": estimator.n_features_in_,
        "notes": list(estimator.notes_),
        "leaderboard": encode(estimator.leaderboard_.to_dicts()),
        "versions": versions(),
    }
    if extras is not None:
        head["extras"] = dict(extras)
    if "feature_names_in_" in vars(estimator):
        head["names"] = list(estimator.feature_names_in_)
    if is_classifier(estimator):
        head["labels"] = encode(labels_to_data(LabelBinarizer().fit(estimator.classes_)))
    else:
        head["target"] = {"mean": estimator.target_mean_, "scale": estimator.target_scale_}
    arrays = {"prior": ensemble.prior, "oof": np.nan_to_num(estimator.oof_predictions_)}
    arrays["held_out"] = np.isfinite(estimator.oof_predictions_).reshape(len(estimator.oof_predictions_), -1).all(axis=1).astype(np.uint8)
    for index, model in enumerate(ensemble.models):
        arrays |= {f"{index}.theta": model.theta, f"{index}.state": model.state.vector}
    for name, array in arrays.items():
        checks.numeric(name, array)
    tensorfile.write(path, KEY, head, arrays)


def _parameters(estimator: Any) -> dict[str, Any]:
    """Return an estimator's parameters, each of which must be plain data or a record."""
    parameters = dict(estimator.get_params(deep=False))
    for name, value in parameters.items():
        if name == "random_state" and isinstance(value, np.random.RandomState):
            parameters[name] = None
        elif name == "callbacks" or (name == "cv" and not isinstance(value, int | np.integer | str | None)):
            parameters[name] = None  # both are for the training alone
        elif isinstance(value, np.generic | np.ndarray):
            parameters[name] = value.tolist()
        elif name == "metric" and not isinstance(value, str | None):
            raise InputError(f"metric must be given by name, or not at all, to be saved, got {value!r:.80}")
    return parameters


def load(cls: type, path: str | os.PathLike[str]) -> Any:
    """Return an estimator of a class from a file that :func:`save` wrote.

    Raises
    ------
    InputError
        When there is no such file, it is damaged, or it holds something else.
    """
    head, arrays = tensorfile.read(path, KEY, "tabular estimator", VERSION, HEAD)
    if head["class"] != cls.__name__:
        raise InputError(f"the file {os.fspath(path)!r} must hold a {cls.__name__}, it holds a {head['class']:.40}")
    with tensorfile.damage_told(path, "tabular estimator"):
        estimator = cls(**head["parameters"])
        estimator._plan()
        check_metric(estimator.metric, CLASSIFICATION if is_classifier(estimator) else REGRESSION)
        estimator.encoder_, estimator.ensemble_ = head["encoder"], _ensemble(head, arrays)
        estimator.leaderboard_, estimator.notes_ = pl.DataFrame(list(head["leaderboard"])), head["notes"]
        estimator.n_features_in_ = head["columns"]
        if "names" in head:
            estimator.feature_names_in_ = np.array(head["names"], dtype=object)
        _restore_target(estimator, head)
        estimator.oof_predictions_ = _held_out(arrays)
    return estimator


def read_extras(path: str | os.PathLike[str]) -> Mapping[str, Any] | None:
    """Return the extras that :func:`save` wrote beside an estimator, as they stand; None where there are none."""
    head, _ = tensorfile.read(path, KEY, "tabular estimator", VERSION, HEAD)
    found: Mapping[str, Any] | None = head.get("extras")
    return found


def _ensemble(head: dict[str, Any], arrays: dict[str, Array]) -> Ensemble:
    parts, first = [], 0
    for part in head["parts"]:
        models = tuple(_model(head, arrays, first + index, member) for index, member in enumerate(part["members"]))
        if not models:
            raise InputError("its parts must have members, one has none")
        parts.append(Part(models, part["share"], part["temperature"]))
        first += len(models)
    if parts and abs(sum(part.share for part in parts) - 1) > 1e-6:  # noqa: PLR2004 - rounding
        raise checks.fail("shares", [part.share for part in parts], "of sum 1")
    prior = schema.array("f8", head["task"].outputs)("prior", arrays["prior"])
    return Ensemble(head["task"], tuple(parts), head["temperature"], checks.numeric("prior", prior))


def _model(head: dict[str, Any], arrays: dict[str, Array], index: int, member: dict[str, Any]) -> Model:
    network, width, kind = head["networks"][member["network"]], head["encoder"].width, member["dtype"].str[1:]
    program = network.program(width)
    theta = schema.array(kind, program.parameters.size)("theta", arrays[f"{index}.theta"])
    state = schema.array(kind, program.state.size)("state", arrays[f"{index}.state"])
    model = Model(network, width, checks.numeric("theta", theta), checks.numeric("state", state))
    _check_outputs(model, head["task"])
    return model


def _check_outputs(model: Model, task: Task) -> None:
    found = model.network.loss.link.mean(np.zeros((1, model.program.n_outputs), model.dtype)).shape[1]
    if found != task.outputs:
        raise InputError(f"its members must have {task.outputs} outputs, one has {found}")


def _restore_target(estimator: Any, head: dict[str, Any]) -> None:
    task = head["task"]
    if is_classifier(estimator):
        estimator.classes_ = labels_from_data(head["labels"]).classes_
        if not isinstance(task, ClassTask) or task.classes != len(estimator.classes_):
            raise InputError(f"its task must have the {len(estimator.classes_)} classes that it knows")
        return
    if isinstance(task, ClassTask) or task.outputs != max(len(estimator.quantiles or ()), 1):
        raise InputError("its task must be that of its quantiles")
    estimator.target_mean_, estimator.target_scale_ = head["target"]["mean"], head["target"]["scale"]


def _held_out(arrays: dict[str, Array]) -> Array:
    found = arrays["oof"].astype(np.float64)
    known = schema.array("u1", len(found))("held_out", arrays["held_out"])
    found[known == 0] = np.nan
    return found
