"""Ctrl-C pressed several times, for programs that tests run in processes of their own."""

from __future__ import annotations

PRESSES = """
import _thread, os, signal, threading, time

coming = []  # threads that will press; one of threading.Thread is taken for ended where Ctrl-C interrupts its join()

def start_new_thread(function, given, usual=_thread.start_new_thread):
    coming.append(function)
    return usual(lambda: (function(*given), coming.pop()), ())

_thread.start_new_thread = start_new_thread  # by which the library sends again what came in a finaliser; threading has its own

def press(gaps):
    for gap in gaps:
        time.sleep(gap)
        os.kill(os.getpid(), signal.SIGINT)

def press_after(gaps):
    start_new_thread(press, (gaps,))

def undisturbed(work):
    while True:
        try:
            return work()
        except KeyboardInterrupt:
            pass

def wait_for_presses():
    while coming:
        time.sleep(0.001)
    time.sleep(0.001)
"""
"""``press_after`` presses it after each gap in seconds, while the caller goes on; ``undisturbed`` works until none has come meanwhile;
``wait_for_presses`` waits until the last has come."""
