"""Calls of Polars that take long, with one interrupt for one Ctrl-C."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")


def call(function: Callable[P, T], *given: P.args, **named: P.kwargs) -> T:
    """Call a function of Polars; it answers Ctrl-C within a tenth of a second.

    Polars raises KeyboardInterrupt itself, and Python's own handler does so once more at the next step, in the middle of
    whatever cleans up after the first. So the second is let out here.
    """
    try:
        return function(*given, **named)
    except KeyboardInterrupt:
        time.sleep(0)
        raise


def reason(error: BaseException) -> str:
    """Return the first line of an error's message, cut off where it is long."""
    return (str(error).splitlines() or [type(error).__name__])[0][:120]
