"""The commands and their options."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from halfmoon.cli.parameter_types import Assignment, Values
from halfmoon.version import __version__

FILE = click.Path(path_type=Path)


class Widths(click.ParamType):  # type: ignore[type-arg]
    """Widths of layers, such as ``64,32``; ``none`` for no layer."""

    name = "widths"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[int, ...]:
        if value.strip().lower() == "none":
            return ()
        try:
            return tuple(int(part) for part in value.split(","))
        except ValueError:
            self.fail(f"{value!r} must be widths such as 64,32, or none.", param, ctx)


class Names(click.ParamType):  # type: ignore[type-arg]
    """Names with commas between."""

    name = "names"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[str, ...]:
        return tuple(part.strip() for part in value.split(","))


RECIPE_OPTIONS: dict[str, tuple[Any, str]] = {
    "hidden": (Widths(), "Widths of the hidden layers, as 64,32; none for a linear model."),
    "activation": (Names(), "One name for all hidden layers, or one for each, as relu,sigmoid."),
    "loss": (str, "Name of the loss; by default the target decides."),
    "weights": (str, "How the weights start: normal, glorot_uniform, he_normal, ..."),
    "dropout": (float, "Share that is dropped after each hidden layer."),
    "optimizer": (str, "sgd, momentum, adam, adamw, rmsprop, adagrad, lion or lbfgs."),
    "rate": (float, "Learning rate."),
    "weight-decay": (float, "Decoupled weight decay."),
    "epochs": (int, "At most so many epochs."),
    "batch-size": (int, "Rows an update; 0 for the full batch."),
    "patience": (int, "Epochs without a better validation loss before it stops; 0 for never."),
    "test-share": (float, "Share of the rows that is held out for testing."),
    "validation-share": (float, "Share of the other rows that is held out for stopping; 0 for none."),
    "dtype": (str, "float32 or float64."),
    "seed": (int, "For weights, shuffling and splits."),
}
"""The options that change a recipe: type and help, by name."""


def _recipe_options(command: Callable[..., None]) -> Callable[..., None]:
    for name, (kind, help_text) in reversed(RECIPE_OPTIONS.items()):
        command = click.option(f"--{name}", type=kind, help=help_text)(command)
    return command


@click.group(context_settings={"max_content_width": 100})
@click.version_option(__version__, prog_name="halfmoon", message="%(prog)s %(version)s")
def app() -> None:
    """Neural networks you can see through."""


@app.command()
@click.argument("source")
@click.option("--target", help="The column to be predicted; needed for a file.")
@click.option("--task", help="classification or regression; by default the target shows which.")
@click.option("-o", "--output", type=FILE, help="Folder for the plots and the model; runs/NAME by default.")
@_recipe_options
@click.option("--standardise/--as-is", default=None, help="Whether numbers are brought to mean 0 and deviation 1.")
@click.option("--max-seconds", type=float, help="Time limit.")
def train(source: str, target: str | None, task: str | None, output: Path | None, max_seconds: float | None, **given: Any) -> None:
    """Train a network on a table: plots, a saved model, and how good it is.

    SOURCE is a built-in set (moons, circles, blobs, xor, spirals, iris, wine, breast-cancer, digits, diabetes), or a CSV
    or Parquet file. "halfmoon train moons" is the course exercise with its own settings; other sets and files take
    defaults that suit tables. Every option changes one of them.
    """
    from halfmoon.cli import training  # noqa: PLC0415 - heavy things load when used

    table = training.find_table(source, target)
    recipe = replace(table.recipe, **_changes(given, table.recipe.activations))
    training.run(table, recipe, task=task, output=output, max_seconds=max_seconds)


def _changes(given: dict[str, Any], activations: tuple[str, ...]) -> dict[str, Any]:
    """Return the recipe's fields that were asked for, and those that must change with them."""
    changes = {name: value for name, value in given.items() if value is not None}
    for name in ("batch_size", "patience"):
        if changes.get(name) == 0:
            changes[name] = None
    if "optimizer" in changes:
        changes.setdefault("rate", None)  # each optimiser has its own
    if changes.get("optimizer") == "lbfgs":
        changes.setdefault("batch_size", None)
    if "activation" in changes:
        changes["activations"] = changes.pop("activation")
    elif "hidden" in changes and len(changes["hidden"]) != len(activations):
        changes["activations"] = activations[:1]
    return changes


COMPARED: dict[str, tuple[str, str]] = {
    "activation": ("activation", "Names, as relu,tanh; [relu,tanh] for one in each hidden layer."),
    "rate": ("learning_rate_init", "Learning rates."),
    "optimizer": ("solver", "Names, as sgd,adam."),
    "batch-size": ("batch_size", "Rows an update."),
    "dropout": ("dropout", "Shares that are dropped after each hidden layer."),
    "weights": ("initializer", "How weights start: glorot_uniform, he_normal, ..."),
}
"""The options of a comparison: the estimator's parameter, and help, by name."""


def _compared_options(command: Callable[..., None]) -> Callable[..., None]:
    for name, (parameter, help_text) in reversed(COMPARED.items()):
        command = click.option(f"--{name}", parameter, type=Values(), help=help_text)(command)
    return command


@app.command()
@click.argument("source")
@click.option("--target", help="The column to be predicted; needed for a file.")
@click.option("--task", help="classification or regression; by default the target shows which.")
@click.option("-o", "--output", type=FILE, help="Folder for runs, tables and the report; runs/NAME-compare by default.")
@click.option("--hidden", type=Widths(), multiple=True, help="Widths of the hidden layers, as 64,32; give it once for each choice.")
@_compared_options
@click.option("--set", "others", type=Assignment(), multiple=True, help="Any parameter of the estimator and its values, as alpha=0,0.1.")
@click.option("--seeds", type=click.IntRange(1), default=5, show_default=True, help="Trainings of each configuration.")
@click.option("--epochs", type=click.IntRange(1), help="At most so many.")
@click.option("--test-share", "test_share", type=float, help="Share of the rows that scores are taken on.")
@click.option("--threads", type=click.IntRange(1), help="Trainings at a time; by default one for each core.")
@click.option("--scheduler", help="Address of a Dask scheduler whose workers train, as tcp://10.0.0.1:8786.")
def compare(
    source: str, target: str | None, task: str | None, output: Path | None, hidden: tuple[tuple[int, ...], ...],
    others: tuple[tuple[str, list[Any]], ...], seeds: int, epochs: int | None, test_share: float | None, threads: int | None,
    scheduler: str | None, **given: list[Any] | None,
) -> None:  # fmt: skip
    """Train every combination of some settings with several seeds, and compare them: a table, and a report to look at.

    SOURCE is what "halfmoon train" takes. Values of an option stand with commas between. A comparison that was interrupted
    goes on where it stopped when the same command is given again; runs that are there already are not made anew.

    The folder then holds report.html, a page that opens without a network, and its numbers as results.csv and results.parquet.
    """
    from halfmoon.cli import comparing, training  # noqa: PLC0415 - heavy things load when used

    grid = {name: values for name, values in given.items() if values is not None} | dict(others)
    if hidden:
        grid["hidden_layer_sizes"] = list(hidden)
    names = ["hidden_layer_sizes", *(parameter for parameter, _ in COMPARED.values())]
    grid = {name: grid[name] for name in [*names, *grid] if name in grid}  # --hidden first
    changes = {} if test_share is None else {"test_share": test_share}
    comparing.run(
        training.find_table(source, target), grid, task=task, output=output, seeds=seeds, epochs=epochs, threads=threads,
        scheduler=scheduler, changes=changes,
    )  # fmt: skip


@app.command()
@click.argument("model", type=FILE)
@click.argument("table", type=FILE)
@click.option("-o", "--output", type=FILE, help="A CSV or Parquet file; by default CSV on standard output.")
def predict(model: Path, table: Path, output: Path | None) -> None:
    """Predict each row of a table; where it holds the target too, say how good that is.

    MODEL is a file that "halfmoon train" saved, TABLE a CSV or Parquet file with the columns it was trained on.
    """
    from halfmoon.cli import prediction  # noqa: PLC0415 - heavy things load when used

    prediction.run(model, table, output)


@app.command()
@click.argument("model", type=FILE)
@click.argument("table", required=False)
@click.option("--row", "rows", default="0", help="Rows of the table, from 0 on: 17, several as 3,17 or 0:32, or all; 0 by default.")
@click.option("--entry", help='One number, such as "W[2,5] of layer 1": print its chain of factors back to the loss.')
@click.option("--html", "page", type=FILE, help="Write the cards as one HTML page into this file.")
@click.option("--all", "at_once", is_flag=True, help="Print all cards, in a terminal too.")
@click.option("--exact", "all_digits", is_flag=True, help="Every digit of each number, instead of five.")
@click.option("--optimizer", default="adam", help="Whose first update is made: sgd, momentum, adam, ...; adam by default.")
@click.option("--rate", type=float, help="Learning rate; the optimiser's own by default.")
@click.option("--inference", is_flag=True, help="Forward as in inference: no dropout, running statistics.")
def xray(model: Path, table: str | None, **options: Any) -> None:
    """Look at every number of one training step: forward, loss, backward and update, a card a step.

    MODEL is a file that "halfmoon train" saved, TABLE a CSV or Parquet file or a built-in set; it may be left out where the
    model lies in the folder that "halfmoon train" named by a built-in set. In a terminal the arrow keys move between the
    cards; elsewhere all are printed.
    """
    from halfmoon.cli import xray  # noqa: PLC0415 - heavy things load when used

    xray.run(model, table, **options)


@app.command()
def warmup() -> None:
    """Compile ahead what training needs, so that no training waits for it.

    Once an installation; without it, each training compiles what is not there yet. HALFMOON_CACHE names another folder for it
    than the user's cache.
    """
    from halfmoon.cli import warmup  # noqa: PLC0415 - heavy things load when used

    warmup.run()
