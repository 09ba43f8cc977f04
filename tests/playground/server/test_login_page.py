"""The page that asks for the password, in a real browser: what it sends along is not what tests make up."""

from __future__ import annotations

import pytest

from browser import chromium  # noqa: F401 - a fixture
from playground_server import Server

CLASS = {"password": "half a moon"}
OPEN = """() => new Promise(done => {
    const socket = new WebSocket(location.origin.replace("http", "ws") + "/socket");
    socket.onopen = () => socket.send('{"type": "hello"}');
    socket.onmessage = ({ data }) => typeof data === "string" && done(JSON.parse(data).push);
    socket.onclose = ({ code }) => done(code);
})"""


@pytest.fixture
def page(request):
    context = request.getfixturevalue("chromium").new_context()
    opened = context.new_page()
    opened.set_default_timeout(10_000)
    yield opened
    context.close()


def test_a_pupil_logs_in(page):
    wrong = []
    with Server(**CLASS) as server:
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.goto(server.base)
        assert page.title() == "Halfmoon playground"
        assert page.evaluate(OPEN) == 1006, "refused before there is a socket"
        page.get_by_label("Password of the class").fill("half the moon")
        page.get_by_role("button").click()
        assert page.get_by_role("alert").inner_text() == "That is not the password."
        page.get_by_label("Password of the class").fill("half a moon")
        page.keyboard.press("Enter")
        page.wait_for_function("() => document.title === 'page'")
        assert page.url == f"{server.base}/"
        assert page.evaluate(OPEN) == "welcome"
        assert page.evaluate("document.cookie") == "", "out of reach of scripts"
        page.goto(server.base)
        assert page.title() == "page"
    assert wrong == []


def test_a_page_of_another_origin_gets_nothing(page):
    with Server() as server, Server() as other:
        page.goto(other.base)
        address = server.base.replace("http", "ws") + "/socket"
        code = f"() => new Promise(done => {{ const socket = new WebSocket('{address}'); socket.onclose = ({{ code }}) => done(code); }})"
        # the policy of the page itself forbids it; without one the server does
        context = page.context.browser.new_context(bypass_csp=True)
        stranger = context.new_page()
        stranger.goto(other.base)
        assert stranger.evaluate(code) == 1006
        post = f"() => fetch('{server.base}/upload', {{ method: 'POST', body: 'x', mode: 'no-cors' }}).then(() => 'sent', () => 'refused')"
        assert stranger.evaluate(post) == "refused"
        context.close()
        with server.tab() as tab:
            assert tab.send("info")["alive"] == 1


LANGUAGES = {
    "the server's": ({}, "", "zh"),
    "the browser's": ({"Accept-Language": "zh-CN,zh;q=0.9,en;q=0.8"}, "", "zh"),
    "another one's": ({"Accept-Language": "de-DE,de;q=0.9,zh;q=0.8"}, "", "en"),
    "the address's": ({"Accept-Language": "en-GB"}, "?lang=zh", "zh"),
}


def test_the_page_speaks_as_the_playground_will():
    with Server(**CLASS, language="zh") as server:
        for headers, query, expected in LANGUAGES.values():
            _, _, body = server.request("GET", f"/{query}", headers)
            assert f'<html lang="{expected}">' in body
            assert ("班级密码".encode().decode("latin-1") in body) == (expected == "zh")
