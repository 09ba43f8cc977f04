"""Recipes: the estimator's parameters that a table is trained with, and the few settings that are the table's own."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from halfmoon.base import checks
from halfmoon.base.described import Registry
from halfmoon.base.errors import InputError
from halfmoon.data.notes import name_of, quoted
from halfmoon.data.targets import Classes, Quantity
from halfmoon.estimators import MLPClassifier, MLPRegressor, parameters
from halfmoon.estimators.losses import CLASSIFICATION_LOSSES
from halfmoon.optimizers.lbfgs import LBFGS
from halfmoon.optimizers.rules import OPTIMIZERS

ESTIMATORS: dict[str, Any] = {"classification": MLPClassifier, "regression": MLPRegressor}
"""What is trained, by task."""

TASK_LOSSES = {
    "classification": CLASSIFICATION_LOSSES,
    "regression": ("squared_error", "absolute_error", "huber", "quantile", "poisson"),
}
"""The losses that fit a task; the first is the estimator's default."""

PARAMETERS: dict[str, Any] = {
    "hidden_layer_sizes": (64, 32),
    "initializer": "glorot_uniform",
    "learning_rate_init": 0.003,
    "momentum": 0.0,  # "sgd" is the plain one
    "nesterovs_momentum": False,
    "alpha": 0.0,
    "batch_size": 32,
    "max_iter": 300,
    "early_stopping": True,
    "validation_fraction": 0.15,
    "scoring": "loss",
    "tol": 0.0,
    "n_iter_no_change": 30,
    "dtype": "float32",
    "random_state": 0,
}
"""Parameters that suit most tables, where they are not the estimator's defaults."""

NOT_FOR_LBFGS = ("learning_rate_init", "weight_decay", "batch_size")
"""Parameters of the solvers that make single updates."""


@dataclass(frozen=True)
class Recipe:
    """What is trained on a table, and how: the same for ``halfmoon train`` and ``halfmoon compare``.

    Parameters
    ----------
    parameters : mapping of str to object
        Of :class:`halfmoon.MLPClassifier` or :class:`halfmoon.MLPRegressor`, whose defaults stand for what is missing.
        ``random_state`` is an int: it draws the rows that are held out, too. ``class_weight`` goes by the labels of the table.
    standardise : bool
        Whether numbers are brought to mean 0 and deviation 1.
    test_share : float
        Part of the table that is held out, unless there are fresh rows to test on.

    Examples
    --------
    >>> from halfmoon.tabular import Recipe
    >>> recipe = Recipe().changed({"max_iter": 50})
    >>> recipe.parameters["max_iter"], recipe.standardise
    (50, True)
    """

    parameters: Mapping[str, Any] = field(default_factory=lambda: PARAMETERS)
    standardise: bool = True
    test_share: float = 0.25

    def __post_init__(self) -> None:
        parameters.check(self.parameters)
        checks.flag("standardise", self.standardise)
        checks.inner_share("test_share", self.test_share)

    def changed(self, changes: Mapping[str, Any], **fields: Any) -> Recipe:
        """Return the recipe with other parameters, what must change with them (see :meth:`completed`), and other fields.

        Raises
        ------
        InputError
            When something cannot be used, or not with L-BFGS.
        """
        unused = [name for name in NOT_FOR_LBFGS if name in changes]
        if changes.get("solver") == "lbfgs" and unused:
            raise InputError(f"{unused[0]} must be left out with lbfgs, which makes no single updates")
        return replace(self, parameters={**self.parameters, **self.completed(changes)}, **fields)

    def completed(self, changes: Mapping[str, Any]) -> dict[str, Any]:
        """Return changes of the parameters, and after them those that must change with them.

        A solver has its own rate, or tolerance; as many activations as layers fit no other number of layers; and where no
        rows are set aside for validation, nothing stops the training early.

        Raises
        ------
        InputError
            When there is no such parameter, or it cannot have such a value.
        """
        parameters.check(changes)
        found: dict[str, Any] = {}
        if isinstance(changes.get("solver"), str):
            own = OPTIMIZERS[changes["solver"]]()
            found |= {"tol": own.tolerance} if isinstance(own, LBFGS) else {"learning_rate_init": own.rate}
        activation, widths = self.parameters.get("activation"), changes.get("hidden_layer_sizes")
        if widths is not None and isinstance(activation, tuple) and len(activation) != len(widths):
            found["activation"] = activation[0]
        if "validation_fraction" in changes:
            found["early_stopping"] = changes["validation_fraction"] > 0
            found |= {} if found["early_stopping"] else {"n_iter_no_change": math.inf}
        return {**changes, **{name: value for name, value in found.items() if name not in changes}}

    def estimator(self, target: Classes | Quantity) -> Any:
        """Return the estimator for a target, not yet fitted.

        Raises
        ------
        InputError
            When the loss or the class weights do not fit the target.
        """
        losses = TASK_LOSSES[target.task]
        loss = self.parameters.get("loss", losses[0])
        if isinstance(loss, str) and loss not in losses:
            raise InputError(f"loss must be one of {', '.join(losses)} for {target.task}, got {loss!r}")
        return ESTIMATORS[target.task](**{**self.parameters, **numbered_weights(self.parameters.get("class_weight"), target)})


def numbered_weights(given: Any, target: Classes | Quantity) -> dict[str, Any]:
    """Return the parameter for class weights, by the numbers of the classes instead of their labels, where there are some."""
    if given is None:
        return {}
    if not isinstance(target, Classes):
        raise InputError(f"class_weight must be left out for a regression of {name_of(target.name)}, got {quoted(given)}")
    if not isinstance(given, Mapping):
        return {"class_weight": given}
    numbers = {str(label): number for number, label in enumerate(target.labels)}
    weights = {numbers[checks.one_of("class_weight", str(label), numbers)]: weight for label, weight in given.items()}
    return {"class_weight": {number: checks.not_negative("class_weight", weight) for number, weight in weights.items()}}


EXERCISE = Recipe(
    PARAMETERS
    | {
        "hidden_layer_sizes": (64, 32, 16),
        "activation": ("relu", "sigmoid", "sigmoid"),
        "loss": "squared_error",
        "initializer": "normal",
        "solver": "sgd",
        "learning_rate_init": 0.8,
        "batch_size": None,
        "max_iter": 3000,
        "early_stopping": False,
        "n_iter_no_change": math.inf,
        "dtype": "float64",
    },
    standardise=False,
)
object.__setattr__(
    EXERCISE,
    "__doc__",
    """The course exercise's own settings.

Examples
--------
>>> from halfmoon.tabular import EXERCISE
>>> EXERCISE.parameters["hidden_layer_sizes"]
(64, 32, 16)
""",
)

RECIPES = Registry[Recipe](
    """Recipes of the built-in tables that have their own; the others take ``Recipe()``.

Examples
--------
>>> from halfmoon.tabular import RECIPES
>>> list(RECIPES)
['moons']
""",
    {"moons": EXERCISE},
)
