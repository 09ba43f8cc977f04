"""``python -m benchmarks.fingerprints``: print a line of hashes for each configuration."""

from __future__ import annotations

import sys
import warnings
from itertools import chain

import click
import numpy as np
from threadpoolctl import threadpool_limits

from benchmarks.fingerprints.commands import commands
from benchmarks.fingerprints.comparisons import comparisons
from benchmarks.fingerprints.estimators import estimators
from benchmarks.fingerprints.hashes import fingerprint
from benchmarks.fingerprints.trainers import trainers
from benchmarks.fingerprints.trainings import trainings


@click.command()
@click.option("--only", default="", help="Part of the names of the configurations that are wanted; all by default.")
def main(only: str) -> None:
    """Print a line of hashes for each configuration."""
    failed = False
    warnings.simplefilter("ignore")
    with threadpool_limits(1), np.errstate(all="ignore"):  # NumPy's products have other bits on several threads
        for name, compute in chain(trainings(), trainers(), estimators(), comparisons(), commands()):
            if only not in name:
                continue
            try:
                click.echo(f"{name}: {' '.join(f'{part}={fingerprint(value)}' for part, value in compute().items())}")
            except Exception as error:  # noqa: BLE001 - a failure is a difference between versions, and the other lines are wanted too
                click.echo(f"{name}: FAILED: {type(error).__name__}: {' '.join(str(error).split())}")
                failed = True
    sys.exit(failed)


if __name__ == "__main__":
    main()
