"""The command ``halfmoon`` in processes of its own, as attacks start it: with all streams in sight, and signals at known moments."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import threading
import time

import numpy as np

ENVIRONMENT = os.environ | {"OPENBLAS_NUM_THREADS": "1", "COLUMNS": "120", "MPLBACKEND": "agg"}
STARTED = b"halfmoon.base.startup"
"""What the interpreter's list of imports shows once the command answers signals itself: before that, Python does."""


def write_table(path, rows=300):
    """Write a CSV file with three columns of numbers, and their sum as the target ``y``."""
    X = np.random.RandomState(0).normal(size=(rows, 3)).round(4)
    lines = [",".join(map(str, row)) for row in np.column_stack([X, X.sum(axis=1).round(4)])]
    path.write_text("\n".join(["a,b,c,y", *lines]))


def train_table(folder):
    """Write a table and train a model on it: ``t.csv`` and ``m/model.safetensors`` in a folder."""
    from halfmoon.cli.app import app

    write_table(folder / "t.csv")
    train = ["train", str(folder / "t.csv"), "--target", "y", "--epochs", "3", "--hidden", "8", "-o", str(folder / "m")]
    app(train, standalone_mode=False)


class Interrupted:
    """A command that gets SIGINT at some moments.

    Parameters
    ----------
    arguments : list of str
    moments : list of float
        Seconds from the command's first own import to the first signal, and from each to the next.
    folder : path
    group : bool
        Whether its children get the signals too, as from a terminal.
    after : path, optional
        What must be there before the first moment begins.

    Attributes
    ----------
    status : int
    said : str
        On standard error.
    seconds : float
        From the first signal to the end.
    """

    def __init__(self, arguments, moments, folder, *, group=True, after=None, **environment):
        command = [sys.executable, "-X", "importtime", "-m", "halfmoon", *arguments]  # whose list of imports goes to standard error
        self.process = subprocess.Popen(
            command, cwd=folder, env=ENVIRONMENT | environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
            start_new_session=True,
        )  # fmt: skip
        self.lines = []
        self.started = threading.Event()
        reader = threading.Thread(target=self._read)
        reader.start()
        self.started.wait(60)
        while after is not None and not after.exists() and self.process.poll() is None:
            time.sleep(0.01)
        pressed = None
        for moment in moments:
            time.sleep(moment)
            pressed = pressed or time.monotonic()
            try:
                (os.killpg if group else os.kill)(self.process.pid, signal.SIGINT)
            except ProcessLookupError:
                break
        try:
            self.status = self.process.wait(60)
        finally:
            self.process.kill()
        self.seconds = time.monotonic() - pressed
        reader.join()
        self.process.stderr.close()
        self.said = b"".join(line for line in self.lines if not line.startswith(b"import time:")).decode(errors="replace")

    def _read(self):
        for line in self.process.stderr:
            self.lines.append(line)
            if STARTED in line:
                self.started.set()
        self.started.set()


def moments(source: random.Random, longest: float) -> list[float]:
    """Return the moment of a first signal, and in two cases of three those of one or two more, within milliseconds or later."""
    return [source.uniform(0, longest), *(source.choice([0.0005, 0.003, 0.05, 0.3]) for _ in range(source.randint(0, 2)))]
