"""Train the exercise's network and leave its two plots in a folder: python examples/exercise.py FOLDER.

Borrowed: ``halfmoon`` itself gives everything by its name; :mod:`halfmoon.plots` draws.
"""

from __future__ import annotations

import sys
from pathlib import Path

from sklearn.datasets import make_moons

import halfmoon as hm
from halfmoon.plots import BoundaryDisplay, LossDisplay, save_figure

FOLDER = Path(sys.argv[1] if len(sys.argv) > 1 else ".")

X, y = make_moons(n_samples=1000, noise=0.2, random_state=666)
pairs = [(64, hm.ReLU), (32, hm.Sigmoid), (16, hm.Sigmoid), (1, hm.Sigmoid)]
layers = [layer for units, activation in pairs for layer in (hm.Dense(units, weights="normal"), activation())]
model = hm.Network(layers, loss=hm.SquaredError()).init(n_inputs=2, seed=0, dtype="float64")
history = hm.train(model, X, y, optimizer=hm.SGD(0.8), epochs=3000)
print("training accuracy", (model.predict_class(X) == y).mean())
save_figure(LossDisplay.from_history(history).plot().figure_, FOLDER / "loss.png", dpi=80)
save_figure(BoundaryDisplay.from_estimator(model, X, y).plot().figure_, FOLDER / "boundary.png", dpi=80)
