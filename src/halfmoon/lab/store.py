"""A comparison's folder: one file a run, of the form that :mod:`halfmoon.base.tensorfile` gives all our files."""

from __future__ import annotations

import os
import shutil
import warnings
from pathlib import Path

from halfmoon.base import checks, schema, tensorfile
from halfmoon.base.checks import Array, Check
from halfmoon.base.errors import InputError
from halfmoon.base.files import writable_folder
from halfmoon.base.record import encode
from halfmoon.lab.run import STATUSES, RunResult

VERSION = 1
"""Of the format; a file says which it is."""

KEY = "halfmoon"
"""Under which the head stands in the file."""

CURVES = "curves."
"""What the names of the curves' arrays begin with."""

PLAIN: dict[str, Check] = {
    "key": checks.text,
    "setting": schema.mapping(schema.anything),
    "seed": checks.counter,
    "status": checks.choice(STATUSES),
    "message": checks.text,
    "score": checks.real,
    "train_score": checks.real,
    "loss": checks.real,
    "epochs": checks.counter,
    "updates": checks.counter,
    "parameters": checks.counter,
    "seconds": checks.real,
    "score_name": checks.choice(["accuracy", "r2"]),
}
"""What stands in the head: the fields of a run that are no arrays."""

ARRAYS = schema.entries(
    {
        f"{CURVES}loss": schema.array("f4", None),
        f"{CURVES}score": schema.array("f4", None),
        "snapshot_epochs": schema.array("i8", None),
        "predictions": schema.array("i2 f4 f8", None),
    },
    {name: schema.array("u1", None, None, None) for name in ("maps", "margins")},
)
"""The arrays of a run."""

RUN = schema.entries({"run": schema.decoded(schema.entries(PLAIN))})
"""What the head holds."""

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
    head, arrays = tensorfile.read(path, KEY, "run", VERSION, RUN)
    with tensorfile.damage_told(path, "run"):
        found = ARRAYS("arrays", arrays)
        curves = {name: found.pop(f"{CURVES}{name}") for name in ("loss", "score")}
        count, maps, margins = len(found["snapshot_epochs"]), found.setdefault("maps", None), found.get("margins")
        if len(curves["score"]) != count or (maps is not None and maps.shape != (count, *maps.shape[:0:-1])):
            raise InputError(f"it must have a score and a square map for each of its {count} snapshots")
        if margins is not None and (maps is None or margins.shape != maps.shape):
            raise InputError("its margins must be of the places of its maps")
        return RunResult(curves=curves, **head["run"], **found)
