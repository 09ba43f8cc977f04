"""Who may come in: by the token of this start, or by the password and a cookie that is worth nothing after it."""

from __future__ import annotations

import re
import socket
import statistics
import time
from contextlib import ExitStack

import pytest

from halfmoon.base.errors import InputError
from halfmoon.playground.server import access as access_module
from halfmoon.playground.server.access import CODE_SECONDS, COOKIE_SECONDS, LOCAL, WRONG_AT_ONCE, PasswordAccess, TokenAccess, same
from playground_server import Server

GIVEN = "half a moon, 半月 & more"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
ENCODED = "half+a+moon%2C+%E5%8D%8A%E6%9C%88+%26+more"


class Clock:
    def __init__(self):
        self.now = 1000.0

    def __call__(self):
        return self.now


def scope(**headers):
    return {"type": "http", "headers": [(name.replace("_", "-").encode(), value.encode("latin-1")) for name, value in headers.items()]}


def asked(access, cookie, name="halfmoon-1"):
    return access.login_of_request(scope(cookie=f"other=1; {name}={cookie}; more=2"))


@pytest.fixture(scope="module")
def server():
    with Server(password=GIVEN, limits={"sessions_per_login": 2}) as started:
        yield started


def test_only_the_token_lets_in():
    access = TokenAccess()
    assert access.login_of_hello({}, access.token) == LOCAL
    for other in [access.token[:-1], access.token + "=", access.token.upper(), "", "\udcff", "é", None, 5, [access.token], {}]:
        assert access.login_of_hello({}, other) is None
    assert access.login_of_request(scope(x_halfmoon_token=access.token)) == LOCAL
    assert access.login_of_request({"headers": [(b"x-halfmoon-token", b"\xe9")]}) is None
    twice = scope(x_halfmoon_token=access.token)
    twice["headers"] *= 2
    assert access.login_of_request(twice) is None
    assert TokenAccess().token != access.token


def test_the_code_that_a_browser_is_started_with_works_once_and_not_for_long():
    # what a program is started with can be seen by every user of the machine
    access = TokenAccess(clock := Clock())
    code = access.new_code()
    assert access.login_of_hello({}, code) == LOCAL
    assert access.login_of_hello({}, code) is None
    late = access.new_code()
    clock.now += CODE_SECONDS
    assert access.login_of_hello({}, late) is None
    assert access.login_of_hello({}, access.token) == LOCAL


def test_a_cookie_stands_for_the_password():
    access = PasswordAccess(GIVEN, 1, clock=(clock := Clock()))
    cookie = access.cookie_for(GIVEN, "10.0.0.1")
    login = asked(access, cookie)
    assert login
    assert asked(access, access.cookie_for(GIVEN, "10.0.0.1")) != login, "each login is a name by itself"
    assert asked(access, cookie, name="halfmoon-2") is None
    clock.now += COOKIE_SECONDS
    assert asked(access, cookie) is None


@pytest.mark.parametrize("password", [GIVEN, "another one"])
def test_a_restart_and_a_new_password_refuse_old_cookies(password):
    # jupyter-server's CVE-2026-40934: cookies outlived the password they were given for
    cookie = PasswordAccess(GIVEN, 1).cookie_for(GIVEN, "")
    assert asked(PasswordAccess(password, 1), cookie) is None


def test_cookies_of_one_secret_depend_on_the_password(monkeypatch):
    monkeypatch.setattr(access_module, "token_bytes", bytes)
    cookie = PasswordAccess(GIVEN, 1).cookie_for(GIVEN, "")
    assert asked(PasswordAccess(GIVEN, 1), cookie)
    assert asked(PasswordAccess("another one", 1), cookie) is None


def test_a_cookie_cannot_be_made_up():
    access = PasswordAccess(GIVEN, 1)
    cookie = access.cookie_for(GIVEN, "")
    login, issued, signature = cookie.split(".")
    other_login, other_signature = (f"{each[:-1]}{'1' if each[-1] == '0' else '0'}" for each in (login, signature))
    forged = [
        f"{other_login}.{issued}.{signature}", f"{login}.{int(issued) + 1}.{signature}", f"{login}.{issued}.{other_signature}",
        f"{login}.{issued}.", f"{login}.{issued}", cookie + ".", cookie.upper(), "", "..", f"{login}.{issued}.{'0' * 64}",
        f'"{cookie}"', f"{login}.{'9' * 5000}.{signature}", f"{login}.\u0661.{signature}".encode().decode("latin-1"),
    ]  # fmt: skip
    assert [each for each in forged if asked(access, each)] == []
    two = access.cookie_for(GIVEN, "")
    assert access.login_of_request(scope(cookie=f"halfmoon-1={cookie}; halfmoon-1={two}")) is None


def test_an_address_that_tries_wrong_passwords_must_wait():
    access = PasswordAccess(GIVEN, 1, clock=(clock := Clock()))
    for _ in range(WRONG_AT_ONCE):
        assert access.seconds_to_wait("10.0.0.1") == 0
        assert access.cookie_for("guess it", "10.0.0.1") is None
    wait = access.seconds_to_wait("10.0.0.1")
    assert wait > 1
    assert access.seconds_to_wait("10.0.0.2") == 0, "others notice nothing"
    clock.now += wait
    assert access.seconds_to_wait("10.0.0.1") == 0


def test_a_network_of_ipv6_counts_as_one_address():
    access = PasswordAccess(GIVEN, 1, clock=Clock())
    for index in range(WRONG_AT_ONCE):
        access.cookie_for("guess it", f"2001:db8:1:2::{index:x}")
    assert access.seconds_to_wait("2001:db8:1:2:ffff::1") > 0
    assert access.seconds_to_wait("2001:db8:1:3::1") == 0


def test_addresses_that_tried_are_not_remembered_without_end(monkeypatch):
    monkeypatch.setattr(access_module, "ADDRESSES_REMEMBERED", 10)
    access = PasswordAccess(GIVEN, 1, clock=Clock())
    for index in range(50):
        access.cookie_for("guess it", f"10.0.0.{index}")
    assert len(access._wrong) == 10


def test_comparing_takes_as_long_for_a_good_guess_as_for_a_bad_one():
    access = PasswordAccess("a" * 2000, 1, clock=Clock())
    guesses = {"first letter": "b" + "a" * 1999, "last letter": "a" * 1999 + "b"}
    took = {name: [] for name in guesses}
    for _ in range(300):
        for name, guess in guesses.items():
            start = time.thread_time_ns()  # which does not go on while others have the processor
            access.cookie_for(guess, "")
            took[name].append(time.thread_time_ns() - start)
    first, last = (statistics.median(each) for each in took.values())
    assert 0.8 < first / last < 1.25
    assert same(b"a", "a")
    assert not same("é", "e")


def test_passwords_are_compared_as_they_are_read():
    access = PasswordAccess("cafe\u0301 noir", 1)
    assert access.cookie_for("caf\u00e9 noir", "")
    assert access.cookie_for("\udcff surrogate", "") is None


@pytest.mark.parametrize("password", ["", "moon", "12345"])
def test_a_short_password_is_one_sentence(password):
    with pytest.raises(InputError, match="--password must have at least 6 characters"):
        PasswordAccess(password, 1)


def test_a_pupil_comes_in_by_the_password(server):
    status, headers, body = server.request()
    assert (status, headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert 'action="/login"' in body
    status, headers, _ = server.request("POST", "/login", FORM, f"password={ENCODED}".encode())
    assert (status, headers["location"]) == (303, "/")
    assert re.fullmatch(rf"halfmoon-{server.port}=[\w.-]+; Path=/; HttpOnly; SameSite=Strict", headers["set-cookie"])
    cookie = headers["set-cookie"].partition(";")[0]
    assert "<title>page</title>" in server.request(headers={"Cookie": cookie})[2]
    with server.tab(cookie=cookie) as tab:
        assert tab.welcome["mode"] == "class"
        assert tab.welcome["token"] is None


@pytest.mark.parametrize(
    ("query", "kept"),
    [
        ("task=a%22b&goal=loss%3C0.1", "?task=a%22b&goal=loss%3C0.1"),
        ("network.layers=[1]", "?network.layers=[1]"),
        ('a="><script>', ""),
        ("a" * 2001, ""),
        ("", ""),
    ],
)
def test_the_password_loses_nothing_of_a_lessons_address(server, query, kept):
    path = f"/login?{query}" if query else "/login"
    asked_again = server.request("POST", path, FORM, b"password=wrong", address=f"127.0.4.{len(query) % 200 + 10}")[2]
    assert f'action="/login{kept.replace("&", "&amp;")}"' in asked_again
    status, headers, _ = server.request("POST", path, FORM, f"password={ENCODED}".encode(), address="127.0.4.5")
    assert (status, headers["location"]) == (303, f"/{kept}")


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"password=",
        b"password=wrong",
        b"password=a&password=b",
        b"other=half",
        b"\xff\xfe",
        b"password=%ff",
        b"{}",
        b"password=" + b"x" * 3000,
    ],
)
def test_any_other_form_lets_nobody_in(server, body):
    for address in ["127.0.1.1", "127.0.1.2"]:
        status, headers, _ = server.request("POST", "/login", FORM, body, address=address)
        assert status in {403, 429}
        assert "set-cookie" not in headers


def test_a_form_that_is_too_long_is_refused(server):
    assert server.request("POST", "/login", FORM, b"password=" + b"x" * 5000)[0] == 413


def test_wrong_passwords_are_slowed_down_with_a_sentence(server):
    answers = [server.request("POST", "/login", FORM, b"password=guess", address="127.0.2.1") for _ in range(WRONG_AT_ONCE + 1)]
    assert [status for status, _, _ in answers] == [403] * WRONG_AT_ONCE + [429]
    _, headers, body = answers[-1]
    assert 1 <= int(headers["retry-after"]) <= 6
    assert "try again in" in body
    good = server.request("POST", "/login", FORM, f"password={ENCODED}".encode(), address="127.0.2.1")
    assert good[0] == 429, "a right one is not compared either"
    assert server.request("POST", "/login", FORM, f"password={ENCODED}".encode(), address="127.0.2.2")[0] == 303


def test_many_that_try_at_the_same_time_are_slowed_down_too(server):
    """Each of them has begun before any was found to be wrong."""
    body = b"password=guess"
    head = f"POST /login HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\nOrigin: {server.base}\r\nContent-Length: {len(body)}\r\n"
    head += "".join(f"{name}: {value}\r\n" for name, value in (FORM | {"Connection": "close"}).items()) + "\r\n"
    answers = []
    with ExitStack() as stack:
        trying = [
            stack.enter_context(socket.create_connection(("127.0.0.1", server.port), 5, source_address=("127.0.2.3", 0))) for _ in range(12)
        ]
        for each in trying:
            each.sendall(head.encode() + body[:-1])
        server.request(address="127.0.2.4")  # by then all heads have been read
        for each in trying:
            each.sendall(body[-1:])
            answers.append(each.recv(4096).split(b" ", 2)[1])
    assert answers == [b"403"] * WRONG_AT_ONCE + [b"429"] * (12 - WRONG_AT_ONCE)


def test_a_restart_refuses_old_cookies(server):
    cookie = server.login(ENCODED)
    assert server.handshake(Cookie=cookie) == 101
    with Server(password=GIVEN) as again:
        renamed = cookie.replace(str(server.port), str(again.port))
        assert again.handshake(Cookie=renamed) == 403
        assert 'action="/login"' in again.request(headers={"Cookie": renamed})[2]


def test_nothing_secret_is_printed_beyond_the_address():
    with Server(password=GIVEN) as started:
        cookie = started.login(ENCODED)
        with started.tab(cookie=cookie):
            pass
        started.request(path="/?password=secret")
        assert GIVEN not in "\n".join(started.lines)
        assert started.stop() == "", "no log"
    with Server() as started:
        with started.tab() as tab:
            tab.send("echo", said=1)
        started.request("POST", "/upload", {"X-Halfmoon-Token": started.token})
        assert started.stop() == "", "no log"
