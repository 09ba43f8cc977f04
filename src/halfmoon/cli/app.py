"""The commands and their options."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from halfmoon.base.errors import InputError
from halfmoon.cli import options
from halfmoon.cli.language import Group
from halfmoon.cli.options import FILE
from halfmoon.cli.parameter_types import Assignment
from halfmoon.version import __version__


@click.group(cls=Group, context_settings={"max_content_width": 100})
@click.version_option(__version__, prog_name="halfmoon", message="%(prog)s %(version)s")
def app() -> None:
    """Neural networks you can see through."""


@app.command()
@options.table
@options.file_format
@options.settings
@click.option("--effort", help="low, medium or high: one network, a bag or a portfolio; medium by default for a file.")
@click.option("--random-state", "--seed", "random_state", type=int, help="For weights, shuffling and splits.")
def train(
    source: str, target: str | None, task: str | None, output: Path | None, random_state: int | None, file_format: Any,
    effort: str | None, **given: Any,
) -> None:  # fmt: skip
    """Train a network or an ensemble on a table: a saved model, how good it is, and a report or plots.

    SOURCE is a built-in set (moons, circles, blobs, xor, spirals, iris, wine, breast-cancer, digits, diabetes), or a file:
    text with any separator, JSON lines, Parquet or a workbook, packed or not.

    A file gets an ensemble, as TabularClassifier and TabularRegressor train it, and a report; --effort and --max-seconds say how much
    is trained. Options of the network and its training, such as --hidden, ask for one plain network with these settings; they have
    the names of the parameters of MLPClassifier and MLPRegressor, and defaults that suit tables. Built-in sets get such a network,
    and "halfmoon train moons" is the course exercise with its own settings.
    """
    from halfmoon.cli import train, train_ensemble  # noqa: PLC0415 - heavy things load when used
    from halfmoon.data import BUILTIN  # noqa: PLC0415 - likewise
    from halfmoon.tabular import EnsembleRecipe  # noqa: PLC0415 - likewise

    plain = options.by_hand(given)
    if plain is not None and effort is not None:
        raise InputError(f"--effort must be left out with {plain}, which asks for one plain network, got {effort!r}")
    seed = {} if random_state is None else {"random_state": random_state}
    table = train.find_table(source, target, file_format)
    if effort is not None or (plain is None and source not in BUILTIN):
        parameters = options.of_ensemble(given) | options.class_weight(given) | seed
        share = {} if given["test_share"] is None else {"test_share": given["test_share"]}
        ensemble = EnsembleRecipe(effort or "medium", parameters, **share)
        train_ensemble.run(table, ensemble, task=task, output=output, columns=options.of_columns(given))
        return
    changes = options.parameters(given) | options.class_weight(given) | seed
    recipe = table.recipe.changed(changes, **options.of_table(given))
    train.run(table, recipe, task=task, output=output, columns=options.of_columns(given))


@app.command()
@options.table
@options.file_format
@options.settings_to_compare
@click.option("--set", "others", type=Assignment(), multiple=True, help="Any parameter of the estimator and its values, as alpha=0,0.1.")
@click.option("--seeds", type=click.IntRange(1), default=5, show_default=True, help="Trainings of each configuration.")
@click.option("--threads", type=click.IntRange(1), help="Trainings at a time; by default one for each core.")
@click.option("--scheduler", help="Address of a Dask scheduler whose workers train, as tcp://10.0.0.1:8786.")
def compare(
    source: str, target: str | None, task: str | None, output: Path | None, others: tuple[tuple[str, list[Any]], ...], seeds: int,
    threads: int | None, scheduler: str | None, file_format: Any, **given: Any,
) -> None:  # fmt: skip
    """Train every combination of some settings with several seeds, and compare them: a table, and a report to look at.

    SOURCE is what "halfmoon train" takes, and what is not compared is as it trains. Values of an option stand with commas
    between. A comparison that was interrupted goes on where it stopped when the same command is given again; runs that are
    there already are not made anew.

    The folder, runs/NAME-compare by default, then holds report.html, a page that opens without a network, and its numbers as
    results.csv and results.parquet. Where it has those of another comparison, the new ones go to a folder beside it, as
    runs/NAME-compare-2; runs that both need are made once.
    """
    from halfmoon.cli import compare, train  # noqa: PLC0415 - heavy things load when used

    table = train.find_table(source, target, file_format)
    recipe = table.recipe.changed(options.class_weight(given), **options.of_table(given))
    grid = options.parameters(given) | dict(others)
    columns = options.of_columns(given)
    compare.run(table, recipe, grid, task=task, columns=columns, output=output, seeds=seeds, threads=threads, scheduler=scheduler)


@app.command()
@click.argument("model", type=FILE)
@click.argument("table", type=FILE)
@options.file_format
@click.option("-o", "--output", type=FILE, help="A CSV or Parquet file; by default CSV on standard output.")
def predict(model: Path, table: Path, output: Path | None, file_format: Any) -> None:
    """Predict each row of a table; where it holds the target too, say how good that is.

    MODEL is a file that "halfmoon train" saved, TABLE a file such as it was trained on, with the same columns, or a built-in set.
    """
    from halfmoon.cli import predict  # noqa: PLC0415 - heavy things load when used

    predict.run(model, table, output, file_format)


@app.command()
@click.argument("model", type=FILE)
@click.argument("table", required=False)
@options.file_format
@click.option(
    "--row",
    "rows",
    default="1",
    help="Rows of the table, from 1 on, as sentences about it count: 17, several as 3,17 or 1:32, or all.",
    show_default=True,
)
@click.option("--entry", help='One number, such as "1.dW[2,5]": print its chain of factors back to the loss.')
@click.option("--html", "page", type=FILE, help="Write the cards as one HTML page into this file.")
@click.option("--all", "at_once", is_flag=True, help="Print the cards without a pager.")
@click.option("--exact", "all_digits", is_flag=True, help="Every digit of each number, instead of five.")
@click.option("--optimizer", default="adam", help="Whose first update is made: sgd, momentum, adam, ...; adam by default.")
@click.option("--rate", type=float, help="Learning rate; the optimiser's own by default.")
@click.option("--inference", is_flag=True, help="Forward as in inference: no dropout, running statistics.")
def xray(model: Path, table: str | None, **given: Any) -> None:
    """Look at every number of one training step: forward, loss, backward and update, a card a step.

    MODEL is a file that "halfmoon train" saved, TABLE a file such as it was trained on, or a built-in set; it may be left out where the
    model lies in the folder that "halfmoon train" named by a built-in set. A terminal shows the cards in its pager.
    """
    from halfmoon.cli import xray  # noqa: PLC0415 - heavy things load when used

    xray.run(model, table, **given)


@app.command()
@click.argument("model", type=FILE)
@click.option("--to", help="numpy (a Python file), js (a JavaScript module), json, onnx or c; by default the ending of --output decides.")
@click.option("-o", "--output", type=FILE, help="A file; by default MODEL's name with the ending of what is written.")
@click.option("--opset", type=int, help="onnx: the version of its operators, from 18 on; 18 by default.")
@click.option("--name", help="c: what all names in the file begin with; by default the name of the file.")
@click.option("--int8", is_flag=True, help="c: compute with whole numbers alone, for small processors; says what that costs.")
@click.option("--calibration", metavar="TABLE", help="--int8: rows as the model is used on, with the target or without.")
def export(model: Path, to: str | None, output: Path | None, **options: Any) -> None:
    """Write a model as a file that predicts without Halfmoon, with its table's preparation and its labels.

    MODEL is a file that "halfmoon train" saved, or that an estimator or a network was saved in.
    """
    from halfmoon.cli import export  # noqa: PLC0415 - heavy things load when used

    export.run(model, output, to, **options)


@app.command()
@click.argument("model", type=FILE)
@click.option("--to", "form", help="text, json, markdown or html; by default as the ending of --output says, else text.")
@click.option("-o", "--output", type=FILE, help="A file; by default standard output.")
def describe(model: Path, form: str | None, output: Path | None) -> None:
    """Describe a saved model: its network, the data it was trained on, scores, history and versions.

    MODEL is any file that halfmoon saved, by "halfmoon train" or from Python. Markdown has the fields of Hugging Face's model cards.
    """
    from halfmoon.cli import describe  # noqa: PLC0415 - heavy things load when used

    describe.run(model, form, output)


@app.command()
@click.option("--port", type=click.IntRange(0, 65535), help="By default 8421, or the next that is free; 0 for any.")
@click.option("--no-browser", is_flag=True, help="Print the address only.")
@click.option("--serve", "is_class", is_flag=True, help="For a class: many people at once, each with an own session, behind a password.")
@click.option("--host", help="Address to listen at, with --serve: 0.0.0.0 for all of this machine's; by default 127.0.0.1, itself alone.")
@click.option(
    "--password", help="Of the class; better set HALFMOON_PASSWORD or type it when asked, since others on this machine see options."
)
@click.option(
    "--address", "addresses", multiple=True,
    help="Another address by which pupils reach it, as https://class.example.org, where a proxy stands before it.",
)  # fmt: skip
def playground(
    *, port: int | None, no_browser: bool, is_class: bool, host: str | None, password: str | None, addresses: tuple[str, ...],
) -> None:  # fmt: skip
    """Build a network in the browser, train it, and watch everything move.

    The page is served to this machine alone, until Ctrl-C, and asks nothing of the internet. What trains is this library. With --serve
    a class opens it from other machines, too.
    """
    from halfmoon.cli import playground  # noqa: PLC0415 - heavy things load when used

    playground.run(
        port=port, open_browser=not no_browser, is_class=is_class, host=host, password=password, addresses=addresses,
    )  # fmt: skip


@app.command()
def warmup() -> None:
    """Compile ahead what training needs, so that no training waits for it.

    Once an installation; without it, each training compiles what is not there yet. HALFMOON_CACHE names another folder for it
    than the user's cache.
    """
    from halfmoon.cli.progress import compile_ahead  # noqa: PLC0415 - heavy things load when used

    compile_ahead()
