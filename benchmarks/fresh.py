"""What only a fresh process can tell: the import, the first fit, and the memory that both take.

``python -m benchmarks.fresh JOB CONTENDER [quick]`` prints one line of JSON, as a worker does.
"""

from __future__ import annotations

import json
import sys
import time
from contextlib import suppress
from dataclasses import asdict, replace
from importlib import import_module
from pathlib import Path

import numpy as np

from benchmarks import contenders, jobs
from benchmarks.contenders.contract import Contender
from benchmarks.worker import own_output

TINY = 512  # rows of the training before memory is measured
KIB = 1024


def first_fit(entry: contenders.Entry, job: jobs.Job) -> tuple[float, Contender]:
    """Return the seconds from nothing but the imports to a trained network."""
    began = time.perf_counter()
    contender = entry.make(job)
    contender.restart()
    contender.run()
    return time.perf_counter() - began, contender


def import_and_fit(entry: contenders.Entry, job: jobs.Job) -> tuple[float, Contender]:
    """Return the seconds from the import to a fitted estimator; reading the data is among them, for everybody."""
    began = time.perf_counter()
    import_module(entry.imports[0])
    imported = time.perf_counter() - began
    seconds, contender = first_fit(entry, job)
    return imported + seconds, contender


def memory(name: str) -> int:
    """Return the bytes of a field of the process's status: VmRSS, held now, or VmHWM, the most so far."""
    fields = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines())
    return int(fields[name].split()[0]) * KIB


def added_memory(entry: contenders.Entry, job: jobs.Job) -> tuple[float, Contender]:
    """Return how much training adds to a process that holds the data and has trained on a few rows, in sizes of the data."""
    first_fit(entry, replace(job, rows=TINY))
    contender = entry.make(job)
    contender.restart()
    with suppress(OSError):  # brings the peak down to now; where that is not allowed, the number is an upper bound
        Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
    held = memory("VmRSS")
    contender.run()
    size = job.rows * job.inputs * np.dtype(job.dtype).itemsize
    return (memory("VmHWM") - held) / size, contender


def resident(entry: contenders.Entry, job: jobs.Job) -> tuple[float, Contender]:
    """Return the megabytes that the process holds after the import and a first training, the data among them."""
    _, contender = first_fit(entry, job)
    return memory("VmRSS") / 1e6, contender


MEASURES = {"import and fit": import_and_fit, "first fit": first_fit, "resident": resident, "memory": added_memory}
IMPORTED_BEFORE = ("first fit", "memory", "resident")
"""What is measured after the import of all that a contender loads."""


def main() -> None:
    """Measure once."""
    key, name, *quick = sys.argv[1:]
    pipe, entry, job = own_output(), contenders.find(name), jobs.find(key, quick=bool(quick))
    if job.kind in IMPORTED_BEFORE:
        for module in entry.imports:
            import_module(module)
        import_module(f"{contenders.__name__}.{entry.module}")
    value, contender = MEASURES[job.kind](entry, job)
    print(json.dumps({"value": value, "outcome": asdict(contender.outcome())}), file=pipe)


if __name__ == "__main__":
    main()
