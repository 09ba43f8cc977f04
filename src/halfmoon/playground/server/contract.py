"""What the server needs of a session, and all it knows of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

Message = dict[str, Any]


class Session(Protocol):
    """The training of one tab; every method may be called in any thread, but none is called in the server's own.

    What a person gets wrong is an answer with ``error``, one sentence, and ``field``; what is raised is a mistake of the program.
    """

    def welcome(self) -> Message:
        """Return what the page needs first: ``schema`` and ``state``."""

    def handle(self, message: Message) -> Message:
        """Answer a message, which has a ``type``."""

    def pushes(self) -> list[Message]:
        """Return what is to be told unasked, the newest of each kind, and forget it."""

    def news(self, ack: int) -> tuple[list[Message], bytes | None]:
        """Return the pushes, and the newest numbers as bytes, after those pushes; None where they are those of the frame ``ack``."""

    def upload(self, name: str, data: bytes) -> Message:
        """Take a file in, and answer."""

    def close(self) -> None:
        """Stop within a second, and free everything."""


MakeSession = Callable[[Callable[[], None]], Session]
"""Makes a session, given what it calls, in any thread and as often as it likes, when there is a newer frame or something to push."""
