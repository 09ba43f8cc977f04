"""
Sixty-four networks at once
===========================

``hm.train_many`` trains networks of any sizes side by side, each on one thread of compiled code: no processes, no
copies of the data, and the same bits as one by one. Here they differ in nothing but their first weights, and that is
enough to differ in what they say where there are no points. The left map is the mean of their probabilities, the
right one how far they spread. scikit-learn trains four such networks for comparison of the time.
"""

import warnings
from time import perf_counter

import matplotlib.pyplot as plt
import numpy as np
from sklearn import neural_network
from sklearn.datasets import make_moons
from sklearn.exceptions import ConvergenceWarning

import halfmoon as hm

X, y = make_moons(n_samples=300, noise=0.15, random_state=0)
network = hm.Network([hm.Dense(16), hm.ReLU(), hm.Dense(16), hm.ReLU(), hm.Dense(1)], loss=hm.Logistic())
models = [network.init(n_inputs=2, seed=seed) for seed in range(64)]
hm.train(network.init(n_inputs=2), X, y, epochs=1)  # what is compiled once an installation is off the clock

begun = perf_counter()
hm.train_many([hm.Job(model, X, y, optimizer=hm.Adam(0.01), epochs=60, batch_size=30) for model in models])
print(f"Halfmoon: 64 networks in {perf_counter() - begun:.2f} s")
options = dict(hidden_layer_sizes=(16, 16), learning_rate_init=0.01, batch_size=30, max_iter=60, tol=0, n_iter_no_change=60)
begun = perf_counter()
with warnings.catch_warnings(action="ignore", category=ConvergenceWarning):  # sixty epochs are meant
    for seed in range(4):
        neural_network.MLPClassifier(random_state=seed, **options).fit(X, y)
print(f"scikit-learn: 4 networks in {perf_counter() - begun:.2f} s")

x1, x2 = np.meshgrid(np.linspace(-3, 4, 120), np.linspace(-3, 3, 120))
plane = np.column_stack([x1.ravel(), x2.ravel()])
said = np.array([model.predict_proba(plane)[:, 1] for model in models]).reshape(64, *x1.shape)
figure, axes = plt.subplots(1, 2, figsize=(12, 4.8), layout="constrained", sharey=True)
maps = {"mean of the probabilities": (said.mean(axis=0), "PuOr_r", 1), "standard deviation": (said.std(axis=0), "Greys", 0.5)}
for ax, (title, (values, colours, high)) in zip(axes, maps.items(), strict=True):
    figure.colorbar(ax.pcolormesh(x1, x2, values, cmap=colours, vmin=0, vmax=high, alpha=0.6), ax=ax)
    ax.scatter(*X.T, c=y, cmap="PuOr_r", s=16, edgecolors="white", linewidths=0.5)
    ax.set(title=title, xlabel="x₁", ylabel="x₂")
plt.show()
