"""
10. The decision boundary
=========================

What has the network learned? With two numbers a point we can see all of it: ask for every place of the plane
what the network says there.
"""

import matplotlib.pyplot as plt
import numpy as np
from sklearn.datasets import make_moons

import halfmoon as hm
from halfmoon.plots import BoundaryDisplay

X, y = make_moons(n_samples=400, noise=0.2, random_state=666)
network = hm.Network([hm.Dense(8), hm.Tanh(), hm.Dense(1)], loss=hm.Logistic())
model = network.init(n_inputs=2, seed=0)
history = hm.train(model, X, y, optimizer=hm.Adam(0.05), epochs=300)
print("right for", np.mean(model.predict(X) == y), "of the points")

# %%
# First a grid of places, 100 x 100, as the rows of a matrix. Then the probability of class 1 at each of them,
# and back into the shape of the grid:

x1, x2 = np.meshgrid(np.linspace(-2, 3, 100), np.linspace(-1.5, 2, 100))
places = np.column_stack([x1.ravel(), x2.ravel()])
probability = model.predict_proba(places)[:, 1].reshape(x1.shape)
print("x1", x1.shape, " places", places.shape, " probability", probability.shape)

plt.figure(figsize=(6.5, 4), layout="constrained")
plt.contourf(x1, x2, probability, levels=np.linspace(0, 1, 11), cmap="coolwarm", alpha=0.6)
plt.colorbar(label="probability of class 1")
plt.contour(x1, x2, probability, levels=[0.5], colors="black")
plt.title("What the network says at every place")
plt.scatter(*X.T, c=y, s=8, cmap="coolwarm")
plt.show()

# %%
# The black line is where the network is undecided, 0.5: the **decision boundary**. Where colours change
# slowly, it is unsure, and it should be: there the moons overlap.
#
# Far from all points the network is just as sure as near them, though it has never seen anything there. A
# probability of 0.99 means only "on this side of the boundary, far from it". It does not mean "I know such
# points".
#
# What the neurons have to do with it
# -----------------------------------
#
# Each hidden neuron draws a straight line (gray), as on page 1. Together they make the curve:

trace = model.forward(places)
hidden = trace["0.y"]  # (10000, 8): z of every hidden neuron at every place
plt.figure(figsize=(6, 4))
for neuron in range(8):
    plt.contour(x1, x2, hidden[:, neuron].reshape(x1.shape), levels=[0], colors="gray", linewidths=1)
plt.contour(x1, x2, probability, levels=[0.5], colors="black", linewidths=2.5)
plt.title("The line of each hidden neuron, and the boundary")
plt.scatter(*X.T, c=y, s=8, cmap="coolwarm")
plt.show()

# %%
# In Halfmoon
# -----------
#
# ``BoundaryDisplay`` does the same for any classifier, of scikit-learn as well, and for points of many
# numbers too; ``NeuronDisplay`` shows what each neuron says, and all other pictures are in :doc:`/plots`.

display = BoundaryDisplay.from_estimator(model, X, y).plot(fill="probability")
plt.show()

# %%
# Questions
# ---------
#
# **1.** A network has two hidden neurons. Which shapes can its boundary have, roughly?
#
# .. dropdown:: Answer
#
#    That of two straight lines with a rounded corner between them, or a band. Change ``hm.Dense(8)`` into
#    ``hm.Dense(2)`` and look.
#
# **2.** Why ``predict_proba(places)[:, 1]``, and what is in column 0?
#
# .. dropdown:: Answer
#
#    Column 0 is the probability of class 0, one minus the other.
#
# **3.** A classifier gets 97 points in 100 right, and none of the wrong ones lies far from the boundary.
# Should you train on?
#
# .. dropdown:: Answer
#
#    Probably not. Points that the noise moved to the other side cannot be got right, except by heart.
