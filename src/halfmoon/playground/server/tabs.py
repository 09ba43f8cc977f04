"""All tabs of a server: who may open one more, and which one an upload is for."""

from __future__ import annotations

import asyncio
from typing import Any

from starlette.websockets import WebSocket, WebSocketDisconnect

from halfmoon.playground.server.access import Access
from halfmoon.playground.server.connections import MESSAGE_SIZE
from halfmoon.playground.server.contract import MakeSession
from halfmoon.playground.server.limits import ServerLimits
from halfmoon.playground.server.tab import WHO_ARE_YOU, MessageError, Tab, parsed, refuse
from halfmoon.playground.server.threads import Threads
from halfmoon.version import __version__

MESSAGE_THREADS, FRAME_THREADS = 8, 1


class Tabs:
    """The tabs that are open.

    Parameters
    ----------
    access : Access
    limits : ServerLimits
    make_session : callable

    Attributes
    ----------
    open : dict of str to Tab
        By their keys.
    """

    def __init__(self, access: Access, limits: ServerLimits, make_session: MakeSession) -> None:
        self.access, self.limits, self.make_session = access, limits, make_session
        self.open: dict[str, Tab] = {}
        self._waiting: dict[asyncio.Task[Any], None] = {}
        self._messages = Threads(MESSAGE_THREADS, "messages")
        self._frames = Threads(FRAME_THREADS, "frames")

    async def welcome(self, websocket: WebSocket) -> None:
        """Find out who opens a socket, and keep it as long as it lives."""
        await websocket.accept()
        login = await self._login(websocket)
        if login is None:
            await refuse(websocket, "the playground does not know you; open it by the address that its terminal shows", WHO_ARE_YOU)
            return
        websocket.scope["extensions"].get(MESSAGE_SIZE, _nothing)()
        if (why := self._too_many(login)) is not None:
            await refuse(websocket, why)
            return
        tab = Tab(websocket, login, self.make_session, self.limits, messages=self._messages, frames=self._frames)
        self.open[tab.key] = tab
        try:
            await tab.live({"version": __version__, "mode": self.access.mode, "token": self.access.token})
        finally:
            del self.open[tab.key]

    def find(self, login: str, key: str) -> Tab | None:
        """Return the tab of a key, where it is that person's."""
        tab = self.open.get(key)
        return tab if tab is not None and tab.login == login else None

    def close(self) -> None:
        """Let no thread begin anything more."""
        for pool in (self._messages, self._frames):
            pool.shutdown(wait=False, cancel_futures=True)

    async def _login(self, websocket: WebSocket) -> str | None:
        """Return who it is, by the first message; None where it does not come, or says nothing that is known."""
        hello = asyncio.ensure_future(websocket.receive())
        if self.access.login_of_request(websocket.scope) is None:
            self._waiting[hello] = None
        while len(self._waiting) > self.limits.waiting:
            oldest = next(iter(self._waiting))
            del self._waiting[oldest]
            oldest.cancel()
        try:
            await asyncio.wait({hello}, timeout=self.limits.hello_seconds)
            if not hello.done() or hello.cancelled():
                return None
            message = parsed(hello.result().get("text") or "")
        except (MessageError, WebSocketDisconnect, RuntimeError):
            return None
        finally:
            hello.cancel()
            self._waiting.pop(hello, None)
        return self.access.login_of_hello(websocket.scope, message.get("token")) if message["type"] == "hello" else None

    def _too_many(self, login: str) -> str | None:
        if sum(tab.login == login for tab in self.open.values()) >= self.limits.sessions_per_login:
            return f"only {self.limits.sessions_per_login} tabs of one person may be open at once; close another and reload this one"
        if len(self.open) >= self.limits.sessions:
            return f"the playground is full: {self.limits.sessions} sessions are open; try again when somebody has left"
        return None


def _nothing() -> None:
    """Let long messages in where there is no protocol that could keep them out."""
