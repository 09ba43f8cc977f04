"""Ctrl-C, where it must not cut work in two."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Self


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


@contextmanager
def blocked() -> Iterator[None]:
    """Let Ctrl-C wait until the block is done, and never reach processes that are started in it: they inherit that it is blocked."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


class InterruptGuard:
    """A context in which Ctrl-C raises only where that is allowed, and once: whatever cleans up after it is not interrupted again.

    Elsewhere it waits: until it is allowed, or until the context is left. In other threads than the main one nothing changes.

    Examples
    --------
    >>> with InterruptGuard() as guard:
    ...     with guard.allowed():
    ...         ...  # may be cut short
    ...     ...  # is made to the end
    """

    def __init__(self) -> None:
        self._usual: Any = None
        self._waiting: tuple[Any, ...] | None = None
        self._is_allowed = self._has_raised = False

    def __enter__(self) -> Self:
        usual = signal.getsignal(signal.SIGINT) if threading.current_thread() is threading.main_thread() else None
        if callable(usual):
            self._usual = usual
            signal.signal(signal.SIGINT, self._handle)
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        if self._usual is None:
            return
        signal.signal(signal.SIGINT, self._usual)
        if self._waiting is not None and not self._has_raised and kind is None:
            self._usual(*self._waiting)

    @contextmanager
    def allowed(self, *, now: bool = True) -> Iterator[None]:
        """Let Ctrl-C raise inside this block; with False, let it wait until the end of the block."""
        before = self._is_allowed
        self._allow(now=now)
        try:
            yield
        finally:
            self._allow(now=before)

    def _allow(self, *, now: bool) -> None:
        self._is_allowed = now and not self._has_raised
        if self._is_allowed and self._waiting is not None:
            self._handle(*self._waiting)

    def _handle(self, *given: Any) -> None:
        if not self._is_allowed:
            self._waiting = given
            return
        self._is_allowed, self._waiting = False, None
        self._has_raised = True
        self._usual(*given)
        self._is_allowed, self._has_raised = True, False  # that handler raises nothing
