"""A lock for each object that one thread at a time may change; it is neither copied nor pickled with the object."""

from __future__ import annotations

import os
from threading import Lock, RLock
from typing import Any
from weakref import WeakKeyDictionary

_locks: WeakKeyDictionary[Any, Any] = WeakKeyDictionary()
_table = Lock()


def lock_of(thing: Any) -> Any:
    """Return the lock of an object, which the thread that holds it may take again.

    Parameters
    ----------
    thing : object
        Hashed by identity, and weakly referable.

    Returns
    -------
    threading.RLock
    """
    with _table:
        return _locks.setdefault(thing, RLock())


def _forget() -> None:
    global _table  # noqa: PLW0603 - a forked child has none of its parent's threads, and its locks may be held for ever
    _table = Lock()
    _locks.clear()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget)
