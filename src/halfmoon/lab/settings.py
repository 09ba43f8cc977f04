"""Settings: what a grid of parameters spells out, what is checked before anything is trained, and when two are the same."""

from __future__ import annotations

import hashlib
import itertools
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from sklearn.base import clone

from halfmoon.base import checks
from halfmoon.base.errors import InputError
from halfmoon.base.record import encode
from halfmoon.estimators import network_builder
from halfmoon.estimators.fit import described_network
from halfmoon.estimators.parameters import validate_parameters
from halfmoon.lab.problem import Problem
from halfmoon.lab.translations import say
from halfmoon.version import __version__

Setting = dict[str, Any]
"""Parameters of an estimator by name."""

BUILT = {
    "hidden_layer_sizes", "activation", "layers", "initializer", "dropout", "batch_norm", "layer_norm", "loss", "quantiles",
    "solver", "learning_rate", "learning_rate_init", "power_t", "momentum", "nesterovs_momentum", "beta_1", "beta_2", "epsilon",
    "weight_decay", "clip_norm", "max_fun", "alpha", "l1",
}  # fmt: skip
"""Parameters that say which network, optimiser and penalty are built: two settings that build the same are the same."""

RESERVED = {"random_state", "threads", "verbose", "warm_start"}
"""Parameters that the comparison itself decides."""


def spelled_out(grid: Any) -> list[Setting]:
    """Return the settings of a grid (a dict of lists: every combination), or of a list of settings.

    A setting that is there twice is taken once.

    Raises
    ------
    InputError
        When it is neither, or empty.
    """
    if isinstance(grid, Mapping):
        for name, values in grid.items():
            if isinstance(values, str | Mapping) or not isinstance(values, Iterable):
                raise checks.fail(f"grid[{name!r}]", values, "a list of values")
        found = [dict(zip(grid, values, strict=True)) for values in itertools.product(*grid.values())]
    else:
        found = [dict(each) for each in checks.listed("grid", grid, Mapping, "a dict of lists, or a list of dicts of parameters")]
    if not found:
        raise InputError("grid must have at least one setting, got none")
    unique: dict[str, Setting] = {}
    for setting in found:
        unique.setdefault(canonical(setting), setting)
    return list(unique.values())


def canonical(value: Any) -> str:
    """Return plain data and records as text, the same for what is equal."""
    return json.dumps(encode(value), sort_keys=True)


def factors(settings: Sequence[Setting]) -> list[str]:
    """Return the names of the parameters in which settings differ; one that is not in all of them differs."""
    names = list(dict.fromkeys(name for setting in settings for name in setting))
    return [name for name in names if len({canonical(setting[name]) if name in setting else None for setting in settings}) > 1]


def display_value(value: Any) -> Any:
    """Return a value as a table displays it: a number, a truth value, or text."""
    if isinstance(value, np.generic):
        value = value.item()
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, list | tuple) and all(isinstance(each, int | float | str | np.number) for each in value):
        return ", ".join(str(each) for each in value) or "none"
    return repr(value)


def label(setting: Setting, names: Sequence[str]) -> str:
    """Return a setting in words."""
    return ", ".join(f"{name} {display_value(setting[name])}" for name in names if name in setting) or say("the estimator as it is")


@dataclass(frozen=True)
class Configuration:
    """A setting that was checked, as it is trained.

    Attributes
    ----------
    setting : dict
    estimator : object
        Not fitted.
    identity : str
        Equal for settings that train the same.
    cost : int
        Grows with how long a run takes.
    epochs : int
        At most.
    """

    setting: Setting
    estimator: Any
    identity: str
    cost: int
    epochs: int

    def key(self, problem: Problem, seed: int) -> str:
        """Return the name of a run: a hash of what decides its numbers."""
        return hashlib.blake2b(canonical([self.identity, problem.digest, seed, __version__]).encode(), digest_size=16).hexdigest()


def configure(estimator: Any, setting: Setting, problem: Problem) -> Configuration:
    """Return a setting as it is trained.

    Raises
    ------
    InputError
        When the estimator has no such parameter, or cannot take its value.
    """
    known = estimator.get_params(deep=False)
    for name in setting:
        checks.one_of("a parameter", name, known.keys() - RESERVED)
    try:
        made = clone(estimator).set_params(**setting, threads=1, verbose=False, warm_start=False)
        validate_parameters(made)
        targets = problem.targets(made)
        network = described_network(made, targets, targets.encode(problem.y), problem.X.shape[1], problem.dtype(made))
        size = network.program(problem.X.shape[1]).parameters.size
        built = (network, network_builder.optimizer(made), network_builder.penalty(made))
        others = {name: encode(value) for name, value in made.get_params(deep=False).items() if name not in BUILT | RESERVED}
        identity = json.dumps([type(made).__name__, *map(encode, built), others], sort_keys=True)
    except (ValueError, TypeError) as error:
        raise InputError(f"the setting {setting!r} cannot be trained: {error}") from error
    epochs = int(made.max_iter)
    return Configuration(setting, made, identity, size * epochs * int(made.n_ensemble), epochs)
