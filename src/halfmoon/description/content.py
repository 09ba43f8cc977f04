"""What a model card says, as plain data: collected from whatever is described, each part where it knows of it."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import numpy as np

from halfmoon.base.checks import Array
from halfmoon.base.language import english, speaking
from halfmoon.network.model import Model
from halfmoon.network.network import Network
from halfmoon.training.history import History
from halfmoon.training.recording.recording import Recording
from halfmoon.training.trainer import Trainer

MOST_POINTS = 200
"""Of the loss's curve, which keeps its first and its last."""

Content = dict[str, Any]


class Described(NamedTuple):
    """What is described.

    Attributes
    ----------
    kind : str
        As :data:`halfmoon.storage.kinds.KINDS` has it.
    thing : object
    history : History or None
        Of a training, where there is one.
    versions : dict of str to str
        Of what it was made with; empty of a file that does not say.
    file : dict
        Its name, its bytes and the version of its format; empty for what is in no file.
    """

    kind: str
    thing: Any
    history: History | None
    versions: Mapping[str, str]
    file: Mapping[str, Any]


def content(described: Described) -> Content:
    """Return all that a card says: plain data, with finite numbers and English keys."""
    thing, collect = described.thing, PARTS[described.kind]
    found: Content = {"kind": described.kind} | ({"file": dict(described.file)} if described.file else {}) | collect(thing)
    if described.history is not None:
        found["history"] = _of_history(described.history)
    if described.versions:
        found["versions"] = dict(described.versions)
    return plain(found)


def plain(value: Any) -> Any:
    """Return a value as JSON has it: what has no such form as its text, and a number that is not finite likewise."""
    if isinstance(value, Mapping):
        return {str(key): plain(each) for key, each in value.items()}
    if isinstance(value, np.ndarray | np.generic):
        return plain(value.tolist())
    if isinstance(value, list | tuple):
        return [plain(each) for each in value]
    if value is None or isinstance(value, str | bool | int):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else str(value)
    return repr(value)


# ---- the parts -------------------------------------------------------------------------------------------------------------


def _of_network(network: Network) -> Content:
    layers = [{"place": str(place), "layer": repr(layer)} for place, layer in enumerate(network.layers)]
    return {"network": {"loss": repr(network.loss), "layers": layers}}


def _of_model(model: Model) -> Content:
    with speaking("en"):
        _, *rows = model.network.table(model.n_inputs)
    layers = [dict(zip(("place", "layer", "shapes", "parameters"), row, strict=True)) for row in rows]
    return {
        "network": {
            "inputs": model.n_inputs,
            "outputs": model.program.n_outputs,
            "parameters": model.program.parameters.size,
            "dtype": model.dtype.name,
            "loss": repr(model.network.loss),
            "layers": [{**each, "parameters": int(each["parameters"].replace(",", "") or 0)} for each in layers],
        }
    }


def _of_recording(recording: Recording) -> Content:
    return _of_model(recording.at(recording.epochs[-1])) | {"recorded": recording.epochs.tolist()}


def _of_trainer(trainer: Trainer) -> Content:
    state = trainer.state
    training = {"optimizer": repr(state.optimizer), "penalty": repr(state.penalty), "engine": trainer.engine_name, "updates": state.updates}
    return _of_model(trainer.model) | {"training": training}


def _of_estimator(estimator: Any) -> Content:
    from halfmoon.estimators import network_builder  # noqa: PLC0415 - which loads scikit-learn

    found = _of_model(estimator.model_) | {
        "task": "classification" if hasattr(estimator, "classes_") else "regression",
        "estimator": {"class": type(estimator).__name__, "parameters": _given(estimator)},
    }
    if len(estimator.models_) > 1:
        found["estimator"]["networks"] = len(estimator.models_)
    if "temperature_" in vars(estimator):
        found["estimator"]["temperature"] = estimator.temperature_
    found["training"] = {"optimizer": repr(network_builder.optimizer(estimator))}
    found["data"] = _of_rows(estimator)
    scores = {"validation": ("score", vars(estimator).get("best_validation_score_")), "training": ("loss", vars(estimator).get("loss_"))}
    found["scores"] = {part: {name: value} for part, (name, value) in scores.items() if value is not None}
    return found


def _given(estimator: Any) -> Content:
    """Return the parameters of an estimator that are not as by default."""
    defaults = type(estimator)().get_params(deep=False)
    return {name: value for name, value in estimator.get_params(deep=False).items() if not _same(value, defaults[name])}


def _of_rows(estimator: Any) -> Content:
    """Return what an estimator saw in its rows."""
    state = estimator.fit_state_
    names = getattr(estimator, "feature_names_in_", range(estimator.n_features_in_))
    columns: list[Content] = [{"name": str(name)} for name in names]
    classes = getattr(estimator, "classes_", None)
    target: Content = {"holds": "number" if classes is None else "class"}
    if classes is not None:
        target["classes"] = classes
    found: Content = {"columns": columns, "target": target}
    seen = state.seen
    if seen is None:
        return found
    aside = 0 if state.rows is None else len(state.rows[1])
    found["rows"] = {"training": seen.rows - aside} | ({"validation": aside} if aside else {})
    for column, low, high in zip(columns, seen.low, seen.high, strict=True):
        column |= {"low": low, "high": high}
    if classes is None:
        target |= {"low": _alone(seen.targets[0]), "high": _alone(seen.targets[1])}
    else:
        target["counts"] = [[label, int(rows)] for label, rows in zip(classes.tolist(), seen.targets, strict=True)]
    return found


def _alone(values: Array) -> Any:
    """Return the only number of several, else all."""
    return values[0] if len(values) == 1 else values


def _of_tabular(estimator: Any) -> Content:
    networks, classes = estimator.ensemble_.models, getattr(estimator, "classes_", None)
    found: Content = {
        "task": "regression" if classes is None else "classification",
        "estimator": {"class": type(estimator).__name__, "parameters": _given(estimator), "networks": len(networks)},
    }
    target: Content = {"holds": "number"} if classes is None else {"holds": "class", "classes": classes}
    columns = [_of_column(each.column) for each in estimator.encoder_.encodings]
    found["data"] = {"columns": columns, "target": target}
    left_out = [name for name in estimator.encoder_.names if name not in {column["name"] for column in columns}]
    if left_out:
        found["data"]["left_out"] = left_out
    return (_of_model(networks[0]) if networks else {}) | found


def _of_table(model: Any) -> Content:
    from halfmoon.data.targets import Classes  # noqa: PLC0415 - which loads Polars

    preparation, facts = model.preparation, model.facts
    collect = _of_tabular if hasattr(model.estimator, "ensemble_") else _of_estimator
    found = collect(model.estimator) | {"task": preparation.target.task}
    target: Content = {"name": preparation.target.name, "holds": "number"}
    if isinstance(preparation.target, Classes):
        target |= {"holds": "class", "classes": preparation.target.labels}
    data: Content = {"columns": [_of_column(each) for each in preparation.columns], "target": target}
    if facts is not None:
        data = {
            "rows": facts.rows,
            "columns": [_of_facts(each) for each in facts.columns],
            "target": target | _of_facts(facts.target),
        }
    if preparation.left_out:
        data["left_out"] = preparation.left_out
    found["data"] = data
    if facts is not None and facts.scores:
        found["scores"] = facts.scores
    return found


def _of_column(column: Any) -> Content:
    """Return what a preparation or an encoder knows of a column."""
    kinds = {"Number": "number", "Category": "category", "Date": "date"}
    holds = "truth value" if type(column.format).__name__ == "TruthFormat" else kinds[type(column).__name__]
    levels = getattr(column, "levels", None)
    return {"name": column.name, "holds": holds} | ({} if levels is None else {"levels": [each for each in levels if each is not None]})


def _of_facts(facts: Any) -> Content:
    """Return what is known of a column of the training, without what it does not have."""
    found = {name: getattr(facts, name) for name in ("name", "holds", "missing", "low", "high", "counts")}
    return {name: value for name, value in found.items() if value is not None and value != ()}


def _of_history(history: History) -> Content:
    """Return what a training recorded: its length, its end, the newest row and the loss's curve."""
    found: Content = {"epochs": history.epochs, "ended": english(lambda: history.stopped), "last": history.last()}
    if history.best_epoch is not None:
        found["best_epoch"] = history.best_epoch
    if history.epochs:
        shown = np.unique(np.linspace(0, history.epochs - 1, min(history.epochs, MOST_POINTS)).round().astype(int))
        found["curves"] = {name: history[name][shown] for name in ("epoch", "loss", "val_loss") if name in history}
    return found


def _same(value: Any, default: Any) -> bool:
    """Return whether a parameter has its default, arrays too."""
    return type(value) is type(default) and repr(value) == repr(default)


PARTS: dict[str, Callable[[Any], Content]] = {
    "network": _of_network,
    "model": _of_model,
    "recording": _of_recording,
    "trainer": _of_trainer,
    "estimator": _of_estimator,
    "table ensemble": _of_table,
    "tabular estimator": _of_tabular,
    "table model": _of_table,
}
"""By the kind of what is described."""
