"""Ctrl-C in a process of its own, while compiled code runs: training and predicting end, and the model is whole."""

import os
import signal
import subprocess
import sys

import pytest

START = """
import _thread, os, signal, threading, time
import numpy as np
import halfmoon as hm

random = np.random.RandomState(0)
X, y = random.normal(size=(600, 20)), random.randint(0, 3, 600)
network = hm.Network([hm.Dense(64), hm.Tanh, hm.Dense(3)], hm.SoftmaxCrossEntropy())
models = [network.init(20, seed) for seed in range(4)]
hm.train(models[0], X, y, epochs=1, validation=(X, y))  # compiles, where nothing is compiled yet
before = [model.theta.copy() for model in models]

signal.signal(signal.SIGINT, signal.default_int_handler)  # which a job in the background does not inherit

def interrupt(seconds):
    threading.Timer(seconds, os.kill, (os.getpid(), signal.SIGINT)).start()

def train(**options):
    return hm.train(models[0], X, y, epochs=10**9, **options).stopped

def train_many():
    return [history.stopped for history in hm.train_many([hm.Job(model, X, y, epochs=10**9) for model in models], threads=2)]

def press(seconds):
    time.sleep(seconds)
    os.kill(os.getpid(), signal.SIGINT)

class Interrupts(hm.Callback):
    every_epoch = False

    def on_start(self, run):
        _thread.start_new_thread(press, (random.uniform(0.01, 0.03),))  # not before, when nobody would catch it

def again_and_again(**options):
    return " ".join({train(callbacks=[Interrupts()], **options) for _ in range(60)})
"""
END = """
assert all(np.isfinite(model.theta).all() for model in models)
hm.train(models[0], X, y, epochs=2)
print(sum((model.theta != old).any() for model, old in zip(models, before)), stopped)
"""

# what is interrupted, and what is then printed: how many models have changed, and why training ended
TRAININGS = {
    "full batch": ("interrupt(0.2); stopped = train()", "1 interrupted"),
    "mini-batches": ("interrupt(0.2); stopped = train(batch_size=32)", "1 interrupted"),
    "one thread": ("interrupt(0.2); stopped = train(threads=1)", "1 interrupted"),
    "listened to": ("interrupt(0.2); stopped = train(validation=(X, y), stopping=hm.EarlyStopping(patience=10**9))", "1 interrupted"),
    "again and again": ("stopped = again_and_again()", "1 interrupted"),
    "many": ("interrupt(0.3); stopped = train_many()", "2 ['interrupted', 'interrupted', 'interrupted', 'interrupted']"),
}


@pytest.mark.skipif(not hasattr(signal, "pthread_kill"), reason="Ctrl-C cannot be sent to one process here")
@pytest.mark.parametrize("training", TRAININGS)
def test_an_interrupt_leaves_usable_models(training):
    code, expected = TRAININGS[training]
    done = subprocess.run([sys.executable, "-c", START + code + END], capture_output=True, text=True, check=False, timeout=120)
    assert done.stderr == ""
    assert done.stdout.strip() == expected


PREDICT = """
import os, signal, threading, time
import numpy as np
import halfmoon as hm

signal.signal(signal.SIGINT, signal.default_int_handler)
X = np.tile(np.random.RandomState(0).normal(size=(1000, 30)).astype("f4"), (1500, 1))
y = (X[:500, 0] > 0).astype(int)
clf = hm.MLPClassifier((256, 256), random_state=0).partial_fit(X[:500], y, classes=[0, 1])
model = clf.model_
before = model.scores(X[:500])

def press():
    time.sleep(0.2)
    pressed.append(time.process_time())
    os.kill(os.getpid(), signal.SIGINT)

for work in (
    lambda: model.predict(X), lambda: model.scores_of(X, 1), lambda: model.predict(X[:5]),
    lambda: clf.predict(X), lambda: clf.predict_proba(X), lambda: clf.score(X[:900], X[:900, 0] > 0),
):
    pressed = []
    threading.Thread(target=press).start()
    try:
        while True:  # however fast the machine is
            work()
    except KeyboardInterrupt:
        print(time.process_time() - pressed[0])
    assert (model.scores(X[:500]) == before).all()
"""


@pytest.mark.skipif(not hasattr(signal, "pthread_kill"), reason="Ctrl-C cannot be sent to one process here")
def test_an_interrupt_ends_a_long_prediction_at_once():
    done = subprocess.run([sys.executable, "-c", PREDICT], capture_output=True, text=True, check=False, timeout=120)
    assert done.stderr == ""
    seconds = [float(each) for each in done.stdout.split()]
    assert len(seconds) == 6
    assert max(seconds) < 0.5 * (os.cpu_count() or 1)  # of all its threads; other work takes none of it
