"""The options that several commands share: one table from an option to the estimator's parameter that it sets."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from functools import wraps
from pathlib import Path
from typing import Any

import click

from halfmoon.base import checks
from halfmoon.cli.parameter_types import PerLayer, Several, Widths
from halfmoon.data.column_options import ColumnOptions
from halfmoon.optimizers.rules import OPTIMIZERS

FILE = click.Path(path_type=Path)

Command = Callable[..., None]


@dataclass(frozen=True)
class Setting:
    """An option that sets a parameter of the estimators, and is named after it."""

    parameter: str
    short: str | None  # another name of the option
    kind: Any  # of one value
    help: str
    zero: Any = 0  # what 0 stands for, where it is no value of the parameter

    @property
    def names(self) -> list[str]:
        """The option's names, and that of the argument it becomes."""
        short = [] if self.short is None else [f"--{self.short}"]
        return [f"--{self.parameter.replace('_', '-')}", *short, self.parameter]

    def meaning(self, value: Any) -> Any:
        """Return what a value of the option is as one of the parameter."""
        return self.zero if value == 0 and self.zero != 0 else value


SETTINGS = (
    Setting("hidden_layer_sizes", "hidden", Widths(), "Widths of the hidden layers, as 64,32; none for a linear model."),
    Setting("activation", None, PerLayer(click.STRING), "One name for all hidden layers, or in brackets one for each, as [relu,sigmoid]."),
    Setting("learning_rate_init", "rate", click.FLOAT, "Learning rate."),
    Setting("solver", "optimizer", click.STRING, f"One of {', '.join(OPTIMIZERS)}."),
    Setting("batch_size", None, click.INT, "Rows an update; 0 for the full batch.", zero=None),
    Setting("dropout", None, PerLayer(click.FLOAT), "Share that is dropped after each hidden layer."),
    Setting("initializer", "weights", click.STRING, "How the weights start: normal, glorot_uniform, he_normal, ..."),
    Setting("loss", None, click.STRING, "Name of the loss; by default the target decides."),
    Setting("weight_decay", None, click.FLOAT, "Decoupled weight decay."),
    Setting("max_iter", "epochs", click.INT, "At most so many epochs."),
    Setting(
        "n_iter_no_change", "patience", click.INT, "Epochs without a better validation loss before it stops; 0 for never.", zero=math.inf
    ),
    Setting("validation_fraction", "validation-share", click.FLOAT, "Share of the rows that is set aside for stopping; 0 for none."),
    Setting("max_seconds", None, click.FLOAT, "Time limit of a training."),
    Setting("dtype", None, click.STRING, "float32 or float64."),
)
"""Of ``train``, which takes one value of each, and of ``compare``, which takes several."""

OF_BOTH = ("max_seconds",)
"""Settings that an ensemble has, too."""


def settings(command: Command) -> Command:
    """Add an option for one value of each setting."""
    for each in reversed(SETTINGS):
        command = click.option(*each.names, type=each.kind, help=each.help)(command)
    return command


def settings_to_compare(command: Command) -> Command:
    """Add an option for several values of each setting, with commas between; widths, which have commas, are given one by one."""
    for each in reversed(SETTINGS):
        widths = isinstance(each.kind, Widths)
        kind, text = (each.kind, f"{each.help} Give it once for each choice.") if widths else (Several(each.kind), each.help)
        listed = click.option(*each.names, type=kind, multiple=widths, callback=lambda *given: list(given[-1] or ()) or None, help=text)
        command = listed(command)
    return command


def table(command: Command) -> Command:
    """Add the argument and the options that say which table is trained on, and how it is split and prepared."""
    for add in (
        click.option("--class-weight", "class_weights", multiple=True, help="balanced, or how much the rows of a class count, as rare=10."),
        click.option("--decimal", help="Decimal mark of numbers: . or , (found out by default)."),
        click.option("--dayfirst/--monthfirst", "day_first", default=None, help="Whether 01.02.2020 and 01/02/2020 are in February."),
        click.option("--number", multiple=True, help="Columns of numbers, with commas between; cells that are none count as missing."),
        click.option("--category", multiple=True, help="Columns that are categories, whatever they look like."),
        click.option("--columns", multiple=True, help="The only columns to learn from, with commas between."),
        click.option("--drop", multiple=True, help="Columns to leave out, with commas between."),
        click.option("--standardise/--as-is", default=None, help="Whether numbers are brought to mean 0 and deviation 1."),
        click.option("--test-share", type=float, help="Share of the rows that is held out for testing."),
        click.option("-o", "--output", type=FILE, help="Folder for all that is written; a folder in runs by default."),
        click.option("--task", help="classification or regression; by default the target shows which."),
        click.option("--target", help="The column to be predicted; needed for a file."),
        click.argument("source"),
    ):
        command = add(command)
    return command


def file_format(command: Command) -> Command:
    """Add the options that say how a table's file is to be read; the command gets them as one FileFormat."""

    @wraps(command)
    def run(*given: Any, separator: str | None, encoding: str | None, header: bool | None, sheet: str | None, **named: Any) -> None:
        from halfmoon.data import FileFormat  # noqa: PLC0415 - heavy things load when used

        command(*given, file_format=FileFormat(separator, encoding, header, sheet), **named)

    found: Command = run
    for add in (
        click.option("--sheet", help="Sheet of a workbook, by its name or its number from 1 on."),
        click.option(
            "--header/--no-header", default=None, help="Whether the first line has the names of the columns; found out by default."
        ),
        click.option("--encoding", help="Of a text file, such as cp1252 or gbk; found out by default."),
        click.option("--separator", help="Between the columns of a text file: a character, or tab; found out by default."),
    ):
        found = add(found)
    return found


def parameters(given: Mapping[str, Any]) -> dict[str, Any]:
    """Return the settings that were given: parameters of the estimators by name, a list where several values were."""
    found = {each: given[each.parameter] for each in SETTINGS if given[each.parameter] is not None}
    return {
        each.parameter: [each.meaning(one) for one in value] if isinstance(value, list) else each.meaning(value)
        for each, value in found.items()
    }


_PARAMETER = re.compile(r"(?:The '(?P<parameter>\w+)' parameter of the estimator|(?P<argument>\w+))(?= must )")


def by_option(sentence: str, group: click.Group, typed: Sequence[str]) -> str:
    """Return an error's sentence that begins with an argument of the library, with the option that sets it instead, as it was typed."""
    options = {each.name: each.opts for command in group.commands.values() for each in command.params if isinstance(each, click.Option)}
    found = _PARAMETER.match(sentence)
    names = options.get(found[1] or found[2], []) if found else []
    words = {word.partition("=")[0] for word in typed}
    option = next((name for name in names if name in words), names[-1] if names else "")
    return option + sentence[found.end() :] if found and option else sentence


def of_columns(given: Mapping[str, Any]) -> ColumnOptions:
    """Return what was said of the table's columns."""
    return ColumnOptions(**{each.name: given[each.name] for each in fields(ColumnOptions)})


_WEIGHT = re.compile(r"(?P<label>.+?)=(?P<weight>[0-9.]+(?:[eE][+-]?[0-9]+)?)(?:,|$)")


def class_weight(given: Mapping[str, Any]) -> dict[str, Any]:
    """Return the estimator's parameter for the class weights, where they were given.

    Raises
    ------
    InputError
        When one is neither ``balanced`` nor a label and its weight.
    """
    texts = given["class_weights"]
    if not texts or texts == ("balanced",):
        return {"class_weight": "balanced"} if texts else {}
    weights: dict[str, float] = {}
    for text in texts:
        pairs = [each.groups() for each in _WEIGHT.finditer(text)]
        if "".join(f"{label}={weight}," for label, weight in pairs).rstrip(",") != text.rstrip(","):
            raise checks.fail("--class-weight", text, "balanced, or labels and weights such as rare=10,common=1")
        try:
            weights |= {label: float(weight) for label, weight in pairs}
        except ValueError:
            raise checks.fail("--class-weight", text, "labels with a number each, such as rare=10") from None
    return {"class_weight": weights}


def by_hand(given: Mapping[str, Any]) -> str | None:
    """Return the first option that asks for a plain network with settings of one's own; None where none was given."""
    named = [each.names[-2] for each in SETTINGS if each.parameter not in OF_BOTH and given[each.parameter] is not None]
    return next(iter([*named, *(["--standardise or --as-is"] if given["standardise"] is not None else [])]), None)


def of_ensemble(given: Mapping[str, Any]) -> dict[str, Any]:
    """Return the parameters of an ensemble's estimator that were given."""
    return {name: given[name] for name in OF_BOTH if given[name] is not None}


def of_table(given: Mapping[str, Any]) -> dict[str, Any]:
    """Return the settings of a recipe that are the table's own, where they were given."""
    return {name: given[name] for name in ("standardise", "test_share") if given[name] is not None}
