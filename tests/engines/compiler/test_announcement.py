"""What a person is told on a terminal while kernels are compiled: once, and by no process of a pool."""

from __future__ import annotations

import sys

import pytest

from terminals import in_a_terminal

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
    status, shown = in_a_terminal([sys.executable, path])
    assert status == 0, shown
    assert shown.count("halfmoon: compiling kernels") == count
