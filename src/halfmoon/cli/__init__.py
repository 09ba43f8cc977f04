"""The command ``halfmoon``: it reads arguments, calls the library, and prints. Bad input ends in one sentence and exit 2."""

from __future__ import annotations

import atexit
import errno
import os
import signal
import sys
import warnings
from functools import partial
from io import StringIO

from halfmoon.base import startup
from halfmoon.base.errors import InputError, bounded
from halfmoon.base.interrupts import send_again

FAILED, BAD_INPUT, BROKEN_PIPE = 1, 2, 128 + 13
"""Exit statuses; that of a pipe that nobody reads any more is 128 and the number of the signal that ends other programs then."""


def main() -> None:
    """Run the command line."""
    from halfmoon.cli import streams  # noqa: PLC0415 - all that is not needed to end in good order is loaded later

    streams.prepare()
    _prepare_environment()
    sys.unraisablehook = partial(send_again, sys.unraisablehook)
    status = _status()
    if startup.presses[0]:  # also where the command has ended in good order since, and kept what it had
        status = startup.INTERRUPTED
    if callable(signal.getsignal(signal.SIGINT)):  # nothing is lost any more
        signal.signal(signal.SIGINT, lambda *_: os._exit(status or startup.INTERRUPTED))
        atexit.register(signal.signal, signal.SIGINT, signal.SIG_IGN)  # before Python puts the system's answer back
    sys.exit(status)


def _status() -> int:
    """Run the command, say what went wrong, and return the exit status."""
    try:
        return _run() or _status_of_output()
    except KeyboardInterrupt:  # in the moment in which the answer to another error was given
        return startup.INTERRUPTED


def _run() -> int:
    import click  # noqa: PLC0415 - see above

    from halfmoon.cli.app import app  # noqa: PLC0415 - so that a mistake in the arguments is found before all is loaded
    from halfmoon.cli.options import by_option  # noqa: PLC0415
    from halfmoon.training.divergence import DivergenceError  # noqa: PLC0415

    try:
        with warnings.catch_warnings():
            warnings.showwarning = lambda message, *_: _print(message)  # without the line of code that it comes from
            return app.main(standalone_mode=False) or 0
    except click.ClickException as error:
        shown = StringIO()
        error.show(shown)
        sys.stderr.writelines(f"{bounded(line)}\n" for line in shown.getvalue().splitlines())
        return error.exit_code
    except BrokenPipeError:
        return BROKEN_PIPE
    except (InputError, DivergenceError, OSError) as error:
        _print(bounded(by_option(str(error), app, sys.argv)))
        return BAD_INPUT if isinstance(error, InputError) else FAILED
    except click.Abort as error:  # what click makes of Ctrl-C
        _print(str(error.__cause__ or "") or "interrupted")
        return startup.INTERRUPTED


def _status_of_output() -> int:
    """Return the exit status of a command that has done its work, by whether its output could be written."""
    from halfmoon.cli.streams import failure  # noqa: PLC0415 - loaded already

    error = failure()
    if error is None:
        return 0
    if error.errno == errno.EPIPE:
        return BROKEN_PIPE
    _print(f"standard output cannot be written: {error.strerror or error}")
    return FAILED


def _prepare_environment() -> None:
    """Forget a terminal's size that is none."""
    for name in ("COLUMNS", "LINES"):
        value = os.environ.get(name, "1")
        if not value.isdecimal() or int(value) < 1:
            del os.environ[name]


def _print(what: object) -> None:
    sys.stderr.write(f"halfmoon: {what}\n")
