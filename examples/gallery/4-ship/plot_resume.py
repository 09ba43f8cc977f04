"""
Stopped, saved, and gone on with, to the same bits
==================================================

A fit that ``max_iter``, ``max_seconds`` or Ctrl-C ended goes on later, in another process too: the file holds the
optimiser's memory and the place in the random numbers beside the weights. The fit in two parts comes to the bits of
the one that was never interrupted.
"""

import warnings
from pathlib import Path
from tempfile import TemporaryDirectory

import matplotlib.pyplot as plt
import numpy as np
from sklearn.datasets import load_digits
from sklearn.exceptions import ConvergenceWarning

from halfmoon import MLPClassifier

X, y = load_digits(return_X_y=True)
X /= 16
settings = dict(hidden_layer_sizes=(64,), dropout=0.2, dtype="float32", tol=0, n_iter_no_change=40, random_state=0)
with TemporaryDirectory() as folder, warnings.catch_warnings(action="ignore", category=ConvergenceWarning):  # as we interrupt it
    whole = MLPClassifier(max_iter=40, **settings).fit(X, y)
    first = MLPClassifier(max_iter=15, **settings).fit(X, y)
    first.save(Path(folder) / "half.safetensors")
    second = MLPClassifier.load(Path(folder) / "half.safetensors").set_params(max_iter=40).resume(X, y)
print("the same bits:", np.array_equal(second.model_.theta, whole.model_.theta))

figure, ax = plt.subplots(figsize=(8, 4.5), layout="constrained")
ax.semilogy(range(1, 41), whole.loss_curve_, color="lightgrey", linewidth=8, label="never interrupted")
ax.semilogy(range(1, 16), first.loss_curve_, label="until it was saved")
ax.semilogy(range(16, 41), second.loss_curve_[-25:], label="loaded, and gone on with")
ax.set(xlabel="epoch", ylabel="loss", title="Adam and dropout go on where they were")
ax.legend()
plt.show()
