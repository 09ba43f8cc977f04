"""``halfmoon train`` on a file: an ensemble for its table, and a report, a model and sentences."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from halfmoon.base.files import kept_if_filled, writable_folder, write_atomically
from halfmoon.base.interrupts import InterruptGuard
from halfmoon.cli.board import plain_console, spinner
from halfmoon.cli.member_board import MemberBoard
from halfmoon.cli.train import MODEL, REPORT, TableSource, line_of, remove_pictures, say_next, say_score, say_start, write_boundary
from halfmoon.cli.translations import say
from halfmoon.data import ColumnOptions
from halfmoon.data.targets import Classes
from halfmoon.tabular import EnsembleRecipe, PreparedEnsemble, fit_ensemble, prepare_ensemble, score
from halfmoon.tabular.ensembles.watcher import DONE, INTERRUPTED, TIME_LIMIT
from halfmoon.tabular.report.report import html
from halfmoon.tabular.score import held_out_score

ENDINGS = {
    DONE: "Members trained: {members}; networks of theirs in the ensemble, each kept at the end of a cycle: {counting}.",
    TIME_LIMIT: "The time is up. Members trained: {members}; networks of theirs in the ensemble: {counting}.",
    INTERRUPTED: "Interrupted. Members trained: {members}; networks of theirs in the ensemble: {counting}.",
}
"""How it is said how a training ended."""


def run(
    source: TableSource, recipe: EnsembleRecipe, *, task: str | None, output: Path | None, columns: ColumnOptions | None = None
) -> None:
    """Train on ``source`` and write everything into ``output``."""
    with spinner(say("looking at the columns of {name}", name=source.name)):
        table = prepare_ensemble(source.frame, source.target, recipe, test=source.test, task=task, columns=columns)
    folder = output or Path("runs") / source.name
    with kept_if_filled(folder):
        _train(source, table, writable_folder(folder, "--output must be a folder that can be written"))


def _train(source: TableSource, table: PreparedEnsemble, folder: Path) -> None:
    """Train on a table that was prepared, and write everything into a folder."""
    console, file = plain_console(), folder / MODEL
    say_start(console, source, folder, rows=table.training.frame.height, tested=table.test.height, notes=table.notes)
    board = MemberBoard(console, say("log-loss") if isinstance(table.target, Classes) else say("error"))
    with InterruptGuard() as guard:
        with guard.allowed(), board.live:
            model = fit_ensemble(table, watcher=board)
        model.save(file)  # first: a training must not be lost to a report, or to an output that cannot be written
        remove_pictures(folder)  # of an earlier model
    counting = len(model.estimator.ensemble_.models)
    console.print(say(ENDINGS[board.ended], members=len(board.members), counting=counting), markup=False)
    with spinner(say("predicting")):
        held_out, tested = held_out_score(model, table.training.frame), score(model, table.test)
    say_score(console, say("Folds"), held_out)
    say_score(console, say("Test"), tested)
    figures = {part: dict(found.figures) for part, found in (("held out", held_out), ("test", tested)) if found is not None}
    if model.facts is not None:
        model = replace(model, facts=model.facts.scored(figures))
        model.save(file)  # now that it is known how good it is
    write_boundary(console, folder, model, table.training.frame)
    with spinner(say("writing the report")):
        told = replace(table, notes=(*source.notes, *table.notes))  # of the file first
        written = html(model, told, board, name=source.name).encode()
    write_atomically(folder / REPORT, lambda stream: stream.write(written))
    console.print(line_of(say("report"), folder / REPORT), markup=False)
    say_next(console, source, file)
