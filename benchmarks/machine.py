"""Where and with what it was measured."""

from __future__ import annotations

import os
import platform
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

PACKAGES = ("halfmoon", "numpy", "numba", "scikit-learn", "joblib", "torch", "jax", "jaxlib")


def processor() -> str:
    """Return the processor's name."""
    information = Path("/proc/cpuinfo")
    lines = information.read_text(encoding="utf-8").splitlines() if information.exists() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or platform.machine()


def installed(package: str) -> str:
    """Return a package and its version, or that it is missing."""
    try:
        return f"{package} {version(package)}"
    except PackageNotFoundError:
        return f"{package} missing"


def sentence() -> str:
    """Return the machine, the versions and the day, in one sentence."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    versions = ", ".join([f"Python {platform.python_version()}", *map(installed, PACKAGES)])
    return f"Measured on {datetime.now(UTC):%Y-%m-%d}, on {processor()} with {cores} cores ({platform.system()}), with {versions}."
