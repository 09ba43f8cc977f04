"""A comparison's folder: one file a run, of the form that :mod:`halfmoon.base.tensorfile` gives all our files."""

from __future__ import annotations

import os
import shutil
import warnings
from dataclasses import fields
from pathlib import Path
from typing import Any

from halfmoon.base import tensorfile
from halfmoon.base.checks import Array
from halfmoon.base.errors import InputError
from halfmoon.base.files import writable_folder
from halfmoon.base.record import decode, encode
from halfmoon.lab.run import STATUSES, RunResult

VERSION = 1
"""Of the format; a file says which it is."""

KEY = "halfmoon"
"""Under which the head stands in the file."""

CURVES = "curves."
"""What the names of the curves' arrays begin with."""

PLAIN = [each.name for each in fields(RunResult) if "Array" not in str(each.type)]
"""What stands in the head."""

HEAD = 4096
"""Bytes that a head takes, about."""


class Store:
    """Where runs are kept.

    Parameters
    ----------
    folder : str or path-like
        Made where it is not there.

    Raises
    ------
    InputError
        When the folder cannot be written.
    """

    def __init__(self, folder: str | os.PathLike[str]) -> None:
        self.folder = Path(folder)
        self.runs = writable_folder(folder, "folder must be one that can be written", "runs")

    def check_room(self, needed: int) -> None:
        """Raise InputError where the disk has no room for so many bytes."""
        free = shutil.disk_usage(self.runs).free
        if free < needed:
            what = f"the runs of this comparison take about {needed / 1e6:,.0f} MB, {free / 1e6:,.0f} MB are free"
            raise InputError(f"folder must be on a disk with enough room, got {str(self.folder)!r}: {what}")

    def path(self, key: str) -> Path:
        """Return where a run is, or would be."""
        return self.runs / f"{key}.safetensors"

    def keep(self, run: RunResult) -> None:
        """Write a run, whole or not at all."""
        head = {"version": VERSION, "run": encode({name: getattr(run, name) for name in PLAIN})}
        arrays: dict[str, Array] = {f"{CURVES}{name}": curve for name, curve in run.curves.items()}
        arrays |= {"snapshot_epochs": run.snapshot_epochs, "predictions": run.predictions}
        arrays |= {name: array for name, array in (("maps", run.maps), ("margins", run.margins)) if array is not None}
        tensorfile.write(self.path(run.key), KEY, head, arrays)

    def find(self, key: str) -> RunResult | None:
        """Return a run; None where it is not there, or where its file is damaged, which a warning says."""
        path = self.path(key)
        if not path.exists():
            return None
        try:
            run = read(path)
            if run.key == key:
                return run
            why = f"it holds the run {run.key}"
        except InputError as error:
            why = str(error)
        warnings.warn(f"the run file {str(path)!r} is damaged, the run is trained again: {why}", stacklevel=2)
        return None


def read(path: Path) -> RunResult:
    """Return the run in a file that :meth:`Store.keep` wrote.

    Raises
    ------
    InputError
        When the file cannot be read, is damaged, or holds something else.
    """
    try:
        head, arrays = tensorfile.read(path, KEY, "run", VERSION)
        curves = {name.removeprefix(CURVES): arrays.pop(name) for name in list(arrays) if name.startswith(CURVES)}
        named: dict[str, Any] = {**decode(head["run"]), "maps": None, **arrays}
        run = RunResult(curves=curves, **named)
    except InputError:
        raise
    except (LookupError, ValueError, TypeError, AttributeError, RecursionError) as error:
        raise InputError(f"it must be a run that halfmoon saved, and whole: {error}") from error
    if run.status not in STATUSES:
        raise InputError(f"its status must be one of {', '.join(STATUSES)}, got {run.status!r}")
    return run
