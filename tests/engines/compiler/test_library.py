"""Libraries that come with an installation: used without Numba and LLVM, by level, and never where they are stale, damaged or foreign."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import halfmoon as hm
from halfmoon.engines.compiler import cache, library, machine
from halfmoon.engines.compiler.kernels import activation_text
from halfmoon.engines.compiler.sources import sources_hash

RELU = """
import ctypes, sys
import numpy as np
import halfmoon as hm
from halfmoon.engines.compiler import cache, kernels, library
z, a = np.array([-2, 3], "float32"), np.empty(2, "float32")
function = ctypes.CFUNCTYPE(ctypes.c_double, *[ctypes.c_int64] * 5)(cache.kernel(kernels.activation_text(hm.ReLU, "float32")))
function(z.ctypes.data, a.ctypes.data, z.ctypes.data, 1, 2)
print(a.tolist(), library.library() is not None, *sorted({"numba", "llvmlite"} & set(sys.modules)))
"""
USED, COMPILED = "[0.0, 3.0] True", "[0.0, 3.0] False llvmlite numba"
CACHED = COMPILED.removesuffix(" numba")
LEVELS = [name for name, level in machine.LEVELS.items() if machine.runs_here(level)]


@pytest.fixture(scope="module")
def linked(tmp_path_factory):
    """Return a library of one kernel, ReLU's."""
    text, folder = activation_text(hm.ReLU, "float32"), tmp_path_factory.mktemp("linked")
    (folder / "relu.o").write_bytes(cache.compile_into_cache(text))
    subprocess.run(["cc", "-shared", "-o", folder / "relu.so", folder / "relu.o"], check=True)
    return (folder / "relu.so").read_bytes()


@pytest.fixture
def package(tmp_path, linked):
    """Return a copy of the package, with a library for the highest level."""
    package = tmp_path / "halfmoon"
    shutil.copytree(Path(hm.__file__).parent, package, ignore=shutil.ignore_patterns("__pycache__", "libraries"))
    put_library(package, LEVELS[0], linked)
    return package


def folder_in(package):
    return package / library.FOLDER.relative_to(Path(hm.__file__).parent)


def put_library(package, level, content):
    folder = folder_in(package)
    folder.mkdir(exist_ok=True)
    path = folder / library.file_name(level)
    path.write_bytes(content)
    hashes = {each.name: hashlib.sha256(each.read_bytes()).hexdigest() for each in folder.glob("*.so")}
    (folder / library.MANIFEST).write_text(json.dumps({"sources": sources_hash(), "libraries": hashes}))
    return path


def run(package, **more):
    """Return what the program prints, and on standard error."""
    environment = os.environ | {"HALFMOON_CACHE": str(package.parent / "cache"), "PYTHONPATH": str(package.parent)} | more
    done = subprocess.run([sys.executable, "-c", RELU], env=environment, capture_output=True, text=True, timeout=300, check=False)
    return done.stdout.strip(), done.stderr.strip()


def test_a_kernel_of_the_library_needs_neither_numba_nor_llvm(package):
    assert run(package) == (USED, "")
    assert not list((package.parent).rglob("kernels-*/halfmoon_*"))


def test_what_the_library_lacks_is_compiled(package):
    code = RELU.replace("hm.ReLU", "hm.Tanh").replace("[-2, 3]", "[0, 0]")
    environment = os.environ | {"HALFMOON_CACHE": str(package.parent / "cache"), "PYTHONPATH": str(package.parent)}
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, timeout=300, check=True)
    assert done.stdout.strip() == "[0.0, 0.0] True llvmlite numba"


def edit_a_source(package):
    with (package / "expressions" / "vocabulary.py").open("a") as file:
        file.write("# edited\n")


def damage(package):
    path = folder_in(package) / library.file_name(LEVELS[0])
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def cut_the_manifest(package):
    (folder_in(package) / library.MANIFEST).write_text("{")


def put_something_else(package):
    put_library(package, LEVELS[0], b"no library at all")


@pytest.mark.parametrize(
    ("spoil", "reason", "expected"),
    [
        (edit_a_source, "sources have been edited since it was made", COMPILED),
        (damage, "the file is damaged", CACHED),
        (cut_the_manifest, "its manifest.json does not vouch for it", CACHED),
        (put_something_else, "it cannot be loaded", CACHED),
    ],
)
def test_a_library_that_cannot_be_trusted_is_named_and_not_used(spoil, reason, expected, package):
    kernels = package.parent / "cache" / cache.folder().name  # which has ReLU's, as long as no source has been edited
    kernels.mkdir(parents=True)
    name = cache._name(activation_text(hm.ReLU, "float32"))
    shutil.copy(cache.folder() / name, kernels / name)
    spoil(package)
    printed, said = run(package)
    assert printed == expected
    assert said.startswith(f"halfmoon: {library.file_name(LEVELS[0])} is not used, since {reason}")
    assert said.count("\n") == 0


def test_a_lower_level_that_is_asked_for_has_a_library_of_its_own(package, linked):
    below = LEVELS[-1]
    assert run(package, HALFMOON_CPU=below) == (COMPILED, "")  # into the cache, for that level
    put_library(package, below, linked)
    assert run(package, HALFMOON_CPU=below) == (USED, "")
