"""The most memory that a process has held, for code that tests run in processes of their own."""

from __future__ import annotations

PEAK = "next(int(line.split()[1]) for line in open('/proc/self/status') if line.startswith('VmHWM:'))"
"""An expression: the peak in KiB. ``ru_maxrss`` would begin at what the process that started this one had held."""


def peak() -> int:
    """Return the peak of this process in KiB."""
    return int(eval(PEAK))  # noqa: S307 - the text above
