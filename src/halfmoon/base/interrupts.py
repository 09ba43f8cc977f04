"""Ctrl-C, where it must not cut work in two."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any


@contextmanager
def deferred(then: Callable[[], object] = lambda: None) -> Iterator[None]:
    """Let what Ctrl-C raises wait until the block is done; call ``then`` at once, which may make the block end soon."""
    usual = signal.getsignal(signal.SIGINT) if threading.current_thread() is threading.main_thread() else None
    if not callable(usual):  # nobody hears it here
        yield
        return
    raised: list[BaseException] = []

    def wait(*given: Any) -> None:
        try:
            usual(*given)
        except BaseException as error:  # noqa: BLE001 - it is raised below
            raised.append(error)
            then()

    signal.signal(signal.SIGINT, wait)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, usual)
    if raised:
        raise raised[0]
