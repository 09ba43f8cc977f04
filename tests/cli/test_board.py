"""What a terminal shows where there is nothing to count."""

from __future__ import annotations

import io

import pytest

from halfmoon.cli import board


@pytest.mark.parametrize(("terminal", "shown"), [(True, True), (False, False)])
def test_a_spinner_says_what_goes_on_to_a_terminal_alone(monkeypatch, terminal, shown):
    file, made = io.StringIO(), board.plain_console
    monkeypatch.setattr(board, "plain_console", lambda: made(file=file, force_terminal=terminal, width=80))
    with board.spinner("reading [a]table.csv"):
        pass
    assert ("reading [a]table.csv" in file.getvalue()) == shown
    assert bool(file.getvalue()) == shown
