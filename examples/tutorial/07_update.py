r"""
7. One update
=============

We have the slope of the loss by every weight. Collect all weights and biases of the network in your mind into
one long list θ ("theta"), and their slopes into a list g of the same length, the **gradient**. One update is
one line:

.. math:: \underset{(P)}{\theta} \leftarrow \underset{(P)}{\theta} - \text{rate} \cdot \underset{(P)}{g}

P is how many numbers there are in all, and every one of them takes a step against its own slope. The
**learning rate** says how large: a slope says where it is downhill, not how far.
"""

import inspect

import matplotlib.pyplot as plt
import numpy as np
from sklearn.datasets import make_moons

import halfmoon as hm


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


class Sigmoid(Layer):
    def forward(self, x):
        self.y = 1 / (1 + np.exp(-x))
        return self.y

    def backward(self, dy):
        return dy * self.y * (1 - self.y)


# %%
# A network is a list of layers. Forward: what one gives is what the next one gets. Backward: the same list
# from behind, with slopes.


class MLPClassifier:
    def __init__(self, layers):
        self.layers = layers

    def forward(self, x):
        for layer in self.layers:
            x = layer.forward(x)
        return x

    def train(self, x, y):  # one update; returns the loss before it
        error = self.forward(x) - y[:, None]
        dy = 2 * error / len(x)
        for layer in reversed(self.layers):
            dy = layer.backward(dy)
        for layer in self.layers:
            layer.update()
        return np.mean(error**2)


# %%
# ``train`` is the heart of everything: forward, loss, its slope, backward, update. (``y[:, None]`` makes a
# column of the labels, (n, 1), to be compared with what comes out. MLP is short for *multilayer perceptron*,
# an old name for a network of dense layers.) A small one, eight neurons and one on top:


def network(learning_rate):
    random = np.random.RandomState(0)
    first, second = Dense(2, 8, learning_rate, random), Dense(8, 1, learning_rate, random)
    return MLPClassifier([first, Sigmoid(), second, Sigmoid()])


X, y = make_moons(n_samples=200, noise=0.2, random_state=666)
model = network(0.8)
print([float(model.train(X, y)) for update in range(5)])

# %%
# The loss falls with every update. How far should one step go? Make one step with many different rates, each
# from the same start, and look at the loss after it:

rates = np.linspace(0, 60, 61)
after = []
for rate in rates:
    model = network(rate)
    before = model.train(X, y)
    after.append(np.mean((model.forward(X)[:, 0] - y) ** 2))
plt.figure(figsize=(6, 4))
plt.plot(rates, after)
plt.axhline(before, ls=":", color="gray", label="before the step")
plt.axvline(0.8, ls="--", label="rate 0.8, as in the exercise")
plt.title("How far one step should go")
plt.xlabel("learning rate")
plt.ylabel("loss after one step")
plt.legend()
plt.show()

# %%
# At first the loss falls along the slope. Too far, and it rises again: the slope was that at the start, and
# says nothing about what comes later. So steps must be small enough, and there must be many.
#
# In Halfmoon
# -----------
#
# The rule stands in the class ``SGD``, for *stochastic gradient descent*; what is stochastic in it, is said
# on the next page:

print(inspect.getsource(hm.SGD.rule))

# %%
# (It returns a tuple, since other rules return what they remember as well.)
#
# All weights and biases of a model really do lie in one long list, ``model.theta``; ``model.params[0]["W"]``
# is a *view* into it: the same numbers by another name. So one line updates them all. ``Trainer.step`` is our
# ``train``:

layers = [hm.Dense(8, weights="normal"), hm.Sigmoid(), hm.Dense(1, weights="normal"), hm.Sigmoid()]
theirs = hm.Network(layers, loss=hm.SquaredError()).init(n_inputs=2, seed=0, dtype="float64")
print("theta", theirs.theta.shape)
trainer = hm.Trainer(theirs, hm.SGD(0.8))
print([trainer.step(X, y) for update in range(5)])

# %%
# The same five losses. In the exercise each Dense has a learning rate of its own; in Halfmoon the optimiser
# has the rate, and ``hm.Dense(8, rate_factor=0.5)`` learns at half of it. Other rules use the same gradient
# more cleverly: ``print(hm.OPTIMIZERS)``.
#
# Questions
# ---------
#
# **1.** Why does ``train`` go through the whole list backward first, and update only then?
#
# .. dropdown:: Answer
#
#    ``backward`` of a layer needs its W as it was in ``forward``. (A layer could be updated as soon as its
#    own backward pass is done. Written in two loops, nobody can get the order wrong.)
#
# **2.** What does an update with rate 0 do? And with a negative rate?
#
# .. dropdown:: Answer
#
#    Nothing. And uphill: the loss grows.
#
# **3.** How many numbers are in θ here?
#
# .. dropdown:: Answer
#
#    2 · 8 + 8 in the first layer, 8 · 1 + 1 in the second: 33.
