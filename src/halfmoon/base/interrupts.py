"""Ctrl-C, where it must not cut work in two."""

from __future__ import annotations

import _thread
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from types import FrameType
from typing import Any, Self

AGAIN = 0.01
"""Seconds after which Ctrl-C comes again that came where nothing can be raised."""


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
    with deferred():  # the system gives it to another thread, which has not blocked it, and Python to this one
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

    Elsewhere it waits: until it is allowed, or until the context is left. Where it comes while Python runs a finaliser, which can raise
    nothing, it comes again a moment later. It ends a wait, also where a library has asked the system to go on with waits, as Polars does
    when it is loaded. In other threads than the main one nothing changes.

    Examples
    --------
    >>> with InterruptGuard() as guard:
    ...     with guard.allowed():
    ...         ...  # may be cut short
    ...     ...  # is made to the end
    """

    def __init__(self) -> None:
        self._usual: Any = None
        self._usual_hook: Any = None
        self._waiting: tuple[Any, ...] | None = None
        self._raised: BaseException | None = None
        self._is_allowed = False

    def __enter__(self) -> Self:
        usual = signal.getsignal(signal.SIGINT) if threading.current_thread() is threading.main_thread() else None
        if callable(usual):
            self._usual = usual
            signal.signal(signal.SIGINT, self._handle)
            self._usual_hook, sys.unraisablehook = sys.unraisablehook, partial(send_again, sys.unraisablehook)
            _guards.append(self)
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        if self._usual is None:
            return
        _guards.remove(self)
        sys.unraisablehook = self._usual_hook
        has_raised, self._raised = self._raised is not None, None  # with all that its traceback holds
        signal.signal(signal.SIGINT, self._usual)
        if self._waiting is not None and not has_raised and kind is None:
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
        self._is_allowed = now and self._raised is None
        if self._is_allowed and self._waiting is not None:
            self._raise(*self._waiting)

    def _handle(self, number: int, frame: FrameType | None) -> None:
        if not self._is_allowed:
            self._waiting = number, frame
        elif _is_inside(send_again, frame):
            _thread.start_new_thread(_press, ())
        else:
            self._raise(number, frame)

    def _raise(self, *given: Any) -> None:
        self._is_allowed, self._waiting = False, None
        try:
            self._usual(*given)
        except BaseException as error:
            self._raised = error
            raise
        self._is_allowed = True  # that handler raises nothing

    def forget(self, error: BaseException | None) -> bool:
        """Be as if Ctrl-C had not come yet, if it was this guard that raised an error; return whether it was."""
        if error is None or error is not self._raised:
            return False
        self._raised, self._is_allowed = None, True
        return True


_guards: list[InterruptGuard] = []
"""Those that are entered, the innermost last; all in the main thread."""


def send_again(usual: Callable[[Any], object], unraisable: Any) -> None:
    """Let Ctrl-C come again a moment later if what it raised is lost; pass other errors on. With ``usual`` bound, a ``sys.unraisablehook``.

    Python tells that hook what is raised in finalisers and callbacks of weak references, and goes on.
    """
    forgotten = [guard.forget(unraisable.exc_value) for guard in _guards]
    if any(forgotten) or isinstance(unraisable.exc_value, KeyboardInterrupt):
        _thread.start_new_thread(_press, ())  # not one of threading, whose locks may be held where the finaliser ran
    else:
        usual(unraisable)


def _press() -> None:
    time.sleep(AGAIN)
    main = threading.main_thread().ident
    if main is not None and hasattr(signal, "pthread_kill"):
        signal.pthread_kill(main, signal.SIGINT)  # which wakes it where it waits
    else:
        signal.raise_signal(signal.SIGINT)


def _is_inside(function: Callable[..., object], frame: FrameType | None) -> bool:
    while frame is not None and frame.f_code is not function.__code__:
        frame = frame.f_back
    return frame is not None
