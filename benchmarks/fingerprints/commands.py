"""The command ``halfmoon train`` on the built-in tables: reading, splitting, preparing and training."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout, suppress
from functools import partial
from importlib.metadata import entry_points
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest.mock import patch

import halfmoon as hm
from benchmarks.fingerprints.hashes import Case, Values, model_values

TABLES = ("moons", "circles", "blobs", "xor", "spirals", "iris", "wine", "breast-cancer", "digits", "diabetes")


def train_table(table: str) -> Values:
    """Return the network of a short training, which depends on every row, on the split and on the settings."""
    entry, output = next(iter(entry_points(group="console_scripts", name="halfmoon"))), StringIO()
    with TemporaryDirectory() as folder:
        words = ["halfmoon", "train", table, "--epochs", "2", "-o", folder]
        with patch.object(sys, "argv", words), redirect_stdout(output), redirect_stderr(output), suppress(SystemExit):
            entry.load()()
        return model_values(hm.load(Path(folder) / "model.safetensors").estimator.model_)


def commands() -> Iterator[Case]:
    """Yield a training on each table."""
    for table in TABLES:
        yield f"command: {table}", partial(train_table, table)
