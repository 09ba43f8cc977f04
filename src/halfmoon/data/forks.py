"""Whether Polars can be used: in a process that was forked while its threads ran, it waits for them forever."""

from __future__ import annotations

import os
import re
from pathlib import Path

from halfmoon.base.errors import InputError

_TASKS = Path("/proc/self/task")
_WORKER = re.compile(r"polars-\d")

_state = {"threads": False, "lost": False}


def _threads_run() -> bool:
    """Return whether Polars has threads in this process, as far as the system tells."""
    try:
        return any(_WORKER.match((task / "comm").read_text()) for task in _TASKS.iterdir())
    except OSError:
        return False


def _before_fork() -> None:
    _state["threads"] = _threads_run()


def _in_child() -> None:
    _state["lost"] = _state["lost"] or _state["threads"]


if hasattr(os, "register_at_fork"):
    os.register_at_fork(before=_before_fork, after_in_child=_in_child)


def check_not_forked() -> None:
    """Raise InputError in a process that was forked from one in which Polars had been used."""
    if _state["lost"]:
        raise InputError(
            "tables must be read in a process that is not forked from one that has read tables: Polars's threads are lost there; "
            "start it anew, as multiprocessing's 'spawn' and 'forkserver' do"
        )
