"""
Broken networks, and what health says of them
=============================================

Four networks that do not learn two half moons, each for a reason of its own: biases so low that every ReLU is silent,
weights so large that tanh lies on its flat parts, sigmoids stacked so deep that no gradient arrives, and a rate so
high that the first updates kill the units. ``hm.health`` measures and says which it is, with the figure behind it.
"""

from textwrap import fill

import matplotlib.pyplot as plt
from sklearn.datasets import make_moons

import halfmoon as hm
from halfmoon.plots import BoundaryDisplay, LossDisplay

X, y = make_moons(n_samples=300, noise=0.2, random_state=0)
out = hm.Dense(1)
deep = [layer for _ in range(8) for layer in (hm.Dense(8), hm.Sigmoid())]
broken = {
    "biases of -8": ([hm.Dense(16), hm.ReLU(), out], hm.Adam(0.01)),
    "weights too large": ([hm.Dense(16, weights=hm.Normal(60)), hm.Tanh(), out], hm.SGD(0.1)),
    "eight sigmoids": ([*deep, out], hm.SGD(0.5)),
    "rate 60": ([hm.Dense(16), hm.ReLU(), out], hm.SGD(60)),
}
figure, axes = plt.subplots(2, 4, figsize=(14, 6.5), layout="constrained")
for (name, (layers, optimizer)), (above, below) in zip(broken.items(), axes.T, strict=True):
    model = hm.Network(layers, loss=hm.Logistic()).init(n_inputs=2, seed=0)
    if name == "biases of -8":
        model.params["0.b"][...] = -8
    history = hm.train(model, X, y, optimizer=optimizer, epochs=100, batch_size=50)
    findings = hm.health(model, X, y, history=history)
    print(name, *findings, sep="\n    ")
    LossDisplay.from_history(history).plot(above, title=name)
    above.set(yscale="log", ylim=(0.1, 5000))
    BoundaryDisplay.from_estimator(model, X, y).plot(below, title=fill(str(findings[0]), 36))
plt.show()
