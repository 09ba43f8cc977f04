"""A lock for each object that one thread at a time may change; it is neither copied nor pickled with the object."""

from __future__ import annotations

import os
from threading import Lock, RLock
from typing import Any
from weakref import ref

MANY = 256
"""Locks after which those that are gone are looked for."""

_locks: dict[int, ref[Any]] = {}
"""By the identity of the object. A lock is there for as long as somebody holds or awaits it, and goes without a callback: one swallows
Ctrl-C that comes while it runs."""

_table = Lock()


def lock_of(thing: object) -> Any:
    """Return the lock of an object, which the thread that holds it may take again; for use in a ``with`` statement.

    Parameters
    ----------
    thing : object
        It must live while the lock is held.

    Returns
    -------
    threading.RLock
    """
    key = id(thing)
    with _table:
        known = _locks.get(key)
        lock = None if known is None else known()
        if lock is None:
            if len(_locks) > MANY:
                for gone in [other for other, each in _locks.items() if each() is None]:
                    del _locks[gone]
            lock = RLock()
            _locks[key] = ref(lock)
    return lock


def _forget() -> None:
    global _table  # noqa: PLW0603 - a forked child has none of its parent's threads, and its locks may be held for ever
    _table = Lock()
    _locks.clear()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget)
