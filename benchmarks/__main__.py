"""``python -m benchmarks``: run the jobs, show the table, and write the pages where all of them ran."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import click
from rich.console import Console
from rich.live import Live
from rich.markup import escape
from rich.text import Text

from benchmarks import machine, plot, report, verdict
from benchmarks.contenders.ours import ENGINE
from benchmarks.jobs import FRONT, JOBS
from benchmarks.measure import REST, ROOT, Result, measure
from halfmoon.base.files import write_atomically
from halfmoon.plots import save_figure


def write(folder: Path, results: list[Result], repeats: int, minutes: float) -> None:
    """Write the two pages and the picture, each whole or not at all."""
    front = report.FRONT_PAGE.format(machine=machine.sentence(), repeats=repeats, summary=report.front(results))
    full = report.FULL_PAGE.format(
        machine=machine.sentence(),
        engine=f"Halfmoon ran with {', '.join(f'{name} {value!r}' for name, value in ENGINE.items())}.",
        repeats=repeats,
        tolerance=verdict.TOLERANCE,
        rest=REST,
        summary=report.summary(results),
        details=report.details(results),
        minutes=max(1, round(minutes)),
    )
    (folder / "images").mkdir(parents=True, exist_ok=True)
    save_figure(plot.draw([result for result in results if result.job.key in FRONT]), folder / "images" / "benchmarks.png", dpi=110)
    for name, page in (("benchmarks.md", front), ("benchmarks-all.md", full)):
        write_atomically(folder / name, lambda file, page=page: file.write(page.encode()))


@click.command()
@click.option("--only", multiple=True, type=click.Choice([job.key for job in JOBS]), help="One job; may be given several times.")
@click.option("--repeats", type=click.IntRange(1), default=5, show_default=True, help="Runs of each contender.")
@click.option("--quick", is_flag=True, help="Cut the jobs down: shows whether everything runs, its times mean nothing.")
@click.option("--to", type=click.Path(path_type=Path), help="Folder for the page; by default docs, and only after a whole run.")
def main(only: tuple[str, ...], repeats: int, quick: bool, to: Path | None) -> None:  # noqa: FBT001 - click's way
    """Compare Halfmoon with its peers and with the bare matrix products."""
    console, began = Console(highlight=False), time.perf_counter()
    results = []
    with Live(console=console, auto_refresh=False, transient=True) as live:  # a spinner would take a core from whoever is measured

        def say(line: str) -> None:
            live.update(Text(line), refresh=True)

        for job in JOBS:
            if only and job.key not in only:
                continue
            results.append(measure(job.quick() if quick else job, repeats, say, quick=quick))
            console.print(escape(report.details(results[-1:])), "", sep="\n", soft_wrap=True)
    console.print(escape(report.summary(results)), soft_wrap=True)
    folder = to or (None if only or quick else ROOT / "docs")
    if folder is not None:
        write(folder, results, repeats, (time.perf_counter() - began) / 60)
    failures = [line for result in results for line in verdict.failures(result)]
    for line in failures:
        console.print(escape(line), style="bold red", soft_wrap=True)
    sys.exit(bool(failures))


if __name__ == "__main__":
    main()
