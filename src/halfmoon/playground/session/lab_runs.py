"""Runs of the lab: found under a folder, and opened as settings."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from halfmoon.base.errors import InputError
from halfmoon.lab.run import RunResult
from halfmoon.lab.settings import display_value, label
from halfmoon.lab.store import read
from halfmoon.layers.activations import ACTIVATIONS
from halfmoon.playground.session.frame import number
from halfmoon.playground.session.limits import Limits
from halfmoon.playground.session.settings import TABLE
from halfmoon.playground.session.translations import say

MOST_RUNS = 200
MOST_DEPTH = 5
"""Folders within folders that are looked into."""

MOST_FOLDERS = 2_000

LONGEST_LABEL = 300


def listed(folder: Path) -> list[dict[str, Any]]:
    """Return the runs under a folder: path, setting in words, seed, score, epochs."""
    found = []
    for path in _files(folder):
        try:
            run = read(path)
        except InputError:
            continue
        found.append({
            "path": path.relative_to(folder).as_posix(),
            "setting": label(run.setting, list(run.setting))[:LONGEST_LABEL],
            "seed": run.seed,
            "status": run.status,
            "score": number(run.score),
            "score_name": run.score_name,
            "epochs": run.epochs,
        })  # fmt: skip
        if len(found) == MOST_RUNS:
            break
    return found


def _files(folder: Path) -> Iterator[Path]:
    """Yield the files of runs under a folder, in order; links are not followed."""
    for seen, (place, folders, names) in enumerate(os.walk(folder)):
        depth = len(Path(place).relative_to(folder).parts)
        folders[:] = sorted(name for name in folders if not name.startswith(".")) if depth < MOST_DEPTH and seen < MOST_FOLDERS else []
        if Path(place).name == "runs":
            yield from (Path(place) / name for name in sorted(names) if name.endswith(".safetensors"))


def opened(folder: Path, path: Any) -> RunResult:
    """Return the run in a file under a folder, by its path from there.

    Raises
    ------
    InputError
        When there is none, or the path leads out of the folder.
    """
    if not isinstance(path, str) or "\0" in path:
        raise InputError(f"path must be that of a run, as runs lists them, got {str(path)[:80]!r}")
    file = (folder / path).resolve()
    if not file.is_relative_to(folder.resolve()) or file.suffix != ".safetensors":
        raise InputError(f"path must be that of a run under the folder where the playground was started, got {path[:80]!r}")
    return read(file)


INITIALISERS = {
    "normal": "normal", "glorot_uniform": "glorot_uniform", "glorot_normal": "glorot_normal", "he_uniform": "he_uniform",
    "he_normal": "he_normal", "lecun_uniform": "lecun_uniform", "lecun_normal": "lecun_normal", "orthogonal": "orthogonal",
    "uniform": "uniform", "zeros": "zeros",
}  # fmt: skip
ACTIVATION_NAMES = {"logistic": "sigmoid"}
"""scikit-learn's names of activations that are others here."""

SOLVERS = {"sgd": "momentum", "adam": "adam", "lbfgs": "lbfgs"}
"""The estimators' solvers: their sgd has a momentum."""

SIMPLE = {
    "learning_rate_init": "training.rate", "momentum": "training.momentum", "nesterovs_momentum": "training.nesterov",
    "beta_1": "training.beta1", "beta_2": "training.beta2", "l1": "training.l1", "weight_decay": "training.weight_decay",
    "clip_norm": "training.clip_norm",
}  # fmt: skip
"""Parameters of the estimators that are settings as they stand."""

ESTIMATOR = {"hidden_layer_sizes": (100,), "activation": "relu", "solver": "adam", "learning_rate_init": 0.001, "momentum": 0.9,
             "nesterovs_momentum": True}  # fmt: skip
"""What the estimators take where nothing else is said."""

SILENT = {
    "max_iter",
    "tol",
    "n_iter_no_change",
    "random_state",
    "threads",
    "verbose",
    "warm_start",
    "early_stopping",
    "validation_fraction",
}
"""Parameters that say how long is trained, which the person decides here."""


def tree(run: RunResult, limits: Limits) -> tuple[dict[str, Any], list[str]]:
    """Return the settings that a run's are here, and what of them could not be taken over."""
    setting = ESTIMATOR | run.setting
    left: list[str] = []
    found: dict[str, Any] = {"network.seed": run.seed, "training.seed": run.seed, "network.initialiser": "glorot_uniform"}
    found["network.layers"] = _layers(setting, limits, left)
    found["training.optimizer"] = _named("solver", setting["solver"], SOLVERS, "adam", left)
    if "initializer" in setting:
        found["network.initialiser"] = _named("initializer", setting["initializer"], INITIALISERS, "glorot_uniform", left)
    size = setting.get("batch_size", "auto")
    found["training.batch"] = 200 if size == "auto" else size
    found["training.l2"] = 0.0
    for name, path in SIMPLE.items():
        value = setting.get(name)
        if isinstance(value, bool | int | float) or (value is None and TABLE[path].optional):
            found[path] = value if isinstance(value, bool) or value is None else float(value)
    taken = {"hidden_layer_sizes", "activation", "solver", "initializer", "batch_size", "dropout", "batch_norm", "layer_norm", *SIMPLE}
    left += [f"{name} {display_value(value)}" for name, value in run.setting.items() if name not in taken | SILENT]
    groups: dict[str, Any] = {"network": {}, "training": {}}
    for path, value in found.items():
        group, _, name = path.partition(".")
        groups[group][name] = value
    said = [say("The run's data are not in its file; its settings are taken for the data at hand.")]
    said += [say("Not taken over: {settings}.", settings=", ".join(left)[:LONGEST_LABEL])] if left else []
    return groups, said


def _layers(setting: Mapping[str, Any], limits: Limits, left: list[str]) -> list[dict[str, Any]]:
    sizes = setting["hidden_layer_sizes"]
    widths = [sizes] if isinstance(sizes, int) else list(sizes) if isinstance(sizes, list | tuple) else [100]
    names = setting["activation"]
    each = list(names) if isinstance(names, list | tuple) else [names] * len(widths)
    dropout = setting.get("dropout", 0.0)
    rates = list(dropout) if isinstance(dropout, list | tuple) else [dropout] * len(widths)
    normalise = "batch" if setting.get("batch_norm") is True else "layer" if setting.get("layer_norm") is True else "none"
    if len(widths) > limits.layers or any(not isinstance(width, int) or width > limits.units for width in widths):
        left.append(f"hidden_layer_sizes {display_value(sizes)}")
    known = {name: ACTIVATION_NAMES.get(name, name) for name in (*ACTIVATIONS, *ACTIVATION_NAMES)}
    return [
        {
            "width": min(width, limits.units) if isinstance(width, int) else limits.units,
            "activation": _named("activation", name, known, "relu", left),
            "dropout": float(rate) if isinstance(rate, int | float) and 0 <= rate <= 0.9 else 0.0,  # noqa: PLR2004 - as a layer may have
            "normalise": normalise,
        }
        for width, name, rate in list(zip(widths, each, rates, strict=False))[: limits.layers]
    ]


def _named(name: str, value: Any, known: Mapping[str, str], instead: str, left: list[str]) -> str:
    """Return the name here for an estimator's; another one where there is none, which is noted."""
    if isinstance(value, str) and value in known:
        return known[value]
    left.append(f"{name} {display_value(value)}")
    return instead
