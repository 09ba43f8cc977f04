"""Levels of processors: which one is taken, and which are refused."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from halfmoon.engines.compiler import machine

ABSENT = next(name for name, level in machine.LEVELS.items() if not machine.runs_here(level))
LOAD_A_KERNEL = """
import numpy as np
from halfmoon.engines.fused.entry_points import entry
entry("dense", np.dtype("float32"))
"""
V4 = {"avx2", "fma", "bmi2", "f16c", "movbe", "popcnt", "ssse3", "cx16", "avx512f", "avx512bw", "avx512cd", "avx512dq", "avx512vl"}
V3 = {name for name in V4 if not name.startswith("avx512")}
BY_FEATURES = [
    ("x86_64", V4 | {"amx_tile"}, "x86-64-v4"),
    ("AMD64", V3, "x86-64-v3"),
    ("x86_64", V4 - {"avx512vl"}, "x86-64-v3"),
    ("x86_64", {"popcnt", "ssse3", "cx16"}, "x86-64-v2"),
    ("x86_64", set(), "x86-64"),
    ("aarch64", {"asimd"}, "armv8-a"),
    ("arm64", set(), "armv8-a"),
    ("riscv64", set(), "generic"),
]


@pytest.mark.parametrize(("architecture", "features", "expected"), BY_FEATURES)
def test_the_highest_level_of_a_processor_is_taken(architecture, features, expected, monkeypatch):
    monkeypatch.delenv("HALFMOON_CPU", raising=False)
    monkeypatch.setattr(machine.platform, "machine", lambda: architecture)
    monkeypatch.setattr(machine, "processor_features", lambda: frozenset(features))
    assert machine._chosen().name == expected


def test_linux_and_llvm_agree_on_this_processor(monkeypatch, tmp_path):
    from_linux = machine.processor_features()
    monkeypatch.setattr(machine, "CPU_INFO", tmp_path / "nothing")
    from_llvm = machine.processor_features.__wrapped__()
    for level in machine.LEVELS.values():
        assert (level.needed <= from_linux) == (level.needed <= from_llvm)


@pytest.mark.parametrize(
    ("level", "sentence"),
    [("x86-64-v5", "HALFMOON_CPU must be one of"), (ABSENT, "HALFMOON_CPU must be a level that this processor has")],
)
def test_a_level_that_is_unknown_or_not_there_is_refused(level, sentence):
    command = [sys.executable, "-c", LOAD_A_KERNEL]
    done = subprocess.run(command, env=os.environ | {"HALFMOON_CPU": level}, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 1
    assert sentence in done.stderr.splitlines()[-1]
