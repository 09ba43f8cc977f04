"""Sentences name a parameter in Python, and an option at the command line."""

from __future__ import annotations

import click
import pytest

from halfmoon.cli.app import app
from halfmoon.data.remedies import REMEDIES, naming_options, remedy

OPTIONS = {name for each in app.commands["train"].params if isinstance(each, click.Option) for name in (*each.opts, *each.secondary_opts)}


@pytest.mark.parametrize("name", REMEDIES)
def test_a_remedy_is_named_for_its_reader(name):
    assert "--" not in remedy(name)
    assert "=" in remedy(name)
    with naming_options():
        assert remedy(name).split()[0] in OPTIONS
    assert "--" not in remedy(name)
