"""The form of our files: safetensors, a JSON head and raw arrays. Nothing in it is code, and loading runs none."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from typing import Any

import numpy as np

from halfmoon.base import checks
from halfmoon.base.checks import Array
from halfmoon.base.errors import InputError


def write(path: str | os.PathLike[str], key: str, head: Mapping[str, Any], arrays: Mapping[str, Array]) -> None:
    """Write a file, whole or not at all.

    Parameters
    ----------
    path : str or path-like
    key : str
        Under which the head stands: what kind of file it is.
    head : mapping
        Plain data.
    arrays : mapping of str to ndarray

    Raises
    ------
    InputError
        When the file cannot be written.
    """
    from safetensors.numpy import save as to_bytes  # noqa: PLC0415 - loaded when used

    from halfmoon.base.files import write_atomically  # noqa: PLC0415

    content = to_bytes({name: np.ascontiguousarray(array) for name, array in arrays.items()}, {key: json.dumps(head)})
    write_atomically(path, lambda file: file.write(content))


def read(path: str | os.PathLike[str], key: str, kind: str, version: int) -> tuple[dict[str, Any], dict[str, Array]]:
    """Return the head and the arrays of a file.

    Parameters
    ----------
    path : str or path-like
    key : str
        Under which the head must stand.
    kind : str
        What the file is called in errors, such as "model".
    version : int
        Of the format, as the head must say.

    Raises
    ------
    InputError
        When there is no such file, or it is damaged, or another kind.
    """
    from safetensors import SafetensorError, safe_open  # noqa: PLC0415 - loaded when used

    checks.instance("path", path, (str, os.PathLike), "the path of a file")
    try:
        with safe_open(path, framework="numpy") as file:
            head = json.loads((file.metadata() or {})[key])
            arrays = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 - it is no dict
    except FileNotFoundError:
        raise InputError(f"the {kind} file {os.fspath(path)!r} does not exist") from None
    except OSError as error:
        raise InputError(f"the {kind} file {os.fspath(path)!r} cannot be read: {error.strerror or error}") from None
    except (SafetensorError, KeyError, ValueError, RecursionError) as error:
        raise InputError(f"the file {os.fspath(path)!r} must be a {kind} that halfmoon saved, and whole: {error}") from None
    found = head.get("version") if isinstance(head, dict) else None
    if found != version:
        raise InputError(f"the {kind} file {os.fspath(path)!r} must be of format {version}, got {found!r}")
    return head, arrays
