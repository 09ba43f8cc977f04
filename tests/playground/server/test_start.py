"""``halfmoon playground``: what it says, its first frame, and its end."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
import webbrowser
from pathlib import Path

import pytest
from click.testing import CliRunner
from websockets.sync.client import connect

from halfmoon.cli.app import app
from halfmoon.playground.server import serve as serving
from halfmoon.playground.server.access import PasswordAccess, TokenAccess
from halfmoon.playground.server.addresses import Addresses, bound
from halfmoon.playground.server.limits import LOCAL
from halfmoon.playground.server.serve import has_browser, start_lines
from playground_server import ENVIRONMENT, Tab

PLAIN = {name: value for name, value in ENVIRONMENT.items() if name not in {"DISPLAY", "WAYLAND_DISPLAY", "BROWSER", "HALFMOON_PASSWORD"}}


class Command:
    """The command, in a process of its own."""

    def __init__(self, *arguments, **environment):
        command = [sys.executable, "-m", "halfmoon", "playground", *arguments]
        self.process = subprocess.Popen(
            command, env=PLAIN | environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
        self.first = self.process.stdout.readline()
        found = re.search(r"(http://127\.0\.0\.1:(\d+))(?:/#token=(\S+))?", self.first)
        self.base, self.port, self.token = (found[1], int(found[2]), found[3]) if found else (None, None, None)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.communicate()

    def press(self):
        """Press Ctrl-C; return the status, and what was said, on both streams."""
        self.process.send_signal(signal.SIGINT)
        said, errors = self.process.communicate(timeout=30)
        return self.process.returncode, said, errors


def test_from_the_command_to_the_first_frame_and_its_end():
    with Command("--no-browser", "--port", "0") as command:
        assert command.base, command.process.communicate()
        with Tab(command, token=command.token) as tab:
            tab.draw()
            assert tab.welcome["push"] == "welcome"
            tab.socket.send(json.dumps({"id": 1, "type": "play"}))
            tab.draw()
            status, said, errors = command.press()
        assert (status, errors) == (130, "\nhalfmoon: the playground has ended\n")
        assert said in {"", "Ctrl-C ends it.\n"}  # which may have been read with the line before it


def test_sigterm_ends_it_too():
    with Command("--no-browser", "--port", "0") as command:
        command.process.send_signal(signal.SIGTERM)
        assert command.process.wait(30) == -signal.SIGTERM


def test_a_port_that_is_taken_is_one_sentence():
    with bound("127.0.0.1", 0) as taken, Command("--no-browser", "--port", str(taken.getsockname()[1])) as command:
        said, errors = command.process.communicate(timeout=20)
    assert (said, command.process.returncode) == ("", 2)
    assert re.fullmatch(r"halfmoon: --port \d+ is taken by another program; without it a free one is found\n", errors)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--host", "0.0.0.0"], "--host needs --serve"),  # noqa: S104 - refused
        (["--password", "half a moon"], "--password needs --serve"),
        (["--address", "http://a.b"], "--address needs --serve"),
        (["--serve"], "--serve needs a password: set HALFMOON_PASSWORD"),
        (["--serve", "--password", "moon"], "--password must have at least 6 characters"),
        (["--serve", "--password", "half a moon", "--address", "teacher"], "--address must be as"),
        (["--serve", "--password", "half a moon", "--host", "203.0.113.5"], "--host must be an address of this machine"),
        (["--port", "70000"], "70000 is not in the range"),
    ],
)
def test_what_cannot_be_is_one_sentence(arguments, said, monkeypatch):
    monkeypatch.delenv("HALFMOON_PASSWORD", raising=False)
    result = CliRunner().invoke(app, ["playground", *arguments])
    assert said in str(result.exception) + result.output
    assert result.exit_code != 0


def test_without_the_extra_it_says_what_to_install(monkeypatch):
    for name in ("uvicorn", "halfmoon.playground.server.serve"):
        monkeypatch.delitem(sys.modules, name, raising=False)
    monkeypatch.setitem(sys.modules, "uvicorn", None)
    result = CliRunner().invoke(app, ["playground"])
    assert re.match(r'The playground needs uvicorn: .* install .*("starlette|halfmoon\[playground\])', str(result.exception))


def test_the_password_may_come_from_the_environment():
    with Command("--serve", "--port", "0", HALFMOON_PASSWORD="half a moon") as command:  # noqa: S106 - of a test
        assert "Only this machine reaches it: http://127.0.0.1:" in command.first
        assert "--host 0.0.0.0 lets others in" in command.first


def lines(access, origins, more=()):
    return start_lines(Addresses(origins), access, more)


def test_what_is_printed_tells_the_address_that_pupils_type():
    access = PasswordAccess("half a moon", 1)
    said = lines(access, ["http://127.0.0.1:8421", "http://localhost:8421", "http://192.168.1.5:8421", "http://desk.local:8421"])
    assert said[:3] == ["Pupils open one of these, and give the password:", "  http://192.168.1.5:8421", "  http://desk.local:8421"]
    assert "unencrypted" in said[3]
    said = lines(access, ["http://127.0.0.1:8421"], ["https://class.example.org"])
    assert said == ["Pupils open https://class.example.org and give the password.", "Ctrl-C ends it."]
    said = lines(token := TokenAccess(), ["http://127.0.0.1:8421"])
    assert said == [f"The playground is at http://127.0.0.1:8421/#token={token.token}", "Ctrl-C ends it."]


def test_a_browser_is_started_with_a_code_and_not_with_the_token(monkeypatch):
    opened, told = [], []
    monkeypatch.setattr(webbrowser, "open", opened.append)
    monkeypatch.setattr(serving, "has_browser", lambda: True)
    monkeypatch.setattr(serving, "_in_background", lambda call, argument: call(argument))
    monkeypatch.setattr(serving, "_run", lambda app, listening, limits: told.append(app))
    options = serving.Options(port=0)
    serving.serve(options, told.append, make_session=lambda notify: None, page="playground_page")
    token = told[-1].access.token
    assert token in told[0]
    assert token not in opened[0]
    assert opened[0].startswith(told[0].split("#")[0].split()[-1] + "#token=")
    assert told[-1].access.login_of_hello({}, opened[0].partition("=")[2]) == "local"
    opened.clear()
    serving.serve(serving.Options(port=0, open_browser=False), told.append, make_session=lambda notify: None, page="playground_page")
    assert opened == []


def test_without_a_display_no_browser_of_the_terminal_is_started(monkeypatch):
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(sys, "platform", "linux")
    assert not has_browser()
    monkeypatch.setenv("BROWSER", sys.executable)
    monkeypatch.setattr(webbrowser, "get", lambda: None)
    assert has_browser()

    def none():
        raise webbrowser.Error

    monkeypatch.setattr(webbrowser, "get", none)
    assert not has_browser()


def test_there_are_files_enough_for_all_connections(monkeypatch):
    import resource

    kept = resource.getrlimit(resource.RLIMIT_NOFILE)
    monkeypatch.setattr(resource, "getrlimit", lambda _: (256, 512))
    monkeypatch.setattr(resource, "setrlimit", lambda *_: None)
    limits = serving._with_files(LOCAL)
    assert (limits.connections, limits.connections_per_address) == (384, 192)
    assert resource.RLIMIT_NOFILE is not None
    assert kept


def test_the_server_binds_this_machine_alone_unless_told_otherwise():
    assert serving.Options().host == "127.0.0.1"
    with Command("--no-browser", "--port", "0") as command:
        with connect(f"ws://127.0.0.1:{command.port}/socket", origin=command.base, proxy=None):
            pass
        listening = {line.split()[1] for line in Path("/proc/net/tcp").read_text().splitlines()[1:] if line.split()[3] == "0A"}
        assert f"0100007F:{command.port:04X}" in listening
        assert f"00000000:{command.port:04X}" not in listening
