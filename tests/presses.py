"""Ctrl-C pressed several times, for programs that tests run in processes of their own."""

from __future__ import annotations

PRESSES = """
import os, signal, time

def press(gaps):
    for gap in gaps:
        time.sleep(gap)
        os.kill(os.getpid(), signal.SIGINT)

def undisturbed(work):
    while True:
        try:
            return work()
        except KeyboardInterrupt:
            pass
"""
"""``press`` presses it after each gap in seconds, in a thread; ``undisturbed`` works until none has come meanwhile."""
