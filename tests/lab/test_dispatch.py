"""Comparisons on the workers of an executor, one of them killed on the way; and a whole process that is killed."""

import os
import signal
import subprocess
import sys
import threading
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing import get_context

import pytest
from distributed import Client, Nanny, Scheduler, SpecCluster

import halfmoon as hm
from halfmoon.lab import LostWorkersError, Watcher

SLOW = {"max_iter": 3000, "tol": 0.0, "n_iter_no_change": float("inf"), "hidden_layer_sizes": (32, 32)}


def runs_in(folder):
    return sorted(path.name for path in (folder / "runs").glob("*.safetensors"))


class Act(Watcher):
    """Does something once, after some runs."""

    def __init__(self, after, act):
        self.left, self.act, self.heard = after, act, []

    def on_run(self, place, run, *, kept):
        self.heard.append((place, run.seed))
        self.left -= 1
        if not self.left:
            self.act()


EXECUTORS = {
    "threads": lambda: ThreadPoolExecutor(2),
    "processes": lambda: ProcessPoolExecutor(2, mp_context=get_context("spawn")),
}


@pytest.mark.parametrize("kind", EXECUTORS)
def test_an_executor_gives_the_same_numbers(kind, moons, grid, tmp_path, same):
    here = hm.compare(grid, *moons, seeds=2, epochs=5)
    with EXECUTORS[kind]() as executor:
        there = hm.compare(grid, *moons, seeds=2, epochs=5, executor=executor, folder=tmp_path)
    assert all(same(a, b) for a, b in zip(here.runs, there.runs, strict=True))
    assert len(runs_in(tmp_path)) == 8


def test_a_pool_that_breaks_is_told_and_what_was_finished_is_kept(moons, tmp_path):
    grid = [{"alpha": float(place), **SLOW} for place in range(8)]
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        watcher = Act(2, lambda: os.kill(next(iter(pool._processes)), signal.SIGKILL))
        with pytest.raises(
            LostWorkersError, match=r"BrokenProcessPool.* of 8 runs were made and are kept; the same call goes on from there"
        ):
            hm.compare(grid, *moons, seeds=1, folder=tmp_path, executor=pool, watcher=watcher)
    assert 2 <= len(runs_in(tmp_path)) < 8
    with pytest.raises(LostWorkersError, match="takes no tasks"):
        hm.compare(grid, *moons, seeds=1, folder=tmp_path, executor=pool)
    assert hm.compare(grid, *moons, seeds=1, folder=tmp_path).missing == 0


@pytest.fixture(scope="module")
def cluster():
    """A scheduler of Dask's, and two workers in processes of their own."""
    worker = {"cls": Nanny, "options": {"nthreads": 1, "memory_limit": 0, "dashboard": False}}
    scheduler = {"cls": Scheduler, "options": {"dashboard": False, "port": 0}}
    with SpecCluster(workers={0: worker, 1: worker}, scheduler=scheduler) as made:
        yield made


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("face", ["client", "executor"])
def test_dask_with_a_worker_killed_on_the_way(face, cluster, moons, tmp_path, same):
    grid = [{"alpha": place / 10, **SLOW} for place in range(4)]
    killed = []
    with Client(cluster) as client:
        client.wait_for_workers(2, timeout=30)

        def kill():
            pids = client.run(os.getpid)
            assert len(set(pids.values())) == 2
            os.kill(next(iter(pids.values())), signal.SIGKILL)
            killed.append(len(watcher.heard))

        watcher = Act(3, lambda: threading.Thread(target=kill).start())
        executor = client if face == "client" else client.get_executor(pure=False)
        found = hm.compare(grid, *moons, seeds=3, folder=tmp_path, executor=executor, watcher=watcher)
    assert 3 <= killed[0] < 12
    assert found.missing == 0
    assert sorted(watcher.heard) == [(place, seed) for place in range(4) for seed in range(3)]
    assert runs_in(tmp_path) == sorted(f"{run.key}.safetensors" for run in found.runs)
    assert all(same(a, b) for a, b in zip(found.runs, hm.compare(grid, *moons, seeds=3).runs, strict=True))


GRID = [{"alpha": place / 10, "max_iter": 300, "tol": 0.0, "n_iter_no_change": float("inf")} for place in range(10)]
KILLED = f"""
import sys, time
from sklearn.datasets import make_moons
import halfmoon as hm
from halfmoon.lab import Watcher

class Stop(Watcher):
    left = 5

    def on_run(self, place, run, *, kept):
        self.left -= 1
        if not self.left:
            print("five", flush=True)
            time.sleep(600)

X, y = make_moons(160, noise=0.2, random_state=0)
inf = float("inf")
hm.compare({GRID}, X, y, seeds=2, folder=sys.argv[1], threads=2, watcher=Stop())
"""


class Count(Watcher):
    def __init__(self):
        self.notes = {True: 0, False: 0}

    def on_run(self, place, run, *, kept):
        self.notes[kept] += 1


def test_a_process_that_is_killed_goes_on_where_it_stopped(moons, tmp_path, same):
    with subprocess.Popen([sys.executable, "-W", "error", "-c", KILLED, tmp_path], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout.readline() == "five\n"
        process.kill()
    there = runs_in(tmp_path)
    assert len(there) == 5
    before = {name: (tmp_path / "runs" / name).stat().st_mtime_ns for name in there}
    watcher = Count()
    found = hm.compare(GRID, *moons, seeds=2, folder=tmp_path, threads=2, watcher=watcher)
    assert (watcher.notes, found.missing) == ({True: 5, False: 15}, 0)
    assert all((tmp_path / "runs" / name).stat().st_mtime_ns == time for name, time in before.items())
    assert len(runs_in(tmp_path)) == 20
    assert all(same(a, b) for a, b in zip(found.runs, hm.compare(GRID, *moons, seeds=2).runs, strict=True))
