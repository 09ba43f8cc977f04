"""The kernel cache: damaged, edited, filled by two at once, or nowhere to be put; what is compiled is so in processes of its own."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest

import halfmoon as hm
from halfmoon.engines.compiler import cache, kernels, sources

RELU = """
import ctypes
import numpy as np
import halfmoon as hm
from halfmoon.engines.compiler import cache
from halfmoon.engines.compiler import kernels
z, a = np.array([-2, 3], "float32"), np.empty(2, "float32")
function = ctypes.CFUNCTYPE(ctypes.c_double, *[ctypes.c_int64] * 5)(cache.kernel(kernels.activation_text(hm.ReLU, "float32")))
function(z.ctypes.data, a.ctypes.data, z.ctypes.data, 1, 2)
print(a.tolist())
"""


def start(code, folder, package=None):
    environment = os.environ | {"HALFMOON_CACHE": str(folder)} | ({} if package is None else {"PYTHONPATH": str(package.parent)})
    return subprocess.Popen([sys.executable, "-c", code], env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def printed(process):
    out, error = process.communicate(timeout=300)
    assert process.returncode == 0, error
    return out.strip()


def fill(folder, *activations):
    """Put the kernels of activations, by which processes find them, into a folder; return their paths."""
    paths = []
    for each in activations:
        text = kernels.activation_text(each, "float32")
        cache.compile_into_cache(text)
        paths.append(folder / cache.folder().name / cache._name(text))
        paths[-1].parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(cache.folder() / paths[-1].name, paths[-1])
    return paths


def test_damaged_kernels_are_compiled_again(tmp_path):
    (stored,) = fill(tmp_path, hm.ReLU)
    content, code = stored.read_bytes(), cache._read(stored)
    assert code is not None
    for damaged in (b"", content[:40], content[:-1], content[:-1] + bytes([content[-1] ^ 1])):
        stored.write_bytes(damaged)
        assert cache._read(stored) is None
    assert printed(start(RELU, tmp_path)) == "[0.0, 3.0]"
    assert cache._read(stored) is not None
    assert cache._read(tmp_path / "nothing") is None


def test_two_processes_fill_the_cache_at_once(tmp_path):
    both = [start(RELU, tmp_path) for _ in range(2)]
    assert [printed(each) for each in both] == ["[0.0, 3.0]"] * 2
    (stored,) = tmp_path.rglob("halfmoon_*")
    assert cache._read(stored) is not None


# a source of kernels, what is edited there, and what a ReLU of (-2, 3) is then
EDITS = {
    "layers/activations.py": ('"relu", lambda z: maximum(z, 0)', '"relu", lambda z: maximum(z, 1)', "[1.0, 3.0]"),
    "engines/compiler/math_functions.py": ("where((a > b) | (a != a), a, b)", "where((a < b) | (a != a), a, b)", "[-2.0, 0.0]"),
    "engines/compiler/kernels.py": ("a_[q] = F({value})", "a_[q] = F({value}) + F(1)", "[1.0, 4.0]"),
}


@pytest.fixture
def package(tmp_path):
    """Return a copy of the package."""
    copied = tmp_path / "halfmoon"
    shutil.copytree(Path(hm.__file__).parent, copied, ignore=shutil.ignore_patterns("__pycache__", "libraries"))
    return copied


@pytest.mark.parametrize("edited", EDITS)
def test_an_edited_source_is_never_served_from_an_old_kernel(edited, package, tmp_path):
    fill(tmp_path / "cache", hm.ReLU)
    before, after, expected = EDITS[edited]
    text = (package / edited).read_text()
    assert text.count(before) == 1
    (package / edited).write_text(text.replace(before, after))
    assert printed(start(RELU, tmp_path / "cache", package)) == expected
    assert len(list((tmp_path / "cache").rglob("halfmoon_*"))) == 2


@pytest.mark.parametrize(
    "edited",
    [
        "expressions/vocabulary.py",
        "expressions/tracing.py",
        "base/philox.py",
        "engines/compiler/matrix_product.py",
        "engines/fused/driver.py",
        "engines/fused/operations/dense.py",
    ],
)
def test_every_source_of_kernels_counts(edited, package, monkeypatch):
    monkeypatch.setattr(sources, "PACKAGE", package)
    assert sources.sources_hash.__wrapped__() == sources.sources_hash()
    with (package / edited).open("a") as file:
        file.write("# edited\n")
    assert sources.sources_hash.__wrapped__() != sources.sources_hash()


def test_kernels_that_stand_under_each_others_names_are_compiled_again(tmp_path):
    first, second = fill(tmp_path, hm.ReLU, hm.Identity)
    one, two = first.read_bytes(), second.read_bytes()
    first.write_bytes(two)
    second.write_bytes(one)
    assert printed(start(RELU, tmp_path)) == "[0.0, 3.0]"


FOLDER = "from halfmoon.engines.compiler import cache; print(cache.folder())"


def start_without_cache(code, tmp_path, monkeypatch):
    """Start a process whose cache folder cannot be made, and whose temporary folder is ``tmp_path``."""
    blocked = tmp_path / "file"
    blocked.write_text("no folder")
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    return start(code, blocked / "inside")


def test_without_a_cache_all_processes_share_one_folder_of_the_user(tmp_path, monkeypatch):
    assert printed(start_without_cache(RELU, tmp_path, monkeypatch)) == "[0.0, 3.0]"
    (folder,) = tmp_path.glob("halfmoon*")
    (kernel,) = folder.rglob("halfmoon_*")
    assert folder.stat().st_mode & 0o777 == 0o700
    written = kernel.stat().st_mtime_ns
    assert printed(start_without_cache(RELU, tmp_path, monkeypatch)) == "[0.0, 3.0]"
    assert kernel.stat().st_mtime_ns == written
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file", folder.name]


def _open_to_others(folder, elsewhere):
    folder.mkdir()
    folder.chmod(0o777)


def _another_users(folder, elsewhere):
    folder.mkdir(mode=0o700)
    os.chown(folder, 65534, 65534)


UNSAFE = {
    "open to others": _open_to_others,
    "a link": lambda folder, elsewhere: folder.symlink_to(elsewhere),
    "a file": lambda folder, elsewhere: folder.write_text("no folder"),
    "another user's": _another_users,
}


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="the temporary folder is the user's own")
@pytest.mark.parametrize("what", UNSAFE)
def test_a_folder_that_others_may_write_is_not_used(what, tmp_path, monkeypatch):
    if what == "another user's" and os.geteuid() != 0:
        pytest.skip("only the superuser can give a folder away")
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir(mode=0o700)
    UNSAFE[what](tmp_path / f"halfmoon-{os.geteuid()}", elsewhere)
    if what == "a link":  # to compile takes long
        assert printed(start_without_cache(f"{RELU}\n{FOLDER}", tmp_path, monkeypatch)) == "[0.0, 3.0]\nNone"
    (tmp_path / "file").write_text("no folder")
    monkeypatch.setenv("HALFMOON_CACHE", str(tmp_path / "file" / "inside"))
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    assert cache.folder.__wrapped__() is None
    assert not list(elsewhere.iterdir())


def test_folders_that_nobody_used_for_long_are_removed(tmp_path, monkeypatch):
    monkeypatch.setenv("HALFMOON_CACHE", str(tmp_path))
    ages = {"kernels-old": 40, "kernels-young": 20, "other-old": 40}
    for name, days in ages.items():
        (tmp_path / name).mkdir()
        (tmp_path / name / "halfmoon_0").write_bytes(b"kernel")
        os.utime(tmp_path / name, (time.time() - days * 86400,) * 2)
    used = cache.folder.__wrapped__()
    assert {path.name for path in tmp_path.iterdir()} == {"kernels-young", "other-old", used.name}
    os.utime(used, (0, 0))
    cache.folder.__wrapped__()
    assert time.time() - used.stat().st_mtime < 3600


def test_a_folder_that_cannot_be_made_is_no_obstacle(tmp_path):
    blocked = tmp_path / "file"
    blocked.write_text("no folder")
    assert printed(start(RELU, blocked / "inside")) == "[0.0, 3.0]"
