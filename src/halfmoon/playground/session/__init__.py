"""Everything that the playground computes; it knows networks and nothing of the web."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from halfmoon.playground.session.session import Session

__all__ = ["Session"]


def __getattr__(name: str) -> Any:
    """Return the session's class, which loads the library; the limits can be had without."""
    if name == "Session":
        from halfmoon.playground.session.session import Session  # noqa: PLC0415 - loaded when used

        return Session
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
