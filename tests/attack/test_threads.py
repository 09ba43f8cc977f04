"""Several threads on the same objects, whatever they do with them: each waits its turn, nothing crashes, no number is mixed up."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from peak_memory import PEAK

THREADS = os.environ | {"OPENBLAS_NUM_THREADS": "2", "OMP_NUM_THREADS": "2"}  # which other tests have one of

# what four threads do at random until the time is up
SHARED = """
import random, sys, time, warnings
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
import numpy as np
import halfmoon as hm

warnings.simplefilter("ignore")
sys.setswitchinterval(2e-6)  # a thread is interrupted wherever it can be
seconds, folder = float(sys.argv[1]), Path(sys.argv[2])
X = np.random.RandomState(0).normal(size=(600, 12))
y = (X[:, 0] * X[:, 1] > 0).astype(int)
options = dict(hidden_layer_sizes=(24,), batch_size=64, random_state=0, tol=0, n_iter_no_change=10**9)
classifier = hm.MLPClassifier(max_iter=6, **options).partial_fit(X, y, classes=[0, 1])
ensemble = hm.MLPClassifier(max_iter=3, n_ensemble=2, **options).fit(X, y)
regressor = hm.MLPRegressor(max_iter=6, **options).fit(X, X[:, 0])
trainer = hm.Trainer(hm.Network([hm.Dense(24), hm.BatchNorm(), hm.ReLU(), hm.Dense(1)], loss=hm.Logistic()).init(12))
reference = hm.Trainer(hm.Network([hm.Dense(8), hm.Tanh(), hm.Dense(1)], loss=hm.Logistic()).init(12), engine="reference")
updates = []

def step(which):
    n = random.choice([8, 64, 65, 300])
    which.step(X[:n], y[:n])
    if which is trainer:
        updates.append(1)

def train(which):
    history = which.train(X, y, epochs=3, batch_size=100)
    if which is trainer:
        updates.append(3 * 6)
    assert history.epochs == 3

def resume(which):
    try:
        which.resume(X, y)
    except hm.InputError as error:  # another thread has just gone on with fewer rows
        assert str(error) == "X must have the rows of the training that goes on, 90, got 600", error

def finite(array):
    assert np.isfinite(array).all()

def saved(save, name):
    save(folder / name)
    found = hm.load(folder / name)
    finite(getattr(found, "model", found).theta)

WORK = [
    lambda: classifier.partial_fit(X, y), lambda: classifier.partial_fit(X[:90], y[:90]),
    lambda: classifier.fit(X, y), lambda: resume(classifier), lambda: regressor.fit(X, X[:, 0]), lambda: ensemble.partial_fit(X, y),
    lambda: finite(classifier.predict_proba(X)), lambda: finite(classifier.predict_proba(X[:1])), lambda: finite(regressor.predict(X)),
    lambda: finite(ensemble.predict_proba(X)), lambda: step(trainer), lambda: train(trainer), lambda: step(reference),
    lambda: finite(trainer.model.scores(X)), lambda: finite(reference.model.scores(X)), lambda: trainer.model.loss(X, y),
    lambda: saved(trainer.save, "trainer"), lambda: saved(lambda path: hm.save(path, trainer.model), "model"),
    lambda: hm.explain(classifier), lambda: hm.train_many([hm.Job(reference.model.astype("float32"), X, y, epochs=2) for _ in range(2)]),
]
ended = time.monotonic() + seconds

def work(seed):
    source, done = random.Random(seed), 0
    while time.monotonic() < ended:
        source.choice(WORK)()
        done += 1
    return done

with ThreadPoolExecutor(4) as pool:
    done = sum(each.result() for each in [pool.submit(work, seed) for seed in range(4)])
assert trainer.state.updates == sum(updates), "an update was lost"
print(done, {peak} // 1024)
""".replace("{peak}", PEAK)


def test_shared_objects(attack_scale, tmp_path):
    seconds = 3 * attack_scale
    command = [sys.executable, "-c", SHARED, str(seconds), str(tmp_path)]
    done = subprocess.run(command, env=THREADS, capture_output=True, text=True, check=False, timeout=seconds + 120)
    assert (done.returncode, done.stderr) == (0, "")
    times, megabytes = map(int, done.stdout.split())
    assert times > 10
    assert megabytes < 500
    assert not list(tmp_path.glob(".*.part"))


# numbers that do not depend on who trains beside
ALONE = """
import warnings
from concurrent.futures import ThreadPoolExecutor
import numpy as np, halfmoon as hm
warnings.simplefilter("ignore")
X = np.random.RandomState(0).normal(size=(300, 8))
y = (X[:, 0] > 0).astype(int)
make = lambda seed: hm.MLPClassifier((16,), max_iter=8, random_state=seed, batch_size=50).fit(X, y).model_.theta.tobytes()
alone = [make(seed) for seed in range(6)]
with ThreadPoolExecutor(6) as pool:
    for _ in range({rounds}):
        assert list(pool.map(make, range(6))) == alone
"""


def test_trainings_beside_each_other_come_to_the_bits_of_one_alone(attack_scale):
    code = ALONE.replace("{rounds}", str(round(4 * attack_scale)))
    done = subprocess.run(
        [sys.executable, "-c", code], env=THREADS, capture_output=True, text=True, check=False, timeout=60 + 30 * attack_scale
    )
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.skipif(not hasattr(os, "fork"), reason="processes are not forked here")
def test_a_process_forked_beside_a_training_can_train(attack_scale):
    code = FORKED.replace("{times}", str(round(5 * attack_scale)))
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", code], env=THREADS, capture_output=True, text=True, check=False, timeout=180
    )
    assert (done.returncode, done.stderr) == (0, "")


FORKED_AFTER_A_TABLE = """
import os
import numpy as np, halfmoon as hm
X = np.random.RandomState(0).normal(size=(90, 3))
classifier = hm.TabularClassifier(effort="low", max_epochs=2).fit(X, X[:, 0] > 0)
if os.fork() == 0:
    try:
        classifier.fit(X, X[:, 0] > 0)
    except hm.InputError as error:
        os._exit(7 if "must be read in a process that is not forked" in str(error) else 1)
assert os.waitstatus_to_exitcode(os.wait()[1]) == 7
"""


@pytest.mark.skipif(not os.path.isdir("/proc/self/task"), reason="threads are not told here")  # noqa: PTH112 - as the system has it
def test_a_process_forked_after_a_table_was_read_says_that_it_cannot_read_another():
    command = [sys.executable, "-W", "ignore", "-c", FORKED_AFTER_A_TABLE]
    done = subprocess.run(command, env=THREADS, capture_output=True, text=True, check=False, timeout=60)
    assert (done.returncode, done.stderr) == (0, "")


FORKED = """
import os, threading
import numpy as np, halfmoon as hm
X = np.random.RandomState(0).normal(size=(300, 8))
network = hm.Network([hm.Dense(64), hm.ReLU(), hm.Dense(1)])
trainer = hm.Trainer(network.init(8, 0))
ends = threading.Event()
thread = threading.Thread(target=lambda: [trainer.train(X, X[:, 0], epochs=20, batch_size=32) for _ in iter(ends.is_set, True)])
thread.start()
for time in range({times}):
    child = os.fork()
    if child == 0:
        hm.train(network.init(8, 1), X, X[:, 0], epochs=3, batch_size=32)
        os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
ends.set()
thread.join()
"""
