"""Measuring a job: every contender in its own process, one run each in turn, A B C A B C."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks.contenders import ENTRIES, OURS, Entry
from benchmarks.contenders.contract import Outcome
from benchmarks.jobs import FRESH, Job

ROOT = Path(__file__).parent.parent
WHEEL = ROOT / ".wheel-check" / "bin" / "python"
"""The interpreter of an environment that has Halfmoon's wheel; ``make package`` makes it."""
IMPORT = "import json, time; t = time.perf_counter(); import {}; print(json.dumps({{'value': time.perf_counter() - t, 'outcome': None}}))"


@dataclass
class Samples:
    """What one contender's runs gave: seconds (or data sizes), and the last outcome, None for an import."""

    values: list[float] = field(default_factory=list)
    outcome: Outcome | None = None

    @property
    def median(self) -> float:
        """The middle of the values."""
        return median(self.values)


@dataclass
class Result:
    """A job's samples by contender, and why those who are missing are."""

    job: Job
    samples: dict[str, Samples] = field(default_factory=dict)
    missing: dict[str, str] = field(default_factory=dict)

    @property
    def ours(self) -> Samples | None:
        """Halfmoon's own."""
        return self.samples.get(OURS)


Answer = dict[str, Any]
"""The value and the outcome of a run, or an error."""


@contextmanager
def worker(command: list[str]) -> Iterator[Callable[[], Answer]]:
    """Keep a process; what is yielded lets it run once."""
    process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)

    def once() -> Answer:
        with suppress(BrokenPipeError):
            print("run", file=process.stdin, flush=True)
            if line := process.stdout.readline():
                return json.loads(line)
        return {"error": f"its process ended with {process.wait()}"}

    with process:  # closes the pipes, which ends the process, and waits for it
        yield once


@contextmanager
def fresh(command: list[str], *, cold: bool) -> Iterator[Callable[[], Answer]]:
    """Yield what starts a process for a single run; Halfmoon's kernels are kept in a folder from run to run, or not at all."""

    def once() -> Answer:
        with TemporaryDirectory() as empty:
            environment = os.environ | {"HALFMOON_CACHE": empty if cold else kept}
            done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
        errors = done.stderr.strip().splitlines() or [f"its process ended with {done.returncode}"]
        return {"error": errors[-1]} if done.returncode else json.loads(done.stdout)

    with TemporaryDirectory() as kept:
        yield once


def contender(entry: Entry, job: Job, *, quick: bool) -> AbstractContextManager[Callable[[], Answer]]:
    """Return what opens a contender and, when it is done, closes it."""
    arguments = [job.key, entry.name, *(["quick"] if quick else [])]
    python = str(WHEEL) if job.wheel and entry.name == OURS else sys.executable
    if job.kind == "import":
        return fresh([python, "-c", IMPORT.format(entry.imports[0])], cold=False)
    if job.kind in FRESH:
        return fresh([python, "-m", "benchmarks.fresh", *arguments], cold=job.cold)
    return worker([sys.executable, "-m", "benchmarks.worker", *arguments])


REST = 0.25
"""Seconds before each run: threads of a BLAS or of OpenMP go on spinning for a while, and would take a core from who comes next."""


def measure(job: Job, repeats: int, say: Callable[[str], None], *, quick: bool) -> Result:
    """Run each contender once to warm it up, then all of them in turn, ``repeats`` times.

    Parameters
    ----------
    job : Job
    repeats : int
    say : callable
        Gets a line before each run.
    quick : bool
        Whether the job is cut down.
    """
    result = Result(job)
    entries = [entry for entry in ENTRIES if entry.takes_part(job.kind)]
    with ExitStack() as processes:
        running = {entry.name: processes.enter_context(contender(entry, job, quick=quick)) for entry in entries}
        for repeat in range(repeats + 1):
            for name in [name for name in running if name not in result.missing]:
                say(f"{job.title}: {name}, {f'run {repeat} of {repeats}' if repeat else 'warming up'}")
                time.sleep(REST)
                _record(result, name, running[name](), warm=repeat > 0)
    return result


def _record(result: Result, name: str, answer: Answer, *, warm: bool) -> None:
    if "error" in answer:
        result.missing[name] = answer["error"]
        result.samples.pop(name, None)
    elif warm:
        samples = result.samples.setdefault(name, Samples())
        samples.values.append(answer["value"])
        samples.outcome = answer["outcome"] and Outcome(**answer["outcome"])
