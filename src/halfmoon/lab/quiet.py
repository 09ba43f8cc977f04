"""Silence while several threads train: what an estimator warns of is in the run's own message."""

from __future__ import annotations

import warnings
from contextlib import AbstractContextManager
from threading import Lock
from typing import Any

_lock = Lock()
_users = 0
_filters: AbstractContextManager[Any] | None = None


class Quiet:
    """Silences warnings in the process until the last of its users has left: the filters are the process's, not a thread's."""

    def __enter__(self) -> None:
        global _users, _filters  # noqa: PLW0603 - so are these
        with _lock:
            _users += 1
            if _filters is None:
                _filters = warnings.catch_warnings(action="ignore")
                _filters.__enter__()

    def __exit__(self, *_: object) -> None:
        global _users, _filters  # noqa: PLW0603
        with _lock:
            _users -= 1
            if not _users and _filters is not None:
                _filters.__exit__(None, None, None)
                _filters = None
