"""What the server answers: one table of all routes, behind one gate that everything passes, sockets too."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs

from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route, Router, WebSocketRoute
from starlette.types import Message, Receive, Scope, Send

from halfmoon.playground.server.access import Access, PasswordAccess
from halfmoon.playground.server.addresses import Addresses
from halfmoon.playground.server.assets import Asset
from halfmoon.playground.server.contract import MakeSession
from halfmoon.playground.server.headers import ENCODED
from halfmoon.playground.server.limits import ServerLimits
from halfmoon.playground.server.login_page import login_page
from halfmoon.playground.server.mistakes import tell
from halfmoon.playground.server.tabs import Tabs

SOCKET = "SOCKET"
LOGIN_BYTES = 4096
LOGIN_SECONDS = 10.0
QUERY = re.compile(r"[!$-;=?-\[\]_a-z~]{1,2000}")
"""Of an address (RFC 3986, 3.4), without quotes and angle brackets."""
DISCARDED = 3
"""Times the limit of an upload that are read and dropped, so that a browser hears why it is refused instead of a broken connection."""


@dataclass(frozen=True)
class Entry:
    """A row of the table.

    Attributes
    ----------
    method : {"GET", "POST", "SOCKET"}
    path : str
        Compared whole.
    answer : callable
        Takes the request or the socket.
    is_public : bool
        Whether it is there for who has no session, too: only what tells nothing and changes nothing.
    """

    method: str
    path: str
    answer: Callable[[Any], Awaitable[Any]]
    is_public: bool = False

    def route(self) -> BaseRoute:
        """Return it as Starlette's."""
        return WebSocketRoute(self.path, self.answer) if self.method == SOCKET else Route(self.path, self.answer, methods=[self.method])


class App:
    """The server as an ASGI application.

    Parameters
    ----------
    addresses : Addresses
    access : Access
    limits : ServerLimits
    assets : mapping of str to Asset
        By the paths of their addresses.
    make_session : callable

    Attributes
    ----------
    table : tuple of Entry
    tabs : Tabs
    """

    def __init__(
        self, addresses: Addresses, access: Access, limits: ServerLimits, assets: Mapping[str, Asset], make_session: MakeSession,
    ) -> None:  # fmt: skip
        self.addresses, self.access, self.limits, self.assets = addresses, access, limits, assets
        self.tabs = Tabs(access, limits, make_session)
        self._uploading: set[str] = set()
        self.table = tuple(self._entries())
        self._public = {(entry.method, entry.path) for entry in self.table if entry.is_public}
        self._router = Router([entry.route() for entry in self.table], redirect_slashes=False, default=self._unknown)

    def _entries(self) -> list[Entry]:
        public = [Entry("GET", path, self._asset, is_public=True) for path in dict.fromkeys(["/", *self.assets])]
        login = [Entry("POST", "/login", self._log_in, is_public=True)] if isinstance(self.access, PasswordAccess) else []
        return [*public, *login, Entry("POST", "/upload", self._upload), Entry(SOCKET, "/socket", self.tabs.welcome)]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request or a socket: first by what it names, then by who sends it, and only then by what it wants."""
        if scope["type"] not in {"http", "websocket"}:
            return
        sends = Headed(send)
        refusal = self._refusal(scope)
        try:
            await (self._router if refusal is None else _error(403, refusal))(scope, receive, sends)
        except ClientDisconnect:
            pass
        except Exception as error:  # noqa: BLE001 - a mistake of the program ends this answer, not the server
            if sends.is_broken:  # the other side has ended it, or sent what is no request: nobody is there to be answered
                return
            why = tell(error)
            if not sends.is_started:
                await _error(500, why)(scope, receive, sends)

    def _refusal(self, scope: Scope) -> str | None:
        """Return why something is not answered at all; by the path of the scope, which no header can change."""
        if (why := self.addresses.refusal(scope)) is not None:
            return why
        if scope["type"] == "websocket":
            may = self.access.may_knock(scope)
        else:
            method = "GET" if scope["method"] == "HEAD" else scope["method"]
            may = (method, scope["path"]) in self._public or self.access.login_of_request(scope) is not None
        return None if may else "The playground does not know you; open it by the address that its terminal shows"

    async def _asset(self, request: Request) -> Response:
        is_page = request.scope["path"] in {"/", "/index.html"}
        if is_page and isinstance(self.access, PasswordAccess) and self.access.login_of_request(request.scope) is None:
            return self._ask_for_password(request)
        asset = self.assets.get(request.scope["path"])
        if asset is None:
            return _error(404, "There is no page here")
        headers = {"ETag": asset.etag, "Cache-Control": "no-cache", "Vary": "Cookie"}
        if asset.etag in request.headers.get("if-none-match", ""):
            return Response(status_code=304, headers=headers)
        return Response(asset.body, media_type=asset.kind, headers=headers)

    @staticmethod
    def _ask_for_password(request: Request, **said: Any) -> Response:
        language = request.query_params.get("lang") or request.headers.get("accept-language", "")  # as the page chooses its own
        return login_page(_query(request), language=language, **said)

    async def _log_in(self, request: Request) -> Response:
        assert isinstance(self.access, PasswordAccess)  # noqa: S101 - else it is not in the table
        address = request.client.host if request.client else ""
        body = await _body(request, LOGIN_BYTES, LOGIN_SECONDS)
        if body is None:
            return _error(413, f"The form must have at most {LOGIN_BYTES:,} bytes, and come within {LOGIN_SECONDS:.0f} seconds")
        wait = self.access.seconds_to_wait(address)  # asked now, or many that begin at once would all be let try
        if wait > 0:
            return self._ask_for_password(request, wait=wait)
        try:
            given = parse_qs(body.decode("utf-8"), max_num_fields=4).get("password", [])
        except ValueError:
            given = []
        cookie = self.access.cookie_for(given[0], address) if len(given) == 1 else None
        if cookie is None:
            return self._ask_for_password(request, is_wrong=True)
        headers = {"Location": f"/{_query(request)}", "Set-Cookie": self.access.set_cookie(cookie), "Cache-Control": "no-store"}
        return Response(status_code=303, headers=headers)

    async def _upload(self, request: Request) -> Response:
        login = self.access.login_of_request(request.scope)
        tab = self.tabs.find(login or "", request.headers.get("x-halfmoon-session", ""))
        if tab is None:
            return _error(403, "The upload names no open tab of yours; reload the page")
        if tab.key in self._uploading:
            return _error(429, "Another upload of this tab is under way")
        if len(self._uploading) >= self.limits.uploads:
            return _error(503, "Too many uploads are under way; try again in a moment")
        self._uploading.add(tab.key)
        try:
            body = await _body(request, self.limits.upload_bytes, self.limits.upload_seconds)
            if body is None:
                most = f"{self.limits.upload_bytes / 1e6:.0f} MB"
                return _error(413, f"A file must have at most {most}, and come within {self.limits.upload_seconds:.0f} seconds")
            answer = await tab.upload(request.query_params.get("name", "")[:200], body)
        finally:
            self._uploading.discard(tab.key)
        return JSONResponse(answer, status_code=400 if "error" in answer else 200)

    async def _unknown(self, scope: Scope, receive: Receive, send: Send) -> None:
        await _error(404, "There is no page here")(scope, receive, send)


def _query(request: Request) -> str:
    """Return what a teacher's address asks of the page, with its "?", which the password must not lose; nothing where it is no query."""
    query = request.scope.get("query_string", b"").decode("latin-1")
    return f"?{query}" if QUERY.fullmatch(query) else ""


async def _body(request: Request, most: int, seconds: float) -> bytes | None:
    """Return what a request sends; None where it is longer, or takes longer. What is too long is read on for a while, and dropped."""
    stated = request.headers.get("content-length", "0")
    size, parts = 0, [b""]
    try:
        async with asyncio.timeout(seconds):
            async for part in request.stream():
                size += len(part)
                if size > most or int(stated) > most:
                    parts.clear()
                else:
                    parts.append(part)
                if size > DISCARDED * most:
                    return None
    except TimeoutError:
        return None
    return b"".join(parts) if size <= most else None


def _error(status: int, why: str) -> Response:
    return JSONResponse({"error": why}, status_code=status, headers={"Cache-Control": "no-store"})


class Headed:
    """Sends an answer with the headers that all have."""

    def __init__(self, send: Send) -> None:
        self.send, self.is_started, self.is_broken = send, False, False

    async def __call__(self, message: Message) -> None:
        self.is_started = True
        if message["type"] in {"http.response.start", "websocket.http.response.start"}:
            message = {**message, "headers": [*message.get("headers", []), *ENCODED]}
        try:
            await self.send(message)
        except Exception:
            self.is_broken = True
            raise
