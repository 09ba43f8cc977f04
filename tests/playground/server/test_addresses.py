"""Only the server's own addresses are answered: by HTTP and by sockets alike, and a refusal is an HTTP error, never a socket.

DNS rebinding (as in google/adk-go#1154), Bokeh's CVE-2026-21883 (an origin that merely begins or ends as an allowed one),
jupyter-server's CVE-2026-40110 (an origin that equals the ``Host`` it came with).
"""

from __future__ import annotations

import socket

import pytest

from halfmoon.base.errors import InputError
from halfmoon.playground.server.addresses import Addresses, bound, origin, parsed
from playground_server import Server

EVERY = ".".join("0000")
OWN = ("127.0.0.1:{port}", "localhost:{port}")
FOREIGN = {
    "another name": "evil.example:{port}",
    "prefix": "127.0.0.1:{port}.evil.example",
    "prefix of the name": "localhost.evil.example:{port}",
    "suffix": "evil-localhost:{port}",
    "suffix with a dot": "evil.localhost:{port}",
    "null": "null",
    "upper case": "LOCALHOST:{port}",
    "trailing dot": "localhost.:{port}",
    "wrong port": "127.0.0.1:1",
    "no port": "127.0.0.1",
    "longer port": "127.0.0.1:{port}0",
    "port with a zero": "127.0.0.1:0{port}",
    "IPv6": "[::1]:{port}",
    "mapped IPv6": "[::ffff:127.0.0.1]:{port}",
    "user": "127.0.0.1:{port}@evil.example",
    "user before": "evil.example@127.0.0.1:{port}",
    "all addresses": "0.0.0.0:{port}",
    "another loopback": "127.0.0.2:{port}",
    "decimal": "2130706433:{port}",
    "short": "127.1:{port}",
    "blank": "127.0.0.1:{port} evil.example",
    "path": "127.0.0.1:{port}/",
    "empty": "",
    "list": "127.0.0.1:{port},evil.example",
}


@pytest.fixture(scope="module")
def server():
    with Server() as started:
        yield started


@pytest.mark.parametrize("host", FOREIGN.values(), ids=FOREIGN)
def test_a_foreign_host_is_refused(server, host):
    host = host.format(port=server.port)
    status, _, body = server.request(headers={"Host": host})
    assert status in {400, 403}, "rebinding: the page must not be there under another name"
    assert "#token" not in body
    assert server.handshake(Host=host) in {400, 403}
    assert server.handshake(Host=host, Origin=f"http://{host}") in {400, 403}, "an origin that equals its Host is no own one for that"


@pytest.mark.parametrize("host", FOREIGN.values(), ids=FOREIGN)
def test_a_foreign_origin_is_refused(server, host):
    said = f"http://{host.format(port=server.port)}" if host not in {"", "null"} else host
    assert server.handshake(Origin=said) == 403
    assert server.request(headers={"Origin": said})[0] == 403
    status, _, body = server.request("POST", "/upload", {"Origin": said, "X-Halfmoon-Token": server.token})
    assert status == 403
    assert "other sites" in body


@pytest.mark.parametrize("scheme", ["https", "ws", "file", "HTTP", "chrome-extension", ""])
def test_another_scheme_is_refused(server, scheme):
    assert server.handshake(Origin=f"{scheme}://127.0.0.1:{server.port}") == 403


def test_a_socket_and_a_post_must_say_an_origin(server):
    assert server.handshake(Origin=None) == 403
    assert server.request("POST", "/upload", {"Origin": None, "X-Halfmoon-Token": server.token})[0] == 403
    assert server.request()[0] == 200


def test_a_request_without_a_host_is_refused(server):
    assert server.raw("GET / HTTP/1.0\r\n\r\n").startswith("HTTP/1.1 403")
    assert server.raw("GET / HTTP/1.1\r\nConnection: close\r\n\r\n").startswith("HTTP/1.1 400")


@pytest.mark.parametrize("name", ["Host", "Origin"])
def test_two_of_a_header_are_refused(server, name):
    value = {"Host": server.base.removeprefix("http://"), "Origin": server.base}[name]
    own = f"Host: {server.base.removeprefix('http://')}\r\n" if name == "Origin" else ""
    answer = server.raw(f"GET / HTTP/1.1\r\n{own}{name}: {value}\r\n{name}: {value}\r\nConnection: close\r\n\r\n")
    assert answer.split()[1] in {"400", "403"}


@pytest.mark.parametrize("host", OWN)
def test_the_own_addresses_are_answered(server, host):
    host = host.format(port=server.port)
    assert server.request(headers={"Host": host})[0] == 200
    assert server.request(headers={"Host": host, "Origin": f"http://{host}"})[0] == 200
    assert server.handshake(Host=host, Origin=f"http://{host}") == 101


def test_an_origin_must_be_that_of_the_host_it_comes_with(server):
    assert server.handshake(Host=f"localhost:{server.port}", Origin=f"http://127.0.0.1:{server.port}") == 403


@pytest.mark.parametrize("path", ["//evil.example/", "/socket?Host=x", "http://evil.example/", "http://127.0.0.1/socket"])
def test_a_refusal_goes_by_the_path_and_never_by_a_url(server, path):
    # Starlette's request.url is made of the Host header (CVE-2026-48710, CVE-2026-54282)
    assert server.request(path=path)[0] in {400, 403, 404}
    assert server.request(path=path, headers={"Host": "evil.example/?"})[0] in {400, 403}


@pytest.mark.parametrize(
    "header", ["X-Forwarded-Host", "X-Forwarded-For", "X-Forwarded-Proto", "Forwarded", "X-Original-URL", "X-Rewrite-URL", "X-Real-IP"]
)
def test_headers_of_proxies_change_nothing(server, header):
    value = f"127.0.0.1:{server.port}"
    assert server.request(headers={"Host": "evil.example", header: value})[0] == 403
    assert server.request("POST", "/upload", {header: "/"})[0] == 403


def test_a_server_on_all_addresses_knows_those_it_is_reached_by():
    with bound(EVERY, 0) as listening:
        port = listening.getsockname()[1]
        addresses = Addresses.of(EVERY, listening)
    asked = {"type": "http", "method": "GET", "server": ("127.0.0.3", port)}
    assert addresses.refusal(asked | {"headers": [(b"host", f"127.0.0.3:{port}".encode())]}) is None
    assert addresses.refusal(asked | {"headers": [(b"host", f"127.0.0.4:{port}".encode())]}) is not None
    assert addresses.refusal(asked | {"headers": [(b"host", f"{socket.gethostname().lower()}:{port}".encode())]}) is None
    assert addresses.first == f"http://127.0.0.1:{port}"


def test_an_address_of_a_proxy_is_known_by_its_own_scheme():
    addresses = Addresses(["http://127.0.0.1:8421", parsed("https://class.example.org/")])
    asked = {"type": "websocket", "server": None, "headers": [(b"host", b"class.example.org"), (b"origin", b"https://class.example.org")]}
    assert addresses.refusal(asked) is None
    asked["headers"][1] = (b"origin", b"http://class.example.org")
    assert addresses.refusal(asked) is not None


@pytest.mark.parametrize(
    ("given", "expected"),
    [(("http", "localhost", 80), "http://localhost"), (("https", "a.b", 443), "https://a.b"), (("http", "::1", 8421), "http://[::1]:8421")],
)
def test_origins_are_written_as_browsers_do(given, expected):
    assert origin(*given) == expected


@pytest.mark.parametrize("given", ["teacher.local", "ftp://a", "http://a/b", "http://", "http://a:b", "http://a b", "http://a?b", "null"])
def test_an_address_that_is_none_is_one_sentence(given):
    with pytest.raises(InputError, match=r"--address must be as"):
        parsed(given)


def test_a_port_that_is_taken_is_one_sentence_or_the_next():
    with bound("127.0.0.1", None) as first, bound("127.0.0.1", None) as second:
        assert first.getsockname()[1] != second.getsockname()[1]
        with pytest.raises(InputError, match=r"--port \d+ is taken"):
            bound("127.0.0.1", first.getsockname()[1])


@pytest.mark.parametrize("host", ["203.0.113.7", "no.such.name.invalid", "not a host"])
def test_a_host_that_is_not_of_this_machine_is_one_sentence(host):
    with pytest.raises(InputError, match="--host must be an address"):
        bound(host, 0)


def test_an_ipv6_address_is_told_in_brackets():
    try:
        listening = bound("::1", 0)
    except InputError:
        pytest.skip("this machine has no IPv6")
    with listening:
        addresses = Addresses.of("::1", listening)
        port = listening.getsockname()[1]
    assert addresses.first == f"http://[::1]:{port}"
    ask = {"type": "http", "method": "GET", "server": ("::1", port)}
    assert addresses.refusal(ask | {"headers": [(b"host", f"[::1]:{port}".encode())]}) is None
