"""Threads for what a session is asked, which end with the process, whatever they are at.

Those of ``concurrent.futures`` are waited for when a process ends: Ctrl-C would take as long as the longest message.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Executor, Future
from queue import SimpleQueue
from typing import Any

Call = tuple[Future[Any], Callable[[], Any]]


class Threads(Executor):
    """So many threads, that take calls in the order in which they come.

    Parameters
    ----------
    count : int
    name : str
        Of the threads.
    """

    def __init__(self, count: int, name: str) -> None:
        self._calls: SimpleQueue[Call | None] = SimpleQueue()
        self._threads = [threading.Thread(target=self._work, name=name, daemon=True) for _ in range(count)]
        for thread in self._threads:
            thread.start()

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Let a thread make a call; return its result to come."""
        future: Future[Any] = Future()
        self._calls.put((future, lambda: fn(*args, **kwargs)))
        return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:  # noqa: FBT001, FBT002 - as Executor has it
        """Let the threads end after the calls that wait, or with ``cancel_futures`` after those at hand."""
        while cancel_futures and not self._calls.empty():
            call = self._calls.get()
            if call is not None:
                call[0].cancel()
        for _ in self._threads:
            self._calls.put(None)
        for thread in self._threads if wait else []:
            thread.join()

    def _work(self) -> None:
        while (call := self._calls.get()) is not None:
            future, make = call
            if not future.set_running_or_notify_cancel():
                continue
            try:
                result = make()
            except BaseException as error:  # noqa: BLE001 - it is raised where the result is asked for
                future.set_exception(error)
            else:
                future.set_result(result)
            del call, future, make  # a thread that waits holds nothing
