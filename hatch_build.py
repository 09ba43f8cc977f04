"""Puts machine code into a wheel: the kernels of the library's own definitions, one shared library for each level of processor.

It works where it is asked to, by HATCH_BUILD_HOOK_ENABLE_CUSTOM=true, as ``make package`` does, and needs a C compiler to link. From
the sdist or an editable checkout without it, kernels are compiled when they are first used.
"""

from __future__ import annotations

import hashlib
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

LEVELS = {"x86_64": ("x86-64-v2", "x86-64-v3", "x86-64-v4"), "aarch64": ("armv8-a",)}
"""Those of each architecture that a wheel serves. HALFMOON_BUILD_ARCHITECTURE names another one than the builder's."""

COMPILE = """
import os, sys
from pathlib import Path
from halfmoon.engines.compiler import cache
from halfmoon.engines.fused import warmup
from halfmoon.estimators.losses import READINGS
if __name__ == "__main__":
    texts = warmup.texts(READINGS)
    warmup.compile_missing(texts, lambda done, total: None, os.cpu_count() or 1)
    for number, text in enumerate(texts):
        Path(sys.argv[1], f"{number}.o").write_bytes(cache.compile_into_cache(text))
"""
"""Compiles all kernels for the level in HALFMOON_CPU, which need not be one of this machine, and writes their object files to a folder."""


class MachineCode(BuildHookInterface[Any]):
    """Compiles, links, and adds the libraries and their manifest to the wheel."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Make the libraries in a folder of their own, and have them packed."""
        if self.target_name != "wheel" or version == "editable":
            return
        sources = Path(self.root) / "src"
        sys.path.insert(0, str(sources))
        from halfmoon.engines.compiler.library import FOLDER, MANIFEST, file_name
        from halfmoon.engines.compiler.sources import sources_hash

        architecture = os.environ.get("HALFMOON_BUILD_ARCHITECTURE", platform.machine().lower())
        folder = Path(self.root) / "build" / "libraries"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        for level in LEVELS[architecture]:
            self.app.display_info(f"compiling kernels for {level}")
            _link(level, sources, folder / file_name(level))
        hashes = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.iterdir()}
        (folder / MANIFEST).write_text(json.dumps({"sources": sources_hash(), "libraries": hashes}, indent=1))
        build_data["force_include"] |= {str(path): str(FOLDER.relative_to(sources) / path.name) for path in folder.iterdir()}
        build_data["pure_python"] = False
        # kernels call nothing but memcpy, memset, sched_yield and usleep
        build_data["tag"] = f"py3-none-manylinux2014_{architecture}"


def _link(level: str, sources: Path, library: Path) -> None:
    """Compile all kernels for a level, and link them into a shared library."""
    with tempfile.TemporaryDirectory(prefix="halfmoon-build-") as name:
        work = Path(name)
        script = work / "compile.py"
        script.write_text(COMPILE)
        environment = os.environ | {"PYTHONPATH": str(sources), "HALFMOON_CPU": level, "HALFMOON_CACHE": str(work / "cache")}
        subprocess.run([sys.executable, script, work], env=environment, check=True)
        linker = os.environ.get("CC", "cc").split()
        subprocess.run([*linker, "-shared", "-s", "-Wl,--build-id=none", "-o", library, *sorted(work.glob("*.o"))], check=True)
