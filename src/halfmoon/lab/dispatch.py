"""Running what a comparison lacks: several at a time in this process, or on the workers of an executor."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, CancelledError, Executor, Future, wait
from threading import Lock
from typing import Any, Protocol

from halfmoon.base.errors import InputError
from halfmoon.lab.problem import Problem
from halfmoon.lab.run import RunResult
from halfmoon.lab.settings import Configuration
from halfmoon.lab.worker import Worker, train
from halfmoon.training.ending import Ending
from halfmoon.training.many import POLL, run_all

Task = tuple[Configuration, int]
"""A configuration and a seed."""


class Collect(Protocol):
    """Takes in a run that is finished; ``kept`` says that it was there before, and not trained."""

    def __call__(self, run: RunResult, *, kept: bool) -> None: ...


class LostWorkersError(RuntimeError):
    """The executor did not finish what it was given; the runs that came are kept."""


class LocalTask:
    """A task of this process: once one has failed, no other begins any more, and those that run are ended.

    Parameters
    ----------
    tasks : LocalTasks
        All of them.
    task : tuple of Configuration and int
    """

    def __init__(self, tasks: LocalTasks, task: Task) -> None:
        self.tasks, self.task = tasks, task
        self.size = task[0].cost
        self.worker: Worker | None = None
        self.stopped = False

    def stop(self, reason: str | Ending) -> None:
        """End the training that another thread runs."""
        self.stopped, worker = True, self.worker
        if worker is not None:
            worker.stop(reason)

    def run(self) -> None:
        """Train, and hand the run over."""
        if self.stopped:
            return
        try:
            found = self.tasks.find(self.task)
            if found is not None:
                self.tasks.collect(found, kept=True)
                return
            configuration, seed = self.task
            worker = self.worker = Worker(configuration, self.tasks.problem, seed)
            if self.stopped:
                return
            run = worker.run()
            if run is not None:
                self.tasks.collect(run, kept=False)
        except BaseException:
            self.tasks.stop("another run failed")
            raise
        finally:
            self.worker = None  # its network is needed no more


class LocalTasks:
    """Tasks that are run in this process."""

    def __init__(self, problem: Problem, tasks: Iterable[Task], find: Callable[[Task], RunResult | None], collect: Collect) -> None:
        self.problem, self.find = problem, find
        self._lock, self._collect = Lock(), collect
        self.tasks = [LocalTask(self, task) for task in tasks]

    def collect(self, run: RunResult, *, kept: bool) -> None:
        """Take in one run at a time."""
        with self._lock:
            self._collect(run, kept=kept)

    def stop(self, reason: str | Ending) -> None:
        """End everything."""
        for each in self.tasks:
            each.stop(reason)


def run_locally(
    problem: Problem, tasks: Sequence[Task], find: Callable[[Task], RunResult | None], collect: Collect, *, threads: int | None
) -> None:
    """Run tasks in this process, each on one thread of compiled code; ``find`` is asked first whether a run is there already.

    Ctrl-C ends it; the runs that were not finished are lost.
    """
    run_all(LocalTasks(problem, tasks, find, collect).tasks, threads)


def identity(problem: Problem) -> Problem:
    """Return the problem: the task that brings the data to the workers of Dask, and again should a worker be lost."""
    return problem


def run_on_executor(executor: Any, problem: Problem, tasks: Sequence[Task], collect: Collect) -> None:
    """Run tasks on an executor, or a client of Dask's, which is sent the data once; take in the runs as they come.

    Ctrl-C ends it.

    Raises
    ------
    LostWorkersError
        When the executor has broken down.
    """
    pool, data = _pool(executor, problem)
    pending: dict[Future[Any], int] = {}
    try:
        for configuration, seed in sorted(tasks, key=lambda task: -task[0].cost):  # long ones first: no worker ends alone
            pending[_submitted(pool, data, configuration, seed)] = seed
        while pending:
            for future in wait(pending, timeout=POLL, return_when=FIRST_COMPLETED).done:
                run = _result(future)
                del pending[future]
                collect(run, kept=False)
    except KeyboardInterrupt:
        pass
    finally:
        for future in pending:
            future.cancel()


def _submitted(pool: Executor, data: Any, configuration: Configuration, seed: int) -> Future[Any]:
    try:
        return pool.submit(train, data, configuration, seed)
    except (BrokenExecutor, RuntimeError) as error:  # broken, or shut down
        raise LostWorkersError(f"the executor takes no tasks ({error})") from error


def _result(future: Future[Any]) -> RunResult:
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
