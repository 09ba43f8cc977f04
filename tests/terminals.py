"""Commands in a terminal of their own, as people start them."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import time

import pytest


def in_a_terminal(command, *, press_when=None, seconds=60, **options):
    """Run a command in a terminal until it ends; return its exit status, and what it showed there.

    Parameters
    ----------
    command : list
    press_when : callable, optional
        Takes what was shown so far, and returns whether to press Ctrl-C, which is done once.
    seconds : float
        After these nothing more is read.
    options
        Of ``subprocess.Popen``.
    """
    main, side = pytest.importorskip("pty").openpty()  # Windows has none
    process = subprocess.Popen(command, stdin=side, stdout=side, stderr=side, **options)
    os.close(side)
    shown, ends = b"", time.monotonic() + seconds
    while time.monotonic() < ends:
        if select.select([main], [], [], 0.2)[0]:
            try:
                part = os.read(main, 65536)
            except OSError:  # the process has closed its terminal
                break
            if not part:
                break
            shown += part
        if press_when is not None and press_when(shown.decode(errors="replace")):
            process.send_signal(signal.SIGINT)
            press_when = None
    status = process.wait(30)
    os.close(main)
    return status, shown.decode(errors="replace")
