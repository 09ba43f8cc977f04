"""Fitting: split a table, prepare it, train the network of a recipe on it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import polars as pl

from halfmoon.base import checks
from halfmoon.base.errors import InputError
from halfmoon.data import preparing, values
from halfmoon.data.splitting import split
from halfmoon.data.targets import TASKS, Classes, Quantity, drop_missing_target, find_task, target_column
from halfmoon.network.model import Model
from halfmoon.tabular.recipe import Recipe
from halfmoon.tabular.tablemodel import TableModel
from halfmoon.training.callbacks import Callback
from halfmoon.training.history import History
from halfmoon.training.stopping import EarlyStopping
from halfmoon.training.trainer import train


@dataclass(frozen=True)
class Parts:
    """A table's rows: to train on, to validate on (or None), to test on."""

    training: pl.DataFrame
    validation: pl.DataFrame | None
    test: pl.DataFrame


@dataclass(frozen=True)
class Plan:
    """Everything that is settled before training.

    Attributes
    ----------
    recipe : Recipe
    parts : Parts
    preparation : Preparation
    model : Model
        Untrained.
    notes : tuple of str
        Sentences about the task, and about rows and columns that were left out.
    """

    recipe: Recipe
    parts: Parts
    preparation: preparing.Preparation
    model: Model
    notes: tuple[str, ...]


@dataclass(frozen=True)
class Outcome:
    """What :func:`fit` made.

    Attributes
    ----------
    plan : Plan
    model : TableModel
        Trained.
    history : History
    """

    plan: Plan
    model: TableModel
    history: History


def prepare(frame: pl.DataFrame, target: str, recipe: Recipe, *, test: pl.DataFrame | None = None, task: str | None = None) -> Plan:
    """Split a table, find out the task, and draw the network's numbers.

    Parameters
    ----------
    frame : polars.DataFrame
    target : str
        The column to be predicted.
    recipe : Recipe
    test : polars.DataFrame, optional
        Fresh rows to test on; without them a share of ``frame`` is held out.
    task : {"classification", "regression"}, optional
        By default found out from the target.

    Raises
    ------
    InputError
        When the table, the target or the recipe cannot be used.
    """
    frame, dropped = drop_missing_target(frame, target)
    column = target_column(frame, target)
    found, why = find_task(column) if task is None else (checks.one_of("task", task, TASKS), f"{task.capitalize()}, as asked.")
    parts = _split(frame, target if found == "classification" else None, recipe, test)
    fitted = preparing.fit(parts.training, target, task=found, standardise=recipe.standardise)
    preparation = replace(fitted.preparation, target=_whole_target(fitted.preparation.target, column, recipe))
    network = recipe.network(preparation.target)
    model = network.init(len(preparation.feature_names), recipe.seed, recipe.dtype)
    return Plan(recipe, parts, preparation, model, tuple(note for note in (why, dropped, *fitted.notes) if note))


def fit(plan: Plan, *, callbacks: Iterable[Callback] = (), max_seconds: float | None = None) -> Outcome:
    """Train what :func:`prepare` settled; see :func:`halfmoon.train` for what can end it."""
    recipe, parts, preparation = plan.recipe, plan.parts, plan.preparation
    validation = parts.validation
    held_out = None if validation is None else (preparation.features(validation, recipe.dtype), preparation.targets(validation))
    patience = recipe.patience if held_out else None
    history = train(
        plan.model,
        preparation.features(parts.training, recipe.dtype),
        preparation.targets(parts.training),
        optimizer=recipe.make_optimizer(),
        seed=recipe.seed,
        epochs=recipe.epochs,
        batch_size=recipe.batch_size,
        validation=held_out,
        stopping=None if patience is None else EarlyStopping(patience=patience),
        max_seconds=max_seconds,
        callbacks=callbacks,
    )
    return Outcome(plan, TableModel(preparation, plan.model, history), history)


def _split(frame: pl.DataFrame, stratify: str | None, recipe: Recipe, test: pl.DataFrame | None) -> Parts:
    """Return the parts of a table: the test part first, then the validation part of what is left."""
    if test is None:
        frame, test = split(frame, recipe.test_share, seed=recipe.seed, stratify=stratify)
    if not recipe.validation_share:
        return Parts(frame, None, test)
    return Parts(*split(frame, recipe.validation_share, seed=recipe.seed, stratify=stratify), test)


def _whole_target(target: Classes | Quantity, column: pl.Series, recipe: Recipe) -> Classes | Quantity:
    """Return the target with every class of the whole table, and counts as they are: Poisson's mean is no standardised one."""
    if isinstance(target, Classes):
        return Classes.fitted(column)
    if recipe.loss != "poisson":
        return target
    least = values.numbers(column).min()
    if least < 0:
        raise InputError(f"the target {target.name!r} must hold no negative numbers for the loss poisson, got {least:g}")
    return replace(target, mean=0.0, scale=1.0)
