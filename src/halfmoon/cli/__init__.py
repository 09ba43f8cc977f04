"""The command ``halfmoon``: it reads arguments, calls the library, and prints. Bad input ends in one sentence and exit 2."""

from __future__ import annotations

import sys
import warnings
from io import TextIOWrapper


def main() -> None:
    """Run the command line."""
    from halfmoon.base.errors import InputError  # noqa: PLC0415
    from halfmoon.cli.app import app  # noqa: PLC0415 - so that a mistake in the arguments is found before all is loaded
    from halfmoon.training.divergence import DivergenceError  # noqa: PLC0415

    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")  # of characters that its encoding does not have
    try:
        with warnings.catch_warnings():
            warnings.showwarning = lambda message, *_: _print(message)  # without the line of code that it comes from
            app()
    except InputError as error:
        _print(error)
        sys.exit(2)
    except (DivergenceError, OSError) as error:
        _print(error)
        sys.exit(1)


def _print(what: object) -> None:
    sys.stderr.write(f"halfmoon: {what}\n")
