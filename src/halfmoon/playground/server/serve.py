"""Starting the server, and its end."""

from __future__ import annotations

import logging
import os
import sys
import threading
import webbrowser
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any

import uvicorn

from halfmoon.playground.server.access import Access, PasswordAccess, TokenAccess
from halfmoon.playground.server.addresses import Addresses, bound, parsed
from halfmoon.playground.server.app import App
from halfmoon.playground.server.assets import read_assets
from halfmoon.playground.server.connections import protocols
from halfmoon.playground.server.contract import MakeSession, Session
from halfmoon.playground.server.limits import CLASSROOM, LOCAL, ServerLimits
from halfmoon.playground.server.login_page import STYLE, login_style
from halfmoon.playground.server.translations import say

PAGE = "halfmoon.playground.page"
SESSIONS = "halfmoon.playground.session"
GRACE = 1
"""Seconds that sockets have to end in when the server does."""

WINDOWS = ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER")
"""Variables of which one is set where a browser has a window to open in, or where a person has said which one to start."""

OTHER_FILES = 128
"""Files and sockets that are open beside the connections."""


@dataclass(frozen=True, kw_only=True)
class Options:
    """How a server is started.

    Attributes
    ----------
    host : str
    port : int or None
        With None the usual one, or the next that is free.
    password : str or None
        Of a class; with None there is one person, who has the token.
    addresses : sequence of str
        More by which it may be reached, such as a proxy's.
    open_browser : bool
    """

    host: str = "127.0.0.1"
    port: int | None = None
    password: str | None = None
    addresses: Sequence[str] = ()
    open_browser: bool = True


def serve(
    options: Options,
    announce: Callable[[str], None],
    *,
    make_session: MakeSession | None = None,
    limits: ServerLimits | None = None,
    page: str = PAGE,
) -> None:
    """Serve until Ctrl-C.

    Parameters
    ----------
    options : Options
    announce : callable
        Is told, line by line, where the playground is.
    make_session : callable, optional
        By default the playground's own sessions.
    limits : ServerLimits, optional
        By default those of one person, or of a class.
    page : str
        The package that holds the page.

    Raises
    ------
    InputError
        When the host, the port, the password or an address cannot be used.
    KeyboardInterrupt
        After Ctrl-C, when all is closed.
    """
    more = [parsed(each) for each in options.addresses]
    listening = bound(options.host, options.port)
    with listening:
        addresses = Addresses.of(options.host, listening, more)
        port = listening.getsockname()[1]
        is_secure = bool(more) and all(each.startswith("https:") for each in more)
        access: Access = PasswordAccess(options.password, port, secure=is_secure) if options.password is not None else TokenAccess()
        limits = _with_files(limits or (CLASSROOM if options.password is not None else LOCAL))
        for line in start_lines(addresses, access, more):
            announce(line)
        if options.open_browser and has_browser():
            _in_background(webbrowser.open, _entrance(addresses, access))
        if make_session is None:
            _in_background(import_module, f"{SESSIONS}.session")  # while the browser starts
            make_session = _own_sessions(access.mode)
        assets = read_assets(page) | ({STYLE: login_style()} if options.password is not None else {})
        app = App(addresses, access, limits, assets, make_session)
        _run(app, listening, limits)


def _run(app: App, listening: Any, limits: ServerLimits) -> None:
    logger = logging.getLogger("uvicorn")  # which tells of each broken connection; what is a mistake of the program's own is told elsewhere
    logger.addHandler(logging.NullHandler())
    logger.propagate = False
    http, socket = protocols(limits)
    # Frames are not packed: it takes the server's own thread 3 ms each, and makes them a third smaller; 40 pupils on 2 cores then get 3.2
    # frames a second each instead of 5.7.
    config = uvicorn.Config(
        app, http=http, ws=socket, loop="asyncio", lifespan="off", interface="asgi3", log_config=None, access_log=False,
        proxy_headers=False, server_header=False, ws_per_message_deflate=False, ws_ping_interval=limits.ping_interval,
        ws_ping_timeout=limits.ping_timeout, timeout_graceful_shutdown=GRACE, h11_max_incomplete_event_size=16_384,
    )  # fmt: skip
    try:
        uvicorn.Server(config).run(sockets=[listening])
    except KeyboardInterrupt:
        raise KeyboardInterrupt(say("the playground has ended")) from None
    finally:
        app.tabs.close()


def has_browser() -> bool:
    """Return whether there is a browser with a window of its own: one in the terminal would hide what is printed there."""
    if sys.platform.startswith(("linux", "freebsd")) and not any(os.environ.get(name) for name in WINDOWS):
        return False
    try:
        webbrowser.get()
    except webbrowser.Error:
        return False
    return True


def _entrance(addresses: Addresses, access: Access) -> str:
    return f"{addresses.first}/#token={access.new_code()}" if isinstance(access, TokenAccess) else f"{addresses.first}/"


def start_lines(addresses: Addresses, access: Access, more: Sequence[str]) -> list[str]:
    """Return what is said at the start."""
    if isinstance(access, TokenAccess):
        return [say("The playground is at {address}", address=f"{addresses.first}/#token={access.token}"), say("Ctrl-C ends it.")]
    found = [*more, *addresses.for_others]
    if not found:
        text = "Only this machine reaches it: {address}; --host 0.0.0.0 lets others in, too."
        return [say(text, address=addresses.first), say("Ctrl-C ends it.")]
    if len(found) == 1:
        lines = [say("Pupils open {address} and give the password.", address=found[0])]
    else:
        lines = [say("Pupils open one of these, and give the password:"), *(f"  {each}" for each in found)]
    if any(each.startswith("http:") for each in found):
        lines.append(say("The password travels unencrypted: give it no value that it has elsewhere."))
    return [*lines, say("Ctrl-C ends it.")]


def _own_sessions(mode: str) -> MakeSession:
    sessions: list[Any] = []
    lock = threading.Lock()

    def make(notify: Callable[[], None]) -> Session:
        with lock:  # those that come first wait for all that is loaded
            if not sessions:
                module, limits = import_module(f"{SESSIONS}.session"), import_module(f"{SESSIONS}.limits")
                shared = {"shares": import_module(f"{SESSIONS}.shares").Shares()}
                local = {"limits": limits.LOCAL, "folder": Path.cwd()}
                sessions.append(partial(module.Session, **shared, **({"limits": limits.CLASSROOM} if mode == "class" else local)))
        return sessions[0](notify=notify)

    return make


def _with_files(limits: ServerLimits) -> ServerLimits:
    """Return limits of which the system has files enough, after asking it for more."""
    try:
        import resource  # noqa: PLC0415 - Windows has none
    except ImportError:
        return limits
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = limits.connections + OTHER_FILES
    if soft < wanted and soft != resource.RLIM_INFINITY:
        soft = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    most = limits.connections if soft == resource.RLIM_INFINITY else min(limits.connections, max(OTHER_FILES, soft - OTHER_FILES))
    return replace(limits, connections=most, connections_per_address=min(limits.connections_per_address, most // 2))


def _in_background(call: Callable[[str], Any], argument: str) -> None:
    threading.Thread(target=call, args=(argument,), daemon=True).start()
