"""All that the server answers, as a table: what has no row here fails, and what is not public is refused without a session.

marimo's CVE-2026-39987 was a socket that nobody had put behind the login; Starlette's AuthenticationMiddleware does not keep sockets out.
"""

from __future__ import annotations

import contextlib
import json

import pytest
from starlette.routing import Route, WebSocketRoute
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from halfmoon.playground.server.access import PasswordAccess, TokenAccess
from halfmoon.playground.server.addresses import Addresses
from halfmoon.playground.server.app import SOCKET, App
from halfmoon.playground.server.assets import read_assets
from halfmoon.playground.server.headers import HEADERS
from halfmoon.playground.server.limits import LOCAL
from halfmoon.playground.server.login_page import STYLE, login_style
from playground_server import Server

PUBLIC, CLOSED = "public", "closed"
PAGE = ("/", "/index.html", "/page.css", "/icon.svg", "/js/main.js")
ROUTES = {("GET", path): PUBLIC for path in PAGE} | {("POST", "/upload"): CLOSED, (SOCKET, "/socket"): CLOSED}
OF_A_CLASS = ROUTES | {("GET", STYLE): PUBLIC, ("POST", "/login"): PUBLIC}
GIVEN = "half a moon"


def app(access):
    style = {STYLE: login_style()} if isinstance(access, PasswordAccess) else {}
    return App(Addresses(["http://127.0.0.1:1"]), access, LOCAL, read_assets("playground_page") | style, lambda notify: None)


@pytest.fixture(scope="module", params=["local", "class"])
def server(request):
    with Server(**{"password": GIVEN} if request.param == "class" else {}) as started:
        yield started


@pytest.mark.parametrize(("access", "expected"), [(TokenAccess(), ROUTES), (PasswordAccess(GIVEN, 1), OF_A_CLASS)], ids=["local", "class"])
def test_the_table_is_all_there_is(access, expected):
    served = app(access)
    assert {(entry.method, entry.path): PUBLIC if entry.is_public else CLOSED for entry in served.table} == expected
    routed = set()
    for route in served._router.routes:
        assert isinstance(route, Route | WebSocketRoute), "a mount would hide routes from the table"
        methods = {SOCKET} if isinstance(route, WebSocketRoute) else route.methods - {"HEAD"}
        routed |= {(method, route.path) for method in methods}
    assert routed == set(expected)
    assert not served._router.redirect_slashes, "redirects are made of the Host header"


@pytest.mark.parametrize(("method", "path"), OF_A_CLASS)
def test_without_a_session_only_the_public_is_answered(server, method, path):
    expected = (OF_A_CLASS if server.token is None else ROUTES).get((method, path), CLOSED)
    if method == SOCKET:
        assert said_to_a_stranger(server, path) == (1008 if server.token else 403)
        return
    status, headers, body = server.request(method, path)
    assert (status == 403) == (expected == CLOSED or path == "/login")
    assert {name.lower(): value for name, value in HEADERS.items()}.items() <= headers.items()
    if expected == CLOSED:
        assert json.loads(body)["error"].startswith("The playground does not know you")


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "CONNECT", "HEAD", "get"])
@pytest.mark.parametrize(
    "path", ["/socket", "/upload", "/other", "/../pyproject.toml", "/js/../../app.py", "/%2e%2e/app.py", "/login/", "/socket/"]
)
def test_what_is_not_in_the_table_is_refused(server, method, path):
    status, headers, _ = server.request(method, path, {"Origin": server.base})
    assert status in {400, 403, 404, 405}
    assert "location" not in headers


def said_to_a_stranger(server, path, first=None):
    """Return the status of a handshake that is refused, or the code by which the socket is closed."""
    if (status := server.handshake()) != 101:
        return status
    with connect(f"ws://127.0.0.1:{server.port}{path}", origin=server.base, proxy=None) as stranger:
        with contextlib.suppress(ConnectionClosed):
            stranger.send(json.dumps({"type": "hello", "token": "guess"}) if first is None else first)
            for _ in range(3):
                stranger.recv(10)
        return stranger.close_code


STRANGERS = [
    '{"type": "hello"}',
    '{"type": "hello", "token": null}',
    '{"type": "hello", "token": ["x"]}',
    '{"type": "play"}',
    "",
    "[",
    b"\0",
    "é" * 99,
]


@pytest.mark.parametrize("first", STRANGERS)
def test_a_socket_that_begins_otherwise_is_closed(server, first):
    assert said_to_a_stranger(server, "/socket", first) == (1008 if server.token else 403)


def test_nothing_that_is_opened_changes_anything(server):
    before = server.request()
    for path in [*PAGE, "/upload", "/login?password=half+a+moon", "/socket"]:
        server.request("GET", path)
        server.request("HEAD", path)
    assert server.request()[0] == before[0]
    assert "set-cookie" not in server.request("GET", "/login?password=half+a+moon")[1]


def test_the_page_comes_whole_and_once(server):
    status, headers, body = server.request(path="/js/main.js")
    assert (status, headers["content-type"], body) == (200, "text/javascript; charset=utf-8", "export const one = 1;\n")
    assert server.request(path="/js/main.js", headers={"If-None-Match": headers["etag"]})[::2] == (304, "")
    ranged = server.request(path="/js/main.js", headers={"Range": "bytes=0-3"})
    assert ranged[::2] == (200, body), "no ranges: Starlette's FileResponse took quadratic time for them (CVE-2025-62727)"
    assert "accept-ranges" not in headers
