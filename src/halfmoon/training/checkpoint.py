"""A model's file, of the form that :mod:`halfmoon.base.tensorfile` gives all our files.

The tensors are the parameters and running statistics by name (``0.W``), and the history's columns. The head holds the
network as data, a user's own activation or loss included, as its traced expression.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from halfmoon.base import checks, schema, tensorfile
from halfmoon.base.checks import Array, Check
from halfmoon.base.errors import InputError
from halfmoon.base.record import decode, encode
from halfmoon.network.model import Model
from halfmoon.network.network import Network
from halfmoon.network.parameters import Parameters
from halfmoon.network.program import Layout
from halfmoon.training.ending import Ending, Reason
from halfmoon.training.history import History
from halfmoon.training.provenance import versions

KEY = "halfmoon"
"""Under which a model's head stands."""

VERSION = 1
"""Of the format; a file says which it is."""


HISTORY = schema.entries(
    {"columns": schema.each(checks.text), "best_epoch": checks.optional(checks.counter)},
    {"ending": schema.decoded(checks.optional(checks.kind(Ending, "an ending"))), "stopped": checks.text},
)
"""What the head of a history holds; older files say in words alone why training ended."""

NETWORK: dict[str, Check] = {"network": schema.decoded(checks.kind(Network, "a network")), "n_inputs": checks.whole}

HEAD = schema.entries(
    NETWORK | {"dtype": checks.dtype, "extras": schema.mapping(schema.anything)},  # each of those is checked by whoever gets it
    {"history": checks.optional(HISTORY)},
)
"""What the head of a model's file holds."""


@dataclass(frozen=True)
class Saved:
    """What a file holds.

    Attributes
    ----------
    model : Model
    history : History or None
    extras : dict
        Further records and dicts by name, still as plain data; :meth:`get` brings them back.
    arrays : dict of str to ndarray
        Further arrays.
    """

    model: Model
    history: History | None = None
    extras: dict[str, Any] = field(default_factory=dict)
    arrays: dict[str, Array] = field(default_factory=dict)

    def get(self, name: str, check: Check = schema.anything) -> Any:
        """Return a further record or dict that was saved and passes a check, or None where there is none."""
        return check(name, decode(self.extras[name])) if name in self.extras else None


def save(
    path: str | os.PathLike[str],
    model: Model,
    *,
    history: History | None = None,
    extras: Mapping[str, Any] | None = None,
    arrays: Mapping[str, Array] | None = None,
) -> None:
    """Write a model to a file, whole or not at all.

    Parameters
    ----------
    path : str or path-like
        By custom ending in ``.safetensors``.
    model : Model
    history : History, optional
        Saved with it.
    extras : mapping of str to Record or dict, optional
        Further records, such as how a table becomes numbers.
    arrays : mapping of str to ndarray, optional
        Further arrays.

    Raises
    ------
    InputError
        When the file cannot be written, or the model is not finite.
    """
    checks.instance("model", model, Model, "a Model")
    named: dict[str, Array] = {**model.params, **_prefixed("state", model.state)}
    for name, array in named.items():
        checks.numeric(f"model: {name}", array)
    head: dict[str, Any] = {
        "version": VERSION,
        "network": encode(model.network),
        "n_inputs": model.n_inputs,
        "dtype": model.dtype.name,
        "versions": versions(),
        "extras": {name: encode(record) for name, record in (extras or {}).items()},
    }
    tensors = named | _prefixed("extra", arrays or {})
    if history is not None:
        head["history"], columns = pack_history(history)
        tensors |= columns
    tensorfile.write(path, KEY, head, tensors)


def load(path: str | os.PathLike[str]) -> Model:
    """Return the model in a file that :func:`save` wrote.

    Parameters
    ----------
    path : str or path-like
        The file.

    Raises
    ------
    InputError
        When there is no such file, it is damaged, or it needs a class of the user's own that is not defined here.
    """
    return read(path).model


def read(path: str | os.PathLike[str]) -> Saved:
    """Return everything in a file that :func:`save` wrote; see :func:`load`."""
    head, arrays = tensorfile.read(path, KEY, "model", VERSION, HEAD)
    with tensorfile.damage_told(path, "model"):
        program = head["network"].program(head["n_inputs"])
        layouts = (program.parameters, ""), (program.state, "state.")
        theta, state = (_vector(layout, arrays, prefix, head["dtype"]) for layout, prefix in layouts)
        model = Model(head["network"], head["n_inputs"], theta, state)
        history = None if head.get("history") is None else unpack_history(head["history"], arrays)
        extra = {name.removeprefix("extra."): array for name, array in arrays.items() if name.startswith("extra.")}
        return Saved(model, history, head["extras"], extra)


def pack_history(history: History) -> tuple[dict[str, Any], dict[str, Array]]:
    """Return a history as its part of a file's head, and the arrays it names."""
    head = {"ending": encode(history.ending), "best_epoch": history.best_epoch, "columns": list(history)}
    return head, _prefixed("history", history)


def unpack_history(head: Mapping[str, Any], arrays: Mapping[str, Array]) -> History:
    """Return what :func:`pack_history` was given, from a head that has passed :data:`HISTORY`."""
    rows = None
    columns = {}
    for name in head["columns"]:
        columns[name] = found = schema.array("f8", rows)(f"the history's {name}", arrays[f"history.{name}"])
        rows = len(found)
    known = Ending(Reason.UNKNOWN, {"text": head["stopped"]}) if head.get("stopped") else None  # all that older files have
    return History(columns, ending=head.get("ending", known), best_epoch=head["best_epoch"])


def _prefixed(prefix: str, arrays: Mapping[str, Array]) -> dict[str, Array]:
    return {f"{prefix}.{name}": array for name, array in arrays.items()}


def _vector(layout: Layout, arrays: dict[str, Array], prefix: str, dtype: np.dtype[Any]) -> Array:
    """Return the arrays of a layout as one vector; they are compared before anything of their size is made."""
    for name, param in layout.entries:
        found = arrays[f"{prefix}{name}"]
        if found.shape != param.shape or found.dtype != dtype:
            raise InputError(f"{prefix}{name} must be {dtype} {param.shape}, got {found.dtype} {found.shape}")
        checks.numeric(f"{prefix}{name}", found)
        if (found < param.least).any():
            raise InputError(f"{prefix}{name} must be at least {param.least:g}, got {found.min():g}")
    views = Parameters(layout, np.zeros(layout.size, dtype))
    for name, view in views.items():
        view[...] = arrays[f"{prefix}{name}"]
    return views.vector
