"""``halfmoon playground``: the server of the playground, until Ctrl-C."""

from __future__ import annotations

import os
import sys

import click

from halfmoon.base.errors import InputError
from halfmoon.base.extras import install_command

PASSWORD = "HALFMOON_PASSWORD"  # noqa: S105 - the name of the variable
LOOPBACK = "127.0.0.1"


def run(
    *, port: int | None, open_browser: bool, is_class: bool, host: str | None, password: str | None, addresses: tuple[str, ...],
) -> None:  # fmt: skip
    """Start it, and say where it is."""
    if not is_class:
        for name, value in {"--host": host, "--password": password, "--address": addresses}.items():
            if value:
                raise InputError(f"{name} needs --serve: without it the playground is for the person at this machine alone")
    try:
        from halfmoon.playground.server.serve import Options, serve  # noqa: PLC0415 - an extra
    except ImportError as error:
        raise InputError(f"The playground needs {error.name}: {install_command('playground')}") from None
    secret = _password(password) if is_class else None
    options = Options(host=host or LOOPBACK, port=port, password=secret, addresses=addresses, open_browser=open_browser and not is_class)
    serve(options, click.echo)


def _password(given: str | None) -> str:
    """Return the password of a class: the option's, else that of the environment, else what is typed."""
    if given is not None:
        return given
    if os.environ.get(PASSWORD):
        return os.environ[PASSWORD]
    if not sys.stdin.isatty():
        raise InputError(f"--serve needs a password: set {PASSWORD}, or give --password, which other users of this machine can see")
    return str(click.prompt("Password", hide_input=True, err=True))
