"""The command ``halfmoon``, called in this process: all that it says and its exit status, without the seconds that a process takes."""

from __future__ import annotations

import sys
import warnings
from contextlib import chdir, redirect_stderr, redirect_stdout
from contextvars import copy_context
from io import BytesIO, TextIOWrapper
from subprocess import CompletedProcess
from unittest.mock import patch

from halfmoon import cli


def called(*arguments, folder, expect=0, columns=200):
    """Run a command in a folder as ``halfmoon.cli.main`` does, and return a process's result, after a look at its exit status."""
    arguments = ["halfmoon", *map(str, arguments)]
    out, err = (TextIOWrapper(BytesIO(), "utf-8", write_through=True) for _ in range(2))
    with (
        chdir(folder), patch.object(sys, "argv", arguments), patch.dict("os.environ", {"COLUMNS": str(columns)}),
        redirect_stdout(out), redirect_stderr(err), warnings.catch_warnings(),
    ):  # fmt: skip
        warnings.resetwarnings()  # a process of its own knows nothing of the tests' filters
        warnings.simplefilter("ignore", DeprecationWarning)
        status = copy_context().run(cli._status)  # and nothing of it of the language that was spoken
    done = CompletedProcess(arguments, status, out.buffer.getvalue().decode(), err.buffer.getvalue().decode())
    assert done.returncode == expect, done.stderr + done.stdout
    return done
