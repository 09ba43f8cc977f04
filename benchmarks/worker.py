"""One contender of one job in a process of its own, which sleeps on a pipe until it is its turn.

``python -m benchmarks.worker JOB CONTENDER [quick]`` answers each line on its input with one line of JSON: the seconds of a
run and its outcome, or a sentence on why there is none. So no two libraries share threads, and none spins while another
one runs.
"""

from __future__ import annotations

import gc
import json
import os
import sys
import time
from dataclasses import asdict
from typing import TextIO

from benchmarks import contenders, jobs
from benchmarks.contenders.contract import Contender


def once(contender: Contender) -> dict[str, object]:
    """Run once, and return the seconds and the outcome."""
    contender.restart()
    gc.collect()
    began = time.perf_counter()
    contender.run()
    seconds = time.perf_counter() - began
    return {"value": seconds / contender.job.calls, "outcome": asdict(contender.outcome())}


def own_output() -> TextIO:
    """Return the pipe to the parent; whatever a library prints goes where errors go."""
    pipe = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)
    return pipe


def main() -> None:
    """Answer until the input ends."""
    key, name, *quick = sys.argv[1:]
    pipe, contender = own_output(), None
    for _ in sys.stdin:
        try:
            contender = contender or contenders.find(name).make(jobs.find(key, quick=bool(quick)))
            answer = once(contender)
        except Exception as error:  # noqa: BLE001 - a peer that fails is a row of the table, not the end of the run
            answer = {"error": (str(error).strip().splitlines() or [type(error).__name__])[0]}
        print(json.dumps(answer), file=pipe)


if __name__ == "__main__":
    main()
