"""What a search may propose: for each parameter some values, a range, or a distribution of Optuna's."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from halfmoon.base import checks
from halfmoon.lab.settings import Setting, display_value

if TYPE_CHECKING:
    import optuna

Space = Mapping[str, Any] | Callable[["optuna.Trial"], Setting]
"""What is searched: for each parameter a list of values, a range, or a distribution of Optuna's; or a function of a trial."""


def suggester(space: Mapping[str, Any]) -> Callable[[Any], Setting]:
    """Return the function from a trial to a setting of a space."""
    if not isinstance(space, Mapping) or not space:
        raise checks.fail("space", space, "a dict of lists, ranges and distributions, or a function of a trial")
    parameters = {name: _parameter(name, values) for name, values in space.items()}
    return lambda trial: {name: suggest(trial) for name, suggest in parameters.items()}


def _parameter(name: str, values: Any) -> Callable[[Any], Any]:
    """Return the function from a trial to the value of one parameter."""
    from optuna import distributions as kinds  # noqa: PLC0415 - an extra

    match values:
        case range() if len(values) and values.step > 0:
            return lambda trial: trial.suggest_int(name, values[0], values[-1], step=values.step)
        case kinds.IntDistribution():
            return lambda trial: trial.suggest_int(name, values.low, values.high, step=values.step, log=values.log)
        case kinds.FloatDistribution():
            return lambda trial: trial.suggest_float(name, values.low, values.high, step=values.step, log=values.log)
        case kinds.CategoricalDistribution():
            return lambda trial: trial.suggest_categorical(name, values.choices)
        case list() | tuple() if values:
            by_name = {str(display_value(value)): value for value in values}
            if len(by_name) == len(values):
                return lambda trial: by_name[trial.suggest_categorical(name, list(by_name))]
    raise checks.fail(f"space[{name!r}]", values, "a list of different values, a range, or a distribution of Optuna's")
