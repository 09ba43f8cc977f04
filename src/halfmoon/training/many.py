"""Many networks at once: each on a thread of compiled code, all cores busy, no processes, no copies of the data."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import contextmanager, suppress
from typing import Any, Protocol, TypedDict, Unpack

from halfmoon.base import checks
from halfmoon.base.checks import Array
from halfmoon.base.errors import InputError
from halfmoon.base.randomness import Random
from halfmoon.base.shared_context import Shared
from halfmoon.losses.penalty import Penalty
from halfmoon.network.model import Model
from halfmoon.optimizers.contract import Optimizer
from halfmoon.training.callbacks import Callback
from halfmoon.training.divergence import DivergenceError
from halfmoon.training.ending import INTERRUPTED, Ending
from halfmoon.training.history import History
from halfmoon.training.metrics import Metric
from halfmoon.training.stopping import EarlyStopping
from halfmoon.training.trainer import Trainer

POLL = 0.05
"""Seconds between two looks. A plain wait can miss Ctrl-C: where a library has a signal handler of its own (Polars has one), the system
may go on with a wait that Python's handler would have ended."""


SHORT = 1e-4
"""Seconds that one thread keeps the interpreter's lock while others wait for it. With Python's own 5 ms a thread that returns from
compiled code, and has little to do before it calls it again, would wait for all that another thread has to do in Python."""


@contextmanager
def _short_switch_interval() -> Iterator[None]:
    usual = sys.getswitchinterval()
    sys.setswitchinterval(min(SHORT, usual))
    try:
        yield
    finally:
        sys.setswitchinterval(usual)


short_switch_interval = Shared(_short_switch_interval)
"""Shortens the process's switch interval as long as anybody is in this context."""


class Work(Protocol):
    """What :func:`run_all` runs."""

    @property
    def size(self) -> int:
        """Those of the largest size begin first."""

    def run(self) -> Any:
        """Do the work."""

    def stop(self, reason: str | Ending) -> None:
        """End the work that another thread does."""


class Options(TypedDict, total=False):
    """What a :class:`Job` takes, as :func:`halfmoon.train` does."""

    optimizer: Optimizer | None
    penalty: Penalty
    seed: int | Random
    engine: str
    epochs: int
    batch_size: int | None
    shuffle: bool
    rows: Any
    sample_weight: Any
    class_weight: Any
    validation: Sequence[Any] | None
    metrics: str | Metric | Iterable[str | Metric]
    stopping: EarlyStopping | None
    max_seconds: float | None
    callbacks: Callback | Iterable[Callback]


class Job:
    """One training of :func:`train_many`.

    Parameters
    ----------
    model : Model
        Changed in place; each job has its own.
    X : array-like or sparse matrix, shape (n, n_inputs)
        Rows to learn from.
    y : array-like, shape (n,) or (n, n_outputs)
        Their targets.
    **options
        As :func:`halfmoon.train` takes them, but for ``threads``: ``optimizer``, ``penalty``, ``seed`` and ``engine``; ``epochs``,
        ``batch_size``, ``shuffle``, ``rows``, ``sample_weight``, ``class_weight``, ``validation``, ``metrics``, ``stopping``,
        ``max_seconds`` and ``callbacks``.

    Examples
    --------
    >>> job = hm.Job(model, X, y, optimizer=hm.Adam(0.01), epochs=5)
    >>> len(hm.train_many([job]))
    1
    """

    def __init__(self, model: Model, X: Any, y: Any, **options: Unpack[Options]) -> None:
        checks.instance("model", model, Model, "a Model, made by Network.init")
        if "threads" in options:
            raise InputError("threads must be given to train_many, each job has one")
        given: dict[str, Any] = {**options}
        ours = {name: given.pop(name) for name in ("optimizer", "penalty", "seed", "engine") if name in given}
        self.trainer = Trainer(model, threads=1, **ours)
        self.X, self.y, self.options = X, y, given

    @property
    def size(self) -> int:
        """How many parameters there are."""
        return int(self.trainer.model.theta.size)

    def stop(self, reason: str | Ending) -> None:
        """End the training that another thread runs; the reason becomes ``history.ending``."""
        self.trainer.stop(reason)

    def run(self) -> History:
        """Train, and return what was recorded; where the training diverged, ``history.ending`` says so."""
        try:
            return self.trainer.train(self.X, self.y, **self.options)
        except DivergenceError as error:
            return error.history


def train_many(jobs: Iterable[Job], *, threads: int | None = None) -> list[History]:
    """Train networks of any architectures, each as :func:`halfmoon.train` would, to the bit; several at a time.

    Parameters
    ----------
    jobs : iterable of Job
        They may share arrays, which are converted to a network's dtype once.
    threads : int, optional
        How many to train at a time, each on one thread; by default ``HALFMOON_THREADS`` or one for each core. Where there are fewer jobs
        than threads, each has several.

    Returns
    -------
    list of History
        In the order of the jobs. After Ctrl-C those that were training say "interrupted", those that had not begun are empty.

    Raises
    ------
    InputError
        When a job cannot be trained, or two have the same model; jobs that have begun are finished.

    Examples
    --------
    >>> models = [model.network.init(n_inputs=2, seed=seed) for seed in range(3)]
    >>> histories = hm.train_many([hm.Job(each, X, y, epochs=5) for each in models])
    >>> [history.epochs for history in histories]
    [5, 5, 5]
    """
    each = checks.listed("jobs", jobs, Job, "a list of Job")
    if len({id(job.trainer.model) for job in each}) < len(each):
        raise InputError("jobs must have a model each, got the same one twice")
    known: dict[tuple[int, str], tuple[Any, Array]] = {}
    for job in each:  # an array that several name is converted once for each dtype
        job.trainer.threads = threads_of_each(len(each), threads)
        key = id(job.X), str(job.trainer.model.dtype)
        if key not in known:
            known[key] = job.X, job.trainer.model.rows(job.X)
        job.X = known[key][1]
    return [History(ending=INTERRUPTED) if found is None else found for found in run_all(each, threads)]


def threads_of_each(jobs: int, threads: int | None = None) -> int:
    """Return on how many threads each of some jobs may run, so that none of all threads is idle from the beginning."""
    from halfmoon.engines.compiler.team import thread_count  # noqa: PLC0415 - loaded when used

    return max(1, thread_count(threads) // max(jobs, 1))


def run_all(jobs: Sequence[Work], threads: int | None = None) -> list[Any]:
    """Run jobs, several at a time, and return what each gave; None for those that Ctrl-C kept from beginning."""
    from halfmoon.engines.compiler.team import thread_count  # noqa: PLC0415 - loaded when used

    stopped = False

    def run(job: Work) -> Any:
        return None if stopped else job.run()

    with short_switch_interval, ThreadPoolExecutor(thread_count(threads)) as pool:
        largest_first = sorted(range(len(jobs)), key=lambda index: -jobs[index].size)  # so that no core ends alone
        running = dict[int, Future[Any]]()
        try:
            running.update((index, pool.submit(run, jobs[index])) for index in largest_first)
            for future in running.values():
                while not future.done():
                    with suppress(TimeoutError):
                        future.exception(POLL)
        except KeyboardInterrupt:
            stopped, waiting = True, True
            while waiting:  # again, for one that was just about to begin; once at least, so that all know of it that are done already
                for job in jobs:
                    job.stop(INTERRUPTED)
                waiting = bool(wait(running.values(), timeout=POLL).not_done)
    return [running[index].result() if index in running else None for index in range(len(jobs))]
