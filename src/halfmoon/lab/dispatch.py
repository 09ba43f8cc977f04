"""Running what a comparison lacks: several at a time in this process, or on the workers of an executor."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, CancelledError, Executor, Future, wait
from threading import Lock
from typing import Any, Protocol

from halfmoon.base.errors import InputError
from halfmoon.lab.problem import Problem
from halfmoon.lab.run import Run
from halfmoon.lab.settings import Plan
from halfmoon.lab.worker import Work, train
from halfmoon.training.many import POLL, run_all

Task = tuple[Plan, int]
"""A setting and a seed."""


class Take(Protocol):
    """Takes in a run; ``kept`` says that it was found, and not trained."""

    def __call__(self, run: Run, *, kept: bool) -> None: ...


class LostWorkersError(RuntimeError):
    """The executor did not finish what it was given; the runs that came are kept."""


class Guarded:
    """A task of this process: once anything has gone wrong, none begins any more, and those that run are ended.

    Parameters
    ----------
    group : Group
        All tasks.
    task : tuple of Plan and int
    """

    def __init__(self, group: Group, task: Task) -> None:
        self.group, self.task = group, task
        self.size = task[0].work
        self.work: Work | None = None
        self.stopped = False

    def stop(self, reason: str) -> None:
        """End the training that another thread runs."""
        self.stopped, work = True, self.work
        if work is not None:
            work.stop(reason)

    def run(self) -> None:
        """Train, and hand the run over."""
        if self.stopped:
            return
        try:
            found = self.group.find(self.task)
            if found is not None:
                self.group.take(found, kept=True)
                return
            plan, seed = self.task
            work = self.work = Work(plan, self.group.problem, seed)
            if self.stopped:
                return
            run = work.run()
            if run is not None:
                self.group.take(run, kept=False)
        except BaseException:
            self.group.stop("another run failed")
            raise
        finally:
            self.work = None  # its network is needed no more


class Group:
    """Tasks that are run in this process."""

    def __init__(self, problem: Problem, tasks: Iterable[Task], find: Callable[[Task], Run | None], take: Take) -> None:
        self.problem, self.find = problem, find
        self._lock, self._take = Lock(), take
        self.tasks = [Guarded(self, task) for task in tasks]

    def take(self, run: Run, *, kept: bool) -> None:
        """Take in one run at a time."""
        with self._lock:
            self._take(run, kept=kept)

    def stop(self, reason: str) -> None:
        """End everything."""
        for each in self.tasks:
            each.stop(reason)


def here(problem: Problem, tasks: Sequence[Task], find: Callable[[Task], Run | None], take: Take, *, threads: int | None) -> None:
    """Run tasks in this process, each on one thread of compiled code; ``find`` is asked first whether a run is there already.

    Ctrl-C ends it; the runs that were not finished are lost.
    """
    run_all(Group(problem, tasks, find, take).tasks, threads)


def identity(problem: Problem) -> Problem:
    """Return the problem: the task that brings the data to the workers of Dask, and again should a worker be lost."""
    return problem


def elsewhere(executor: Any, problem: Problem, tasks: Sequence[Task], take: Take) -> None:
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
        for plan, seed in sorted(tasks, key=lambda task: -task[0].work):  # long ones first: no worker ends alone
            pending[_submitted(pool, data, plan, seed)] = seed
        while pending:
            for future in wait(pending, timeout=POLL, return_when=FIRST_COMPLETED).done:
                run = _result(future)
                del pending[future]
                take(run, kept=False)
    except KeyboardInterrupt:
        pass
    finally:
        for future in pending:
            future.cancel()


def _submitted(pool: Executor, data: Any, plan: Plan, seed: int) -> Future[Any]:
    try:
        return pool.submit(train, data, plan, seed)
    except (BrokenExecutor, RuntimeError) as error:  # broken, or shut down
        raise LostWorkersError(f"the executor takes no tasks ({error})") from error


def _result(future: Future[Any]) -> Run:
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
