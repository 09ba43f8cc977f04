"""Ctrl-C while the command ``halfmoon`` starts: the process ends at once and in silence, since there is nothing to lose yet.

``halfmoon/__init__.py`` imports this before anything else. In other programs nothing is changed.
"""

from __future__ import annotations

import os
import signal
import sys
from types import FrameType

INTERRUPTED = 130
"""Exit status after Ctrl-C: 128 and the signal's number, as shells have it."""

IMPORTS = "<frozen importlib._bootstrap>"
"""The file that a frame of an import names."""

SHOW_CURSOR = "\x1b[?25h"

presses = [0]
"""How often Ctrl-C was pressed."""


def handle(number: int, frame: FrameType | None) -> None:
    """Raise KeyboardInterrupt; but end the process where it only loads, since libraries do not expect it there and print tracebacks."""
    presses[0] += 1
    if signal.getsignal(signal.SIGINT) is handle and _imports(frame):  # else somebody lets it wait
        if os.isatty(2) and os.environ.get("TERM", "dumb") != "dumb":
            os.write(2, SHOW_CURSOR.encode())  # which a progress bar hides
        os._exit(INTERRUPTED)
    signal.default_int_handler(number, frame)


def _imports(frame: FrameType | None) -> bool:
    while frame is not None and frame.f_code.co_filename != IMPORTS:
        frame = frame.f_back
    return frame is not None


def is_command() -> bool:
    """Return whether this process was started as ``halfmoon`` or ``python -m halfmoon``."""
    name = (getattr(sys, "argv", None) or [""])[0]
    if name == "-m":  # what Python calls it while it looks for the module
        return any(pair == ("-m", "halfmoon") for pair in zip(sys.orig_argv, sys.orig_argv[1:], strict=False))
    return os.path.splitext(os.path.basename(name))[0] == "halfmoon"  # noqa: PTH119, PTH122 - pathlib takes long to load


if is_command() and signal.getsignal(signal.SIGINT) is signal.default_int_handler:  # a job in the background ignores it
    signal.signal(signal.SIGINT, handle)
