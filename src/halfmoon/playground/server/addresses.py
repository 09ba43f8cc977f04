"""The addresses that a server is reached by: bound, printed, and the only ones that requests may name."""

from __future__ import annotations

import errno
import ipaddress
import re
import socket
from collections.abc import Iterable
from contextlib import suppress
from typing import Any

from halfmoon.base.errors import InputError

DEFAULT_PORT = 8421
PORTS_TO_TRY = 20
WILDCARDS = {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}  # noqa: S104 - asked for by who starts it
"""Hosts that mean every address of the machine, and the one of them by which it reaches itself."""

DEFAULT_PORTS = {"http": 80, "https": 443}
"""Ports that a browser leaves out."""

ROUTED: dict[int, str] = {socket.AF_INET: "192.0.2.1", socket.AF_INET6: "2001:db8::1"}
"""Addresses in networks that nobody has, kept for documentation (RFC 5737, RFC 3849); nothing is sent there."""


def bound(host: str, port: int | None) -> socket.socket:
    """Return a socket that listens.

    Parameters
    ----------
    host : str
        A name or an address of this machine, or one of :data:`WILDCARDS`.
    port : int or None
        With None the usual one, or the next that is free; with 0 any.

    Raises
    ------
    InputError
        When the host is none of this machine's, or the port is taken or may not be used.
    """
    candidates = [port] if port is not None else [*range(DEFAULT_PORT, DEFAULT_PORT + PORTS_TO_TRY), 0]
    for candidate in candidates:
        try:
            return _listening(host, candidate)
        except socket.gaierror as error:
            raise InputError(f"--host must be an address or a name of this machine, got {host!r}: {error.strerror}") from None
        except OverflowError:
            raise InputError(f"--port must be from 0 to 65535, got {candidate}") from None
        except OSError as error:
            if error.errno == errno.EADDRNOTAVAIL:
                raise InputError(f"--host must be an address of this machine, got {host!r}") from None
            if port is None and error.errno in {errno.EADDRINUSE, errno.EACCES}:
                continue
            if error.errno == errno.EADDRINUSE:
                raise InputError(f"--port {port} is taken by another program; without it a free one is found") from None
            raise InputError(f"--port {port} cannot be used: {error.strerror or error}") from None
    raise InputError("no port is free")  # pragma: no cover - the system finds one for 0


def _listening(host: str, port: int) -> socket.socket:
    family, kind, protocol, _, address = socket.getaddrinfo(host or "0.0.0.0", port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]  # noqa: S104
    listening = socket.socket(family, kind, protocol)
    try:
        if hasattr(socket, "SO_EXCLUSIVEADDRUSE"):  # Windows, where another program could bind it too
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_EXCLUSIVEADDRUSE, 1)
        else:
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(address)
        listening.listen(128)
        listening.setblocking(False)  # noqa: FBT003 - of the standard library
    except OSError:
        listening.close()
        raise
    return listening


def origin(scheme: str, host: str, port: int) -> str:
    """Return how a browser writes an origin: an IPv6 address in brackets, and no port where it is the scheme's own.

    Examples
    --------
    >>> origin("http", "::1", 8421)
    'http://[::1]:8421'
    """
    shown = f"[{host}]" if ":" in host else host
    return f"{scheme}://{shown}" + ("" if DEFAULT_PORTS[scheme] == port else f":{port}")


def parsed(address: str) -> str:
    """Return the origin of an address that a person gave.

    Raises
    ------
    InputError
        When it is no plain ``http://NAME:PORT`` or ``https://NAME:PORT``.
    """
    found = re.fullmatch(r"(https?)://([a-z0-9._-]+|\[[0-9a-f:.]+\])(?::(\d{1,5}))?/?", address.strip().lower())
    if not found:
        raise InputError(f"--address must be as http://teacher.local:8421 or https://class.example.org, got {address!r}")
    scheme, host, port = found.groups()
    return origin(scheme, host.strip("[]"), int(port or DEFAULT_PORTS[scheme]))


class Addresses:
    """The origins that a server answers to; a request for any other is refused, by HTTP and before a socket is there.

    A page of another site that has its own name point at this machine (DNS rebinding) says that name as ``Host``; any page says where it
    is from as ``Origin``. Both are compared whole, letter by letter, with this list.

    Parameters
    ----------
    origins : iterable of str
        As :func:`origin` writes them.
    every : bool
        Whether the server listens on all addresses of the machine: then the one that a connection came in by is an own one, too.

    Attributes
    ----------
    first : str
        Where the machine itself finds the server.
    for_others : list of str
        Where other machines do.
    """

    def __init__(self, origins: Iterable[str], *, every: bool = False) -> None:
        listed = list(origins)
        self.first, self.every = listed[0], every
        self.for_others = [each for each in listed if not re.match(r"http://(127\.|localhost\b|\[::1\])", each)]
        self.origins = frozenset(listed)

    @classmethod
    def of(cls, host: str, listening: socket.socket, more: Iterable[str] = ()) -> Addresses:
        """Return the addresses of a socket that listens at a host, and more that people named."""
        port = listening.getsockname()[1]
        own = listening.getsockname()[0]
        every = host in WILDCARDS
        hosts = [WILDCARDS[host]] if every else [own, host.lower()]
        if every or ipaddress.ip_address(own).is_loopback:
            hosts.append("localhost")
        if every:
            hosts += [*machine_addresses(listening.family), *_names()]
        listed = dict.fromkeys(origin("http", each, port) for each in hosts)
        return cls([*listed, *more], every=every)

    def refusal(self, scope: Any) -> str | None:
        """Return why a request may not be answered, by its headers ``Host`` and ``Origin``; None where it may.

        What changes something, and each socket, must say its origin; a page that is merely opened has none.
        """
        hosts, origins = _values(scope, b"host"), _values(scope, b"origin")
        own = self._own(scope)
        if len(hosts) != 1 or hosts[0] not in {each.partition("://")[2] for each in own}:
            return "The playground does not answer to this address; whoever started it may add it with --address"
        needs_origin = scope["type"] == "websocket" or scope["method"] not in {"GET", "HEAD"}
        if not origins and not needs_origin:
            return None
        if len(origins) != 1 or origins[0] not in own or origins[0].partition("://")[2] != hosts[0]:
            return "The playground does not answer to pages of other sites"
        return None

    def _own(self, scope: Any) -> frozenset[str]:
        server = scope.get("server")
        return self.origins | {origin("http", server[0], server[1])} if self.every and server and server[1] else self.origins


def _values(scope: Any, name: bytes) -> list[str]:
    return [value.decode("latin-1") for key, value in scope["headers"] if key == name]


def _names() -> list[str]:
    """Return the names that this machine goes by in its network."""
    name = socket.gethostname().lower()
    plain = re.fullmatch(r"[a-z0-9._-]+", name) is not None
    return [name, *([] if "." in name else [f"{name}.local"])] if plain else []


def machine_addresses(family: int = socket.AF_INET) -> list[str]:
    """Return addresses by which others reach this machine, the likeliest first; none where it is in no network."""
    found: list[str] = []
    with socket.socket(family, socket.SOCK_DGRAM) as probe, suppress(OSError):  # no way leads there
        probe.connect((ROUTED[family], 9))  # chooses a way, and sends nothing
        found.append(probe.getsockname()[0])
    with suppress(OSError):
        found += [str(entry[4][0]) for entry in socket.getaddrinfo(socket.gethostname(), None, family, socket.SOCK_STREAM)]
    return [each for each in dict.fromkeys(found) if not ipaddress.ip_address(each.partition("%")[0]).is_loopback]
