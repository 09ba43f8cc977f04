"""Running what a comparison lacks: several at a time in this process, or on the workers of an executor."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from concurrent.futures import BrokenExecutor, CancelledError, Executor, Future, ThreadPoolExecutor, wait
from contextlib import suppress
from queue import Empty, SimpleQueue
from typing import Any

from halfmoon.base.errors import InputError
from halfmoon.base.interrupts import deferred
from halfmoon.engines.compiler.team import thread_count
from halfmoon.lab.problem import Problem
from halfmoon.lab.run import RunResult
from halfmoon.lab.settings import Configuration
from halfmoon.lab.worker import Worker, train
from halfmoon.training.ending import INTERRUPTED
from halfmoon.training.many import POLL, short_switch_interval

Task = tuple[Configuration, int]
"""A configuration and a seed."""


class LostWorkersError(RuntimeError):
    """The executor did not finish what it was given; the runs that came are kept.

    Examples
    --------
    >>> from halfmoon.lab import LostWorkersError
    >>> issubclass(LostWorkersError, RuntimeError)
    True
    """


class LocalPool(ThreadPoolExecutor):
    """The threads of this process, each of which trains on one thread of compiled code."""

    def __init__(self, threads: int | None, find: Callable[[Task], RunResult | None]) -> None:
        super().__init__(thread_count(threads))
        self.find = find
        self.workers: set[Worker] = set()
        self.stopped = False

    def train(self, problem: Problem, configuration: Configuration, seed: int) -> RunResult | None:
        """Return the run of a task, which another process may have made by now; None where it was stopped."""
        found = None if self.stopped else self.find((configuration, seed))
        if self.stopped or found is not None:
            return found
        worker = Worker(configuration, problem, seed)
        self.workers.add(worker)
        try:
            return None if self.stopped else worker.run()
        finally:
            self.workers.remove(worker)  # its network is needed no more

    def stop(self, futures: Collection[Future[Any]]) -> None:
        """End all trainings, and wait until they have ended."""
        self.stopped = True
        while wait(futures, timeout=POLL).not_done or self.workers:  # again, for one that was just about to begin
            for worker in list(self.workers):
                worker.stop(INTERRUPTED)
        self.shutdown()


def run_tasks(
    executor: Any, problem: Problem, tasks: Iterable[Task], find: Callable[[Task], RunResult | None], collect: Callable[[RunResult], None],
    *, threads: int | None,
) -> None:  # fmt: skip
    """Run tasks on an executor, or a client of Dask's, which is sent the data once; by default in this process.

    There ``find`` is asked first whether a run is there already. The calling thread collects runs as they come. Ctrl-C ends it.

    Raises
    ------
    LostWorkersError
        When the executor has broken down.
    """
    pool, data = (LocalPool(threads, find), problem) if executor is None else _pool(executor, problem)
    done: SimpleQueue[Future[RunResult | None]] = SimpleQueue()
    pending: set[Future[RunResult | None]] = set()

    def take(future: Future[RunResult | None]) -> None:
        pending.remove(future)
        run = future.result() if isinstance(pool, LocalPool) else _result(future)
        if run is not None:
            collect(run)

    try:
        with short_switch_interval:
            for configuration, seed in sorted(tasks, key=lambda task: -task[0].cost):  # long ones first: no worker ends alone
                future = _submitted(pool, data, configuration, seed)
                pending.add(future)
                future.add_done_callback(done.put)
            while pending:
                with deferred(), suppress(Empty):
                    take(done.get(timeout=POLL))
    except KeyboardInterrupt:
        pass
    finally:
        for future in pending:
            future.cancel()
        if isinstance(pool, LocalPool):
            pool.stop(pending)
    for future in [each for each in pending if not each.cancelled() and each.done() and each.exception() is None]:
        take(future)  # those that were finished by then


def identity(problem: Problem) -> Problem:
    """Return the problem: the task that brings the data to the workers of Dask, and again should a worker be lost."""
    return problem


def _submitted(pool: Executor, data: Any, configuration: Configuration, seed: int) -> Future[RunResult | None]:
    try:
        return pool.submit(pool.train if isinstance(pool, LocalPool) else train, data, configuration, seed)
    except (BrokenExecutor, RuntimeError) as error:  # broken, or shut down
        raise LostWorkersError(f"the executor takes no tasks ({error})") from error


def _result(future: Future[RunResult | None]) -> RunResult | None:
    """Return what a task gave; a training that fails is a run too, so what is raised here is the executor's."""
    try:
        return future.result()
    except (Exception, CancelledError) as error:
        raise LostWorkersError(f"the executor could not finish a run ({type(error).__name__}: {error})") from error


def _pool(executor: Any, problem: Problem) -> tuple[Executor, Any]:
    if isinstance(executor, Executor):
        return executor, problem
    if not (hasattr(executor, "get_executor") and hasattr(executor, "submit")):
        raise InputError(f"executor must be a concurrent.futures.Executor or a client of Dask's, got {executor!r}")
    return executor.get_executor(pure=False), executor.submit(identity, problem, pure=False)
