"""Many networks at once: the bits of train, one history each."""

import os
import signal
import threading
import time
from concurrent.futures import ThreadPoolExecutor, wait

import numpy as np
import pytest

import halfmoon as hm
from halfmoon.training import many
from halfmoon.training.many import run_all

X = np.random.RandomState(0).normal(size=(120, 4))
Y = np.random.RandomState(1).randint(0, 3, 120)


def models():
    parts = [[hm.Dense(units), hm.Tanh, hm.Dense(3)] for units in (3, 40, 8)] + [
        [hm.Dense(5), hm.BatchNorm(), hm.Dropout(0.2), hm.Dense(3)]
    ]
    return [
        hm.Network(layers, hm.SoftmaxCrossEntropy()).init(4, seed, dtype)
        for seed, layers in enumerate(parts)
        for dtype in ("float32", "float64")
    ]


OPTIONS = [
    {"optimizer": hm.Adam(0.01), "epochs": 5, "batch_size": 32, "seed": 4},
    {"optimizer": hm.SGD(0.1), "epochs": 3},
    {"optimizer": hm.LBFGS(), "epochs": 4},
    {"epochs": 9, "batch_size": 50, "rows": np.arange(0, 120, 2), "validation": (X, Y), "stopping": hm.EarlyStopping(patience=2)},
]


@pytest.mark.parametrize("threads", [1, 2, None])
def test_the_bits_are_those_of_train(threads):
    together, alone = models(), models()
    options = [OPTIONS[place % 4] for place in range(len(together))]
    found = hm.train_many([hm.Job(model, X, Y, **each) for model, each in zip(together, options, strict=True)], threads=threads)
    for model, twin, each, history in zip(together, alone, options, found, strict=True):
        expected = hm.train(twin, X, Y, **each)
        assert model.theta.tobytes() == twin.theta.tobytes()
        np.testing.assert_array_equal(history["loss"], expected["loss"])
        assert (history.stopped, history.best_epoch) == (expected.stopped, expected.best_epoch)


@pytest.mark.parametrize(("jobs", "threads", "expected"), [(1, 6, 6), (2, 6, 3), (4, 6, 1), (9, 6, 1), (1, 1, 1)])
def test_no_thread_is_idle_where_there_are_fewer_jobs(jobs, threads, expected):
    each = [hm.Job(model, X, Y, epochs=1) for model in (models() + models())[:jobs]]
    hm.train_many(each, threads=threads)
    assert [job.trainer.threads for job in each] == [expected] * jobs


def test_one_that_diverges_does_not_keep_the_others():
    wild, tame = (hm.Network([hm.Dense(4), hm.Dense(1)]).init(4, 1) for _ in range(2))
    first, second = hm.train_many([hm.Job(wild, X, X[:, 0], optimizer=hm.SGD(9.0), epochs=500), hm.Job(tame, X, X[:, 0], epochs=5)])
    assert "is likely too high" in first.stopped
    assert np.isfinite(wild.theta).all()
    assert second.stopped == "all 5 epochs done"


def test_what_cannot_be_trained_is_refused():
    model = models()[0]
    with pytest.raises(hm.InputError, match="the same one twice"):
        hm.train_many([hm.Job(model, X, Y), hm.Job(model, X, Y)])
    with pytest.raises(hm.InputError, match="jobs must be a list of Job"):
        hm.train_many([model])
    with pytest.raises(hm.InputError, match="threads must be given to train_many"):
        hm.Job(model, X, Y, threads=2)
    with pytest.raises(hm.InputError, match="epochs must be a whole number"):
        hm.train_many([hm.Job(model, X, Y, epochs=0)])
    assert hm.train_many([]) == []


class EndsAfterCtrlC:
    """Work that ends by itself after Ctrl-C, before it is told of it."""

    size = 1

    def __init__(self):
        self.told = []

    def run(self):
        time.sleep(0.2)  # until they are waited for
        os.kill(os.getpid(), signal.SIGINT)
        time.sleep(0.3)

    def stop(self, reason):
        self.told.append(reason)


def test_work_is_told_of_ctrl_c_though_it_is_done(monkeypatch):
    monkeypatch.setattr(many, "wait", lambda futures, timeout: wait(futures))
    jobs = [EndsAfterCtrlC(), EndsAfterCtrlC()]
    run_all(jobs, threads=1)
    assert all(job.told for job in jobs)


class EndsWhenTold:
    size = 1

    def __init__(self):
        self.begun, self.told = threading.Event(), threading.Event()

    def run(self):
        self.begun.set()
        return self.told.wait(60)

    def stop(self, reason):
        self.told.set()


class InterruptedPool(ThreadPoolExecutor):
    """Takes one job, and once that runs there is Ctrl-C."""

    first = None

    def submit(self, run, job):
        if self.first is not None:
            assert self.first.begun.wait(60)
            raise KeyboardInterrupt
        self.first = job
        return super().submit(run, job)


def test_ctrl_c_while_jobs_are_handed_out_ends_those_that_run(monkeypatch):
    monkeypatch.setattr(many, "ThreadPoolExecutor", InterruptedPool)
    assert run_all([EndsWhenTold() for _ in range(3)], threads=1) == [True, None, None]
