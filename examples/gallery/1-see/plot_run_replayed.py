"""
A run, replayed
===============

A recorder among the callbacks keeps the network as it was at chosen epochs, and the training comes to the same bits
as without it. Saved beside the model, the recording is a run that can be gone back and forth in:
``recording.at(epoch)`` is a model like any other. A ring marks a point on the wrong side.
"""

from pathlib import Path
from tempfile import TemporaryDirectory

import matplotlib.pyplot as plt
from sklearn.datasets import make_moons

import halfmoon as hm
from halfmoon.plots import BoundaryDisplay

X, y = make_moons(n_samples=300, noise=0.2, random_state=0)
network = hm.Network([hm.Dense(16), hm.ReLU(), hm.Dense(8), hm.Tanh(), hm.Dense(1)], loss=hm.Logistic())
recorder = hm.Recorder(X, y, epochs=[0, 2, 5, 10, 25, 100])
model = network.init(n_inputs=2, seed=0)
hm.train(model, X, y, optimizer=hm.Adam(0.01), epochs=100, batch_size=30, callbacks=[recorder])

with TemporaryDirectory() as folder:
    recorder.recording.save(Path(folder) / "run.safetensors")
    recording = hm.Recording.load(Path(folder) / "run.safetensors")

figure, axes = plt.subplots(2, 3, figsize=(10, 6), layout="constrained", sharex=True, sharey=True)
for ax, epoch in zip(axes.flat, recording.epochs, strict=True):
    then = recording.at(epoch)
    title = f"epoch {epoch}: loss {then.loss(X, y):.3f}"
    BoundaryDisplay.from_estimator(then, X, y).plot(ax, title=title)
    ax.get_legend().remove()
plt.show()
