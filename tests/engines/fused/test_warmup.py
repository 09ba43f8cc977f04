"""Compiling ahead: every kernel that a training asks for, once, and only where there is a folder for it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest

import halfmoon as hm
from halfmoon import engines
from halfmoon.engines.compiler import cache, kernels
from halfmoon.engines.fused import entry_points, program, warmup


def test_warm_up_needs_a_folder_for_its_kernels(tmp_path, monkeypatch):
    blocked = tmp_path / "file"
    blocked.write_text("no folder")
    monkeypatch.setenv("HALFMOON_CACHE", str(blocked))
    cache.folder.cache_clear()
    try:
        with pytest.raises(hm.InputError, match="HALFMOON_CACHE must name a folder that can be written"):
            engines.warm_up()
    finally:
        cache.folder.cache_clear()


def test_warm_up_compiles_what_is_not_there(tmp_path, monkeypatch):
    few = warmup.texts()[-3:]
    monkeypatch.setattr(warmup, "texts", lambda losses: few)
    monkeypatch.setenv("HALFMOON_CACHE", str(tmp_path))
    cache.folder.cache_clear()
    progress = []
    try:
        for _ in range(2):
            engines.warm_up(lambda done, total: progress.append((done, total)), threads=2)
        assert all(cache.is_cached(text) for text in few)
    finally:
        cache.folder.cache_clear()
    assert progress == [(0, 3), (1, 3), (2, 3), (3, 3), (0, 0)]


WARM_UP = """
import os
import signal
import polars  # which lets waits go on after Ctrl-C
from halfmoon import engines
if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.default_int_handler)  # which a job in the background does not inherit
    print(os.getpid(), flush=True)
    engines.warm_up(lambda done, total: print("begun", flush=True), threads=2)
"""


def of_group(group):
    """Return the processes of a group that run, by Linux's list of them."""
    found = []
    for each in Path("/proc").iterdir():
        with suppress(OSError, ValueError):
            state, _, leader = (each / "stat").read_text().rpartition(")")[2].split()[:3]
            if int(leader) == group and state != "Z":
                found.append(each.name)
    return found


@pytest.mark.skipif(not Path("/proc/self").is_dir(), reason="only Linux lists its processes there")
@pytest.mark.parametrize(("name", "whole_group"), [("SIGINT", True), ("SIGINT", False), ("SIGKILL", False)])
def test_warm_up_takes_its_children_along(name, whole_group, tmp_path):
    number = getattr(signal, name)  # some systems lack one
    (tmp_path / "warm.py").write_text(WARM_UP)
    environment = os.environ | {"HALFMOON_CACHE": str(tmp_path)}
    options = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True, "start_new_session": True}
    process = subprocess.Popen([sys.executable, tmp_path / "warm.py"], env=environment, **options)
    group = int(process.stdout.readline())
    while len(of_group(group)) < 4:  # two children, and multiprocessing's own
        time.sleep(0.05)
    time.sleep(0.5)
    (os.killpg if whole_group else os.kill)(group, number)
    _, said = process.communicate(timeout=60)
    assert process.returncode == -number  # as Python ends at Ctrl-C that nobody catches
    assert said.count("Traceback") == (number == signal.SIGINT)
    limit = time.monotonic() + 60
    while of_group(group):
        assert time.monotonic() < limit, of_group(group)
        time.sleep(0.05)


NETWORKS = [
    hm.Network(
        [hm.Dense(4), activation, hm.BatchNorm(), hm.LayerNorm(), activation, hm.Dropout(0.1), hm.Residual(hm.Dense(4)), hm.Dense(2)]
    )
    for activation in hm.ACTIVATIONS.values()
] + [hm.Network([hm.Dense(2), hm.Softmax()] if name == "absolute_error" else [hm.Dense(2)], loss) for name, loss in hm.LOSSES.items()]
NETWORKS.append(
    hm.Network(
        [hm.Dense(3), hm.PeriodicEmbedding(1), hm.PiecewiseLinearEmbedding([[0.0, 1.0]], outputs=2), hm.Scale(), hm.Repeat(2),
         hm.BatchEnsemble(3, 2), hm.ParametricActivation(hm.ReLU), hm.GroupedDense(1, 2)]
    )
)  # fmt: skip


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_warm_up_knows_every_kernel(dtype, monkeypatch):
    asked = set()

    def kernel(text):
        asked.add(text)
        return cache.kernel(text)

    for module in (entry_points, kernels):
        monkeypatch.setattr(module, "kernel", kernel)
    for each in (kernels.kernel_address, entry_points.entry, entry_points.driver, program.instructions):
        each.cache_clear()  # what was asked for before is asked for again
    X, y = np.random.RandomState(0).normal(size=(12, 3)), np.eye(2)[np.arange(12) % 2]
    optimizers = [make() for make in hm.OPTIMIZERS.values()] + list(warmup.FORMS)
    for index in range(max(len(NETWORKS), len(optimizers))):
        model = NETWORKS[index % len(NETWORKS)].init(3, 1, dtype)
        hm.train(model, X, y, epochs=1, optimizer=optimizers[index % len(optimizers)], validation=(X, y))
    hm.train(model, X, y, epochs=1, batch_size=6)  # of a full batch no order is drawn
    hm.train(model, 0 * X, y, epochs=1)  # zeros are left out
    known = set(warmup.texts())
    assert asked - known == set()
    assert {text for text in known if f"types.{dtype}" in text} - asked == set()
