"""
From the playground to Python
=============================

``halfmoon playground`` opens a page in which a network is built, trained and watched. Its button *Copy as Python*
gives the run as code that comes to the same bits. What stands here between the two lines is such code, as it was
copied; what follows draws its weights: blue below zero, orange above, wide where large.
"""

import matplotlib.pyplot as plt
from sklearn.datasets import make_circles

from halfmoon import Adam, Dense, Network, Penalty, Sigmoid, SquaredError, Tanh, train
from halfmoon.plots import BoundaryDisplay, NetworkDisplay

# ---- copied ----
X, y = make_circles(n_samples=400, noise=0.1, random_state=666, factor=0.5)

network = Network(
    [
        Dense(6),
        Tanh(),
        Dense(4),
        Tanh(),
        Dense(1),
        Sigmoid(),
    ],
    loss=SquaredError(),
)
model = network.init(n_inputs=2, seed=0, dtype="float64")

history = train(model, X, y, optimizer=Adam(rate=0.01), penalty=Penalty(l2=0.001), seed=0, epochs=150, batch_size=40)
print("loss", float(history["loss"][-1]))
print("accuracy", float((model.predict_class(X) == y).mean()))
# ---- copied ----

figure, (left, right) = plt.subplots(1, 2, figsize=(10, 4.5), layout="constrained")
NetworkDisplay.from_estimator(model).plot(left, title="The weights")
BoundaryDisplay.from_estimator(model, X, y).plot(right, title="What they make of the plane")
plt.show()
