"""The machine that code is compiled for, as LLVM describes it, and the sizes that follow from it."""

from __future__ import annotations

from typing import Any

from llvmlite import binding

PROCESSOR: str = binding.get_host_cpu_name()
FEATURES: Any = binding.get_host_cpu_features()
"""What the processor can do: a dict of names and whether it has them."""

VECTOR_BYTES, REGISTERS = (64, 32) if FEATURES.get("avx512f") else (32, 16) if FEATURES.get("avx2") else (16, 16)
"""Bytes of a vector register, and how many of them there are."""

SIDE = VECTOR_BYTES // 8
"""Rows and columns of the squares by which a matrix is transposed: a row fills a register in float64, half of one in float32."""

PAUSES = {"x86_64": ("llvm.x86.sse2.pause", ()), "aarch64": ("llvm.aarch64.hint", (1,)), "arm64": ("llvm.aarch64.hint", (1,))}
PAUSE: tuple[str, tuple[int, ...]] = PAUSES.get(binding.get_process_triple().split("-")[0], ("", ()))
"""What tells the processor that a thread waits in a loop: an LLVM intrinsic, "" for none, and its arguments."""

CACHE_LINE = 64
"""Bytes of a cache line."""
LINE_WORDS = CACHE_LINE // 8
"""64-bit integers in a cache line."""


def target_machine() -> Any:
    """Return LLVM's description of this machine."""
    binding.initialize_native_target()
    binding.initialize_native_asmprinter()
    target = binding.Target.from_default_triple()
    return target.create_target_machine(cpu=PROCESSOR, features=FEATURES.flatten(), opt=3, jit=True)
