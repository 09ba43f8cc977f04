"""A comparison's folder: one file a run, a JSON head and raw arrays, written whole or not at all. Nothing in it is code."""

from __future__ import annotations

import json
import os
import shutil
import warnings
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any

import numpy as np

from halfmoon.base.checks import Array
from halfmoon.base.errors import InputError
from halfmoon.base.files import write_atomically
from halfmoon.base.record import decode, encode
from halfmoon.lab.run import STATUSES, RunResult

VERSION = 1
"""Of the format; a file says which it is."""

ENDING = ".safetensors"

PLAIN = ("key", "setting", "seed", "status", "message", "score", "train_score", "loss", "epochs", "updates", "parameters", "seconds",
         "score_name")  # fmt: skip
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
        self.runs = self.folder / "runs"
        try:
            self.runs.mkdir(parents=True, exist_ok=True)
            with TemporaryFile(dir=self.runs) as file:
                file.write(bytes(HEAD))
        except OSError as error:
            raise InputError(f"folder must be one that can be written, got {os.fspath(folder)!r}: {error.strerror or error}") from None

    def check_room(self, needed: int) -> None:
        """Raise InputError where the disk has no room for so many bytes."""
        free = shutil.disk_usage(self.runs).free
        if free < needed:
            what = f"the runs of this comparison take about {needed / 1e6:,.0f} MB, {free / 1e6:,.0f} MB are free"
            raise InputError(f"folder must be on a disk with enough room, got {str(self.folder)!r}: {what}")

    def path(self, key: str) -> Path:
        """Return where a run is, or would be."""
        return self.runs / f"{key}{ENDING}"

    def keep(self, run: RunResult) -> None:
        """Write a run, whole or not at all."""
        content = to_bytes(run)
        write_atomically(self.path(run.key), lambda file: file.write(content))

    def find(self, key: str) -> RunResult | None:
        """Return a run; None where it is not there, or where its file is damaged, which a warning says."""
        path = self.path(key)
        try:
            content = path.read_bytes()
        except FileNotFoundError:
            return None
        except OSError as error:
            why = f"it cannot be read: {error.strerror or error}"
        else:
            try:
                run = from_bytes(content)
            except InputError as error:
                why = str(error)
            else:
                if run.key == key:
                    return run
                why = f"it holds the run {run.key}"
        warnings.warn(f"the run file {str(path)!r} is damaged, the run is trained again: {why}", stacklevel=2)
        return None


def to_bytes(run: RunResult) -> bytes:
    """Return a run as the content of a file."""
    from safetensors.numpy import save  # noqa: PLC0415 - loaded when used

    head = {"version": VERSION, "run": encode({name: getattr(run, name) for name in PLAIN})}
    arrays: dict[str, Array] = {f"curves.{name}": curve for name, curve in run.curves.items()}
    arrays |= {"snapshot_epochs": run.snapshot_epochs, "predictions": run.predictions}
    arrays |= {} if run.maps is None else {"maps": run.maps}
    return save({name: np.ascontiguousarray(array) for name, array in arrays.items()}, {"halfmoon": json.dumps(head)})


def from_bytes(content: bytes) -> RunResult:
    """Return the run that :func:`to_bytes` was given.

    Raises
    ------
    InputError
        When the content is damaged, or something else.
    """
    from safetensors import SafetensorError  # noqa: PLC0415
    from safetensors.numpy import load  # noqa: PLC0415

    try:
        arrays = load(content)
        head = json.loads(_metadata(content)["halfmoon"])
        _check_version(head["version"])
        fields = decode(head["run"])
        prefix = "curves."
        curves = {name.removeprefix(prefix): array for name, array in arrays.items() if name.startswith(prefix)}
        run = RunResult(**fields, curves=curves, snapshot_epochs=arrays["snapshot_epochs"], maps=arrays.get("maps"),
                  predictions=arrays["predictions"])  # fmt: skip
    except InputError:
        raise
    except (SafetensorError, LookupError, ValueError, TypeError, AttributeError, RecursionError) as error:
        raise InputError(f"it must be a run that halfmoon saved, and whole: {error}") from error
    if run.status not in STATUSES:
        raise InputError(f"its status must be one of {', '.join(STATUSES)}, got {run.status!r}")
    return run


def _check_version(version: object) -> None:
    if version != VERSION:
        raise InputError(f"it must be of format {VERSION}, got {version!r}")


def _metadata(content: bytes) -> dict[str, Any]:
    """Return the words beside the arrays: safetensors' head is a length of 8 bytes and so many bytes of JSON."""
    length = int.from_bytes(content[:8], "little")
    found: dict[str, Any] = json.loads(content[8 : 8 + length])["__metadata__"]
    return found
