"""Draw the picture of docs/plots.md: python examples/displays.py FOLDER."""

from __future__ import annotations

import sys
from pathlib import Path

from matplotlib.figure import Figure
from PIL import Image
from sklearn.datasets import make_moons

import halfmoon as hm
from halfmoon import plots

X, y = make_moons(n_samples=300, noise=0.2, random_state=0)
X_val, y_val = make_moons(n_samples=300, noise=0.2, random_state=1)
net = hm.Network([hm.Dense(16), hm.ReLU(), hm.Dense(8), hm.Tanh(), hm.Dense(1)], loss=hm.Logistic())
model, recorder = net.init(n_inputs=2, seed=0), hm.Recorder(X, y)
history = hm.train(model, X, y, optimizer=hm.Adam(0.01), epochs=60, batch_size=30, validation=(X_val, y_val), callbacks=[recorder])
recording = recorder.recording

figure = Figure(figsize=(12, 7), layout="constrained")
(loss, boundary, units), (network, activations, landscape) = figure.subplots(2, 3)
plots.LossDisplay.from_history(history).plot(loss, title="How it learnt")
plots.BoundaryDisplay.from_estimator(model, X, y).plot(boundary, title="What it learnt")
plots.NeuronDisplay.from_estimator(model, X, layer=1).plot(units, title="What the first layer answers to")
plots.NetworkDisplay.from_estimator(model).plot(network, title="The weights")
plots.HistogramDisplay.from_recording(recording).plot(activations, title="What each layer gives out")
plots.LandscapeDisplay.from_recording(recording, X, y).plot(landscape, title="The way down")
path = Path(sys.argv[1] if len(sys.argv) > 1 else ".") / "displays.png"
plots.save_figure(figure, path, dpi=80)
with Image.open(path) as drawn:
    small = drawn.convert("RGB").quantize(128, dither=Image.Dither.NONE)  # the repository stays small
small.save(path, optimize=True)
