r"""
8. Epochs
=========

One step is not enough, so make many. When every point has been used once, an **epoch** is over. In the
exercise each update uses all 1000 points at once (the *full batch*), so an epoch is one update, and there are
3000 of them.

Here is everything that we have, put together: the network of the exercise, three hidden layers of 64, 32 and
16 neurons. ("Hidden", since nobody sees what they give.) Its last line is two loops in one: for each row of
``shapes`` a Dense layer, and then its activation.
"""

import inspect

import matplotlib.pyplot as plt
import numpy as np
from sklearn.datasets import make_moons

import halfmoon as hm
from halfmoon.engines.reference import Reference


# forward: x (n, in) goes in, y (n, out) comes out; backward: dy, the slope of the loss by y, goes in, dx comes out
class Layer:
    def update(self):  # most layers have nothing to learn
        pass


class Dense(Layer):
    def __init__(self, n_in, n_out, learning_rate, random):
        self.W, self.b, self.learning_rate = random.randn(n_in, n_out), np.zeros(n_out), learning_rate

    def forward(self, x):
        self.x = x
        return x @ self.W + self.b

    def backward(self, dy):
        self.dW, self.db = self.x.T @ dy, dy.sum(axis=0)
        return dy @ self.W.T

    def update(self):
        self.W -= self.learning_rate * self.dW
        self.b -= self.learning_rate * self.db


class ReLU(Layer):
    def forward(self, x):
        self.y = np.maximum(x, 0)
        return self.y

    def backward(self, dy):
        return dy * (self.y > 0)


class Sigmoid(Layer):
    def forward(self, x):
        self.y = 1 / (1 + np.exp(-x))
        return self.y

    def backward(self, dy):
        return dy * self.y * (1 - self.y)


class MLPClassifier:
    def __init__(self, layers):
        self.layers = layers

    def forward(self, x):
        for layer in self.layers:
            x = layer.forward(x)
        return x

    def predict_proba(self, x):
        p = self.forward(x)
        return np.hstack([1 - p, p])

    def predict(self, x):
        return (self.forward(x)[:, 0] > 0.5).astype(int)

    def train(self, x, y):  # one update; returns the loss before it
        error = self.forward(x) - y[:, None]
        dy = 2 * error / len(x)
        for layer in reversed(self.layers):
            dy = layer.backward(dy)
        for layer in self.layers:
            layer.update()
        return np.mean(error**2)


def network(seed, rate):
    random = np.random.RandomState(seed)
    shapes = [(2, 64, ReLU), (64, 32, Sigmoid), (32, 16, Sigmoid), (16, 1, Sigmoid)]
    return MLPClassifier([layer for n_in, n_out, activation in shapes for layer in (Dense(n_in, n_out, rate, random), activation())])


# %%
# ``hstack`` puts two columns side by side; ``astype(int)`` makes 1 of true, and 0 of false. Training is a loop
# around ``train``. A hundred updates take no time; all 3000, with two pictures, are in ``by_hand.py``.

X, y = make_moons(n_samples=1000, noise=0.2, random_state=666)
model = network(seed=0, rate=0.8)
losses = [model.train(X, y) for epoch in range(100)]
print("loss", losses[0], "->", losses[-1])
print("right for", np.mean(model.predict(X) == y), "of the points")
print(model.predict_proba(X[:2]))  # of two points: the probabilities of class 0 and of class 1

# %%
# In Halfmoon
# -----------
#
# A **network** describes layers and a loss; a **model** is a network with its numbers; ``train`` changes the
# model, and returns what it recorded.

pairs = [(64, hm.ReLU), (32, hm.Sigmoid), (16, hm.Sigmoid), (1, hm.Sigmoid)]
layers = [layer for units, activation in pairs for layer in (hm.Dense(units, weights="normal"), activation())]
theirs = hm.Network(layers, loss=hm.SquaredError()).init(n_inputs=2, seed=0, dtype="float64")
history = hm.train(theirs, X, y, optimizer=hm.SGD(0.8), epochs=100)
print("largest difference of a loss  ", np.abs(history["loss"] - losses).max())
first = model.layers[0]
print("largest difference of a weight", np.abs(theirs.params[0]["W"] - first.W).max())

# %%
# The same numbers, up to rounding. These are the lines for one update, in the engine that is written for
# reading:

print(inspect.getsource(Reference.update))

# %%
# ``data.take(rows)`` are the points of this update. ``penalty`` is what large weights cost, nothing here, and
# ``pass_`` says that this is training. ``model.trace`` walks forward and back and keeps every
# number on the way (a **trace**); ``apply_update`` makes the step of the optimiser. If the loss is no finite
# number any more, training stops at once. Around it goes the loop over epochs and batches.
#
# Fewer points an update
# ----------------------
#
# The slope is a mean over points, and a mean over 50 of the 1000 is nearly as good and costs a twentieth. So
# take the points in a new random order each epoch, and make an update for every 50 of them: a **mini-batch**.
# An epoch is then 20 updates instead of one.

plt.figure(figsize=(6, 4), layout="constrained")
plt.plot(history["loss"], label="all 1000 points an update")
for batch_size in (200, 50):
    fresh = hm.Network(layers, loss=hm.SquaredError()).init(n_inputs=2, seed=0, dtype="float64")
    found = hm.train(fresh, X, y, optimizer=hm.SGD(0.8), epochs=100, batch_size=batch_size)
    plt.plot(found["loss"], label=f"{batch_size} points an update")
plt.title("The smaller the batch, the more updates an epoch")
plt.yscale("log")
plt.xlabel("epoch")
plt.ylabel("loss")
plt.legend()
plt.show()

# %%
# After as many epochs, after as many looks at each point, small batches are much further. They jitter more,
# too: each batch pulls a little elsewhere. That is what is *stochastic* in SGD.
#
# Questions
# ---------
#
# **1.** 1000 points, batches of 64. How many updates are an epoch?
#
# .. dropdown:: Answer
#
#    16: fifteen batches of 64 are 960 points, and the last batch has the 40 that are left.
#
# **2.** Run ``network`` with another seed. Why is the first loss another one?
#
# .. dropdown:: Answer
#
#    Other weights to start from, another random network. After 3000 updates the losses of different seeds are
#    near one another, 0.016 to 0.017.
#
# **3.** Where do our losses stand in the course's own program? It prints 420.818 before the first update.
#
# .. dropdown:: Answer
#
#    It prints the sum over 1000 points, we have the mean: ``1000 * losses[0]`` is 420.818.
