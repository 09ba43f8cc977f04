"""The connections of TCP: how many there may be, how long each may take, and the end of those whose other side is gone.

uvicorn's protocols leave these three open: a connection that never sends a request stays, one more is always taken, and a socket that
does not answer pings is closed only once all that was written to it has been read.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Any, cast

from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.exceptions import InvalidState

from halfmoon.playground.server.limits import ServerLimits

FIRST_MESSAGE = 4096
"""Bytes that a socket may send at once as long as it has not said who it is."""

LONGEST = 4
"""Times the limit of a message that are still read, to be answered by a sentence."""

MESSAGE_SIZE = "halfmoon.message_size"
"""The extension of a socket's scope that is called when it has said who it is, and lets it send long messages from then on."""


class Connections:
    """All connections of a server.

    Parameters
    ----------
    limits : ServerLimits
    """

    def __init__(self, limits: ServerLimits) -> None:
        self.limits = limits
        self._addresses: dict[asyncio.BaseProtocol, str] = {}
        self._idle: dict[HttpConnection, None] = {}

    def enter(self, protocol: HttpConnection, address: str) -> bool:
        """Take a connection in, at the cost of the oldest that idles where there are too many; return whether there is place."""
        of_address = sum(each == address for each in self._addresses.values())
        if of_address >= self.limits.connections_per_address and not self._end_oldest(address):
            return False
        if len(self._addresses) >= self.limits.connections and not self._end_oldest(None):
            return False
        self._addresses[protocol] = address
        return True

    def replace(self, protocol: asyncio.BaseProtocol, by: asyncio.BaseProtocol) -> None:
        """Let a socket take the place of the request that it began as."""
        self._addresses[by] = self._addresses.pop(protocol, "")
        self._idle.pop(cast("HttpConnection", protocol), None)

    def leave(self, protocol: asyncio.BaseProtocol) -> None:
        """Forget a connection."""
        self._addresses.pop(protocol, None)
        self._idle.pop(cast("HttpConnection", protocol), None)

    def idles(self, protocol: HttpConnection, *, idle: bool) -> None:
        """Note whether a connection has a request at hand."""
        self._idle.pop(protocol, None)
        if idle:
            self._idle[protocol] = None

    def _end_oldest(self, address: str | None) -> bool:
        for protocol in self._idle:
            if address is None or self._addresses.get(protocol) == address:
                protocol.transport.abort()
                self.leave(protocol)
                return True
        return False


class HttpConnection(H11Protocol):
    """A connection that sends requests, one after the other."""

    registry: Connections

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._ticks, self._seen, self._timer = 0, self.cycle, self.loop.call_later(self.registry.limits.request_seconds, self._check)
        if self.registry.enter(self, self.client[0] if self.client else ""):
            self.registry.idles(self, idle=True)
        else:
            transport.abort()

    def connection_lost(self, exc: Exception | None) -> None:
        self._timer.cancel()
        self.registry.leave(self)
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if self.transport.get_protocol() is self:
            self.registry.idles(self, idle=self._is_idle())

    def on_response_complete(self) -> None:
        self.registry.idles(self, idle=True)
        super().on_response_complete()

    def handle_websocket_upgrade(self, event: Any) -> None:
        self._timer.cancel()
        super().handle_websocket_upgrade(event)
        socket = self.transport.get_protocol()
        if isinstance(socket, SocketConnection):
            self.registry.replace(self, socket)

    def _is_idle(self) -> bool:
        return self.cycle is None or self.cycle.response_complete

    def _check(self) -> None:
        """End a connection that takes too long for a request's head, or for all of it with its answer."""
        self._ticks = self._ticks + 1 if self.cycle is self._seen else 0
        limits = self.registry.limits
        allowed = 0 if self._is_idle() else limits.upload_seconds / limits.request_seconds + 1
        if self._ticks > allowed:
            self.transport.abort()
            return
        self._seen = self.cycle
        self._timer = self.loop.call_later(limits.request_seconds, self._check)


class SocketConnection(WebSocketsSansIOProtocol):
    """A WebSocket."""

    registry: Connections

    def handle_connect(self, event: Any) -> None:
        self.conn.max_message_size = FIRST_MESSAGE
        super().handle_connect(event)
        if hasattr(self, "scope"):
            cast("dict[str, Any]", self.scope["extensions"])[MESSAGE_SIZE] = self._take_long_messages

    def _take_long_messages(self) -> None:
        self.conn.max_message_size = LONGEST * self.registry.limits.message_bytes

    def send_receive_event_to_app(self) -> None:
        with suppress(InvalidState):  # a text that is none cannot be answered where its bytes came with the end of the socket
            super().send_receive_event_to_app()

    def keepalive_timeout(self) -> None:
        super().keepalive_timeout()
        self.queue.put_nowait({"type": "websocket.disconnect", "code": 1011})
        self.loop.call_later(self.registry.limits.goodbye_seconds, self.transport.abort)

    def on_task_complete(self, task: asyncio.Task[None]) -> None:
        super().on_task_complete(task)
        self.loop.call_later(self.registry.limits.goodbye_seconds, self.transport.abort)

    def connection_lost(self, exc: Exception | None) -> None:
        self.registry.leave(self)
        super().connection_lost(exc)


def protocols(limits: ServerLimits) -> tuple[type[HttpConnection], type[SocketConnection]]:
    """Return the protocols of a server, for uvicorn's ``http`` and ``ws``."""
    registry = Connections(limits)
    sockets = type("SocketConnection", (SocketConnection,), {"registry": registry})
    return type("HttpConnection", (HttpConnection,), {"registry": registry}), sockets
