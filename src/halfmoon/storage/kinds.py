"""What files may hold, how each says so, and what reads it."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from halfmoon.base import tensorfile
from halfmoon.base.errors import InputError
from halfmoon.base.record import decode
from halfmoon.storage import network_file
from halfmoon.training import checkpoint
from halfmoon.training.recording import recording
from halfmoon.training.recording.recording import Recording
from halfmoon.training.trainer import Trainer

Path = str | os.PathLike[str]

ESTIMATORS = ("MLPClassifier", "MLPRegressor")
TABULAR = ("TabularClassifier", "TabularRegressor")
"""Classes of estimators that a file may name."""


class Kind(NamedTuple):
    """A kind of file.

    Attributes
    ----------
    key : str
        Under which its head stands.
    extra : str or None
        What the head of a model's file has among its extras where it is of this kind.
    load : callable
        Returns what is in it, from its path and its head.
    """

    key: str
    extra: str | None
    load: Callable[[Path, Mapping[str, Any]], Any]


def _table(path: Path, _: Mapping[str, Any]) -> Any:
    from halfmoon.tabular import TableModel  # noqa: PLC0415 - which loads Polars

    return TableModel.load(path)


def _table_ensemble(path: Path, _: Mapping[str, Any]) -> Any:
    from halfmoon.tabular import TableEnsemble  # noqa: PLC0415 - which loads Polars and scikit-learn

    return TableEnsemble.load(path)


def _tabular(path: Path, head: Mapping[str, Any]) -> Any:
    from halfmoon.tabular import estimators  # noqa: PLC0415 - which loads Polars and scikit-learn

    name = head.get("class")
    if name not in TABULAR:
        raise InputError(f"the file {os.fspath(path)!r} must hold a {' or a '.join(TABULAR)}, it holds {name!r:.40}")
    return getattr(estimators, name).load(path)


def _estimator(path: Path, head: Mapping[str, Any]) -> Any:
    from halfmoon import estimators  # noqa: PLC0415 - which load scikit-learn

    with tensorfile.damage_told(path, "estimator"):
        described = decode(head["extras"]["estimator"])
    name = described.get("class") if isinstance(described, dict) else None
    if name not in ESTIMATORS:
        raise InputError(f"the file {os.fspath(path)!r} must hold an MLPClassifier or an MLPRegressor, it holds {name!r:.40}")
    return getattr(estimators, name).load(path)


KINDS: dict[str, Kind] = {  # a table's file is an estimator's too, and each of these one of a model: the first that fits counts
    "table model": Kind(checkpoint.KEY, "preparation", _table),
    "estimator": Kind(checkpoint.KEY, "estimator", _estimator),
    "trainer": Kind(checkpoint.KEY, "progress", lambda path, _: Trainer.load(path)),
    "model": Kind(checkpoint.KEY, None, lambda path, _: checkpoint.load(path)),
    "table ensemble": Kind("halfmoon tabular", "target", _table_ensemble),
    "tabular estimator": Kind("halfmoon tabular", None, _tabular),
    "recording": Kind(recording.KEY, None, lambda path, _: Recording.load(path)),
    "network": Kind(network_file.KEY, None, lambda path, _: network_file.load(path)),
}
"""Every kind of file by its name."""


def kind_of(path: Path) -> tuple[str, dict[str, Any]]:
    """Return the name of the kind of a file, and its head as it stands.

    Raises
    ------
    InputError
        When there is no such file, it is damaged, or of no kind that is read alone, as a run of a comparison.
    """
    key, head = tensorfile.peek(path)
    extras = head.get("extras")
    named = extras if isinstance(extras, dict) else {}
    for name, kind in KINDS.items():
        if kind.key == key and "run" not in head and (kind.extra is None or kind.extra in named):
            return name, head
    held = "a run of a comparison, which is one of a folder" if "run" in head else repr(key)
    raise InputError(f"the file {os.fspath(path)!r} must hold a {', '.join(KINDS)}, it holds {held:.60}")
