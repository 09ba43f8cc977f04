"""The table of everything that can be set, what it may be, and what a change of it does."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from halfmoon.base import checks
from halfmoon.base.errors import InputError
from halfmoon.layers.activations import ACTIVATIONS
from halfmoon.layers.initializers import INITIALIZERS
from halfmoon.playground.session import formula
from halfmoon.playground.session.limits import Limits

Settings = dict[str, Any]
"""Values by their paths, such as ``"network.seed"``."""

Tree = dict[str, Any]
"""Settings as messages have them: ``{"network": {"seed": 0}}``."""

AUTO = "auto"
"""The loss, or the output's activation, that suits the data."""


class FieldError(InputError):
    """Something that was set cannot be so.

    Parameters
    ----------
    sentence : object
    field : str
        The path of the setting.
    """

    def __init__(self, sentence: object, field: str) -> None:
        super().__init__(sentence)
        self.field = field


@dataclass(frozen=True)
class Setting:
    """One thing that can be set.

    Attributes
    ----------
    path : str
    kind : {"choice", "whole", "number", "flag", "text", "layers", "features"}
    default : object
    choices : tuple of str
    least, most : float or None
        Of numbers, both allowed; the characters of a text.
    step : float or None
        That a control should take; "log" in the schema where it should multiply.
    optional : bool
        Whether it may be None.
    restarts : bool
        Whether a change begins the training anew.
    limit : str or None
        The name of the session's limit that is the most.
    above : bool
        Whether ``least`` itself is too little.
    """

    path: str
    kind: str
    default: Any
    choices: tuple[str, ...] = ()
    least: float | None = None
    most: float | None = None
    step: float | str | None = None
    optional: bool = False
    restarts: bool = True
    limit: str | None = None
    above: bool = False

    def largest(self, limits: Limits) -> float | None:
        """Return the most that it may be in a session."""
        return self.most if self.limit is None else getattr(limits, self.limit)

    def check(self, value: Any, limits: Limits) -> Any:
        """Return a value in its proper form, or raise FieldError."""
        try:
            return None if value is None and self.optional else CHECKS[self.kind](self, value, limits)
        except FieldError:
            raise
        except InputError as error:
            raise FieldError(error, self.path) from None

    def schema(self, limits: Limits) -> dict[str, Any]:
        """Return what a page needs to make a control of it."""
        found: dict[str, Any] = {"kind": self.kind, "default": self.default, "restarts": self.restarts, "optional": self.optional}
        found["label"] = self.path
        found |= {"choices": list(self.choices)} if self.choices else {}
        found |= {"least": self.least, "most": self.largest(limits), "above": self.above} if self.least is not None else {}
        return found | ({"step": self.step} if self.step is not None else {})


# ---- how each kind is checked ------------------------------------------------------------------------------------------


def _whole(setting: Setting, value: Any, limits: Limits) -> int:
    if isinstance(value, float) and value.is_integer():
        value = int(value)  # JSON tells no 3 from 3.0
    found: int = checks.from_to(int(setting.least or 0), int(setting.largest(limits) or 0))(setting.path, value)
    return found


def _number(setting: Setting, value: Any, limits: Limits) -> float:
    least, most = setting.least or 0.0, setting.largest(limits) or 0.0
    return checks.Between(least, most, "right" if setting.above else "both")(setting.path, value)


def _text(setting: Setting, value: Any, _: Limits) -> str:
    found = checks.text(setting.path, value)
    if len(found) > (setting.most or 0):
        raise InputError(f"{setting.path} must have at most {setting.most:g} characters, got {len(found)}")
    return found


ACTIVATION_NAMES = tuple(ACTIVATIONS)
NORMALISATIONS = ("none", "batch", "layer")

LAYER: Settings = {"width": 8, "activation": "relu", "dropout": 0.0, "normalise": "none"}
"""A layer as it is where nothing else is said."""


def activation(path: str, value: Any) -> Any:
    """Return an activation's name, or ``{"formula": text}`` whose text was read."""
    if isinstance(value, Mapping):
        if set(value) != {"formula"}:
            raise FieldError(checks.fail(path, value, "a name or a formula"), path)
        try:
            formula.activation(value["formula"], path)
        except InputError as error:
            raise FieldError(error, path) from None
        return {"formula": value["formula"]}
    try:
        return checks.one_of(path, value, ACTIVATION_NAMES)
    except InputError as error:
        raise FieldError(error, path) from None


def _layers(setting: Setting, value: Any, limits: Limits) -> list[Settings]:
    items = checks.instance(setting.path, value, (list, tuple), "a list of layers")
    if len(items) > limits.layers:
        raise InputError(f"{setting.path} must have at most {limits.layers} layers, got {len(items)}")
    return [_layer(f"{setting.path}.{index}", item, limits) for index, item in enumerate(items)]


def _layer(path: str, value: Any, limits: Limits) -> Settings:
    given = LAYER | checks.instance(path, value, Mapping, "a layer, such as {'width': 8, 'activation': 'relu'}")
    for name in given:
        checks.one_of(path, name, LAYER)
    numbers = [
        Setting(f"{path}.width", "whole", 8, least=1, limit="units"),
        Setting(f"{path}.dropout", "number", 0.0, least=0, most=0.9),
        Setting(f"{path}.normalise", "choice", "none", NORMALISATIONS),
    ]
    found = {each.path.rpartition(".")[2]: each.check(given[each.path.rpartition(".")[2]], limits) for each in numbers}
    return {
        "width": found["width"], "activation": activation(f"{path}.activation", given["activation"]),
        "dropout": found["dropout"], "normalise": found["normalise"],
    }  # fmt: skip


def _output(setting: Setting, value: Any, _: Limits) -> Any:
    return AUTO if value == AUTO else activation(setting.path, value)


def _features(setting: Setting, value: Any, _: Limits) -> Any:
    if value == "pca":
        return value
    names = checks.instance(setting.path, value, (list, tuple), "'pca' or a list of two columns")
    if len(names) != 2 or names[0] == names[1]:  # noqa: PLR2004 - a plane
        raise checks.fail(setting.path, value, "'pca' or a list of two different columns")
    return [checks.text(setting.path, each)[:LONGEST_NAME] for each in names]


CHECKS: dict[str, Callable[[Setting, Any, Limits], Any]] = {
    "choice": lambda setting, value, _: checks.one_of(setting.path, value, setting.choices),
    "whole": _whole,
    "number": _number,
    "flag": lambda setting, value, _: checks.flag(setting.path, value),
    "text": _text,
    "layers": _layers,
    "output": _output,
    "features": _features,
}
"""How a value of each kind is checked."""

LONGEST_NAME = 200

# ---- the table ---------------------------------------------------------------------------------------------------------

KINDS = ("moons", "circles", "xor", "spirals", "blobs", "rule", "drawn", "plane", "saddle", "table")
OPTIMIZERS = ("sgd", "momentum", "adam", "adamw", "rmsprop", "adagrad", "lion", "lbfgs")
LOSSES = (AUTO, "squared_error", "logistic", "softmax_cross_entropy", "absolute_error", "huber")
SCHEDULES = ("fixed", "step", "exponential", "inverse_scaling", "cosine", "one_cycle", "plateau")

LARGEST_SEED = 2**32 - 1

EXERCISE = [LAYER | {"width": 64}, LAYER | {"width": 32, "activation": "sigmoid"}, LAYER | {"width": 16, "activation": "sigmoid"}]

TABLE: dict[str, Setting] = {each.path: each for each in (
    Setting("data.kind", "choice", "moons", KINDS),
    Setting("data.rows", "whole", 1000, least=4, limit="rows", step=1),
    Setting("data.noise", "number", 0.2, least=0, most=5, step=0.01),
    Setting("data.classes", "whole", 3, least=2, limit="classes", step=1),
    Setting("data.test_share", "number", 0.0, least=0, most=0.9, step=0.05),
    Setting("data.seed", "whole", 666, least=0, most=LARGEST_SEED, step=1),
    Setting("data.rule", "text", "x2 > sin(x1)", least=1, most=formula.LONGEST),
    Setting("data.standardise", "flag", default=False),
    Setting("data.upload", "text", None, least=1, most=LONGEST_NAME, optional=True),
    Setting("data.target", "text", None, least=1, most=LONGEST_NAME, optional=True),
    Setting("data.features", "features", None, optional=True),
    Setting("network.layers", "layers", EXERCISE),
    Setting("network.output_activation", "output", AUTO, (AUTO, *ACTIVATION_NAMES)),
    Setting("network.initialiser", "choice", "normal", tuple(name for name in INITIALIZERS if name != "ones")),
    Setting("network.loss", "choice", AUTO, LOSSES),
    Setting("network.precision", "choice", "float64", ("float32", "float64")),
    Setting("network.seed", "whole", 0, least=0, most=LARGEST_SEED, step=1),
    Setting("training.optimizer", "choice", "sgd", OPTIMIZERS),
    Setting("training.rate", "number", 0.8, least=0, most=1000, step="log", restarts=False, above=True),
    Setting("training.momentum", "number", 0.9, least=0, most=0.999, step=0.01, restarts=False),
    Setting("training.nesterov", "flag", default=False, restarts=False),
    Setting("training.beta1", "number", 0.9, least=0, most=0.9999, step=0.01, restarts=False),
    Setting("training.beta2", "number", 0.999, least=0, most=0.99999, step=0.001, restarts=False),
    Setting("training.decay", "number", 0.99, least=0, most=0.9999, step=0.01, restarts=False),
    Setting("training.weight_decay", "number", 0.0, least=0, most=10, step="log", restarts=False),
    Setting("training.clip_norm", "number", None, least=0, most=1e6, step="log", optional=True, restarts=False, above=True),
    Setting("training.schedule", "choice", "fixed", SCHEDULES),
    Setting("training.schedule_epochs", "whole", 1000, least=1, most=1_000_000, step="log"),
    Setting("training.schedule_ratio", "number", 0.5, least=0, most=1, step=0.01, above=True),
    Setting("training.schedule_every", "whole", 100, least=1, most=100_000, step="log"),
    Setting("training.batch", "whole", None, least=1, limit="rows", step=1, optional=True, restarts=False),
    Setting("training.shuffle", "flag", default=True, restarts=False),
    Setting("training.l1", "number", 0.0, least=0, most=10, step="log", restarts=False),
    Setting("training.l2", "number", 0.0, least=0, most=10, step="log", restarts=False),
    Setting("training.seed", "whole", 0, least=0, most=LARGEST_SEED, step=1),
)}  # fmt: skip
"""Every setting by its path; the defaults are the exercise's."""

SUGGESTED: dict[str, dict[str, dict[str, Any]]] = {
    "data.kind": {
        "data.noise": {
            "moons": 0.2, "circles": 0.1, "xor": 0.1, "spirals": 0.02, "blobs": 0.25, "rule": 0.0, "plane": 0.0, "saddle": 0.0,
        },
        "data.standardise": {**dict.fromkeys(KINDS, False), "table": True},
    },
    "training.optimizer": {
        "training.rate": {
            "sgd": 0.8, "momentum": 0.1, "adam": 0.01, "adamw": 0.01, "rmsprop": 0.01, "adagrad": 0.1, "lion": 0.001,
        },
        "training.weight_decay": {**dict.fromkeys(OPTIMIZERS, 0.0), "adamw": 0.01},
    },
}  # fmt: skip
"""Of a choice, what another setting becomes with it where it was the suggestion of the choice before."""


def defaults(limits: Limits) -> Settings:
    """Return every setting as it is from the first; where the limits are below the exercise, as much of it as they allow."""
    found = {path: _copied(setting.default) for path, setting in TABLE.items()}
    layers = found["network.layers"][: limits.layers]
    found["network.layers"] = [each | {"width": min(each["width"], limits.units)} for each in layers]
    return found | {"data.rows": min(found["data.rows"], limits.rows), "data.classes": min(found["data.classes"], limits.classes)}


def _copied(value: Any) -> Any:
    return [dict(each) if isinstance(each, dict) else each for each in value] if isinstance(value, list) else value


def flat(tree: Any) -> Settings:
    """Return a tree's values by their paths; none of them is checked, but for its path."""
    found: Settings = {}
    groups = {path.partition(".")[0] for path in TABLE}
    for group, values in checks.instance("settings", tree, Mapping, "a dict of data, network and training").items():
        checks.one_of("settings", group, sorted(groups))
        for name, value in checks.instance(group, values, Mapping, "a dict of settings").items():
            path = f"{group}.{name}"
            try:
                checks.one_of(group, path, TABLE)
            except InputError as error:
                raise FieldError(error, path[:LONGEST_NAME]) from None
            found[path] = value
    return found


def tree(settings: Mapping[str, Any]) -> Tree:
    """Return settings as messages have them."""
    found: Tree = {}
    for path, value in settings.items():
        group, _, name = path.partition(".")
        found.setdefault(group, {})[name] = value
    return found


def merged(settings: Settings, changes: Any, limits: Limits) -> Settings:
    """Return settings with the changes of a message, and with what is suggested for a choice that changed.

    Raises
    ------
    FieldError
        When one of them cannot be so; it names the first.
    """
    given = {path: TABLE[path].check(value, limits) for path, value in flat(changes).items()}
    found = settings | given
    for choice, suggestions in SUGGESTED.items():
        before, after = settings[choice], found[choice]
        for path, values in suggestions.items() if before != after else ():
            if path not in given and after in values and settings[path] == values.get(before):
                found[path] = values[after]
    return found


def changed(before: Settings, after: Settings) -> list[str]:
    """Return the paths of settings that differ."""
    return [path for path in TABLE if path in after and before.get(path) != after[path]]


def other_than_default(settings: Mapping[str, Any]) -> Settings:
    """Return the settings that are not as they are from the first."""
    return {path: value for path, value in settings.items() if value != TABLE[path].default}


def part(settings: Mapping[str, Any], groups: Iterable[str]) -> Settings:
    """Return the settings of some groups, such as data."""
    wanted = tuple(groups)
    return {path: value for path, value in settings.items() if path.partition(".")[0] in wanted}


def schema(limits: Limits) -> dict[str, Any]:
    """Return what a page makes its controls from: every setting by its path, what a layer has, and what goes with a choice."""
    layer = {
        "width": {"kind": "whole", "default": LAYER["width"], "least": 1, "most": limits.units},
        "activation": {"kind": "activation", "default": LAYER["activation"], "choices": list(ACTIVATION_NAMES)},
        "dropout": {"kind": "number", "default": 0.0, "least": 0, "most": 0.9, "step": 0.05},
        "normalise": {"kind": "choice", "default": "none", "choices": list(NORMALISATIONS)},
    }
    settings = {path: setting.schema(limits) for path, setting in TABLE.items()}
    return {"settings": settings, "layer": layer, "most_layers": limits.layers, "suggested": SUGGESTED}
