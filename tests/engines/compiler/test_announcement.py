"""What a person is told on a terminal while kernels are compiled: once, and by no process of a pool."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from contextlib import suppress

import pytest

POOL = """
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from halfmoon.engines.compiler.cache import announce
if __name__ == "__main__":
    with ProcessPoolExecutor(1, get_context("spawn")) as pool:
        pool.submit(announce).result()
"""

ALONE = """
from halfmoon.engines.compiler.cache import announce
announce()
announce()
"""


@pytest.mark.parametrize(("script", "count"), [(POOL, 0), (ALONE, 1)], ids=["in a pool", "alone"])
def test_it_is_said_once_and_in_no_pool(script, count, tmp_path):
    path = tmp_path / "script.py"
    path.write_text(script)
    main, side = pty.openpty()
    process = subprocess.Popen([sys.executable, path], stdin=side, stdout=side, stderr=side)
    os.close(side)
    shown = b""
    with suppress(OSError):  # the process has closed its terminal
        while part := os.read(main, 65536):
            shown += part
    os.close(main)
    assert process.wait(20) == 0, shown
    assert shown.decode().count("halfmoon: compiling kernels") == count
