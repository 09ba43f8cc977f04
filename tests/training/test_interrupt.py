"""Ctrl-C in a process of its own, while compiled code runs: training ends, the model is whole and can be trained on."""

import os
import signal
import subprocess
import sys

import pytest

START = """
import os, signal, sys, threading, time
import numpy as np
import halfmoon as hm

random = np.random.RandomState(0)
X, y = random.normal(size=(600, 20)), random.randint(0, 3, 600)
network = hm.Network([hm.Dense(64), hm.Tanh, hm.Dense(3)], hm.SoftmaxCrossEntropy())
models = [network.init(20, seed) for seed in range(4)]
hm.train(models[0], X, y, epochs=1)
before = [model.theta.copy() for model in models]
threading.Timer(0.3, os.kill, (os.getpid(), signal.SIGINT)).start()
"""
END = """
assert all(np.isfinite(model.theta).all() for model in models)
hm.train(models[0], X, y, epochs=2)
print(changed := sum((model.theta != old).any() for model, old in zip(models, before)), *stopped, sep=";")
"""

# what is interrupted, and what is then printed: how many models have changed, and why each training ended
TRAININGS = {
    "full batch": ("stopped = [hm.train(models[0], X, y, epochs=10**9).stopped]", "1;interrupted"),
    "mini-batches": ("stopped = [hm.train(models[0], X, y, epochs=10**9, batch_size=32).stopped]", "1;interrupted"),
    "one thread": ("stopped = [hm.train(models[0], X, y, epochs=10**9, threads=1).stopped]", "1;interrupted"),
    "listened to": (
        "stopped = [hm.train(models[0], X, y, epochs=10**9, validation=(X, y), stopping=hm.EarlyStopping(patience=10**9)).stopped]",
        "1;interrupted",
    ),
    "many": (
        "stopped = [history.stopped for history in hm.train_many([hm.Job(model, X, y, epochs=10**9) for model in models], threads=2)]",
        "2;interrupted;interrupted;interrupted;interrupted",
    ),
}


@pytest.mark.skipif(not hasattr(signal, "pthread_kill"), reason="Ctrl-C cannot be sent to one process here")
@pytest.mark.parametrize("training", TRAININGS)
def test_an_interrupt_leaves_usable_models(training):
    code, expected = TRAININGS[training]
    done = subprocess.run([sys.executable, "-c", START + code + END], env=os.environ, capture_output=True, text=True, check=False)
    assert done.stderr == ""
    assert done.stdout.strip() == expected
