"""How much may be asked of a server: as tables, one for a person alone and one for a class, and the buckets that hold rates."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

MEBIBYTE = 1 << 20


@dataclass(frozen=True, kw_only=True)
class ServerLimits:
    """What a server takes; what a session may hold is for the session to say.

    Attributes
    ----------
    sessions : int
        Open at once.
    sessions_per_login : int
        Of them, with one token or one cookie: the tabs of a person.
    waiting : int
        Sockets that have not said yet who they are; the oldest gives way to a newer one.
    connections, connections_per_address : int
        Of TCP. One that idles gives way to a newer one, a socket with a session never does.
    request_seconds, hello_seconds, upload_seconds : float
        In which a request's head, a socket's first message and an upload must be there.
    message_bytes : int
        Of one message; longer ones are answered by a sentence up to four times this, and end the socket above.
    messages_per_second, message_burst : float
    bytes_per_second, bytes_burst : float
        Of the messages of a socket.
    upload_bytes : int
    uploads : int
        At once.
    frames_per_second : float
        At most, to one socket.
    ping_interval, ping_timeout : float
        Seconds between two pings, and until one must be answered: so a peer that vanished is noticed within seven.
    """

    sessions: int
    sessions_per_login: int
    waiting: int = 32
    connections: int = 2000
    connections_per_address: int = 1000
    request_seconds: float = 10.0
    hello_seconds: float = 5.0
    upload_seconds: float = 60.0
    message_bytes: int = 4 * MEBIBYTE
    messages_per_second: float = 200.0
    message_burst: float = 400.0
    bytes_per_second: float = 4.0 * MEBIBYTE
    bytes_burst: float = 16.0 * MEBIBYTE
    upload_bytes: int = 20_000_000
    uploads: int = 4
    frames_per_second: float = 120.0
    ping_interval: float = 3.0
    ping_timeout: float = 4.0


LOCAL = ServerLimits(sessions=16, sessions_per_login=16)
CLASSROOM = ServerLimits(sessions=80, sessions_per_login=4, frames_per_second=10.0)


class Bucket:
    """A rate: what may be taken flows in evenly, and gathers up to a burst.

    Parameters
    ----------
    per_second, burst : float
    clock : callable, optional
        Seconds that never go back.
    """

    def __init__(self, per_second: float, burst: float, clock: Callable[[], float] = time.monotonic) -> None:
        self.per_second, self.burst, self.clock = per_second, burst, clock
        self.level, self.seen = burst, clock()

    def take(self, amount: float = 1.0) -> bool:
        """Take an amount where it is there; return whether it was."""
        self._fill()
        if self.level < amount:
            return False
        self.level -= amount
        return True

    def seconds_until(self, amount: float = 1.0) -> float:
        """Return how long to wait until an amount is there."""
        self._fill()
        return max(0.0, (amount - self.level) / self.per_second)

    def _fill(self) -> None:
        now = self.clock()
        self.level, self.seen = min(self.burst, self.level + (now - self.seen) * self.per_second), now
