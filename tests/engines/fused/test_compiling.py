"""The kernel cache: damaged, edited, filled by two at once, ahead of time, or nowhere to be put; each in processes of its own."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import halfmoon as hm
from halfmoon import engines
from halfmoon.engines.fused import compiling, entries, kernels, warmup

RELU = """
import ctypes
import numpy as np
import halfmoon as hm
from halfmoon.engines.fused import compiling, kernels
z, a = np.array([-2, 3], "float32"), np.empty(2, "float32")
function = ctypes.CFUNCTYPE(ctypes.c_double, *[ctypes.c_int64] * 5)(compiling.kernel(kernels.activation_text(hm.ReLU, "float32")))
function(z.ctypes.data, a.ctypes.data, z.ctypes.data, 1, 2)
print(a.tolist())
"""


def start(code, cache, package=None):
    environment = os.environ | {"HALFMOON_CACHE": str(cache)} | ({} if package is None else {"PYTHONPATH": str(package.parent)})
    return subprocess.Popen([sys.executable, "-c", code], env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def printed(process):
    out, error = process.communicate(timeout=300)
    assert process.returncode == 0, error
    return out.strip()


def test_damaged_kernels_are_made_again(tmp_path):
    assert printed(start(RELU, tmp_path)) == "[0.0, 3.0]"
    (kept,) = tmp_path.rglob("halfmoon_*")
    content = kept.read_bytes()
    for damaged in (b"", content[:40], content[:-1], content[:-1] + bytes([content[-1] ^ 1])):
        kept.write_bytes(damaged)
        assert printed(start(RELU, tmp_path)) == "[0.0, 3.0]"
        assert compiling._read(kept) is not None
    assert compiling._read(tmp_path / "nothing") is None


def test_two_processes_fill_the_cache_at_once(tmp_path):
    both = [start(RELU, tmp_path) for _ in range(2)]
    assert [printed(each) for each in both] == ["[0.0, 3.0]"] * 2
    (kept,) = tmp_path.rglob("halfmoon_*")
    assert compiling._read(kept) is not None


# a source of kernels, what is edited there, and what a ReLU of (-2, 3) is then
EDITS = {
    "layers/activations.py": ('"relu", lambda z: maximum(z, 0)', '"relu", lambda z: maximum(z, 1)', "[1.0, 3.0]"),
    "engines/fused/words.py": ("where((a > b) | (a != a), a, b)", "where((a < b) | (a != a), a, b)", "[-2.0, 0.0]"),
    "engines/fused/kernels.py": ("a_[q] = F({value})", "a_[q] = F({value}) + F(1)", "[1.0, 4.0]"),
}


@pytest.mark.parametrize("edited", EDITS)
def test_an_edited_source_is_never_served_from_an_old_kernel(edited, tmp_path):
    package = tmp_path / "halfmoon"
    shutil.copytree(Path(hm.__file__).parent, package, ignore=shutil.ignore_patterns("__pycache__"))
    assert printed(start(RELU, tmp_path / "cache", package)) == "[0.0, 3.0]"
    before, after, expected = EDITS[edited]
    text = (package / edited).read_text()
    assert text.count(before) == 1
    (package / edited).write_text(text.replace(before, after))
    assert printed(start(RELU, tmp_path / "cache", package)) == expected


@pytest.mark.parametrize("edited", ["vocabulary.py", "tracing.py", "philox.py", "engines/fused/driver.py"])
def test_every_source_of_kernels_counts(edited, tmp_path):
    package = tmp_path / "halfmoon"
    shutil.copytree(Path(hm.__file__).parent, package, ignore=shutil.ignore_patterns("__pycache__"))
    code = "from halfmoon.engines.fused import compiling; print(compiling.folder())"
    before = printed(start(code, tmp_path / "cache", package))
    with (package / edited).open("a") as file:
        file.write("# edited\n")
    assert printed(start(code, tmp_path / "cache", package)) != before


def test_a_folder_that_cannot_be_made_is_no_obstacle(tmp_path):
    blocked = tmp_path / "file"
    blocked.write_text("no folder")
    assert printed(start(RELU, blocked / "inside")) == "[0.0, 3.0]"


def test_warm_up_needs_a_folder_for_its_kernels(tmp_path, monkeypatch):
    blocked = tmp_path / "file"
    blocked.write_text("no folder")
    monkeypatch.setenv("HALFMOON_CACHE", str(blocked))
    compiling.folder.cache_clear()
    try:
        with pytest.raises(hm.InputError, match="HALFMOON_CACHE must name a folder that can be written"):
            engines.warm_up()
    finally:
        compiling.folder.cache_clear()


def test_warm_up_compiles_what_is_not_there(tmp_path, monkeypatch):
    few = warmup.texts()[-3:]
    monkeypatch.setattr(warmup, "texts", lambda losses: few)
    monkeypatch.setenv("HALFMOON_CACHE", str(tmp_path))
    compiling.folder.cache_clear()
    told = []
    try:
        for _ in range(2):
            engines.warm_up(lambda done, total: told.append((done, total)), threads=2)
        assert all(compiling.kept(text) for text in few)
    finally:
        compiling.folder.cache_clear()
    assert told == [(0, 3), (1, 3), (2, 3), (3, 3), (0, 0)]


NETWORKS = [
    hm.Network(
        [hm.Dense(4), activation, hm.BatchNorm(), hm.LayerNorm(), activation, hm.Dropout(0.1), hm.Residual(hm.Dense(4)), hm.Dense(2)]
    )
    for activation in hm.ACTIVATIONS.values()
] + [hm.Network([hm.Dense(2), hm.Softmax()] if name == "absolute_error" else [hm.Dense(2)], loss) for name, loss in hm.LOSSES.items()]


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_warm_up_knows_every_kernel(dtype, monkeypatch):
    asked = set()

    def kernel(text):
        asked.add(text)
        return compiling.kernel(text)

    for module in (entries, kernels):
        monkeypatch.setattr(module, "kernel", kernel)
    kernels.address.cache_clear()  # what was asked for before is asked for again
    entries.entry.cache_clear()
    X, y = np.random.RandomState(0).normal(size=(12, 3)), np.eye(2)[np.arange(12) % 2]
    optimizers = [make() for make in hm.OPTIMIZERS.values()] + list(warmup.FORMS)
    for place in range(max(len(NETWORKS), len(optimizers))):
        model = NETWORKS[place % len(NETWORKS)].init(3, 1, dtype)
        hm.train(model, X, y, epochs=1, optimizer=optimizers[place % len(optimizers)], validation=(X, y))
    known = set(warmup.texts())
    assert asked - known == set()
    assert {text for text in known if f"types.{dtype}" in text} - asked == set()
