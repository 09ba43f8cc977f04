"""The processor that code is compiled for: one of a few levels, and the sizes that follow from it.

A level names what a processor has, whoever made it. So code for a level, and each number that it computes, is the same on every
processor that has the level. The highest one is taken, or the one that the environment variable ``HALFMOON_CPU`` names.
"""

from __future__ import annotations

import os
import platform
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from halfmoon.base import checks
from halfmoon.base.errors import InputError


@dataclass(frozen=True)
class Level:
    """What compiled code may use.

    Parameters
    ----------
    name : str
        As LLVM and the x86-64 psABI call it.
    triple : str
        LLVM's name of the architecture.
    vector_bytes, registers : int
        Size of a vector register, and how many there are.
    needed : frozenset of str
        Features that tell a processor of this level from one of the level below, as both Linux and LLVM call them.
    pause : tuple of str and tuple
        The LLVM intrinsic that tells the processor that a thread waits in a loop, "" for none, and its arguments.
    cpu, features : str
        For LLVM.
    """

    name: str
    triple: str
    vector_bytes: int
    registers: int
    needed: frozenset[str]
    pause: tuple[str, tuple[int, ...]] = ("", ())
    cpu: str = ""
    features: str = ""


def _x86_64(name: str, vector_bytes: int, registers: int, needed: str, features: str = "") -> Level:
    pause: tuple[str, tuple[int, ...]] = ("llvm.x86.sse2.pause", ())
    return Level(name, "x86_64", vector_bytes, registers, frozenset(needed.split()), pause, name, features)


_ARM = Level("armv8-a", "aarch64", 16, 16, frozenset(), ("llvm.aarch64.hint", (1,)), "generic", "+neon")
_X86_64 = (
    # LLVM would otherwise fill only half of a register where it vectorises a loop
    _x86_64("x86-64-v4", 64, 32, "avx512f avx512bw avx512cd avx512dq avx512vl avx2 fma bmi2", "-prefer-256-bit"),
    _x86_64("x86-64-v3", 32, 16, "avx2 fma bmi2 f16c movbe"),
    _x86_64("x86-64-v2", 16, 16, "popcnt ssse3 cx16"),
    _x86_64("x86-64", 16, 16, ""),
)
LEVELS = {level.name: level for level in (*_X86_64, _ARM)}
"""By name; of each architecture the highest first."""

ARCHITECTURES = {"x86_64": "x86_64", "amd64": "x86_64", "aarch64": "aarch64", "arm64": "aarch64"}
"""LLVM's name of what operating systems call an architecture."""

CPU_INFO = Path("/proc/cpuinfo")


@cache
def processor_features() -> frozenset[str]:
    """Return what this processor can do: from Linux, elsewhere from LLVM, which takes longer to load."""
    try:
        flags = re.search(r"^(?:flags|Features)\s*:(.*)$", CPU_INFO.read_text(), re.MULTILINE)
    except OSError:
        flags = None
    if flags:
        return frozenset(flags[1].split())
    from llvmlite import binding  # noqa: PLC0415 - only where there is no other way

    return frozenset(name for name, has in binding.get_host_cpu_features().items() if has)


def runs_here(level: Level) -> bool:
    """Return whether this processor has a level."""
    return level.triple == _architecture() and level.needed <= processor_features()


def _architecture() -> str:
    machine = platform.machine().lower()
    return ARCHITECTURES.get(machine, machine)


def _chosen() -> Level:
    """Return the level that ``HALFMOON_CPU`` names, which need not be one of this processor; by default the highest of it."""
    asked = os.environ.get("HALFMOON_CPU")
    if asked:
        return LEVELS[checks.one_of("HALFMOON_CPU", asked, LEVELS)]
    return next((level for level in LEVELS.values() if runs_here(level)), Level("generic", _architecture(), 16, 16, frozenset()))


LEVEL = _chosen()
VECTOR_BYTES, REGISTERS = LEVEL.vector_bytes, LEVEL.registers
PAUSE = LEVEL.pause if LEVEL.triple == _architecture() else ("", ())
"""Numba compiles for this machine's architecture on the way, which does not know the intrinsics of others."""

SIDE = VECTOR_BYTES // 8
"""Rows and columns of the squares by which a matrix is transposed: a row fills a register in float64, half of one in float32."""

CACHE_LINE = 64
"""Bytes of a cache line."""
LINE_WORDS = CACHE_LINE // 8
"""64-bit integers in a cache line."""


def check_runs() -> None:
    """Raise InputError when this processor cannot run code for the level that was chosen."""
    if not runs_here(LEVEL) and LEVEL.name in LEVELS:
        own = ", ".join(level.name for level in LEVELS.values() if runs_here(level))
        raise InputError(f"HALFMOON_CPU must be a level that this processor has ({own or 'none is known'}), got {LEVEL.name!r}")


def target_machine() -> Any:
    """Return LLVM's description of the level; its code can stand at any address, so it can be linked, too."""
    from llvmlite import binding  # noqa: PLC0415 - a process whose kernels came with the installation needs no LLVM

    binding.initialize_all_targets()
    binding.initialize_all_asmprinters()
    system = binding.get_default_triple().partition("-")[2]
    target = binding.Target.from_triple(f"{LEVEL.triple}-{system}")
    return target.create_target_machine(cpu=LEVEL.cpu, features=LEVEL.features, opt=3, reloc="pic", codemodel="default")
