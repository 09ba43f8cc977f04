"""Hashes of values, down to the last bit."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

import halfmoon as hm

Values = dict[str, Any]
"""What a configuration computes: each value becomes a hash."""

Case = tuple[str, Callable[[], Values]]
"""A configuration: its name, and the function that computes its values."""

DIGITS = 16
"""Hexadecimal digits of a hash."""


def fingerprint(value: Any) -> str:
    """Return the hash of a value."""
    digest = hashlib.sha256()
    _update(digest, value)
    return digest.hexdigest()[:DIGITS]


def _update(digest: Any, value: Any) -> None:
    """Add a value to a hash: arrays by dtype, shape and bytes; containers with their length."""
    match value:
        case Mapping():
            _update(digest, list(value))
            _update(digest, list(value.values()))
        case list() | tuple():
            digest.update(f"[{len(value)}".encode())
            for item in value:
                _update(digest, item)
        case np.ndarray():
            plain = np.ascontiguousarray(value.astype(str) if value.dtype.kind == "O" else value)
            digest.update(f"{plain.dtype.str}{value.shape}".encode())
            digest.update(plain.tobytes())
        case np.generic():
            _update(digest, value.item())
        case None | bool() | int() | float() | str():
            digest.update(f"{type(value).__name__} {value!r};".encode())
        case _:
            raise TypeError(f"cannot hash a {type(value).__name__}")


def history_values(history: hm.History) -> Values:
    """Return what a history holds, without times and sentences."""
    return {name: history[name] for name in history if name != "seconds"} | {"best_epoch": history.best_epoch}


def model_values(model: hm.Model) -> Values:
    """Return the parameters of a model and, if it has any, its running statistics."""
    return {"theta": model.theta} | ({"state": model.state.vector} if model.state.vector.size else {})


def prediction_values(model: hm.Model, X: Any) -> Values:
    """Return predictions for many rows and for a few, by the compiled engine and by NumPy."""
    dense = X if isinstance(X, np.ndarray) else X.toarray()
    compiled = [model.scores(X), model.scores(dense[:3]), model.predict(X), model.predict_class(X)]
    return {"scores": compiled, "forward": model.forward(dense).scores}
