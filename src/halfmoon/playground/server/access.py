"""Who may come in: by a token that the address of the page carries, or by a password that a cookie stands for afterwards."""

from __future__ import annotations

import hmac
import re
import time
import unicodedata
from collections import OrderedDict
from collections.abc import Callable
from hashlib import sha256
from ipaddress import IPv6Address, ip_address
from secrets import token_bytes, token_urlsafe
from typing import Any

from halfmoon.base.errors import InputError
from halfmoon.playground.server.limits import Bucket

SHORTEST_PASSWORD = 6
COOKIE_SECONDS = 12 * 3600.0
CODE_SECONDS = 120.0
"""How long the code holds that a browser is started with."""

WRONG_AT_ONCE, SECONDS_A_WRONG_ONE = 5, 6.0
ADDRESSES_REMEMBERED = 10_000

LOCAL = "local"
"""The login of everyone who has the token."""


class TokenAccess:
    """A person alone: the token of this start lets in.

    Attributes
    ----------
    token : str
        For the page's address, behind ``#``: browsers do not send that part, so it is in no log and in no ``Referer``.
    """

    mode = "local"

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self.token = token_urlsafe(32)
        self.clock = clock
        self._code: tuple[str, float] | None = None

    def new_code(self) -> str:
        """Return a code that stands for the token once, and not for long.

        A browser is started with it, since other users of a machine see what programs are started with.
        """
        self._code = token_urlsafe(32), self.clock() + CODE_SECONDS
        return self._code[0]

    def login_of_request(self, scope: Any) -> str | None:
        """Return who sends a request, by its header ``X-Halfmoon-Token``; None for nobody."""
        given = [value for name, value in scope["headers"] if name == b"x-halfmoon-token"]
        return LOCAL if len(given) == 1 and same(given[0], self.token) else None

    def login_of_hello(self, scope: Any, token: object) -> str | None:
        """Return who opens a socket, by the token of its first message; None for nobody."""
        if not isinstance(token, str):
            return None
        if same(token, self.token):
            return LOCAL
        if self._code is not None and same(token, self._code[0]):
            until, self._code = self._code[1], None
            return LOCAL if self.clock() < until else None
        return None

    def may_knock(self, scope: Any) -> bool:
        """Return whether a socket may be there at all before it has said who it is."""
        return True


class PasswordAccess:
    """A class: a password lets in, and then a cookie does.

    Cookies are signed by a key made of a secret of this start and of the password: after a restart, or with another password, those from
    before are worth nothing. Each login is a name by itself, so tabs can be counted.

    Parameters
    ----------
    password : str
    port : int
        Cookies are sent to every port of a machine: so their name has it.
    secure : bool
        Whether all pages come by https, and the cookie never goes by http then.
    clock : callable, optional
        Seconds that never go back.
    """

    mode = "class"
    token = None

    def __init__(self, password: str, port: int, *, secure: bool = False, clock: Callable[[], float] = time.monotonic) -> None:
        if len(password) < SHORTEST_PASSWORD:
            raise InputError(f"--password must have at least {SHORTEST_PASSWORD} characters, got {len(password)}")
        self._secret = token_bytes(32)
        self._password = self._digest(password)
        self._key = hmac.digest(self._secret, b"cookies" + self._password, "sha256")
        self.cookie_name = f"halfmoon-{port}"
        self.secure, self.clock = secure, clock
        self._wrong: OrderedDict[str, Bucket] = OrderedDict()

    def _digest(self, password: str) -> bytes:
        return hmac.digest(self._secret, unicodedata.normalize("NFC", password).encode("utf-8", "surrogatepass"), "sha256")

    def seconds_to_wait(self, address: str) -> float:
        """Return how long an address must wait before it may try again, since it tried wrong ones; 0 where it need not."""
        bucket = self._wrong.get(_network(address))
        return bucket.seconds_until() if bucket else 0.0

    def cookie_for(self, password: str, address: str) -> str | None:
        """Return the cookie for a password that an address gives; None where it is wrong.

        The comparison takes as long for any password of a length.
        """
        if hmac.compare_digest(self._digest(password), self._password):
            login = token_urlsafe(12)
            body = f"{login}.{int(self.clock())}"
            return f"{body}.{self._signature(body)}"
        network = _network(address)
        bucket = self._wrong.setdefault(network, Bucket(1 / SECONDS_A_WRONG_ONE, WRONG_AT_ONCE, self.clock))
        bucket.take()
        self._wrong.move_to_end(network)
        while len(self._wrong) > ADDRESSES_REMEMBERED:
            self._wrong.popitem(last=False)
        return None

    def set_cookie(self, cookie: str) -> str:
        """Return the header that gives a browser a cookie: out of reach of scripts, and never sent along from other sites."""
        return f"{self.cookie_name}={cookie}; Path=/; HttpOnly; SameSite=Strict" + ("; Secure" if self.secure else "")

    def login_of_request(self, scope: Any) -> str | None:
        """Return who sends a request or opens a socket, by its cookie; None for nobody."""
        lines = [value.decode("latin-1") for name, value in scope["headers"] if name == b"cookie"]
        pairs = [pair.strip().partition("=") for line in lines for pair in line.split(";")]
        logins = {self._login(value) for name, _, value in pairs if name == self.cookie_name}
        return logins.pop() if len(logins) == 1 else None

    def _login(self, cookie: str) -> str | None:
        found = re.fullmatch(r"([\w-]{16})\.(\d{1,12})\.([0-9a-f]{64})", cookie, re.ASCII)
        if not found or not same(found[3], self._signature(f"{found[1]}.{found[2]}")):
            return None
        return found[1] if self.clock() - int(found[2]) < COOKIE_SECONDS else None

    def _signature(self, body: str) -> str:
        return hmac.new(self._key, body.encode(), sha256).hexdigest()

    def login_of_hello(self, scope: Any, token: object) -> str | None:
        """Return who opens a socket, by the cookie of its handshake."""
        return self.login_of_request(scope)

    def may_knock(self, scope: Any) -> bool:
        """Return whether a socket may be there at all before it has said who it is: only with the cookie."""
        return self.login_of_request(scope) is not None


Access = TokenAccess | PasswordAccess


def same(given: str | bytes, expected: str) -> bool:
    """Return whether two secrets are the same, in a time that does not tell how much of them is."""
    raw = given if isinstance(given, bytes) else given.encode("utf-8", "surrogatepass")
    return hmac.compare_digest(raw, expected.encode())


def _network(address: str) -> str:
    """Return what stands for an address where wrong passwords are counted: of IPv6 its network, since one machine has many addresses."""
    try:
        parsed = ip_address(address.partition("%")[0])
    except ValueError:
        return address
    return str(int(parsed) >> 64) if isinstance(parsed, IPv6Address) else address
